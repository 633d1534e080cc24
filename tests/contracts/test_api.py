"""What a page does, the interface does: every address has its counterpart, or stands in the list with a reason."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from jiheng.channels.api.v1 import endpoints
from jiheng.channels.api.wiring import openapi
from tests.contracts.matrix import addresses

FILE = Path(__file__).with_name("openapi.json")

SCREEN = "what only a screen needs: a live sum or hint while somebody types, a part of a page, the undo of a press"
PRINT = "an official form or paper to be printed or filled by hand; its contents stand in the record"
OFFLINE = "the form filled offline is for people; a program sends the fields themselves"
SESSION = "signing in and what belongs to a browser's session"
RULES = "rules to be read with their clauses by people; the values of a year: cycles/{pk}/parameters"
KEEPING = "people, appointments and tokens are kept by a person on the screen, never by a program"
FIGURES = "figures drawn from the same lists that the interface offers"
FILED = "one file for a person who works a decision out again; its facts stand in the records that the interface offers"
PUBLIC = "open without a token, as JSON and CSV"

NOT_IN_THE_INTERFACE = {
    SCREEN: {
        "cycles:months", "goals:bulk_undo", "goals:library", "goals:check", "monitoring:check", "evaluation:self_points",
        "evaluation:self_recheck_total", "evaluation:score_total", "subjects:verdict", "desk:search",
        "desk:notices", "goals:session_room", "appraisal:joint_room",
    },
    PRINT: {
        "bodies:restated_file", "appraisal:xlsx", "appraisal:pdf", "appraisal:report_docx", "appraisal:report_pdf", "assessment:xlsx",
        "assessment:pdf", "evaluation:form", "evaluation:report_file", "evaluation:self_form", "evaluation:self_report_file",
        "goals:form", "goals:region_form",
        "goals:session_docx", "goals:session_pdf",
        "goals:approvals", "goals:approval", "goals:approval_issue", "goals:approval_file",
        "goals:review_form", "monitoring:form", "results:notice_docx", "results:notice_pdf", "reports:list",
        "reports:file", "monitoring:recapture_docx", "monitoring:recapture_pdf", "results:accountability_docx",
        "results:accountability_pdf", "exchange:file", "exchange:marked", "exchange:template",
        "exchange:export", "files:download", "indicators:json_file", "indicators:proposal_rows",
    },
    OFFLINE: {
        "indicators:json", "goals:template", "goals:upload", "goals:upload_apply", "evaluation:self_template", "evaluation:self_upload",
        "evaluation:self_upload_apply", "evaluation:self_upload_marked", "goals:upload_marked", "goals:upload_updated",
        "goals:many_file", "goals:many_marked", "goals:many_updated",
    },
    FIGURES: {
        "goals:duty_map", "goals:checklist", "goals:marks", "goals:key_proposals",
        "goals:agreement", "goals:compare", "goals:returns", "goals:softening", "appraisal:statistics", "appraisal:simulate", "subjects:expiring",
        "assessment:behind", "evaluation:library", "evaluation:library_rows", "evaluation:library_retire", "evaluation:past",
    },
    RULES: {
        "policies:grades", "policies:scorecards", "policies:workflows", "policies:calendar", "policies:documents",
        "policies:sources", "policies:changes", "policies:conflicts", "policies:assumed", "policies:confirm",
    },
}  # fmt: skip
WHOLE = {
    "accounts": SESSION, "sign_in": SESSION, "people": KEEPING, "rights": KEEPING, "api": KEEPING,
    "dashboards": FIGURES, "portal": PUBLIC, "healthz": SESSION, "audit": "anchors are noted outside by people",
    "support": KEEPING, "packages": FILED,
}  # fmt: skip
"""Parts in which an address needs no counterpart."""


def counterparts() -> set[str]:
    return {page for one in endpoints() for page in one.pages}


def test_every_act_of_a_page_has_an_endpoint_or_a_reason() -> None:
    excused = {name for names in NOT_IN_THE_INTERFACE.values() for name in names}
    names = {one.name for one in addresses() if one.name.partition(":")[0] not in WHOLE}
    assert sorted(one for one in names - counterparts() - excused) == []
    assert sorted(one for one in counterparts() if one in excused) == []


def test_every_counterpart_and_every_reason_names_an_address_that_is_there() -> None:
    names = {one.name for one in addresses()}
    excused = {name for names in NOT_IN_THE_INTERFACE.values() for name in names}
    assert sorted((counterparts() | excused) - names) == []


def test_all_seven_stages_offer_their_workflow() -> None:
    areas = {one.area for one in endpoints() if one.writes}
    assert {"appraisal", "goals", "monitoring", "evaluation", "results", "assessment", "disclosure"} <= areas


def test_every_name_is_explained_in_chinese() -> None:
    found = openapi()
    chinese = re.compile(r"[\u4e00-\u9fff]")
    wrong = [
        f"{name}.{key}"
        for name, schema in found["components"]["schemas"].items()
        for key, one in schema.get("properties", {}).items()
        if not chinese.search(one.get("description", "").partition("，")[0])
    ]
    for path, methods in found["paths"].items():
        for method, told in methods.items():
            words = [told["summary"], *(one.get("description", "") for one in told.get("parameters", []))]
            wrong += [f"{method} {path}: {one}" for one in words if not chinese.search(one)]
    assert wrong == []


def test_amounts_are_whole_fen_and_nothing_is_a_floating_number() -> None:
    wrong = []
    for name, schema in openapi()["components"]["schemas"].items():
        for key, one in schema.get("properties", {}).items():
            kinds = {two.get("type") for two in (one, *one.get("anyOf", ()))}
            if name.endswith("Body") or one.get("description", "").endswith("，写成文字"):
                kinds.discard("number")  # what is sent may be written as a number or as a text
            if key.endswith("_fen") and ("integer" not in kinds or "分" not in one["description"]):
                wrong.append(f"{name}.{key}")
            if "number" in kinds and "写成文字" not in one.get("description", ""):
                wrong.append(f"{name}.{key} is a number")
    assert wrong == []


def test_no_two_endpoints_have_one_name() -> None:
    names = [one.name for one in endpoints()]
    assert sorted(names) == sorted(set(names))


def test_no_two_schemas_share_a_name() -> None:
    """Each endpoint's own schemas stand in the description as they are, not as another one of the same name."""
    described, wrong = openapi()["components"]["schemas"], []
    for one in endpoints():
        for model in (one.answer, *([one.body] if one.body is not None else [])):
            told = model.model_json_schema(mode="serialization" if model is one.answer else "validation")
            parts = {model.__name__: told, **told.get("$defs", {})}
            wrong += [
                f"{one.method} {one.path}: {name}"
                for name, part in parts.items()
                if set(part.get("properties", {})) != set(described[name].get("properties", {}))
            ]
    assert wrong == []


def test_the_description_is_the_committed_one() -> None:
    committed = json.loads(FILE.read_text(encoding="utf-8"))
    assert openapi() == committed, "the interface changed: python -m tests.contracts.openapi, look at the difference"


@pytest.mark.django_db
def test_description_and_documentation_are_open_and_need_nothing_from_outside() -> None:
    description = Client().get("/api/v1/openapi.json")
    assert description.json()["openapi"].startswith("3.1")
    page = Client().get("/api/v1/docs/")
    text = page.content.decode()
    assert "http://" not in text.replace("http://testserver", "")
    assert "https://" not in text
    assert "<script" not in text.replace('<script src="/static/', "")
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert text.count("<details") == len(endpoints())
