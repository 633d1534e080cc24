"""Chinese numerals, small and financial forms, as exact integers: 十二, 一百二十万, 二〇二六, 壹仟."""

DIGITS = {sign: value for value, signs in enumerate(
    ("〇零", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")) for sign in signs}  # fmt: skip
STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}
NUMERALS = "".join(DIGITS) + "".join(STEPS) + "".join(GROUPS)
LONGEST = 24


def chinese_integer(text: str) -> int | None:
    """The integer that a text of Chinese numerals spells, or None when it does not spell one properly."""
    if not text or len(text) > LONGEST or any(sign not in NUMERALS for sign in text):
        return None
    if all(sign in DIGITS for sign in text):
        if len(text) > 1 and "两" in text:  # 三三两两 is a phrase; 两 never stands in a row of digits
            return None
        if len(text) in (2, 3) and not set(text) & {
            "〇",
            "零",
        }:  # 五一, 三一五 are days, 三四 is three or four
            return None
        return int("".join(str(DIGITS[sign]) for sign in text))
    return _spelled(text)


def _spelled(text: str) -> int | None:
    """The value of numerals with steps, from the largest group down; None when a step is out of order."""
    total = 0
    for group in ("亿", "万"):
        head, sign, text = text.rpartition(group) if group in text else ("", "", text)
        if not sign:
            continue
        value = _spelled(head) if any(g in head for g in GROUPS) else _below_ten_thousand(head)
        if not value:
            return None
        total += value * GROUPS[group]
    if not text:
        return total or None
    rest = _below_ten_thousand(text)
    return None if rest is None or (rest == 0 and total == 0) else total + rest


def _below_ten_thousand(text: str) -> int | None:
    """The value of numerals below 万: each step at most once and falling, digits only before a step or last."""
    total, digit, last_step = 0, None, 10**4
    for place, sign in enumerate(text):
        if sign in STEPS:
            step = STEPS[sign]
            if step >= last_step or (digit is None and (step != 10 or place > 0)) or digit == 0:
                return None
            total, digit, last_step = total + (digit or 1) * step, None, step
        elif sign in DIGITS:
            if digit:  # two digits side by side inside a spelled number
                return None
            digit = DIGITS[sign]
        else:
            return None
    if not text:
        return None
    # 一百二 means 120 in speech and 102 to a careless reader: a figure in a table must not depend on that.
    if digit and last_step > 10 and last_step < 10**4 and "〇" not in text and "零" not in text:
        return None
    return total + (digit or 0)
