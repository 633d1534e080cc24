"""Which budgets goals must cover, and how far each is covered."""

from decimal import Decimal

from jiheng.rules.goal_books import Stand, covered, must_cover

BOOKS = ("general", "fund", "social")


def test_without_a_list_each_budget_must_be_covered() -> None:
    assert must_cover("social", None)
    assert must_cover("fund", frozenset({"fund"}))
    assert not must_cover("social", frozenset({"fund"}))


def test_cover_is_counted_by_number_and_money_and_never_rounded_up_to_whole() -> None:
    stands = [
        Stand("fund", 999_999, handed_in=True, approved=True),
        Stand("fund", 1, handed_in=True, approved=False),
        Stand("social", 500, handed_in=False, approved=False),
    ]
    general, fund, social = covered(stands, BOOKS, frozenset({"general", "fund"}))
    assert (general.due, general.missing, general.share) == (0, 0, None)
    assert (fund.due, fund.handed_in, fund.approved, fund.missing) == (2, 2, 1, 1)
    assert (fund.due_fen, fund.approved_fen, fund.share) == (1_000_000, 999_999, Decimal("99.99"))
    assert (social.demanded, social.due, social.missing) == (False, 1, 0)
    (all_there,) = [one for one in covered(stands[:1], BOOKS, None) if one.due]
    assert (all_there.share, all_there.missing) == (Decimal(100), 0)


def test_a_budget_that_nobody_knows_is_told_too() -> None:
    assert [one.book for one in covered([Stand("other", 1, handed_in=False, approved=False)], BOOKS, None)] == [*BOOKS, "other"]
