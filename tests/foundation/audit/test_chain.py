"""The chain tells the first entry that was changed, taken out, cut off or rebuilt."""

import hashlib
import json
from typing import Any

import pytest

from jiheng.foundation.audit.chain import canonical, content_hash, plain, seal
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.audit.services import act, append, record, sealed_content
from tests.guards import guarded_tables, take_away
from tests.make import make_organisation, make_person, make_place

GUARDED = {
    "audit_anchor",
    "audit_aside",
    "audit_entry",
    "budgets_ledgerentry",
    "disclosure_publication",
    "policies_snapshot",
    "policies_confirmation",
    "workflow_signature",
}


@pytest.fixture
def place_id(db: None) -> int:
    """A chain of 12 entries whose guards are off."""
    person = make_person(make_organisation(make_place(), "bureau", "财政局"), "performance_office")
    for number in range(10):
        with act(person):
            record("trial.one", f"x:{number}", {"fen": number}, "第一条")
    take_away()
    assert first_break(person.place_id) is None
    return person.place_id


def entry(place_id: int, number: int) -> Any:
    return Entry.objects.filter(place_id=place_id, number=number)


@pytest.mark.django_db
def test_decided_tables_are_guarded_by_the_database() -> None:
    assert guarded_tables() >= GUARDED


@pytest.mark.parametrize(
    "change",
    [
        {"sealed_actor": "别人"},
        {"actor_id": 999},
        {"action": "trial.other"},
        {"subject": "x:99"},
        {"detail": {"fen": 8}},
        {"clause": "第二条"},
        {"role": "treasury"},
        {"request": "another"},
    ],
    ids=str,
)
def test_changed_entry_is_named(place_id: int, change: dict[str, Any]) -> None:
    entry(place_id, 7).update(**change)
    found = first_break(place_id)
    assert str(found) == "第 7 条：内容与摘要不符，已被改动"


def test_changed_entry_with_a_new_digest_breaks_at_the_next(place_id: int) -> None:
    row = entry(place_id, 7).get()
    row.sealed_actor = "别人"
    digest = seal(row.algorithm, row.previous, sealed_content(row))
    entry(place_id, 7).update(sealed_actor="别人", digest=digest)
    assert str(first_break(place_id)) == "第 8 条：与上一条的摘要不衔接"


def test_entry_that_was_taken_out_is_missed(place_id: int) -> None:
    entry(place_id, 5).delete()
    assert str(first_break(place_id)) == "第 5 条：缺少该条，其后是第 6 条"


def test_two_entries_that_changed_places_are_seen(place_id: int) -> None:
    one, two = entry(place_id, 5).get().pk, entry(place_id, 6).get().pk
    for pk, number in ((one, 99), (two, 5), (one, 6)):
        Entry.objects.filter(pk=pk).update(number=number)
    assert first_break(place_id).number == 5


def test_tail_that_was_cut_off_shows_against_the_head(place_id: int) -> None:
    entry(place_id, 12).delete()
    found = str(first_break(place_id))
    assert "尾部被截" in found
    assert "实有 11 条" in found


def test_head_that_went_is_missed(place_id: int) -> None:
    Head.objects.all().delete()
    assert "链头缺失" in str(first_break(place_id))


def test_tail_cut_together_with_the_head_shows_against_the_anchor(place_id: int) -> None:
    last = entry(place_id, 12).get()
    entry(place_id, 12).delete()
    before = entry(place_id, 11).get()
    Head.objects.update(number=11, digest=before.digest)
    assert first_break(place_id) is None
    assert "库外锚点" in str(first_break(place_id, (12, last.digest)))


def test_chain_that_was_rebuilt_whole_shows_against_the_anchor(place_id: int) -> None:
    anchor = (10, entry(place_id, 10).get().digest)
    assert first_break(place_id, anchor) is None
    entry(place_id, 3).update(clause="另一条")
    digest = ""
    for row in Entry.objects.filter(place_id=place_id).order_by("number"):
        row.previous, row.digest = digest, seal(row.algorithm, digest, sealed_content(row))
        row.save()
        digest = row.digest
    Head.objects.update(digest=digest)
    assert first_break(place_id) is None
    assert "整体重写" in str(first_break(place_id, anchor))


@pytest.mark.parametrize("head", ["gone", "empty"])
def test_chain_that_was_deleted_whole_is_missed(place_id: int, head: str) -> None:
    anchor = (10, entry(place_id, 10).get().digest)
    Entry.objects.all().delete()
    if head == "gone":
        Head.objects.all().delete()
    else:
        Head.objects.update(number=0, digest="")
    assert "整条链被删除" in str(first_break(place_id))
    assert str(first_break(place_id, anchor)) == "第 1 条：库外锚点记到第 10 条，实有 0 条，尾部被截"


@pytest.mark.django_db
def test_anchor_of_a_place_without_chain_is_a_break() -> None:
    assert "库外锚点" in str(first_break(make_place().pk, (1, "0" * 64)))


@pytest.mark.django_db
def test_empty_chain_is_whole() -> None:
    assert first_break(make_place().pk) is None


def test_digest_can_be_worked_out_by_hand(place_id: int) -> None:
    """Somebody outside, with another program, comes to the same digest."""
    row = entry(place_id, 1).get()
    text = json.dumps(sealed_content(row), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert row.digest == hashlib.new(row.algorithm, f"\n{text}".encode()).hexdigest()


def test_order_of_keys_does_not_matter_and_values_do() -> None:
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})
    assert content_hash({"a": 1}) != content_hash({"a": "1"})
    assert plain({"a": (1, 2)}) == {"a": [1, 2]}


def test_unknown_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="摘要算法"):
        seal("md5", "", {})


def test_nothing_to_append_leaves_the_head_alone(place_id: int) -> None:
    before = Head.objects.get().number
    person = make_person(make_organisation(make_place("b", "乙"), "bureau", "乙"), "performance_office")
    with act(person) as running:
        pass
    append(running)
    assert Head.objects.get(place_id=place_id).number == before
