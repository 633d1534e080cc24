"""The product's server as a measurement starts it, on a free port of this machine, over the database of the process."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Server(NamedTuple):
    """Where it answers, and the processes that do."""

    port: int
    workers: list[int]


@contextmanager
def served(workers: int) -> Iterator[Server]:
    """Serve with so many worker processes of four threads, as `serve` does with two; ended afterwards."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(workers), "--blocking-threads", "4"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "jiheng.site.wsgi:application"),
    ]
    server = subprocess.Popen(command, env=os.environ, stdout=2)  # what it prints is no figure
    try:
        wait_until_it_answers(port)
        yield Server(port, children(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(port: int, seconds: int = 60) -> None:
    """Wait for the first answer of the server."""
    for _ in range(seconds * 10):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/healthz")
            line.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            line.close()
    raise SystemExit("the server does not answer")


def children(pid: int) -> list[int]:
    """Return the worker processes of the server, or itself when it has none."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(one) for one in found] or [pid]


def peak_of(pid: int) -> float:
    """Return the largest memory that a process has held, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
