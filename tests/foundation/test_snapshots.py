"""What tests put back is what was built: rows, files, the library's search, the guards, the numbers that come next."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.search import asking
from jiheng.registers.indicators.services import load_library
from tests import snapshots
from tests.make import make_county

pytestmark = pytest.mark.django_db
FILE = "snapshots/示例.txt"


def built() -> None:
    """A county with its library and a file."""
    made = make_county()
    load_library(place=made.place, person=made.person("performance_office"))
    default_storage.save(FILE, ContentFile("原件".encode()))


def told() -> dict[str, object]:
    """The rows of every table; PostgreSQL keeps them in no order."""
    return {
        table: sorted(rows.splitlines()) if isinstance(rows, bytes) else rows
        for table, rows in snapshots.stored_rows().items()
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    monkeypatch.setenv(snapshots.FOLDER, str(tmp_path))
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


def test_what_is_put_back_is_what_was_built(folder: Path) -> None:
    empty = told()
    with transaction.atomic():
        snapshots.put("county", built)
        first, numbers = told(), Place.objects.get().pk
        words = LibraryIndicator.objects.order_by("pk")[0].name
        found = set(asking(LibraryIndicator.objects.all(), words).values_list("pk", flat=True))
        assert found
        transaction.set_rollback(True)
    assert told() == empty
    default_storage.delete(FILE)
    snapshots.put("county", lambda: pytest.fail("it was built already"))
    assert told() == first != empty
    assert (folder / FILE).read_text(encoding="utf-8") == "原件"
    assert set(asking(LibraryIndicator.objects.all(), words).values_list("pk", flat=True)) == found
    assert first_break(numbers) is None
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(action="other")
    with transaction.atomic():
        place = Place.objects.get()
        Place.objects.create(code="next", name="邻县", parent=place)
