"""Appraisal through its services: start, score with missing facts, conclude, put right, enter the library."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import first_break, history
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.appraisal.facts import card_in, proposed_conclusion
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.queries import appraisal_required, concluded_appraisal
from jiheng.stages.appraisal.services import (
    ConditionData,
    answer_condition,
    conclude_appraisal,
    enter_library,
    forward_appraisal,
    meet_condition,
    return_appraisal,
    save_bureau_lines,
    save_department_lines,
    save_sections,
    start_appraisal,
    submit_appraisal,
    withdraw_appraisal,
)
from tests.make import County, make_appraisal, make_county, make_subject

pytestmark = pytest.mark.django_db
FIVE = ("policy_fit", "duty_fit", "need", "public_scope", "input_output")
NINE = (*FIVE, "cost_basis", "expenditure_norms", "cost_control", "goal_clear")


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def year(county: County) -> SubjectYear:
    return make_subject(county, change="new", name="数字课堂建设项目")


def conclude(county: County, appraisal: Appraisal, conclusion: str, **changes: Any) -> None:
    """Conclude with the whole amount and no reason unless told otherwise."""
    values: dict[str, Any] = {"agreed_fen": appraisal.asked_fen, "reason": ""}
    conclude_appraisal(
        appraisal=appraisal,
        conclusion=conclusion,
        person=county.person("performance_office"),
        **(values | changes),
    )


def refusal(caught: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    """Where each reason bites, and its clause."""
    return [(one.where, one.clause) for one in caught.value.refusals]


def test_new_project_is_caught_by_the_rules_of_its_cycle(county: County, year: SubjectYear) -> None:
    trigger = appraisal_required(year)
    assert trigger.required
    assert "盐池县" in trigger.clause


def test_continuing_project_needs_a_ground(county: County) -> None:
    year = make_subject(county)
    clerk = county.person("unit_project")
    with pytest.raises(Refused, match="不要求"):
        start_appraisal(year=year, person=clerk)
    assert start_appraisal(year=year, person=clerk, ground="县政府要求").trigger == "县政府要求"


def test_appraisal_starts_once(county: County, year: SubjectYear) -> None:
    make_appraisal(county, year)
    with pytest.raises(Refused, match="已经发起"):
        start_appraisal(year=year, person=county.person("unit_project"))


def test_stranger_does_not_start_it(county: County, year: SubjectYear) -> None:
    with pytest.raises(Refused, match="本单位"):
        start_appraisal(year=year, person=county.person("unit_project", 2))
    with pytest.raises(Refused):
        start_appraisal(year=year, person=county.person("treasury"))


def test_submission_without_materials_names_each_of_them(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year)
    with pytest.raises(Refused) as caught:
        submit_appraisal(appraisal=appraisal, person=county.person("unit_project"))
    said = str(caught.value)
    assert [name in said for name in ("项目实施方案", "资金测算明细", "立项依据", "财政承受能力", "可行性研究")] == [
        True, True, True, True, False,
    ]  # fmt: skip


@pytest.mark.feature("2.02")
def test_lost_point_without_its_missing_fact_is_refused(county: County, year: SubjectYear) -> None:
    appraisal, reviewer = (
        make_appraisal(county, year, state="department"),
        county.person("department_reviewer"),
    )
    with pytest.raises(Refused) as caught:
        save_department_lines(
            appraisal=appraisal,
            points={"need": Decimal(4), "duty_fit": Decimal(3), "policy_fit": Decimal(5)},
            missing={"duty_fit": "没有部门职责依据", "need": "  "},
            person=reviewer,
        )
    assert [one.where for one in caught.value.refusals] == ["need"]
    assert "2018" in caught.value.refusals[0].clause
    assert appraisal.lines.count() == 0


def test_points_outside_the_item_are_refused(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="department")
    with pytest.raises(Refused, match="不在0至5分之间"):
        save_department_lines(
            appraisal=appraisal,
            points={"need": Decimal("5.01")},
            missing={},
            person=county.person("department_reviewer"),
        )


def test_points_can_be_given_in_several_sittings(county: County, year: SubjectYear) -> None:
    appraisal, reviewer = (
        make_appraisal(county, year, state="department"),
        county.person("department_reviewer"),
    )
    save_department_lines(appraisal=appraisal, points={"need": Decimal(5)}, missing={}, person=reviewer)
    assert appraisal.department_total is None
    with pytest.raises(Refused, match="19项没有评分"):
        forward_appraisal(appraisal=appraisal, person=reviewer)
    rest = {item.key: item.points for item in card_in(year.cycle).items} | {"need": Decimal("4.5")}
    save_department_lines(appraisal=appraisal, points=rest, missing={"need": "没有需求调查"}, person=reviewer)
    assert appraisal.department_total == Decimal("99.50")
    assert appraisal.lines.get(item="need").missing_fact == "没有需求调查"


def test_second_writer_is_told_that_somebody_was_faster(county: County, year: SubjectYear) -> None:
    appraisal, reviewer = (
        make_appraisal(county, year, state="department"),
        county.person("department_reviewer"),
    )
    seen = appraisal.version
    save_department_lines(
        appraisal=appraisal, points={"need": Decimal(5)}, missing={}, person=reviewer, version=seen
    )
    with pytest.raises(Overtaken):
        save_department_lines(
            appraisal=appraisal,
            points={"need": Decimal(0)},
            missing={"need": "无"},
            person=reviewer,
            version=seen,
        )


def test_sides_do_not_score_for_each_other(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="department")
    points = {"need": Decimal(5)}
    with pytest.raises(Refused):
        save_bureau_lines(
            appraisal=appraisal, points=points, missing={}, person=county.person("performance_office")
        )
    with pytest.raises(Refused):
        save_department_lines(
            appraisal=appraisal, points=points, missing={}, person=county.person("department_reviewer", 1)
        )


@pytest.mark.parametrize(
    ("lost", "proposed"),
    [((), "supported"), (FIVE[:4], "supported"), (FIVE, "supported_after_revision"), (NINE, "not_supported")],
)
def test_score_proposes_the_conclusion(
    county: County, year: SubjectYear, lost: tuple[str, ...], proposed: str
) -> None:
    assert proposed_conclusion(make_appraisal(county, year, state="scored", lost=lost)) == proposed


def test_veto_overrides_a_full_score(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="bureau")
    full = {item.key: item.points for item in card_in(year.cycle).items}
    save_bureau_lines(
        appraisal=appraisal,
        points=full,
        missing={},
        vetoes=["duplicate_project"],
        person=county.person("performance_office"),
    )
    assert proposed_conclusion(appraisal) == "not_supported"
    with pytest.raises(Refused, match="否决"):
        conclude(county, appraisal, "supported", reason="县政府已定，予以支持")
    conclude(county, appraisal, "not_supported", agreed_fen=0, reason="与已有项目完全重复")
    assert appraisal.conclusion == "not_supported"


def test_conclusion_needs_the_bureaus_points(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="bureau")
    with pytest.raises(Refused, match="20 项没有评分"):
        conclude(county, appraisal, "supported")


def test_other_conclusion_than_the_score_proposes_needs_its_reason(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="scored", lost=NINE)
    with pytest.raises(Refused) as caught:
        conclude(county, appraisal, "supported")
    assert "reason" in [where for where, _ in refusal(caught)]
    assert "不予支持" in str(caught.value)
    conclude(county, appraisal, "supported", reason="县政府常务会议已定，论证材料随后补齐")
    assert (appraisal.conclusion, appraisal.proposed) == ("supported", "not_supported")


@pytest.mark.parametrize("fen", [-1, 100_000_001])
def test_agreed_amount_stays_within_the_asked(county: County, year: SubjectYear, fen: int) -> None:
    appraisal = make_appraisal(county, year, state="scored")
    with pytest.raises(Refused) as caught:
        conclude(county, appraisal, "supported", agreed_fen=fen, reason="核减设备")
    assert "agreed_fen" in [where for where, _ in refusal(caught)]


def test_cut_without_reason_is_refused(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="scored")
    with pytest.raises(Refused, match="没有写明理由"):
        conclude(county, appraisal, "supported", agreed_fen=90_000_000)


def test_nothing_is_agreed_for_an_unsupported_project(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="scored", lost=NINE)
    with pytest.raises(Refused, match="同意金额须为零"):
        conclude(county, appraisal, "not_supported", reason="论证不充分")
    conclude(county, appraisal, "not_supported", reason="论证不充分", agreed_fen=0)
    year.refresh_from_db()
    assert year.library_state == "refused"


@pytest.mark.feature("2.03")
def test_conditions_stop_the_entry_until_the_bureau_confirms_them(county: County, year: SubjectYear) -> None:
    appraisal, office = (
        make_appraisal(county, year, state="scored", lost=FIVE),
        county.person("performance_office"),
    )
    reason = "依据和测算须补充"
    with pytest.raises(Refused, match="须列明"):
        conclude(county, appraisal, "supported_after_revision", reason=reason)
    late = [ConditionData("补充测算明细", clock.today() - timedelta(days=1))]
    with pytest.raises(Refused, match="早于今天"):
        conclude(county, appraisal, "supported_after_revision", reason=reason, conditions=late)
    due = clock.today() + timedelta(days=30)
    listed = [ConditionData("补充测算明细", due), ConditionData("重写绩效目标", due)]
    conclude(county, appraisal, "supported_after_revision", reason=reason, conditions=listed)
    with pytest.raises(Refused) as caught:
        enter_library(year=year, person=office)
    assert [where for where, _ in refusal(caught)] == ["conditions", "conditions"]
    assert all("盐池县" in clause for _, clause in refusal(caught))
    first, second = appraisal.conditions.all()
    with pytest.raises(Refused, match="没有完成情况"):
        meet_condition(condition=first, person=office)
    with pytest.raises(Refused):
        meet_condition(condition=first, person=county.person("unit_project"), proof="已补充")
    answer_condition(condition=first, proof="已报送测算明细表", person=county.person("unit_project"))
    meet_condition(condition=first, person=office)
    meet_condition(condition=second, person=office, proof="已核对新目标表")
    enter_library(year=year, person=office)
    assert year.library_state == "entered"


def test_conditions_belong_to_one_conclusion_only(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="scored")
    with pytest.raises(Refused, match="才列须完善事项"):
        conclude(county, appraisal, "supported", conditions=[ConditionData("补充", clock.today())])


@pytest.mark.feature("1.04")
def test_library_is_closed_without_a_conclusion(county: County, year: SubjectYear) -> None:
    office = county.person("performance_office")
    for state in ("none", "scored"):
        if state == "scored":
            make_appraisal(county, year, state="scored")
        with pytest.raises(Refused) as caught:
            enter_library(year=year, person=office)
        assert [where for where, _ in refusal(caught)] == ["appraisal"]
        assert "《关于盐池县2022-2023年预算绩效管理情况说明》" in caught.value.refusals[0].clause
    year.refresh_from_db()
    assert year.library_state == "proposed"


def test_library_is_open_where_no_appraisal_is_demanded(county: County) -> None:
    year = make_subject(county)
    enter_library(year=year, person=county.person("division"))
    year.refresh_from_db()
    assert year.library_state == "entered"
    with pytest.raises(Refused, match="已入库"):
        enter_library(year=year, person=county.person("division"))


def test_unit_does_not_let_itself_in(county: County) -> None:
    with pytest.raises(Refused, match="入库由财政局"):
        enter_library(year=make_subject(county), person=county.person("unit_head"))


def test_supported_project_enters_and_the_chain_is_whole(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="scored")
    assert concluded_appraisal(year) is None
    conclude(county, appraisal, "supported")
    assert concluded_appraisal(year) == appraisal
    enter_library(year=year, person=county.person("division"))
    assert [line.action for line in history(appraisal)][:2] == ["appraisal.conclusion", "appraisal.conclude"]
    assert first_break(county.place.pk) is None


def test_steps_back_keep_what_was_scored(county: County, year: SubjectYear) -> None:
    appraisal, clerk = make_appraisal(county, year, state="department"), county.person("unit_project")
    withdraw_appraisal(appraisal=appraisal, person=clerk)
    assert appraisal.state == "draft"
    submit_appraisal(appraisal=appraisal, person=clerk)
    reviewer = county.person("department_reviewer")
    with pytest.raises(Refused, match="须写明意见"):
        return_appraisal(appraisal=appraisal, person=reviewer, comment="")
    return_appraisal(appraisal=appraisal, person=reviewer, comment="请补充立项依据")
    assert appraisal.state == "draft"


def test_sections_are_written_by_whoever_has_it_in_hand(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year)
    save_sections(appraisal=appraisal, sections={"situation": "背景"}, person=county.person("unit_project"))
    save_sections(appraisal=appraisal, sections={"necessity": "必要"}, person=county.person("unit_project"))
    assert appraisal.sections == {"situation": "背景", "necessity": "必要"}
    with pytest.raises(Refused, match="不在您的办理环节"):
        save_sections(
            appraisal=appraisal, sections={"work": "工作"}, person=county.person("department_reviewer")
        )
    with pytest.raises(Refused, match="提纲中没有"):
        save_sections(appraisal=appraisal, sections={"foreword": "x"}, person=county.person("unit_project"))


def test_concluded_appraisal_is_closed(county: County, year: SubjectYear) -> None:
    appraisal = make_appraisal(county, year, state="scored")
    conclude(county, appraisal, "supported")
    with pytest.raises(Refused):
        conclude(county, appraisal, "not_supported", agreed_fen=0, reason="改主意了不支持")
    with pytest.raises(Refused):
        save_bureau_lines(
            appraisal=appraisal,
            points={"need": Decimal(5)},
            missing={},
            person=county.person("performance_office"),
        )
