"""Money released before its goal in an emergency: the releases of a year, the decision, the check afterwards."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, in_rows
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Fen, Reason
from jiheng.foundation.accounts.person import Person
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.stages.goals.access import may_see_goals
from jiheng.stages.goals.express.access import may_check, may_decide, may_see_release, visible_releases
from jiheng.stages.goals.express.services import check_release, release_first
from jiheng.stages.goals.models import ExpressCheck, ExpressRelease
from jiheng.stages.goals.releases import followed

AREA = Area("goals")
CHECK = Shape(ExpressCheck)


def _standing(row: ExpressRelease, _: Person) -> str:
    return followed([row])[0].standing.value


def _due(row: ExpressRelease, _: Person) -> str:
    return followed([row])[0].due.isoformat()


WHERE = "awaited 待补报目标，late 逾期未补报，handed_in 目标审批中，to_check 待事后核查，done 已核查"
RELEASE = Shape(
    ExpressRelease,
    rows={"checks": CHECK},
    more={
        "standing": (Annotated[str, Field(description=WHERE)], _standing),
        "due_now": (Annotated[str, Field(description="现在的补报期限，退回补正的重新起算")], _due),
    },
)


ReleaseRow: Any = RELEASE.schema()


class ReleaseList(BaseModel):
    """The express releases of a budget year."""

    items: list[ReleaseRow] = Field(description="各笔")


@AREA.telling("express-releases", summary="先行下达的资金", may=may_see_goals, page="goals:express_list")
def releases(person: Person, *, budget_year: Year | None = None) -> ReleaseList:
    """一个年度先行下达的各笔资金，绩效目标补报到哪一步。"""
    rows = visible_releases(person).filter(subject_year__cycle=cycle_asked(person, budget_year))
    return ReleaseList(items=[RELEASE.read(one, person) for one in rows])


AREA.reading(
    "express-releases/{pk}", RELEASE, summary="一笔先行下达", record=visible_releases, may=may_see_release, page="goals:expressrelease"
)


@AREA.act("express-releases/decide", summary="决定先行下达", may=may_decide, page="goals:express_decide", answer=RELEASE)
def decide(
    person: Person,
    *,
    subject_year_id: Annotated[Id, Field(description="项目（年度）编号")],
    kind: Annotated[str, Field(max_length=40, description="突发事件，制度参数 goal_express_release 中的键")],
    amount_fen: Fen,
    source: Annotated[str, Field(max_length=30, description="资金来源")] = "fiscal",
    paper: Annotated[str, Field(max_length=80, description="批准追加的文号")],
    reason: Reason,
) -> ExpressRelease:
    """突发事件中追加的资金先行下达，记入台账，绩效目标限期补报。"""
    (year,) = in_rows(visible_subject_years(person), [subject_year_id], "subject_year_id")
    return release_first(
        year=year, kind=kind, amount_fen=amount_fen, source=source, paper=paper, reason=reason, person=person
    )


@AREA.act(
    "express-releases/{pk}/check", summary="核查补报的绩效目标", record=visible_releases, may=may_check,
    page="goals:express_check", answer=CHECK,
)  # fmt: skip
def check(
    person: Person,
    row: ExpressRelease,
    *,
    result: Annotated[str, Field(pattern="^(passed|returned)$", description="passed 通过，returned 退回补正")],
    opinion: Reason,
) -> ExpressCheck:
    """补报的目标批复以后核查；退回的从当日重新起算期限。"""
    return check_release(release=row, result=result, opinion=opinion, person=person)
