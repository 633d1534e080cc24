"""Reading for the radar: the values of a place, the facts of its projects, what is known of one project or one hit."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.urls import reverse

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.web.stage import Note
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_of, rule_in
from jiheng.registers.subjects.labels import book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import yuan_to_fen
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.radar.facts import ProjectFacts, Settings
from jiheng.rules.refusal import Refusal
from jiheng.stages.appraisal.models import RadarHit, RadarMember, RadarRun
from jiheng.stages.appraisal.radar.access import visible_hits

UNSETTLED = ("open", "changed")
REPEATS = ("merge", "reject")
OUTSIDE = frozenset({"department"})
"""Kinds of subject that are no project: the whole of a department."""
KEEPING = ("人员", "运转")
"""What the expenditure class of a body's own costs is called."""
COLUMNS = (
    "pk", "subject__code", "name", "budget_year", "department__name", "unit__name", "requested_fen", "overview", "basis",
    "sector", "book", "change", "category", "place__name",
)  # fmt: skip


def newest_cycle(place: Place) -> Cycle | None:
    """Return the latest budget year of a place: its rules say how the projects are compared."""
    return cycles_of(place.pk).first()


def settings_of(cycle: Cycle) -> Settings:
    """Return the values of the rules of a budget year; those that its rules do not name are the radar's own."""
    usual = Settings()
    told = {
        name: rule.value
        for name, key in (("likeness", "radar_likeness"), ("years", "radar_years"), ("fragment_number", "radar_fragment_number"))
        if (rule := rule_in(cycle, key)) is not None and rule.value is not None
    }
    tiny, limit = rule_in(cycle, "radar_fragment_amount"), rule_in(cycle, "appraisal_major_threshold")
    return Settings(
        **told,
        limit_fen=yuan_to_fen(limit.value) if limit is not None and limit.value is not None else None,
        fragment_fen=yuan_to_fen(tiny.value) if tiny is not None and tiny.value is not None else usual.fragment_fen,
    )


def clause_of(cycle: Cycle | None) -> str:
    """Return the clause by which projects are compared."""
    rule = rule_in(cycle, "radar_likeness") if cycle is not None else None
    return str(rule.clause) if rule is not None else str(national_clause("duty_project_library"))


def facts_of(keys: Iterable[int] | None = None, *, place: Place | None = None, since: int = 0) -> list[ProjectFacts]:
    """Return the facts of projects, given by key or all of a place since a budget year; refused ones are left out."""
    rows = SubjectYear.objects.exclude(kind__in=OUTSIDE).order_by("pk")
    whole = rows.filter(place=place, budget_year__gte=since).exclude(library_state="refused")
    rows = whole if keys is None else rows.filter(pk__in=list(keys))
    return [
        ProjectFacts(
            key=pk, code=code, name=name, year=year, department=department, unit=unit, amount_fen=amount,
            content="\n".join(filter(None, (overview, basis))), sector=sector, fund=book_label(book), place=where, change=change,
            running=any(word in category for word in KEEPING),
        )
        for pk, code, name, year, department, unit, amount, overview, basis, sector, book, change, category, where in (
            rows.values_list(*COLUMNS).iterator(chunk_size=2000)
        )
    ]  # fmt: skip


def digest_of(facts: Sequence[ProjectFacts], settings: Settings | None = None) -> str:
    """Return the digest of what projects say: it changes with any word or amount that is compared."""
    told = sorted((asdict(one) for one in facts), key=lambda one: str(one["key"]))
    return content_hash({"facts": told, "settings": asdict(settings) if settings else None})


def hits_of(year: SubjectYear, person: Person) -> list[RadarHit]:
    """Return what is alike to a project and stands, as the person sees it, most money first."""
    found = RadarMember.objects.filter(year_key=year.pk).values("hit")
    return list(visible_hits(person).filter(pk__in=found, current=True).order_by("-money_fen", "pk"))


def repeat_refusals(year: SubjectYear) -> list[Refusal]:
    """Return what keeps a project out of the library where the rules say that repeats do: undecided, or decided so."""
    rule = rule_in(year.cycle, "radar_blocks_entry")
    if rule is None or not rule.value:
        return []
    found = RadarMember.objects.filter(year_key=year.pk).values("hit")
    rows = RadarHit.objects.filter(pk__in=found, current=True, verdict__in=(*UNSETTLED, *REPEATS)).order_by("pk")
    repeated = sum(one.verdict in REPEATS for one in rows)
    waiting = len(rows) - repeated
    clause = str(rule.clause)
    told = []
    if repeated:
        told.append(Refusal("已判断为与其他项目重复，不得入库", clause, "请整合后重新申报，或由财政局重新判断"))
    if waiting:
        told.append(Refusal(f"有 {waiting} 处与其他项目相似还没有判断", clause, "由财政局在“重复筛查”中逐处判断"))
    return told


def hits_of_department(key: str) -> Any:
    """Return the keys of the hits with a project of a department, by its key as an address says it."""
    years = SubjectYear.objects.filter(department_id=int(key) if key.isdecimal() else None).values("pk")
    return RadarMember.objects.filter(year_key__in=years).values("hit")


def last_run(place: Place) -> RadarRun | None:
    """Return the latest screening of a place."""
    return RadarRun.objects.filter(place=place).first()


def years_in(hit: RadarHit) -> list[SubjectYear]:
    """Return the projects of a hit in their order, as they are now."""
    keys = list(hit.members.order_by("position").values_list("year_key", flat=True))
    rows = SubjectYear.objects.filter(pk__in=keys).select_related("subject", "department", "unit")
    return sorted(rows, key=lambda one: keys.index(one.pk))


def notes(year: SubjectYear, person: Person) -> list[Note]:
    """Return the warning on the page of a project: what is alike to it, as far as the person sees it."""
    found = hits_of(year, person)
    waiting = [one for one in found if one.verdict in UNSETTLED]
    repeated = [one for one in found if one.verdict in REPEATS]
    told = []
    for rows, words in ((waiting, "还没有判断"), (repeated, "已判断为重复")):
        if rows:
            first = rows[0]
            more = f"等 {len(rows)} 处" if len(rows) > 1 else ""
            text = f"与其他项目相似（{first.get_kind_display()}）{more}，{words}：{first.name}。"
            told.append(Note(text, clause_of(year.cycle), "并排比较", reverse("appraisal:radar_hit", args=[first.pk])))
    return told
