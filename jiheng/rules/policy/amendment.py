"""Amendments: files in the format of a pack that are laid over a place's own pack, entry by entry."""

from collections.abc import Mapping
from dataclasses import replace

from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.pack import Pack, read_amendment
from jiheng.rules.policy.strict_yaml import Problem

Files = Mapping[str, str]
"""Files of a pack or of an amendment: path inside the pack → text."""
NAME = "修订"


def amend(pack: Pack, files: Files) -> Pack:
    """The pack with the entries of an amendment instead of its own of the same names, and with its sources.

    Read as strictly as a pack. PackError names everything wrong in the amendment with file and line.
    """
    read = read_amendment(NAME, pack.manifest, files)
    problems = [
        Problem(f"{NAME}/sources.yaml", 0, f"文件依据“{key}”在制度包里已有，请换一个键")
        for key in read.sources
        if key in pack.sources
    ]
    if not any(read.entries.values()):
        problems.append(Problem(NAME, 0, "没有任何条目，请至少写一个参数、等级、日历、流程等条目"))
    if problems:
        raise PackError(NAME, problems)
    entries = {section: {**held, **read.entries[section]} for section, held in pack.entries.items()}
    return replace(
        pack,
        sources={**pack.sources, **read.sources},
        entries=entries,
        where={**pack.where, **read.where},
        citations=(*pack.citations, *read.citations),
    )


def path_of(name: str) -> str:
    """Where an uploaded file belongs inside the pack: a full stop in its name stands for a folder.

    `parameters.goals.yaml` is parameters/goals.yaml, `grades.yaml` stays. ValueError when it is no YAML file.
    """
    stem = name.removesuffix(".yaml")
    if stem == name or not stem:
        raise ValueError(f"“{name}”不是 .yaml 文件")
    return f"{stem.replace('.', '/')}.yaml"
