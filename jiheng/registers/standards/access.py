"""Who sees and keeps expenditure standards, the costs behind them and the lines of a project's cost."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.roles import SYSTEM_ROLES
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.standards.models import CostLine, CostRecord, StandardVersion
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause

KEEPERS = frozenset({"performance_office", "evaluation_centre"})
WRITERS = frozenset({"unit_project", "unit_finance"})
EXCEPTERS = frozenset({"division", "performance_office"})


def visible_standards(person: Person) -> QuerySet[StandardVersion]:
    """Return every version of the standards of the person's place."""
    found = StandardVersion.objects.filter(place_id=person.place_id)
    return found if may_see_standards(person) else found.none()


def may_see_standards(person: Person, *_: object) -> Verdict:
    """Everybody on the business side reads the standards."""
    if person.role in SYSTEM_ROLES:
        return deny(f"“{person.role_label}”不接触业务数据", national_clause("duty_separation"))
    return allow()


def may_keep_standards(person: Person, *_: object) -> Verdict:
    """The performance office or the evaluation centre writes versions and costs."""
    if person.role in KEEPERS and not person.reading:
        return allow()
    return deny("支出标准由财政局绩效管理股或绩效评价中心登记", national_clause("duty_bureau"))


def may_change_standard(person: Person, standard: StandardVersion) -> Verdict:
    """The same of a standard of their place, from its last version on."""
    if not (verdict := may_keep_standards(person)):
        return verdict
    if standard.place_id != person.place_id:
        return deny("只能办理本地区的标准", national_clause("duty_place"))
    if StandardVersion.objects.filter(place_id=standard.place_id, code=standard.code, number__gt=standard.number).exists():
        return deny("这一版之后已有新的版本，请从最新的一版修订", national_clause("duty_vouchers"))
    return allow()


def may_end_standard(person: Person, standard: StandardVersion) -> Verdict:
    """End what is not ended yet."""
    if standard.ended:
        return deny("这项标准已经停用", national_clause("duty_vouchers"))
    return may_change_standard(person, standard)


def visible_costs(person: Person) -> QuerySet[CostRecord]:
    """Return the costs on record: for the bureau and overseers, since they name other bodies."""
    found = CostRecord.objects.filter(place_id=person.place_id)
    return found if person.sees_whole_place else found.none()


def may_see_costs(person: Person, *_: object) -> Verdict:
    """The bureau and overseers."""
    if person.sees_whole_place:
        return allow()
    return deny("成本数据涉及其他单位，对财政局和监督机构开放", national_clause("duty_access"))


def may_withdraw_cost(person: Person, cost: CostRecord) -> Verdict:
    """Whoever keeps standards takes a wrong cost off, once."""
    if cost.withdrawn_on is not None:
        return deny("这条成本数据已经撤回", national_clause("duty_vouchers"))
    if cost.place_id != person.place_id:
        return deny("只能办理本地区的成本数据", national_clause("duty_place"))
    return may_keep_standards(person)


def visible_lines(person: Person) -> QuerySet[CostLine]:
    """Return the lines of the projects that the person sees, withdrawn ones too."""
    found = CostLine.objects.filter(within(person, "subject_year__"))
    return found.select_related("standard", "subject_year__cycle__place").defer("subject_year__cycle__snapshot__content")


def may_see_lines(person: Person, *_: object) -> Verdict:
    """Whoever sees the project sees what its money was worked out from."""
    return may_see_subjects(person)


@while_open
def may_write_lines(person: Person, year: SubjectYear) -> Verdict:
    """The unit whose money it is; lines are added after a budget, too, where more is asked for."""
    if person.role not in WRITERS or person.reading or year.unit_id not in person.own:
        return deny("测算明细由项目单位登记", clause_in(year.cycle, "duty_unit"))
    return allow()


@while_open
def may_withdraw_line(person: Person, line: CostLine) -> Verdict:
    """The unit withdraws a line that stands, until the money is budgeted: afterwards it is what was decided on."""
    if line.withdrawn_on is not None:
        return deny("这一行已经撤回", clause_in(line.subject_year.cycle, "duty_vouchers"))
    if line.subject_year.library_state == "budgeted":
        return deny("已安排预算，测算明细不能撤回", clause_in(line.subject_year.cycle, "duty_vouchers"))
    return may_write_lines(person, line.subject_year)


def may_see_missing(person: Person, *_: object) -> Verdict:
    """The work list of missing standards is the bureau's and the overseers'."""
    if person.sees_whole_place:
        return allow()
    return deny("缺标准的清单由财政局掌握", national_clause("duty_access"))


@while_open
def may_except(person: Person, line: CostLine) -> Verdict:
    """A division or the performance office lets a line pass without a standard, or above one."""
    cycle = line.subject_year.cycle
    if person.role not in EXCEPTERS or person.reading or person.place_id != line.subject_year.place_id:
        return deny("例外由财政局业务股室或绩效管理股决定", clause_in(cycle, "duty_offices"))
    if line.withdrawn_on is not None or line.excepted_on is not None:
        words = "这一行已经撤回" if line.withdrawn_on else "这一行已经列入例外"
        return deny(words, clause_in(cycle, "duty_vouchers"))
    return allow()
