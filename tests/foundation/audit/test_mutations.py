"""Ten thousand random edits, deletions, reorderings, insertions and truncations after an anchor: every one is named."""

import copy
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break, sealed_rows
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.audit.verifier import (
    ALGORITHMS,
    COVERED,
    NEWEST,
    Walk,
    canonical,
    content_of,
    seal,
    sealed_text,
)
from tests.guards import take_away
from tests.make import make_organisation, make_person, make_place

Row = dict[str, Any]
TIMES = 10_000
LENGTH = 24


def chain(seed: int, algorithm: str) -> list[Row]:
    """A chain of a whole number of entries, the first third of it in format 1 where SHA-256 seals."""
    chance = random.Random(seed)
    rows: list[Row] = []
    begun = datetime(2023, 1, 5, tzinfo=UTC)
    for number in range(1, LENGTH + 1):
        row: Row = {
            "place": 1, "number": number, "at": (begun + timedelta(hours=number)).isoformat(),
            "actor": f"张{number % 3}" if number < 8 else f"sha256:{number % 3:064x}", "actor_id": number % 5,
            "role": "unit_head", "action": "goals.approve", "subject": f"goals.goal:{chance.randrange(9)}",
            "detail": {"fen": chance.randrange(10**9), "from": "填报", "to": "审核", "rows": [1, {"a": 2}]},
            "clause": f"第{number}条", "request": f"r{number // 2}",
            "format": 1 if number < 8 and algorithm == "sha256" else NEWEST, "algorithm": algorithm,
        }  # fmt: skip
        rows.append(row)
    return resealed(rows)


def resealed(rows: list[Row]) -> list[Row]:
    """Make every link right again, as somebody with the program at hand would."""
    digest = ""
    for row in rows:
        row["previous"] = digest
        digest = row["digest"] = seal(row["algorithm"], digest, content_of(row))
    return rows


def other(value: Any, chance: random.Random) -> Any:
    """Another value of the same shape."""
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 100))
    if isinstance(value, dict):
        key = chance.choice(sorted(value))
        return chance.choice(({**value, key: "改"}, {**value, "多": 1}, {k: v for k, v in value.items() if k != key}))
    return chance.choice((value + "0", value[:-1], "改"))


def edit(rows: list[Row], chance: random.Random) -> None:
    row = chance.choice(rows)
    key = chance.choice((*COVERED, "format", "algorithm", "previous", "digest"))
    before = copy.deepcopy(row[key])
    while row[key] == before:
        row[key] = chance.choice((1, NEWEST, 3)) if key == "format" else other(before, chance)


def edit_resealed(rows: list[Row], chance: random.Random) -> None:
    """Somebody changes an entry and gives it the digest that fits."""
    row = chance.choice(rows)
    row["detail"] = other(row["detail"], chance)
    row["digest"] = seal(row["algorithm"], row["previous"], content_of(row))


def rewrite(rows: list[Row], chance: random.Random) -> None:
    """An administrator changes an entry up to the anchor and rebuilds the whole chain behind it."""
    row = rows[chance.randrange(LENGTH - 3)]
    row["clause"] += "改"
    resealed(rows)


def reseal_with_other_algorithm(rows: list[Row], chance: random.Random) -> None:
    at = chance.randrange(LENGTH - 3)
    for row in rows[at:]:
        row["algorithm"] = "sm3" if row["algorithm"] == "sha256" else "sha256"
        row["format"] = NEWEST
    resealed(rows)


def delete(rows: list[Row], chance: random.Random) -> None:
    del rows[chance.randrange(len(rows))]


def delete_and_close_up(rows: list[Row], chance: random.Random) -> None:
    """An entry goes, the others are numbered and sealed anew."""
    del rows[chance.randrange(LENGTH - 3)]
    for number, row in enumerate(rows, start=1):
        row["number"] = number
    resealed(rows)


def swap(rows: list[Row], chance: random.Random) -> None:
    one, two = chance.sample(range(len(rows)), 2)
    rows[one], rows[two] = rows[two], rows[one]
    if chance.random() < 0.5:
        rows[one]["number"], rows[two]["number"] = rows[two]["number"], rows[one]["number"]


def shuffle(rows: list[Row], chance: random.Random) -> None:
    at = chance.randrange(len(rows) - 2)
    some = rows[at : at + 3]
    rows[at : at + 3] = some[1:] + some[:1]


def insert(rows: list[Row], chance: random.Random) -> None:
    at = chance.randrange(len(rows))
    rows.insert(at, copy.deepcopy(rows[chance.randrange(len(rows))]))
    if chance.random() < 0.5:
        for number, row in enumerate(rows, start=1):
            row["number"] = number


