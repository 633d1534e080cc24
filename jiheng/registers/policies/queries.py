"""Reading frozen packs and what they still assume."""

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.refused import Refused
from jiheng.registers.policies.models import Adoption, Amendment, Confirmation, Snapshot
from jiheng.rules.policy import PackError, Policy, load_policy, policy_from
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.policy.plain import digest_of
from jiheng.rules.refusal import mistake

AMENDMENT_READERS = frozenset(
    {"performance_office", "bureau_leader", "division", "evaluation_centre", "treasury", "auditor", "congress"}
)


@lru_cache(maxsize=64)
def _restored(pk: int, digest: str) -> Policy:
    return Policy.restore(Snapshot.objects.values_list("content", flat=True).get(pk=pk, digest=digest))


# Rules on trial have no row yet; as many as are looked at, told apart by their digest.
_on_trial: dict[str, Policy] = {}
TRIALS = 16


def policy_of(snapshot: Snapshot) -> Policy:
    """Return the frozen pack; read once a process, since it never changes. Of a trial its policy, never stored."""
    if not snapshot.pk:
        return _on_trial[snapshot.digest]
    return _restored(snapshot.pk, snapshot.digest)


def trial_snapshot(place: Place, policy: Policy) -> Snapshot:
    """Return rules on trial as a snapshot that is not stored: what computes by snapshots computes by these."""
    if policy.digest not in _on_trial and len(_on_trial) >= TRIALS:
        _on_trial.pop(next(iter(_on_trial)))
    _on_trial[policy.digest] = policy
    return Snapshot(place=place, digest=policy.digest)


def approved_files(place: Place) -> list[dict[str, str]]:
    """Return the files of the place's approved amendments, in the order in which they were approved."""
    found = Amendment.objects.filter(place=place, verdict__approved=True).order_by("verdict__pk")
    return list(found.values_list("files", flat=True))


# By the place, the digest of its pack and the amendments over it; there are as many as rules in use.
_amended: dict[tuple[str, str, str], Policy] = {}


class NoPack(Refused, LookupError):
    """The place has no pack of its own: its bureau is known only as one below another."""


def current_policy(place: Place) -> Policy:
    """Return the rules of a place as they stand: its pack with every approved amendment.

    Refused with the file and line when an amendment no longer lies over a pack that was changed since; NoPack where
    there is none.
    """
    try:
        base, files = load_policy(place.code), approved_files(place)
    except LookupError:
        words = f"{place.name}还没有制度包，不能开启年度、办理业务"
        raise NoPack([mistake(words, remedy="请系统管理员装入本地区的制度包")]) from None
    if not files:
        return base
    key = (place.code, base.digest, digest_of(files))
    try:
        if key not in _amended:
            _amended[key] = policy_from(place.code, amendments=files)
        return _amended[key]
    except PackError as error:
        raise Refused(
            mistake(f"已批准的修订与现在的制度包不合：{one}", remedy="请修改制度包") for one in error.problems
        ) from None


def may_see_amendments(person: Person, _: object = None) -> Verdict:
    """The bureau, and those who oversee it, see what is proposed and what it would do."""
    if person.role in AMENDMENT_READERS:
        return allow()
    return deny("修订和试算由财政局办理，批准后在“制度”页可以看到", national_clause("duty_access"))


def may_amend(person: Person, _: object = None) -> Verdict:
    """The performance office uploads amendments."""
    if person.role == "performance_office":
        return allow()
    return deny("只有绩效管理股可以提交修订", national_clause("duty_offices"))


def may_judge(person: Person, record: Amendment | Adoption | None = None) -> Verdict:
    """Another person than the one who asked: a leader of the bureau, or another of the performance office."""
    if person.role not in {"performance_office", "bureau_leader"}:
        return deny("只有绩效管理股或局领导可以审批", national_clause("duty_offices"))
    if isinstance(record, Amendment | Adoption):
        if record.place_id != person.place_id:
            return deny("只能审批本地区的事项", national_clause("duty_place"))
        asked = record.uploaded_by_id if isinstance(record, Amendment) else record.asked_by_id
        if person.user_id == asked:
            return deny("提出的人不能自己批准，请由另一人办理", national_clause("duty_separation"))
    return allow()


def visible_amendments(person: Person) -> QuerySet[Amendment]:
    """Return the amendments of the person's place, newest first."""
    found = Amendment.objects.filter(place_id=person.place_id)
    return found.select_related("verdict", "place") if may_see_amendments(person) else found.none()


def waiting_amendments(person: Person) -> list[Amendment]:
    """Return the amendments that wait for this person's word."""
    if not may_judge(person):
        return []
    waiting = Amendment.objects.filter(place_id=person.place_id, verdict__isnull=True)
    return list(waiting.exclude(uploaded_by_id=person.user_id))


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
