"""Two people or windows on one half of a goal: what both typed is there afterwards, in the goal or beside it."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.foundation.refused import Refused
from jiheng.rules.merging import Row
from jiheng.stages.goals.forms import HalfForms
from jiheng.stages.goals.models import Goal, HeldText
from jiheng.stages.goals.services import submit_goal
from jiheng.stages.goals.together import (
    ROWS,
    Tables,
    joined,
    read_base,
    save_together,
    shown_tables,
    told_tables,
)
from tests.make import County, make_county, make_goal, make_subject

texts = st.text(alphabet="甲乙丙≥95 ", max_size=4)
cells = st.fixed_dictionaries({"name": texts, "target_text": texts})
tables = st.dictionaries(st.sampled_from("abcdef"), cells, max_size=5)


def rows(table: dict[str, dict[str, str]]) -> list[Row]:
    return [Row(key, told) for key, told in table.items()]


@settings(max_examples=500, deadline=None)
@given(tables, tables, tables)
def test_no_text_of_either_side_is_lost(base: dict[str, Any], stored: dict[str, Any], mine: dict[str, Any]) -> None:
    made = joined(rows(base), rows(stored), rows(mine))
    table = {row.key: row.cells for row in made.rows}
    clashes = {(one.key, one.column): (one.mine, one.theirs) for one in made.conflicts}
    for side, at in ((stored, 0), (mine, 1)):
        for key, told in side.items():
            for column, text in told.items():
                if key in base and base[key][column] == text:
                    continue
                shown = {table.get(key, {}).get(column), clashes.get((key, column), ("", ""))[at]}
                assert text in shown, (key, column, text)
    for key, told in base.items():
        if key in stored and key in mine:
            assert key in table, "a row that both still have stays"
        if stored.get(key, told) == told and mine.get(key, told) == told:
            assert (key in table) == (key in stored and key in mine), "a row goes when somebody took it out unchanged"


@settings(max_examples=200, deadline=None)
@given(tables, tables)
def test_who_is_alone_gets_exactly_what_stands_on_the_page(base: dict[str, Any], mine: dict[str, Any]) -> None:
    made = joined(rows(base), rows(base), rows(mine))
    assert {row.key: row.cells for row in made.rows} == mine
    assert not made.conflicts


class Window:
    """One open page of the content half, as its script keeps it."""

    def __init__(self, county: County, goal: Goal, role: str = "unit_project") -> None:
        self.person, self.goal = county.person(role), goal
        self.half = "money" if role == "unit_finance" else "content"
        self.page = uuid4().hex
        tables = shown_tables(goal, self.half)
        self.base = told_tables(tables)
        self.now: dict[str, dict[str, dict[str, str]]] = {
            name: {row.key: dict(row.cells) for row in rows} for name, rows in tables.items()
        }

    def named(self, name: str) -> dict[str, str]:
        return next(cells for cells in self.now[ROWS].values() if cells["name"] == name)

    def post(self) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update({"seen": "0", "page": self.page, **self.now["texts"][""]})
        for prefix in set(self.now) - {"texts"}:
            stored = {str(one.lineage): one.pk for one in self.goal.indicators.all()} if prefix == ROWS else {}
            told.update({f"{prefix}-TOTAL_FORMS": str(len(self.now[prefix])), f"{prefix}-INITIAL_FORMS": "0"})
            for at, (key, cells) in enumerate(self.now[prefix].items()):
                pk = stored.get(key, "") if prefix == ROWS else key
                told.update({f"{prefix}-{at}-{name}": text for name, text in {**cells, "key": key, "pk": str(pk)}.items()})
        return told

    def save(self, **more: Any) -> dict[str, Any]:
        self.goal = Goal.objects.get(pk=self.goal.pk)
        answer = save_together(
            goal=self.goal,
            person=self.person,
            forms=HalfForms(self.goal, self.half, self.post()),
            base=read_base(json.dumps(self.base)),
            page=self.page,
            **more,
        )
        held = {(one["table"], one["key"], one["column"]) for one in answer["held"]}
        old = read_base(json.dumps(self.base))
        was = {(name, row.key): row.cells for name, rows in old.items() for row in rows}
        for name, rows in answer["tables"].items():
            for row in rows:
                for column, text in row["cells"].items():
                    if (name, row["key"], column) in held:
                        row["cells"][column] = was.get((name, row["key"]), {}).get(column, "")
                    else:
                        self.now[name].setdefault(row["key"], {})[column] = text
            if name != "texts":
                self.now[name] = {row["key"]: self.now[name][row["key"]] for row in rows}
        self.base = answer["tables"]
        return answer


def values(goal: Goal) -> dict[str, tuple[str, str]]:
    return {row.name: (row.target_text, f"{row.weight:f}") for row in goal.indicators.all()}


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def goal(county: County) -> Goal:
    return make_goal(county, make_subject(county))


@pytest.mark.django_db
@pytest.mark.feature("1.09")
def test_two_windows_change_different_cells_and_both_are_kept(county: County, goal: Goal) -> None:
    one, two = Window(county, goal), Window(county, goal)
    one.named("实验开出率")["target_text"] = "≥97"
    two.named("实验开出率")["weight"] = "21"
    two.named("师生满意度")["weight"] = "9"
    one.save()
    answer = two.save()
    assert not answer["held"]
    assert values(goal)["实验开出率"] == ("≥97", "21.00")
    assert two.named("实验开出率")["target_text"] == "≥97", "the second window is told"
    one.save()
    assert one.named("师生满意度")["weight"] == "9"


@pytest.mark.django_db
def test_the_same_cell_keeps_the_first_text_and_shows_the_second_beside_it(county: County, goal: Goal) -> None:
    one, two = Window(county, goal), Window(county, goal)
    one.named("实验开出率")["target_text"] = "≥97"
    two.named("实验开出率")["target_text"] = "≥99"
    two.now["texts"][""]["objective"] += "并建立台账。"
    one.save()
    answer = two.save()
    assert values(goal)["实验开出率"][0] == "≥97"
    assert [(one["typed"], one["stands"]) for one in answer["held"]] == [("≥99", "≥97")]
    assert Goal.objects.get().objective.endswith("并建立台账。"), "what does not clash is saved"
    kept = HeldText.objects.get()
    assert (kept.typed, kept.where_words) == ("≥99", "第 5 行“实验开出率”指标值")
    assert two.named("实验开出率")["target_text"] == "≥99", "the typed text stays on the page"
    assert two.save()["held"], "it is told until it is settled"
    key = kept.row
    next(row for row in two.base[ROWS] if row["key"] == key)["cells"]["target_text"] = "≥97"  # “用我写的”
    assert not two.save()["held"]
    assert values(goal)["实验开出率"][0] == "≥99"
    assert not HeldText.objects.exists()


@pytest.mark.django_db
def test_a_cell_that_cannot_be_read_stops_no_other(county: County, goal: Goal) -> None:
    one = Window(county, goal)
    one.named("实验开出率").update(weight="二十来分", target_text="≥97")
    answer = one.save()
    assert values(goal)["实验开出率"] == ("≥97", "20.00")
    assert [(one["column"], one["typed"]) for one in answer["held"]] == [("weight", "二十来分")]
    assert HeldText.objects.get().typed == "二十来分"
    assert one.named("实验开出率")["weight"] == "二十来分"


@pytest.mark.django_db
def test_a_row_taken_out_here_and_changed_there_stays(county: County, goal: Goal) -> None:
    one, two = Window(county, goal), Window(county, goal)
    key = next(key for key, cells in one.now[ROWS].items() if cells["name"] == "实验开出率")
    del one.now[ROWS][key]
    two.named("实验开出率")["target_text"] = "≥98"
    one.save()
    assert "实验开出率" not in values(goal)
    two.save()
    assert values(goal)["实验开出率"][0] == "≥98"
    assert str(goal.indicators.get(name="实验开出率").lineage) == key, "it is the same row as before"
    del two.now[ROWS][key]
    one.save()
    one.named("实验开出率")["target_text"] = "≥99"
    one.save()
    assert [name for name, row in two.save()["back"] if row == key] == [ROWS]
    assert values(goal)["实验开出率"][0] == "≥99"


@pytest.mark.django_db
def test_a_new_row_sent_twice_is_one_row(county: County, goal: Goal) -> None:
    window = Window(county, goal)
    before = goal.indicators.count()
    base = window.base
    new = dict.fromkeys(next(iter(window.now[ROWS].values())), "")
    window.now[ROWS][str(uuid4())] = {**new, "name": "参训教师人数", "target_text": "≥60", "unit": "人", "weight": "5"}
    window.save()
    pk = goal.indicators.get(name="参训教师人数").pk
    window.base = base  # the answer was lost on the way
    window.save()
    assert goal.indicators.count() == before + 1
    assert goal.indicators.get(name="参训教师人数").pk == pk


@pytest.mark.django_db
def test_rows_are_moved_by_one_and_written_by_the_other(county: County, goal: Goal) -> None:
    one, two = Window(county, goal), Window(county, goal)
    order = list(one.now[ROWS])
    one.now[ROWS] = {key: one.now[ROWS][key] for key in reversed(order)}
    two.named("实验开出率")["target_text"] = "≥98"
    one.save()
    two.save()
    assert [str(row.lineage) for row in goal.indicators.all()] == order[::-1]
    assert values(goal)["实验开出率"][0] == "≥98"


@pytest.mark.django_db
@pytest.mark.feature("1.09")
def test_the_money_half_is_joined_as_well(county: County, goal: Goal) -> None:
    one, two = Window(county, goal, "unit_finance"), Window(county, goal, "unit_finance")
    one.now["texts"][""]["other_fen"] = "三十几"
    one.now["texts"][""]["note"] = "按询价测算"
    two.now["texts"][""]["fiscal_fen"] = "120.00"
    one.save()
    answer = two.save()
    goal.refresh_from_db()
    assert goal.fiscal_fen == 120_000_000
    assert goal.money_note == "按询价测算"
    assert not answer["held"]
    assert [row["column"] for row in one.save()["held"]] == ["other_fen"]
    assert goal.other_fen == 0
    assert HeldText.objects.get().typed == "三十几"


@pytest.mark.django_db
def test_nothing_is_written_when_nothing_changed_or_nobody_may(county: County, goal: Goal) -> None:
    window = Window(county, goal)
    version = Goal.objects.get().content_version
    window.save()
    assert Goal.objects.get().content_version == version
    for role in ("unit_project", "unit_finance"):
        submit_goal(goal=goal, person=county.person(role))
    window.named("实验开出率")["target_text"] = "≥99"
    with pytest.raises(Refused, match="不能修改"):
        window.save()
    assert values(goal)["实验开出率"][0] != "≥99"


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"rows": 3}', '{"rows": [{"key": 1}]}', '{"texts": [{"key": "", "cells": 5}]}'])
def test_a_base_that_is_none_counts_as_nothing_seen(text: str) -> None:
    found: Tables = read_base(text)
    assert found == {}
