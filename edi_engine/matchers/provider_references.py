"""What the reference of a provider adjustment (PLB03-2) names: a claim, a payment, a remittance.

The guide recommends CLP01, CLP07 or TRN02; payers also send several numbers in one, with a date of
service between them, cut or padded. Only what exactly one claim answers to counts, and a claim of
the same payer goes before others. Source: domain 3.12, 4.4 (X12 RFI 484, 2370).
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from edi_engine.records.keys import PCN_PREFIX_LENGTH, patient_control_number_key
from edi_engine.records.matching import ClaimId
from edi_engine.records.provider_items import (
    NamedClaim,
    NamedPayment,
    NamedRemittance,
    PlacedAdjustment,
    ReferenceTrace,
)

__all__ = ["ReferenceIndex", "reference_keys", "trace_number_texts"]

_HARD = re.compile(r"[:*>|,;/ ]+")
"""What payers put between a patient control number and whatever else a reference holds."""
_SOFT = re.compile(r"[-_.]+")
"""Signs that also stand inside numbers: their parts count for the same payer only."""
_DAY = re.compile(r"(?=((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])))")
"""A date of service anywhere, also over another that begins a digit earlier."""
_KEY_LENGTH_MIN = 4
_SOFT_KEY_LENGTH_MIN = 6
"""Shorter parts would name a claim by chance."""
_REFERENCE_LENGTH_MAX = 80
"""The guide allows 50; what is much longer is no reference, and is not taken apart."""


class _Piece(NamedTuple):
    text: str
    key: str
    is_soft: bool


class _Hit(NamedTuple):
    """A number of ours under a key: whose it is, and the payment that carried it, if one did."""

    payer_id: str
    claim_id: ClaimId | None
    payment: NamedPayment | None


def reference_keys(reference: str) -> tuple[str, ...]:
    """Every key under which what the reference names can be found: as a whole, then its parts."""
    return tuple(dict.fromkeys(piece.key for piece in _pieces(reference)))


def trace_number_texts(reference: str) -> tuple[str, ...]:
    """Texts of the reference that may be a trace number, padded with zeros or not."""
    texts = [text for piece in _pieces(reference) for text in (piece.text, piece.text.lstrip("0"))]
    return tuple(dict.fromkeys(filter(None, texts)))


def _pieces(reference: str) -> list[_Piece]:
    """The whole, its parts, what stands around a date, and what hyphens separate; each key once."""
    if len(reference) > _REFERENCE_LENGTH_MAX:
        return []
    hard = [reference, *_HARD.split(reference)]
    found = [(text, False) for text in hard]
    found += [(text, False) for part in hard for text in _around_days(part)]
    found += [(text, True) for part in hard for text in _SOFT.split(part)]
    pieces: dict[str, _Piece] = {}
    for text, is_soft in found:
        key = patient_control_number_key(text)
        if len(key) >= (_SOFT_KEY_LENGTH_MIN if is_soft else _KEY_LENGTH_MIN):
            pieces.setdefault(key, _Piece(text.strip(), key, is_soft))
    return list(pieces.values())


def _around_days(text: str) -> list[str]:
    found: list[str] = []
    for day in _DAY.finditer(text):
        start = day.start()
        found += [text[:start], text[start + len(day.group(1)) :]]
    return found


class ReferenceIndex:
    """The payments, claims and remittances that references are held against."""

    def __init__(
        self,
        payments: Iterable[NamedPayment],
        claims: Iterable[NamedClaim] = (),
        remittances: Iterable[NamedRemittance] = (),
    ) -> None:
        self._by_payer_number: dict[str, list[_Hit]] = {}
        self._by_number: dict[str, list[_Hit]] = {}
        self._by_claim: dict[str, list[_Hit]] = {}
        self._by_cut_claim: dict[str, list[_Hit]] = {}
        self._remittances: dict[str, list[NamedRemittance]] = {}
        for payment in payments:
            hit = _Hit(payment.payer_id, payment.claim_id, payment)
            _add(self._by_payer_number, payment.payer_claim_control_number, hit)
            _add(self._by_number, payment.patient_control_number, hit)
        for claim in claims:
            hit = _Hit(claim.payer_id, claim.claim_id, None)
            key = _add(self._by_claim, claim.patient_control_number, hit)
            for length in range(PCN_PREFIX_LENGTH, len(key)):
                self._by_cut_claim.setdefault(key[:length], []).append(hit)
        for remittance in remittances:
            for text in {remittance.trace_number, remittance.trace_number.lstrip("0")}:
                self._remittances.setdefault(text, []).append(remittance)

    def trace(self, adjustment: PlacedAdjustment) -> ReferenceTrace:
        """Where the reference leads; a claim before anything else."""
        pieces = _pieces(adjustment.reference)
        rest: ReferenceTrace | None = None
        for piece in pieces:
            for rule, index in (
                ("payer_claim_control_number", self._by_payer_number),
                ("patient_control_number", self._by_number),
                ("claim", self._by_claim),
                ("cut_claim", self._by_cut_claim),
            ):
                hits = _of_payer(index.get(piece.key, ()), adjustment.payer_id, piece)
                found = _claim_among(hits, rule, piece)
                if found is not None:
                    return found
                rest = rest or _payment_among(hits, rule, piece)
        return rest or self._remittance(adjustment)

    def _remittance(self, adjustment: PlacedAdjustment) -> ReferenceTrace:
        for text in trace_number_texts(adjustment.reference):
            known = {
                one.remittance_id: one
                for one in self._remittances.get(text, ())
                if one.payer_id == adjustment.payer_id
            }
            if len(known) == 1 and len(text) >= _KEY_LENGTH_MIN:
                return ReferenceTrace("trace_number", text, None, next(iter(known)))
        return ReferenceTrace()


def _add(index: dict[str, list[_Hit]], number: str, hit: _Hit) -> str:
    key = patient_control_number_key(number)
    if key:
        index.setdefault(key, []).append(hit)
    return key


def _of_payer(hits: Sequence[_Hit], payer_id: str, piece: _Piece) -> list[_Hit]:
    """Those of the same payer; of others when there is none and the part is no mere fragment."""
    same = [hit for hit in hits if hit.payer_id == payer_id]
    return same or ([] if piece.is_soft else list(hits))


def _claim_among(hits: Sequence[_Hit], rule: str, piece: _Piece) -> ReferenceTrace | None:
    claims = {hit.claim_id for hit in hits if hit.claim_id is not None}
    if len(claims) != 1:
        return None
    payments = [hit.payment for hit in hits if hit.payment is not None and hit.claim_id is not None]
    if not payments:
        return ReferenceTrace(rule, piece.text, next(iter(claims)))
    first = min(payments, key=lambda one: one.claim_payment_id)
    return ReferenceTrace(
        rule, piece.text, first.claim_id, first.remittance_id, first.claim_payment_id
    )


def _payment_among(hits: Sequence[_Hit], rule: str, piece: _Piece) -> ReferenceTrace | None:
    """The one payment on no claim of ours that carries the number."""
    payments = {hit.payment.claim_payment_id: hit.payment for hit in hits if hit.payment}
    if len(payments) != 1 or any(hit.claim_id is not None for hit in hits):
        return None
    payment = next(iter(payments.values()))
    return ReferenceTrace(rule, piece.text, None, payment.remittance_id, payment.claim_payment_id)
