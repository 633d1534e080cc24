"""Several people at once: each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def all_at_once(*deeds: Callable[[], Any], seconds: float = 60) -> list[Any]:
    """Let every deed begin at the same moment; return for each what it returned or the exception it raised."""
    start = Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def run(at: int, deed: Callable[[], Any]) -> None:
        try:
            start.wait(seconds)
            answers[at] = deed()
        except Exception as error:  # noqa: BLE001 -- the test looks at each
            answers[at] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=one, daemon=True) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits for a lock"
    return answers


def names_of(answers: Sequence[Any]) -> list[str]:
    """Return how each ended: the name of its exception, or "done"."""
    return sorted(type(one).__name__ if isinstance(one, Exception) else "done" for one in answers)
