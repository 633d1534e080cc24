"""What of bodies, people and their offices the chain seals: who changes it past the system is named.

A person's row is sealed with what the password was turned into, whose salt nobody knows and which goes when the personal
data are taken away: so its digest tells nothing of the name, and who puts in another password is named.
"""

from jiheng.foundation.accounts.models import (
    Appointment,
    BodyChange,
    BodyChangeLine,
    Organisation,
    Place,
    User,
)
from jiheng.foundation.audit.sealing import Kind, Part

KINDS = (
    Kind(Place, "地区", place=""),
    Kind(Organisation, "单位"),
    Kind(BodyChange, "单位变动", (Part("lines", "变动前后的单位", BodyChangeLine, ("change_id",)),)),
    Kind(User, "用户", leave=frozenset({"last_login"}), place=""),
    Kind(Appointment, "任职", place="organisation__place"),
)
