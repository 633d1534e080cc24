"""A PostgreSQL of the tests' own: made in a temporary folder, started, killed and started again at will."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Cluster:
    """One server on a free port; no cluster of the system is touched."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jiheng-cluster-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.binaries = BINARIES[-1]
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", self.data, "-U", "jiheng", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "jiheng", "jiheng")

    @property
    def data(self) -> str:
        """Where the server keeps its data."""
        return str(self.folder / "data")

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://jiheng@127.0.0.1:{self.port}/jiheng"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Take it away at once, as when its power went."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        subprocess.run(self._as("pg_ctl", "-D", self.data, "-m", "immediate", "stop"), cwd="/", capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _as(self, program: str, *arguments: str) -> Sequence[str]:
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        return [*as_owner, str(self.binaries / program), *arguments]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self._as(program, *arguments), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
