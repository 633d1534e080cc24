"""What of rules the chain seals: frozen packs, amendments and who approved them, confirmed values, years that took up newer ones."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.foundation.workflow.proving import SIGNATURES
from jiheng.registers.policies.models import (
    Adoption,
    AdoptionVerdict,
    Amendment,
    AmendmentVerdict,
    Confirmation,
    Snapshot,
)

KINDS = (
    Kind(Snapshot, "冻结的制度"),
    Kind(Confirmation, "暂定值的确认"),
    Kind(Amendment, "制度修订", (Part("verdict", "审批", AmendmentVerdict, ("amendment_id",)),)),
    Kind(Adoption, "采用新版制度", (SIGNATURES, Part("verdict", "审批", AdoptionVerdict, ("adoption_id",)))),
)
