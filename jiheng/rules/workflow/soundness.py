"""Whether a workflow table can be trusted: what the reader asks of it before anybody works by it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from jiheng.rules.workflow.checks import CHECKS
from jiheng.rules.workflow.roles import ROLES
from jiheng.rules.workflow.steps import State, Step
from jiheng.rules.workflow.ways import parted, wrong_ways


def distances(start: str, steps: Sequence[Step]) -> dict[str, int]:
    """Fewest steps from `start` to each state that can be reached."""
    found = {start: 0}
    frontier = [start]
    while frontier:
        here = frontier.pop(0)
        for step in steps:
            if step.from_state == here and step.to_state not in found:
                found[step.to_state] = found[here] + 1
                frontier.append(step.to_state)
    return found


def _ending(final: Sequence[str], steps: Sequence[Step]) -> set[str]:
    """States from which some final state can be reached."""
    found = set(final)
    grown = True
    while grown:
        more = {step.from_state for step in steps if step.to_state in found} - found
        found |= more
        grown = bool(more)
    return found


def _of_states(
    start: str, final: Sequence[str], states: Mapping[str, State], steps: Sequence[Step]
) -> Iterator[str]:
    named = {start, *final} | {name for step in steps for name in (step.from_state, step.to_state)}
    for name in sorted(named - set(states)):
        yield f"状态“{name}”没有在 states 中说明"
    if not final:
        yield "没有终点状态（final）"
    reached = distances(start, steps)
    ending = _ending(final, steps)
    for name in states:
        if name not in reached:
            yield f"状态“{name}”从起点到不了"
        elif name not in ending:
            yield f"状态“{name}”走不到任何终点"
    for step in steps:
        if step.from_state in final:
            yield f"“{step.label}”从终点状态“{step.from_state}”出发，终点之后不能再有步骤"


def _of_step(step: Step, start: str, actions: set[str], depths: Sequence[Mapping[str, int]]) -> Iterator[str]:
    where = f"“{step.label}”（{step.action}，{step.from_state} → {step.to_state}）"
    for role in step.by:
        if role not in ROLES:
            yield f"{where}的角色“{role}”不存在"
    for name, argument in step.requires.items():
        condition = CHECKS.get(name)
        if condition is None:
            yield f"{where}的条件“{name}”不存在"
        elif not isinstance(argument, condition.takes) or argument is False:
            yield f"{where}的条件“{name}”的写法不对，应为{_WRITTEN[condition.takes]}"
    if step.all_must_sign and len(set(step.by)) < 2:
        yield f"{where}要求会签，但只有一个角色"
    for earlier in step.not_same_person_as:
        if earlier not in actions:
            yield f"{where}的 not_same_person_as 指向不存在的动作“{earlier}”"
    if step.from_state != start and not step.own and not step.not_same_person_as:
        yield f"{where}没有写明谁不能办（not_same_person_as）：起草人不能审核自己的事项"
    yield from (f"{where}的 when：{one}" for one in wrong_ways(step))
    # A state that some cases reach by a shorter way is no way back for the others.
    goes_back = depths and all(depth.get(step.to_state, 0) < depth[step.from_state] for depth in depths)
    if goes_back and not step.own and not step.comment:
        yield f"{where}是退回，须要求填写意见（comment: true）"


_WRITTEN = {bool: "true", str: "文字", list: "清单", int: "整数"}


def problems(
    start: str, final: Sequence[str], states: Mapping[str, State], steps: Sequence[Step]
) -> list[str]:
    """Everything that is unsound in a table, in words; empty when it can be used."""
    found = list(_of_states(start, final, states, steps))
    actions = {step.action for step in steps}
    sound_ways = not any(wrong_ways(step) for step in steps)
    kinds = parted(steps) if sound_ways else [("", list(steps))]
    known = [(rows, distances(start, rows)) for _, rows in kinds]
    for step in steps:
        depths = [depth for rows, depth in known if step in rows and step.from_state in depth]
        found += _of_step(step, start, actions, depths)
    if sound_ways:
        for kind, rows in kinds:
            found += _of_kind(kind, start, final, rows)
    return found


def _of_kind(kind: str, start: str, final: Sequence[str], steps: Sequence[Step]) -> Iterator[str]:
    """What is wrong for the cases that go one way: a button twice, a state that leads nowhere for them."""
    buttons = Counter((step.from_state, step.action, role) for step in steps for role in step.by)
    for (state, action, role), times in buttons.items():
        if times > 1:
            yield f"状态“{state}”下，{ROLES.get(role, role)}的动作“{action}”{kind}写了{times}次"
    if kind:
        for name in sorted(set(distances(start, steps)) - _ending(final, steps)):
            yield f"{kind}到了状态“{name}”就走不到任何终点"
