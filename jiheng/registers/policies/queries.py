"""Reading frozen packs and what they still assume."""

from functools import lru_cache
from typing import Any

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.audit.chain import content_hash
from jiheng.registers.policies.models import Confirmation, Snapshot
from jiheng.rules.policy import Policy
from jiheng.rules.policy.clauses import national_clause


@lru_cache(maxsize=64)
def _restored(pk: int, digest: str) -> Policy:
    return Policy.restore(Snapshot.objects.values_list("content", flat=True).get(pk=pk, digest=digest))


def policy_of(snapshot: Snapshot) -> Policy:
    """Return the frozen pack; read once a process, since it never changes."""
    return _restored(snapshot.pk, snapshot.digest)


def may_confirm(person: Person) -> Verdict:
    """The performance office and the bureau's leaders confirm what the pack assumes."""
    if person.role in {"performance_office", "bureau_leader"}:
        return allow()
    return deny("只有财政局绩效管理股或局领导可以确认暂定值", national_clause("duty_offices"))


# A pack says the same as long as its digest is the same; there are as many as packs in use.
_assumed: dict[str, dict[str, dict[str, Any]]] = {}


def assumed_entries(policy: Policy) -> dict[str, dict[str, Any]]:
    """Return every assumed entry of the pack under its key, as `parameters.recheck_share`.

    An entry counts as assumed when it is so itself, or anything inside it: one dated value of a parameter,
    one row of a table.
    """
    digest = policy.digest
    if digest in _assumed:
        return _assumed[digest]
    plain = policy.dump()
    found: dict[str, dict[str, Any]] = {}
    for section in ("parameters", "grades", "calendar", "workflows", "scorecards", "forms", "documents"):
        for key, entry in plain[section].items():
            if _says_assumed(entry):
                found[f"{section}.{key}"] = entry
    _assumed[digest] = found
    return found


def _says_assumed(content: Any) -> bool:
    if isinstance(content, dict):
        return content.get("assumed") is True or any(_says_assumed(part) for part in content.values())
    return isinstance(content, list) and any(_says_assumed(part) for part in content)


def open_assumptions(policy: Policy, place: Place) -> dict[str, dict[str, Any]]:
    """Return the assumed entries that the bureau has not confirmed as they stand now."""
    confirmed = set(Confirmation.objects.filter(place=place).values_list("entry", "value_digest"))
    return {
        key: content
        for key, content in assumed_entries(policy).items()
        if (key, content_hash(content)) not in confirmed
    }
