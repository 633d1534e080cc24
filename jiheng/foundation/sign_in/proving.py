"""The second factor is held against the chain with its user: nobody takes it away or puts in another one unseen."""

from jiheng.foundation.accounts.models import User
from jiheng.foundation.audit.sealing import Part
from jiheng.foundation.sign_in.models import RecoveryCode, SecondFactor

PARTS = {
    User._meta.label_lower: (
        Part("factor", "第二因素", SecondFactor, ("user_id",), leave=frozenset({"last_step", "failures", "failed_at"})),
        Part("recovery", "恢复码", RecoveryCode, ("factor__user_id",)),
    ),
}
