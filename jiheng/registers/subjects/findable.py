"""Projects can be found by name, code, unit, sector."""

from jiheng.foundation.web.searching import Searched
from jiheng.registers.subjects.access import may_see_subjects
from jiheng.registers.subjects.pages import LIBRARY
from jiheng.registers.subjects.queries import library

SEARCHED = [Searched(("项目", "政策", "专项资金"), LIBRARY, "subjects:list", may_see_subjects, library)]
