"""Signs of comparison as people write them: ≥ ≧ >= 大于等于 不低于 至少 以上, brought to seven."""

import re

AT_LEAST, AT_MOST, OVER, UNDER, EQUAL, ABOUT = ">=", "<=", ">", "<", "=", "≈"
LEADING = {
    ">=": AT_LEAST, "=>": AT_LEAST, "≥": AT_LEAST, "≥=": AT_LEAST, ">=≥": AT_LEAST, "大于等于": AT_LEAST, "大于或等于": AT_LEAST,
    "大于且等于": AT_LEAST, "高于或等于": AT_LEAST, "高于等于": AT_LEAST, "不少于": AT_LEAST, "不低于": AT_LEAST,
    "不小于": AT_LEAST, "不短于": AT_LEAST, "至少": AT_LEAST, "最少": AT_LEAST, "最低": AT_LEAST,
    "<=": AT_MOST, "=<": AT_MOST, "≤": AT_MOST, "≤=": AT_MOST, "小于等于": AT_MOST, "小于或等于": AT_MOST,
    "小于且等于": AT_MOST, "低于或等于": AT_MOST, "低于等于": AT_MOST, "不超过": AT_MOST, "不超": AT_MOST,
    "不高于": AT_MOST, "不大于": AT_MOST, "不多于": AT_MOST, "不迟于": AT_MOST, "不晚于": AT_MOST, "至多": AT_MOST,
    "最多": AT_MOST, "最高": AT_MOST, "不长于": AT_MOST,
    ">": OVER, "大于": OVER, "高于": OVER, "超过": OVER, "多于": OVER, "超出": OVER,
    "<": UNDER, "小于": UNDER, "低于": UNDER, "少于": UNDER, "不足": UNDER, "不满": UNDER, "未满": UNDER,
    "不到": UNDER, "早于": UNDER,
    "=": EQUAL, "==": EQUAL, "等于": EQUAL,
    "不得少于": AT_LEAST, "不得低于": AT_LEAST, "不得小于": AT_LEAST, "应不少于": AT_LEAST, "应不低于": AT_LEAST,
    "应不小于": AT_LEAST, "达到或超过": AT_LEAST, "不得超过": AT_MOST, "不得高于": AT_MOST, "不得大于": AT_MOST,
    "应不超过": AT_MOST, "应不高于": AT_MOST, "应不大于": AT_MOST, "不得多于": AT_MOST,
    "≈": ABOUT, "约": ABOUT, "大约": ABOUT, "约为": ABOUT, "约等于": ABOUT, "近": ABOUT, "接近": ABOUT, "将近": ABOUT,
    "大概": ABOUT, "大致": ABOUT, "差不多": ABOUT, "~": ABOUT,
}  # fmt: skip
# 以上、以下、以内 include the figure itself (民法典第一千二百五十九条).
TRAILING = {
    "以上": AT_LEAST, "及以上": AT_LEAST, "或以上": AT_LEAST, "起": AT_LEAST, "以下": AT_MOST, "及以下": AT_MOST,
    "或以下": AT_MOST, "以内": AT_MOST, "之内": AT_MOST, "内": AT_MOST, "左右": ABOUT, "上下": ABOUT,
    "前后": ABOUT, "不等": ABOUT,
}  # fmt: skip
LEADING_SIGN = re.compile("|".join(sorted(map(re.escape, LEADING), key=len, reverse=True)))
TRAILING_SIGN = re.compile(f"({'|'.join(sorted(TRAILING, key=len, reverse=True))})(完成|办结|到位|达标)?$")
INCLUDED = re.compile(r"\((含|含本数|包含|均含)\)|\(含\)$")
EXCLUDED = re.compile(r"\((不含|不含本数|不包含)\)")
STRICT = {AT_LEAST: OVER, AT_MOST: UNDER}
LOOSE = {OVER: AT_LEAST, UNDER: AT_MOST}


def split_comparison(text: str) -> tuple[str, str, bool]:
    """(sign, the rest, whether two signs contradict each other) of a plain text; the sign is "" when none is given.

    `95%以上(不含)` is `>`; `≥95%以上` is one sign said twice; `≥95%以下` contradicts itself.
    """
    excluded, included = EXCLUDED.search(text), INCLUDED.search(text)
    rest = INCLUDED.sub("", EXCLUDED.sub("", text)).strip()
    leading = LEADING_SIGN.match(rest)
    first = LEADING[leading[0]] if leading else ""
    rest = rest[leading.end() :].strip() if leading else rest
    trailing = TRAILING_SIGN.search(rest)
    if trailing and trailing[1] == "起" and (first or rest[: trailing.start()][-1:].isdigit()):
        trailing = None  # 事故0起 counts cases; only 10万元起 is a lower bound
    last = TRAILING[trailing[1]] if trailing else ""
    rest = rest[: trailing.start()].strip() if trailing else rest
    sign = first or last
    if excluded:
        sign = STRICT.get(sign, sign)
    elif included:
        sign = LOOSE.get(sign, sign)
    return sign, rest, bool(first and last and first[0] != last[0] and ABOUT not in (first, last))
