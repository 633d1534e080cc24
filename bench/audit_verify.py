"""Verifying an audit chain, entry by entry: in the database, and in the exported file by the verifier alone.

A generated chain of one place, with details of the size that a year's work leaves (about 150 bytes) and 200 actors.
Lower bound: hashing the very same bytes, prepared in memory, with the same algorithm and nothing else.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench import _measure

SIZES = (100_000, 300_000, 1_000_000)
ALGORITHMS = ("sha256", "sm3")
REPEATS = 3
ACTORS = 200
BATCH = 5_000


def measure(size: str, algorithm: str) -> _measure.Figures:
    """Fill a chain of so many entries and verify it each way."""
    from jiheng.foundation.accounts.models import Place  # noqa: PLC0415  # after the set-up
    from jiheng.foundation.audit.export import export_chains  # noqa: PLC0415
    from jiheng.foundation.audit.models import Entry, Head  # noqa: PLC0415
    from jiheng.foundation.audit.queries import first_break, sealed_rows  # noqa: PLC0415
    from jiheng.foundation.audit.verifier import canonical, content_of, digest_of  # noqa: PLC0415

    place = Place.objects.create(code="bench", name="量测县")
    rows = chain(place.pk, int(size), algorithm)
    digest = ""
    while some := list(islice(rows, BATCH)):
        Entry.objects.bulk_create(some, batch_size=1000)
        digest = some[-1].digest
    Head.objects.create(place=place, number=int(size), digest=digest, algorithm=algorithm)
    base = _measure.peak_mb()
    anchors = {int(size) // 2: Entry.objects.get(number=int(size) // 2).digest, int(size): digest}

    spent: list[float] = []

    def whole() -> None:
        begun = time.process_time()
        assert first_break(place.pk, anchors) is None
        spent.append(time.process_time() - begun)

    verified = _measure.repeated(REPEATS, whole)
    peak = _measure.peak_mb()
    prepared = [
        f"{row['previous']}\n{canonical(content_of(row))}".encode()
        for row in islice(sealed_rows(place.pk), 100_000)
    ]

    def hashing() -> None:
        for one in prepared:
            digest_of(algorithm, one)

    share = int(size) / len(prepared)
    bare = [taken * share for taken in _measure.repeated(REPEATS, hashing).values]
    with tempfile.TemporaryDirectory() as folder:
        export_chains([], Path(folder), names=True)
        command = [sys.executable, "-I", f"{folder}/verify.py", f"{folder}/链-bench.jsonl", "--anchor", f"{size}:{digest}"]
        offline = _measure.repeated(1, lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    return {
        "entries": int(size), "algorithm": algorithm, "verified": verified.values, "bare": bare,
        "offline": offline.values, "cpu": min(spent), "base_mb": base, "peak": peak,
    }  # fmt: skip


def chain(place: int, size: int, algorithm: str) -> Iterator[Any]:
    """Give the entries of a chain as a year's work would leave them, sealed, with names beside it."""
    from jiheng.foundation.audit.asides import beside  # noqa: PLC0415  # after the set-up
    from jiheng.foundation.audit.chain import seal  # noqa: PLC0415
    from jiheng.foundation.audit.models import Entry  # noqa: PLC0415
    from jiheng.foundation.audit.services import sealed_content  # noqa: PLC0415

    people = [beside(place, algorithm, f"经办{one}（第 {one} 单位 项目经办）", f"accounts.user:{one}") for one in range(ACTORS)]
    begun, digest = datetime(2023, 1, 1, tzinfo=UTC), ""
    for number in range(1, size + 1):
        who = people[number % ACTORS]
        row = Entry(
            place_id=place, number=number, at=begun + timedelta(seconds=7 * number), sealed_actor=who.digest, who=who,
            actor_id=number % ACTORS, role="unit_project", action="goals.save_content",
            subject=f"goals.goal:{number % 5000}", clause="《项目支出绩效评价管理办法》第十二条", request=f"{number:032x}",
            detail={"values": {"产出数量": f"{number} 项", "时效": "2023-11-30"}, "from": "填报", "to": "填报", "fen": number},
            format=2, algorithm=algorithm, previous=digest,
        )  # fmt: skip
        digest = row.digest = seal(algorithm, digest, sealed_content(row))
        yield row


def report() -> None:
    """Measure every size and print."""
    for server in _measure.servers():
        for algorithm in ALGORITHMS:
            _measure.title(f"核验审计链，{server}，{algorithm}")
            found = [_measure.fresh("bench.audit_verify", size, algorithm, server=server) for size in SIZES]
            _measure.table(
                (
                    *("条", "核验（库内，对照两个锚点）", "每百万条", "其中处理器时间（每百万条）"),
                    *("下限：只算同样字节的摘要", "倍数", "离线核验程序", "峰值 MiB（建好数据时）"),
                ),
                [
                    (
                        f"{one['entries']:,}",
                        str(times := _measure.Times(tuple(one["verified"]))),
                        f"{times.median / one['entries'] * 1_000_000:.1f} s",
                        f"{one['cpu'] / one['entries'] * 1_000_000:.1f} s",
                        str(bare := _measure.Times(tuple(one["bare"]))),
                        f"{times.median / bare.median:.1f}",
                        str(_measure.Times(tuple(one["offline"]))),
                        f"{one['peak']:.0f}（{one['base_mb']:.0f}）",
                    )
                    for one in found
                ],
            )
            medians = [_measure.Times(tuple(one["verified"])).median for one in found]
            print(f"增长指数 {_measure.growth([one['entries'] for one in found], medians)}")


if __name__ == "__main__":
    _measure.run(measure, report)
