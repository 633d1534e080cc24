"""Scripts with shorter lists: what a place does thousands of times is done a few times in a test, all else as written."""

from collections.abc import Mapping

from jiheng.channels.scenarios.run import Published
from jiheng.channels.scenarios.script import ActData, Script


def _key(one: ActData) -> str:
    return str(one.with_.get("prefix", one.do)) if "count" in one.with_ else ""


def shortened(script: Script, fewer: Mapping[str, int]) -> Script:
    """Return a script in which lists hold so many: by the prefix of what is registered, else by the word of the act."""
    acts = [
        one.model_copy(update={"with_": {**one.with_, "count": fewer[_key(one)]}}) if _key(one) in fewer else one
        for one in script.acts
    ]
    return script.model_copy(update={"acts": acts})


def counts_in(script: Script, fewer: Mapping[str, int]) -> dict[str, int]:
    """Return how many the lists of the whole script hold."""
    return {_key(one): int(one.with_["count"]) for one in script.acts if _key(one) in fewer}


def following(expected: Published, follows: Mapping[str, str]) -> Published:
    """Return what must come out of a shortened script: other figures where a list was shortened, no longer about so much."""
    figures = [
        one.model_copy(update={"published": follows[one.key], "near": ""}) if one.key in follows else one
        for one in expected.figures
    ]
    return expected.model_copy(update={"figures": figures})
