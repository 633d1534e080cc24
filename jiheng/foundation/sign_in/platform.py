"""Signing in over a platform (OpenID Connect): authorization code with PKCE, state and nonce, checked token.

The platform says who somebody is; what the person may do comes from appointments here, never from it.
"""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import jwt
from django.conf import settings

SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Only what is signed with the platform's own key; never "none", never a secret that two share."""
LEEWAY = 60
KEPT_SECONDS = 600
WAIT_SECONDS = 10
LARGEST = 1024 * 1024
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Unwell(Exception):
    """The platform does not answer as it should; the text is for the log, not for the person."""


class Untrusted(Exception):
    """What came back is not to be believed; the text is for the log."""


@dataclass(frozen=True)
class Started:
    """What the session keeps between going to the platform and coming back; counts once."""

    state: str
    nonce: str
    verifier: str
    next: str = ""

    def plain(self) -> dict[str, str]:
        """Return it as the session keeps it."""
        return {"state": self.state, "nonce": self.nonce, "verifier": self.verifier, "next": self.next}


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


# Reached directly: neither a proxy from the environment nor a redirect may stand between us and the platform.
_opener = build_opener(_NoRedirect, ProxyHandler({}))
_kept: dict[str, tuple[float, Any]] = {}
_lock = Lock()


def forget() -> None:
    """Forget what the platform said about itself and its keys."""
    with _lock:
        _kept.clear()


def sound_address(url: str) -> bool:
    """Whether an address of the platform is encrypted; on the machine itself it need not be."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )


def _ask(url: str, data: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Any:
    if not sound_address(url):
        raise Unwell(f"address is not encrypted: {url}")
    body = urlencode(data).encode() if data is not None else None
    request = Request(url, data=body, headers={"Accept": "application/json", **(headers or {})})  # noqa: S310
    try:
        with _opener.open(request, timeout=WAIT_SECONDS) as answer:
            read = answer.read(LARGEST + 1)
    except HTTPError as error:
        error.close()
        raise Unwell(f"{urlsplit(url).path} answered {error.code}") from error
    except (URLError, OSError) as error:
        raise Unwell(f"{urlsplit(url).path} does not answer: {type(error).__name__}") from error
    try:
        found = json.loads(read) if len(read) <= LARGEST else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unwell(f"{urlsplit(url).path} answered no JSON object")
    return found


def _known(url: str, *, anew: bool = False) -> dict[str, Any]:
    """Return a document of the platform, kept for ten minutes."""
    with _lock:
        held = _kept.get(url)
    if held is not None and not anew and time.monotonic() - held[0] < KEPT_SECONDS:
        return cast(dict[str, Any], held[1])
    found: dict[str, Any] = _ask(url)
    with _lock:
        _kept[url] = (time.monotonic(), found)
    return found


def about() -> dict[str, Any]:
    """Return what the platform says about itself; Unwell when it is another one than the settings name."""
    issuer = settings.OIDC_ISSUER
    found = _known(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise Unwell(f"the platform calls itself {found.get('issuer')!r}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(found.get(name), str) or not sound_address(found[name]):
            raise Unwell(f"{name} is missing or not encrypted")
    return found


def start(back: str, wanted: str) -> tuple[str, Started]:
    """Return where to send the browser, and what the session keeps; `back` is our own address."""
    begun = Started(
        secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(64), wanted
    )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = str(about()["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", begun


def finish(begun: Started, given: dict[str, str], back: str) -> str:
    """Exchange the code, check the token, and return the name that the platform vouches for.

    Untrusted when state, signature, issuer, audience, dates or nonce are not those of this sign-in.
    """
    if not secrets.compare_digest(given.get("state", "").encode(), begun.state.encode()):
        raise Untrusted("state is not of this session")
    if given.get("iss") not in {None, settings.OIDC_ISSUER}:
        raise Untrusted("answer of another platform")
    if not given.get("code"):
        raise Untrusted(f"no code: {given.get('error', '')[:80]!r}")
    basic = base64.b64encode(f"{settings.OIDC_CLIENT_ID}:{settings.OIDC_CLIENT_SECRET}".encode()).decode()
    answer = _ask(
        str(about()["token_endpoint"]),
        {
            "grant_type": "authorization_code",
            "code": given["code"],
            "redirect_uri": back,
            "client_id": settings.OIDC_CLIENT_ID,
            "code_verifier": begun.verifier,
        },
        {"Authorization": f"Basic {basic}"} if settings.OIDC_CLIENT_SECRET else None,
    )
    claims = checked(str(answer.get("id_token", "")), begun.nonce)
    name = claims.get(settings.OIDC_CLAIM)
    if not isinstance(name, str) or not name:
        raise Untrusted(f"token has no {settings.OIDC_CLAIM}")
    return name


def checked(token: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an identity token that is sound in every respect; Untrusted otherwise."""
    try:
        head = jwt.get_unverified_header(token)
        if head.get("alg") not in SIGNED_WITH:
            raise Untrusted(f"signed with {head.get('alg')!r}")
        claims = jwt.decode(
            token,
            _key(head).key,
            algorithms=[head["alg"]],
            audience=settings.OIDC_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise Untrusted(f"{type(error).__name__}: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.OIDC_CLIENT_ID:
        raise Untrusted("token was given to somebody else")
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Untrusted("nonce is not of this session")
    return claims


def _key(head: dict[str, Any]) -> jwt.PyJWK:
    """Return the platform's key that the token names; the keys are read once more when it is a new one."""
    address = str(about()["jwks_uri"])
    for anew in (False, True):
        keys = jwt.PyJWKSet.from_dict(_known(address, anew=anew)).keys
        fitting = [one for one in keys if head.get("kid") in {one.key_id, None} and one.public_key_use in {None, "sig"}]
        fitting = [one for one in fitting if one.algorithm_name in {None, head["alg"]} or one.key_type != "oct"]
        if len(fitting) == 1 or (fitting and head.get("kid")):
            return fitting[0]
    raise Untrusted(f"no key {head.get('kid')!r}")
