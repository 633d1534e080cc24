"""Templates keep to the strict content policy: nothing inline, nothing from elsewhere, every form has its token."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.contracts.sources import PACKAGE, name_of

TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))
SHEETS = sorted(PACKAGE.glob("**/static/**/*.css"))
SCRIPTS = sorted(PACKAGE.glob("**/static/**/*.js"))

COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
FORBIDDEN = {
    "inline style": re.compile(r"<style\b|<[a-zA-Z][^<>]*\sstyle\s*="),
    "inline script": re.compile(r"<script(?![^<>]*\ssrc=)(?![^<>]*type=\"application/json\")[^<>]*>"),
    "inline handler": re.compile(r"<[a-zA-Z][^<>]*\s(?:on[a-z]+|hx-on[^\s=]*)\s*="),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign asset": re.compile(
        r"<(?:script|img|iframe|source|audio|video|object|embed)\b[^<>]*(?:https?:)?//|<link\b[^<>]*(?:https?:)?//"
    ),
}
FORM = re.compile(r"<form\b(?P<head>[^<>]*(?:<[^<>]*)*?)>(?P<body>.*?)</form>", re.DOTALL | re.IGNORECASE)
STATIC = re.compile(r"""\{%\s*static\s+["']([^"']+)["']""")


def mistakes(text: str) -> list[str]:
    """Return the names of what a template must not hold, but does."""
    text = COMMENT.sub("", text)
    plain = CODE.sub(" x ", text)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(plain)]
    marked = CODE.sub(lambda piece: piece.group() if "csrf_token" in piece.group() else "x", text)
    for form in FORM.finditer(marked):
        posts = re.search(r"method=[\"']?post", form["head"], re.IGNORECASE) or "hx-post" in form["head"]
        if posts and "csrf_token" not in form["body"]:
            found.append("form without token")
    return found


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 3


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_is_strict(path: Path) -> None:
    assert mistakes(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<p style="color:red">', "inline style"),
        ("<style>p {}</style>", "inline style"),
        ("<script>go()</script>", "inline script"),
        ('<a {% if a > b %}class="x"{% endif %} onclick="go()">', "inline handler"),
        ('<a href="javascript:go()">', "script address"),
        ('<script src="https://cdn.example/x.js"></script>', "foreign asset"),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', "foreign asset"),
        ('<form method="post"><input name="a"></form>', "form without token"),
        ('<form hx-post="{% url "x" %}"></form>', "form without token"),
    ],
)
def test_mistake_is_seen(text: str, name: str) -> None:
    assert mistakes(text) == [name]


def test_good_template_passes() -> None:
    text = """<script src="{% static 'a.js' %}"></script><form method="post">{% csrf_token %}</form>
    <form method="get"></form><a href="https://www.example.gov.cn">公开文件</a>"""
    assert mistakes(text) == []


@pytest.mark.parametrize("path", SHEETS + SCRIPTS, ids=name_of)
def test_own_static_file_asks_nobody_else(path: Path) -> None:
    addresses = re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8"))
    assert [one for one in addresses if not one.startswith("http://www.w3.org/")] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_script_makes_no_code_of_texts(path: Path) -> None:
    assert re.findall(r"\beval\(|new Function\(|document\.write\(", path.read_text(encoding="utf-8")) == []


def test_every_static_file_that_templates_name_is_served() -> None:
    named = {name for path in TEMPLATES for name in STATIC.findall(path.read_text(encoding="utf-8"))}
    assert [name for name in sorted(named) if finders.find(name) is None] == []
