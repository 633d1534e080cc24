"""Experts score alone and blind; four parties review in their order; the committee's limit; an override is told."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData, enter_register, leave_register
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.joint import services as joint
from jiheng.stages.appraisal.joint.access import visible_joints
from jiheng.stages.appraisal.models import Appraisal, ExpertPanel, JointReview, PanelNote, PanelSheet
from jiheng.stages.appraisal.navigation import todos
from jiheng.stages.appraisal.panel import services as panels
from jiheng.stages.appraisal.panel.access import own_sheets, visible_sheets
from jiheng.stages.appraisal.panel.queries import rounds_of, verify_panel_draw
from jiheng.stages.appraisal.reviewing import joint_demanded, joint_digest
from jiheng.stages.appraisal.services import conclude_appraisal, save_bureau_lines
from tests.make import County, make_appraisal, make_county, make_person, make_subject, sign_in

DAY = date(2024, 4, 1)
NEXT = DAY + timedelta(days=1)
NAMES = ("专家一", "专家二", "专家三", "专家四")
CLAUSE = "三个亮点·二"


@pytest.fixture
def county(db: None) -> County:
    return make_county("anhui-tongling")


@pytest.fixture
def experts(county: County) -> dict[int, Person]:
    """Four experts of the register with accounts, and one of the applicant's own people; by key of the account."""
    pool = Organisation.objects.get(pk=county.person("expert").organisation_id)
    people = [make_person(pool, "expert", name) for name in NAMES]
    with clock.at(date(2023, 1, 1)):
        for name in (*NAMES, "没有账号的专家"):
            enter_register(data=EvaluatorData(name, "expert", pool, "财政", "", date(2023, 1, 1)), person=county.person("performance_office"))
    return {one.user_id: one for one in people}


def before_bureau(county: County, **told: Any) -> Appraisal:
    year = make_subject(county, change="new", **told)
    with clock.at(DAY):
        return make_appraisal(county, year, state="bureau")


def announced(county: County, appraisal: Appraisal, count: int = 3, **told: Any) -> ExpertPanel:
    with clock.at(DAY):
        said = panels.Announcement(count, told.pop("source", "抽取当天收盘的上证指数"), told.pop("draw_on", NEXT), told.pop("recusals", {}), **told)
        return panels.announce_panel(appraisal=appraisal, told=said, person=county.person("performance_office"))


def drawn(county: County, appraisal: Appraisal, count: int = 3) -> ExpertPanel:
    panel = announced(county, appraisal, count)
    with clock.at(NEXT):
        panels.draw_panel(panel=panel, seed="3069.30", person=county.person("performance_office"))
    return panel


def full(appraisal: Appraisal, less: str = "0") -> dict[str, Decimal]:
    """Full points of every item; `less` points are taken off the first item and the last three alike."""
    points = {one.key: one.points for one in card_in(appraisal.cycle).items}
    for key in [next(iter(points)), *list(points)[-3:]]:
        points[key] -= Decimal(less)
    return points


def give(sheet: PanelSheet, person: Person, points: dict[str, Decimal], *, hand_in: bool = True) -> None:
    missing = dict.fromkeys(points, "没有测算明细")
    panels.save_sheet(sheet=sheet, points=points, missing=missing, opinion="同意", person=person, hand_in=hand_in)


def sheets(panel: ExpertPanel) -> list[PanelSheet]:
    rows = PanelSheet.objects.filter(seat__panel=panel, round=panel.round, seat__set_aside="")
    return list(rows.select_related("seat__panel__appraisal__cycle__snapshot").order_by("seat__number"))


def score(panel: ExpertPanel, experts: dict[int, Person], *less: str) -> None:
    for sheet, off in zip(sheets(panel), less, strict=True):
        give(sheet, experts[sheet.seat.user_id], full(panel.appraisal, off))


