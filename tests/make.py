"""Builders that tests of all stages share: a place, a county with people in every role, subjects, sign-in.

Everything goes through the services that pages use; only what stands before anybody can act (places,
bodies, appointments, money that the ledger holds already) is created directly. The day of what is built is `DAY`; wrap with `clock.at` for another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.middleware import SESSION_KEY
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.accounts.services import create_organisation, create_place, create_user
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.web.navigation import CYCLE_SESSION_KEY
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.services import confirm_all
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subject, set_library_state
from jiheng.rules.policy import Policy, load_policy
from jiheng.stages.appraisal.facts import card_in, materials_of
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.services import (
    attach_material,
    forward_appraisal,
    save_bureau_lines,
    save_department_lines,
    start_appraisal,
    submit_appraisal,
)
from jiheng.stages.goals.access import workflow_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import (
    RowData,
    approve_department,
    approve_goal,
    move_goal,
    pass_division,
    save_content,
    save_money,
    start_goal,
    submit_goal,
)

PACK = "ningxia-yanchi"
BUDGET_YEAR = 2023
BEGINNING = date(2020, 1, 1)
DAY = date(2022, 11, 1)
PASSWORD = "only-for-tests-2023"

UNIT_ROLES = ("unit_project", "unit_finance", "unit_head")
BUREAU_ROLES = ("division", "performance_office", "evaluation_centre", "treasury", "bureau_leader")
SYSTEM_ROLES = ("system_admin", "security_admin", "audit_admin")
OUTSIDE = (
    ("agency", "agency", "第三方评价机构"),
    ("expert", "expert_pool", "评审专家库"),
    ("congress", "overseer", "人大财经委"),
    ("auditor", "overseer", "审计局"),
    ("discipline", "overseer", "派驻纪检监察组"),
)

_numbers = count(1)


def make_place(code: str = PACK, name: str = "测试县") -> Place:
    """A place that follows the pack named `code`."""
    return create_place(code=code, name=name, region_code="640323")


def make_organisation(place: Place, kind: str, name: str, parent: Organisation | None = None) -> Organisation:
    """A body of the place, in force since `BEGINNING`."""
    code = f"{next(_numbers):06d}"
    return create_organisation(
        place=place, code=code, name=name, kind=kind, parent=parent, valid_from=BEGINNING
    )


def make_person(organisation: Organisation, role: str, name: str = "") -> Person:
    """A new user with one appointment; the sign-in name is `u<number>`, the password `PASSWORD`.

    Written past the service, so that tests have people whom it would refuse, too: a leader in an agency.
    """
    number = next(_numbers)
    user = create_user(username=f"u{number}", name=name or f"{ROLES[role].label}{number}", password=PASSWORD)
    with act(None, place=organisation.place):
        made = Appointment.objects.create(
            user=user, organisation=organisation, role=role, valid_from=BEGINNING
        )
        record("appointment.create", made, {"user": user.username, "role": role})
    return person_of(made)


@dataclass
class County:
    """A whole county: bodies, one person for each role (units and departments each their own), the cycle."""

    place: Place
    bureau: Organisation
    departments: list[Organisation]
    units: list[Organisation]
    cycle: Cycle
    policy: Policy
    people: dict[tuple[str, int], Person] = field(default_factory=dict)

    def person(self, role: str, index: int = 0) -> Person:
        """The person in this role; `index` numbers units (unit roles) and departments (reviewers)."""
        return self.people[role, index]

    def second(self, role: str, index: int = 0) -> Person:
        """Another person in the same role and body: for four eyes."""
        organisation = Organisation.objects.get(pk=self.person(role, index).organisation_id)
        return make_person(organisation, role)


def make_county(code: str = PACK, budget_year: int = BUDGET_YEAR, *, day: date = DAY) -> County:
    """A county with bureau, 2 departments, 3 units (two below the first department), all roles, an open cycle.

    Units: 0 and 1 below department 0, 2 below department 1. The cycle stands on the pack `code` with
    every assumed value confirmed.
    """
    place = make_place(code)
    bureau = make_organisation(place, "bureau", "测试县财政局")
    departments = [
        make_organisation(place, "department", name) for name in ("测试县教育局", "测试县农业农村局")
    ]
    units = [
        make_organisation(place, "unit", "测试县第一中学", departments[0]),
        make_organisation(place, "unit", "测试县第二中学", departments[0]),
        make_organisation(place, "unit", "测试县农技推广中心", departments[1]),
    ]
    people: dict[tuple[str, int], Person] = {}
    for index, unit in enumerate(units):
        people |= {(role, index): make_person(unit, role) for role in UNIT_ROLES}
    for index, department in enumerate(departments):
        people["department_reviewer", index] = make_person(department, "department_reviewer")
    people |= {(role, 0): make_person(bureau, role) for role in (*BUREAU_ROLES, *SYSTEM_ROLES)}
    for role, kind, name in OUTSIDE:
        people[role, 0] = make_person(make_organisation(place, kind, name), role)
    policy = load_policy(code)
    with clock.at(day):
        office = people["performance_office", 0]
        confirm_all(policy=policy, place=place, ground="测试", person=office)
        cycle = open_cycle(place=place, budget_year=budget_year, person=office)
    return County(place, bureau, departments, units, cycle, policy, people)


def make_subject(county: County, *, unit: int = 0, cycle: Cycle | None = None, **data: Any) -> SubjectYear:
    """A registered project of a unit: 100 万元, continuing; `data` overrides fields of SubjectData."""
    body = county.units[unit]
    department = body.parent or body
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"P{number:05d}",
        "name": f"测试项目{number}",
        "kind": "project",
        "requested_fen": 100_000_000,
        "sector": "教育",
    }
    told = SubjectData(unit=body, department=department, **(values | data))
    return register_subject(
        cycle=cycle or county.cycle, data=told, person=county.person("performance_office")
    )


def make_budget(
    county: County,
    year: SubjectYear,
    fen: int = 100_000_000,
    *,
    day: date | None = None,
    kind: str = "initial",
) -> None:
    """Money of a subject that stands in the ledger already, whatever its gates would say to it now."""
    LedgerEntry.objects.create(
        place_id=year.place_id,
        subject_year=year,
        budget_year=year.budget_year,
        kind=kind,
        book=year.book,
        source="fiscal",
        amount_fen=fen,
        day=day or date(year.budget_year, 1, 31),
    )
    if kind in {"initial", "adjustment"} and fen > 0 and year.library_state == "entered":
        set_library_state(year=year, state="budgeted", clause="", person=county.person("performance_office"))


ROWS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("产出指标", "数量指标", "购置教学设备台数", "≥120", "台", "20"),
    ("产出指标", "质量指标", "设备验收合格率", "=100", "%", "15"),
    ("产出指标", "时效指标", "完成验收时间", "11月底前", "", "10"),
    ("产出指标", "成本指标", "单台设备平均成本", "≤8000", "元/台", "5"),
    ("效益指标", "社会效益指标", "实验开出率", "≥95", "%", "20"),
    ("效益指标", "可持续影响指标", "设备使用管理制度健全性", "制度健全、执行有记录", "", "10"),
    ("满意度指标", "服务对象满意度指标", "师生满意度", "≥90", "%", "10"),
)


def make_rows(rows: Sequence[tuple[str, str, str, str, str, str]] = ROWS) -> list[RowData]:
    """Indicator rows as typed: level 1, level 2, name, value, unit, points; typed freely with a reason."""
    return [
        RowData(
            level1=level1,
            level2=level2,
            name=name,
            target_text=value,
            unit=unit,
            weight=Decimal(weight),
            free_reason="指标库中没有相近指标",
            standard="年度工作计划",
            data_source="验收单和统计台账",
        )
        for level1, level2, name, value, unit, weight in rows
    ]


STATES = ("draft", "department", "division", "performance", "reviewed", "approved")


def make_goal(
    county: County, year: SubjectYear, state: str = "draft", *, rows: Sequence[RowData] | None = None
) -> Goal:
    """A filled goal of a subject, moved by the people of the county to `state` (one of STATES)."""
    unit = next(at for at, one in enumerate(county.units) if one.pk == year.unit_id)
    department = county.departments.index(county.units[unit].parent)  # type: ignore[arg-type]
    project, finance = county.person("unit_project", unit), county.person("unit_finance", unit)
    goal = start_goal(year=year, person=project)
    save_content(
        goal=goal,
        person=project,
        rows=make_rows() if rows is None else rows,
        objective="购置教学设备120台并投入使用，实验开出率达到95%以上，改善办学条件。",
    )
    save_money(goal=goal, person=finance, fiscal_fen=year.requested_fen, other_fen=0, note="按市场询价测算")
    steps: tuple[Callable[[], None], ...] = (
        lambda: _sign(goal, project, finance),
        lambda: approve_department(goal=goal, person=county.person("department_reviewer", department)),
        lambda: pass_division(goal=goal, person=county.person("division")),
        lambda: move_goal(goal=goal, person=county.person(_second_reviewer(goal)), action="pass"),
        lambda: approve_goal(goal=goal, person=county.person("bureau_leader")),
    )
    for step in steps[: STATES.index(state)]:
        step()
    return goal


def _second_reviewer(goal: Goal) -> str:
    """Who reviews after the division, by the goal's table."""
    return next(one.by[0] for one in workflow_of(goal).steps if one.from_state == goal.state and one.action == "pass")


