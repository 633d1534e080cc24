"""Draws: repeatable by anybody, fair to strata, and tampering is found."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.sampling import digest_of, draw, size_for_share, verify

members = st.lists(st.text("甲乙丙abc0123456789-", min_size=1), unique=True, min_size=1, max_size=40)
seeds = st.text("0123456789沪深", min_size=1, max_size=12)
TEN = [f"P{number:02}" for number in range(10)]
STRATA = {member: ("大" if place < 7 else "小") for place, member in enumerate(TEN)}


def test_the_draw_can_be_repeated_with_sha256_alone():
    digest = sha256("\n".join(TEN).encode()).hexdigest()
    by_hand = sorted(TEN, key=lambda member: sha256(f"3284.83\n{digest}\n{member}".encode()).hexdigest())
    drawn = draw(TEN, 3, "3284.83")
    assert drawn.population_digest == digest
    assert list(drawn.chosen) == by_hand[:3]


def test_the_draw_of_a_known_seed_never_changes():
    assert draw(TEN, 3, "3284.83").chosen == ("P08", "P05", "P02")


@given(members, seeds, st.data())
def test_every_draw_verifies_and_does_not_depend_on_the_order_of_the_list(population, seed, data):
    size = data.draw(st.integers(0, len(population)))
    drawn = draw(population, size, seed)
    assert len(set(drawn.chosen)) == size
    assert set(drawn.chosen) <= set(population)
    assert draw(data.draw(st.permutations(population)), size, seed) == drawn
    assert verify(drawn, population) == []


@given(members, seeds, st.data())
def test_a_larger_draw_contains_the_smaller(population, seed, data):
    size = data.draw(st.integers(0, len(population) - 1))
    assert draw(population, size + 1, seed).chosen[:size] == draw(population, size, seed).chosen


def test_every_member_is_drawn_about_equally_often():
    counts = dict.fromkeys(TEN, 0)
    for seed in range(2000):
        for member in draw(TEN, 2, str(seed)).chosen:
            counts[member] += 1
    assert all(330 <= count <= 470 for count in counts.values())


def test_strata_give_their_share():
    drawn = draw(TEN, 4, "7", STRATA)
    assert sorted(STRATA[member] for member in drawn.chosen) == ["大", "大", "大", "小"]
    assert verify(drawn, TEN, STRATA) == []
    assert draw([], 0, "7", {}).chosen == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"chosen": ("P01", "P05", "P02")}, "不应抽中：P01"),
        ({"chosen": ("P05", "P08", "P02")}, "顺序"),
        ({"chosen": ("P08", "P05")}, "应抽中而没有：P02"),
        ({"seed": ""}, "没有种子"),
        ({"population_digest": "0"}, "摘要对不上"),
        ({"algorithm": "dice"}, "不认识"),
    ],
)
def test_a_changed_draw_does_not_verify(change, problem):
    assert problem in verify(replace(draw(TEN, 3, "3284.83"), **change), TEN)[0]


def test_a_changed_population_does_not_verify():
    assert verify(draw(TEN, 3, "3284.83"), [*TEN, "P10"]) == ["总体清单与抽取时不同，摘要对不上"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["甲", "甲"], 1, "1"), "重复：甲"),
        ((["甲"], 2, "1"), "抽取数2须在0至总体数1之间"),
        ((["甲"], -1, "1"), "抽取数"),
        ((["甲\n乙"], 1, "1"), "换行"),
        ((["甲"], 1, "1", {}), "没有分层：甲"),
    ],
)
def test_impossible_draws_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments)


def test_digest_ignores_order():
    assert digest_of(["b", "a"]) == digest_of(["a", "b"])


@pytest.mark.parametrize(("population", "per_cent", "size"), [(101, "20", 21), (100, "20", 20), (0, "20", 0)])
def test_a_share_is_rounded_up(population, per_cent, size):
    assert size_for_share(population, Decimal(per_cent)) == size


def test_an_impossible_share_is_refused():
    with pytest.raises(ValueError, match="比例须在"):
        size_for_share(10, Decimal(101))
