"""What goes out as a workbook comes back unchanged, for every national form and any data."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.write import write_form
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.policy.strict_yaml import read_yaml
from tests.foundation.sheets.strategies import form_data

FOLDER = Path(__file__).parents[3] / "jiheng/packs/national/forms"
FORMS = {
    path.stem: FormDefinition.model_validate(read_yaml(path.name, path.read_text())[0].value)
    for path in sorted(FOLDER.glob("*.yaml"))
}


@pytest.mark.parametrize("key", sorted(FORMS))
@settings(max_examples=max(12, settings.default.max_examples // 5))
@given(draw=st.data())
def test_form_comes_back_as_it_went_out(key: str, draw: st.DataObject) -> None:
    definition = FORMS[key]
    data = draw.draw(form_data(definition))
    reading = read_form(definition, write_form(definition, data, place="somewhere", record="17"))
    assert reading.data == data
    assert [str(problem) for problem in reading.problems] == []
    assert (reading.origin.place, reading.origin.record, reading.origin.form) == ("somewhere", "17", key)
