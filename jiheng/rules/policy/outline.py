"""Outlines of reports: the parts that must be there, in their order."""

from pydantic import Field, model_validator

from jiheng.rules.entry import Entry, Strict


class Section(Strict):
    """One part of a report: its heading, what belongs into it, whether it may be missing."""

    key: str
    title: str
    required: bool = True
    hint: str = ""


class Outline(Entry):
    """The outline of one kind of report."""

    key: str = ""
    title: str
    sections: tuple[Section, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_differ(self) -> "Outline":
        keys = [section.key for section in self.sections]
        if len(set(keys)) != len(keys):
            raise ValueError(f"提纲各部分的 key 有重复：{'、'.join(keys)}")
        return self

    def missing(self, written: dict[str, str]) -> list[str]:
        """Titles of required parts that say nothing in `written` (key → text)."""
        return [
            section.title
            for section in self.sections
            if section.required and not written.get(section.key, "").strip()
        ]
