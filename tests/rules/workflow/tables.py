"""A small workflow table for tests."""

from typing import Any

TABLE: dict[str, Any] = {
    "label": "目标",
    "cite": {"source": "law", "clause": "第三条"},
    "start": "draft",
    "final": ["approved"],
    "states": {
        "draft": {"label": "草拟", "tone": "grey"},
        "review": {"label": "审核中", "tone": "blue"},
        "approved": {"label": "已批复", "tone": "green"},
    },
    "steps": [
        {
            "action": "submit",
            "label": "提交",
            "from": "draft",
            "to": "review",
            "by": ["unit_project", "unit_finance"],
            "all_must_sign": True,
            "requires": {"form_complete": True, "evidence_present": True},
        },
        {
            "action": "withdraw",
            "label": "撤回",
            "from": "review",
            "to": "draft",
            "by": ["unit_project"],
            "own": True,
        },
        {
            "action": "return",
            "label": "退回",
            "from": "review",
            "to": "draft",
            "by": ["department_reviewer"],
            "comment": True,
            "not_same_person_as": ["submit"],
        },
        {
            "action": "approve",
            "label": "批复",
            "from": "review",
            "to": "approved",
            "by": ["bureau_leader"],
            "not_same_person_as": ["submit"],
            "cite": {"source": "law", "clause": "第九条"},
        },
    ],
}


def table(**change):
    """The table with other parts."""
    return {**TABLE, **change}


def with_step(number, **change):
    """The table with one step changed."""
    steps = [dict(step) for step in TABLE["steps"]]
    steps[number].update(change)
    return {**TABLE, "steps": steps}
