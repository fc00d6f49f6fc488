"""Passwords are kept as argon2id (19 MiB, two passes): slow to guess, quick enough to sign in."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_decoy = ""


def use_cheap_hashes() -> None:
    """For tests alone: hashing must not be what a test run waits for."""
    global _hasher  # noqa: PLW0603 - chosen once at start
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(password)


def hashed_quickly(password: str) -> str:
    """The hash of a password that everybody knows, such as the demo's: there is nothing that a slow one would protect."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether the password is the one whose hash was kept; takes the same time for an unknown user (empty hash)."""
    global _decoy  # noqa: PLW0603 - made once, when first needed
    if not kept:
        _decoy = _decoy or hashed("nobody")
        _verify(_decoy, password)
        return False
    return _verify(kept, password)


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
