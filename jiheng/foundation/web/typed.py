"""What a person typed into a form that was not taken: shown again, so that nothing has to be written twice."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest

SILENT = frozenset({"csrfmiddlewaretoken", "next", "action", "version", "seen", "page", "pk"})
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROW = re.compile(r"^(?P<grid>\w+)-(?P<at>\d+)-(?P<key>\w+)$")


@dataclass(frozen=True)
class Typed:
    """One field as it was sent: its label ("" when no form of the page knows it) and the words."""

    label: str
    text: str


def typed_in(request: HttpRequest) -> list[Typed]:
    """Return what was typed into the form that `request` sent, in its order; never a secret, nothing that was hidden.

    Labels are those of the forms in the view's module and of its app's `forms`. Of a field that none of
    them has, only Chinese words are returned: anything else would be a number without a name.
    """
    if request.method != "POST":
        return []
    fields = _fields(request)
    found = []
    for name, values in request.POST.lists():
        row = ROW.match(name)
        field = fields.get(row["key"] if row else name)
        text = "、".join(dict.fromkeys(_words(field, value) for value in values if value.strip()))
        if not text or name in SILENT or name.endswith("_FORMS") or _hidden(name, field):
            continue
        if field is None and not CHINESE.search(text):
            continue
        label = str(field.label or "") if field is not None else ""
        found.append(Typed(f"第 {int(row['at']) + 1} 行 {label}".strip() if row else label, text))
    return found


def _hidden(name: str, field: forms.Field | None) -> bool:
    secret = "password" in name or isinstance(getattr(field, "widget", None), forms.PasswordInput)
    return secret or (field is not None and field.widget.is_hidden)


def _words(field: forms.Field | None, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return "是"
    choices = getattr(field, "choices", None)
    if isinstance(field, forms.ChoiceField) and choices:
        return str({str(key): label for key, label in choices}.get(value, value))
    return value


def _fields(request: HttpRequest) -> dict[str, forms.Field]:
    match = request.resolver_match
    module = getattr(match.func, "__module__", "") if match else ""
    own = vars(sys.modules[module]) if module in sys.modules else {}
    beside = sys.modules.get(f"{module.rpartition('.')[0]}.forms")
    return {
        name: field
        for space in (vars(beside) if beside else {}, own)
        for one in _forms(space)
        for name, field in one.base_fields.items()
    }


def _forms(space: dict[str, object]) -> Iterator[type[forms.Form]]:
    for one in space.values():
        if isinstance(one, type) and issubclass(one, forms.Form):
            yield one
