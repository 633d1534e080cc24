"""What stands below all records cannot be changed past the system unseen: projects, bodies, years, rules, duties, people."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from jiheng.channels.api.models import Token
from jiheng.foundation import clock
from jiheng.foundation.accounts.changes import ChangeData, NewBody
from jiheng.foundation.accounts.models import Appointment, BodyChangeLine, Organisation, Place, User
from jiheng.foundation.accounts.passwords import change_password
from jiheng.foundation.accounts.places import under
from jiheng.foundation.accounts.services import (
    appoint,
    create_user,
    end_appointment,
    give_password,
    register_person,
    switch_account,
)
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.audit.sealing import rows_of
from jiheng.foundation.audit.sealing_anew import accept, take_stock
from jiheng.foundation.audit.services import SEALED
from jiheng.foundation.files.models import Evidence, ImportBatch, StoredFile
from jiheng.foundation.files.proving import broken_files
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import Refused
from jiheng.foundation.sign_in.models import SecondFactor
from jiheng.foundation.sign_in.services import bind, reset_factor
from jiheng.registers.bodies.services import register_change
from jiheng.registers.cycles.extensions import ask_extension, decide_extension
from jiheng.registers.cycles.models import Cycle, Extension, Handover
from jiheng.registers.duties.models import Duty, DutyShare, MainWork
from jiheng.registers.duties.services import (
    DutyData,
    WorkData,
    share_money,
    write_duties,
    write_works,
)
from jiheng.registers.policies.models import AmendmentVerdict, Snapshot
from jiheng.registers.subjects.models import ContentChange, Subject, SubjectYear
from jiheng.registers.subjects.services import (
    SubjectData,
    change_content,
    register_subjects,
    unregister_batch,
)
from jiheng.stages.goals.models import Goal, PolicyLink, PolicyRow
from jiheng.stages.goals.policies.services import link_policy
from tests.channels.api.callers import token_for
from tests.channels.audit.tampering import lines_of, undone
from tests.foundation.sign_in.test_second_factor import Telephone
from tests.guards import take_away
from tests.make import (
    DAY,
    PASSWORD,
    PDF,
    County,
    make_county,
    make_goal,
    make_place,
    make_subject,
)
from tests.registers.cycles.test_adopting import amended

pytestmark = pytest.mark.django_db
LATER = date(2024, 3, 1)


@pytest.fixture
def county() -> Iterator[County]:
    with clock.at(DAY):
        yield make_county()


def lived_in(county: County, settings: Any, folder: Any) -> SubjectYear:
    """A county in which something of each kind was done by an act; return its project."""
    settings.MEDIA_ROOT = folder
    office, unit = county.person("performance_office"), county.person("unit_project")
    year = make_subject(county, name="道路养护")
    change_content(year=year, content={"name": "道路养护二期"}, reason="更名", document="发改〔2022〕1号", person=office)
    goal = make_goal(county, year, "department")
    attach(subject=goal, row="", name="批复.pdf", content=PDF, person=unit)
    policy = make_goal(county, make_subject(county, kind="policy", unit=1), "approved")
    own, theirs = goal.indicators.first(), policy.indicators.first()
    rows = {own.lineage: theirs.lineage}
    link_policy(goal=goal, policy=policy.subject_year, rows=rows, person=county.person("division"))
    body = county.departments[0]
    data = DutyData(body, "1", "办好义务教育", main=True, source="三定方案", valid_from=date(2020, 1, 1))
    [duty] = write_duties(rows=[data], person=county.person("department_reviewer"))
    works = [WorkData(body, "1", "改善办学条件", "工作要点", duty)]
    write_works(cycle=county.cycle, rows=works, person=county.person("department_reviewer"))
    share_money(year=year, shares={duty.pk: Decimal(100)}, person=county.person("department_reviewer"))
    amended(county)
    asked = ask_extension(
        cycle=county.cycle, item="goals_submit", organisation=county.units[0], due=date(2022, 12, 1), reason="人员变动",
        person=county.person("unit_head"),
    )  # fmt: skip
    decide_extension(extension=asked, granted=True, opinion="", person=office)
    token_for(unit)
    keeper = county.person("security_admin")
    register_person(
        username="xinren", name="新人", organisation=county.units[0], role="unit_project", valid_from=DAY, reason="调入",
        person=keeper,
    )  # fmt: skip
    return year


def swapped(model: type[Any], **told: Any) -> Callable[[], None]:
    """Put other values into the last row of a table, past the system."""

    def do() -> None:
        last = rows_of(model).order_by("-pk")[:1].get()
        assert rows_of(model).filter(pk=last.pk).update(**told) == 1

    return do


def smuggled(county: County) -> None:
    """A stranger made leader of the bureau, in the table alone."""
    user = create_user(username="mao", name="冒名", password=None)
    Appointment.objects.create(user=user, organisation=county.bureau, role="bureau_leader", valid_from=DAY)


def swap_file() -> None:
    """Another document in place of the one that was attached."""
    rows_of(StoredFile).update(digest="0" * 64)


def test_nothing_of_it_can_be_changed_unseen(county: County, settings: Any, tmp_path: Any) -> None:
    year = lived_in(county, settings, tmp_path)
    told = proved_records(county.place.pk)
    assert (told.lines, told.unsealed) == ([], 0)
    take_away()
    whose: dict[str, list[tuple[Callable[[], object], str]]] = {
        "项目": [
            (lambda: SubjectYear.objects.filter(pk=year.pk).update(requested_fen=1), "记录内容"),
            (lambda: SubjectYear.objects.filter(pk=year.pk).update(unit=county.units[2]), "记录内容"),
            (lambda: Subject.objects.filter(pk=year.subject_id).update(code="X1"), "项目代码"),
            (lambda: ContentChange.objects.update(reason="改"), "内容修改"),
            (lambda: DutyShare.objects.all().delete(), "资金对应的职责"),
            (swapped(PolicyLink, policy=year), "所属政策"),
            (lambda: PolicyRow.objects.all()._raw_delete("default"), "承担的政策指标"),
        ],
        "单位": [
            (swapped(Organisation, name="改名局"), "记录内容"),
            (lambda: Organisation.objects.filter(pk=county.units[0].pk).update(parent=county.departments[1]), "记录内容"),
            (lambda: create_organisation_past(county), "没有任何记载"),
        ],
        "任职": [(lambda: smuggled(county), "没有任何记载"), (swapped(Appointment, role="bureau_leader"), "记录内容")],
        "用户": [(swapped(User, password=make_password("猜不到")), "记录内容"), (swapped(User, is_active=False), "记录内容")],
        "地区": [(lambda: Place.objects.filter(pk=county.place.pk).update(parent=make_place("up", "上级")), "记录内容")],
        "预算年度": [(swapped(Cycle, state="closed"), "办理状态（审计链为“进行中”，数据库中为“已关闭”）"),
                 (swapped(Cycle, snapshot=Snapshot.objects.order_by("-pk")[0]), "记录内容")],
        "延长期限": [(swapped(Extension, due=date(2023, 1, 1)), "记录内容")],
        "冻结的制度": [(swapped(Snapshot, content={}), "记录内容")],
        "制度修订": [(swapped(AmendmentVerdict, judge="别人"), "审批")],
        "职责": [(swapped(Duty, text="别的"), "记录内容")],
        "年度重点工作": [(swapped(MainWork, name="别的"), "记录内容")],
        "接口令牌": [(swapped(Token, read_only=True), "记录内容")],
        "绩效目标": [(swap_file, "附件的内容"), (swapped(Evidence, withdrawn=True), "附件"), (swapped(Handover, late_days=9), "报送登记")],
    }  # fmt: skip
    for kind, ways in whose.items():
        for do, words in ways:
            with undone():
                do()
                found = lines_of(county)
                assert any(one.startswith(f"{kind} ") and words in one for one in found), (kind, words, found)
    assert lines_of(county) == []


def create_organisation_past(county: County) -> None:
    rows_of(Organisation).create(place=county.place, code="999", name="假单位", kind="unit", valid_from=DAY)


def test_what_people_do_with_bodies_people_and_accounts_is_never_named(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    make_goal(county, make_subject(county), "department")
    keeper, unit = county.person("security_admin"), county.units[0]
    told: dict[str, Any] = {"username": "xinren", "name": "新人", "organisation": unit, "role": "unit_project", "valid_from": DAY}
    made, _ = register_person(**told, reason="调入", person=keeper)
    user = made.user
    appoint(user=user, organisation=county.units[1], role="unit_project", valid_from=DAY, reason="兼任", person=keeper)
    telephone = Telephone(monkeypatch)
    bind(user=user, secret=telephone.secret, code=telephone.code(), person=None)
    with undone():
        SecondFactor.objects.all().delete()
        [line] = lines_of(county)
        assert f"用户 {user.pk} 号" in line
        assert "第二因素" in line
    reset_factor(user=user, place=county.place, person=keeper, reason="手机丢失")
    give_password(user=user, new="一个新的密码 2022", place=county.place, person=keeper, reason="忘记")
    for one in user.appointments.all():
        end_appointment(appointment=one, day=DAY, person=keeper, reason="调离")
    user.refresh_from_db()
    with clock.at(DAY + timedelta(days=3)):
        change_password(user=user, new="离任以后又改 2022", person=None)
    assert Entry.objects.filter(action="user.password", subject=f"accounts.user:{user.pk}").exists()
    switch_account(user=user, place=county.place, on=False, person=keeper, reason="离职")
    assert lines_of(county) == []
    with clock.at(LATER):
        for data in (
            ChangeData("rename", LATER, "盐编发〔2024〕3号", (unit,), (NewBody(unit.code, "实验中学", unit.parent),)),
            ChangeData("merge", LATER, "盐编发〔2024〕4号", (county.units[1],), (county.units[2],)),
        ):
            register_change(data=data, person=county.person("performance_office"))
    assert BodyChangeLine.objects.count() == 2
    under(county.place, make_place("up", "上级"))
    told_of = proved_records(county.place.pk)
    assert (told_of.lines, told_of.unsealed) == ([], 0)


def test_a_password_that_is_kept_better_is_noted_once(county: County, settings: Any) -> None:
    keeper = county.person("security_admin")
    user = create_user(username="laoren", name="老人", password=PASSWORD)
    appoint(user=user, organisation=county.units[0], role="unit_head", valid_from=DAY, reason="任命", person=keeper)
    plain = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *plain]
    for _ in range(2):
        signed = Client().post("/accounts/login/", {"username": "laoren", "password": PASSWORD})
        assert signed.status_code == 302
    user.refresh_from_db()
    assert user.password.startswith("pbkdf2")
    assert Entry.objects.filter(action="user.strengthen").count() == 1
    assert lines_of(county) == []


def test_a_list_is_sealed_in_few_questions_and_taken_back(county: County, django_assert_max_num_queries: Any) -> None:
    rows = [
        SubjectData(code=f"L{at:04d}", name=f"项目{at}", kind="project", unit=county.units[0], department=county.departments[0])
        for at in range(600)
    ]
    batch = make_batch(county)
    with django_assert_max_num_queries(60):
        made = register_subjects(cycle=county.cycle, rows=rows, person=county.person("performance_office"), batch=batch)
    assert lines_of(county) == []
    with undone():
        SubjectYear.objects.filter(pk=made[300].pk).update(name="改")
        [line] = lines_of(county)
        assert f"项目 {made[300].pk} 号（改）：记录内容与审计链第" in line
    unregister_batch(batch=batch, person=county.person("performance_office"))
    assert lines_of(county) == []


def make_batch(county: County) -> ImportBatch:
    """A list that was uploaded, as the projects of it name it."""
    kept = StoredFile.objects.create(digest="1" * 64, size=1, kind="csv", content="x")
    told = {"place": county.place, "organisation": county.bureau, "kind": "projects", "name": "x.csv", "file": kept}
    return ImportBatch.objects.create(**told, uploaded_at=clock.now(), uploaded_by="某人")


def unsealed(county: County) -> None:
    """Make the chain of an older version: nothing below the records was sealed."""
    for entry in Entry.objects.filter(place=county.place, detail__has_key=SEALED):
        if not entry.subject.startswith("goals."):
            del entry.detail[SEALED]
            rows_of(Entry).filter(pk=entry.pk).update(detail=entry.detail)


def test_what_older_versions_left_is_sealed_once_and_a_repair_is_owned_up_to(county: County) -> None:
    goal = make_goal(county, make_subject(county), "department")
    year = goal.subject_year
    take_away()
    unsealed(county)
    assert proved_records(county.place.pk).unsealed > 20
    with pytest.raises(Refused, match="理由"):
        take_stock(place=county.place, reason=" ")
    Goal.objects.filter(pk=goal.pk).update(state="approved")
    assert take_stock(place=county.place, reason="升级到新版本") > 20
    told = proved_records(county.place.pk)
    assert told.unsealed == 0
    [line] = told.lines
    assert f"绩效目标 {goal.pk} 号" in line, "what differed before goes on differing"
    Goal.objects.filter(pk=goal.pk).update(state="department")
    assert take_stock(place=county.place, reason="再来一次") == 0
    SubjectYear.objects.filter(pk=year.pk).update(sector="教育支出")
    assert f"项目 {year.pk} 号" in lines_of(county)[0]
    for wrong in ("goals.goal:x", "nothing:1", f"goals.goal:{goal.pk}", f"subjects.subjectyear:{year.pk + 99}"):
        with pytest.raises(Refused):
            accept(place=county.place, subject=wrong, reason="工单 7")
    accept(place=county.place, subject=f"subjects.subjectyear:{year.pk}", reason="工单 7：迁移时写错领域")
    told = proved_records(county.place.pk)
    assert told.lines == []
    [line] = told.accepted
    assert line.startswith(f"subjects.subjectyear:{year.pk} 曾绕过系统改动，经承认后封存")


def test_a_file_that_was_put_in_the_place_of_another_is_named(county: County, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    goal = make_goal(county, make_subject(county))
    made = attach(subject=goal, row="", name="批复.pdf", content=PDF, person=county.person("unit_project"))
    assert list(broken_files(county.place.pk)) == []
    path = tmp_path / made.file.content.name
    path.chmod(0o640)
    path.write_bytes(PDF + b" ")
    [line] = broken_files(county.place.pk)
    assert "“批复.pdf”" in line
    assert "曾被替换" in line
    path.unlink()
    [line] = broken_files(county.place.pk)
    assert "不见了" in line
