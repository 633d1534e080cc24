"""Noting what was reported upward or handed over, and the receipt of it."""

from dataclasses import dataclass
from datetime import date

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.stages.disclosure.models import Dispatch
from jiheng.stages.disclosure.reporting.access import REFERRAL, may_dispatch, may_note_receipt
from jiheng.stages.disclosure.reporting.queries import recipients_of

ALREADY = "这份文件已登记报送"


@dataclass(frozen=True)
class Paper:
    """What was sent: the matter (a parameter of the place), to whom, title, number, day, in which words."""

    matter: str
    recipient: str
    title: str
    sent_on: date
    reference: str = ""
    note: str = ""


def note_dispatch(*, cycle: Cycle, paper: Paper, person: Person) -> Dispatch:
    """登记一份报送或移送：报送对象须是制度写明的，写明标题和日期。Refused with everything against it."""
    verdict = may_dispatch(person)
    if not verdict:
        raise refuse(verdict.reason, verdict.clause)
    if cycle.place_id != person.place_id:
        raise refuse("不属于本地区的年度", national_clause("duty_place"))
    names, label, clause = recipients_of(cycle, paper.matter)
    if not label:
        raise mistaken("本地制度没有规定这件事报送给谁", remedy="请先在本地制度中写明", where="matter")
    recipient, title = paper.recipient.strip(), paper.title.strip()
    found = []
    if paper.matter == REFERRAL and not recipient:
        found.append(Refusal("没有写明移送给哪个机关", clause, "请填写移送机关的名称", "recipient"))
    elif paper.matter != REFERRAL and recipient not in names:
        found.append(Refusal(f"“{recipient}”不是制度写明的报送对象", clause, f"应为：{'、'.join(names)}", "recipient"))
    if not title:
        found.append(Refusal("没有写明报送文件的标题", clause, "请填写标题", "title"))
    if paper.matter == REFERRAL and not paper.note.strip():
        found.append(Refusal("移送须写明不履行或违法履行职责的事实", clause, "请写明时间、事项和证据", "note"))
    if paper.sent_on > clock.today():
        found.append(Refusal(f"报送日期 {paper.sent_on} 晚于今天", clause, "请改正日期", "sent_on"))
    told = {"cycle": cycle, "matter": paper.matter, "recipient": recipient[:200], "title": title[:200]}
    if not found and Dispatch.objects.filter(**told).exists():
        found.append(Refusal(ALREADY, clause, "请在清单中查看", "title"))
    if found:
        raise Refused(found)
    with act(person):
        made, fresh = Dispatch.objects.get_or_create(
            **told,
            defaults={
                "place_id": cycle.place_id,
                "reference": paper.reference.strip()[:80],
                "note": paper.note.strip()[:500],
                "clause": clause,
                "sent_on": paper.sent_on,
                "sent_by": str(person),
            },
        )
        if not fresh:  # somebody noted the same at the same moment
            raise refuse(ALREADY, clause, "请在清单中查看", "title")
        said = {} if paper.matter == REFERRAL else {"title": made.title, "recipient": made.recipient}
        record("dispatch.send", made, {"matter": label, **said, "day": f"{made.sent_on}"}, clause)
    return made


def note_receipt(*, dispatch: Dispatch, day: date, receipt: str, person: Person) -> None:
    """登记回执：收到日期在报送日期至今天之间，登记一次。"""
    verdict = may_note_receipt(person, dispatch)
    if not verdict:
        raise refuse(verdict.reason, verdict.clause)
    if not dispatch.sent_on <= day <= clock.today():
        words = f"收到日期须在报送日期 {dispatch.sent_on} 至今天之间"
        raise refuse(words, dispatch.clause, "请改正日期", "received_on")
    with act(person):
        told = {"received_on": day, "receipt": receipt.strip()[:200]}
        if not Dispatch.objects.filter(pk=dispatch.pk, received_on=None).update(**told):
            raise refuse("回执已经登记", dispatch.clause, "请刷新页面查看")
        dispatch.refresh_from_db(fields=list(told))
        record("dispatch.receive", dispatch, {"day": f"{day}"}, dispatch.clause)
