"""What is printed where an amount belongs is an amount."""

import re

from jiheng.rules.published.figures import Figure
from jiheng.rules.published.form import Finding, PublishedForm

SEVERAL = re.compile(r"[0-9] ?(?:万|亿)?元.*[0-9] ?(?:万|亿)?元")


def find(form: PublishedForm) -> list[Finding]:
    """The money block and its sources. Dashes and blanks say nothing and are no amounts printed; a sentence with
    several amounts, or about fifty, holds numbers: it is only unread.
    """
    budget = form.budget
    named = [
        ("项目资金·年初预算数", budget.annual),
        ("项目资金·全年预算数", budget.adjusted),
        ("项目资金·全年执行数", budget.executed),
        ("项目资金·到位资金", budget.received),
    ]
    found = [Finding("amount_readable", where, f.text, f.problem) for where, f in named if _is_none(f)]
    for source in form.sources:  # a row that was misread is one finding, however many figures it has
        wrong = [figure for figure in source.figures if _is_none(figure)]
        if wrong:
            found.append(Finding("amount_readable", f"资金来源·{source.name}", source.text, wrong[0].problem))
    return found


def _is_none(figure: Figure) -> bool:
    """Whether what is printed is no number at all."""
    return bool(figure.problem) and not figure.inexact and not SEVERAL.search(figure.text)
