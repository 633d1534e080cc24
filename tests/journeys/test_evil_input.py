"""What nobody types by mistake: forged numbers, zero characters, markup, formulas, huge texts, other people's posts."""

import io
import zipfile
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import User
from jiheng.foundation.files.services import evidence_of
from jiheng.stages.monitoring import services as monitoring
from tests.journeys.visitor import Visitor, sit
from tests.make import PASSWORD, County, make_goal, make_subject
from tests.stages.evaluation.builders import self_evaluation
from tests.stages.monitoring.build import DAY, paid_project

pytestmark = pytest.mark.django_db
DAY_AFTER = date(2024, 2, 2)
HUGE = ("9" * 19, "9" * 40, "9" * 5000)
"""Just above the largest key, far above it, and more digits than Python reads."""


def changed(values: list[tuple[str, Any]], **given: str) -> list[tuple[str, Any]]:
    """Replace what a form would send under some names."""
    return [(name, given.get(name, value)) for name, value in values]


@pytest.mark.parametrize("number", HUGE)
def test_forged_numbers_are_refused_and_never_break_a_page(shared: County, number: str) -> None:
    with clock.at(DAY):
        year = paid_project(shared)
        monitoring.open_checkpoint(cycle=shared.cycle, key="q1", person=shared.person("performance_office"))
        report = year.monitoring_reports.get()
        goal = make_goal(shared, make_subject(shared))
        clerk, reviewer = sit(shared, "unit_project"), sit(shared, "department_reviewer")
        page = clerk.open(f"/goals/{goal.pk}/edit/")
        sound = page.values(page.form_with("保存")[0], {})
        for name in ("rows-0-library", "rows-0-pk"):
            clerk.send(page.url, changed(sound, **{name: number}), referer=page.url, status=422)
        record = clerk.open(f"/goals/{goal.pk}/")
        sent = record.values(record.form_with("提交审核")[0], {})
        clerk.send(f"/goals/{goal.pk}/act/", [*changed(sent, version=number), ("action", "x")], status=422)
        page = clerk.open(f"/monitoring/{report.pk}/fill/")
        sent = page.values(page.form_with("保存")[0], {})
        clerk.send(page.url, changed(sent, **{"readings-TOTAL_FORMS": number}), referer=page.url, status=422)
        clerk.send(page.url, changed(sent, **{"readings-0-pk": number}), referer=page.url, status=422)
        token = ("csrfmiddlewaretoken", str(reviewer.open("/goals/").response.context["csrf_token"]))
        reviewer.send("/goals/bulk/approve_department/", [token, ("pk", number), ("pk", "x"), ("pk", "²")])
        for address in ("/monitoring/?checkpoint=", "/policies/?version=", "/public/?year=", "/public/?page="):
            clerk.open(address + number)
        sit(shared, "bureau_leader").open(f"/dashboards/?department={number}")


@pytest.mark.parametrize("address", ["/public/?year=²", "/public/?year=٣", "/public/data.csv?year=²", "/public/data.json?year=-1"])
def test_digits_of_other_scripts_are_no_year(shared: County, address: str) -> None:
    Visitor().open(address)


def test_zero_characters_are_refused_wherever_they_stand(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "department")
        reviewer = sit(shared, "department_reviewer")
        page = reviewer.open(f"/goals/{goal.pk}/")
        refused = page.press("退回修改", {"办理意见": "前\0后"}, status=400)
        assert "没有办理" in refused
        for address in ("/goals/?q=%00", "/search/?q=a%00", "/goals/?state=%00", "/public/?text=%00", "/public/%00/"):
            reviewer.open(address, status=400)
        goal.refresh_from_db()
        assert goal.state == "department"


# --- requests that no page of ours sends


def test_post_without_the_page_s_own_token_is_refused(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "department")
        reviewer = sit(shared, "department_reviewer")
        page = reviewer.open(f"/goals/{goal.pk}/")
        sent = [("action", "approve_department"), ("version", str(goal.version))]
        for forged in ([], [("csrfmiddlewaretoken", "x" * 64)], [("csrfmiddlewaretoken", "")]):
            refused = reviewer.send(f"/goals/{goal.pk}/act/", [*sent, *forged], referer=page.url, status=403)
            assert "刷新" in refused or "重新" in refused, "plain words and a way on"
        goal.refresh_from_db()
        assert goal.state == "department"


