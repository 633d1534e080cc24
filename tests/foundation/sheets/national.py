"""The national forms, and one filled-in self-evaluation, for the tests of sheets and documents."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from jiheng.rules.forms.data import FormData, complete
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.policy.strict_yaml import read_yaml

_FOLDER = Path(__file__).parents[3] / "jiheng/packs/national/forms"


def _read(path: Path) -> FormDefinition:
    document, problems = read_yaml(path.name, path.read_text(encoding="utf-8"))
    assert problems == []
    return FormDefinition.model_validate(document.value)


FORMS = {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.yaml"))}
WAN = 10**6


def self_evaluation() -> FormData:
    """Form F5 of an invented project: two sources, three indicators, 94.50 points."""
    row = {"level1": "产出指标", "level2": "数量指标"}
    return complete(
        FORMS["F5"],
        {
            "year": 2025,
            "project_name": "高标准农田建设项目",
            "department": "县农业农村局",
            "unit": "县农田建设服务中心",
            "money": {
                "total": {
                    "initial": 1200 * WAN,
                    "adjusted": 1300 * WAN,
                    "executed": 1170 * WAN,
                    "points": Decimal(10),
                    "rate": Decimal(90),
                    "score": Decimal(9),
                },
                "appropriation": {"initial": 1000 * WAN, "adjusted": 1100 * WAN, "executed": 1000 * WAN},
                "other": {"initial": 200 * WAN, "adjusted": 200 * WAN, "executed": 170 * WAN},
            },
            "goal": "建成高标准农田 12.5 万亩",
            "result": "建成高标准农田 12.6 万亩",
            "indicators": [
                row
                | {
                    "name": "建设面积",
                    "target": "≥12.5万亩",
                    "actual": "12.6万亩",
                    "points": Decimal(30),
                    "score": Decimal(30),
                },
                row
                | {
                    "name": "受益农户数",
                    "target": "≥3000户",
                    "actual": "2850户",
                    "points": Decimal(30),
                    "score": Decimal("28.5"),
                    "reason": "两个村延期",
                },
                {
                    "level1": "效益指标",
                    "level2": "社会效益指标",
                    "name": "群众认可",
                    "target": "有效改善",
                    "actual": "改善",
                    "points": Decimal(30),
                    "score": Decimal(27),
                },
            ],
            "filled_by": "张一民",
            "filled_on": date(2026, 3, 9),
        },
    )
