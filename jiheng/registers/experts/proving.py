"""What of the register of experts and agencies the chain seals; not their names, which are people's own."""

from jiheng.foundation.audit.sealing import Kind
from jiheng.registers.experts.models import Evaluator

KINDS = (Kind(Evaluator, "专家与机构", leave=frozenset({"name"})),)
