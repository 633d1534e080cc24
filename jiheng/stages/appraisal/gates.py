"""How a project stands at the gates before the library: by the functions that the library itself asks."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.standards.queries import gate_in, refusals_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.gates import Gate, appraisal_gates, gate
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal
from jiheng.stages.appraisal.lasting import (
    fund_against,
    fund_rule,
    fund_watched,
    term_against,
    term_rule,
)
from jiheng.stages.appraisal.queries import (
    appraisal_of,
    appraisal_required,
    entry_clause,
    entry_refusals,
    gate_refusals,
)
from jiheng.stages.appraisal.radar.queries import repeat_refusals

OUT = "请与财政局业务股室联系，或作实质调整后重新申报"


def gates(year: SubjectYear, _: Person) -> list[Gate]:
    """事前绩效评估、须完善事项、重复筛查、专项资金设立、期限、支出标准、入库。"""
    appraisal, clause = appraisal_of(year), entry_clause(year.cycle)
    url = reverse("appraisal:gate", args=[year.pk])
    done = appraisal if appraisal is not None and appraisal.concluded_on is not None else None
    said = f"{done.get_conclusion_display()}，同意 {format_wan(done.agreed_fen or 0)} 万元" if done is not None else ""
    first = appraisal_gates(
        appraisal_required(year), entry_refusals(year), conclusion=done.conclusion if done is not None else None, said=said,
        conditions=done.conditions.count() if done is not None else 0, clause=clause,
        url=reverse("appraisal:detail", args=[appraisal.pk]) if appraisal is not None else url,
    )  # fmt: skip
    return [*first, _alike(year), _setting_up(year), _term(year), _standards(year), _library(year, clause, url)]


def _alike(year: SubjectYear) -> Gate:
    rule = rule_in(year.cycle, "radar_blocks_entry")
    applies = rule is not None and bool(rule.value)
    return gate(
        "alike", repeat_refusals(year), applies=applies, passed="没有未判断的相似项目", free="制度没有把重复筛查作为入库条件",
        clause=str(rule.clause) if rule is not None else "",
    )  # fmt: skip


def _setting_up(year: SubjectYear) -> Gate:
    rule, asked = fund_rule(year.cycle), fund_watched(year)
    passed = f"期限 {year.first_year}–{year.last_year} 年，符合设立条件"
    return gate(
        "setting_up", fund_against([year])[year.pk] if asked else (), applies=asked, passed=passed, free="不是新设或延续的专项资金",
        clause=str(rule.clause) if asked and rule is not None else "",
    )  # fmt: skip


def _term(year: SubjectYear) -> Gate:
    rule = term_rule(year.cycle)
    asked = rule is not None and bool(rule.value) and year.kind in rule.value["kinds"]
    return gate(
        "term", term_against([year])[year.pk] if asked else (), applies=asked, passed=f"期限到 {year.last_year} 年，没有到期",
        free="制度没有规定此类对象到期须重新评估", clause=str(rule.clause) if asked and rule is not None else "",
    )  # fmt: skip


def _standards(year: SubjectYear) -> Gate:
    rule = gate_in(year.cycle)
    return gate(
        "standards", refusals_of(year), applies=rule is not None, passed="逐行有标准或者已列入例外", free="本年度没有规定没有标准不安排预算",
        clause=str(rule.clause) if rule is not None else "", url=reverse("standards:lines", args=[year.pk]),
    )  # fmt: skip


def _library(year: SubjectYear, clause: str, url: str) -> Gate:
    against: list[Refusal] = []
    passed = year.get_library_state_display()
    if year.library_state == "refused":
        against = gate_refusals(year) or [Refusal("项目不予入库", clause, OUT, "library")]
    elif year.library_state == "proposed":
        against, passed = gate_refusals(year), "符合入库条件，还没有办理入库"
    return gate("library", against, applies=True, passed=passed, free="", clause=clause, url=url)
