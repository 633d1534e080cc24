"""What of leading bodies the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind
from jiheng.registers.bodies.models import LeadOffice

KINDS = (Kind(LeadOffice, "牵头机构"),)
