"""How an entry is sealed: the algorithm at work, the canonical text, the hash of what is signed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from jiheng.foundation.audit.verifier import ALGORITHMS, HAS_SM3, canonical, seal

__all__ = ["ALGORITHMS", "available_algorithm", "canonical", "content_hash", "plain", "seal"]


def available_algorithm(last: str = "") -> str:
    """Return the algorithm for the next entry of a chain whose last one was sealed with `last`.

    By the setting; "auto" takes SM3 (GB/T 32905) where the host's OpenSSL has it and never goes back from it:
    a host without it seals in plain Python.
    """
    asked: str = settings.AUDIT_ALGORITHM
    if asked != "auto":
        return asked
    return "sm3" if HAS_SM3 or last == "sm3" else last or "sha256"


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content as it will come back from the database: text, whole numbers, lists, mappings."""
    made: dict[str, Any] = json.loads(canonical(content))
    return made


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the hash that a signature is bound to: exactly what was signed."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
