"""The result does not repeat the objective word for word."""

import re

from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.reading import is_blank, plain

EDITOR_NOTE = re.compile(
    r"[(\[【](?=.*(?:目标|左[栏侧]|上[栏列]|逐字|照[抄搬]|原文))(?!.*(?:基本|大致|大体|部分|略|不|未|差异))[^()]{0,16}(?:逐字|完全|文字|全文|内容|表述|原文)?(?:相同|一致|照抄|照搬|重复|雷同)[^()]{0,10}[)\]】]"
)
SIGNS = re.compile(r"[\s,.;:、。“”\"'!?()\[\]【】《》·—-]+")


def find(form: PublishedForm) -> list[Finding]:
    """Compared without spaces and punctuation. A bracketed note that both are the same, as editors of published
    tables leave it instead of the text, counts as the text.
    """
    if is_blank(form.objective) or is_blank(form.result):
        return []
    objective, result = SIGNS.sub("", plain(form.objective)), SIGNS.sub("", plain(form.result))
    if not EDITOR_NOTE.fullmatch(plain(form.result)) and (objective != result or not objective):
        return []
    return [
        Finding("objective_copied", "年度总体目标·实际完成情况", _short(form.result), "与预期目标逐字相同")
    ]


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
