"""From folders to a policy: the packs of a place, read, laid over each other and checked together."""

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jiheng.rules.entry import Citation
from jiheng.rules.policy.amendment import Files, amend
from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.pack import SECTIONS, Pack, read_pack
from jiheng.rules.policy.parameters import Parameter, loosened
from jiheng.rules.policy.policy import Policy
from jiheng.rules.policy.strict_yaml import Problem
from jiheng.rules.scoring.fitting import kind_of_card
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.rules.tracks import TRACKS_KEY, read_tracks
from jiheng.rules.workflow.roles import ROLES

PACKS = Path(__file__).resolve().parents[2] / "packs"
ELSEWHERE = "JIHENG_PACKS"
"""The setting that names folders of packs outside the program."""


def pack_folders() -> dict[str, Path]:
    """The folder of every place's pack: those of the program, and those in the folders that JIHENG_PACKS names.

    LookupError when such a folder is not there, or when a place has a pack in two of them.
    """
    found: dict[str, Path] = {}
    outside = [Path(one) for one in os.environ.get(ELSEWHERE, "").split(os.pathsep) if one]
    for root in [PACKS, *outside]:
        if not root.is_dir():
            raise LookupError(f"{ELSEWHERE} 里的“{root}”不是目录")
        for manifest in sorted(root.glob("*/pack.yaml")):
            folder = manifest.parent
            if folder.name in found:
                raise LookupError(f"“{folder.name}”有两个制度包：{found[folder.name]} 和 {folder}，请只留一个")
            found[folder.name] = folder
    return found


def available_places() -> list[str]:
    """The places that have a pack, sorted by key."""
    return sorted(pack_folders())


def pack_files(place: str) -> dict[str, str]:
    """The YAML files of a place's pack: path inside the pack → text. LookupError when there is no pack.

    The folder `scenario/` holds a script of people's acts and is no rule.
    """
    folder = pack_folders().get(place)
    if folder is None:
        raise LookupError(f"没有“{place}”的制度包，现有：{'、'.join(available_places())}")
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.yaml"))
        if path.relative_to(folder).parts[0] != "scenario"
    }


def layers(
    place: str,
    amended: Mapping[str, Files] | None = None,
    amendments: Sequence[Files] = (),
) -> list[Pack]:
    """The packs of a place from the nearest to the farthest; `amended` gives files of packs not in folders.

    `amendments` are laid over the place's own pack, one after the other. PackError when a pack or an amendment is
    wrong or the packs extend each other in a circle.
    """
    given = amended or {}
    found: list[Pack] = []
    current: str | None = place
    while current is not None:
        if current in [pack.place for pack in found]:
            raise PackError(place, [Problem(f"{current}/pack.yaml", 0, "extends 绕成了圈，请核对上级制度包")])
        pack = read_pack(current, given[current] if current in given else pack_files(current))
        found.append(pack)
        current = pack.manifest.extends
    for one in amendments:
        found[0] = amend(found[0], one)
    return found


def resolve(packs: list[Pack]) -> Policy:
    """Lay packs over each other, nearest first: an entry of a nearer pack replaces the farther one whole.

    PackError when a nearer pack loosens a floor, cites an unknown source, names an unknown parameter,
    lists the facts that veto an appraisal otherwise than its scorecard, or asks for reports in an unknown outline.
    """
    nearest = packs[0]
    problems = _unknown_sources(packs) + _new_parameters(packs) + _loosened_floors(packs)
    if problems:
        raise PackError(nearest.place, problems)
    merged: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    origins: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for pack in reversed(packs):
        for section in SECTIONS:
            for key, entry in pack.entries[section].items():
                merged[section][key] = _as_frozen(entry)
                origins[section][key] = pack.place
    if problems := _two_lists(packs, merged) + _stray_cards(packs) + _stray_outlines(packs, merged) + _bad_tracks(packs):
        raise PackError(nearest.place, problems)
    manifest = nearest.manifest
    return Policy(
        place=manifest.place,
        name=manifest.name,
        region_code=manifest.region_code,
        responsible=manifest.responsible,
        chain=tuple(pack.place for pack in packs),
        subject_kinds=next((p.manifest.subject_kinds for p in packs if p.manifest.subject_kinds), {}),
        role_labels={**ROLES, **{k: v for p in reversed(packs) for k, v in p.manifest.roles.items()}},
        sources={key: source for pack in reversed(packs) for key, source in pack.sources.items()},
        origins=origins,
        **merged,
    )


def policy_from(
    place: str, amended: Mapping[str, Files] | None = None, amendments: Sequence[Files] = ()
) -> Policy:
    """The policy of a place, with some packs given as files instead of folders, and with amendments."""
    return resolve(layers(place, amended, amendments))


@lru_cache(maxsize=64)
def load_policy(place: str) -> Policy:
    """The policy of a place, read from its packs once. PackError names everything wrong; LookupError: no pack."""
    return resolve(layers(place))


def clause_in_packs(packs: Sequence[Pack], cite: Citation) -> str:
    """A citation in words, from the sources of packs that lie over each other."""
    source = next((pack.sources[cite.source] for pack in packs if cite.source in pack.sources), cite.source)
    return f"{source}{cite.clause}"


def _as_frozen(entry: Any) -> Any:
    """An entry without what only serves laying packs over each other."""
    if entry.stricter is None and not entry.looser_because:
        return entry
    return entry.model_copy(update={"stricter": None, "looser_because": ""})


