"""From upload to ledger and back: confirmation, repetition, undoing, staleness, two people at once."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from jiheng.channels.exchange.models import ImportLine
from jiheng.channels.exchange.services import (
    Stale,
    confirm,
    content_of,
    drop,
    marked,
    same_file,
    statement,
    undo,
)
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.subjects.models import Subject, SubjectYear
from tests.channels.exchange.sheets import DAY, PAYMENTS, book, budgeted, import_now, send, wrong
from tests.make import County, make_budget, make_county, make_goal, make_promise, make_subject
from tests.threads import all_at_once, names_of

GOOD = (("A1", 10, "2023-05-01", "Z1"), ("A1", "5.000001", "2023-05-02", "Z2"))


@pytest.fixture
def county(db: None) -> County:
    made = make_county()
    budgeted(made, "A1")
    return made


def payments(county: County, *rows: object, name: str = "list.xlsx") -> ImportBatch:
    return send(county, "payments", book(PAYMENTS, *(rows or GOOD)), name, role="treasury")  # type: ignore[arg-type]


@pytest.mark.feature("1.13", "5.03")
def test_a_confirmed_list_stands_in_the_ledger_to_the_fen(county: County) -> None:
    batch = import_now(payments(county), county.person("treasury"))
    year = SubjectYear.objects.get(subject__code="A1")
    assert balance(year.pk).executed == 15_000_001
    assert (batch.phase, batch.report["applied"]["rows"], batch.report["applied"]["fen"]) == (
        "applied",
        2,
        15_000_001,
    )
    assert statement(batch)[-1] == ("差额", "0", "0.00")
    assert set(LedgerEntry.objects.filter(batch=batch).values_list("reference", flat=True)) == {"Z1", "Z2"}
    assert first_break(county.place.pk) is None


def test_nothing_is_written_while_anything_is_wrong(county: County) -> None:
    batch = payments(county, *GOOD, ("X9", 1, "2023-05-03", "Z3"))
    with pytest.raises(Refused, match="没有导入任何一行"):
        import_now(batch, county.person("treasury"))
    batch.refresh_from_db()
    assert batch.phase == "preview"
    assert not LedgerEntry.objects.filter(kind="payment").exists()


@pytest.mark.feature("1.13")
def test_the_same_file_twice_is_named_and_an_overlapping_one_adds_only_what_is_new(county: County) -> None:
    treasury = county.person("treasury")
    first = import_now(payments(county), treasury)
    content = content_of(first)
    again = send(county, "payments", content, role="treasury")
    assert same_file(again) == first
    with pytest.raises(Refused, match="同一文件已于"):
        import_now(again, treasury)
    more = payments(county, *GOOD, ("A1", 7, "2023-05-09", "Z3"))
    assert more.report["rows"] == {"wrong": 0, "look": 0, "new": 1, "same": 2, "file": 3}
    import_now(more, treasury)
    assert balance(SubjectYear.objects.get(subject__code="A1").pk).executed == 22_000_001
    changed = payments(county, ("A1", 11, "2023-05-01", "Z1"))
    assert "已登记为 10.00 万元" in wrong(changed)["D2"]


@pytest.mark.feature("1.13")
def test_undoing_payments_reverses_each_and_leaves_nothing(county: County) -> None:
    treasury = county.person("treasury")
    batch = import_now(payments(county), treasury)
    with clock.at(DAY):
        with pytest.raises(Refused, match="请写明撤销原因"):
            undo(batch=batch, reason=" ", person=treasury)
        batch.refresh_from_db()
        assert undo(batch=batch, reason="传错了表", person=treasury) == 2
    assert balance(SubjectYear.objects.get(subject__code="A1").pk).executed == 0
    assert LedgerEntry.objects.filter(batch=batch).count() == 4
    assert batch.report["undone"]["left_fen"] == 0
    batch.refresh_from_db()
    with clock.at(DAY), pytest.raises(Overtaken):
        undo(batch=batch, reason="再撤一次", person=treasury)
    later = import_now(payments(county), treasury)
    assert later.report["applied"]["rows"] == 2
    assert balance(SubjectYear.objects.get(subject__code="A1").pk).executed == 15_000_001


def test_undoing_a_budget_that_payments_lean_on_is_refused_with_the_list(county: County) -> None:
    office = county.person("performance_office")
    year = make_subject(county, code="B1", name="有支付的项目")
    make_promise(year)
    rows = (("项目代码", "预算金额", "批复日期"), ("B1", 80, "2023-01-20"))
    batch = import_now(send(county, "budgets", book(*rows)), office)
    make_budget(county, year, 50_000_000, kind="payment", day=date(2023, 3, 1))
    with clock.at(DAY), pytest.raises(Refused, match=r"“有支付的项目”已支付 50\.00 万元"):
        undo(batch=batch, reason="重来", person=office)
    batch.refresh_from_db()
    assert batch.phase == "applied"
    assert balance(year.pk).budget == 80_000_000


def test_undoing_projects_is_refused_when_something_hangs_on_one(county: County) -> None:
    office = county.person("performance_office")
    rows = (
        ("项目代码", "项目名称", "实施单位", "申报金额"),
        ("P1", "甲", "测试县第一中学", 10),
        ("P2", "乙", "测试县第一中学", 20),
    )
    batch = import_now(send(county, "projects", book(*rows)), office)
    goal = make_goal(county, SubjectYear.objects.get(subject__code="P2"))
    with clock.at(DAY), pytest.raises(Refused, match="“乙”已有绩效目标"):
        undo(batch=batch, reason="重来", person=office)
    assert SubjectYear.objects.filter(batch=batch).count() == 2
    goal.delete()
    batch.refresh_from_db()
    with clock.at(DAY):
        assert undo(batch=batch, reason="重来", person=office) == 2
    assert not Subject.objects.filter(code__in=["P1", "P2"]).exists()


def test_undoing_units_is_refused_when_people_work_there(county: County) -> None:
    admin = county.person("system_admin")
    rows = (
        ("单位代码", "单位名称", "单位类型", "上级单位代码"),
        ("8", "某局", "主管部门", None),
        ("81", "某站", None, "8"),
    )
    batch = import_now(send(county, "units", book(*rows), role="system_admin"), admin)
    project = (("项目代码", "项目名称", "实施单位", "申报金额"), ("P1", "甲", "某站", 10))
    projects = import_now(send(county, "projects", book(*project)), county.person("performance_office"))
    with clock.at(DAY), pytest.raises(Refused, match="“某站”已有人员任职、下级单位或业务记录"):
        undo(batch=batch, reason="重来", person=admin)
    with clock.at(DAY):
        undo(batch=projects, reason="先撤项目", person=county.person("performance_office"))
        batch.refresh_from_db()
        assert undo(batch=batch, reason="重来", person=admin) == 2
    assert not Organisation.objects.filter(code__in=["8", "81"]).exists()


def test_a_stale_preview_is_made_anew_instead_of_imported(county: County) -> None:
    batch = payments(county)
    year = SubjectYear.objects.get(subject__code="A1")
    make_budget(county, year, 90_000_000, kind="payment", day=date(2023, 5, 20))
    with pytest.raises(Stale, match="预览之后数据有了变化"):
        import_now(batch, county.person("treasury"))
    batch.refresh_from_db()
    assert batch.phase == "preview"
    assert "超过全年预算" in wrong(batch)["B3"]
    assert ImportLine.objects.get(batch=batch, number=3).state == "wrong"
    with pytest.raises(Refused, match="没有导入任何一行"):
        import_now(batch, county.person("treasury"))


def test_a_dropped_list_cannot_be_imported(county: County) -> None:
    batch = payments(county)
    seen = ImportBatch.objects.get(pk=batch.pk)
    drop(batch=batch, person=county.person("treasury"))
    with pytest.raises(Overtaken):
        import_now(seen, county.person("treasury"))
    assert not LedgerEntry.objects.filter(kind="payment").exists()


def test_who_may_not_import_is_told_who_may(county: County) -> None:
    with pytest.raises(Refused, match="《支付清单》由绩效管理股、集中支付中心导入"):
        send(county, "payments", book(PAYMENTS, *GOOD), role="division")
    batch = payments(county)
    with pytest.raises(Refused):
        confirm(batch=batch, person=county.person("division"), fingerprint=batch.report["fingerprint"])


def test_the_marked_copy_carries_each_mistake_at_its_cell_also_for_csv(county: County) -> None:
    text = "项目代码,支付金额,支付日期,凭证号\nA1,10,2023-05-01,Z1\nX9,很多,2023-05-02,Z2\n"
    batch = send(county, "payments", text.encode("gbk"), "list.csv", role="treasury")
    made = load_workbook(io.BytesIO(marked(batch)))
    listed, sheet, *_ = made.worksheets
    assert "不在 2023 年度项目库中" in sheet["A3"].comment.text
    assert "不是金额" in sheet["B3"].comment.text
    assert sheet["B2"].comment is None
    assert [row[1] for row in listed.iter_rows(min_row=2, values_only=True)] == ["A3", "B3"]


@pytest.mark.usefixtures("committed")
def test_two_people_who_bring_the_same_vouchers_book_them_once() -> None:
    county = make_county()
    budgeted(county, "A1")
    treasury, office = county.person("treasury"), county.person("performance_office")
    one = payments(county)
    two = payments(county, *GOOD, ("A1", 1, "2023-05-09", "Z3"))
    answers = all_at_once(lambda: import_now(one, treasury), lambda: import_now(two, office))
    assert names_of(answers) == ["Stale", "done"]
    kept = LedgerEntry.objects.filter(kind="payment").values_list("reference", flat=True)
    assert len(kept) == len(set(kept))


@pytest.mark.usefixtures("committed")
def test_two_people_who_confirm_the_same_batch_import_it_once() -> None:
    county = make_county()
    budgeted(county, "A1")
    batch = payments(county)
    copies = [ImportBatch.objects.get(pk=batch.pk) for _ in range(2)]
    people = [county.person("treasury"), county.person("performance_office")]
    answers = all_at_once(
        *(lambda one=one, who=who: import_now(one, who) for one, who in zip(copies, people, strict=True))
    )
    assert names_of(answers) == ["Overtaken", "done"]
    assert LedgerEntry.objects.filter(kind="payment").count() == 2
