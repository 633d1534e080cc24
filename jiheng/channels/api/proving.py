"""Tokens act as people do: one that was put in, widened or revived past the system is named."""

from jiheng.channels.api.models import Token
from jiheng.foundation.audit.sealing import Kind

KINDS = (Kind(Token, "接口令牌", leave=frozenset({"used_on"})),)
