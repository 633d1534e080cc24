"""Forms on a page clean like the workbook and give data in the same shape."""

from django.http import QueryDict

from jiheng.foundation.forms.page import PaperForm, RowForm
from jiheng.foundation.forms.schema import json_schema
from jiheng.rules.forms.data import to_json
from tests.foundation.sheets.national import FORMS, WAN, self_evaluation

F5 = FORMS["F5"]


def test_page_form_gives_back_what_it_showed() -> None:
    data = self_evaluation()
    shown = PaperForm(F5, data_of=data)
    typed = QueryDict(mutable=True)
    for name in shown.fields:
        value = shown[name].value()
        typed[name] = "" if value is None else str(value)
    form = PaperForm(F5, typed, data_of=data, require=True)
    assert form.errors == {}
    assert form.changed_data == []
    values = form.values()
    assert values["money"]["appropriation"]["initial"] == data["money"]["appropriation"]["initial"]
    assert {key: values[key] for key in ("project_name", "goal", "filled_on")} == {
        key: data[key] for key in ("project_name", "goal", "filled_on")
    }


def test_page_form_says_the_words_of_the_workbook_and_asks_for_required_boxes() -> None:
    form = PaperForm(
        F5,
        QueryDict("project_name=&money__total__initial=十来万"),
        keys={"project_name", "money"},
        require=True,
    )
    assert form.errors["money__total__initial"] == ["“十来万”是约数，没有确切的金额；请填写确切的金额"]
    assert form.errors["project_name"] == ["“项目名称”必须填写"]
    assert "goal" not in form.fields
    draft = PaperForm(F5, QueryDict("project_name="), keys={"project_name"})
    assert draft.is_valid()


def test_page_form_keeps_computed_boxes_whatever_is_sent() -> None:
    data = self_evaluation()
    form = PaperForm(F5, QueryDict("money__total__score=100"), data_of=data, keys={"money"})
    assert form.is_valid()
    assert form.values()["money"]["total"]["score"] == data["money"]["total"]["score"]


def test_row_form_cleans_one_row_of_a_table() -> None:
    table = F5.tables[0]
    form = RowForm(table, QueryDict("name=面积&target=≥5万亩&points=１０&level1=产出指标"))
    assert form.is_valid()
    assert {key: form.cleaned_data[key] for key in ("name", "target")} == {"name": "面积", "target": "≥5万亩"}
    assert form.cleaned_data["points"] == 10


def test_json_schema_describes_the_data_as_json() -> None:
    schema = json_schema(F5)
    plain = to_json(F5, self_evaluation())
    assert set(schema["properties"]) == set(plain)
    assert schema["properties"]["money"]["properties"]["total"]["properties"]["initial"] == {
        "title": "年初预算数",
        "type": ["integer", "null"],
        "description": "金额，单位：分",
        "minimum": 0,
    }
    assert plain["money"]["total"]["initial"] == 1200 * WAN
    row = schema["properties"]["indicators"]["items"]
    assert set(row["properties"]) == set(plain["indicators"][0])
    assert row["required"] == ["level1", "level2", "name", "target", "actual", "points"]
    assert json_schema(FORMS["F9"])["properties"]["conclusion"]["enum"] == [
        "予以支持",
        "调整完善后予以支持",
        "不予支持",
        None,
    ]
