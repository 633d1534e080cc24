"""Figures of how far goals cover the budgets."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import person_of
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.goals.books import book_lines, missing_goals


@measure
def book_covered(place: Place, year: int, book: str) -> str:
    """How far goals cover one budget: approved of how many, how many are missing, whether the rules ask for it."""
    office = person_of(Appointment.objects.filter(organisation__place=place, role="performance_office")[0])
    cycle = Cycle.objects.get(place=place, budget_year=year)
    cover = next(one.cover for one in book_lines(office, cycle) if one.cover.book == book)
    listed = missing_goals(office, cycle).filter(book=book).count()
    asked = f"还缺 {listed}" if cover.demanded else "没有列入"
    return f"{cover.approved}/{cover.due}，{asked}"
