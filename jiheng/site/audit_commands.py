"""The chain from the command line: verify it, print and keep its anchors, give it away, seal what has no seal yet."""

import argparse

from django.conf import settings

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.audit.anchors import keep_daily, kept_outside, missing_outside
from jiheng.foundation.audit.export import export_chains
from jiheng.foundation.audit.models import Head
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.audit.sealing_anew import accept, take_stock
from jiheng.foundation.files.proving import broken_files
from jiheng.foundation.refused import Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.proving import broken_ledger
from jiheng.site.people import Wrong
from jiheng.site.pure_commands import say
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import broken_publications


def audit(given: argparse.Namespace) -> int:
    """Answer `jiheng audit`: verify, anchor, export or seal."""
    places = list(Place.objects.order_by("code"))
    if given.place:
        places = [place for place in places if place.code == given.place]
        if not places:
            raise Wrong(f"没有登记地区 {given.place}")
    if given.anchor and len(places) != 1:
        raise Wrong("锚点是一个地区的，请用 --place 指明地区")
    if given.action == "anchor":
        for head in Head.objects.filter(place__in=places).select_related("place").order_by("place__code"):
            say(f"{head.place.code} {head.number}:{head.digest}")
        return 0
    if given.action == "export":
        if given.to is None:
            raise Wrong("请用 --to 指明导出到哪个目录")
        for path in export_chains([place.code for place in places], given.to, names=given.names):
            say(f"已写入 {path}")
        return 0
    if given.action == "seal":
        return _seal(places, given)
    broken = sum(_broken(place, given.anchor) for place in places)
    if given.files:
        broken += sum(_lost_files(place) for place in places)
    return 1 if broken else 0


def _lost_files(place: Place) -> bool:
    lines = list(broken_files(place.pk))
    for line in lines:
        say(f"{place.name}：{line}")
    if not lines:
        say(f"{place.name}：附件逐个读过，内容与摘要一致")
    return bool(lines)


def _seal(places: list[Place], given: argparse.Namespace) -> int:
    if given.record and len(places) != 1:
        raise Wrong("记录是一个地区的，请用 --place 指明地区")
    try:
        for place in places:
            if given.record:
                accept(place=place, subject=given.record, reason=given.reason)
                say(f"{place.name}：已承认 {given.record} 在数据库里的改动，写入审计链")
            else:
                say(f"{place.name}：补封 {take_stock(place=place, reason=given.reason)} 项以前没有摘要的记录")
    except Refused as refused:
        raise Wrong("；".join(str(one) for one in refused.refusals)) from None
    return 0


def _broken(place: Place, anchor: tuple[int, str] | None) -> bool:
    outside = kept_outside(place.code)
    anchors = outside.anchors | dict([anchor] if anchor else [])
    found = first_break(place.pk, anchors)
    head = Head.objects.filter(place=place).first()
    against = f"，与 {len(anchors)} 个库外锚点一致" if anchors else ""
    say(f"{place.name}：{found}" if found else f"{place.name}：审计链完整，共 {head.number if head else 0} 条{against}")
    missed = missing_outside(place.pk, outside.anchors) if settings.ANCHOR_FOLDERS else []
    for line in (*outside.troubles, *(f"{one.day.isoformat()} 留存的锚点在目录里找不到：{one}" for one in missed)):
        say(f"{place.name}：{line}")
    changed = broken_publications(place.pk)
    for line in changed:
        say(f"{place.name}：{line}")
    kept = Publication.objects.filter(place=place).count()
    if kept and not changed:
        say(f"{place.name}：公开内容 {kept} 项，与公开时的摘要和审计链一致")
    moved = broken_ledger(place.pk)
    for line in moved:
        say(f"{place.name}：{line}")
    entries = LedgerEntry.objects.filter(place=place).count()
    if entries and not moved:
        say(f"{place.name}：资金台账 {entries} 笔，与审计链所记一致")
    proved = proved_records(place.pk)
    for line in proved.lines:
        say(f"{place.name}：{line}")
    if proved.records and not proved.lines:
        say(f"{place.name}：业务记录 {proved.records} 项，状态、内容和签署与审计链所记一致")
    if proved.unsealed:
        say(f"{place.name}：其中 {proved.unsealed} 项没有摘要，只核对了办理状态；下一次办理时补上，或用 audit seal 补封")
    for line in proved.accepted:
        say(f"{place.name}：{line}")
    return found is not None or bool(changed or moved or proved.lines or outside.troubles or missed)


def keep_anchors() -> int:
    """Keep today's anchors outside and say what did not succeed; return how many folders failed."""
    troubles = keep_daily()
    for line in troubles:
        say(line)
    return len(troubles)

