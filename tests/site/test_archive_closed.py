"""A closed year comes back whole and closed, from a backup and from an export; the proof of its records comes along."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import DatabaseError, connection, transaction

from jiheng.foundation import clock
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.files.services import attach
from jiheng.registers.budgets.proving import broken_ledger
from jiheng.registers.cycles import freeze
from jiheng.registers.cycles.closing import ask_turn, decide_turn
from jiheng.registers.cycles.models import Cycle, Turn
from jiheng.registers.subjects.models import SubjectYear
from jiheng.site.archive import backup, restore
from jiheng.site.export import export_all, import_all
from tests.guards import take_away
from tests.make import PDF, County, make_county, make_subject
from tests.site.whole import county_with_a_file, empty

pytestmark = pytest.mark.usefixtures("committed")


def turned(county: County, kind: str) -> None:
    """Close the year or open it again, by two people."""
    cycle = Cycle.objects.get(pk=county.cycle.pk)
    asked = ask_turn(cycle=cycle, kind=kind, reason="审计要求更正", person=county.person("performance_office"))
    decide_turn(turn=asked, granted=True, opinion="同意", person=county.person("bureau_leader"))


def named(county: County) -> list[str]:
    """What a verification says of ledger and records."""
    return broken_ledger(county.place.pk) + proved_records(county.place.pk).lines


def past_the_system(kind: str, change: Callable[[], object], county: County) -> None:
    """A change of the tables themselves is named, and nothing once it is undone."""
    put_back = take_away()
    with transaction.atomic():
        change()
        found = named(county)
        transaction.set_rollback(True)
    put_back()
    assert found, kind
    assert all(kind in line for line in found)
    assert named(county) == []


@pytest.mark.parametrize(("way", "back"), [(backup, restore), (export_all, import_all)])
def test_closed_year_comes_back_closed_and_proved(
    settings: Any, tmp_path: Path, way: Callable[..., Any], back: Callable[..., Any]
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    county = make_county()
    year = make_subject(county)
    attach(subject=year, row="", name="立项批复.pdf", content=PDF, person=county.person("unit_project"))
    with clock.at(date(2024, 11, 1)):
        for kind in ("close", "reopen", "close"):
            turned(county, kind)
            assert named(county) == [], kind
    past_the_system("预算年度", lambda: Cycle.objects.update(state="open"), county)
    past_the_system("预算年度", lambda: Turn.objects.filter(kind="reopen").update(decider="别人"), county)
    target = tmp_path / "whole.tar.gz"
    way(target, Path(configured.MEDIA_ROOT))
    empty()
    done = back(target, Path(configured.MEDIA_ROOT))
    assert done.whole, done.lines
    assert Cycle.objects.get().state == "closed"
    assert "goals_goal" in freeze.guarded()
    with pytest.raises(DatabaseError, match="closed budget year"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subjectyear SET name = '改'")
    told = proved_records(county.place.pk)
    assert (told.lines, told.unsealed) == ([], 0)
    assert told.records > 20
    past_the_system("项目", lambda: SubjectYear.objects.update(requested_fen=1), county)
    with clock.at(date(2024, 11, 2)):
        turned(county, "reopen")
    past_the_system("预算年度", lambda: Turn.objects.order_by("-pk")[:1].get().delete(), county)
    make_subject(county, name="读回之后照常办理")
    assert named(county) == []


def test_a_backup_of_what_was_changed_past_the_system_says_so(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    county_with_a_file()
    SubjectYear.objects.update(requested_fen=1)
    target = tmp_path / "whole.tar.gz"
    backup(target, Path(configured.MEDIA_ROOT))
    empty()
    done = restore(target, Path(configured.MEDIA_ROOT))
    assert not done.whole
    [line] = [one for one in done.lines if "绕过系统" in one]
    assert line.startswith("测试县在备份前已被绕过系统改动：项目 ")
