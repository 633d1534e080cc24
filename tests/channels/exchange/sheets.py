"""Lists as bureaus send them, and what the preview says about them."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from jiheng.channels.exchange.catalogue import kinds
from jiheng.channels.exchange.services import confirm, upload
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.registers.subjects.models import SubjectYear
from tests.make import County, make_budget, make_promise, make_subject

DAY = date(2023, 6, 1)
PAYMENTS = ("项目代码", "支付金额", "支付日期", "凭证号")


def book(*rows: Sequence[Any], merge: Sequence[str] = ()) -> bytes:
    """An .xlsx of these rows."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for area in merge:
        sheet.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def send(
    county: County, kind: str, content: bytes, name: str = "list.xlsx", role: str = "performance_office"
) -> ImportBatch:
    """Upload a list on `DAY` and return its preview."""
    with clock.at(DAY):
        made = upload(
            kind=kinds()[kind], name=name, content=content, person=county.person(role), budget_year=2023
        )
    made.refresh_from_db()
    return made


def import_now(batch: ImportBatch, person: Person) -> ImportBatch:
    """Confirm a preview as it stands."""
    with clock.at(DAY):
        return confirm(batch=batch, person=person, fingerprint=batch.report["fingerprint"])


def wrong(batch: ImportBatch) -> dict[str, str]:
    """What must be put right, by cell."""
    return {cell: f"{message}；{expected}" for cell, _, message, _, _, expected in batch.report["problems"]}


def looks(batch: ImportBatch) -> dict[str, str]:
    """What should be looked at, by cell."""
    return {cell: message for cell, _, message in batch.report["notices"]}


def budgeted(county: County, code: str, fen: int = 100_000_000) -> SubjectYear:
    """A project with an approved goal and a budget (100 万元)."""
    year = make_subject(county, code=code, name=f"项目{code}")
    make_promise(year)
    make_budget(county, year, fen)
    return year
