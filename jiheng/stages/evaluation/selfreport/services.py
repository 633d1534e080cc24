"""Writing the report of a self-evaluation."""

from collections.abc import Mapping

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.claim import Seen, claim
from jiheng.rules.refusal import mistake
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.self_outlines import outline_for
from jiheng.stages.evaluation.selfreport.access import may_write_report

LONGEST_SECTION = 20_000


def save_self_report(
    *,
    evaluation: SelfEvaluation,
    sections: Mapping[str, str],
    person: Person,
    seen: Seen | None = None,
    draft: bool = False,
) -> None:
    """写自评报告的各部分（部分的 key → 正文）；没有给出的部分视为没有写。

    A part that the outline does not have, or one too long, is refused. Overtaken when another page saved the report
    since `seen`. A `draft` makes no entry in the chain.
    """
    require(may_write_report(person, evaluation))
    outline = outline_for(evaluation)
    titles = {one.key: one.title for one in outline.sections} if outline is not None else {}
    if unknown := sorted(set(sections) - set(titles)):
        raise mistaken(f"报告提纲中没有“{'、'.join(unknown)}”")
    problems = [
        mistake(f"“{titles[key]}”最多 {LONGEST_SECTION} 字", where=key)
        for key, text in sections.items()
        if len(text.strip()) > LONGEST_SECTION
    ]
    if problems:
        raise Refused(problems)
    with act(person):
        claim(evaluation, "report", seen=seen)
        evaluation.sections = {key: text.strip() for key, text in sections.items() if text.strip()}
        evaluation.save(update_fields=["sections"])
        if not draft:
            record("self_evaluation.report", evaluation, {"sections": evaluation.sections})
