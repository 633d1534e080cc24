"""The writes of the experts' scoring: announce, draw, replace, score, close a round, talk it over, score again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, actors_of, refuse
from jiheng.foundation.workflow.claim import claim, fill_once
from jiheng.registers.experts.drawing import (
    LONGEST_REASON,
    account_of,
    as_it_stood,
    bodies_of,
    in_register,
    left_out,
    seed_of,
)
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.blind_scoring import BlindRule, RoundResult, Ties, another_round, conflict, result_of
from jiheng.rules.refusal import Refusal
from jiheng.rules.sampling import digest_of, draw
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.models import Appraisal, ExpertPanel, PanelNote, PanelSeat, PanelSheet
from jiheng.stages.appraisal.panel.access import may_announce, may_note, may_replace, may_run, may_score_sheet
from jiheng.stages.appraisal.panel.queries import (
    applicants_of,
    card_items,
    conflicts,
    points_of,
    sheets_in,
    standing_seats,
)
from jiheng.stages.appraisal.reviewing import panel_clause, panel_rule
from jiheng.stages.appraisal.services import bureaus_of, line_problems, take_experts_points

LONGEST, LONGEST_SOURCE = 1000, 120


@dataclass(frozen=True)
class Announcement:
    """Whom a draw is to find: how many, of which field (empty: all), by which public number of which later day, who recuses why."""

    count: int
    seed_source: str
    draw_on: date
    recusals: Mapping[int, str]
    field: str = ""


def announce_panel(*, appraisal: Appraisal, told: Announcement, person: Person) -> ExpertPanel:
    """公告抽取：先定名单、回避、种子取自哪一天的哪个公开数字，抽取日在公告以后，谁都不能预先知道种子。

    Left out by themselves are people of the applicants, whoever had a hand in the appraisal, and experts without an
    account. Raises Refused with the clause.
    """
    require(may_announce(person, appraisal))
    clause, rule = panel_clause(appraisal.cycle), _rule(appraisal)
    source = " ".join(told.seed_source.split())
    if not source or len(source) > LONGEST_SOURCE:
        raise refuse("请写明种子取自哪个公开的数字", clause, "如“抽取当天收盘的上证指数”", "seed_source")
    if told.draw_on <= clock.today():
        raise refuse("抽取日期须在公告的第二天以后", clause, "种子须在公告以后才产生，谁都不能预先知道", "draw_on")
    if told.count < rule.least:
        raise refuse(f"专家不得少于 {rule.least} 名", clause, "请增加人数", "count")
    library = list(in_register(appraisal.place_id, told.field, "expert"))
    recused = left_out(library, conflicts(appraisal, library), told.recusals, clause)
    away = {one["key"] for one in recused}
    population = [str(one.pk) for one in library if str(one.pk) not in away]
    if len(population) < told.count:
        words = f"可以参加抽取的专家有 {len(population)} 名，不够 {told.count} 名"
        raise refuse(words, clause, "请登记专家入库、减少人数或放宽专业领域", "count")
    with act(person):
        claim(appraisal)
        made = ExpertPanel.objects.create(
            place_id=appraisal.place_id, appraisal=appraisal, field=told.field.strip()[:60], count=told.count,
            seed_source=source, draw_on=told.draw_on, library=as_it_stood(library), recused=recused,
            population=population, population_digest=digest_of(population), announced_at=clock.now(),
            announced_by=str(person), clause=clause[:300],
        )  # fmt: skip
        record(
            "appraisal.panel_announce", made,
            {"count": made.count, "source": source, "draw_on": made.draw_on, "population": made.population_digest}, clause,
        )  # fmt: skip
        written_along([appraisal])
    return made


def _rule(appraisal: Appraisal) -> BlindRule:
    rule = panel_rule(appraisal.cycle)
    if rule is None:
        raise refuse("本年度的制度没有规定专家怎样评分", panel_clause(appraisal.cycle))
    return rule


def _moved(panel: ExpertPanel, version: int | None, **told: object) -> None:
    """Write the panel by compare-and-set; Overtaken when somebody wrote it first."""
    rows = ExpertPanel.objects.filter(pk=panel.pk, version=panel.version if version is None else version)
    if rows.update(version=F("version") + 1, **told) != 1:
        raise Overtaken
    panel.refresh_from_db()


def draw_panel(*, panel: ExpertPanel, seed: str, person: Person, version: int | None = None) -> list[PanelSeat]:
    """按公告抽取：抽取日到了，填入公告所说的数字，抽出全部次序，前几名评分，后面的依次递补；开始第一轮评分。

    Once: a second draw with another seed is refused.
    """
    require(may_run(person, panel))
    if panel.drawn_at is not None:
        raise refuse(f"已于 {panel.drawn_at:%Y-%m-%d} 用种子“{panel.seed}”抽取，不能换种子重抽", panel.clause, "不能评分的由次序在后的递补")
    seed = seed_of(seed, panel.clause)
    if clock.today() < panel.draw_on:
        raise refuse(f"公告的抽取日期是 {panel.draw_on.isoformat()}，还没有到", panel.clause, "请在公告的日期以后抽取", "seed")
    drawn = draw(panel.population, len(panel.population), seed)
    with act(person):
        _moved(
            panel, version, seed=seed, algorithm=drawn.algorithm, order=list(drawn.chosen), drawn_at=clock.now(),
            drawn_by=str(person),
        )  # fmt: skip
        seats = [_seat(panel, number) for number in range(1, panel.count + 1)]
        detail = {"seed": seed, "population": panel.population_digest, "chosen": panel.order[: panel.count]}
        record("appraisal.panel_draw", panel, detail, panel.clause)
        _open_round(panel)
    return seats


def _seat(panel: ExpertPanel, number: int) -> PanelSeat:
    """Seat the next of the draw who may still score; refused when nobody is left."""
    taken = set(panel.seats.values_list("expert_id", flat=True))
    waiting = [int(key) for key in panel.order if int(key) not in taken]
    present = {one.pk: one for one in in_register(panel.place_id, "", "expert").filter(pk__in=waiting)}
    against = conflicts(panel.appraisal, list(present.values()))
    for key in waiting:
        if key in present and key not in against:
            user = account_of(present[key])
            if user is not None:
                made = PanelSeat.objects.create(panel=panel, number=number, expert_id=key, user_id=user.pk)
                written_along([made])
                return made
    raise refuse("抽取次序中没有可以递补的专家", panel.clause, "请登记专家入库；本项评估另行办理")


def _open_round(panel: ExpertPanel) -> None:
    """Begin the next round with an empty sheet for everybody who scores, and tell them."""
    _moved(panel, None, round=panel.round + 1, is_open=True)
    for seat in standing_seats(panel):
        _hand_out(panel, seat)


def _hand_out(panel: ExpertPanel, seat: PanelSeat) -> None:
    sheet = PanelSheet.objects.create(seat=seat, round=panel.round)
    written_along([sheet])
    name = panel.appraisal.subject_year.name
    text = f"“{name}”事前绩效评估：请独立评分（第{panel.round}轮）"
    expert = Evaluator.objects.select_related("organisation").get(pk=seat.expert_id)
    notify(
        organisation=expert.organisation, role="expert", text=text, link=reverse("appraisal:sheets"), about=panel,
        key=f"panel-{panel.pk}-{panel.round}",
    )  # fmt: skip


def replace_expert(*, seat: PanelSeat, reason: str, person: Person) -> PanelSeat:
    """抽中的不能评分的，写明原因，由抽取次序的下一名递补；已交卷的不能换。"""
    panel = seat.panel
    require(may_replace(person, seat))
    if not reason.strip():
        raise refuse("须写明不能评分的原因", panel.clause, "填写原因", "reason")
    if PanelSheet.objects.filter(seat=seat, given_at__isnull=False).exists():
        raise refuse("这位专家已经交卷，不能更换", panel.clause)
    with act(person):
        fill_once(seat, {"set_aside": reason.strip()[:LONGEST_REASON]}, "set_aside")
        made = _seat(panel, panel.seats.count() + 1)
        record(
            "appraisal.panel_replace", panel, {"from": str(seat), "to": str(made), "comment": seat.set_aside},
            panel.clause,
        )  # fmt: skip
        written_along([seat])
        if panel.is_open:
            _hand_out(panel, made)
    return made


def save_sheet(
    *,
    sheet: PanelSheet,
    points: Mapping[str, Decimal],
    missing: Mapping[str, str],
    opinion: str,
    person: Person,
    hand_in: bool = False,
    version: int | None = None,
) -> None:
    """Write the expert's own points; `hand_in` ends it. Of two savings of one version the second is told (Overtaken).

    Refused with every fault: points outside the item, a lost point without its missing fact, an item left open when
    handed in; and for whoever belongs to the applicants or had a hand in the appraisal.
    """
    require(may_score_sheet(person, sheet))
    panel = sheet.seat.panel
    found = line_problems(panel.appraisal, points, missing)
    found += _tied(panel, person)
    if hand_in:
        left = [one.label for one in card_in(panel.appraisal.cycle).items if one.key not in points]
        if left:
            words = f"还有 {len(left)} 项没有评分：{'、'.join(left[:5])}{'等' if len(left) > 5 else ''}"
            found.append(Refusal(words, panel.clause, "请逐项评完再交卷"))
    if len(opinion.strip()) > LONGEST:
        found.append(Refusal(f"评审意见最多 {LONGEST} 字", panel.clause, where="opinion"))
    if found:
        raise Refused(found)
    worth = {one.key: one.points for one in card_in(panel.appraisal.cycle).items}
    told = {
        "points": {key: str(value) for key, value in points.items()},
        "missing": {key: missing[key].strip()[:300] for key, value in points.items() if value < worth[key]},
        "opinion": opinion.strip(),
    }
    with act(person):
        rows = PanelSheet.objects.filter(
            pk=sheet.pk, given_at__isnull=True, version=sheet.version if version is None else version
        )
        rows = rows.filter(seat__panel__is_open=True, seat__panel__round=sheet.round)
        if rows.update(version=F("version") + 1, given_at=clock.now() if hand_in else None, **told) != 1:
            raise Overtaken
        sheet.refresh_from_db()
        # What was given stays out of the chain's words until the round is closed: only its digest.
        record(
            "appraisal.sheet_give" if hand_in else "appraisal.sheet_save", sheet,
            {"round": sheet.round, "items": len(points), "digest": content_hash(told)}, panel.clause,
        )  # fmt: skip


def _tied(panel: ExpertPanel, person: Person) -> list[Refusal]:
    bodies = bodies_of([person.user_id]).get(person.user_id, frozenset())
    acted = any(person.user_id in users for users in actors_of(panel.appraisal).values())
    why = conflict(Ties(bodies, acted), applicants_of(panel.appraisal))
    if not why:
        return []
    return [Refusal(f"您{why}，须回避，不能评分", panel.clause, "请告知财政局，由次序在后的专家递补")]


def close_round(*, panel: ExpertPanel, person: Person, version: int | None = None) -> RoundResult:
    """人人交卷以后结束本轮：分差超过规定、轮数没有用完的，讨论后再评一轮；否则评分确定，各项平均成为财政评估得分。"""
    require(may_run(person, panel))
    if not panel.is_open:
        raise refuse("没有正在进行的评分", panel.clause)
    rule, sheets = _rule(panel.appraisal), sheets_in(panel, panel.round)
    if waiting := [str(one.seat) for one in sheets if one.given_at is None]:
        raise refuse(f"{'、'.join(waiting)}还没有交卷，不能结束本轮", panel.clause, "请等交卷；不能评分的写明原因后递补")
    result = result_of(card_items(panel.appraisal.cycle), {str(one.seat): points_of(one) for one in sheets}, rule)
    again = another_round(panel.round, result, rule)
    with act(person):
        _moved(
            panel, version, is_open=False, total=result.total, spread=result.spread, explanation=result.explanation,
            settled_at=None if again else clock.now(),
        )  # fmt: skip
        record(
            "appraisal.panel_close", panel,
            {
                "round": panel.round, "totals": [str(one) for one in result.totals], "spread": result.spread,
                "total": result.total, "again": again,
            },
            panel.clause,
        )  # fmt: skip
        if not again:
            _settle(panel, result, sheets)
    return result


def _settle(panel: ExpertPanel, result: RoundResult, sheets: list[PanelSheet]) -> None:
    """Let the means become the bureau's points; a lost point rests on what the experts said was missing."""
    missing = {}
    for one in result.items:
        said = dict.fromkeys(sheet.missing[one.item.key] for sheet in sheets if sheet.missing.get(one.item.key))
        missing[one.item.key] = "；".join(said)[:300]
    take_experts_points(appraisal=panel.appraisal, points=result.points, missing=missing)
    year = panel.appraisal.subject_year
    for body in bureaus_of(panel.appraisal):
        notify(
            organisation=body, role="performance_office", text=f"“{year.name}”专家评分已确定：{result.total} 分",
            link=reverse("appraisal:detail", args=[panel.appraisal_id]), about=panel,
        )  # fmt: skip


