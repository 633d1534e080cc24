"""Small packs for tests: files as text."""

MANIFEST = """place: {place}
name: {name}
responsible: 测试
subject_kinds: {{project: 项目}}
{extends}"""

SOURCES = """law:
  title: 测试办法
  number: 测财〔2020〕1号
  issued: 2020-01-01
  level: county
"""

LIMIT = """limit:
  label: 限额
  unit: 元
  values:
    - from_budget_year: 2020
      value: 5000000
      cite: {source: law, clause: 第三条}
    - from_budget_year: 2022
      value: 3000000
      cite: {source: law, clause: 第四条}
"""


def files(place="upper", *, extends="", sources=SOURCES, **more):
    """Files of a pack; a name such as `parameters__a` stands for parameters/a.yaml."""
    made = {
        "pack.yaml": MANIFEST.format(
            place=place, name=place, extends=f"extends: {extends}" if extends else ""
        )
    }
    if sources:
        made["sources.yaml"] = sources
    for name, text in more.items():
        made[name.replace("__", "/") + ".yaml"] = text
    return made
