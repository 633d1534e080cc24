"""`python -m jiheng.channels.scenarios.handbook` prints docs/published-figures.md: every published figure and where it comes from.

The verdicts are those that the scenario of a place has to reach; whether it does is what `jiheng scenario` and the tests say.
"""

import os
import sys
from collections.abc import Iterator

import django

HEAD = """# 公布的数字，逐个

由 `python -m jiheng.channels.scenarios.handbook` 按各地场景的 `expected.yaml` 生成，不手改。`jiheng scenario <地区>` 按剧本逐项办理以后，
由系统的统计得出这些数，与公布的比较；“结论”是场景必须得到的，测试按同一剧本（清单较长的缩短）核对。公布了、场景没有对照的数字和理由，
写在各地的对照文档（`docs/traces/`）里。

“性质”：填报——剧本送进来的数；生成——单项由种子生成、合计等于公布数；推算——由办理的事和规则得出。“统计”是得出这个数的函数
（`jiheng/channels/scenarios/measures*.py`）和参数。
"""
VERDICTS = {
    "plain": "相等",
    "near": "相等（公布的是约数，相差不超过 {within}）",
    "also": "公布数自相矛盾：另一处是 {also}",
    "readings": "有两种读法：{readings}",
}


def lines() -> Iterator[str]:
    """Yield the document line by line."""
    from jiheng.channels.scenarios.run import KINDS, Expected, read_expected  # noqa: PLC0415  # after the set-up
    from jiheng.rules.policy import load_policy  # noqa: PLC0415
    from jiheng.rules.policy.loading import available_places  # noqa: PLC0415

    def verdict(one: Expected) -> str:
        key = "readings" if one.readings else "also" if one.also_published else "near" if one.near else "plain"
        return VERDICTS[key].format(within=one.within, also=one.also_published, readings="、".join(one.readings))

    yield from HEAD.splitlines()
    for place in available_places():
        try:
            figures = read_expected(place).figures
        except FileNotFoundError:
            continue
        if not figures:
            continue
        yield ""
        yield f"## {load_policy(place).name}（`{place}`，{len(figures)} 个）"
        yield ""
        yield "| 公布的数字 | 公布 | 性质 | 原文 | 统计 | 结论 | 注 |"
        yield "|---|--:|---|---|---|---|---|"
        for one in figures:
            said = "，".join(f"{key}={_plain(value)}" for key, value in one.with_.items())
            where = f"`{one.measure}`" + (f"：{said}" if said else "")
            yield f"| {one.label} | {one.published}{one.unit} | {KINDS[one.kind]} | {one.clause} | {where} | {verdict(one)} | {one.note} |"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def main() -> None:
    """Print the document."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiheng.site.settings")
    os.environ.setdefault("JIHENG_DEBUG", "1")
    django.setup()
    sys.stdout.write("\n".join(lines()) + "\n")


if __name__ == "__main__":
    main()
