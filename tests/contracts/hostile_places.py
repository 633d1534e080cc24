"""Records that the demo county does not have, each in the smallest place that can: whose pages show a box for files.

For each address who may send to it, and the page on which its form stands.
"""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.plans.services import take_up
from jiheng.registers.rulebooks.services import RuleData, write_rule
from jiheng.registers.subjects.warrants import WarrantData, file_warrant
from jiheng.rules.rulebooks import LINKS
from jiheng.stages.evaluation.fieldwork.services import (
    RecordData,
    add_record,
    argue_scheme,
    ask_material,
    begin_scheme,
    move_scheme,
    save_scheme,
)
from jiheng.stages.evaluation.joint.services import PartnerFindingData, file_finding
from jiheng.stages.evaluation.plans.services import add_lines, begin_plan, move_plan
from jiheng.stages.evaluation.services.evaluations import EvaluationOrder, start_evaluation
from jiheng.stages.results.accountability.services import (
    Charge,
    decide_accountability,
    open_accountability,
    receive_accountability,
)
from tests.made_results import drawn_for, make_budgeted
from tests.make import County, make_county

Shown = tuple[str, Person, str]
ORDERED, CHARGED = date(2024, 4, 1), date(2024, 7, 10)


def elsewhere() -> Iterator[Shown]:
    """Yield the addresses, each with who may send to it and the page where."""
    yield from _of_tianyuan(make_county("hunan-tianyuan"))
    yield from _of_xiangtan(make_county("hunan-xiangtan"))
    yield from _of_hailin(make_county("heilongjiang-hailin", 2022, day=date(2021, 11, 1)))


def _of_tianyuan(county: County) -> Iterator[Shown]:
    unit, agency, office = county.person("unit_project"), county.person("agency"), county.person("performance_office")
    year = make_budgeted(county)
    made = file_warrant(year=year, data=WarrantData("duties", "工作计划"), person=unit)
    yield "subjects:warrant_attach", unit, reverse("subjects:warrants", args=[year.pk])
    yield "subjects:warrant_write", unit, reverse("subjects:warrant_write", args=[made.subject_year_id])
    body = Organisation.objects.get(pk=agency.organisation_id)
    with clock.at(ORDERED):
        drawn_for(year, "fiscal", body, office)
        order = EvaluationOrder(year, "fiscal", "project_evaluation", year.requested_fen, body, date(2024, 6, 30))
        evaluation = start_evaluation(order=order, person=office)
        scheme = begin_scheme(evaluation=evaluation, person=agency)
        save_scheme(scheme=scheme, text="逐项核实", steps=["material", "visit", "survey", "expert"], person=agency)
        move_scheme(scheme=scheme, action="submit", person=agency)
        argue_scheme(scheme=scheme, people="评价组", opinion="可行", person=office)
        move_scheme(scheme=scheme, action="approve", person=office)
        asked = ask_material(evaluation=evaluation, text="合同", person=agency)
        add_record(evaluation=evaluation, told=RecordData("visit", ORDERED, "属实", "现场", "甲"), person=agency)
    yield "evaluation:material_attach", unit, reverse("evaluation:material", args=[asked.pk])
    yield "evaluation:field_attach", agency, reverse("evaluation:fieldwork", args=[evaluation.pk])
    head = county.person("unit_head")
    with clock.at(CHARGED):
        charge = Charge(county.units[0], "falsified", "虚报完成数量", year)
        case = open_accountability(cycle=county.cycle, charge=charge, person=office)
        decide_accountability(case=case, measures=("criticism",), reason="情节较重", person=county.person("bureau_leader"))
        receive_accountability(case=case, person=head)
    yield "results:accountability_report", head, reverse("results:accountability_report", args=[case.pk])


def _of_xiangtan(county: County) -> Iterator[Shown]:
    office, auditor, agency = county.person("performance_office"), county.person("auditor"), county.person("agency")
    year, audit = make_budgeted(county), Organisation.objects.get(pk=auditor.organisation_id)
    with clock.at(ORDERED):
        plan = begin_plan(cycle=county.cycle, person=office)
        add_lines(plan=plan, subjects=[year.pk], criteria=[], reason="财审联动", partner=audit, person=office)
        move_plan(plan=plan, action="submit", person=office)
        move_plan(plan=plan, action="adopt", person=county.person("bureau_leader"))
        body = Organisation.objects.get(pk=agency.organisation_id)
        order = EvaluationOrder(year, "fiscal", "project_evaluation", year.requested_fen, body, date(2024, 6, 30))
        evaluation = start_evaluation(order=order, person=office)
        told = PartnerFindingData("management", "多付设备款", "审计底稿", "收回")
        file_finding(evaluation=evaluation, told=told, person=auditor)
    yield "evaluation:joint_attach", auditor, reverse("evaluation:joint", args=[evaluation.pk])


def _of_hailin(county: County) -> Iterator[Shown]:
    reviewer, office, day = county.person("department_reviewer"), county.person("performance_office"), date(2022, 3, 1)
    with clock.at(day):
        data = RuleData(title="预算绩效管理办法", number="教字〔2022〕1号", issued=day, links=tuple(LINKS), kinds=("project",))
        rule = write_rule(cycle=county.cycle, data=data, person=reviewer)
        plan = take_up(cycle=county.cycle, key="qufu-2022", person=office)
    yield "rulebooks:attach", reviewer, reverse("rulebooks:rule", args=[rule.pk])
    task = plan.tasks.filter(role=office.role, state="open", measure={})[0]
    yield "plans:attach", office, reverse("plans:task", args=[task.pk])
