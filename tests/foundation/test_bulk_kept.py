"""Building many rows without the search for garbage: it starts again, whoever ends last and however."""

import gc
import threading

import pytest

from jiheng.foundation.bulk import all_kept


def test_the_collector_rests_within_and_works_again_afterwards() -> None:
    assert gc.isenabled()
    with all_kept():
        assert not gc.isenabled()
        with all_kept():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the outer one still builds"
    assert gc.isenabled()


def test_a_list_that_breaks_off_leaves_the_collector_at_work() -> None:
    with pytest.raises(ValueError, match="broken"), all_kept():
        raise ValueError("broken")
    assert gc.isenabled()


def test_of_two_threads_the_last_one_starts_it_again() -> None:
    within, leave = threading.Event(), threading.Event()
    resting: list[bool] = []

    def build() -> None:
        with all_kept():
            within.set()
            leave.wait(10)
            resting.append(not gc.isenabled())

    other = threading.Thread(target=build)
    with all_kept():
        other.start()
        assert within.wait(10)
    assert not gc.isenabled(), "the other one still builds"
    leave.set()
    other.join(10)
    assert resting == [True]
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with all_kept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
