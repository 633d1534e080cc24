"""The manual says what is on the screens: its words, its pictures, a page for every role."""

import ast
import re
from functools import cache

import pytest

from jiheng.foundation.accounts.roles import ROLES
from tests.contracts.sources import PACKAGE, ROOT, python_files

MANUAL = ROOT / "docs" / "user"
PAGES = sorted(MANUAL.glob("*.md"))
QUOTED = re.compile(r"【([^】]+)】")
SET_APART = re.compile(r"\*\*【[^】\s][^】]*】\*\*")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
HAN = r"[\u4e00-\u9fff]"
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@cache
def said() -> str:
    """Return everything that the program can put on a screen: templates, scripts, packs, texts in Python."""
    found = [
        path.read_text(encoding="utf-8")
        for ending in ("html", "js", "yaml")
        for path in PACKAGE.rglob(f"*.{ending}")
        if "vendor" not in path.parts
    ]
    for _, tree in python_files(PACKAGE):
        found += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    return "\n".join(found)


def on_screens(word: str) -> bool:
    """Say whether the word stands somewhere as a whole: no other Chinese character touches it."""
    return re.search(rf"(?<!{HAN}){re.escape(word)}(?!{HAN})", said()) is not None


def text_of(page: str) -> str:
    return (MANUAL / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_words_of_the_manual_are_on_the_screens(page: str) -> None:
    assert [word for word in dict.fromkeys(QUOTED.findall(text_of(page))) if not on_screens(word)] == []


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_quoted_words_are_set_apart_in_one_way(page: str) -> None:
    text = text_of(page)
    assert len(QUOTED.findall(text)) == len(SET_APART.findall(text))


def test_words_that_no_screen_has_are_found() -> None:
    assert on_screens("提交审核")
    assert not on_screens("交审")
    assert not on_screens("一键通过全部")


def test_every_picture_exists_and_is_used() -> None:
    used = {target for page in PAGES for _, target in PICTURE.findall(page.read_text(encoding="utf-8"))}
    there = {f"images/{path.name}" for path in (MANUAL / "images").iterdir()}
    assert used == there


def test_every_picture_says_in_words_what_it_shows() -> None:
    wordless = [
        f"{page.name}: {target}"
        for page in PAGES
        for words, target in PICTURE.findall(page.read_text(encoding="utf-8"))
        if not words.strip()
    ]
    assert wordless == []


def test_every_role_has_a_page_and_every_page_a_reader() -> None:
    rows = [line.split("|")[1:4] for line in text_of("README.md").splitlines() if line.startswith("| ")]
    pages = {
        cells[0].strip(): re.findall(r"\]\(([a-z-]+\.md)", cells[1]) for cells in rows if len(cells) == 3
    }
    assert [role.label for role in ROLES.values() if len(pages.get(role.label, [])) != 1] == []
    read = {page for found in pages.values() for page in found}
    assert {page.name for page in PAGES} - {"README.md"} == read | {"public.md"}


def test_links_into_pages_find_their_headings() -> None:
    broken = []
    for page in PAGES:
        for target, anchor in re.findall(r"\]\(([a-z-]*\.?m?d?)#([^)]+)\)", page.read_text(encoding="utf-8")):
            headings = [
                re.sub(r"[^\w-]", "", one.replace(" ", "-"))
                for one in HEADING.findall(text_of(target or page.name))
            ]
            if anchor not in headings:
                broken.append(f"{page.name}: {target}#{anchor}")
    assert broken == []
