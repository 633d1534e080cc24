"""The part of frozen rules that one decision used, as a policy of its own that answers as the whole one would."""

from collections.abc import Collection, Iterator
from typing import Any

from jiheng.rules.policy.policy import Policy, PolicyAt


def excerpt(
    rules: PolicyAt,
    *,
    parameters: Collection[str] = (),
    grades: Collection[str] = (),
    scorecards: Collection[str] = (),
) -> PolicyAt:
    """The named entries and the sources that they cite; of parameters only the value in force.

    A parameter that the rules do not know or that prescribes nothing then is left out, and the excerpt says the same.
    """
    policy = rules.policy
    kept = {}
    for key in parameters:
        parameter = policy.parameters.get(key)
        setting = parameter.at(rules.day if parameter.by == "event" else rules.budget_year) if parameter else None
        if parameter is not None and setting is not None:
            kept[key] = parameter.model_copy(update={"values": (setting,)})
    sections: dict[str, dict[str, Any]] = {
        "parameters": kept,
        "grades": {key: policy.grades[key] for key in grades},
        "scorecards": {key: policy.scorecards[key] for key in scorecards},
    }
    used = {cited for part in sections.values() for entry in part.values() for cited in _cited(entry.model_dump())}
    made = Policy(
        place=policy.place,
        name=policy.name,
        region_code=policy.region_code,
        responsible="",  # may name a person
        chain=policy.chain,
        subject_kinds={},
        role_labels={},
        sources={key: source for key, source in policy.sources.items() if key in used},
        calendar={},
        workflows={},
        forms={},
        documents={},
        origins={section: {key: policy.origins[section][key] for key in part} for section, part in sections.items()},
        **sections,
    )
    return PolicyAt(made, rules.budget_year, rules.day)


def clauses_of(rules: PolicyAt) -> list[str]:
    """Every entry of an excerpt with its clause, in words."""
    policy = rules.policy
    found = [
        f"{parameter.label}：{policy.clause_of(setting.cite)}"
        for parameter in policy.parameters.values()
        for setting in parameter.values
    ]
    found += [f"{entry.label}：{policy.clause_of(entry)}" for entry in (*policy.grades.values(), *policy.scorecards.values())]
    return found


def _cited(plain: Any) -> Iterator[str]:
    """The keys of the sources cited anywhere inside."""
    if isinstance(plain, dict):
        if set(plain) == {"source", "clause"}:
            yield str(plain["source"])
        for child in plain.values():
            yield from _cited(child)
    elif isinstance(plain, list | tuple):
        for child in plain:
            yield from _cited(child)
