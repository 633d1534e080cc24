"""The groups of words that mean the same, kept as data."""

from functools import lru_cache
from importlib.resources import files

from jiheng.rules.policy.strict_yaml import read_yaml

SYNONYMS = "synonyms.yaml"


@lru_cache(maxsize=1)
def synonyms() -> tuple[tuple[str, ...], ...]:
    """Read the groups of words that mean the same. ValueError names every line that is wrong."""
    text = (files("jiheng.registers.indicators") / SYNONYMS).read_text(encoding="utf-8")
    document, problems = read_yaml(SYNONYMS, text)
    if problems:
        raise ValueError("；".join(str(problem) for problem in problems))
    return tuple(tuple(group) for group in document.value["groups"])
