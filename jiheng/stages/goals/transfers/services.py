"""The writes of transfers: splitting, handing down, taking a share over, answering what was made of it; and their gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.portions import portions
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import cycles_of, policy_for, rule_in
from jiheng.registers.indicators.access import indicators_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import department_of
from jiheng.registers.subjects.services import SubjectData, register_subject
from jiheng.rules.money import Fen
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.transfers import SIGNS, broken_sums, plain
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import (
    Goal,
    GoalIndicator,
    TransferAnswer,
    TransferReceipt,
    TransferShare,
    TransferSplit,
)
from jiheng.stages.goals.services.drafting import KEPT_ON_COPY
from jiheng.stages.goals.targets import read_row
from jiheng.stages.goals.transfers.access import (
    KIND,
    SPLITTERS,
    may_answer_share,
    may_issue,
    may_split,
    may_take,
)
from jiheng.stages.goals.transfers.queries import (
    RULE,
    adding,
    confirmed,
    draft_of,
    goal_in_force,
    lower_goal,
    possible_receivers,
    promised_rows,
    receipt_of,
    share_in_force,
    shortfalls,
    split_in_force,
    split_refusals,
    sums_of,
)

CONFIRMED = "transfer_goal_confirmed"


@dataclass(frozen=True)
class ShareData:
    """What is typed for one receiver (`place-12`, `unit-7`): money in fen, figures by the lineage of their rows."""

    receiver: str
    fen: Fen
    values: Mapping[str, Decimal]


def save_split(
    *, year: SubjectYear, shares: Sequence[ShareData], as_given: Mapping[str, str], person: Person, version: int | None = None
) -> TransferSplit:
    """Write the draft of a split: who gets how much money and which part of every figure; sums need not hold yet.

    `as_given` names by lineage why an indicator that adds up is handed on as it is. Refused without an approved goal
    and for receivers that are none; Overtaken when the draft was changed since `version`.
    """
    require(may_split(person, year))
    goal = goal_in_force(year)
    if goal is None:
        raise refuse("转移支付的绩效目标批复以后才能分解", clause_in(year.cycle, RULE), remedy="请先申报并批复目标")
    rows = {row.key: row for row in adding(promised_rows(goal))}
    _plausible(year, shares, as_given, rows)
    with act(person):
        split = draft_of(year)
        if version is not None and version != (split.version if split else 0):
            raise Overtaken
        if split is None:
            split = TransferSplit.objects.create(subject_year=year, goal=goal, number=year.transfer_splits.count() + 1)
        moved = TransferSplit.objects.filter(pk=split.pk, version=split.version, issued_on=None)
        left = {key: reason.strip()[:200] for key, reason in as_given.items()}
        if moved.update(version=F("version") + 1, goal=goal, as_given=left) != 1:
            raise Overtaken
        split.refresh_from_db()
        split.shares.all().delete()
        for position, one in enumerate(shares, start=1):
            kind, _, pk = one.receiver.partition("-")
            TransferShare.objects.create(
                split=split, position=position, amount_fen=one.fen, **{f"{kind}_id": int(pk)},
                targets={key: plain(value) for key, value in one.values.items() if key not in left},
            )  # fmt: skip
        record("goals.transfer_split", split, {"shares": len(shares), "fen": sum(one.fen for one in shares)})
    return split


def _plausible(
    year: SubjectYear, shares: Sequence[ShareData], as_given: Mapping[str, str], rows: Mapping[str, object]
) -> None:
    known, names = dict(possible_receivers(year)), [one.receiver for one in shares]
    found = [mistake("有的接收方不是下级地区，也不是本级的部门和单位", where="receiver") for name in names if name not in known]
    found += [mistake(f"“{known.get(name, name)}”写了两次", where="receiver") for name in set(names) if names.count(name) > 1]
    if not shares:
        found.append(mistake("还没有填写接收方", "请至少选一个下级地区或单位", "receiver"))
    negative = any(one.fen < 0 or any(value < 0 for value in one.values.values()) for one in shares)
    if negative:
        found.append(mistake("分解的金额和指标值不能为负", where="amount"))
    if any(set(one.values) - set(rows) for one in shares) or set(as_given) - set(rows):
        found.append(mistake("有的指标不在现行的目标中，或不能相加", "请刷新页面后重填", "indicators"))
    if any(not reason.strip() for reason in as_given.values()):
        found.append(Refusal("可以相加的指标按原样下达，须写明理由", clause_in(year.cycle, RULE), "请填写理由", "as_given"))
    if found:
        raise Refused(found)


def issue_split(*, split: TransferSplit, paper: str, person: Person, version: int | None = None) -> None:
    """目标随资金一并下达：资金各份合计等于批复数、可以相加的指标合计不少，才能下达；下达以后不再改，另行分解后替代。

    Raises Refused with every sum that does not hold, or Overtaken.
    """
    require(may_issue(person, split))
    year = split.subject_year
    clause, goal = clause_in(year.cycle, RULE), goal_in_force(year)
    if version is not None and version != split.version:
        raise Overtaken
    if goal is None or goal.pk != split.goal_id:
        raise refuse("目标在分解以后调整过", clause, remedy="请打开分解，按现行的目标重新保存")
    shares = list(split.shares.select_related("place", "unit"))
    found = broken_sums(sums_of(split, shares, goal), clause)
    if not paper.strip():
        found.append(mistake("须写明下达文号", where="paper"))
    if found:
        raise Refused(found)
    with act(person):
        given = {"issued_on": clock.today(), "issued_by": str(person), "paper": paper.strip()[:80]}
        fresh = TransferSplit.objects.filter(pk=split.pk, version=split.version, issued_on=None)
        if fresh.update(version=F("version") + 1, **given) != 1:
            raise Overtaken
        split.refresh_from_db()
        told = [[one.place_id, one.unit_id, one.amount_fen, one.targets] for one in shares]
        record(
            "goals.transfer_issue", split,
            {"paper": split.paper, "fen": sum(one.amount_fen for one in shares), "shares_sha256": content_hash({"shares": told})},
            clause,
        )  # fmt: skip
        for one in shares:
            _tell(one, f"{year.place}下达“{year.name}”，请承接资金和绩效目标")


def _tell(share: TransferShare, text: str) -> None:
    """Tell the receiver of a share, in its own place."""
    link = reverse("goals:transfer_share", args=[share.pk])
    if share.unit is not None:
        notify(organisation=share.unit, role="unit_project", text=text, link=link, about=share)
        return
    for bureau in bureaus_of(share.place_id or 0):
        for role in sorted(SPLITTERS):
            notify(organisation=bureau, role=role, text=text, link=link, about=share)


def take_share(*, share: TransferShare, code: str, unit: Organisation, change: str, person: Person) -> Goal:
    """承接下达的转移支付：登记为本级的转移支付（下达到单位的，登记为项目），区域绩效目标带着下达的金额和指标等待填报。

    The goal is the receiver's own: it may ask more of itself, not less. Once for each transfer. Raises Refused.
    """
    require(may_take(person, share))
    upper = share.split.subject_year
    clause = clause_in(upper.cycle, RULE)
    newest = split_in_force(upper)
    if newest is None or newest.pk != share.split_id:
        raise refuse("这一次分解已由新的一次替代", clause, remedy="请打开新下达的一份承接")
    if receipt_of(share) is not None:
        raise refuse("这项转移支付已经承接", clause, remedy="请打开已承接的绩效目标")
    place = share.place or Place.objects.get(pk=person.place_id)
    cycle = cycles_of(place.pk).filter(budget_year=upper.budget_year).first()
    if cycle is None:
        raise mistaken(f"{place}还没有开启 {upper.budget_year} 预算年度", remedy="请由绩效管理股先开启该年度")
    body = share.unit or unit
    data = SubjectData(
        code=code.strip(), name=upper.name, kind=KIND if share.place_id is not None else "project", unit=body,
        department=department_of(body), change=change, is_major=upper.is_major, requested_fen=share.amount_fen,
        book=upper.book, sector=upper.sector, category=upper.category, first_year=upper.first_year, last_year=upper.last_year,
        overview=upper.overview, served=upper.served, basis=f"{upper.place}下达，{share.split.paper}",
    )  # fmt: skip
    with act(person):
        year = register_subject(cycle=cycle, data=data, person=person)
        receipt = TransferReceipt.objects.create(
            subject_year=upper, taken=year, place=share.place, unit=share.unit, taken_on=clock.today(), taken_by=str(person)
        )
        goal = Goal.objects.create(
            place_id=year.place_id, state=policy_for(cycle).workflows["goals"].start, created_at=clock.now(), cycle=cycle,
            subject_year=year, scope="project", fiscal_fen=share.amount_fen,
        )  # fmt: skip
        GoalIndicator.objects.bulk_create(_rows(share, goal))
        written_along([goal])
        record("goals.transfer_take", receipt, {"name": year.name, "fen": share.amount_fen, "from": share.split.pk}, clause)
    return goal


def _rows(share: TransferShare, goal: Goal) -> list[GoalIndicator]:
    """Return the indicators of the upper goal with this share's part; what the place's library lacks stands freely."""
    rows = list(share.split.goal.indicators.all())
    known = set(indicators_of(goal.place_id).filter(pk__in=[one.library_id for one in rows]).values_list("pk", flat=True))
    made = []
    for row in rows:
        kept = {key: getattr(row, key) for key in KEPT_ON_COPY}
        if row.library_id not in known:
            kept |= {"library_id": None, "free_reason": "随上级转移支付下达的指标"}
        one = GoalIndicator(goal=goal, **kept)
        part = share.targets.get(str(row.lineage))
        if part is not None:
            one.target_text = f"{SIGNS[row.operator]}{part}"
            read_row(one, goal.subject_year.budget_year, row.method)
        made.append(one)
    return made


def answer_share(
    *, share: TransferShare, answer: str, reason: str, person: Person, version: int | None = None
) -> TransferAnswer:
    """上级对承接的区域绩效目标作出答复：与下达的份额相符的确认，不符的写明理由退回。

    A confirmation holds for exactly this content on exactly this share. Raises Refused with what the goal does not keep,
    Overtaken when the goal moved since `version`.
    """
    require(may_answer_share(person, share))
    clause = clause_in(share.split.subject_year.cycle, RULE)
    receipt = receipt_of(share)
    goal = lower_goal(receipt) if receipt is not None else None
    newest = split_in_force(share.split.subject_year)
    if newest is None or newest.pk != share.split_id:
        raise refuse("这一次分解已由新的一次替代", clause, remedy="请在新的一次上答复")
    if receipt is None or goal is None or goal.state != "approved":
        raise refuse("下级还没有批复承接的绩效目标", clause, remedy="请待下级批复以后答复")
    if version is not None and version != goal.version:
        raise Overtaken
    if answer not in dict(TransferAnswer.ANSWERS):
        raise mistaken("请选择确认或退回修改", where="answer")
    if answer == "returned" and not reason.strip():
        raise refuse("退回须写明理由", clause, where="reason")
    if answer == "confirmed" and (found := shortfalls(share, goal)):
        raise Refused(found)
    with act(person):
        made = TransferAnswer.objects.create(
            receipt=receipt, share=share, goal=goal, content_hash=hash_of(goal), answer=answer, reason=reason.strip()[:300],
            answered_by=str(person), answered_on=clock.today(),
        )  # fmt: skip
        record("goals.transfer_answer", made, {"answer": made.get_answer_display(), "reason": made.reason}, clause)
        words = "已经确认" if answer == "confirmed" else f"退回修改：{made.reason}"
        _tell(share, f"“{receipt.taken.name}”的区域绩效目标{words}")
    return made


# --- the gate


def transfer_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """Return what transfers say against these movements of money; empty when they may be made."""
    return [refusal for found in transfers_by_year(postings).values() for refusal in found]


def transfers_by_year(postings: Sequence[Posting]) -> dict[int, list[Refusal]]:
    """目标与资金一并下达，逐级同一道关口：本级有下级地区的，目标没有分解下达不得支付；承接的，上级没有确认不得安排和支付。

    By subject and year.
    """
    paid = [one.year for one in postings if one.kind == "payment" and one.amount_fen > 0]
    brought = [one.year for one in postings if brings_money(one)]
    years = {year.pk: year for year in [*paid, *brought]}
    found: dict[int, list[Refusal]] = {}
    if not years:
        return found
    splitting = {year.pk: year for year in paid if year.kind == KIND and _hands_down(year)}
    for year in splitting.values():
        if _in_force(year, "transfer_split_before_release") and (refusals := split_refusals(year)):
            found[year.pk] = refusals
    keys = list(years)
    for part in portions(keys):
        receipts = TransferReceipt.objects.filter(taken__in=part).select_related("subject_year__cycle")
        for receipt in receipts:
            year = years[receipt.taken_id]
            if _in_force(year, CONFIRMED) and not confirmed(receipt, share_in_force(receipt), lower_goal(receipt)):
                words = f"“{year.name}”的区域绩效目标还没有经上级确认，不得安排预算和支付"
                refusal = Refusal(words, clause_in(year.cycle, CONFIRMED), "请报上级确认；退回的，修改后再报", "goal")
                found.setdefault(year.pk, []).append(refusal)
    return found


def _in_force(year: SubjectYear, key: str) -> bool:
    rule = rule_in(year.cycle, key)
    return rule is not None and bool(rule.value)


def _hands_down(year: SubjectYear) -> bool:
    """Whether a transfer goes on to others: the place has places below it, or its split was begun."""
    return Place.objects.filter(parent_id=year.place_id).exists() or year.transfer_splits.exists()
