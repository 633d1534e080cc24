"""Which offices one person may not hold at the same time, and by which clause."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.workflow.roles import ROLES

INTERNAL_CONTROL = "《行政事业单位内部控制规范（试行）》（财会〔2012〕21号）第十二条第（一）项"
STAFFING = "《信息安全技术 网络安全等级保护基本要求》（GB/T 22239—2019）8.1.7.2"
SUPERVISORS = frozenset({"auditor", "discipline", "finance_supervision", "central_supervisor"})
"""Who checks as an office. Deputies and committees may well serve in a unit; these may not."""
ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})


@dataclass(frozen=True)
class Office:
    """A role in a body from a first to a last day (None: without end); `words` names it to people."""

    role: str
    body: int
    since: date
    until: date | None
    words: str

    def overlaps(self, other: "Office") -> bool:
        """Whether there is a day on which both are held; the first and the last day count."""
        return (other.until is None or self.since <= other.until) and (
            self.until is None or other.since <= self.until
        )

    def __str__(self) -> str:
        return f"{self.words}（{self.since} 起{f'，至 {self.until}' if self.until else ''}）"


@dataclass(frozen=True)
class Separation:
    """Two groups of roles that need two persons: everywhere, or within the same body only."""

    one: frozenset[str]
    other: frozenset[str]
    same_body: bool
    reason: str
    clause: str

    def forbids(self, first: Office, second: Office) -> bool:
        """Whether one person may not hold both."""
        if first.role == second.role or (self.same_body and first.body != second.body):
            return False
        pair = {first.role, second.role}
        return bool(pair & self.one) and bool(pair & self.other) and pair <= self.one | self.other


SEPARATIONS = (
    Separation(
        frozenset({"unit_project"}),
        frozenset({"unit_finance"}),
        same_body=True,
        reason="同一单位的项目经办和财务经办各填一半、分别签署，须是两个人",
        clause=INTERNAL_CONTROL,
    ),
    Separation(
        ADMINISTRATORS,
        ADMINISTRATORS,
        same_body=False,
        reason="系统管理员、安全管理员、审计管理员须是三个人",
        clause=STAFFING,
    ),
    Separation(
        SUPERVISORS,
        frozenset(
            """unit_project unit_finance unit_head department_reviewer division performance_office
            evaluation_centre treasury bureau_leader agency expert""".split()
        ),
        same_body=False,
        reason="审计、纪检、财政监督检查的人不办被监督的业务",
        clause=INTERNAL_CONTROL,
    ),
    Separation(
        ADMINISTRATORS,
        frozenset(ROLES) - ADMINISTRATORS,
        same_body=False,
        reason="系统管理员、安全管理员、审计管理员不办业务",
        clause=INTERNAL_CONTROL,
    ),
)


def clashes(wanted: Office, held: Iterable[Office]) -> list[Refusal]:
    """Return why a person who holds or held these offices cannot have another one: every reason at once.

    不相容岗位相互分离. Offices that end before it begins, or begin after it ends, do not count.
    """
    found = []
    for one in held:
        if not one.overlaps(wanted):
            continue
        if (one.role, one.body) == (wanted.role, wanted.body):
            found.append(mistake(f"已经担任{one}", remedy="不必重复登记；要改起止日期，请先结束原任职"))
        found += [
            Refusal(
                f"{one}和{wanted.words}不能由同一人在同一时间担任：{rule.reason}",
                rule.clause,
                "请改派他人，或者先结束原任职，再从其后的日期起登记",
            )
            for rule in SEPARATIONS
            if rule.forbids(one, wanted)
        ]
    return found
