"""The writes: finding cases anew, nominating one, approving, declining and retiring it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of, place_of
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.exemplars.access import may_decide, may_find, may_nominate, may_retire
from jiheng.registers.exemplars.models import Exemplar
from jiheng.registers.exemplars.queries import bar_of, copied
from jiheng.registers.exemplars.sources import Found, sources
from jiheng.rules.exemplars import STEPS
from jiheng.rules.policy.clauses import national_clause

BATCH = 500
LONGEST = 300
MOST_WORDS = 50
_TOLD = (
    "kind", "title", "department_id", "unit_id", "project_type", "category", "sector", "fund", "budget_year", "score",
    "ground", "decided_by", "decided_on",
)  # fmt: skip


def find_cases(*, person: Person) -> int:
    """Look for cases in all decided records of the person's place; return how many stand as found."""
    require(may_find(person))
    with act(person):
        return _find(place_of(person))


def find_everywhere() -> int:
    """Look for cases in every place, as the clock does each night; return how many stand as found."""
    number = 0
    for place in Place.objects.filter(organisations__kind="bureau").distinct():
        with act(None, place=place):
            number += _find(place)
    return number


def _find(place: Place) -> int:
    """Write what is found and nobody has decided about; what is no longer among the best goes, decisions stay."""
    bar, today = bar_of(place), clock.today()
    best = {source.name(one.pk): (source.kind, one) for source in sources() for one in source.found(place, bar)}
    known = {one.source: one for one in Exemplar.objects.filter(place=place).defer("copy", "hide")}
    gone = [one for one in known.values() if one.state == "found" and one.source not in best]
    new = [
        Exemplar(place=place, source=name, found_on=today, **_told(kind, one))
        for name, (kind, one) in best.items()
        if name not in known
    ]
    changed = []
    for name, (kind, one) in best.items():
        old = known.get(name)
        told = _told(kind, one)
        if old is not None and old.state == "found" and any(getattr(old, key) != told[key] for key in _TOLD):
            for key in _TOLD:
                setattr(old, key, told[key])
            changed.append(old)
    written_along(gone)
    Exemplar.objects.filter(pk__in=[one.pk for one in gone], state="found").delete()
    written_along(Exemplar.objects.bulk_create(new, batch_size=BATCH))
    Exemplar.objects.bulk_update(changed, list(_TOLD), batch_size=BATCH)
    if new or gone or changed:
        record("exemplars.find", "exemplars.library", {"new": len(new), "gone": len(gone), "changed": len(changed)})
    return Exemplar.objects.filter(place=place, state="found").count()


def _told(kind: str, one: Found) -> dict[str, Any]:
    return {
        "kind": kind, "title": one.title, "department_id": one.department_id, "unit_id": one.unit_id,
        "project_type": one.project_type, "category": one.category, "sector": one.sector, "fund": one.fund,
        "budget_year": one.budget_year, "score": one.score, "ground": one.ground[:LONGEST],
        "decided_by": one.decided_by[:200], "decided_on": one.decided_on,
    }  # fmt: skip


def nominate(
    *, exemplar: Exemplar, ground: str, hide: Sequence[str] = (), person: Person, version: int | None = None
) -> None:
    """Nominate a found case, with why and with the words that are to be hidden besides; the copy is made now.

    Refused without a ground; Overtaken when somebody else was faster.
    """
    require(may_nominate(person, exemplar))
    words = list(dict.fromkeys(one.strip() for one in hide if one.strip()))
    if any(len(one) > 100 for one in words) or len(words) > MOST_WORDS:
        raise mistaken(f"要隐去的字样最多 {MOST_WORDS} 个，每个不超过 100 字", where="hide")
    text = _ground(ground, "推荐案例须写明理由", "ground")
    exemplar.hide = words
    title, copy = copied(exemplar, text)
    with act(person):
        values = {
            "open_title": title[:LONGEST], "copy": copy, "hide": words, "proposer_id": person.user_id,
            "proposed_by": str(person), "proposed_on": clock.today(), "proposal": text,
            "approved_by": "", "approved_on": None, "opinion": "",
        }  # fmt: skip
        _step(exemplar, "nominate", values, version)
        record("exemplars.nominate", exemplar, {"title": exemplar.open_title, "source": exemplar.source, "ground": text, "hidden": len(words)})
        for role in ("performance_office", "bureau_leader"):
            _tell(exemplar, role, f"案例待批准：{exemplar.open_title}")


def decide(*, exemplar: Exemplar, granted: bool, opinion: str, person: Person, version: int | None = None) -> None:
    """Approve a nominated case for showing, or decline it with the reason; never by who nominated it."""
    require(may_decide(person, exemplar))
    text = opinion.strip()[:LONGEST] if granted else _ground(opinion, "不批准须写明理由", "opinion")
    with act(person):
        values = {"approved_by": str(person), "approved_on": clock.today(), "opinion": text}
        _step(exemplar, "approve" if granted else "decline", values, version)
        action = "exemplars.approve" if granted else "exemplars.decline"
        record(action, exemplar, {"title": exemplar.open_title, "opinion": text})


def retire(*, exemplar: Exemplar, reason: str, person: Person, version: int | None = None) -> None:
    """Take a case off, with the reason; what was decided about it stays."""
    require(may_retire(person, exemplar))
    text = _ground(reason, "撤下案例须写明理由", "reason")
    with act(person):
        values = {"retired_by": str(person), "retired_on": clock.today(), "retire_reason": text}
        _step(exemplar, "retire", values, version)
        record("exemplars.retire", exemplar, {"title": exemplar.open_title, "reason": text})


def _ground(text: str, message: str, where: str) -> str:
    found = text.strip()
    if not found:
        raise refuse(message, national_clause("duty_reasons"), where=where)
    if len(found) > LONGEST:
        raise mistaken(f"不超过 {LONGEST} 字", where=where)
    return found


def _step(exemplar: Exemplar, action: str, values: Mapping[str, Any], version: int | None) -> None:
    before, after = STEPS[action]
    rows = Exemplar.objects.filter(pk=exemplar.pk, state__in=before)
    rows = rows.filter(version=exemplar.version if version is None else version)
    if rows.update(state=after, version=F("version") + 1, **values) != 1:
        raise Overtaken
    exemplar.refresh_from_db()


def _tell(exemplar: Exemplar, role: str, text: str) -> None:
    notify(
        organisation=bureau_of(exemplar.place_id), role=role, text=text, link=f"/exemplars/{exemplar.pk}/", about=exemplar
    )
