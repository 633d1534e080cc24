"""The seven stages as the guide shows them: names, order, and where each stands in time."""

from datetime import timedelta
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.web.stage import Stage, Window

EVERYONE = frozenset(ROLES)


def _window(opens: int, due: int) -> Any:
    def deadline(_cycle: object, _body: object = None) -> Window:
        today = clock.today()
        return Window(today + timedelta(opens), today + timedelta(due))

    return deadline


APPRAISAL = Stage("appraisal", "事前评估", "zoom-question", 10, "list", EVERYONE, deadline=_window(-90, -20))
GOALS = Stage("goals", "绩效目标", "target", 20, "record", EVERYONE, deadline=_window(-30, 9))
MONITORING = Stage("monitoring", "运行监控", "activity", 30, "form", EVERYONE, deadline=_window(-5, 0))
EVALUATION = Stage(
    "evaluation", "绩效评价", "clipboard-check", 40, "charts", EVERYONE, deadline=_window(20, 60)
)
RESULTS = Stage("results", "结果应用", "arrows-split", 50, "empty", EVERYONE, deadline=_window(40, 80))
ASSESSMENT = Stage("assessment", "考核", "award", 60, "empty", EVERYONE)
DISCLOSURE = Stage("disclosure", "公开", "world", 70, "empty", EVERYONE, deadline=_window(60, 90))
