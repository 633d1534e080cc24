"""Refusals: what is said, by which clause, and how one without a clause comes by it."""

from jiheng.rules.refusal import Refusal, about, clause_to_come, mistake, under


def test_a_refusal_says_fact_clause_and_way_out():
    said = str(Refusal("没有评估结论。", "《办法》第三条", "请先评估"))
    assert said == "没有评估结论。依据：《办法》第三条。办法：请先评估。"


def test_a_mistake_has_no_clause_but_a_way_out():
    told = mistake("文件是空的", "请重新上传", "file")
    assert told == Refusal("文件是空的", "", "请重新上传", "file")
    assert str(told) == "文件是空的。办法：请重新上传。"


def test_the_caller_puts_its_clause_on_what_has_none():
    own = Refusal("否", "《条例》第一条")
    found = under("《办法》第三条", [clause_to_come("没有意见", "请填写", "comment"), own])
    assert found == [Refusal("没有意见", "《办法》第三条", "请填写", "comment"), own]


def test_one_among_many_keeps_its_clause_and_gets_its_name():
    (found,) = about("道路工程", [Refusal("尚未确定", "《办法》第三条", "请先确定", "state")])
    assert found == Refusal("道路工程：尚未确定", "《办法》第三条", "请先确定", "state")
