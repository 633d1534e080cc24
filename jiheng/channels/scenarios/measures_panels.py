"""Figures of experts' scoring and of reviews by several parties."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import person_of
from jiheng.stages.appraisal.joint.access import visible_joints
from jiheng.stages.appraisal.joint.queries import turns_of
from jiheng.stages.appraisal.models import ExpertPanel, JointReview
from jiheng.stages.appraisal.panel.queries import rounds_of, verify_panel_draw


def _panel(place: Place, year: int, code: str) -> ExpertPanel:
    return ExpertPanel.objects.get(place=place, appraisal__subject_year__budget_year=year, appraisal__subject_year__subject__code=code)


@measure
def panel_names(place: Place, year: int, code: str, name: str) -> str:
    """Whether an expert took part in the draw: 参加 or 不参加."""
    panel = _panel(place, year, code)
    names = {one["key"]: one["name"] for one in panel.library}
    return "参加" if name in {names[key] for key in panel.population} else "不参加"


@measure
def panel_repeats(place: Place, year: int, code: str) -> str:
    """Whether the draw comes out the same when it is repeated: 一致 or 不一致."""
    return "不一致" if verify_panel_draw(_panel(place, year, code)) else "一致"


@measure
def panel_rounds(place: Place, year: int, code: str) -> str:
    """The spread of each closed round and the total of the last, in points."""
    found = rounds_of(_panel(place, year, code))
    return "；".join(f"第{one.number}轮相差{one.result.spread}" for one in found) + f"；{found[-1].result.total}分"


@measure
def joint_route(place: Place, year: int, code: str) -> str:
    """The parties that spoke and signed, in their order."""
    review = JointReview.objects.get(place=place, appraisal__subject_year__budget_year=year, appraisal__subject_year__subject__code=code)
    return "；".join(f"{one.party.label}{one.party.duty}" for one in turns_of(review) if one.spoken and one.signature is not None)


@measure
def joint_seen_by(place: Place, role: str) -> str:
    """How many reviews somebody in this role can look at."""
    held = Appointment.objects.filter(organisation__place=place, role=role).select_related("user", "organisation__place")
    return str(visible_joints(person_of(held[0])).count())