def truncate(rows: list[Row], chance: random.Random) -> None:
    """The tail goes, down into what the anchor covers."""
    del rows[chance.randrange(LENGTH - 3) :]


HARMS: tuple[Callable[[list[Row], random.Random], None], ...] = (
    edit, edit, edit, edit_resealed, rewrite, reseal_with_other_algorithm, delete, delete_and_close_up, swap, shuffle,
    insert, truncate,
)  # fmt: skip


def broken(rows: list[Row], anchors: dict[int, str], head: tuple[int, str]) -> str:
    """What the verifier says, with the head that the database still has."""
    walk = Walk(anchors)
    for row in rows:
        found = walk.step(row)
        if found is not None:
            return str(found)
    ended = walk.end()
    if ended is not None:
        return str(ended)
    return "" if (walk.number, walk.digest) == head else f"第 {min(head[0], walk.number) + 1} 条：与链头不符"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_random_harm_after_an_anchor_is_named(algorithm: str) -> None:
    whole = chain(1, algorithm)
    anchor = whole[-3]
    anchors, head = {anchor["number"]: anchor["digest"]}, (LENGTH, whole[-1]["digest"])
    assert broken(whole, anchors, head) == ""
    kept = json.dumps(whole)
    missed = []
    for seed in range(TIMES):
        chance = random.Random(seed)
        rows = json.loads(kept)
        harm = HARMS[seed % len(HARMS)]
        harm(rows, chance)
        if rows == whole:
            continue
        told = broken(rows, anchors, head)
        if not told.startswith("第 "):
            missed.append((seed, harm.__name__, told))
    assert missed == []


@pytest.mark.parametrize("harm", [rewrite, delete_and_close_up, truncate, reseal_with_other_algorithm])
def test_harm_that_also_mends_the_head_is_named_by_the_anchor_alone(harm: Callable[..., None]) -> None:
    """Who holds the database writes the head anew too: without the anchor nothing shows, with it everything."""
    whole = chain(2, "sha256")
    anchors = {number: whole[number - 1]["digest"] for number in (7, 14, LENGTH - 2)}
    for seed in range(200):
        rows = copy.deepcopy(whole)
        harm(rows, random.Random(seed))
        assert broken(rows, anchors, (len(rows), rows[-1]["digest"] if rows else ""))


def said_of_lines(lines: list[str], anchors: dict[int, str], head: tuple[int, str]) -> str:
    """What the verifier says of exported lines."""
    walk = Walk(anchors)
    for line in lines:
        found = walk.step(json.loads(line), line)
        if found is not None:
            return str(found)
    ended = walk.end()
    if ended is not None:
        return str(ended)
    return "" if (walk.number, walk.digest) == head else "与链头不符"


@pytest.mark.parametrize("written", [canonical, json.dumps])
def test_harm_to_exported_lines_is_named_however_they_are_written(written: Callable[[Row], str]) -> None:
    whole = chain(3, "sha256")
    anchors, head = {LENGTH - 2: whole[-3]["digest"]}, (LENGTH, whole[-1]["digest"])
    assert said_of_lines([written(row) for row in whole], anchors, head) == ""
    kept = json.dumps(whole)
    for seed in range(600):
        rows = json.loads(kept)
        HARMS[seed % len(HARMS)](rows, random.Random(seed))
        if rows != whole:
            assert said_of_lines([written(row) for row in rows], anchors, head), seed


def test_a_line_that_says_a_thing_twice_is_named() -> None:
    """A second value of a key, a digest put elsewhere: what is read is not what was sealed."""
    whole = chain(4, "sha256")
    anchors, head = {LENGTH: whole[-1]["digest"]}, (LENGTH, whole[-1]["digest"])
    lines = [canonical(row) for row in whole]
    last, digest, previous = lines[-1], whole[-1]["digest"], whole[-1]["previous"]
    for harmed in (
        last.replace('"action":', '"action":"goals.return","action":', 1),
        last.replace('"subject":', '"action":"goals.return","subject":', 1),
        last.replace('"fen":', f'"digest":"{digest}","fen":', 1),
        last.replace('"fen":', f'"previous":"{previous}","fen":', 1),
        last[:-1] + f',"digest":"{digest}","action":"goals.return"}}',
        last.replace('"number":', '"number":1,"number":', 1),
    ):
        assert harmed != last
        assert said_of_lines([*lines[:-1], harmed], anchors, head), harmed


def test_the_text_that_is_sealed_is_the_canonical_one() -> None:
    rows = [
        *chain(5, "sha256"),
        {**chain(6, "sm3")[-1], "detail": {"“引”\n\u2028": ['"\\', None, True, 1.5]}, "actor_id": None, "clause": '\x00\x7f"'},
        {**chain(6, "sm3")[-1], "place": "1", "actor_id": True, "role": None},
    ]
    assert [sealed_text(row) for row in rows] == [canonical(content_of(row)) for row in rows]


