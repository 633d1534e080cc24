"""An outsider repeats a draw from nothing but the text of its page."""

import hashlib
import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.rules import sampling
from jiheng.stages.evaluation.models import Draw
from tests import make

KEYS = [str(number) for number in (2, 9, 10, 11, 30, 99, 100, 101, 200, 1000)]


@pytest.fixture
def county(db: None) -> make.County:
    return make.make_county()


@pytest.fixture
def drawn(county: make.County) -> Draw:
    """A draw among numbers whose order as text is not their order as numbers."""
    made = sampling.draw(KEYS, 4, "上证 3000.01")
    return Draw.objects.create(
        cycle=county.cycle, work_year=2024, purpose="recheck", seed=made.seed, population=KEYS,
        population_digest=made.population_digest, chosen=list(made.chosen), drawn_at=clock.now(), drawn_by="某人",
    )  # fmt: skip


@pytest.fixture
def page(county: make.County, drawn: Draw) -> str:
    client = make.sign_in(Client(), county.person("auditor"), county.cycle)
    return str(client.get(reverse("evaluation:draw", args=[drawn.pk])).content.decode())


def area(page: str, key: str) -> str:
    found = re.search(rf'<textarea[^>]*id="{key}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def told(page: str) -> list[str]:
    """The numbers drawn, in the order of the page's table."""
    return re.findall(r'data-label="编号">(\d+)<', page)


@pytest.mark.feature("6.06")
def test_draw_comes_out_the_same_by_the_pages_words(page: str) -> None:
    seed = re.search(r"随机种子</dt><dd><strong>(.*?)</strong>", page)
    digest = re.search(r'总体摘要</dt><dd class="digest">([0-9a-f]{64})', page)
    size = re.search(r"取前 (\d+) 个", page)
    assert seed
    assert digest
    assert size
    population = area(page, "population")
    assert population.split("\n") == ["10", "100", "1000", "101", "11", "2", "200", "30", "9", "99"]
    assert sha256(population) == digest[1]
    numbers = {key: int(sha256(f"{seed[1]}\n{digest[1]}\n{key}"), 16) for key in population.split("\n")}
    assert sorted(numbers, key=numbers.__getitem__)[: int(size[1])] == told(page)


def test_words_leave_one_order_only(page: str) -> None:
    for said in ("按文本顺序", "不按数值大小", "LF", "没有换行符", "UTF-8", "64 位小写十六进制"):
        assert said in page
    assert sampling.ALGORITHM in page


def test_program_of_the_page_prints_the_same(
    page: str, drawn: Draw, county: make.County, tmp_path: Path
) -> None:
    client = make.sign_in(Client(), county.person("auditor"), county.cycle)
    content = client.get(reverse("evaluation:draw_population", args=[drawn.pk])).content
    assert hashlib.sha256(content).hexdigest() == drawn.population_digest
    (tmp_path / "population.txt").write_bytes(content)
    (tmp_path / "draw.py").write_text(area(page, "script"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "draw.py"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == f"{drawn.population_digest} {told(page)}"


def test_population_is_not_for_everybody(drawn: Draw, county: make.County) -> None:
    client = make.sign_in(Client(), county.person("unit_project"), county.cycle)
    assert client.get(reverse("evaluation:draw_population", args=[drawn.pk])).status_code == 404
