"""The script of a place: who is there, and what people did or tried on which day. It never says what came of it."""

from datetime import date
from importlib.resources import files
from typing import Any

from pydantic import Field

from jiheng.rules.entry import Strict
from jiheng.rules.policy import PackError
from jiheng.rules.policy.strict_yaml import read_yaml


class PlaceData(Strict):
    """Which place the script is about."""

    code: str
    name: str
    region_code: str


class ActData(Strict):
    """One act: on which day, which word, what is said with it.

    A named act is an attempt: it is done whole or refused, and the answer is judged under its name.
    """

    day: date
    do: str
    with_: dict[str, Any] = Field(alias="with", default={})
    name: str = ""


class Script(Strict):
    """What people did, in the order of the year."""

    place: PlaceData
    since: date
    bodies: list[dict[str, str]]
    acts: list[ActData]


def folder(place: str) -> Any:
    """Return where a place's script lies."""
    return files("jiheng") / "packs" / place / "scenario"


def plain(path: Any) -> Any:
    """Return what a YAML file of a scenario says. PackError names its faults."""
    document, problems = read_yaml(path.name, path.read_text(encoding="utf-8"))
    if problems:
        raise PackError(path.name, problems)
    return document.value


def read_script(place: str) -> Script:
    """Read what people did. FileNotFoundError when the place has no script."""
    return Script.model_validate(plain(folder(place) / "input.yaml"))
