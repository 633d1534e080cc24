"""Files that prove a record are held against the chain with it."""

from jiheng.foundation.audit.sealing import Part
from jiheng.foundation.files.models import Evidence

EVIDENCE = Part("evidence", "附件", Evidence, always=True)
