"""What waits in reviews by several parties: to speak, to answer, to sign."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.rules.joint_review import signing_refusals, turn_refusals
from jiheng.stages.appraisal.joint.access import may_speak, party_of, visible_joints
from jiheng.stages.appraisal.models import JointReview
from jiheng.stages.appraisal.reviewing import frozen_parties, standing_of

MOST = 50


def todos(person: Person) -> list[Todo]:
    """What the person's party has to do now in the reviews under way."""
    rows = visible_joints(person).filter(appraisal__concluded_on=None, appraisal__cycle__state="open").order_by("held_on", "pk")[:MOST]
    found = []
    for one in rows:
        verb = _verb(person, one)
        if verb:
            url = reverse("appraisal:joint", args=[one.pk])
            found.append(Todo(one.appraisal.subject_year.name, verb, url, due=one.held_on, money_fen=one.appraisal.asked_fen))
    return found


def _verb(person: Person, review: JointReview) -> str:
    standing = standing_of(review)
    if person.role == "department_reviewer" and standing.open_questions:
        return "答复质询"
    party = party_of(person, review)
    if party is None or not may_speak(person, review):
        return ""
    parties = frozen_parties(review)
    if party.key not in standing.spoken:
        return "" if turn_refusals(parties, standing.spoken, party.key, review.clause) else party.duty
    if party.key not in standing.signed and not signing_refusals(parties, standing, review.clause):
        return "会审签字"
    return ""
