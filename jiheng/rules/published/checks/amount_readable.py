"""What is printed where an amount belongs is an amount."""

import re

from jiheng.rules.published.form import Finding, PublishedForm

SEVERAL = re.compile(r"[0-9] ?(?:万|亿)?元.*[0-9] ?(?:万|亿)?元")


def find(form: PublishedForm) -> list[Finding]:
    """The money block and its sources; dashes and blanks say nothing and are no amounts printed, and a
    sentence with several amounts holds numbers: it is only unread.
    """
    budget = form.budget
    named = [
        ("项目资金·年初预算数", budget.annual),
        ("项目资金·全年预算数", budget.adjusted),
        ("项目资金·全年执行数", budget.executed),
        ("项目资金·到位资金", budget.received),
    ]
    named += [(f"资金来源·{source.name}", figure) for source in form.sources for figure in source.figures]
    return [
        Finding("amount_readable", where, f.text, f.problem)
        for where, f in named
        if f.problem and not SEVERAL.search(f.text)
    ]