@pytest.mark.feature("2.15")
def test_the_draw_stands_on_a_list_and_a_source_announced_before_and_anybody_repeats_it(county: County, experts: dict[int, Person]) -> None:
    appraisal, office = before_bureau(county), county.person("performance_office")
    one = Evaluator.objects.get(name="专家四")
    Appointment.objects.create(
        user_id=next(iter(experts)), organisation_id=appraisal.subject_year.unit_id, role="unit_finance", valid_from=date(2023, 1, 1)
    )
    for wrong, words in (
        ({"source": " "}, "公开的数字"), ({"draw_on": DAY}, "第二天以后"), ({"count": 2}, "不得少于 3 名"),
        ({"recusals": {one.pk: " "}}, "回避须写明原因"), ({"count": 4}, "不够 4 名"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words) as refused:
            announced(county, appraisal, **wrong)
        assert CLAUSE in str(refused.value)
    panel = announced(county, appraisal)
    away = {row["name"]: row["reason"] for row in panel.recused}
    assert away == {"专家一": "是申报单位或其主管部门的人员", "没有账号的专家": "没有登录账号，不能独立评分"}
    with clock.at(DAY), pytest.raises(Refused, match="还没有到"):
        panels.draw_panel(panel=panel, seed="1", person=office)
    with clock.at(NEXT):
        seats = panels.draw_panel(panel=panel, seed="3069.30", person=office)
        assert [str(seat.expert_id) for seat in seats] == panel.order
        with pytest.raises(Refused, match="不能换种子重抽"):
            panels.draw_panel(panel=panel, seed="3069.31", person=office)
        with pytest.raises(Refused, match="已经公告过"):
            announced(county, appraisal)
    assert verify_panel_draw(panel) == []
    panel.seed = "3069.31"
    panel.order = panel.order[::-1]
    assert verify_panel_draw(panel) != []


@pytest.mark.feature("2.16")
def test_nobody_reads_a_sheet_before_the_round_is_closed_and_a_wide_spread_is_scored_again(
    county: County, experts: dict[int, Person], client: Client
) -> None:
    appraisal, office = before_bureau(county), county.person("performance_office")
    panel = drawn(county, appraisal)
    with clock.at(NEXT):
        first, second, third = sheets(panel)
        give(first, experts[first.seat.user_id], full(appraisal))
        other = experts[second.seat.user_id]
        readers = [office, county.person("congress"), county.person("bureau_leader"), other]
        for person in readers:
            assert first.pk not in visible_sheets(person).values_list("pk", flat=True), person.role
            # By guessing numbers, on the page and in the interface, there is nothing either.
            guest = sign_in(client, person, appraisal.cycle)
            assert guest.get(f"/appraisal/sheets/{first.pk}/").status_code in {403, 404}
            answer = guest.get(f"/appraisal/panels/{panel.pk}/")
            assert answer.status_code == 200
            assert "同意" not in answer.content.decode().split("<main")[-1].replace("同意的", "")
        assert list(own_sheets(other).values_list("pk", flat=True)) == [second.pk]
        with pytest.raises(Refused, match="由专家本人填写"):
            give(second, experts[first.seat.user_id], full(appraisal))
        with pytest.raises(Refused, match="还没有交卷"):
            panels.close_round(panel=panel, person=office)
        # Two savings of one version: the second is told, what the first wrote stays.
        twin = PanelSheet.objects.get(pk=second.pk)
        give(second, other, full(appraisal, "1"), hand_in=False)
        with pytest.raises(Overtaken):
            give(twin, other, full(appraisal), hand_in=False)
        assert PanelSheet.objects.get(pk=second.pk).points["need" if "need" in second.points else next(iter(second.points))] is not None
        with pytest.raises(Refused, match="还有 19 项没有评分"):
            panels.save_sheet(sheet=second, points=dict(list(full(appraisal).items())[:1]), missing={}, opinion="", person=other, hand_in=True)
        with pytest.raises(Refused, match="没有写明所缺的事实"):
            panels.save_sheet(sheet=second, points=full(appraisal, "1"), missing={}, opinion="", person=other, hand_in=True)
        give(second, other, full(appraisal, "1"))
        with pytest.raises(Refused, match="不能更改"):
            give(second, other, full(appraisal))
        give(third, experts[third.seat.user_id], full(appraisal, "2.51"))
        with pytest.raises(Refused, match="还没有确定"):
            conclude(county, appraisal)
        result = panels.close_round(panel=panel, person=office)
        assert (result.spread, result.wide, panel.settled_at) == (Decimal("10.04"), True, None)
        assert first.pk in visible_sheets(other).values_list("pk", flat=True)
        with pytest.raises(Refused, match="还没有讨论记录"):
            panels.score_again(panel=panel, person=office)
        panels.note_discussion(panel=panel, text="成本依据看法不同", item=result.items[0].item.key, person=other)
        with pytest.raises(DatabaseError), transaction.atomic():
            PanelNote.objects.update(text="别的")
        panels.score_again(panel=panel, person=office)
        with pytest.raises(Refused, match="讨论须在本轮结束以后"):
            panels.note_discussion(panel=panel, text="再说", person=other)
        assert [todo.verb for todo in todos(other)] == ["独立评分（第2轮）"]
        score(panel, experts, "0", "1", "2.5")
        result = panels.close_round(panel=panel, person=office)
    assert (result.spread, result.wide) == (Decimal("10.00"), False)
    assert panel.settled_at is not None
    assert [one.number for one in rounds_of(panel)] == [1, 2]
    appraisal.refresh_from_db()
    assert appraisal.bureau_total == result.total == panel.total
    assert appraisal.lines.get(side="bureau", item=result.items[0].item.key).missing_fact == "没有测算明细"
    with clock.at(NEXT), pytest.raises(Refused, match="由专家评分得出"):
        save_bureau_lines(appraisal=appraisal, points=full(appraisal), missing={}, person=office)
    assert proved_records(county.place.pk).lines == []


@pytest.mark.feature("2.16")
def test_an_expert_of_the_applicant_may_not_score_and_the_next_of_the_draw_takes_the_seat(county: County, experts: dict[int, Person]) -> None:
    appraisal, office = before_bureau(county), county.person("performance_office")
    panel = drawn(county, appraisal)
    sheet = sheets(panel)[0]
    person = experts[sheet.seat.user_id]
    Appointment.objects.create(
        user_id=person.user_id, organisation_id=appraisal.subject_year.department_id, role="department_reviewer", valid_from=DAY
    )
    with clock.at(NEXT):
        with pytest.raises(Refused, match="须回避") as refused:
            give(sheet, person, full(appraisal))
        assert CLAUSE in str(refused.value)
        with pytest.raises(Refused, match="写明不能评分的原因"):
            panels.replace_expert(seat=sheet.seat, reason=" ", person=office)
        made = panels.replace_expert(seat=sheet.seat, reason="在申报部门任职", person=office)
        assert str(made.expert_id) == panel.order[3]
        with pytest.raises(Refused, match="已经更换"):
            panels.replace_expert(seat=sheet.seat, reason="再换", person=office)
        with pytest.raises(Refused, match="没有可以递补"):
            panels.replace_expert(seat=made, reason="出差", person=office)
        with pytest.raises(Refused):
            give(sheet, person, full(appraisal))
        score(panel, experts, "0", "0", "0")
        assert panels.close_round(panel=panel, person=office).total == 100


def test_who_left_the_register_is_not_drawn(county: County, experts: dict[int, Person]) -> None:
    appraisal, office = before_bureau(county), county.person("performance_office")
    gone = Evaluator.objects.get(name="专家二")
    panel = announced(county, appraisal)
    with clock.at(DAY):
        leave_register(evaluator=gone, day=DAY, reason="质量考核不合格", person=office)
    with clock.at(NEXT):
        seats = panels.draw_panel(panel=panel, seed="3069.30", person=office)
    assert gone.pk not in {seat.expert_id for seat in seats}
    assert str(gone.pk) in panel.order


def conclude(county: County, appraisal: Appraisal, conclusion: str = "supported", reason: str = "各方意见一致") -> None:
    appraisal.refresh_from_db()
    conclude_appraisal(
        appraisal=appraisal, conclusion=conclusion, agreed_fen=0 if conclusion == "not_supported" else appraisal.asked_fen,
        reason=reason, person=county.person("performance_office"),
    )  # fmt: skip


def settled(county: County, experts: dict[int, Person]) -> tuple[Appraisal, ExpertPanel]:
    appraisal = before_bureau(county)
    panel = drawn(county, appraisal)
    with clock.at(NEXT):
        score(panel, experts, "0", "0", "0")
        panels.close_round(panel=panel, person=county.person("performance_office"))
    return Appraisal.objects.get(pk=appraisal.pk), panel


@pytest.mark.feature("2.08")
def test_four_parties_none_skipped_and_the_conclusion_names_who_lacks(county: County, experts: dict[int, Person], client: Client) -> None:
    appraisal, panel = settled(county, experts)
    office, congress, department = county.person("performance_office"), county.person("congress"), county.person("department_reviewer")
    expert = experts[panel.seats.get(number=1).user_id]
    stranger = next(one for key, one in experts.items() if not panel.seats.filter(user_id=key).exists())
    with clock.at(NEXT):
        with pytest.raises(Refused, match="还没有四方会审") as refused:
            conclude(county, appraisal)
        assert "市人大预工委审查" in str(refused.value)
        assert CLAUSE in str(refused.value)
        with pytest.raises(Refused, match="已经过去"):
            joint.call_review(appraisal=appraisal, held_on=DAY, venue="", agenda="一", person=office)
        review = joint.call_review(appraisal=appraisal, held_on=NEXT, venue="三楼会议室", agenda="逐方发言", person=office)
        told = {(one.organisation_id, one.role) for one in Notice.objects.filter(about=f"appraisal.jointreview:{review.pk}")}
        assert (congress.organisation_id, "congress") in told
        with pytest.raises(Refused, match="还没有主管部门陈述"):
            joint.speak(review=review, kind="statement", text="请先看", person=congress)
        with pytest.raises(Refused, match="会审各方的人员"):
            joint.speak(review=review, kind="statement", text="我说", person=county.person("auditor"))
        item = card_in(appraisal.cycle).items[0].key
        assert visible_joints(stranger).count() == 0
        for person, kind in ((department, "statement"), (office, "statement"), (expert, "question"), (congress, "statement")):
            with pytest.raises(Refused, match="缺"):
                conclude(county, appraisal)
            assert [todo.title for todo in todos(person) if "会审" not in todo.verb]
            joint.speak(review=review, kind=kind, text="需求数据从哪里来？", item=item, person=person)
        question = review.words.get(kind="question")
        assert question.item == item
        assert set(review.words.filter(kind="statement").values_list("item", flat=True)) == {""}
        with pytest.raises(Refused, match="1 条质询没有答复"):
            joint.sign_review(review=review, person=department)
        with pytest.raises(Refused, match="由主管部门答复"):
            joint.answer_question(word=question, answer="没有", person=congress)
        joint.answer_question(word=question, answer="来自2023年普查", person=department)
        with pytest.raises(Refused, match="不是待答复"):
            joint.answer_question(word=question, answer="改口", person=department)
        with pytest.raises(Refused, match="还没有会审纪要"):
            joint.sign_review(review=review, person=department)
        joint.write_minutes(review=review, minutes="同意实施。", person=office)
        seen = joint_digest(review)
        joint.sign_review(review=review, person=department, digest=seen)
        with pytest.raises(Refused, match="已经在现在的内容上签字"):
            joint.sign_review(review=review, person=department)
        # What is added after a signature needs it anew; who signs must have seen it.
        joint.write_minutes(review=review, minutes="同意实施，分两年安排。", person=office)
        with pytest.raises(Overtaken):
            joint.sign_review(review=review, person=office, digest=seen)
        for person in (department, office, expert, congress):
            with pytest.raises(Refused, match="还没有在现在的四方会审内容上签字"):
                conclude(county, appraisal)
            joint.sign_review(review=review, person=person)
        for person in (congress, expert, office, department):
            page = sign_in(client, person, appraisal.cycle).get(f"/appraisal/joint/{review.pk}/").content.decode()
            assert "分两年安排" in page, person.role
        assert "来自2023年普查" in sign_in(client, congress, appraisal.cycle).get(f"/appraisal/joint/{review.pk}/room/").content.decode()
        assert sign_in(client, stranger, appraisal.cycle).get(f"/appraisal/joint/{review.pk}/").status_code == 404
        assert review.appraisal.subject_year.name in sign_in(client, congress, appraisal.cycle).get("/appraisal/joint/").content.decode()
        conclude(county, appraisal)
        with pytest.raises(Refused, match="已有结论"):
            joint.speak(review=review, kind="statement", text="补充", person=congress)
    assert proved_records(county.place.pk).lines == []


@pytest.mark.feature("2.17")
def test_an_override_is_told_to_the_overseers_with_name_reason_and_clause(county: County, experts: dict[int, Person]) -> None:
    appraisal, _ = settled(county, experts)
    JointReview.objects.all().delete()
    office, congress = county.person("performance_office"), county.person("congress")
    with clock.at(NEXT):
        review = joint.call_review(appraisal=appraisal, held_on=NEXT, venue="", agenda="一", person=office)
        expert = next(one for key, one in experts.items() if appraisal.panel.seats.filter(user_id=key).exists())
        parties = (county.person("department_reviewer"), office, expert, congress)
        for person in parties:
            joint.speak(review=review, kind="statement", text="意见", person=person)
        joint.write_minutes(review=review, minutes="不予支持。", person=office)
        for person in parties:
            joint.sign_review(review=review, person=person)
        with pytest.raises(Refused, match="没有写明理由"):
            conclude(county, appraisal, "not_supported", "无")
        conclude(county, appraisal, "not_supported", "与在建项目功能重合")
        told = Notice.objects.filter(role__in=("congress", "auditor"), text__contains="按得分应为“予以支持”")
        assert {one.role for one in told} == {"congress", "auditor"}
        assert all(office.name in one.text and "功能重合" in one.text and "依据" in one.text for one in told)
        # A conclusion stands: it is not changed afterwards by anybody.
        with pytest.raises(Refused, match="不能作出评估结论"):
            conclude(county, appraisal)


@pytest.mark.feature("2.08")
def test_the_committee_reviews_new_and_raised_demands_from_its_limit(db: None) -> None:
    county = make_county("jilin", 2026, day=date(2025, 12, 1))
    office = county.person("performance_office")
    below, at, above, going_on = (2_999_999_999, "new"), (3_000_000_000, "new"), (3_000_000_001, "raised"), (9_000_000_000, "continuing")
    with clock.at(date(2026, 1, 5)):
        years = {case: make_subject(county, change=case[1], requested_fen=case[0]) for case in (below, at, above, going_on)}
        assert [case for case, year in years.items() if joint_demanded(year)] == [at, above]
        free = make_appraisal(county, years[below], state="scored")
        conclude(county, free)
        appraisal = make_appraisal(county, years[at], state="scored")
        with pytest.raises(Refused, match="须经预算（资金）管理委员会联合会审") as refused:
            conclude(county, appraisal)
        assert "三（四）16" in str(refused.value)
        member = make_person(county.bureau, "funds_committee")
        review = joint.call_review(appraisal=appraisal, held_on=date(2026, 1, 5), venue="", agenda="一", person=office)
        joint.speak(review=review, kind="statement", text="同意安排", person=member)
        joint.write_minutes(review=review, minutes="同意", person=office)
        with pytest.raises(Refused, match="还没有在现在的联合会审内容上签字"):
            conclude(county, appraisal)
        joint.sign_review(review=review, person=member)
        conclude(county, appraisal)
