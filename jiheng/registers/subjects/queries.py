"""Reading subjects: lists, and what earlier years left."""

from jiheng.registers.subjects.models import Standing, SubjectYear


def standing_for(year: SubjectYear) -> list[Standing]:
    """Return what earlier results left to this budget year, newest last."""
    found = Standing.objects.filter(subject_id=year.subject_id, for_budget_year=year.budget_year)
    return list(found.order_by("pk"))


def previous_year(year: SubjectYear) -> SubjectYear | None:
    """Return the same subject in the latest earlier budget year."""
    found = SubjectYear.objects.filter(subject_id=year.subject_id, budget_year__lt=year.budget_year)
    return found.order_by("-budget_year").first()
