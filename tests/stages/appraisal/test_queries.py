"""What is read of appraisals: the year's figures, both sides compared, whose turn it is, who sees what."""

from decimal import Decimal

import pytest

from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import share_out, wan_to_fen
from jiheng.stages.appraisal.access import visible_appraisals
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.queries import appraisal_statistics, compared, optimism, work_years
from jiheng.stages.appraisal.services import conclude_appraisal, return_appraisal
from jiheng.stages.appraisal.stage import STAGE
from tests.make import County, make_appraisal, make_county, make_subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def concluded(
    county: County, *, asked: int, agreed: int, conclusion: str = "supported", unit: int = 0
) -> Appraisal:
    """A concluded appraisal with these amounts (fen), whatever its score proposes."""
    year = make_subject(county, unit=unit, change="new", requested_fen=asked)
    made = make_appraisal(county, year, state="scored")
    conclude_appraisal(
        appraisal=made,
        conclusion=conclusion,
        agreed_fen=agreed,
        reason="按论证结果核定",
        person=county.person("performance_office"),
    )
    return made


@pytest.mark.feature("2.04")
def test_statistics_give_the_rate_of_a_published_year(county: County) -> None:
    # 10.86 billion asked, 3.78 billion cut: 34.8 %.
    asked = share_out(wan_to_fen(1_086_000), [5, 3, 2])
    agreed = share_out(wan_to_fen(1_086_000 - 378_000), [5, 3, 2])
    for one, two in zip(asked, agreed, strict=True):
        concluded(county, asked=one, agreed=two)
    make_appraisal(county, make_subject(county, change="new"), state="scored")
    found = appraisal_statistics(county.person("performance_office"), Appraisal.objects.all()[0].work_year)
    assert (found.count, found.open_count) == (3, 1)
    assert (found.asked_fen, found.cut_fen, found.agreed_fen) == (
        wan_to_fen(1_086_000), wan_to_fen(378_000), wan_to_fen(708_000),
    )  # fmt: skip
    assert found.cut_rate == Decimal("0.3481")


def test_statistics_add_up_by_conclusion(county: County) -> None:
    concluded(county, asked=1_000_000, agreed=900_000)
    last = concluded(county, asked=3_000_000, agreed=0, conclusion="not_supported")
    found = appraisal_statistics(county.place, last.work_year)
    parts = found.by_conclusion
    assert list(parts) == ["supported", "supported_after_revision", "not_supported"]
    assert [part.count for part in parts.values()] == [1, 0, 1]
    assert [part.asked_fen for part in parts.values()] == [1_000_000, 0, 3_000_000]
    assert sum(part.cut_fen for part in parts.values()) == found.cut_fen == 3_100_000
    assert parts["supported_after_revision"].cut_rate is None


def test_statistics_of_another_year_are_empty(county: County) -> None:
    concluded(county, asked=1_000_000, agreed=1_000_000)
    assert appraisal_statistics(county.place, 1999).count == 0


def test_statistics_move_with_what_the_person_sees(county: County) -> None:
    one = concluded(county, asked=1_000_000, agreed=1_000_000)
    concluded(county, asked=2_000_000, agreed=2_000_000, unit=2)
    seen = {
        role: appraisal_statistics(county.person(role, index), one.work_year).asked_fen
        for role, index in (
            ("unit_head", 0),
            ("unit_finance", 1),
            ("department_reviewer", 1),
            ("congress", 0),
        )
    }
    assert seen == {
        "unit_head": 1_000_000, "unit_finance": 0, "department_reviewer": 2_000_000, "congress": 3_000_000,
    }  # fmt: skip


def test_outsiders_and_administrators_see_no_appraisal(county: County) -> None:
    concluded(county, asked=1_000_000, agreed=1_000_000)
    for role in ("agency", "expert", "system_admin", "security_admin", "audit_admin"):
        assert list(visible_appraisals(county.person(role))) == []


