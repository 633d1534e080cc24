"""A pack is read whole: every problem at once, each with file and line."""

import pytest

from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.pack import read_pack
from tests.rules.policy.builders import LIMIT, SOURCES, files


def problems(given, place="upper"):
    with pytest.raises(PackError) as caught:
        read_pack(place, given)
    return [(problem.file, problem.line, problem.message) for problem in caught.value.problems]


def test_pack_is_read_with_the_line_of_each_entry():
    pack = read_pack("upper", files(parameters__a=LIMIT))
    assert pack.manifest.name == "upper"
    assert pack.where["parameters", "limit"] == ("upper/parameters/a.yaml", 1)
    assert pack.entries["parameters"]["limit"].at(2021).value == 5000000


@pytest.mark.parametrize(
    ("change", "file", "line", "words"),
    [
        ({"parameters__a": LIMIT.replace("unit: 元", "unit: 元\n  colour: red")}, "parameters/a.yaml", 4, "不认识的键“colour”"),
        ({"parameters__a": LIMIT.replace("      cite: {source: law, clause: 第三条}\n", "")}, "parameters/a.yaml", 5, "缺少“cite”"),
        ({"parameters__a": LIMIT, "parameters__b": LIMIT}, "parameters/b.yaml", 1, "已写在"),
        ({"parameters__a": LIMIT.replace("value: 5000000", "value: 五百万")}, "parameters/a.yaml", 1, "单位“元”"),
        ({"parameters__a": LIMIT.replace("2022", "2019")}, "parameters/a.yaml", 1, "按生效先后"),
        ({"rules": "a: 1\n"}, "rules.yaml", 0, "不认识的文件"),
        ({"workflows__deep__a": "a: 1\n"}, "workflows/deep/a.yaml", 0, "不认识的文件"),
        ({"parameters": LIMIT}, "parameters.yaml", 0, "不认识的文件"),
        ({"parameters__a": "- 1\n"}, "parameters/a.yaml", 1, "须为表"),
        ({"sources": SOURCES + "other:\n  title: 另一办法\n  level: county\n", "parameters__a": LIMIT}, "sources.yaml", 6, "没有被引用"),
        ({"sources": SOURCES.replace("county", "village"), "parameters__a": LIMIT}, "sources.yaml", 5, "只能是"),
    ],
)  # fmt: skip
def test_problem_names_file_and_line(change, file, line, words):
    found = problems(files(**change))
    assert [(name, number) for name, number, _ in found] == [(f"upper/{file}", line)]
    assert words in found[0][2]


def test_all_problems_of_all_files_come_at_once():
    found = problems(
        files(
            parameters__a=LIMIT.replace("label", "lable"),
            parameters__b="x:\n  label: 甲\n  label: 乙\n",
            calendar="item:\n  label: 甲\n",
        )
    )
    assert {name for name, _, _ in found} == {
        "upper/parameters/a.yaml",
        "upper/parameters/b.yaml",
        "upper/calendar.yaml",
    }
    assert len(found) >= 5


def test_cases_and_scenarios_are_no_rules():
    pack = read_pack("upper", files(parameters__a=LIMIT, cases__a="- 1\n", scenario__input="- 1\n"))
    assert set(pack.entries["parameters"]) == {"limit"}


def test_missing_manifest_is_named():
    given = files(parameters__a=LIMIT)
    del given["pack.yaml"]
    assert [(name, words) for name, _, words in problems(given)] == [("upper/pack.yaml", "缺少这个文件")]


def test_folder_and_place_must_agree():
    assert "place 须与文件夹同名" in problems(files("lower", parameters__a=LIMIT), "upper")[0][2]


def test_unknown_role_label_is_refused():
    given = files(parameters__a=LIMIT)
    given["pack.yaml"] += "roles: {king: 国王}\n"
    assert "king" in problems(given)[0][2]


def test_key_of_an_entry_must_be_its_file_name():
    text = "key: other\nlabel: 提纲\ncite: {source: law, clause: 附件}\ntitle: 报告\nsections: [{key: a, title: 一}]\n"
    found = problems(files(documents__report=text))
    assert found[0][:2] == ("upper/documents/report.yaml", 1)
    assert "key 须与文件名相同：report" in found[0][2]