# --- the same in the database, by somebody with all rights


def put_rows(place_id: int, rows: list[Row]) -> None:
    """Write a chain and its head over the old one by SQL, as an administrator would, the triggers dropped."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE place_id = %s", [place_id])
        for row in rows:
            columns = [one for one in row if one not in {"place", "id"}]
            values = [json.dumps(row[one]) if one == "detail" else row[one] for one in columns]
            names = ", ".join(columns)
            sql = f"INSERT INTO audit_entry (place_id, {names}) VALUES (%s{', %s' * len(columns)})"  # noqa: S608
            cursor.execute(sql, [place_id, *values])
        last = rows[-1]
        cursor.execute(
            "UPDATE audit_head SET number = %s, digest = %s WHERE place_id = %s", [last["number"], last["digest"], place_id]
        )


@pytest.fixture
def acted(db: None) -> int:
    person = make_person(make_organisation(make_place(), "bureau", "财政局"), "performance_office")
    for number in range(12):
        with act(person):
            record("trial.one", f"x:{number}", {"fen": number}, "第一条")
    return person.place_id


@pytest.mark.feature("10.03")
def test_administrator_with_all_rights_on_the_database_cannot_pass_the_anchor(acted: int) -> None:
    """Every entry rewritten, every digest, the head and the names: only the line kept outside knows better."""
    rows = list(sealed_rows(acted))
    anchor = (10, rows[9]["digest"])
    assert first_break(acted, anchor) is None
    take_away()
    rows[4]["detail"]["fen"] = 999
    who = dict(Entry.objects.filter(place_id=acted).values_list("number", "who_id"))
    for row in rows:
        row["who_id"] = who[row["number"]]
    forged = [{key: value for key, value in row.items() if key != "who_id"} for row in resealed(rows)]
    put_rows(acted, [{**one, "who_id": who[one["number"]]} for one in forged])
    assert first_break(acted) is None, "consistent in itself"
    assert str(first_break(acted, anchor)) == "第 10 条：与库外留存的锚点不符，链曾被整体重写"


@pytest.mark.parametrize("seed", range(12))
def test_harm_by_sql_is_named(acted: int, seed: int) -> None:
    take_away()
    chance = random.Random(seed)
    number = chance.randrange(1, 12)
    digest = Entry.objects.get(place_id=acted, number=12).digest
    with connection.cursor() as cursor:
        harms: list[tuple[str, list[Any]]] = (
            [
                ("UPDATE audit_entry SET clause = 'x' WHERE place_id = %s AND number = %s", [acted, number]),
                ("UPDATE audit_entry SET actor = 'x' WHERE place_id = %s AND number = %s", [acted, number]),
                ("UPDATE audit_entry SET at = %s WHERE place_id = %s AND number = %s",
                 [datetime(2020, 1, 1, tzinfo=UTC), acted, number]),
                ("DELETE FROM audit_entry WHERE place_id = %s AND number = %s", [acted, number]),
                ("DELETE FROM audit_entry WHERE place_id = %s AND number > %s", [acted, number]),
                ("UPDATE audit_entry SET digest = %s WHERE place_id = %s AND number = %s", ["0" * 64, acted, number]),
            ]
        )  # fmt: skip
        cursor.execute(*chance.choice(harms))
    found = first_break(acted, (12, digest))
    assert found is not None
    assert found.number <= 13


def test_name_beside_the_chain_cannot_be_changed_or_swapped_unseen(acted: int) -> None:
    take_away()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_aside SET text = %s WHERE place_id = %s", ["别人", acted])
    assert "个人信息与链上的摘要不符" in str(first_break(acted))


def test_name_that_is_emptied_without_an_act_is_missed(acted: int) -> None:
    take_away()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_aside SET text = '', salt = '', erased_at = %s", [datetime(2023, 1, 1, tzinfo=UTC)])
    assert "链上没有清除的记录" in str(first_break(acted))


def test_another_name_hung_on_an_entry_is_named(acted: int) -> None:
    other_person = make_person(Organisation.objects.get(place_id=acted), "division")
    with act(other_person):
        record("trial.one", "x:99")
    take_away()
    theirs = Entry.objects.get(place_id=acted, subject="x:99").who_id
    for wrong in (theirs, None):
        Entry.objects.filter(number=6, place_id=acted).update(who_id=wrong)
        assert str(first_break(acted)) == "第 6 条：链外所记的经办人与链上的摘要不符，已被调换"