def test_session_that_ended_while_a_form_was_filled_loses_nothing_silently(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk = sit(shared, "unit_project")
        page = clerk.open(f"/goals/{goal.pk}/edit/")
        Session.objects.all().delete()
        form, _ = page.form_with("保存")
        answer = clerk.client.post(page.url, dict(page.values(form, {"年度目标": "写了很久"})))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=")
        told = clerk.client.post(f"/goals/{goal.pk}/autosave/", dict(page.values(form, {})), headers={"HX-Request": "true"})
        assert told.status_code == 204
        assert told["HX-Redirect"].startswith("/accounts/login/")
        goal.refresh_from_db()
        assert goal.objective != "写了很久"


def test_pages_are_not_kept_after_signing_out(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk = sit(shared, "unit_project")
        for address in ("/", "/goals/", f"/goals/{goal.pk}/", f"/goals/{goal.pk}/form.xlsx", "/goals/?export=xlsx", "/goals/0/"):
            answer = clerk.client.get(address)
            if answer.streaming:
                b"".join(answer)
            kept = answer["Cache-Control"]
            assert "private" in kept, address
            assert "no-cache" in kept or "no-store" in kept, address
        out = clerk.desk().press("退出登录")
        assert out.url.startswith("/accounts/login/")
        assert clerk.client.get(f"/goals/{goal.pk}/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
        "javascript:jhx()", "http:///evil.example", " https://evil.example", "/\t/evil.example", "https://testserver@evil.example",
        "https://testserver.evil.example/", "\x01https://evil.example",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(shared: County, target: str) -> None:
    person = shared.person("unit_project")
    name = User.objects.get(pk=person.user_id).username
    visitor = Visitor()
    page = visitor.open(f"/accounts/login/?{urlencode({'next': target})}")
    done = page.press("登录", {"登录名": name, "密码": PASSWORD})
    assert done.url == "/"
    token = str(done.response.context["csrf_token"])
    moved = visitor.client.post("/accounts/cycle/", {"csrfmiddlewaretoken": token, "cycle": "x", "next": target})
    assert "evil.example" not in moved["Location"]
    assert "jhx" not in moved["Location"]


def test_methods_that_an_address_does_not_know_are_refused(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
    clerk = sit(shared, "unit_project")
    clerk.client.handler.enforce_csrf_checks = False
    for address in ("/", "/goals/", f"/goals/{goal.pk}/", f"/goals/{goal.pk}/act/", "/accounts/logout/", "/public/", "/healthz"):
        for method in ("put", "patch", "delete", "trace", "options"):
            answer = getattr(clerk.client, method)(address)
            assert answer.status_code == 405, f"{method} {address}"
            assert "Allow" in answer
    assert clerk.client.get(f"/goals/{goal.pk}/act/").status_code == 405
    assert clerk.client.get("/accounts/logout/").status_code == 405, "a link cannot sign anybody out"


def test_answers_carry_their_protections(shared: County) -> None:
    clerk = sit(shared, "unit_project")
    for address in ("/", "/goals/", "/goals/0/", "/public/", "/accounts/login/", "/goals/0/act/"):
        headers = clerk.client.get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], address
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "testserver:http", "testserver, evil.example", "a" * 5000])
def test_foreign_host_names_are_refused(shared: County, host: str) -> None:
    assert Visitor().client.get("/public/", headers={"Host": host}).status_code == 400


def test_forwarded_addresses_are_not_believed_without_a_proxy(shared: County) -> None:
    answer = Visitor().client.get("/goals/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert answer["Location"] == "/accounts/login/?next=%2Fgoals%2F"


# --- files


def bomb() -> bytes:
    """A workbook of some kilobytes that unpacks to hundreds of megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(210):
                sheet.write(b"0" * 1024 * 1024)
    return out.getvalue()


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FILES = {
    "nothing": ("空.pdf", b""),
    "page": ("佐证.pdf", b"<html><script>jhx()</script>"),
    "program": ("佐证.pdf", b"MZ\x90\x00"),
    "picture that is none": ("照片.png", b"%PDF-1.4"),
    "scalable picture": ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>jhx()</script></svg>"),
    "name without an end": ("佐证", b"%PDF-1.4"),
    "two ends": ("佐证.pdf.exe", b"%PDF-1.4"),
    "virus": ("佐证.pdf", b"%PDF-1.4\n" + EICAR),
    "too large": ("佐证.pdf", b"%PDF-1.4" + b"0" * (20 * 1024 * 1024)),
}


@pytest.mark.parametrize("what", list(FILES))
def test_files_that_are_not_taken_are_named_beside_the_form(shared: County, what: str) -> None:
    record = self_evaluation(shared, "filled")
    name, content = FILES[what]
    with clock.at(DAY_AFTER):
        clerk = sit(shared, "unit_project")
        page = clerk.open(f"/evaluation/self/{record.pk}/")
        refused = page.press("上传", {"file": SimpleUploadedFile(name, content)}, status=422)
        assert refused.refusals or refused.wrong
    assert evidence_of(record).count() == 1, "only the one that stood before"


@pytest.mark.parametrize("kind", ["goals", "evaluation/self", "exchange/payments"])
def test_bombs_and_odd_workbooks_are_refused_at_every_door(shared: County, kind: str) -> None:
    with clock.at(date(2023, 6, 1)):
        if kind == "exchange/payments":
            visitor, address, button = sit(shared, "treasury"), "/exchange/payments/upload/", "上传并核对"
        elif kind == "goals":
            pk = make_goal(shared, make_subject(shared)).pk
            visitor, address, button = sit(shared, "unit_project"), f"/goals/{pk}/upload/", ""
        else:
            pk = self_evaluation(shared, "filled").pk
            visitor, address, button = sit(shared, "unit_project"), f"/evaluation/self/{pk}/upload/", ""
        page = visitor.open(address)
        for content in (bomb(), b"PK\x03\x04", b"", b"<html>", EICAR, b"PK\x05\x06" + b"\0" * 18):
            button = button or next(one for one in page.buttons if "上传" in one or "核对" in one or "导入" in one)
            refused = page.press(button, {"file": SimpleUploadedFile("表.xlsx", content)}, status=422)
            assert refused.refusals or refused.wrong, (kind, content[:10])


def test_names_of_files_lead_nowhere_and_break_no_header(shared: County) -> None:
    record = self_evaluation(shared, "filled")
    with clock.at(DAY_AFTER):
        clerk = sit(shared, "unit_project")
        page = clerk.open(f"/evaluation/self/{record.pk}/")
        for name in ("../../../etc/passwd.pdf", "..\\..\\boot.pdf", 'a";filename="b.html.pdf', "换\u202efdp.exe.pdf", "𠮷" * 80 + ".pdf"):
            page = page.press("上传", {"file": SimpleUploadedFile(name, b"%PDF-1.4\n" + name.encode())})
            assert page.told
        for one in evidence_of(record):
            assert "/" not in one.name
            assert "\\" not in one.name
            answer = clerk.client.get(f"/files/{one.pk}/")
            disposition = answer["Content-Disposition"]
            assert disposition.startswith("attachment")
            assert "\n" not in disposition
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers.get("Content-Security-Policy", "") or answer["Content-Type"] == "application/pdf"
            assert str(one.file.content.name).endswith(".pdf")
            assert ".." not in str(one.file.content.name)


def test_form_with_too_many_or_too_large_fields_is_refused_in_words(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk = sit(shared, "unit_project")
        page = clerk.open(f"/goals/{goal.pk}/edit/")
        values = page.values(page.form_with("保存")[0], {})
        many = clerk.send(page.url, [*values, *[(f"x{one}", "") for one in range(20_001)]], referer=page.url, status=400)
        assert "没有办理" in many
        large = clerk.send(page.url, [*values, ("note", "x" * (26 * 1024 * 1024))], referer=page.url, status=400)
        assert "没有办理" in large
        long = clerk.send(page.url, changed(values, objective="长" * 1_000_000), referer=page.url, status=422)
        assert any("4000" in one for one in long.wrong)
