"""Dockerfile and compose.yaml as far as they can be checked without an engine: they parse, and what they name exists.

That the images build and the containers run is not tested here.
"""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiheng.site import health, probe
from jiheng.site.cli import parser
from tests.contracts.sources import ROOT

LINES = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
STEPS = [line.split(maxsplit=1) for line in LINES if line and not line.startswith("#")]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ["web", "worker", "daily"]


def steps(word: str) -> list[str]:
    return [rest for one, rest in STEPS if one == word]


def ours(command: list[str]) -> None:
    """Check that a command of ours is one that the program takes."""
    assert command[:2] == ["python", "-m"]
    assert find_spec(command[2]) is not None
    if command[2] == "jiheng.site.cli":
        parser().parse_args(command[3:])  # ends the program for a wrong call
    else:
        assert command[2] == "jiheng.site.probe"
        assert command[3:] in (["web"], ["worker"])


def test_every_step_is_one_that_files_of_this_kind_have() -> None:
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {one for one, _ in STEPS} <= known


def test_everything_copied_is_in_the_repository_and_let_through() -> None:
    let = [
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    ]
    for rest in steps("COPY"):
        if rest.startswith("--from="):
            continue
        *names, _ = rest.split()
        for name in names:
            assert (ROOT / name).exists(), name
            assert name in let, name
    assert [name for name in let if not (ROOT / name).exists()] == []


def test_stages_copied_from_are_there() -> None:
    made = {rest.rpartition(" AS ")[2] for rest in steps("FROM") if " AS " in rest}
    named = {rest.split()[0].removeprefix("--from=") for rest in steps("COPY") if rest.startswith("--from=")}
    assert named == made


def test_packages_are_checked_against_their_digests() -> None:
    [installing] = [rest for rest in steps("RUN") if "pip install" in rest]
    assert "--require-hashes" in installing
    assert any("npm ci --ignore-scripts" in rest for rest in steps("RUN"))


def test_image_runs_as_nobody_in_particular() -> None:
    assert steps("USER") == ["jiheng"]
    words = [one for one, _ in STEPS]
    assert max(at for at, one in enumerate(words) if one in {"RUN", "COPY"}) < words.index("USER")


def test_commands_of_the_image_exist() -> None:
    ours(yaml.safe_load(steps("CMD")[-1]))
    ours(yaml.safe_load(steps("HEALTHCHECK")[-1].partition("CMD ")[2]))


def test_no_secret_stands_in_image_or_composition() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8") + (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert re.findall(r"(?:SECRET_KEY|PASSWORD|DATABASE_URL)\s*[=:]\s*(?!/run/secrets/)\S+", text) == []
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", OURS)
def test_container_of_ours_is_closed(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["volumes"] == ["data:/var/lib/jiheng"]
    ours(service["command"])
    if "healthcheck" in service:
        ours(service["healthcheck"]["test"][1:])


def test_settings_of_the_containers_are_those_of_the_program() -> None:
    documented = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    for name in COMPOSE["services"]["web"]["environment"]:
        assert f"`{name.removesuffix('_FILE')}`" in documented
    assert COMPOSE["services"]["web"]["environment"]["JIHENG_SECOND_FACTOR"] == "1"


def test_what_the_composition_refers_to_is_in_it() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert {one.split(":")[0] for one in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in COMPOSE["services"][needed]


def test_only_the_web_process_is_reached_and_only_from_this_machine() -> None:
    assert {name: one["ports"] for name, one in COMPOSE["services"].items() if "ports" in one} == {
        "web": ["127.0.0.1:8000:8000"]
    }


def test_guide_names_commands_and_files_that_exist() -> None:
    guide = (ROOT / "docs" / "operations" / "containers.md").read_text(encoding="utf-8")
    for line in re.findall(r"jiheng\.site\.cli ([^\n`]+)", guide):
        parser().parse_args(shlex.split(line))
    for name in COMPOSE["secrets"].values():
        assert name["file"].removeprefix("./") in guide


class TestProbe:
    """The probe tells a living worker from a dead one, and a web process from none."""

    def test_worker_by_its_beat(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JIHENG_DATA", str(tmp_path))
        assert probe.main(["worker"]) == 1
        (tmp_path / health.beat_file().name).touch()
        assert probe.main(["worker"]) == 0
        assert probe.LATE_AFTER == health.LATE_AFTER

    def test_nobody_answers(self) -> None:
        assert probe.main(["web", "1"]) == 1
