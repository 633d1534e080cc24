"""The product's server as a measurement starts it, on a free port of this machine, over the database of the process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bench.pages import children, free_port, wait_until_it_answers


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
    server = subprocess.Popen(command, env=os.environ, stdout=sys.stderr)
    try:
        wait_until_it_answers(port)
        yield Server(port, children(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
