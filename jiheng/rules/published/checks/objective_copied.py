"""The result does not repeat the objective word for word."""

import re

from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.reading import is_blank, plain

EDITOR_NOTE = re.compile(r"\([^()]{0,12}(?:逐字|完全|文字)(?:相同|一致)\)|\([^()]{0,8}照抄[^()]{0,8}\)")
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
