"""Which links and kinds departments' own rules leave out: one short of whole, whole, a rule that names one and not the other."""

from jiheng.rules.rulebooks import LINKS, Covered, left_out, left_out_words

KINDS = {"project": "项目支出", "policy": "财政政策"}
ALL = frozenset(LINKS)


def covered(links: frozenset[str] = ALL, kinds: frozenset[str] = frozenset(KINDS)) -> Covered:
    return Covered(links, kinds)


def test_everything_is_left_out_without_rules() -> None:
    assert list(left_out(LINKS, KINDS, [])) == list(LINKS)
    assert left_out_words(left_out(LINKS, KINDS, []), KINDS, 2).startswith("事前绩效评估；绩效目标；")


def test_one_link_short_and_whole() -> None:
    assert left_out(LINKS, KINDS, [covered(ALL - {"disclosure"})]) == {"disclosure": ["project", "policy"]}
    assert left_out(LINKS, KINDS, [covered()]) == {}


def test_two_rules_add_up_only_pair_by_pair() -> None:
    rules = [covered(ALL - {"disclosure"}), covered(frozenset({"disclosure"}), frozenset({"project"}))]
    missing = left_out(LINKS, KINDS, rules)
    assert missing == {"disclosure": ["policy"]}
    assert left_out_words(missing, KINDS, 2) == "信息公开（财政政策）"


def test_a_department_without_objects_needs_the_links_all_the_same() -> None:
    assert left_out(["goals", "results"], [], [covered(frozenset({"goals"}), frozenset())]) == {"results": []}
