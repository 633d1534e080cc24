"""The same file from several people at the same moment."""

from pathlib import Path

import pytest

from jiheng.foundation.files.models import StoredFile
from jiheng.foundation.files.services import store_file
from tests.make import PDF
from tests.threads import all_at_once, names_of


@pytest.mark.concurrency
def test_same_bytes_at_the_same_moment_are_kept_once(committed: None) -> None:
    answers = all_at_once(*[lambda: store_file(name="批复.pdf", content=PDF + b"at once")] * 4)
    assert names_of(answers) == ["done"] * 4
    assert StoredFile.objects.count() == 1
    folder = Path(StoredFile.objects.get().content.path)
    assert len(list(folder.parent.glob(f"{folder.stem}*"))) == 1
