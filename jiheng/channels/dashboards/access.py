"""Who sees the overview."""

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny


def may_see_overview(person: Person) -> Verdict:
    """The bureau, overseers and departments, each as far as they see the projects."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("驾驶舱对财政局、主管部门和监督机构开放")


def sees_place_figures(person: Person) -> bool:
    """Whether figures of the whole place (rectification, disclosure) are shown."""
    return person.sees_whole_place
