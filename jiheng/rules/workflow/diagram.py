"""A workflow table drawn as SVG: states in the order of the work, returns as arcs below.

Only presentation attributes, so that a strict content policy lets it through.
"""

from collections.abc import Mapping, Sequence
from html import escape

from jiheng.rules.workflow.roles import ROLES
from jiheng.rules.workflow.steps import State, Step
from jiheng.rules.workflow.ways import words_of

BOX_WIDTH, BOX_HEIGHT, MARGIN = 112, 40, 24
GLYPH, SMALL = 14, 12
FILLS = {"grey": "#f1f3f5", "blue": "#e7f1fb", "amber": "#fdf3dc", "green": "#e3f4e8", "red": "#fbe6e4"}
LINES = {"grey": "#5b6672", "blue": "#1d5fa7", "amber": "#8a5a00", "green": "#1f6b39", "red": "#a3271e"}
INK, RETURNING = "#1f2933", "#8a5a00"


def _text_width(text: str, size: int) -> int:
    """Width of a line in pixels: Chinese characters are as wide as high, others about half."""
    return sum(size if ord(sign) > 0x2E80 else size * 6 // 10 for sign in text)


def _caption(step: Step) -> tuple[str, str]:
    joint = "（会签）" if step.all_must_sign else ""
    return step.label + joint + words_of(step), "／".join(ROLES[role] for role in step.by)


def _order(start: str, states: Mapping[str, State], steps: Sequence[Step]) -> list[str]:
    """States in the order of the work: along first steps from the start, then as the table lists them."""
    order = [start]
    listed = list(states)
    while len(order) < len(listed):
        onward = [step.to_state for here in reversed(order) for step in steps if step.from_state == here]
        fresh = [name for name in onward if name not in order]
        order.append(min(fresh, key=listed.index) if fresh else next(n for n in listed if n not in order))
    return order


def _lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """A lane for each span so that spans in one lane do not cross; short spans lie nearest."""
    lanes: list[list[tuple[int, int]]] = []
    given = [0] * len(spans)
    for index in sorted(range(len(spans)), key=lambda index: spans[index][1] - spans[index][0]):
        low, high = spans[index]
        lane = next(
            (n for n, used in enumerate(lanes) if all(high <= a or low >= b for a, b in used)), len(lanes)
        )
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((low, high))
        given[index] = lane
    return given


def _span(step: Step, place: Mapping[str, int]) -> tuple[int, int]:
    """What an arc covers, in half distances between states; one that comes back to its state needs room too."""
    one, two = sorted((place[step.from_state] * 2, place[step.to_state] * 2))
    return (one - 1, two + 1) if one == two else (one, two)


class _Canvas:
    """Collects shapes; text is escaped here and nowhere else."""

    def __init__(self) -> None:
        self.shapes: list[str] = []
        self.labels: list[str] = []  # drawn last, so that no line crosses words
        self.leftmost, self.rightmost = 0, 0

    def label(self, x: int, y: int, words: str, colour: str) -> None:
        """Words on a line, with a ground of their own."""
        half = _text_width(words, SMALL) // 2 + 4
        self.leftmost, self.rightmost = min(self.leftmost, x - half), max(self.rightmost, x + half)
        self.labels.append(
            f'<rect x="{x - half}" y="{y - 13}" width="{half * 2}" height="18" fill="#ffffff"/>'
            f'<text x="{x}" y="{y}" font-size="{SMALL}" fill="{colour}" text-anchor="middle">'
            f"{escape(words)}</text>"
        )

    def text(self, x: int, y: int, words: str, *, size: int, fill: str, bold: bool = False) -> None:
        weight = ' font-weight="600"' if bold else ""
        self.shapes.append(
            f'<text x="{x}" y="{y}" font-size="{size}"{weight} fill="{fill}" text-anchor="middle">'
            f"{escape(words)}</text>"
        )

    def line(self, points: Sequence[tuple[int, int]], colour: str, *, dashed: bool = False) -> None:
        path = " ".join(f"{'L' if index else 'M'}{x} {y}" for index, (x, y) in enumerate(points))
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.shapes.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"{dash}/>')
        (x0, y0), (x1, y1) = points[-2], points[-1]
        self.arrow(x1, y1, (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0), colour)

    def arrow(self, x: int, y: int, dx: int, dy: int, colour: str) -> None:
        """A head at (x, y) that points along (dx, dy)."""
        back, side = 8, 4
        left = (x - dx * back - dy * side, y - dy * back - dx * side)
        right = (x - dx * back + dy * side, y - dy * back + dx * side)
        self.shapes.append(
            f'<polygon points="{x},{y} {left[0]},{left[1]} {right[0]},{right[1]}" fill="{colour}"/>'
        )

    def box(self, x: int, y: int, state: State, *, double: bool) -> None:
        line = LINES[state.tone]
        self.shapes.append(
            f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" '
            f'fill="{FILLS[state.tone]}" stroke="{line}" stroke-width="{3 if double else 1.5}"/>'
        )
        self.text(x + BOX_WIDTH // 2, y + BOX_HEIGHT // 2 + 5, state.label, size=GLYPH, fill=INK, bold=double)


def draw(
    title: str,
    start: str,
    final: Sequence[str],
    states: Mapping[str, State],
    steps: Sequence[Step],
) -> str:
    """Draw the table: next steps straight, steps over states as arcs above, returns dashed below."""
    order = _order(start, states, steps)
    place = {name: index for index, name in enumerate(order)}
    straight: dict[int, list[Step]] = {}
    arcs: dict[bool, list[Step]] = {True: [], False: []}
    for step in steps:
        length = place[step.to_state] - place[step.from_state]
        if length == 1:
            straight.setdefault(place[step.from_state], []).append(step)
        else:
            arcs[length > 0].append(step)

    gaps = [
        max([64] + [max(_text_width(w, SMALL) for w in _caption(s)) + 28 for s in straight.get(index, [])])
        for index in range(len(order))
    ]
    left = [MARGIN + sum(gaps[:index]) + index * BOX_WIDTH for index in range(len(order))]
    rows = {forward: _lanes([_span(step, place) for step in group]) for forward, group in arcs.items()}
    pitch = 44
    stacked = max((len(group) - 1 for group in straight.values()), default=0)
    above = MARGIN + 24 + pitch * (max(rows[True], default=-1) + 1) + 34 * stacked
    below = pitch * (max(rows[False], default=-1) + 1) + MARGIN
    height = above + BOX_HEIGHT + below + 12

    canvas = _Canvas()
    middle = above + BOX_HEIGHT // 2
    for index, group in straight.items():
        x0, x1 = left[index] + BOX_WIDTH, left[index + 1]
        canvas.line([(x0, middle), (x1 - 1, middle)], INK)
        for level, step in enumerate(group):
            label, who = _caption(step)
            base = middle - 22 - 34 * level
            canvas.text((x0 + x1) // 2, base, label, size=SMALL, fill=INK, bold=True)
            canvas.text((x0 + x1) // 2, base + 15, who, size=SMALL, fill="#46525e")
    for forward, group in arcs.items():
        for number, (step, lane) in enumerate(zip(group, rows[forward], strict=True)):
            _arc(canvas, step, place, left, above, lane, number, pitch, forward=forward)
    for name in order:
        canvas.box(left[place[name]], above, states[name], double=name in final)

    sentence = "；".join(
        f"{states[s.from_state].label}：{s.label}（{'／'.join(ROLES[r] for r in s.by)}）→ "
        f"{states[s.to_state].label}"
        for s in steps
    )
    edge = canvas.leftmost
    width = max(left[-1] + BOX_WIDTH + MARGIN, canvas.rightmost) - edge
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{edge} 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="PingFang SC, Microsoft YaHei, Noto Sans CJK SC, '
        f'sans-serif"><title>{escape(title)}</title><desc>{escape(sentence)}</desc>'
        + "".join(canvas.shapes + canvas.labels)
        + "</svg>"
    )


def _arc(
    canvas: _Canvas,
    step: Step,
    place: Mapping[str, int],
    left: Sequence[int],
    above: int,
    lane: int,
    number: int,
    pitch: int,
    *,
    forward: bool,
) -> None:
    """A step over other states (above) or back (below, dashed), with its words on the line."""
    shift = 14 + 12 * (number % 4)
    x0 = left[place[step.from_state]] + (BOX_WIDTH // 2 + shift if forward else BOX_WIDTH // 2 - shift)
    x1 = left[place[step.to_state]] + (BOX_WIDTH // 2 - shift if forward else BOX_WIDTH // 2 + shift)
    if place[step.to_state] == place[step.from_state]:
        x1 = x0 + 40
    edge = above if forward else above + BOX_HEIGHT
    level = edge - 48 - pitch * lane if forward else edge + 30 + pitch * lane
    colour = INK if forward else RETURNING
    canvas.line([(x0, edge), (x0, level), (x1, level), (x1, edge)], colour, dashed=not forward)
    label, who = _caption(step)
    canvas.label((x0 + x1) // 2, level + 4, f"{label}·{who}", colour)
