"""What of handing in to other bodies the chain seals; publications carry their own digest (see `queries.altered`)."""

from jiheng.foundation.audit.sealing import Kind
from jiheng.stages.disclosure.models import Dispatch

KINDS = (Kind(Dispatch, "报送登记"),)
