"""What hangs on a closed budget year is sealed: nobody may act on it, and pages say so."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, cast

from django.apps import apps
from django.db import models

from jiheng.foundation.accounts.person import Verdict, deny
from jiheng.rules.policy.clauses import national_clause

Model = type[models.Model]
Way = tuple["models.ForeignKey[Any, Any]", ...]
Rule = TypeVar("Rule", bound=Callable[..., Verdict])


@cache
def ways() -> dict[Model, Way]:
    """Return every model that hangs on a budget year, with the foreign keys that lead there, shortest way first."""
    year: Model = apps.get_model("cycles.Cycle")
    found: dict[Model, Way] = {year: ()}
    waiting = [one for one in apps.get_models(include_auto_created=True) if _kept(one)]
    while True:
        reached = {one: way for one in waiting if one not in found and (way := _way(one, found)) is not None}
        if not reached:
            del found[year]
            return found
        found |= reached


def _kept(model: Model) -> bool:
    meta = model._meta
    return meta.managed and not meta.proxy and not getattr(model, "outlives_closing", False)


def _way(model: Model, found: dict[Model, Way]) -> Way | None:
    """Return the way over the best foreign key: a short way first, then the owner, whose deletion takes it along."""
    keys: list[models.ForeignKey[Any, Any]] = [
        one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey) and not one.null
    ]
    leading = [one for one in keys if one.related_model in found]
    if not leading:
        return None
    best = min(
        leading,
        key=lambda one: (len(found[one.related_model]), one.remote_field.on_delete is not models.CASCADE),
    )
    return (best, *found[best.related_model])


def closed_year(record: object) -> Any | None:
    """Return the closed budget year that a record hangs on; None for any other record."""
    way = ways().get(type(record)) if isinstance(record, models.Model) else None
    if way is None:
        return None
    year: Any = record
    for step in way:
        year = getattr(year, step.name)
    return year if year.state == "closed" else None


def while_open(rule: Rule) -> Rule:
    """Make a rule `may(person, record)` deny what it would allow, once the record's budget year is closed.

    For every rule of a write: then no button shows that the database would refuse.
    """

    @wraps(rule)
    def asked(person: Any, *rest: Any) -> Verdict:
        verdict = rule(person, *rest)
        year = closed_year(rest[0]) if verdict and rest else None
        if year is None:
            return verdict
        return deny(f"该年度已封存：{year}已关闭，不能再办理；确需更正的，先申请重新开启", national_clause("duty_year"))

    return cast(Rule, asked)