def make_promise(year: SubjectYear, fen: int | None = None) -> Goal:
    """An approved goal of a subject that stands already, without rows: enough for the ledger's gate.

    Its money is `fen`, else what was asked for.
    """
    return Goal.objects.create(
        place_id=year.place_id,
        state="approved",
        created_at=clock.now(),
        cycle_id=year.cycle_id,
        subject_year=year,
        scope="project",
        fiscal_fen=year.requested_fen if fen is None else fen,
        approved_on=DAY,
    )


PDF = b"%PDF-1.4 made for tests"


def make_appraisal(
    county: County, year: SubjectYear, *, state: str = "draft", lost: Sequence[str] = ()
) -> Appraisal:
    """An appraisal of a subject: `draft`, `department`, `bureau` (forwarded) or `scored` (bureau's points in).

    Both sides give full points but for the items named in `lost`, which the bureau scores 0.
    """
    unit = next(index for index, one in enumerate(county.units) if one.pk == year.unit_id)
    department = next(index for index, one in enumerate(county.departments) if one.pk == year.department_id)
    clerk, reviewer = county.person("unit_project", unit), county.person("department_reviewer", department)
    office = county.person("performance_office")
    made = start_appraisal(year=year, person=clerk, ground="测试")
    if state == "draft":
        return made
    for material in materials_of(year):
        if material.required:
            attach_material(
                appraisal=made, material=material.key, name=f"{material.key}.pdf", content=PDF, person=clerk
            )
    submit_appraisal(appraisal=made, person=clerk)
    if state == "department":
        return made
    full = {item.key: item.points for item in card_in(year.cycle).items}
    save_department_lines(appraisal=made, points=full, missing={}, person=reviewer)
    forward_appraisal(appraisal=made, person=reviewer)
    if state == "bureau":
        return made
    points = full | dict.fromkeys(lost, Decimal(0))
    missing = dict.fromkeys(lost, "没有测算明细")
    save_bureau_lines(appraisal=made, points=points, missing=missing, person=office)
    return made


def _sign(goal: Goal, *people: Person) -> None:
    for person in people:
        submit_goal(goal=goal, person=person)


def sign_in(client: Client, person: Person, cycle: Cycle | None = None) -> Client:
    """Let the client act as this person (under this appointment), looking at the cycle."""
    client.force_login(
        User.objects.get(pk=person.user_id), backend="jiheng.foundation.sign_in.backend.PasswordBackend"
    )
    session = client.session
    session[SESSION_KEY] = Appointment.objects.get(pk=person.appointment_id).pk
    if cycle is not None:
        session[CYCLE_SESSION_KEY] = str(cycle.pk)
    session.save()
    return client
