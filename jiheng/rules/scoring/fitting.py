"""Which scorecards fit an evaluation: those named after the kind of subject; files alone bring a new kind."""

from collections.abc import Collection

SUFFIX = "_evaluation"
IN_PROCESS = f"in_process{SUFFIX}"
GENERAL = f"project{SUFFIX}"


def kind_of_card(card: str) -> str | None:
    """The kind of subject that an evaluation card is for: `bond_evaluation` and `bond_evaluation_road` are for bonds.

    None for cards of other work (goal review, assessment) and for the one of 事中评价, which fits every kind.
    """
    kind, found, rest = card.partition(SUFFIX)
    return None if not found or card == IN_PROCESS or (rest and not rest.startswith("_")) else kind


def fitting_cards(evaluation: str, subject_kind: str, cards: Collection[str]) -> list[str]:
    """The cards that fit, the usual one first: those of the subject's own kind, else the general one for projects.

    An evaluation during the work (`in_process`) has a card of its own before them.
    """
    own = sorted(card for card in cards if kind_of_card(card) == subject_kind) or [GENERAL]
    return [card for card in ([IN_PROCESS] if evaluation == "in_process" else []) + own if card in cards]
