"""The made-up city's tracks: as unequal as published figures say, most of the money is in few projects."""

from random import Random
from statistics import median

import pytest

from bench.amounts import LEAST_SPREAD, MEAN_WAN, SPREAD, WIDEST_SPREAD, amount_fen
from bench.tracks import shares, tracks_of_city
from jiheng.rules.policy import load_policy


@pytest.mark.parametrize(("spread", "most", "least"), [(LEAST_SPREAD, 12, 55), (SPREAD, 10, 60), (WIDEST_SPREAD, 10, 60)])
def test_a_tenth_of_the_projects_goes_deep_with_most_of_the_money(
    spread: float, most: int, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIHENG_PACKS", "")
    load_policy.cache_clear()
    tracks, usual = tracks_of_city()
    load_policy.cache_clear()
    found = [shares(list(tracks.values()), usual, spread=spread, seed=seed) for seed in range(1, 6)]
    for one in found:
        assert one["deep"].projects <= most
        assert one["deep"].money >= least
        assert sum(part.projects for part in one.values()) == pytest.approx(100, abs=0.2)
        assert one["light"].fields < 10 < one["standard"].fields < one["deep"].fields
        assert one["light"].raised > 0 == one["deep"].raised


def test_even_the_least_spread_lets_the_largest_hold_what_is_published_and_no_less_would() -> None:
    """30 of 1,253 projects held 50.3亿 of 142.4亿 and need not have been the largest: these hold at least as much."""

    def largest(spread: float) -> float:
        told = []
        for seed in range(20):
            luck = Random(seed)
            amounts = sorted((amount_fen(luck, spread) for _ in range(1_253)), reverse=True)
            told.append(sum(amounts[:30]) / sum(amounts))
        return median(told)

    assert largest(LEAST_SPREAD - 0.4) < 50.3 / 142.4 - 0.02
    assert largest(LEAST_SPREAD) > 50.3 / 142.4 - 0.02
    luck = Random(3)
    mean = sum(amount_fen(luck, LEAST_SPREAD) for _ in range(50_000)) / 50_000 / 1_000_000
    assert mean == pytest.approx(MEAN_WAN, rel=0.1)
