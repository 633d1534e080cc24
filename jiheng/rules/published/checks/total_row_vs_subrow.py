"""The total row is not zero above rows that are not."""

from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.published.money_columns import TOTAL_NAME, columns


def find(form: PublishedForm) -> list[Finding]:
    """One finding for a table: the columns whose printed total is 0 above a source with money, or the list's own
    total row that is 0 above the others.
    """
    zero = [
        column for column in columns(form) if column.total.value == 0 and any(p.value for p in column.parts)
    ]
    if zero:
        names = {part.name for column in zero for part in column.parts if part.value}
        labels = "、".join(column.label for column in zero)
        words = "、".join(f"{source.name}{source.text}" for source in form.sources if source.name in names)
        return [
            Finding("total_row_vs_subrow", f"项目资金·{labels}", "/".join(c.total.text for c in zero), words)
        ]
    return _own_total_row(form)


def _own_total_row(form: PublishedForm) -> list[Finding]:
    """A total row printed among the sources."""
    totals = [source for source in form.sources if TOTAL_NAME.search(source.name)]
    others = [source for source in form.sources if not TOTAL_NAME.search(source.name)]
    for total in totals:
        for place, figure in enumerate(total.figures):
            rows = [s for s in others if len(s.figures) > place and s.figures[place].value]
            if figure.value == 0 and rows:
                words = "、".join(f"{s.name}{s.text}" for s in rows)
                return [Finding("total_row_vs_subrow", f"资金来源·{total.name}", total.text, words)]
    return []
