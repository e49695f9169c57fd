"""Passwords and session tokens: argon2 for the one, chance for the other. Only this sees them."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from edi_engine.errors import InputError

__all__ = [
    "PASSWORD_LENGTH_MAX",
    "PASSWORD_LENGTH_MIN",
    "hash_password",
    "is_password",
    "new_token",
    "token_hash",
]

PASSWORD_LENGTH_MIN = 12
"""Length is what makes a password hard to guess; no rules about signs (NIST SP 800-63B, 5.1.1.2,
asks for 8 and more where nothing else is asked for)."""

PASSWORD_LENGTH_MAX = 256
"""Longer ones only make the hash work."""

_TOKEN_BYTES = 32

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(8))
"""What is verified where there is no such user, so that both answers take as long."""


def hash_password(password: str, *, login: str = "") -> str:
    """The hash to keep. Raises InputError for a password that is too short, too long or the
    login."""
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise InputError(
            f"a password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters.",
            place="password",
            remedy="Choose a longer one; several words do well.",
        )
    if login and login in password.lower():
        raise InputError(
            "the password holds the login.", place="password", remedy="Choose another one."
        )
    return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password of a kept hash; False, as slowly, without one."""
    try:
        _HASHER.verify(kept or _NOBODY, password[:PASSWORD_LENGTH_MAX])
    except (InvalidHashError, VerificationError):
        return False
    return kept is not None


def new_token() -> str:
    """A session's token, for the browser alone."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token: whoever reads the database cannot log in with it."""
    return hashlib.sha256(token.encode()).hexdigest()
