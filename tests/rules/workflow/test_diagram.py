"""The picture: well-formed, inside its frame, nothing inline."""

import re
import xml.etree.ElementTree as ET

from jiheng.rules.workflow import Workflow
from jiheng.rules.workflow.diagram import _lanes
from tests.rules.workflow.tables import TABLE, table, with_step

SVG = "{http://www.w3.org/2000/svg}"


def drawn(given=TABLE):
    text = Workflow.parse(given).diagram()
    return text, ET.fromstring(text)  # noqa: S314 - our own text


def test_picture_names_states_steps_and_roles():
    _, root = drawn()
    words = [node.text for node in root.iter(f"{SVG}text")]
    assert {"草拟", "审核中", "已批复", "提交（会签）", "项目经办／财务经办", "退回·主管部门审核"} <= set(
        words
    )


def test_picture_is_described_for_those_who_cannot_see_it():
    _, root = drawn()
    assert root.find(f"{SVG}title").text == "目标"
    assert "审核中：批复（局领导）→ 已批复" in root.find(f"{SVG}desc").text


def test_picture_has_nothing_inline():
    text, _ = drawn()
    assert not re.search(r"style=|<style|<script|on\w+=|href=", text)


def test_shapes_stay_inside_the_frame():
    _, root = drawn(with_step(2, label="退回单位修改完善后重新提交审核批复"))
    left, top, width, height = map(int, root.get("viewBox").split())
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert left <= x
        assert x + w <= left + width
        assert top <= y
        assert y + h <= top + height


def test_words_are_escaped():
    text, root = drawn(table(label="目标<b>&"))
    assert "<b>" not in text
    assert root.find(f"{SVG}title").text == "目标<b>&"


def test_crossing_spans_get_lanes_of_their_own():
    assert _lanes([(0, 4), (1, 2), (2, 4), (3, 5)]) == [2, 0, 0, 1]
