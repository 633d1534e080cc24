"""Amendments: one person uploads files, another approves; nothing changes in a year that is under way."""

from collections.abc import Mapping

from django.db import IntegrityError

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.policies.models import Amendment, AmendmentVerdict
from jiheng.registers.policies.queries import approved_files, current_policy, may_amend, may_judge
from jiheng.registers.policies.services import GROUND_LENGTH, keep_snapshot
from jiheng.rules.policy import PackError
from jiheng.rules.policy.amendment import path_of
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.policy.trial import Trial, try_amendment
from jiheng.rules.refusal import mistake

TITLE_LENGTH = 100
LARGEST = 512 * 1024
"""Bytes of one file: the largest file of a pack has a twentieth of that."""


def files_of(uploaded: Mapping[str, bytes]) -> dict[str, str]:
    """Return uploaded files by their path inside a pack. Refused with everything that is no text file of a pack."""
    found: dict[str, str] = {}
    problems = []
    for name, content in uploaded.items():
        try:
            path = path_of(name)
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            problems.append(mistake(f"“{name}”不是 UTF-8 编码的文字", remedy="请用 UTF-8 另存后再传", where="files"))
            continue
        except ValueError as error:
            problems.append(mistake(str(error), remedy="请上传 .yaml 文件", where="files"))
            continue
        if len(content) > LARGEST:
            problems.append(mistake(f"“{name}”超过 512 KB", where="files"))
        elif path in found:
            problems.append(mistake(f"两个文件都是 {path}", where="files"))
        else:
            found[path] = text
    if problems:
        raise Refused(problems)
    return found


def tried(place: Place, files: Mapping[str, str]) -> Trial:
    """Try an amendment on the rules as they stand. Refused with every problem at once, each with file and line."""
    try:
        return try_amendment(place.code, files, approved_files(place))
    except PackError as error:
        raise Refused(mistake(str(one), where="files") for one in error.problems) from None


def upload_amendment(
    *, place: Place, title: str, ground: str, files: Mapping[str, str], person: Person
) -> Amendment:
    """Keep an amendment that reads well, keeps every floor and passes its cases, for another person to approve."""
    verdict = may_amend(person)
    if not verdict or person.place_id != place.pk:
        raise refuse(verdict.reason or "只能修订本地区的制度", verdict.clause or national_clause("duty_place"))
    if not title.strip() or not ground.strip():
        raise refuse("请写明修订的名称和依据", national_clause("duty_reasons"), where="ground")
    if len(title.strip()) > TITLE_LENGTH or len(ground.strip()) > GROUND_LENGTH:
        raise mistaken(f"名称不超过 {TITLE_LENGTH} 字，依据不超过 {GROUND_LENGTH} 字", where="ground")
    trial, base = tried(place, files), current_policy(place)
    if trial.policy.digest == base.digest:
        raise mistaken("修订没有改变任何规定", remedy="请核对上传的文件", where="files")
    with act(person):
        made = Amendment.objects.create(
            place=place,
            title=title.strip(),
            ground=ground.strip(),
            files=dict(files),
            base=base.digest,
            digest=trial.policy.digest,
            uploaded_at=clock.now(),
            uploaded_by_id=person.user_id,
            uploader=str(person),
        )
        told = {"title": made.title, "ground": made.ground, "files": sorted(files), "digest": made.digest}
        record("policy.amend", made, told, national_clause("duty_bureau"))
        for role in ("performance_office", "bureau_leader"):
            _tell(made, role, f"制度修订“{made.title}”待批准")
    return made


def judge_amendment(
    *, amendment: Amendment, approved: bool, comment: str, seen: str, person: Person
) -> AmendmentVerdict:
    """Approve an amendment, or not; `seen` is the digest of the rules whose trial the person looked at.

    提交人不能自己批准；批准时重新检查和试算，制度在此期间有变化的须重新看过。批准后存为新的一版，已开启的年度不变。
    """
    require(may_judge(person, amendment))
    if AmendmentVerdict.objects.filter(amendment=amendment).exists():
        raise mistaken("这份修订已经办结", remedy="请刷新页面")
    if not comment.strip():
        raise refuse("审批须写明意见", national_clause("duty_reasons"), where="comment")
    if len(comment.strip()) > GROUND_LENGTH:
        raise mistaken(f"意见不超过 {GROUND_LENGTH} 字", where="comment")
    policy = tried(amendment.place, amendment.files).policy if approved else None
    if policy is not None and policy.digest != seen:
        raise mistaken("制度在您打开页面之后有变化，试算结果已经不同", remedy="请刷新页面，看过新的试算再批准")
    try:
        with act(person):
            snapshot = keep_snapshot(place=amendment.place, policy=policy, person=person) if policy else None
            made = AmendmentVerdict.objects.create(
                amendment=amendment,
                approved=approved,
                comment=comment.strip(),
                snapshot=snapshot,
                at=clock.now(),
                by_id=person.user_id,
                judge=str(person),
            )
            detail = {"title": amendment.title, "comment": made.comment, "digest": policy.digest if policy else ""}
            action = "policy.approve" if approved else "policy.reject"
            record(action, amendment, detail, national_clause("duty_separation"))
            words = "已批准" if approved else "未批准"
            _tell(amendment, "performance_office", f"制度修订“{amendment.title}”{words}：{made.comment}")
    except IntegrityError:
        raise mistaken("这份修订刚由他人办结", remedy="请刷新页面") from None
    return made


def _tell(amendment: Amendment, role: str, text: str) -> None:
    for bureau in bureaus_of(amendment.place_id):
        notify(
            organisation=bureau, role=role, text=text, link=f"/policies/amendments/{amendment.pk}/", about=amendment
        )
