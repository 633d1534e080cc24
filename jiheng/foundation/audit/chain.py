"""How an entry is sealed: the canonical text, the digest, the order of fields."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

ALGORITHMS = ("sha256", "sm3")


def available_algorithm() -> str:
    """Return SM3 where the host's OpenSSL offers it and the setting asks; SHA-256 otherwise."""
    return "sha256"


def canonical(content: Mapping[str, Any]) -> str:
    """Return one and only one text for the same content: sorted keys, no spaces, exact text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content as it will come back from the database: text, whole numbers, lists, mappings."""
    made: dict[str, Any] = json.loads(canonical(content))
    return made


def seal(algorithm: str, previous: str, content: Mapping[str, Any]) -> str:
    """Return the digest of an entry from the digest before it and its own content."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"不认识的摘要算法：{algorithm}")
    return hashlib.new(algorithm, f"{previous}\n{canonical(content)}".encode()).hexdigest()


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the hash that a signature is bound to: exactly what was signed."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
