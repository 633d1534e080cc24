"""Trying an amendment: read strictly over what holds now, compared with the levels above, put to its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiheng.rules.policy.amendment import NAME, Files
from jiheng.rules.policy.cases import CaseResult, read_cases, run_cases
from jiheng.rules.policy.conflicts import Conflict, conflicts, unreasoned
from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.loading import layers, pack_files, resolve
from jiheng.rules.policy.pack import Pack
from jiheng.rules.policy.policy import Policy
from jiheng.rules.policy.strict_yaml import Problem


@dataclass(frozen=True)
class Trial:
    """What an amendment comes to: the rules with it, its own cases, older cases that no longer hold, conflicts."""

    policy: Policy
    cases: tuple[CaseResult, ...]
    overtaken: tuple[CaseResult, ...]
    conflicts: tuple[Conflict, ...]


def try_amendment(place: str, files: Files, before: Sequence[Files] = ()) -> Trial:
    """Lay an amendment over a place's pack and the amendments before it, and put it to the test.

    PackError names everything wrong at once: what cannot be read, floors loosened, looser rules without a reason,
    cases that do not hold. Older cases that the amendment overtakes are no error; they are told to who approves.
    """
    held = resolve(layers(place, amendments=before))
    packs = _layers(place, files, before)
    policy = resolve(packs)
    problems = [one for one in unreasoned(packs) if one.file.startswith(f"{NAME}/")]
    results = tuple(run_cases(policy, files, NAME))
    if not results:
        problems.append(Problem(NAME, 0, "没有附算例，请附 cases.….yaml，至少写一个算例"))
    problems += [Problem(one.file, 0, f"算例“{one.name}”不符：{one.message}") for one in results if not one.passed]
    if problems:
        raise PackError(NAME, problems)
    return Trial(
        policy,
        results,
        tuple(_overtaken(held, policy, [pack_files(place), *before])),
        tuple(one for one in conflicts(packs) if one.where[0].startswith(f"{NAME}/")),
    )


def _layers(place: str, files: Files, before: Sequence[Files]) -> list[Pack]:
    """The packs with the amendment laid over; PackError joins what is wrong in the entries and in the cases."""
    problems: list[Problem] = []
    packs: list[Pack] = []
    try:
        packs = layers(place, amendments=[*before, files])
    except PackError as error:
        problems += error.problems
    try:
        read_cases(NAME, files)
    except PackError as error:
        problems += error.problems
    if problems:
        raise PackError(NAME, problems)
    return packs


def _overtaken(held: Policy, policy: Policy, sets: Sequence[Mapping[str, str]]) -> list[CaseResult]:
    """Cases that held before and hold no longer."""
    found = []
    for files in sets:
        passed = {(one.file, one.name) for one in run_cases(held, files) if one.passed}
        found += [
            one for one in run_cases(policy, files) if not one.passed and (one.file, one.name) in passed
        ]
    return found
