"""Which remittances say again what an earlier one said, and which contradict one.

The ladder, per group of remittances with one payment key (payer, payee, trace number) or the same
content:

    1  the same content, or the same date, amount and claim payments    duplicate: held
    2  the same trace number and nothing paid on either side            two remittances
    3  the same trace number, other money or other claims               conflict: both count

Which of two is the earlier is told by what they say of themselves (`order`), never by when they
came, so any order of arrival ends in the same. Source: domain 3.8, 4.5; X12 RFI 604, 654, 1847.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.matchers.facts import name_words
from edi_engine.money import format_cents
from edi_engine.records.keys import member_key, patient_control_number_key
from edi_engine.records.matching import PaidClaim, RemittanceId

__all__ = [
    "Repeat",
    "RepeatKind",
    "RepeatedRemittance",
    "claim_payment_fingerprint",
    "conclude_repeats",
]

_ORDINALS_TOLD_MAX = 20

ClaimPaymentFingerprint = tuple[object, ...]


class RepeatKind(StrEnum):
    """DUPLICATE is held. CONFLICT: both count, and a person must say which one holds."""

    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


class RepeatedRemittance(msgspec.Struct, frozen=True):
    """A remittance as far as repetition is concerned.

    `order` sorts by payment date, production date and the numbers of the envelope. `content` is
    the digest of the whole set. `claim_payments` are fingerprints in file order; empty where no
    other remittance of the group has the same date and trace number.
    """

    remittance_id: RemittanceId
    order: tuple[str, ...]
    content: str
    has_trace: bool
    file_name: str
    paid_on: date | None
    amount_cents: int | None
    claim_payments: tuple[ClaimPaymentFingerprint, ...] = ()


class Repeat(msgspec.Struct, frozen=True):
    """A remittance that repeats or contradicts an earlier one, and why in words."""

    remittance_id: RemittanceId
    kind: RepeatKind
    other_remittance_id: RemittanceId
    reason: str


def claim_payment_fingerprint(payment: PaidClaim) -> ClaimPaymentFingerprint:
    """What makes two claim payments the same words: payer, numbers, status, money, adjustments
    and lines."""
    return (
        payment.payer_id,
        payment.payer_claim_control_number,
        payment.patient_control_number,
        payment.status_code,
        payment.charge_cents,
        payment.paid_cents,
        payment.adjustments,
        tuple(
            (
                line.procedure,
                line.charge_cents,
                line.paid_cents,
                line.service_from,
                line.adjustments,
            )
            for line in payment.lines
        ),
    )


def unnumbered_fingerprint(payment: PaidClaim) -> ClaimPaymentFingerprint | None:
    """What makes two payments the same words where neither has a number of any kind: payer,
    patient, days, status, money, adjustments and lines.

    None for a payment with a number, without money, or that says too little: no day of service,
    or neither the patient's whole name nor a member id.
    """
    if patient_control_number_key(payment.patient_control_number) or patient_control_number_key(
        payment.payer_claim_control_number
    ):
        return None
    last = name_words(payment.patient_last_name)
    first = name_words(payment.patient_first_name)
    members = {member_key(member) for member in payment.member_ids} - {""}
    is_known = bool(last and first) or bool(members)
    if payment.paid_cents <= 0 or payment.service_from is None or not is_known:
        return None
    plain = msgspec.structs.replace(
        payment, patient_control_number="", payer_claim_control_number=""
    )
    return (
        *claim_payment_fingerprint(plain),
        "" if payment.payer_id else name_words(payment.payer_name),
        last,
        first,
        tuple(sorted(members)),
        payment.service_from,
        payment.service_to or payment.service_from,
    )


def conclude_repeats(group: Sequence[RepeatedRemittance]) -> list[Repeat]:
    """The repeats among remittances of one key, in order; the earliest of them is never one."""
    found: list[Repeat] = []
    originals: list[RepeatedRemittance] = []
    for one in sorted(group, key=lambda each: each.order):
        same = next((other for other in originals if _says_the_same(one, other)), None)
        if same is not None:
            reason = f"It repeats {_told(same)}."
            found.append(
                Repeat(one.remittance_id, RepeatKind.DUPLICATE, same.remittance_id, reason)
            )
            continue
        against = next((other for other in originals if _contradicts(one, other)), None)
        if against is not None:
            reason = _conflict(one, against)
            found.append(
                Repeat(one.remittance_id, RepeatKind.CONFLICT, against.remittance_id, reason)
            )
        originals.append(one)
    return found


def _says_the_same(one: RepeatedRemittance, other: RepeatedRemittance) -> bool:
    if one.content and one.content == other.content:
        return True
    return (
        one.has_trace
        and other.has_trace
        and (one.paid_on, one.amount_cents) == (other.paid_on, other.amount_cents)
        and bool(one.claim_payments)
        and Counter(one.claim_payments) == Counter(other.claim_payments)
    )


def _contradicts(one: RepeatedRemittance, other: RepeatedRemittance) -> bool:
    """Payers use one number again for payments of nothing; that is no contradiction."""
    has_money = bool(one.amount_cents or other.amount_cents)
    return has_money and one.has_trace and other.has_trace


def _told(other: RepeatedRemittance) -> str:
    paid_on = f", paid on {other.paid_on}" if other.paid_on is not None else ""
    return (
        f"remittance {other.remittance_id} of {other.file_name} ({_money(other.amount_cents)}"
        f"{paid_on})"
    )


def _conflict(one: RepeatedRemittance, other: RepeatedRemittance) -> str:
    return (
        f"Remittance {other.remittance_id} of {other.file_name} has the same trace number from "
        f"the same payer, but pays {_money(other.amount_cents)} where this one pays "
        f"{_money(one.amount_cents)}, or lists other claims. {_overlap(one, other)}"
    )


def _overlap(one: RepeatedRemittance, other: RepeatedRemittance) -> str:
    """Which claim payments repeat those of the other, each of those at most once."""
    left = Counter(other.claim_payments)
    repeated = []
    for ordinal, key in enumerate(one.claim_payments, 1):
        if left[key]:
            left[key] -= 1
            repeated.append(ordinal)
    if not repeated:
        return "None of its claim payments repeats one of that."
    numbers = ", ".join(map(str, repeated[:_ORDINALS_TOLD_MAX]))
    more = len(repeated) - _ORDINALS_TOLD_MAX
    return (
        f"{len(repeated)} of its {len(one.claim_payments)} claim payments repeat it: {numbers}"
        f"{f' and {more} more' if more > 0 else ''}."
    )


def _money(cents: int | None) -> str:
    return "an unreadable amount" if cents is None else format_cents(cents)
