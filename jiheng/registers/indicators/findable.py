"""Indicators of the library can be found as on its own page: by name, initials, synonyms."""

from jiheng.foundation.web.searching import Searched
from jiheng.registers.indicators.access import may_see_library
from jiheng.registers.indicators.pages import LIBRARY
from jiheng.registers.indicators.queries import library_rows

SEARCHED = [Searched(("指标",), LIBRARY, "indicators:list", may_see_library, lambda person, _: library_rows(person), yearly=False)]
