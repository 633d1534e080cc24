"""Words for money that goes before its goal in an emergency."""

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.rules.money import wan_to_fen
from jiheng.stages.goals.express import services


@act
def release_before_goal(
    world: World, year: int, wan: dict[str, str], kind: str = "natural_disaster", role: str = "bureau_leader"
) -> None:
    """Somebody of the bureau, the leader unless told, lets money go first, in 万元; the goal has to follow."""
    for one in years(world, year, list(wan)):
        services.release_first(
            year=one, kind=kind, amount_fen=wan_to_fen(wan[one.subject.code]), source="fiscal", paper=f"会议纪要（{one.subject.code}）",
            reason="灾后抢险抢修，须立即支出", person=world.bureau(role),
        )  # fmt: skip
