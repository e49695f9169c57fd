"""Code tables of acknowledgments: TA1, 997, 999, 277CA and 277, with our own short labels.

The values are facts of the public lists; claim status codes without words of ours have an empty
label. A code that no table knows is information: the getters return None. Source: domain 3.9, 3.10.
"""

from enum import StrEnum
from functools import cache

import msgspec

from edi_engine.codes.tables import CodeStatus, table_rows

__all__ = [
    "AckCode",
    "StatusMeaning",
    "StatusPlace",
    "acknowledgment_verdict",
    "claim_status_category",
    "claim_status_place",
    "claim_status_reason",
    "element_fault",
    "entity_loop",
    "group_fault",
    "interchange_note",
    "segment_fault",
    "set_fault",
    "status_entity",
]


class StatusMeaning(StrEnum):
    """What a verdict or a claim status category means for a claim. SPLIT counts as accepted.
    PENDING, FINALIZED, REQUEST and ERROR settle nothing: a remittance does."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    PARTLY = "partly"
    REJECTED = "rejected"
    FORWARDED = "forwarded"
    RECEIVED = "received"
    SPLIT = "split"
    PENDING = "pending"
    FINALIZED = "finalized"
    REQUEST = "request"
    ERROR = "error"


class AckCode(msgspec.Struct, frozen=True):
    """A code with our label. `meaning` is told of verdicts and categories only, `remedy` of faults:
    what it should be."""

    code: str
    status: CodeStatus
    label: str
    meaning: StatusMeaning | None = None
    remedy: str = ""


@cache
def _table(name: str) -> dict[str, AckCode]:
    return {row["code"]: msgspec.convert(row, AckCode) for row in table_rows(name)}


def claim_status_category(code: str) -> AckCode | None:
    """STC01-1: what became of the claim (A0 to A8, and those of 277)."""
    return _table("claim_status_category").get(code)


def claim_status_reason(code: str) -> AckCode | None:
    """STC01-2: why. The label is empty where the list's words are not ours to give."""
    return _table("claim_status_reason").get(code)


def status_entity(code: str) -> AckCode | None:
    """STC01-3: about whom."""
    return _table("status_entity").get(code)


def interchange_note(code: str) -> AckCode | None:
    """TA105; leading zeros may be missing."""
    return _table("interchange_note").get(code.zfill(3))


def acknowledgment_verdict(code: str) -> AckCode | None:
    """TA104, AK501, IK501 and AK901."""
    return _table("acknowledgment_verdict").get(code)


def segment_fault(code: str) -> AckCode | None:
    """AK304 and IK304."""
    return _table("segment_fault").get(code)


def element_fault(code: str) -> AckCode | None:
    """AK403 and IK403."""
    return _table("element_fault").get(code)


def set_fault(code: str) -> AckCode | None:
    """AK502 to AK506 and IK502 to IK506."""
    return _table("set_fault").get(code)


def group_fault(code: str) -> AckCode | None:
    """AK905 to AK909."""
    return _table("group_fault").get(code)


class StatusPlace(msgspec.Struct, frozen=True):
    """Where in an 837 what a claim status code is about stands, and what to do about it."""

    status: str
    place: str
    remedy: str


@cache
def _status_places() -> dict[str, StatusPlace]:
    rows = table_rows("claim_status_place")
    return {row["status"]: msgspec.convert(row, StatusPlace) for row in rows}


def claim_status_place(status: str) -> StatusPlace | None:
    """What a claim status code (STC01-2) asks to be looked at; None where nothing is written."""
    return _status_places().get(status)


@cache
def _entity_loops() -> dict[str, str]:
    return {row["entity"]: row["loop"] for row in table_rows("status_entity_loop")}


def entity_loop(entity: str) -> str:
    """The loop of an 837 in which an entity (STC01-3) stands; empty where there is none."""
    return _entity_loops().get(entity, "")
