"""A closed year: the word by which the database refuses a change, and what a person is told then."""

from django.db import DatabaseError

from jiheng.foundation.refused import Refused, refuse
from jiheng.rules.policy.clauses import national_clause

MARK = "closed budget year"
"""The text of the error that the triggers raise; nothing else in the databases says it."""


def closed_refusal(error: DatabaseError) -> Refused | None:
    """Return what to answer when an error of the database means that the year is closed; None for another."""
    if MARK not in str(error):
        return None
    return refuse(
        "该预算年度已经关闭，其中的业务数据不能再增加、修改或删除",
        national_clause("duty_year"),
        remedy="确需更正的，由绩效管理股在“年度与日历”申请重新开启该年度，经局领导批准后办理",
    )
