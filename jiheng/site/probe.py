"""A probe for containers: is the web process or the worker of this container well? Needs nothing but Python."""

import json
import os
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

LATE_AFTER = 120


def web(port: int) -> bool:
    """Whether the web process answers and reaches its database."""
    line = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        # Behind a proxy the site is reached encrypted; here the probe says so in the proxy's place.
        line.request("GET", "/healthz", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        answer = line.getresponse()
        return answer.status == 200 and json.loads(answer.read())["database"] == "ok"
    except (OSError, HTTPException, ValueError, KeyError):
        return False
    finally:
        line.close()


def worker(folder: Path) -> bool:
    """Whether the worker has touched its beat lately."""
    try:
        return time.time() - (folder / "worker-beat").stat().st_mtime < LATE_AFTER
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    """Answer 0 when well, 1 when not."""
    if arguments[:1] == ["worker"]:
        return 0 if worker(Path(os.environ.get("JIHENG_DATA", "var"))) else 1
    return 0 if web(int(arguments[1]) if len(arguments) > 1 else 8000) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