def _unknown_sources(packs: list[Pack]) -> list[Problem]:
    """Citations of documents that neither the pack nor what it extends lists; keys that hide another."""
    problems = []
    known: dict[str, str] = {}
    for pack in reversed(packs):
        for key in pack.sources:
            if key in known:
                problems.append(
                    Problem(
                        f"{pack.place}/sources.yaml", 0, f"文件依据“{key}”在“{known[key]}”里已有，请换一个键"
                    )
                )
            known[key] = pack.place
        for source, file, line in pack.citations:
            if source not in known:
                problems.append(Problem(file, line, f"没有文件依据“{source}”，请写进 sources.yaml"))
    return problems


def _new_parameters(packs: list[Pack]) -> list[Problem]:
    """A parameter that no farther pack knows is a slip of the pen unless it says `new: true`."""
    problems = []
    known: set[str] = set(packs[-1].entries["parameters"])
    for pack in reversed(packs[:-1]):
        for key, parameter in pack.entries["parameters"].items():
            file, line = pack.where["parameters", key]
            if key not in known and not parameter.new:
                problems.append(
                    Problem(file, line, f"上级没有参数“{key}”；确为新增的请写 new: true，否则请核对拼写")
                )
            if key in known and parameter.new:
                problems.append(Problem(file, line, f"参数“{key}”上级已有，请删去 new: true"))
        known |= set(pack.entries["parameters"])
    return problems


def _loosened_floors(packs: list[Pack]) -> list[Problem]:
    problems = []
    for index, near in enumerate(packs):
        for section in SECTIONS:
            for key, entry in near.entries[section].items():
                for far in packs[index + 1 :]:
                    floor = far.entries[section].get(key)
                    if floor is None or not getattr(floor, "floor", False):
                        continue
                    file, line = near.where[section, key]
                    problems += [Problem(file, line, why) for why in _why_loosened(entry, floor, packs)]
    return problems


def _stray_cards(packs: list[Pack]) -> list[Problem]:
    """A card for evaluations is named after a kind of subject; one of no kind would never be used."""
    problems = []
    for index, pack in enumerate(packs):
        kinds = next((one.manifest.subject_kinds for one in packs[index:] if one.manifest.subject_kinds), {})
        for card in pack.entries["scorecards"]:
            kind = kind_of_card(card)
            if kind is not None and kind not in kinds:
                file, line = pack.where["scorecards", card]
                words = f"没有对象类别“{kind}”，评分表“{card}”不会用到；请写进 pack.yaml 的 subject_kinds，或核对文件名"
                problems.append(Problem(file, line, words))
    return problems


def _stray_outlines(packs: list[Pack], merged: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Reports of self-evaluations follow an outline that there is, and are asked of kinds of subjects that there are."""
    parameter = merged["parameters"].get("self_evaluation_report")
    if parameter is None:
        return []
    kinds = next((one.manifest.subject_kinds for one in packs if one.manifest.subject_kinds), {})
    where = next(pack.where["parameters", "self_evaluation_report"] for pack in packs if "self_evaluation_report" in pack.entries["parameters"])
    problems = []
    for setting in parameter.values:
        for row in setting.value or []:
            if not isinstance(row, dict) or row.get("outline") not in merged["documents"]:
                problems.append(Problem(*where, "self_evaluation_report 的每一行须写明 outline，并且是 documents/ 里的提纲"))
            elif unknown := sorted(set(row.get("kinds", [])) - set(kinds)):
                problems.append(Problem(*where, f"self_evaluation_report 写了没有的对象类别“{'、'.join(unknown)}”"))
    workflow = merged["workflows"].get("self_evaluation")
    if workflow is not None and not any("self_report_written" in one.requires for one in workflow.steps):
        problems.append(Problem(*where, "写了 self_evaluation_report 的，流程 self_evaluation 的提交须有条件 self_report_written"))
    return problems


def _bad_tracks(packs: list[Pack]) -> list[Problem]:
    """A list of tracks that no goal could be placed by."""
    problems = []
    for pack in packs:
        parameter = pack.entries["parameters"].get(TRACKS_KEY)
        for setting in parameter.values if isinstance(parameter, Parameter) else ():
            try:
                read_tracks(setting.value) if setting.value is not None else ()
            except ValueError as wrong:
                problems.append(Problem(*pack.where["parameters", TRACKS_KEY], str(wrong)))
    return problems


def _two_lists(packs: list[Pack], merged: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """The facts that veto an appraisal stand in a parameter, for reading, and on its card: they must agree."""
    parameter, card = merged["parameters"].get("appraisal_vetoes"), merged["scorecards"].get("appraisal")
    if parameter is None or card is None:
        return []
    on_card = {veto.key: veto.label for veto in card.vetoes}
    where = next(pack.where[key] for pack in packs if (key := ("parameters", "appraisal_vetoes")) in pack.where)
    problems = []
    for setting in parameter.values:
        listed = {one["key"]: one["label"] for one in setting.value or ()}
        if setting.value is not None and listed != on_card:
            odd = sorted(key for key in {*listed, *on_card} if listed.get(key) != on_card.get(key))
            words = f"否决事项与评分表“{card.label}”的 vetoes 不同：{'、'.join(odd)}，两处的键和名称须逐项相同"
            problems.append(Problem(*where, words))
    return problems


def _why_loosened(near: Any, floor: Any, packs: list[Pack]) -> list[str]:
    """How an entry loosens the floor that it replaces. What cannot be compared may not be replaced."""
    if isinstance(near, Parameter):
        return loosened(near, floor, lambda cite: clause_in_packs(packs, cite))
    if isinstance(near, Scorecard):
        return list(floor.loosened_by(near))
    return [f"“{floor.label}”是上级的底线（floor），不得替换"]
