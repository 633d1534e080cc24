"""The looks of a workbook's cells, as text: a cell's look with another filling is one more look at the end."""

import re
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst",
)  # fmt: skip
FIRST = {
    "fonts": b'<font><sz val="11"/><name val="Calibri"/></font>',
    "fills": b'<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    "borders": b"<border/>",
    "cellStyleXfs": b"<xf/>",
    "cellXfs": b"<xf/>",
}
"""What a list must begin with where a workbook lacks it."""
EMPTY = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="%b"></styleSheet>'
_FILLS = frozenset({"fill", "patternFill", "fgColor", "bgColor", "gradientFill", "stop", "color"})
_ATTRIBUTES = frozenset(
    {"patternType", "rgb", "theme", "indexed", "auto", "tint", "type", "degree", "left", "right", "top", "bottom", "position"}
)


class Styles:
    """The part that holds the looks; `text` is what it has become."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        found = re.search(rb"<((?:\w+:)?)styleSheet\b", text)
        if found is None:
            raise ValueError("no styleSheet")
        self.prefix = found[1]
        if re.search(rb"<(?:\w+:)?styleSheet\b[^>]*/>", text):
            self.text = re.sub(rb"(<(?:\w+:)?styleSheet\b[^>]*)/>", rb"\1></%bstyleSheet>" % self.prefix, text, count=1)
        for name in FIRST:
            self._list(name)
        self._looks = self._items("cellXfs", "xf")
        self._fills = self._items("fills", "fill")
        while len(self._fills) < 2:  # programs take the first two for no filling and for dots, whatever they say
            self._fills.append(self.append("fills", b"<fill/>"))
        self._made: dict[tuple[int, str], int] = {}
        self._fill_numbers: dict[str, int] = {}

    def fill_of(self, look: int) -> str:
        """Return the filling of a look as text; "" for none."""
        if look >= len(self._looks):
            return ""
        number = re.search(rb"""\bfillId\s*=\s*["'](\d+)["']""", self._looks[look])
        at = int(number[1]) if number else 0
        return sound_fill(self._fills[at].decode()) if 0 < at < len(self._fills) else ""

    def with_fill(self, look: int, fill: str) -> int:
        """Return the look that is like `look`, but filled so; "" is no filling."""
        if (look, fill) not in self._made:
            if not fill:
                number = 0
            elif fill in self._fill_numbers:
                number = self._fill_numbers[fill]
            else:
                number = self._fill_numbers[fill] = len(self._fills)
                self._fills.append(self.append("fills", fill.encode()))
            old = self._looks[look] if look < len(self._looks) else b"<xf/>"
            bare = re.sub(rb"""\s+(?:fillId|applyFill)\s*=\s*["'][^"']*["']""", b"", old)
            self._made[look, fill] = self.look(
                re.sub(rb"^<((?:\w+:)?)xf\b", rb'<\1xf fillId="%d" applyFill="1"' % number, bare, count=1)
            )
        return self._made[look, fill]

    def font(self, text: bytes) -> int:
        """Add a font; return its number."""
        number = len(self._items("fonts", "font"))
        self.append("fonts", text)
        return number

    def look(self, text: bytes) -> int:
        """Add a look; return its number."""
        self._looks.append(self.append("cellXfs", text))
        return len(self._looks) - 1

    def append(self, name: str, item: bytes) -> bytes:
        """Put an item at the end of a list and count it; return it as it stands there."""
        if self.prefix:
            item = re.sub(rb"<(/?)(?=[A-Za-z]+[\s/>])", rb"<\1" + self.prefix, item)
        found = self._list(name)
        attributes = re.sub(rb"""\s*\bcount\s*=\s*["']\d+["']""", b"", found[1])
        child = {"fonts": "font", "fills": "fill", "borders": "border"}.get(name, "xf")
        tag, count = self.prefix + name.encode(), len(_items(found[2] or b"", child)) + 1
        whole = b'<%b%b count="%d">%b%b</%b>' % (tag, attributes, count, found[2] or b"", item, tag)
        self.text = self.text[: found.start()] + whole + self.text[found.end() :]
        return item

    def _items(self, name: str, child: str) -> list[bytes]:
        return _items(self._list(name)[2] or b"", child)

    def _list(self, name: str) -> re.Match[bytes]:
        """The list of that name, made where it is missing or empty."""
        tag = re.escape(self.prefix) + name.encode()
        pattern = re.compile(rb"<%b\b([^>]*?)(?:/>|>(.*?)</%b>)" % (tag, tag), re.DOTALL)
        found = pattern.search(self.text)
        if found is not None and found[2] and found[2].strip():
            return found
        if found is not None:
            self.text = self.text[: found.start()] + self.text[found.end() :]
        after = "|".join(ORDER[ORDER.index(name) + 1 :]).encode()
        end = re.search(rb"<%b(?:%b)\b|</%bstyleSheet>" % (self.prefix, after, self.prefix), self.text)
        if end is None:
            raise ValueError("no end of styleSheet")
        child = {"fonts": "font", "fills": "fill", "borders": "border"}.get(name, "xf")
        first = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1" + self.prefix, FIRST[name])
        whole = b'<%b count="%d">%b</%b>' % (
            self.prefix + name.encode(), len(_items(first, child)), first, self.prefix + name.encode(),
        )  # fmt: skip
        self.text = self.text[: end.start()] + whole + self.text[end.start() :]
        made = pattern.search(self.text)
        if made is None:
            raise ValueError(name)
        return made


def _items(text: bytes, child: str) -> list[bytes]:
    """The items of a list; `<fonts>` and `<font>` are told apart by what follows the name."""
    tag = child.encode()
    return [
        one[0] for one in re.finditer(rb"<((?:\w+:)?)%b(?=[\s/>])[^>]*?(?:/>|>.*?</\1%b>)" % (tag, tag), text, re.DOTALL)
    ]


def sound_fill(text: str) -> str:
    """A filling written anew from what may stand in one, whoever wrote it; "" for anything else."""
    bare = re.sub(r"<(/?)\w+:", r"<\1", text)
    try:
        root = ET.fromstring(bare)  # noqa: S314  no declarations: a fragment of a part that has none
    except ET.ParseError:
        return ""
    return _written(root) if root.tag == "fill" and len(root) == 1 else ""


def _written(node: ET.Element) -> str:
    if node.tag not in _FILLS:
        return ""
    told = "".join(f" {key}={quoteattr(value)}" for key, value in node.attrib.items() if key in _ATTRIBUTES)
    inside = "".join(_written(one) for one in node)
    return f"<{node.tag}{told}>{inside}</{node.tag}>" if inside else f"<{node.tag}{told}/>"
