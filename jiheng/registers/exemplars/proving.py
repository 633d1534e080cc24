"""What of the library of cases the chain seals: of those only found their state, of the others everything."""

from jiheng.foundation.audit.sealing import Kind
from jiheng.registers.exemplars.models import Exemplar


def _steps(_: object) -> dict[str, str]:
    return dict(Exemplar.STATES)


KINDS = (Kind(Exemplar, "案例", open_in=frozenset({"found"}), steps=_steps),)
