"""The list of costs that expenditure standards are worked out from."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.registers.standards.access import KEEPERS, visible_costs
from jiheng.registers.standards.models import CostRecord
from jiheng.registers.standards.services import CostData, withdraw_costs, write_costs
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.spending_standards import BASE_PRICE, ORIGINS

ORIGIN_KEYS = {label: key for key, label in ORIGINS.items()}
YEARS = range(1990, 2101)
DEFINITION = TableDefinition(
    key="standard_costs",
    label="成本数据清单",
    columns=(
        ListColumn(key="item", label="内容", required=True, max_length=100, help="同样的内容写同样的名称，如“物业保洁”"),
        ListColumn(key="name", label="项目或单位", required=True, max_length=200),
        ListColumn(key="unit", label="计量单位", required=True, max_length=20),
        ListColumn(key="quantity", label="数量", kind=Kind.NUMBER, required=True),
        ListColumn(key="amount", label="金额", kind=Kind.MONEY_WAN, unit="元", required=True, aliases=("总成本", "金额（元）")),
        ListColumn(key="year", label="年份", kind=Kind.NUMBER, required=True),
        ListColumn(key="region", label="地区", max_length=60),
        ListColumn(key="price", label="价格水平", kind=Kind.NUMBER, help="本地区现在为 100，按统计部门公布的价格指数换算；不填为 100"),
        ListColumn(key="origin", label="来源", kind=Kind.CHOICE, choices=tuple(ORIGIN_KEYS), required=True),
        ListColumn(key="source", label="出处", required=True, max_length=200, help="报告的名称和文号"),
    ),
)


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Everything above nothing, the year a year; what is on record word for word is not taken twice."""
    held = {_key(one) for one in CostRecord.objects.filter(place_id=setting.person.place_id, withdrawn_on__isnull=True)}
    for row in rows:
        checked, values = Checked(row), row.values
        quantity, amount, year = values["quantity"], values["amount"], values["year"]
        price = values["price"] if isinstance(values["price"], Decimal) else BASE_PRICE
        if isinstance(quantity, Decimal) and not 0 < quantity < 10**12:
            checked.wrong("quantity", "数量", "数量须大于零")
        if isinstance(amount, int) and amount <= 0:
            checked.wrong("amount", "金额", "金额须大于零")
        if not 0 < price < 10**6:
            checked.wrong("price", "价格水平", "价格水平须大于零，本地区现在为 100")
        if isinstance(year, Decimal) and year not in YEARS:
            checked.wrong("year", "年份", "年份须是四位的年份，如 2025")
        if isinstance(quantity, Decimal) and isinstance(amount, int) and isinstance(year, Decimal) and values["origin"] and not checked.problems:
            text = {key: str(values[key] or "").strip() for key in ("item", "name", "unit", "region", "source")}
            made = CostData(
                quantity=quantity.quantize(Decimal("0.0001")), amount_fen=amount, year=int(year),
                price=price.quantize(Decimal("0.01")), origin=ORIGIN_KEYS[str(values["origin"])], **text,
            )  # fmt: skip
            checked.made = made
            if _key(made) in held:
                checked.same = "已登记，内容相同"
            held.add(_key(made))
        yield checked


def _key(one: CostRecord | CostData) -> tuple[object, ...]:
    return (one.item, one.name, one.unit, one.quantity, one.amount_fen, one.year, one.region, one.price, one.origin, one.source)


def apply(setting: Setting, made: Sequence[CostData], batch: ImportBatch) -> tuple[int, int]:
    """Write the costs; return how many, and their fen."""
    written = write_costs(rows=made, person=setting.person, batch=batch)
    return len(written), sum(one.amount_fen for one in written)


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the costs that stand, as a list may bring them."""
    for one in visible_costs(setting.person).filter(withdrawn_on__isnull=True).order_by("item", "pk"):
        yield (
            one.item, one.name, one.unit, one.quantity, one.amount_fen, Decimal(one.year), one.region, one.price,
            ORIGINS[one.origin], one.source,
        )  # fmt: skip


LIST = ListKind(
    key="standard_costs",
    label="成本数据清单",
    about="评价、评审、决算得出的成本：内容、数量、金额、年份、价格水平，用来测算支出标准",
    order=85,
    roles=KEEPERS,
    yearly=False,
    amount="amount",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=lambda batch, person: withdraw_costs(batch=batch, person=person),
    rows=rows,
    undone="将撤回本批登记的成本数据，不再用于测算；已经据以登记的标准不变。",
)
