"""Backup and restore: a drill on the database in use, and everything an archive must not get away with."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from jiheng.foundation.accounts.models import Place, User
from jiheng.foundation.accounts.services import create_organisation
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.files.models import StoredFile
from jiheng.foundation.notices.services import mark_read
from jiheng.site.archive import Unusable, backup, refuse_filled, restore
from tests.make import BEGINNING, PDF
from tests.site.whole import county_with_a_file, empty, everything

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def own_files(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder of files of this test alone: a backup takes everything that lies there."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")


@pytest.fixture
def county(committed: None, own_files: None) -> Any:
    """A county with money, an approved goal and a file."""
    county = county_with_a_file()
    mark_read(county.person("bureau_leader"))
    return county


@pytest.fixture
def made(county: Any, tmp_path: Path) -> Path:
    """A backup of the county; the database is empty afterwards."""
    target = tmp_path / "backup.tar.gz"
    backup(target, Path(settings.MEDIA_ROOT))
    return target


def rewritten(source: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """The archive with members changed, renamed or (None) left out."""
    target = source.with_name("changed.tar.gz")
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            assert file is not None
            kept = change(member.name, file.read())
            if kept is not None:
                put(new, *kept)
    return target


def put(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def added(source: Path, *members: tarfile.TarInfo) -> Path:
    """The archive with members put in that it did not have."""
    target = rewritten(source, lambda name, content: (name, content))
    plain = target.with_suffix("")
    with tarfile.open(target) as old, tarfile.open(plain, "w:gz") as new:
        for member in old.getmembers():
            new.addfile(member, old.extractfile(member))
        for member in members:
            new.addfile(member, io.BytesIO(b"x" * member.size))
    return plain


def test_drill_brings_every_row_and_file_back(county: Any, made: Path, tmp_path: Path) -> None:
    before, heads = everything(), list(Head.objects.order_by("pk").values_list())
    assert sum(len(rows) for rows in before.values()) > 200
    empty()
    media = tmp_path / "media"
    done = restore(made, media)
    assert done.whole
    assert done.lines[0] == f"已恢复 {sum(len(rows) for rows in before.values())} 行、1 个附件"
    assert "与备份时一致" in done.lines[1]
    assert done.lines[1].startswith(Place.objects.get().name)
    assert everything() == before
    assert list(Head.objects.order_by("pk").values_list()) == heads
    assert first_break(county.place.pk) is None
    assert (media / str(StoredFile.objects.get().content.name)).read_bytes() == PDF


def test_restored_system_goes_on_working(made: Path, tmp_path: Path) -> None:
    """Numbers of new rows follow those that came back, and the chain goes on."""
    empty()
    restore(made, tmp_path / "media")
    place = Place.objects.get()
    county_after = User.objects.create(username="later", name="后来")
    assert county_after.pk > 1
    number = Head.objects.get().number
    create_organisation(place=place, code="later", name="后来", kind="unit", valid_from=BEGINNING)
    assert Head.objects.get().number == number + 1
    assert first_break(place.pk) is None


def test_backup_is_for_its_owner_alone_and_never_written_over(made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0
    content = made.read_bytes()
    with pytest.raises(Unusable, match="已经存在"):
        backup(made, Path(settings.MEDIA_ROOT))
    assert made.read_bytes() == content


def test_interrupted_backup_leaves_no_file(county: Any, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"

    def fail(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if "goals_goalindicator" in sql:
            raise OSError(28, "No space left on device")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail), pytest.raises(OSError, match="28"):
        backup(target, Path(settings.MEDIA_ROOT))
    assert list(tmp_path.iterdir()) == []


def test_backup_into_a_folder_that_is_not_there_says_so(county: Any, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="没有目录"):
        backup(tmp_path / "nowhere" / "b.tar.gz", Path(settings.MEDIA_ROOT))


def test_database_with_data_is_refused_untouched(county: Any, made: Path, tmp_path: Path) -> None:
    before = everything()
    for attempt in (refuse_filled, lambda: restore(made, tmp_path / "media")):
        with pytest.raises(Unusable, match="不是空的"):
            attempt()
    assert everything() == before
    assert not (tmp_path / "media").exists()


class TestBadArchive:
    """Refused in clear words, with nothing written."""

    @pytest.fixture(autouse=True)
    def _empty(self, made: Path) -> None:
        empty()

    def refused(self, source: Path, words: str, media: Path) -> None:
        with pytest.raises(Unusable, match=words) as refused:
            restore(source, media)
        assert "一" <= str(refused.value)[0] <= "鿿"
        refuse_filled()
        assert not Entry.objects.exists()

    def test_cut_file(self, made: Path, tmp_path: Path) -> None:
        content = made.read_bytes()
        for part in (0, 10, len(content) // 2, len(content) - 20, len(content) - 1):
            broken = tmp_path / "cut.tar.gz"
            broken.write_bytes(content[:part])
            self.refused(broken, "损坏或不完整|不完整", tmp_path / "media")

    def test_flipped_byte(self, made: Path, tmp_path: Path) -> None:
        content = bytearray(made.read_bytes())
        content[len(content) // 2] ^= 0xFF
        broken = tmp_path / "flipped.tar.gz"
        broken.write_bytes(bytes(content))
        self.refused(broken, "损坏|读不进来|不该有|不完整|不一致", tmp_path / "media")

    def test_something_else(self, tmp_path: Path) -> None:
        other = tmp_path / "other.tar.gz"
        other.write_bytes(b"not an archive at all")
        self.refused(other, "损坏", tmp_path / "media")

    def test_file_that_is_not_there(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "nothing", "没有文件", tmp_path / "media")

    @pytest.mark.parametrize(
        "name", ["media/../../evil", "/etc/evil", "../evil", "media/a/../../../evil", "rows/unknown.jsonl", "evil"]
    )
    def test_member_that_leads_out(self, made: Path, tmp_path: Path, name: str) -> None:
        self.refused(added(made, tarfile.TarInfo(name)), "不该有的内容", tmp_path / "media")
        assert not list(tmp_path.rglob("evil"))

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
    def test_member_that_is_no_file(self, made: Path, tmp_path: Path, kind: bytes) -> None:
        link = tarfile.TarInfo("media/files/link")
        link.type, link.linkname = kind, "/etc/passwd"
        self.refused(added(made, link), "不该有的内容", tmp_path / "media")

    def test_missing_table(self, made: Path, tmp_path: Path) -> None:
        broken = rewritten(made, lambda name, content: None if "ledgerentry" in name else (name, content))
        self.refused(broken, "缺少“rows/budgets.ledgerentry.jsonl”", tmp_path / "media")

    def test_other_version(self, made: Path, tmp_path: Path) -> None:
        for change, words in (({"format": 1}, "备份格式 1"), ({"schema": ["goals.0001"]}, "另一个版本")):
            broken = rewritten(
                made,
                lambda name, content, change=change: (  # type: ignore[misc]
                    name, json.dumps(json.loads(content) | change).encode() if name == "manifest.json" else content,
                ),
            )  # fmt: skip
            self.refused(broken, words, tmp_path / "media")

    def test_row_that_was_taken_out_of_the_chain(self, made: Path, tmp_path: Path) -> None:
        def cut(name: str, content: bytes) -> tuple[str, bytes]:
            if name == "rows/audit.head.jsonl":
                row = json.loads(content)
                row["fields"]["number"] -= 1
                content = json.dumps(row).encode()
            return name, content

        self.refused(rewritten(made, cut), "链头不一致", tmp_path / "media")

    def test_rows_that_belong_together_and_do_not(self, made: Path, tmp_path: Path) -> None:
        def orphan(name: str, content: bytes) -> tuple[str, bytes]:
            return name, b"" if name == "rows/accounts.place.jsonl" else content

        self.refused(rewritten(made, orphan), "读不进来", tmp_path / "media")

    def test_rows_of_another_table(self, made: Path, tmp_path: Path) -> None:
        def swap(name: str, content: bytes) -> tuple[str, bytes]:
            return name, content.replace(b'"accounts.place"', b'"accounts.user"') if "accounts.place" in name else content

        self.refused(rewritten(made, swap), "损坏|读不进来", tmp_path / "media")

    def test_changed_entry_comes_back_and_is_named(self, made: Path, tmp_path: Path) -> None:
        """The data may be all that is left: it comes back, and the status says that something is wrong."""

        def forge(name: str, content: bytes) -> tuple[str, bytes]:
            return name, content.replace("第一中学".encode(), "第九中学".encode()) if "audit.entry" in name else content

        done = restore(rewritten(made, forge), tmp_path / "media")
        assert not done.whole
        assert any("已被改动" in line for line in done.lines)

    def test_file_that_is_missing_or_changed_is_named(self, made: Path, tmp_path: Path) -> None:
        done = restore(
            rewritten(made, lambda name, content: None if name.startswith("media/") else (name, content)),
            tmp_path / "media",
        )
        assert not done.whole
        assert any("缺失或内容与摘要不符" in line for line in done.lines)
