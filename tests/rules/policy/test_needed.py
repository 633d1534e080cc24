"""A year without a value that its stages read is not opened: the list is the code's own."""

import re
from pathlib import Path

import jiheng
from jiheng.rules.policy import available_places, load_policy
from jiheng.rules.policy.needed import NEEDED, values_missing

READ = re.compile(r"""(?:\.value|value_in)\(\s*(?:[a-z_.]+,\s*)?"([a-z_]+)"\s*\)""")
ASKED_FOR = re.compile(r"""(?:\.get|rule_in)\(\s*(?:[a-z_.]+,\s*)?"([a-z_]+)"\s*\)""")


def read_without_asking():
    """Return the parameters that some code takes for granted."""
    root = Path(jiheng.__file__).parent
    code = [path.read_text(encoding="utf-8") for path in root.rglob("*.py")]
    known = {key for place in available_places() for key in load_policy(place).parameters}
    return {key for text in code for key in READ.findall(text)} & known


def test_list_names_what_the_code_reads():
    assert sorted(read_without_asking() - set(NEEDED)) == []


def test_list_names_nothing_that_the_code_does_not_read():
    assert sorted(set(NEEDED) - read_without_asking()) == []


def test_national_pack_is_complete_from_2020_and_not_before():
    national = load_policy("national")
    assert values_missing(national, 2020) == []
    assert "绩效运行监控时点" in values_missing(national, 2019)


def test_what_a_place_leaves_out_is_named():
    assert "预算执行率预警线" in values_missing(load_policy("ningxia-yanchi"), 2020)
    assert values_missing(load_policy("ningxia-yanchi"), 2021) == []
    assert values_missing(load_policy("heilongjiang-hailin"), 2020) == []
