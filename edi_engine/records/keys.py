"""Match keys: identifiers reduced to what survives retyping, padding and lost separators.

The store keeps these keys in indexed columns and the matchers compute the same ones, so that a
candidate found by the database is a candidate in memory too. A key is upper case, holds only A-Z
and 0-9, and has no leading zeros. An empty key means "no key": it never matches anything.
Source: domain 4.1 (normalising), quirks 13 (control numbers that mean nothing).
"""

import re
from functools import lru_cache

__all__ = [
    "PCN_PREFIX_LENGTH",
    "control_number_key",
    "member_key",
    "patient_control_number_key",
    "pcn_prefix",
]

PCN_PREFIX_LENGTH = 15
"""Shortest cut of a patient control number by a payer that we follow (domain 4.1, A6)."""

_NOT_KEY = re.compile(r"[^A-Z0-9]+")

_MEANS_NOTHING = frozenset(
    {
        "DENIED",
        "EDIDENIED",
        "MISSING",
        "NA",
        "NONE",
        "NOTAVAILABLE",
        "NOTFOUND",
        "NOTPROVIDED",
        "NULL",
        "UNKNOWN",
        "XXX",
    }
)
"""What payers send in place of an identifier; all zeros are empty keys already."""


def control_number_key(text: str) -> str:
    """Key of a line item or payer claim control number; empty for one without letter or digit."""
    plain = text.replace("-", "")  # nearly the only other character in them
    if plain.isalnum() and plain.isascii():
        return plain.upper().lstrip("0")
    return _NOT_KEY.sub("", text.upper()).lstrip("0")


@lru_cache(maxsize=1 << 16)
def patient_control_number_key(text: str) -> str:
    """Key of a patient control number (CLM01, CLP01); empty for one that means nothing."""
    key = control_number_key(text)
    return "" if key in _MEANS_NOTHING else key


def member_key(text: str) -> str:
    """Key of a member identifier; empty for one that means nothing ("UNKNOWN", all zeros)."""
    key = control_number_key(text)
    return "" if key in _MEANS_NOTHING else key


def pcn_prefix(key: str) -> str:
    """The first 15 characters of a patient control number key, the whole of a shorter one."""
    return key[:PCN_PREFIX_LENGTH]
