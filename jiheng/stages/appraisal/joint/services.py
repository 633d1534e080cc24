"""The writes of the review by several parties: call it, speak, ask, answer, write the minutes, sign."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, held_today, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, refuse
from jiheng.foundation.workflow.claim import claim, fill_once
from jiheng.rules.joint_review import signing_refusals, turn_refusals
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.joint.access import (
    may_answer,
    may_call,
    may_sign,
    may_speak,
    may_write_minutes,
    party_of,
)
from jiheng.stages.appraisal.models import Appraisal, JointReview, JointSignature, JointWord
from jiheng.stages.appraisal.reviewing import (
    frozen_parties,
    joint_clause,
    joint_digest,
    name_in,
    parties_in,
    standing_of,
)

LONGEST, LONGEST_MINUTES = 1000, 20_000


def call_review(*, appraisal: Appraisal, held_on: date, venue: str, agenda: str, person: Person) -> JointReview:
    """召集会审：定日期、地点、议程，告知各方；各方和次序照制度，不能增减。Raises Refused."""
    require(may_call(person, appraisal))
    clause = joint_clause(appraisal.cycle)
    if held_on < clock.today():
        raise refuse(f"会审日期 {held_on} 已经过去", clause, "请填写今天或以后的日期", "held_on")
    if not agenda.strip() or len(agenda.strip()) > LONGEST:
        raise refuse(f"请写明议程，最多 {LONGEST} 字", clause, where="agenda")
    parties = [{"key": one.key, "label": one.label, "duty": one.duty, "roles": list(one.roles)} for one in parties_in(appraisal.cycle)]
    with act(person):
        claim(appraisal)
        made = JointReview.objects.create(
            place_id=appraisal.place_id, appraisal=appraisal, parties=parties, held_on=held_on, venue=venue.strip()[:120],
            agenda=agenda.strip(), called_at=clock.now(), called_by=str(person), clause=clause[:300],
        )  # fmt: skip
        record("appraisal.joint_call", made, {"held_on": held_on, "parties": [one["label"] for one in parties]}, clause)
        written_along([appraisal])
        _tell(made, f"“{appraisal.subject_year.name}”{name_in(appraisal.cycle)}定于 {held_on}", person)
    return made


def _tell(review: JointReview, text: str, person: Person) -> None:
    """Tell everybody who may act for a party."""
    year, link = review.appraisal.subject_year, reverse("appraisal:joint", args=[review.pk])
    for party in frozen_parties(review):
        held = held_today().filter(organisation__place_id=review.place_id, role__in=party.roles).select_related("organisation")
        if "department_reviewer" in party.roles:
            held = held.filter(organisation_id=year.department_id)
        told = {(one.organisation_id, one.role): one.organisation for one in held if one.role != person.role}
        for (_, role), body in sorted(told.items()):
            notify(organisation=body, role=role, text=f"{text}：{party.label}{party.duty}", link=link, about=review)


def speak(*, review: JointReview, kind: str, text: str, person: Person, item: str = "") -> JointWord:
    """一方陈述意见或提出质询；前面的一方还没有办的，后面的不能办。质询对应评分表的一项，也可以针对整体。"""
    require(may_speak(person, review))
    party = party_of(person, review)
    if party is None or kind not in dict(JointWord.KINDS):
        raise mistaken("请选择陈述意见或质询", where="kind")
    if not text.strip() or len(text.strip()) > LONGEST:
        raise refuse(f"请写明内容，最多 {LONGEST} 字", review.clause, where="text")
    if item and item not in {one.key for one in card_in(review.appraisal.cycle).items}:
        raise mistaken("评分表没有这一项", where="item")
    if found := turn_refusals(frozen_parties(review), standing_of(review).spoken, party.key, review.clause):
        raise Refused(found)
    with act(person):
        claim(review.appraisal)
        made = JointWord.objects.create(
            review=review, party=party.key, kind=kind, item=item if kind == "question" else "", text=text.strip(),
            at=clock.now(), by=str(person),
        )  # fmt: skip
        told = {"party": party.label, "kind": made.get_kind_display(), "item": made.item, "comment": made.text}
        record("appraisal.joint_say", made, told, review.clause)
        written_along([review.appraisal])
        if kind == "question":
            year = review.appraisal.subject_year
            link = reverse("appraisal:joint", args=[review.pk])
            text = f"“{year.name}”会审：{party.label}提出质询，请答复"
            notify(organisation=year.department, role="department_reviewer", text=text, link=link, about=review)
    return made


def answer_question(*, word: JointWord, answer: str, person: Person) -> None:
    """答复质询，一条一次，答复了的不能改。"""
    require(may_answer(person, word))
    if not answer.strip() or len(answer.strip()) > LONGEST:
        raise refuse(f"请写明答复，最多 {LONGEST} 字", word.review.clause, where="answer")
    with act(person):
        claim(word.review.appraisal)
        fill_once(word, {"answer": answer.strip(), "answered_at": clock.now(), "answered_by": str(person)}, "answered_at")
        record("appraisal.joint_answer", word, {"item": word.item, "comment": word.answer}, word.review.clause)
        written_along([word.review.appraisal])


def write_minutes(*, review: JointReview, minutes: str, person: Person, version: int | None = None) -> JointReview:
    """记录会审纪要；改动以后，各方须在新的内容上重新签字。Overtaken when somebody wrote it first."""
    require(may_write_minutes(person, review))
    if not minutes.strip() or len(minutes.strip()) > LONGEST_MINUTES:
        raise refuse(f"请写明会审纪要，最多 {LONGEST_MINUTES} 字", review.clause, where="minutes")
    with act(person):
        rows = JointReview.objects.filter(pk=review.pk, version=review.version if version is None else version)
        if rows.update(version=F("version") + 1, minutes=minutes.strip()) != 1:
            raise Overtaken
        review.refresh_from_db(fields=["minutes", "version"])
        record("appraisal.joint_minutes", review, {"comment": review.minutes}, review.clause)
    return review


def sign_review(*, review: JointReview, person: Person, digest: str = "") -> JointSignature:
    """一方在现在的内容上签字；`digest` 是签字人所见内容的摘要，内容已经改动的不能签。Refused, Overtaken."""
    require(may_sign(person, review))
    party = party_of(person, review)
    if party is None:
        raise mistaken("不是会审的一方")
    if found := signing_refusals(frozen_parties(review), standing_of(review), review.clause):
        raise Refused(found)
    with act(person):
        claim(review.appraisal)
        content = joint_digest(review)
        if digest and digest != content:
            raise Overtaken
        if JointSignature.objects.filter(review=review, party=party.key, content_hash=content).exists():
            raise refuse(f"{party.label}已经在现在的内容上签字", review.clause)
        try:
            with transaction.atomic():
                made = JointSignature.objects.create(
                    review=review, party=party.key, user_id=person.user_id, name=str(person), content_hash=content, at=clock.now()
                )
        except IntegrityError:
            raise Overtaken from None
        record("appraisal.joint_sign", made, {"party": party.label, "signed": content}, review.clause)
        written_along([review.appraisal])
    return made
