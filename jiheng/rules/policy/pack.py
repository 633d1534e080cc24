"""One pack read from its files: every entry checked, every problem named with file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from jiheng.rules.entry import Citation, Strict
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.policy.calendar import CalendarItem
from jiheng.rules.policy.faults import PackError, problems_of
from jiheng.rules.policy.outline import Outline
from jiheng.rules.policy.parameters import Parameter
from jiheng.rules.policy.strict_yaml import Document, Path, Problem, read_yaml
from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.rules.workflow.roles import ROLES
from jiheng.rules.workflow.table import Workflow


class Source(Strict):
    """A legal document: title without 《》, number, day of issue (None when not known), level."""

    title: str
    number: str = ""
    issued: date | None = None
    level: Literal["law", "regulation", "party", "national", "province", "city", "county", "system"]
    url: str = ""
    note: str = ""

    def __str__(self) -> str:
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")


class Manifest(Strict):
    """pack.yaml: which place this is, what it extends, who answers for it.

    `subject_kinds` and `roles` (Chinese labels by key) replace those of the extended pack when given.
    """

    place: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    name: str
    extends: str | None = None
    region_code: str = Field(default="", pattern=r"^([0-9]{6})?$")
    responsible: str
    subject_kinds: dict[str, str] = {}
    roles: dict[str, str] = {}
    note: str = ""

    @model_validator(mode="after")
    def _known_roles(self) -> "Manifest":
        unknown = sorted(set(self.roles) - set(ROLES))
        if unknown:
            raise ValueError(f"roles 里没有这些角色：{'、'.join(unknown)}")
        return self


SECTIONS: dict[str, type[BaseModel]] = {
    "parameters": Parameter,
    "grades": GradeTable,
    "calendar": CalendarItem,
    "workflows": Workflow,
    "scorecards": Scorecard,
    "forms": FormDefinition,
    "documents": Outline,
}
_READ_ELSEWHERE = {"cases", "scenario"}  # what is tried with the rules, not the rules themselves
_ONE_ENTRY_A_FILE = {"workflows", "scorecards", "forms", "documents"}
_SECTION_NAMES = {
    "parameters": "参数",
    "grades": "等级",
    "calendar": "日历",
    "workflows": "流程",
    "scorecards": "评分表",
    "forms": "表格",
    "documents": "提纲",
    "sources": "文件依据",
}


def section_name(section: str) -> str:
    """The Chinese name of a section of a pack."""
    return _SECTION_NAMES[section]


@dataclass(frozen=True)
class Pack:
    """One pack: its own entries only, and where each stands ((section, key) → file, line)."""

    manifest: Manifest
    sources: dict[str, Source]
    entries: dict[str, dict[str, Any]]
    where: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    citations: tuple[tuple[str, str, int], ...] = ()

    @property
    def place(self) -> str:
        return self.manifest.place


def citations_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, Citation]]:
    """Every citation inside an entry, with the path under which it stands in the file."""
    if isinstance(value, Citation):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from citations_in(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from citations_in(child, (*path, key))
    elif isinstance(value, list | tuple):
        for index, child in enumerate(value):
            yield from citations_in(child, (*path, index))


M = TypeVar("M", bound=BaseModel)


class _PackReader:
    """Reads the files of one pack, gathering problems instead of stopping at the first."""

    def __init__(self, place: str, files: Mapping[str, str]) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self.entries: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
        self.where: dict[tuple[str, str], tuple[str, int]] = {}
        self.cited: list[tuple[str, str, int]] = []
        self.documents: dict[str, Document] = {}
        for file, text in sorted(files.items()):
            if PurePosixPath(file).suffix == ".yaml" and PurePosixPath(file).parts[0] not in _READ_ELSEWHERE:
                self._open(file, text)

    def _open(self, file: str, text: str) -> None:
        document, problems = read_yaml(f"{self.place}/{file}", text)
        self.problems += problems
        if problems:
            return
        if not isinstance(document.value, dict):
            self.problems.append(Problem(document.file, 1, "文件内容须为表（键: 值）"))
            return
        self.documents[file] = document

    def read_over(self, manifest: Manifest) -> Pack:
        """Read an amendment: entries and sources without a manifest of its own."""
        if "pack.yaml" in self.documents:
            self._at("pack.yaml", (), "修订不能改 pack.yaml")
        return self._rest(manifest)

    def read(self) -> Pack:
        manifest = self._single("pack.yaml", Manifest)
        if manifest is not None and manifest.place != self.place:
            self._at("pack.yaml", ("place",), f"place 须与文件夹同名：{self.place}")
        return self._rest(manifest)

    def _rest(self, manifest: Manifest | None) -> Pack:
        sources = self._table("sources.yaml", Source)
        for file, document in self.documents.items():
            if file not in {"pack.yaml", "sources.yaml"}:
                self._entries_of(PurePosixPath(file), document)
        self._unused(sources)
        if self.problems or manifest is None:
            raise PackError(self.place, self.problems)
        return Pack(manifest, sources, self.entries, self.where, tuple(self.cited))

    def _at(self, file: str, path: Path, message: str) -> None:
        document = self.documents[file]
        self.problems.append(Problem(document.file, document.line(path), message))

    def _single(self, file: str, model: type[M]) -> M | None:
        document = self.documents.get(file)
        if document is None:
            if not any(problem.file == f"{self.place}/{file}" for problem in self.problems):
                self.problems.append(Problem(f"{self.place}/{file}", 0, "缺少这个文件"))
            return None
        return self._validate(model, document.value, document, ())

    def _table(self, file: str, model: type[M]) -> dict[str, M]:
        document = self.documents.get(file)
        if document is None:
            return {}
        read = {key: self._validate(model, raw, document, (key,)) for key, raw in document.value.items()}
        return {key: entry for key, entry in read.items() if entry is not None}

    def _validate(self, model: type[M], raw: Any, document: Document, base: Path) -> M | None:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            self.problems += problems_of(error, document, base)
            return None

    def _entries_of(self, file: PurePosixPath, document: Document) -> None:
        """The entries of one file: several in parameters, grades and calendar, one in the others."""
        section = file.parts[0] if len(file.parts) == 2 else file.stem
        several = section not in _ONE_ENTRY_A_FILE
        if section not in SECTIONS or len(file.parts) != (2 if section == "parameters" or not several else 1):
            self.problems.append(Problem(document.file, 0, "不认识的文件，请核对文件名和文件夹"))
            return
        listed = document.value.items() if several else [(file.stem, document.value)]
        for key, raw in listed:
            self._entry(section, str(key), raw, document, (key,) if several else ())

    def _entry(self, section: str, key: str, raw: Any, document: Document, base: Path) -> None:
        model = SECTIONS[section]
        line = document.line(base)
        if key in self.entries[section] or (section, key) in self.where:
            first = self.where[section, key]
            self.problems.append(
                Problem(document.file, line, f"“{key}”已写在 {first[0]} 第{first[1]}行，请只留一处")
            )
            return
        self.where[section, key] = (document.file, line)
        if "key" in model.model_fields and isinstance(raw, dict):
            if raw.get("key", key) != key:
                self.problems.append(
                    Problem(document.file, document.line((*base, "key")), f"key 须与文件名相同：{key}")
                )
            raw = {"key": key, **raw}
        entry = self._validate(model, raw, document, base)
        if entry is None:
            return
        self.entries[section][key] = entry
        for path, cite in citations_in(entry):
            self.cited.append((cite.source, document.file, document.line((*base, *path))))

    def _unused(self, sources: Mapping[str, Source]) -> None:
        """A source that nothing cites is either left over or a sign that a rule was forgotten."""
        if self.problems:
            return
        cited = {source for source, _, _ in self.cited}
        for key in sources:
            if key not in cited:
                self._at("sources.yaml", (key,), f"文件依据“{key}”没有被引用，请删去或补上引用它的条目")


def read_pack(place: str, files: Mapping[str, str]) -> Pack:
    """Read one pack from its files (path inside the pack → text). PackError names everything wrong in it."""
    return _PackReader(place, files).read()


def read_amendment(name: str, manifest: Manifest, files: Mapping[str, str]) -> Pack:
    """Read an amendment of a place's pack: the same files, strictly, but no pack.yaml. PackError as for a pack.

    `name` stands before the file names in problems.
    """
    return _PackReader(name, files).read_over(manifest)
