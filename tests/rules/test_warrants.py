"""Kinds of documents that a link of the process demands, below, at and above what is on record."""

from jiheng.rules.warrants import Kind, kinds_in, missing

VALUE = [{"key": "law", "label": "法律"}, {"key": "plan", "label": "规划"}, {"key": "report", "label": "报告"}]
KINDS = kinds_in(VALUE)
DEMANDED = {"evaluation": ["report", "law"]}


def test_what_is_demanded_and_not_filed_is_missing_in_the_order_of_the_rules():
    assert [one.key for one in missing("evaluation", KINDS, DEMANDED, set())] == ["law", "report"]
    assert missing("evaluation", KINDS, DEMANDED, {"law", "plan"}) == [Kind("report", "报告")]
    assert missing("evaluation", KINDS, DEMANDED, {"law", "report"}) == []


def test_nothing_is_missing_where_nothing_is_demanded():
    assert missing("project", KINDS, DEMANDED, set()) == []
    assert missing("evaluation", KINDS, None, set()) == []
    assert missing("evaluation", kinds_in(None), DEMANDED, set()) == []
