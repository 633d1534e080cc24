"""The list of expenditure standards: known numbers get their next version, others their first."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.standards.access import KEEPERS, visible_standards
from jiheng.registers.standards.models import StandardVersion
from jiheng.registers.standards.queries import latest
from jiheng.registers.standards.services import StandardData, same_words, write_standards
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.spending_standards import KINDS, LEVELS

KIND_KEYS = {label: key for key, label in KINDS.items()}
LEVEL_KEYS = {label: key for key, label in LEVELS.items()}
DEFINITION = TableDefinition(
    key="standards",
    label="支出标准清单",
    columns=(
        ListColumn(key="code", label="标准编号", required=True, max_length=40, aliases=("编号",)),
        ListColumn(key="name", label="标准名称", required=True, max_length=200, aliases=("名称", "支出标准")),
        ListColumn(key="kind", label="类别", kind=Kind.CHOICE, choices=tuple(KIND_KEYS), required=True),
        ListColumn(key="sector", label="领域", max_length=60, help="专用标准写明领域或部门"),
        ListColumn(key="level", label="适用级次", kind=Kind.CHOICE, choices=tuple(LEVEL_KEYS), required=True),
        ListColumn(key="region", label="适用范围", required=True, max_length=100),
        ListColumn(key="unit", label="计量单位", required=True, max_length=20),
        ListColumn(key="amount", label="标准", kind=Kind.MONEY_WAN, unit="元", required=True, aliases=("标准金额", "单价标准")),
        ListColumn(key="effective_on", label="施行日期", kind=Kind.DATE, required=True, aliases=("执行日期",)),
        ListColumn(key="document", label="依据文件", required=True, max_length=200, help="名称和文号，不写书名号"),
        ListColumn(key="clause", label="条款", max_length=100),
        ListColumn(key="ground", label="说明", max_length=300, help="修订的写明理由", aliases=("修订理由",)),
    ),
)


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each number once; a new version begins after the last one, says something else and says why."""
    held = {one.code: one for one in latest(visible_standards(setting.person))}
    seen: dict[str, int] = {}
    for row in rows:
        checked, values = Checked(row), row.values
        text = {key: str(values[key] or "").strip() for key in ("code", "name", "sector", "region", "unit", "document", "clause", "ground")}
        first = seen.setdefault(text["code"], row.number)
        if text["code"] and first != row.number:
            checked.wrong("code", "标准编号", f"与第{first}行重复：一份清单里一项标准只能有一行")
        amount, day = values["amount"], cast("date | None", values["effective_on"])
        if isinstance(amount, int) and amount <= 0:
            checked.wrong("amount", "标准", "标准须大于零")
        elif isinstance(amount, int) and day and values["kind"] and values["level"]:
            kind, level = KIND_KEYS[str(values["kind"])], LEVEL_KEYS[str(values["level"])]
            made = StandardData(kind=kind, level=level, amount_fen=amount, effective_on=day, **text)
            checked.made = made
            _held(checked, made, held.get(text["code"]))
        yield checked


def _held(checked: Checked, made: StandardData, held: StandardVersion | None) -> None:
    if held is None:
        return
    if same_words(made, held):
        checked.same = f"已登记为第{held.number}版，内容相同"
    elif made.effective_on <= held.effective_on:
        words = f"已登记第{held.number}版，{held.effective_on}施行；新版本须晚于这一天"
        checked.wrong("effective_on", "施行日期", words)
    elif not made.ground:
        checked.wrong("ground", "说明", f"已登记第{held.number}版，修订须写明理由")
    else:
        checked.look("code", "标准编号", f"将登记为第{held.number + 1}版，以前的版本保留")


def apply(setting: Setting, made: Sequence[StandardData], batch: ImportBatch) -> tuple[int, int]:
    """Write the versions; return how many."""
    return len(write_standards(rows=made, person=setting.person, batch=batch)), 0


def undo(_: ImportBatch, __: Person) -> int:
    """Refused: versions of a standard only grow."""
    raise refuse("标准的版本只增不改，导入的不能撤销", national_clause("duty_vouchers"), remedy="登错的登记新的版本，或停用")


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the last version of every standard that is not ended, as a list may bring it."""
    for one in latest(visible_standards(setting.person)).filter(ended=False).order_by("code"):
        yield (
            one.code, one.name, KINDS[one.kind], one.sector, LEVELS[one.level], one.region, one.unit, one.amount_fen,
            one.effective_on, one.document, one.clause, one.ground,
        )  # fmt: skip


LIST = ListKind(
    key="standards",
    label="支出标准清单",
    about="支出标准：编号、金额、适用级次和范围、施行日期、依据；已有编号的登记为新版本",
    order=80,
    roles=KEEPERS,
    yearly=False,
    amount="",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=undo,
    rows=rows,
    undone="标准的版本只增不改，不能撤销；登错的登记新的版本，或停用。",
)
