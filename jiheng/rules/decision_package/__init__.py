"""决定包: one decision in one file, with the facts, the frozen rules and the result, that anybody can work out again.

A kind of decision is one file in `kinds/`. Nothing here needs a database, settings or packs.
"""

from jiheng.rules.decision_package.file import FORMAT, Damaged, Package, entry_of, written
from jiheng.rules.decision_package.kind import Kind, Step, Worked
from jiheng.rules.decision_package.registry import KINDS, kind_named

__all__ = ["FORMAT", "KINDS", "Damaged", "Kind", "Package", "Step", "Worked", "entry_of", "kind_named", "written"]
