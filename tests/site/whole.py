"""The whole of a database: a county to keep, every row of it, and nothing at all."""

from typing import Any

from django.core.management import call_command

from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.services import attach
from jiheng.site.archive import kept_models
from tests.guards import take_away
from tests.make import PDF, County, make_budget, make_county, make_goal, make_subject


def county_with_a_file() -> County:
    """A county with money, an approved goal and a file."""
    county = make_county()
    year = make_subject(county)
    make_budget(county, year, 123_456_789_012_345)
    with act(county.person("treasury")):  # what came by no service is told by none of its acts
        record("ledger.post", year, {"entries": 1, "fen": 123_456_789_012_345, "kind": "initial"})
    goal = make_goal(county, year, "approved")
    attach(subject=goal, row="", name="批复“一”.pdf", content=PDF, person=county.person("unit_project"))
    return county


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that a backup holds."""
    return {one._meta.label: list(one._default_manager.order_by("pk").values()) for one in kept_models()}


def empty() -> None:
    """Leave the tables without a row, as after a first migrate."""
    put_back = take_away()
    call_command("flush", interactive=False, verbosity=0)
    put_back()
