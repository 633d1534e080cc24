"""The writes of the radar: a screening of a place's projects, and a person's decision about what it found."""

import hashlib
from dataclasses import asdict

from django.db.models import F

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import Person, person_of, require
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.jobs.services import enqueue
from jiheng.foundation.refused import mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.radar.facts import Hit, ProjectFacts, Settings
from jiheng.rules.radar.finding import find
from jiheng.stages.appraisal.models import RadarDecision, RadarHit, RadarMember, RadarRun
from jiheng.stages.appraisal.radar.access import may_judge, may_screen
from jiheng.stages.appraisal.radar.queries import clause_of, digest_of, facts_of, newest_cycle, settings_of

AT_ONCE = 3_000
"""Projects up to which a screening is done while its asker waits; more are given to the worker."""
LONGEST = 500
BATCH = 500
JUDGED = {"merge", "reject", "distinct"}
_TOLD = ("kind", "name", "score", "money_fen", "budget_year", "number", "reasons", "digest", "verdict", "current")


def screen(*, person: Person) -> RadarRun | None:
    """Have the projects of the person's place screened; None where the worker will do it, being so many.

    Refused where the place has no budget year yet.
    """
    require(may_screen(person))
    place = place_of(person)
    if newest_cycle(place) is None:
        raise mistaken("本地区还没有预算年度，没有可以筛查的项目", remedy="请先开启预算年度")
    if SubjectYear.objects.filter(place=place).count() <= AT_ONCE:
        with act(person):
            return _screen(place, str(person))
    key = f"radar:{place.pk}:{clock.now().isoformat(timespec='minutes')}"
    enqueue(screen_later, key=key, appointment=person.appointment_id)
    return None


def screen_later(*, appointment: int) -> None:
    """The worker's part of a screening that a person asked for."""
    person = person_of(Appointment.objects.select_related("user", "organisation__place").get(pk=appointment))
    require(may_screen(person))
    with act(person):
        _screen(place_of(person), str(person))


def _screen(place: Place, by: str) -> RadarRun:
    cycle = newest_cycle(place)
    settings = settings_of(cycle) if cycle is not None else Settings()
    since = (cycle.budget_year if cycle is not None else 0) - settings.years
    facts = facts_of(place=place, since=since)
    hits, counted = find(facts, settings)
    by_key = {one.key: one for one in facts}
    _keep(place, {_identity(hit): (hit, [by_key[key] for key in hit.members]) for hit in hits})
    run = RadarRun.objects.create(
        place=place, made_at=clock.now(), made_by=by[:200], digest=digest_of(facts, settings), settings=asdict(settings),
        projects=counted.projects, left_out=counted.left_out, found=len(hits),
    )  # fmt: skip
    told = {"projects": counted.projects, "found": len(hits), "digest": run.digest, **asdict(settings)}
    record("appraisal.screen", run, told, clause_of(cycle))
    return run


def _identity(hit: Hit) -> str:
    group = hit.kind if hit.kind in {"split", "fragments"} else "pair"
    return hashlib.sha256(f"{group}:{','.join(sorted(map(str, hit.members)))}".encode()).hexdigest()


def _keep(place: Place, found: dict[str, tuple[Hit, list[ProjectFacts]]]) -> None:
    """Write what was found; what is no longer found goes, unless somebody decided about it: decisions stay."""
    held = {one.identity: one for one in RadarHit.objects.filter(place=place)}
    decided = {
        one.hit_id: one for one in RadarDecision.objects.filter(hit__place=place).order_by("number").defer("about")
    }  # the last of each
    gone = [one for identity, one in held.items() if identity not in found]
    RadarHit.objects.filter(pk__in=[one.pk for one in gone if one.pk not in decided]).delete()
    changed = [one for one in gone if one.pk in decided and one.current]
    for one in changed:
        one.current = False
    fresh = []
    for identity, (hit, facts) in found.items():
        old = held.get(identity)
        told = _told(hit, facts)
        if old is None:
            fresh.append((RadarHit(place=place, identity=identity, found_on=clock.today(), **told), hit))
            continue
        last = decided.get(old.pk)
        told["verdict"] = "open" if last is None else last.verdict if last.digest == told["digest"] else "changed"
        if any(getattr(old, key) != value for key, value in told.items()):
            for key, value in told.items():
                setattr(old, key, value)
            old.version += 1
            changed.append(old)
    RadarHit.objects.bulk_update(changed, [*_TOLD, "version"], batch_size=BATCH)
    RadarHit.objects.bulk_create([one for one, _ in fresh], batch_size=BATCH)
    RadarMember.objects.bulk_create(
        [RadarMember(hit=one, year_key=int(str(key)), position=at) for one, hit in fresh for at, key in enumerate(hit.members)],
        batch_size=BATCH,
    )


def _told(hit: Hit, facts: list[ProjectFacts]) -> dict[str, object]:
    more = f"等 {len(facts)} 个项目" if len(facts) > 2 else ""
    names = "；".join(one.name for one in facts[:2])
    return {
        "kind": hit.kind, "name": names[: 300 - len(more)] + more, "score": hit.score, "money_fen": hit.money_fen,
        "budget_year": max(one.year for one in facts), "number": len(facts), "reasons": list(hit.reasons),
        "digest": digest_of(facts), "verdict": "open", "current": True,
    }  # fmt: skip


def judge(*, hit: RadarHit, verdict: str, reason: str, person: Person, version: int) -> RadarDecision:
    """Decide about a hit: 重复，整合；重复，不予安排；不重复. With a reason; what was decided before stays.

    Bound to what the projects say now: when one of them changes materially, the hit is shown for decision again.
    Refused without a reason; Overtaken when somebody else was faster or a screening has changed the hit.
    """
    require(may_judge(person, hit))
    text = reason.strip()
    if verdict not in JUDGED:
        raise mistaken("没有这种判断", remedy="请选择整合、不予安排或不重复", where="verdict")
    if not text:
        raise refuse("判断须写明理由", national_clause("duty_reasons"), where="reason")
    if len(text) > LONGEST:
        raise mistaken(f"理由不超过 {LONGEST} 字", where="reason")
    with act(person):
        rows = RadarHit.objects.filter(pk=hit.pk, version=version)
        if rows.update(verdict=verdict, version=F("version") + 1) != 1:
            raise Overtaken
        hit.refresh_from_db()
        facts = facts_of(hit.members.values_list("year_key", flat=True))
        clause = clause_of(newest_cycle(place_of(person)))
        made = RadarDecision.objects.create(
            hit=hit, number=hit.decisions.count() + 1, verdict=verdict, reason=text, clause=clause, digest=digest_of(facts),
            about=[{"key": one.key, "code": one.code, "name": one.name, "year": one.year, "amount_fen": one.amount_fen} for one in facts],
            decided_at=clock.now(), decided_by=str(person),
        )  # fmt: skip
        told = {"name": hit.name, "verdict": made.get_verdict_display(), "reason": text, "number": made.number}
        record("appraisal.judge", made, told, clause)
        return made
