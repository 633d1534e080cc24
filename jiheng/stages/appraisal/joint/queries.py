"""One review by several parties as its page shows it: the parties in order, the questions by item."""

from dataclasses import dataclass

from jiheng.rules.joint_review import Party
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.models import JointReview, JointSignature, JointWord
from jiheng.stages.appraisal.reviewing import frozen_parties, joint_digest


@dataclass(frozen=True)
class Turn:
    """One party at the table: what it said, whether it may speak now, whether its signature stands, and who signed."""

    party: Party
    words: list[JointWord]
    spoken: bool
    now: bool
    signature: JointSignature | None


def turns_of(review: JointReview) -> list[Turn]:
    """Return the parties in their order with everything each of them said and signed."""
    words, digest = list(review.words.all()), joint_digest(review)
    signatures = {one.party: one for one in review.signatures.all() if one.content_hash == digest}
    found, open_before = [], False
    for party in frozen_parties(review):
        said = [one for one in words if one.party == party.key]
        found.append(Turn(party, said, bool(said), not said and not open_before, signatures.get(party.key)))
        open_before = open_before or not said
    return found


@dataclass(frozen=True)
class ItemTalk:
    """The questions to one item of the scorecard."""

    label: str
    words: list[JointWord]


def talks_of(review: JointReview) -> list[ItemTalk]:
    """Return the questions and answers in the order of the scorecard; those about the whole come last."""
    words = [one for one in review.words.all() if one.kind == "question"]
    items = [(one.key, one.label) for one in card_in(review.appraisal.cycle).items] + [("", "整体")]
    found = [ItemTalk(label, [one for one in words if one.item == key]) for key, label in items]
    return [one for one in found if one.words]
