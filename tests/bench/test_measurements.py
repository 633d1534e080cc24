"""The measurements of `bench/` still run and print: at the smallest sizes, without a look at how long anything took."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from bench import _pages, pages, prereview, submissions, sweeps
from bench._serving import served
from bench.city import build

FEW = ("一个查询的普通页", "工作台", "绩效目标")


@pytest.fixture
def measured(committed: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the measurements, here and for the servers that they start over this test's database."""
    folder = Path(pages.__file__).parent
    settings.ROOT_URLCONF = "bench._addresses"
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [str(folder / "templates")]}]
    figures = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "measured"}
    settings.CACHES = settings.CACHES | {"figures": figures}  # tests keep none otherwise
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "bench._settings")
    monkeypatch.setenv("JIHENG_DATABASE_URL", address())
    monkeypatch.setenv("JIHENG_SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.setenv("PYTHONPATH", str(folder.parent))


def address() -> str:
    """Return where the test's database is, as the settings read it."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    where = f"{at['HOST']}:{at['PORT']}" if at["HOST"] else ""  # else PGHOST and PGPORT say
    return f"postgresql://{quote(at['USER'])}:{quote(at['PASSWORD'])}@{where}/{at['NAME']}"


def test_pages_are_asked_for_and_told(
    measured: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built = build(units=2, projects=10)
    few = [one for one in _pages.wanted() if one.label in FEW]
    monkeypatch.setattr(_pages, "wanted", lambda: few)
    found = _pages.figures(built, _pages.Length(rounds=1, seconds=0)) | {"built": 0.0}
    _pages.tell(10, found)
    _pages.tell_growth([10, 20], [found, found])
    told = capsys.readouterr().out
    assert [told.count(f"| {label} |") for label in FEW] == [2] * len(FEW)
    trivial, desk, _ = found["pages"]
    assert (trivial["queries"], trivial["queries_written"]) == (1, 1)
    assert desk["queries"] < desk["queries_written"], "what is kept is worked out again after a write"
    assert all(len(one["warm"]) == len(one["written"]) == 1 for one in found["pages"])


def test_submissions_are_all_kept(
    measured: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(submissions, "served", lambda _: served(1))  # the second worker would only have to start
    found = submissions.measure("1", "4", "2", "3")
    submissions.tell(found, 1)
    kept = found["kept"]
    assert kept["accepted"] == kept["entries"] == kept["versions"] == len(found["sent"]) == 4
    assert (kept["lost"], kept["beyond"], kept["records_wrong"], kept["chain_broken"]) == (0, 0, 0, 0)
    assert "每份用服务进程的处理器" in capsys.readouterr().out


def test_sweeps_meet_their_lower_bounds_over_the_same_rows(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    built = build(units=2, projects=10)
    found = sweeps.figures(built.cycle)
    assert (found["scoring"]["rows"], found["deviations"]["rows"]) == (9 * 12, 2 * 9 * 12)
    for one in found.values():
        assert min(one["clock"], one["pure"][0], one["read"][0]) > 0
        sweeps.tell([one, one | {"rows": one["rows"] * 2}])
    assert capsys.readouterr().out.count("增长指数") == 4
    assert sweeps.one_by_one(built.cycle) > 0


def test_prereview_of_a_year_is_measured_beside_its_bounds(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    built = build(units=2, projects=10)
    found = prereview.figures(built.cycle)
    assert (found["goals"], found["rows"]) == (10, 10 * 12)
    assert min(found["clock"], found["pure"][0], found["read"][0], found["single"]) > 0
    prereview.tell([found, found | {"rows": found["rows"] * 2}])
    assert capsys.readouterr().out.count("增长指数") == 2
