"""The bundle for those who look for a fault: everything that helps, nothing about anybody."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from jiheng.channels.scenarios.demo import PASSWORD
from jiheng.foundation.accounts.models import Organisation, Place, User
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.site import support

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(demo_county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("JIHENG_OIDC_CLIENT_SECRET", "very-secret-value")
    monkeypatch.setenv("JIHENG_DATABASE_URL", "postgresql://jiheng:db-password@db.internal/jiheng")
    monkeypatch.setenv("JIHENG_HOSTS", "jixiao.example.gov.cn")
    monkeypatch.setenv("JIHENG_HTTPS", "1")
    parts = support.bundle(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        assert archive.namelist() == parts
        return {name: archive.read(name).decode() for name in parts}


def test_nobody_stands_in_it(told: dict[str, str]) -> None:
    whole = "\n".join(told.values())
    people = {value for pair in User.objects.values_list("username", "name") for value in pair}
    bodies = set(Organisation.objects.values_list("name", flat=True)) | set(Place.objects.values_list("name", flat=True))
    subjects = set(SubjectYear.objects.values_list("name", flat=True))
    evaluators = set(Evaluator.objects.values_list("name", flat=True))
    assert len(people) > 60
    assert len(bodies) > 20
    assert [one for one in people | bodies | subjects | evaluators if one and one in whole] == []
    assert re.findall(r"(?<![0-9a-f.])1[3-9]\d{9}(?![0-9a-f])", whole) == []


def test_no_secret_stands_in_it(told: dict[str, str], settings: object) -> None:
    whole = "\n".join(told.values())
    hidden = [
        "very-secret-value", "db-password", "db.internal", "jixiao.example", PASSWORD,
        settings.SECRET_KEY, str(settings.DATA),  # type: ignore[attr-defined]
    ]  # fmt: skip
    assert [one for one in hidden if one in whole] == []
    found = json.loads(told["settings.json"])
    assert found["JIHENG_OIDC_CLIENT_SECRET"] == found["JIHENG_DATABASE_URL"] == "已设置"
    assert found["JIHENG_HTTPS"] == "1"


def test_it_says_what_helps(told: dict[str, str]) -> None:
    assert json.loads(told["versions.json"])["packages"]["Django"]
    assert json.loads(told["tables.json"])["accounts.User"] == User.objects.count()
    [chain] = json.loads(told["chain.json"])
    assert chain["whole"] is True
    assert chain["number"] > 100
    assert json.loads(told["packs.json"]).keys() >= {"national", "ningxia-yanchi"}
    assert json.loads(told["health.json"])["database"] == "ok"


def test_file_that_is_there_is_not_written_over(demo_county: None, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_text("old", encoding="utf-8")
    with pytest.raises(FileExistsError):
        support.bundle(tmp_path / "bundle.zip")
    assert (tmp_path / "bundle.zip").read_text(encoding="utf-8") == "old"
