"""A backup with a closed year comes back whole, and the year is closed in the new database, too."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from jiheng.foundation import clock
from jiheng.registers.cycles import freeze
from jiheng.registers.cycles.closing import ask_turn, decide_turn
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.site.archive import backup, restore
from tests.guards import take_away
from tests.make import make_budget, make_county, make_subject

pytestmark = pytest.mark.usefixtures("committed")


def test_closed_year_comes_back_closed(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    county = make_county()
    make_budget(county, make_subject(county))
    with clock.at(date(2024, 11, 1)):
        office, leader = county.person("performance_office"), county.person("bureau_leader")
        asked = ask_turn(cycle=county.cycle, kind="close", reason="年度结束", person=office)
        decide_turn(turn=asked, granted=True, opinion="同意", person=leader)
    media = Path(configured.MEDIA_ROOT)
    target = tmp_path / "whole.tar.gz"
    backup(target, media)
    put_back = take_away()
    call_command("flush", interactive=False, verbosity=0)
    put_back()
    done = restore(target, media)
    assert done.whole, done.lines
    assert Cycle.objects.get().state == "closed"
    assert SubjectYear.objects.count() == 1
    assert "goals_goal" in freeze.guarded()
    with pytest.raises(DatabaseError, match="closed budget year"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subjectyear SET name = '改'")