def note_discussion(*, panel: ExpertPanel, text: str, person: Person, item: str = "") -> PanelNote:
    """记录两轮之间的讨论，可以对应一个评估要点；记下的不能改。"""
    require(may_note(person, panel))
    if not text.strip() or len(text.strip()) > LONGEST:
        raise refuse(f"请写明讨论了什么，最多 {LONGEST} 字", panel.clause, where="text")
    if item and item not in {one.key for one in card_in(panel.appraisal.cycle).items}:
        raise mistaken("评分表没有这一项", where="item")
    with act(person):
        made = PanelNote.objects.create(
            panel=panel, round=panel.round, item=item, text=text.strip(), at=clock.now(), by=str(person)
        )
        record("appraisal.panel_note", made, {"round": made.round, "item": item, "comment": made.text}, panel.clause)
    return made


def score_again(*, panel: ExpertPanel, person: Person, version: int | None = None) -> None:
    """分差超过规定的，记下讨论以后由同样的专家再独立评一轮。"""
    require(may_run(person, panel))
    if panel.round == 0 or panel.is_open:
        raise refuse("现在不能开始下一轮评分", panel.clause)
    if not panel.notes.filter(round=panel.round).exists():
        raise refuse("还没有讨论记录，不能开始下一轮评分", panel.clause, "请先记录各位专家对分差的讨论", "text")
    with act(person):
        if version is not None and version != panel.version:
            raise Overtaken
        _open_round(panel)
        record("appraisal.panel_again", panel, {"round": panel.round}, panel.clause)
