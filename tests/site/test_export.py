"""Everything leaves with its schema, verifies itself, and comes back equal; on both databases and across them."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.files.models import StoredFile
from jiheng.site import export_check
from jiheng.site.archive import Unusable, kept_models
from jiheng.site.export import export_all, import_all, schema_of
from tests.clusters import Cluster
from tests.make import PDF, make_subject
from tests.site.whole import county_with_a_file, empty, everything

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def county(committed: None, settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A county with money, an approved goal and a file, in a folder of files of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
    return county_with_a_file()


@pytest.fixture
def made(county: Any, tmp_path: Path) -> Path:
    target = tmp_path / "全部"
    export_all(target, Path(settings.MEDIA_ROOT))
    return target


@pytest.mark.feature("10.32")
@pytest.mark.parametrize("name", ["导出", "导出.tar.gz"])
def test_everything_comes_back_equal(county: Any, tmp_path: Path, settings: Any, name: str) -> None:
    target = tmp_path / name
    said = export_all(target, Path(settings.MEDIA_ROOT))
    assert "完好" in said[1]
    before, heads = everything(), list(Head.objects.values_list("place_id", "number", "digest"))
    empty()
    settings.MEDIA_ROOT = tmp_path / "新附件"
    done = import_all(target, tmp_path / "新附件")
    assert done.whole, done.lines
    assert everything() == before
    assert list(Head.objects.values_list("place_id", "number", "digest")) == heads
    assert first_break(county.place.pk) is None
    stored = StoredFile.objects.get()
    assert (tmp_path / "新附件" / str(stored.content.name)).read_bytes() == PDF
    make_subject(county, name="读回之后照常办理")
    assert first_break(county.place.pk) is None


def test_export_verifies_itself_without_the_program(made: Path) -> None:
    command = [sys.executable, "-I", "-S", str(made / "verify.py")]
    done = subprocess.run(command, cwd="/", env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, "完好" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda text: text.replace("测试县", "邻近县", 1), "内容与摘要不符"),
        (None, "缺少"),
        ("extra", "多出"),
    ],
)
def test_harm_to_an_export_is_named_and_nothing_is_read(made: Path, tmp_path: Path, harm: Any, said: str) -> None:
    rows = made / "rows" / "accounts.place.jsonl"
    if harm is None:
        rows.unlink()
    elif harm == "extra":
        (made / "rows" / "别的.jsonl").write_text("{}", encoding="utf-8")
    else:
        rows.write_text(harm(rows.read_text(encoding="utf-8")), encoding="utf-8")
    empty()
    with pytest.raises(Unusable, match=said):
        import_all(made, tmp_path / "m")
    assert not Entry.objects.exists()


def resealed(folder: Path, table: str, change: Callable[[dict[str, Any]], None]) -> list[str]:
    """Change the first row of a table and mend its digest, as somebody with an editor would; what is said then."""
    rows = folder / "rows" / f"{table}.jsonl"
    lines = rows.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[0])
    change(row)
    rows.write_text("\n".join([json.dumps(row, ensure_ascii=False), *lines[1:]]) + "\n", encoding="utf-8")
    path = folder / export_check.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"][f"rows/{table}.jsonl"]["sha256"] = export_check.digest_of(rows)
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return export_check.problems_of(folder)


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("accounts.organisation", {"place": 999}, "指向不存在的 accounts.place 999"),
        ("accounts.organisation", {"name": 5}, "类型不对"),
        ("accounts.place", {"code": "长" * 500}, "超过"),
        ("accounts.place", {"新字段": 1}, "多出或缺少"),
    ],
)
def test_row_that_does_not_fit_its_schema_is_named(made: Path, table: str, change: dict[str, Any], said: str) -> None:
    assert any(said in one for one in resealed(made, table, lambda row: row.update(change)))


def test_every_table_tells_its_schema() -> None:
    for model in kept_models():
        told = schema_of(model)
        assert set(told["required"]) == set(told["properties"])
        assert all(one.get("type") for one in told["properties"].values()), model


def test_what_is_there_is_not_written_over_and_a_filled_database_is_left_alone(made: Path, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="已经存在"):
        export_all(made, tmp_path)
    with pytest.raises(Unusable, match="不是空的"):
        import_all(made, tmp_path)


def test_archive_that_is_cut_or_climbs_out_is_refused(made: Path, tmp_path: Path) -> None:
    empty()
    packed = tmp_path / "a.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(made, arcname="../jiheng")
    with pytest.raises(Unusable, match="损坏"):
        import_all(packed, tmp_path / "m")
    packed.write_bytes(packed.read_bytes()[:500])
    with pytest.raises(Unusable, match="损坏"):
        import_all(packed, tmp_path / "m")


# --- from one database into the other and back


def command(database: str, data: Path, *arguments: str) -> str:
    """Run a command of the installation on a database of its own."""
    # Not the settings of the tests either: those keep their files in a folder that goes with the process.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("JIHENG_", "DJANGO_"))}
    environment |= {
        "JIHENG_DATABASE_URL": database, "JIHENG_DATA": str(data), "JIHENG_SECRET_KEY": "for-the-move-" + "0k1" * 20,
    }  # fmt: skip
    told = [sys.executable, "-m", "jiheng.site.cli", *arguments]
    done = subprocess.run(told, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows_of(folder: Path) -> dict[str, str]:
    """The digest of every table and attachment of an export."""
    manifest = json.loads((folder / export_check.MANIFEST).read_text(encoding="utf-8"))
    return {name: told["sha256"] for name, told in manifest["files"].items() if name.startswith(("rows/", "media/"))}


@pytest.fixture
def other_database(tmp_path: Path) -> Iterator[str]:
    """An empty database of the other kind."""
    if connection.vendor == "postgresql":
        (tmp_path / "there").mkdir()
        yield f"sqlite:///{tmp_path}/there/other.sqlite3"
        return
    cluster = Cluster()
    yield cluster.url
    cluster.remove()


@pytest.mark.feature("10.20")
def test_move_between_databases_and_back_leaves_every_row_equal(made: Path, tmp_path: Path, other_database: str) -> None:
    """From the database in use into the other kind, from there back into SQLite: every table's file is the same."""
    there, back = tmp_path / "there", tmp_path / "back"
    command(other_database, there, "import-all", str(made))
    command(other_database, there, "export-all", str(tmp_path / "从那边导出"))
    home = f"sqlite:///{back}/back.sqlite3"
    back.mkdir()
    command(home, back, "import-all", str(tmp_path / "从那边导出"))
    command(home, back, "export-all", str(tmp_path / "又导出"))
    assert rows_of(tmp_path / "从那边导出") == rows_of(made) == rows_of(tmp_path / "又导出")
    assert "审计链完整" in command(home, back, "audit", "verify")
    packed = tmp_path / "备份.tar.gz"
    command(home, back, "backup", str(packed))
    third = tmp_path / "third"
    third.mkdir()
    command(f"sqlite:///{third}/third.sqlite3", third, "restore", str(packed))
    heads = [command(url, data, "audit", "anchor") for url, data in ((other_database, there), (home, back))]
    heads.append(command(f"sqlite:///{third}/third.sqlite3", third, "audit", "anchor"))
    assert len(set(heads)) == 1, "the heads of the chains are equal everywhere"
