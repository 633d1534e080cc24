"""Words for what a subject and year carries as keys: books, sources, kinds of change, tones of states."""

from jiheng.rules.workflow.steps import Tone

BOOKS = (
    ("general_public_budget", "一般公共预算"),
    ("government_fund_budget", "政府性基金预算"),
    ("state_capital_operating_budget", "国有资本经营预算"),
    ("social_insurance_fund_budget", "社会保险基金预算"),
)
SOURCES = {
    "fiscal": "财政拨款",
    "upper": "上级转移支付",
    "bond": "政府债券",
    "special_account": "财政专户管理资金",
    "own": "单位资金",
    "other": "其他资金",
}
LIBRARY_TONES: dict[str, Tone] = {
    "proposed": "blue",
    "entered": "green",
    "refused": "red",
    "budgeted": "green",
}


def book_label(key: str) -> str:
    """Return the name of one of the four budgets; an unknown key as it is."""
    return dict(BOOKS).get(key, key)


def source_label(key: str) -> str:
    """Return the name of a source of money; an unknown key as it is."""
    return SOURCES.get(key, key)