@pytest.mark.feature("2.05")
def test_both_sides_stand_beside_each_other(county: County) -> None:
    year = make_subject(county, change="new")
    appraisal = make_appraisal(county, year, state="scored", lost=("need", "cost_basis"))
    dimensions = compared(appraisal)
    assert [one.gap for one in dimensions] == [5, 5, 0, 0, 0]
    different = {
        one.item.key: (one.gap, one.bureau_fact) for group in dimensions for one in group.items if one.gap
    }
    assert different == {"need": (5, "没有测算明细"), "cost_basis": (5, "没有测算明细")}
    assert appraisal.department_total == 100
    assert appraisal.bureau_total == 90


def test_department_is_told_its_own_optimism(county: County) -> None:
    person = county.person("performance_office")
    for lost in ((), ("need",)):
        year = make_subject(county, change="new")
        made = make_appraisal(county, year, state="scored", lost=lost)
        conclude_appraisal(
            appraisal=made, conclusion="supported", agreed_fen=made.asked_fen, reason="", person=person
        )
    found = optimism(county.person("department_reviewer"))
    assert [(one.count, one.gap) for one in found] == [(2, Decimal("2.50"))]
    assert optimism(county.person("department_reviewer", 1)) == []
    assert work_years(person) == [found[0].work_year]


def verbs(county: County, role: str, index: int = 0) -> list[str]:
    """What the desk asks of a person, by verb."""
    return [todo.verb for todo in STAGE.todos(county.person(role, index))]


def test_to_dos_follow_the_appraisal_through_its_hands(county: County) -> None:
    year = make_subject(county, change="new")
    assert verbs(county, "unit_project") == ["发起事前评估"]
    assert verbs(county, "unit_project", 1) == []
    appraisal = make_appraisal(county, year, state="department")
    assert verbs(county, "unit_project") == []
    assert [todo.detail for todo in STAGE.watching(county.person("unit_project"))] == ["主管部门评估"]
    assert verbs(county, "department_reviewer") == ["评分并报送财政"]
    assert verbs(county, "department_reviewer", 1) == []
    return_appraisal(
        appraisal=appraisal, person=county.person("department_reviewer"), comment="请补充立项依据"
    )
    assert verbs(county, "department_reviewer") == []
    assert [(one.verb, one.reason.endswith("请补充立项依据")) for one in STAGE.returned(county.person("unit_project"))] == [
        ("修改后重新提交", True)
    ]  # fmt: skip


def test_to_dos_of_the_bureau(county: County) -> None:
    made = make_appraisal(county, make_subject(county, change="new"), state="bureau")
    assert verbs(county, "performance_office") == ["评分并作出结论"]
    assert verbs(county, "division") == []
    concluded(county, asked=1_000_000, agreed=1_000_000)
    assert verbs(county, "division") == ["办理入库"]
    assert made.state == "bureau"


def test_many_waiting_ones_become_one_line(county: County) -> None:
    for _ in range(6):
        make_appraisal(
            county, make_subject(county, change="new", requested_fen=1_000_000), state="department"
        )
    [todo] = STAGE.todos(county.person("department_reviewer"))
    assert (todo.title.split()[2], todo.money_fen) == ("6", 6_000_000)


def points(county: County, year: SubjectYear) -> list[tuple[str, str]]:
    """The line of life: label and text."""
    return [(one.label, one.text) for one in STAGE.milestones(year, county.person("performance_office"))]


def test_milestones_say_what_became_of_it(county: County) -> None:
    fresh, kept = make_subject(county, change="new"), make_subject(county)
    assert points(county, fresh) == [("事前评估", "须做，未发起"), ("入库", "未入库")]
    assert points(county, kept) == [("事前评估", "不须评估"), ("入库", "未入库")]
    refused = concluded(county, asked=1_000_000, agreed=0, conclusion="not_supported").subject_year
    refused.refresh_from_db()
    assert points(county, refused) == [("事前评估", "不予支持"), ("入库", "不予入库")]
