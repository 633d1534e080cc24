"""Who sees the work of an evaluation, who plans and approves it, who asks for material, who brings it."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import within
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Step, Workflow
from jiheng.stages.evaluation.access import (
    OUTSIDE,
    SCORERS,
    may_see_evaluations,
    scheme_waits,
    visible_evaluations,
)
from jiheng.stages.evaluation.models import Evaluation, EvaluationScheme, FieldRecord, MaterialRequest
from jiheng.stages.evaluation.partners import is_partner

RULE = "workflows.evaluation_scheme"
ARGUERS = frozenset({"performance_office", "evaluation_centre", "department_reviewer"})
BRINGERS = frozenset({"unit_project", "unit_finance", "unit_head"})
RELATED = (
    "evaluation__subject_year__subject", "evaluation__subject_year__unit", "evaluation__subject_year__department",
    "evaluation__cycle__snapshot", "evaluation__cycle__place", "evaluation__evaluator", "evaluation__organiser",
    "evaluation__partner",
)  # fmt: skip
TEXT = "evaluation__cycle__snapshot__content"


def _of_seen(person: Person) -> Q:
    return Q(pk__in=[]) if person.is_unit else Q(evaluation__in=visible_evaluations(person).order_by().values("pk"))


def visible_schemes(person: Person) -> QuerySet[EvaluationScheme]:
    """Return the work plans of the evaluations in sight; a unit sees none, not even of its own."""
    found = EvaluationScheme.objects.filter(_of_seen(person))
    return found.select_related(*RELATED, "cycle__snapshot", "cycle__place").defer(TEXT, "cycle__snapshot__content")


def visible_records(person: Person) -> QuerySet[FieldRecord]:
    """Return the visits, questionnaires and judgements of the evaluations in sight; a unit sees none."""
    return FieldRecord.objects.filter(_of_seen(person)).select_related(*RELATED).defer(TEXT)


def visible_requests(person: Person) -> QuerySet[MaterialRequest]:
    """Return what material was asked for: of units their own, of outside evaluators what is theirs to evaluate."""
    if person.role in OUTSIDE:
        found = MaterialRequest.objects.filter(evaluation__in=visible_evaluations(person).order_by().values("pk"))
    else:
        found = MaterialRequest.objects.filter(within(person, "evaluation__subject_year__"))
    return found.select_related(*RELATED).defer(TEXT)


def may_see_materials(person: Person, _: object = None) -> Verdict:
    """Whoever sees evaluations sees what material was asked for, each their own part."""
    return may_see_evaluations(person)


def may_see_fieldwork(person: Person, _: object = None) -> Verdict:
    """The work is open to those who order and carry out evaluations and who look on, not to the evaluated unit."""
    if person.is_unit:
        return deny("评价过程由组织评价的一方和评价机构查阅；向本单位调取的材料在“评价材料”中", national_clause("duty_access"))
    return may_see_evaluations(person)


def scheme_workflow(scheme: EvaluationScheme) -> Workflow:
    """Return the table by which a work plan moves: the one frozen for its cycle."""
    return policy_for(scheme.cycle).workflows["evaluation_scheme"]


def _evaluates(person: Person, record: Evaluation) -> bool:
    return record.evaluator_id in person.own and person.role in SCORERS and record.place_id == person.place_id


def _orders(person: Person, record: Evaluation) -> bool:
    own = person.is_bureau or record.organiser_id in person.own
    return own and person.role in ARGUERS and record.place_id == person.place_id


def _working(record: Evaluation) -> Verdict:
    if record.state == "scoring":
        return allow()
    label = policy_for(record.cycle).workflows["evaluation"].states[record.state].label
    return deny(f"评价现为“{label}”，只有“评价中”可以登记评价过程", clause_in(record.cycle, "workflows.evaluation"))


def _begun(record: Evaluation) -> Verdict:
    verdict = _working(record)
    if verdict and (clause := scheme_waits(record)) is not None:
        return deny("评价工作方案还没有批准，不能开展评价", clause)
    return verdict


@while_open
def may_begin_scheme(person: Person, record: Evaluation) -> Verdict:
    """Whoever carries out the evaluation writes its work plan, once."""
    if not _evaluates(person, record):
        return deny(f"工作方案由承担评价的{record.evaluator}拟定", clause_in(record.cycle, "workflows.evaluation"))
    if EvaluationScheme.objects.filter(evaluation_id=record.pk).exists():
        return deny("这项评价已有工作方案", clause_in(record.cycle, "workflows.evaluation"))
    return _working(record)


@while_open
def may_edit_scheme(person: Person, scheme: EvaluationScheme) -> Verdict:
    """The evaluator changes it while it is a draft."""
    if not _evaluates(person, scheme.evaluation):
        return deny(f"工作方案由承担评价的{scheme.evaluation.evaluator}拟定", clause_in(scheme.cycle, RULE))
    if scheme.state != "draft":
        return deny("工作方案已提交，须退回后才能修改", clause_in(scheme.cycle, RULE))
    return _working(scheme.evaluation)


@while_open
def may_argue_scheme(person: Person, scheme: EvaluationScheme) -> Verdict:
    """Those who ordered the evaluation note what was said on the plan, before it is approved."""
    if not _orders(person, scheme.evaluation):
        return deny("论证由组织评价的一方主持", clause_in(scheme.cycle, RULE))
    if all("scheme_argued" not in step.requires for step in scheme_workflow(scheme).steps):
        return deny("本地的工作方案按流程评审，不另记论证意见", clause_in(scheme.cycle, RULE))
    if scheme.state != "proposed":
        return deny("工作方案提交以后、批准以前论证", clause_in(scheme.cycle, RULE))
    return allow()


def scheme_steps(person: Person, scheme: EvaluationScheme) -> list[Step]:
    """Return the steps that this person has: the evaluator hands in, those who ordered it judge, the partner agrees."""
    steps = scheme_workflow(scheme).actions(scheme.state, person.role)
    return steps if steps and _takes_steps(person, scheme) else []


def _takes_steps(person: Person, scheme: EvaluationScheme) -> bool:
    """Whether the person stands for the side whose turn it is, in whichever role the table names."""
    one = scheme.evaluation
    if scheme.state == "draft":
        return _evaluates(person, one)
    if person.is_overseer:
        return is_partner(person, one)
    return person.place_id == one.place_id and (person.is_bureau or one.organiser_id in person.own)


@while_open
def may_move_scheme(person: Person, scheme: EvaluationScheme) -> Verdict:
    """The table gives this role a step in the present state, and this person stands for the right side."""
    if scheme_steps(person, scheme):
        return allow()
    table = scheme_workflow(scheme)
    here = (step for step in table.steps if step.from_state == scheme.state)
    who = "、".join(dict.fromkeys(ROLES[role].label for step in here for role in step.by))
    words = f"工作方案现为“{table.states[scheme.state].label}”，不由您办理"
    return deny(words + (f"；由{who}按各自职责办理" if who else ""), clause_in(scheme.cycle, RULE))


@while_open
def may_ask_material(person: Person, record: Evaluation) -> Verdict:
    """Both sides of an evaluation ask the unit for material while it is worked on."""
    if not (_evaluates(person, record) or _orders(person, record)):
        return deny("材料由组织评价的一方或评价机构调取", clause_in(record.cycle, "workflows.evaluation"))
    return _begun(record)


@while_open
def may_record(person: Person, record: Evaluation) -> Verdict:
    """Whoever carries out the evaluation notes visits, questionnaires and judgements while it is worked on."""
    if not _evaluates(person, record):
        return deny(f"评价过程由承担评价的{record.evaluator}登记", clause_in(record.cycle, "workflows.evaluation"))
    return _begun(record)


@while_open
def may_change_record(person: Person, row: FieldRecord) -> Verdict:
    """Files are added to a record, or it is struck, by those who may write one, as long as it stands."""
    if row.struck_at is not None:
        return deny("这条记录已作废", clause_in(row.evaluation.cycle, "workflows.evaluation"))
    return may_record(person, row.evaluation)


@while_open
def may_bring(person: Person, asked: MaterialRequest) -> Verdict:
    """The evaluated unit receives the request and brings the material, once."""
    clause = asked.clause or clause_in(asked.evaluation.cycle, "workflows.evaluation")
    if person.role not in BRINGERS or asked.evaluation.subject_year.unit_id not in person.own:
        return deny("材料由被评价单位提供", clause)
    if asked.delivered_on is not None:
        return deny("材料已提供", clause)
    return allow()


@while_open
def may_receive(person: Person, asked: MaterialRequest) -> Verdict:
    """The unit says once that it got the request."""
    verdict = may_bring(person, asked)
    if verdict and asked.received_on is not None:
        return deny("通知已签收", asked.clause or clause_in(asked.evaluation.cycle, "workflows.evaluation"))
    return verdict


@while_open
def may_refuse(person: Person, asked: MaterialRequest) -> Verdict:
    """The unit says once, with its reason, that it does not bring the material."""
    verdict = may_bring(person, asked)
    if verdict and asked.refused_on is not None:
        return deny("已答复不提供", asked.clause or clause_in(asked.evaluation.cycle, "workflows.evaluation"))
    return verdict
