"""Codes of the second factor: time-based ones (RFC 6238), recovery codes, and how secrets are kept."""

import base64
import hashlib
import io
import time

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from jiheng.foundation.accounts.passwords import first_password

STEP_SECONDS = 30
EITHER_SIDE = 1
"""Steps before and after the present one that are taken, too: clocks of telephones are seldom right."""
RECOVERY_CODES = 10
ISSUER = "绩衡"


class Unreadable(Exception):
    """The kept secret cannot be opened: the key of the installation has changed since."""


def new_secret() -> str:
    """Return a new random secret of 160 bits, as authenticator apps take it."""
    return pyotp.random_base32()


def present_step() -> int:
    """Return the present time step; by the machine's own clock, since telephones do not know a set day."""
    return int(time.time()) // STEP_SECONDS


def taken_step(secret: str, code: str, after: int) -> int | None:
    """Return the step whose code this is, if it lies within the window and after the step `after`."""
    given = code.strip().replace(" ", "")
    if len(given) != 6 or not (given.isascii() and given.isdecimal()):
        return None
    generator, now, found = pyotp.TOTP(secret, interval=STEP_SECONDS), present_step(), None
    for step in range(now - EITHER_SIDE, now + EITHER_SIDE + 1):
        if constant_time_compare(generator.generate_otp(step), given) and step > after:
            found = step
    return found


def drawn(secret: str, username: str) -> str:
    """Return the QR code of the enrolment as SVG, drawn here: the secret goes to nobody's server."""
    uri = pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=username, issuer_name=ISSUER)
    out = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        out, kind="svg", scale=5, border=4, xmldecl=False, svgns=True, title="绑定用二维码"
    )
    return out.getvalue().decode("utf-8")


def spaced(secret: str) -> str:
    """Return the secret in groups of four, to be typed by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _box() -> Fernet:
    key = hashlib.scrypt(
        settings.SECRET_KEY.encode(), salt=b"jiheng.sign_in.second_factor", n=2**10, r=8, p=1, dklen=32
    )
    return Fernet(base64.urlsafe_b64encode(key))


def closed(secret: str) -> str:
    """Return the secret as it is kept: a copy of the database alone does not give it away."""
    return _box().encrypt(secret.encode()).decode()


def opened(kept: str) -> str:
    """Return a kept secret; Unreadable when it was closed with another key."""
    try:
        return _box().decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def new_recovery_codes() -> list[str]:
    """Return new recovery codes of 59 random bits each."""
    return [first_password() for _ in range(RECOVERY_CODES)]


def digest_of(code: str) -> str:
    """Return the digest under which a recovery code is kept; spaces, lines and capitals do not matter."""
    plain = "".join(code.lower().split()).replace("-", "")
    return salted_hmac("jiheng.sign_in.recovery", plain, algorithm="sha256").hexdigest()
