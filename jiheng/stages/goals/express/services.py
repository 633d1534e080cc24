"""The writes of express releases: deciding that money goes before its goal, and checking the goal that followed."""

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.claim import only_once
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.labels import SOURCES
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.express import LABELS, Standing, due_on
from jiheng.rules.money import format_wan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.express.access import may_check, may_decide
from jiheng.stages.goals.models import ExpressCheck, ExpressRelease
from jiheng.stages.goals.releases import RULE, express_terms, followed, late_of_unit
from jiheng.stages.goals.services.releasing import release_refusals


def release_first(
    *, year: SubjectYear, kind: str, amount_fen: int, source: str, paper: str, reason: str, person: Person
) -> ExpressRelease:
    """突发事件须及时增加支出的，先行下达追加的资金，绩效目标在规定期限内补报；下达当日记入台账，以本决定为依据。

    `amount_fen` in fen, `source` a key of SOURCES. Raises Refused where the rules know no such release or not this kind, when
    the goal in force covers the money anyway, when the unit has a goal outstanding from an earlier release, and for whatever
    else the ledger's gates say.
    """
    require(may_decide(person))
    if year.place_id != person.place_id:
        raise refuse("不属于本地区的项目", national_clause("duty_place"), where="code")
    terms, clause = express_terms(year.cycle), clause_in(year.cycle, RULE)
    if terms is None:
        remedy = "请先按新的金额申报或调整绩效目标，再登记追加"
        raise refuse("本地制度没有规定先行下达", clause_in(year.cycle, "goal_with_addition"), remedy, "kind")
    found = _wrong(amount_fen, source, paper, reason)
    if kind not in terms.kinds:
        words = f"只有{'、'.join(terms.kinds.values())}可以先行下达"
        found.append(Refusal(words, clause, "其他追加请先按新的金额申报或调整绩效目标", "kind"))
    posting = Posting(year, "adjustment", amount_fen, clock.today(), source, reason.strip()[:300], paper.strip()[:80])
    if not found and not release_refusals([posting]):
        words = f"“{year.name}”现行的绩效目标已覆盖追加后的预算，不须先行下达"
        found.append(Refusal(words, clause, "请由集中支付中心登记预算调整", "code"))
    for late in late_of_unit(year):
        words = f"“{late.release.subject_year.name}”先行下达 {format_wan(late.release.amount_fen)} 万元，补报绩效目标的期限 {late.due} 已过"
        found.append(Refusal(words, clause, f"请{year.unit}先补报，再先行下达新的资金", "code"))
    if found:
        raise Refused(found)
    with act(person):
        only_once(
            year,
            ExpressRelease.objects.filter(subject_year=year, paper=posting.reference),
            f"“{year.name}”已按“{posting.reference}”先行下达过",
            "paper",
            clause=clause,
            remedy="同一文件再次下达的，请在文号后写明第几次",
        )
        made = ExpressRelease.objects.create(
            place_id=year.place_id, subject_year=year, kind=kind, kind_words=terms.kinds[kind], amount_fen=amount_fen, source=source,
            paper=posting.reference, reason=posting.note, clause=clause[:300], decided_by=str(person), user_id=person.user_id,
            decided_on=clock.today(), due=due_on(clock.today(), terms.days),
        )  # fmt: skip
        post(posting=posting, person=person, cause=made, clause=made.clause)
        told = {"fen": amount_fen, "kind": made.kind_words, "paper": made.paper, "due": made.due.isoformat(), "comment": made.reason}
        record("goals.express_release", made, told, clause)
        words = f"“{year.name}”先行下达 {format_wan(amount_fen)} 万元，请在 {made.due} 以前补报绩效目标"
        _tell_unit(made, words)
    return made


def _wrong(amount_fen: int, source: str, paper: str, reason: str) -> list[Refusal]:
    found = []
    if amount_fen <= 0:
        found.append(mistake("先行下达的金额须大于 0", where="amount_fen"))
    if source not in SOURCES:
        found.append(mistake("请选择资金来源", where="source"))
    if not paper.strip():
        found.append(mistake("须写明批准追加的文号", where="paper"))
    if not reason.strip():
        found.append(mistake("须写明为什么来不及先申报绩效目标", where="reason"))
    return found


def _tell_unit(release: ExpressRelease, words: str) -> None:
    link = reverse("goals:expressrelease", args=[release.pk])
    for role in ("unit_project", "unit_finance"):
        notify(organisation=release.subject_year.unit, role=role, text=words, link=link, about=release)


def check_release(
    *, release: ExpressRelease, result: str, opinion: str, person: Person, version: int | None = None
) -> ExpressCheck:
    """事后核查补报的绩效目标：与先行下达的资金和用途相符的通过，不符的写明理由退回补正，期限从退回之日重新起算。

    It holds for exactly the goal as it stands. Raises Refused before the goal is approved and after it passed, Overtaken
    when the goal moved since `version`.
    """
    require(may_check(person, release))
    (now,) = followed([release])
    if now.goal is not None and version is not None and version != now.goal.version:
        raise Overtaken
    if now.goal is None or now.standing is not Standing.TO_CHECK:
        raise refuse(f"现在是“{LABELS[now.standing]}”，不能核查", release.clause, "补报的绩效目标批复以后核查，只核查一次")
    if result not in dict(ExpressCheck.RESULTS):
        raise mistaken("请选择核查结果", where="result")
    if not opinion.strip():
        raise refuse("须写明核查意见", release.clause, where="opinion")
    with act(person):
        made = ExpressCheck.objects.create(
            release=release, goal=now.goal, content_hash=hash_of(now.goal), result=result, opinion=opinion.strip()[:300],
            checked_by=str(person), user_id=person.user_id, checked_on=clock.today(),
        )  # fmt: skip
        record("goals.express_check", made, {"result": made.get_result_display(), "comment": made.opinion}, release.clause)
        _tell_unit(release, f"“{release.subject_year.name}”补报的绩效目标{made.get_result_display()}：{made.opinion}")
    return made
