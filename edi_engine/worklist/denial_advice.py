"""What is best done about a refusal: the table's step, weighed against the facts of the claim.

The rules run in the order of `_RULES` and the first that says something counts; the last is the
table's own step, turned to what is still possible where its time is over. Each says why in a
sentence. Source: domain 6.1 to 6.3, features 64 and 68.
"""

from collections.abc import Callable
from datetime import date

import msgspec

from edi_engine.codes import DenialReason
from edi_engine.records.denials import DenialHardness, DenialStep
from edi_engine.worklist.deadlines import Deadline

__all__ = ["DenialAdvice", "RefusalFacts", "advise_on_refusal"]


class RefusalFacts(msgspec.Struct, frozen=True):
    """What the advice depends on besides the codes.

    `modifiers` are those of the refused lines. `original` is the status of another claim of ours
    for the same patient, day and charge: "paid", "refused", "unanswered", or empty without one.
    `first_sent_on` is the first day we sent it. Deadlines are None where no rule gives one.
    """

    as_of: date
    product: str = ""
    modifiers: frozenset[str] = frozenset()
    has_next_payer: bool = False
    original: str = ""
    first_sent_on: date | None = None
    filing: Deadline | None = None
    corrected_claim: Deadline | None = None
    appeal: Deadline | None = None


class DenialAdvice(msgspec.Struct, frozen=True):
    """What to do, how in a sentence, and why in another."""

    step: DenialStep
    action: str
    why: str


def advise_on_refusal(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice:
    """The best step for a refusal on a day. Pure; always an answer."""
    for rule in _RULES:
        found = rule(reason, facts)
        if found is not None:
            return found
    return _by_table(reason, facts)


UNPROCESSABLE = "MA130"
"""The remark that a claim could not be processed: it was never decided, so nothing can be appealed.
Source: domain 6.3."""

_FILED_LATE = "29"
_PATIENT_NOTICES = {
    "GA": "the patient signed a notice (modifier GA)",
    "GX": "the patient signed a voluntary notice (modifier GX)",
    "GY": "the service is excluded by law (modifier GY), which needs no notice",
}
_NO_NOTICE = "GZ"
_NOTICE_CATEGORIES = frozenset({"noncovered", "medical_necessity", "benefit_maximum"})
_CORRECTING = frozenset({DenialStep.CORRECTED_CLAIM, DenialStep.NEW_CLAIM})
_ENDING = frozenset({DenialStep.APPEAL, DenialStep.SEND_RECORDS})


def _no_refusal(reason: DenialReason, _facts: RefusalFacts) -> DenialAdvice | None:
    if reason.step is DenialStep.NOTHING and not reason.patient_liable:
        return DenialAdvice(reason.step, reason.action, f"{reason.category.label}: no refusal.")
    return None


def _unprocessable(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice | None:
    if UNPROCESSABLE not in reason.remark_codes:
        return None
    why = f"{UNPROCESSABLE}: the claim was not decided, so it cannot be appealed"
    if _is_over(facts.filing, facts):
        return _write_off(f"{why}, and {_over(facts.filing)}.")
    action = (
        reason.action
        if reason.step is DenialStep.NEW_CLAIM
        else "Correct what the other remarks name and send a new claim; no appeal is possible."
    )
    return DenialAdvice(DenialStep.NEW_CLAIM, action, f"{why}{_by(facts.filing)}.")


def _signed_notice(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice | None:
    if reason.category.category not in _NOTICE_CATEGORIES:
        return None
    found = next((name for name in _PATIENT_NOTICES if name in facts.modifiers), "")
    if found:
        first = (
            "" if reason.patient_liable else "Ask the payer to put it on the patient (PR) first; "
        )
        return DenialAdvice(
            DenialStep.BILL_PATIENT,
            f"{first}{'then b' if first else 'B'}ill the patient, with the notice at hand.",
            f"Not covered, and {_PATIENT_NOTICES[found]}: the patient owes it.",
        )
    if _NO_NOTICE in facts.modifiers and not reason.patient_liable:
        return _write_off(
            "Refused as expected, and no notice was signed (modifier GZ): the patient does not owe"
            " it."
        )
    return None


def _on_the_patient(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice | None:
    if not reason.patient_liable:
        return None
    if facts.has_next_payer:
        return DenialAdvice(
            DenialStep.BILL_NEXT_PAYER,
            "Bill the next payer with this remittance; the patient after it.",
            "The payer puts it on the patient (PR), and another payer is known.",
        )
    return DenialAdvice(
        DenialStep.BILL_PATIENT,
        reason.action,
        "The payer puts it on the patient (PR), and no other payer is known.",
    )


def _filed_late(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice | None:
    if reason.reason_code != _FILED_LATE or reason.step is not DenialStep.APPEAL:
        return None
    sent_on, due_on = facts.first_sent_on, facts.filing.due_on if facts.filing else None
    proof, is_known = "Whether it was sent in time is not known here", False
    if sent_on is not None and due_on is not None:
        if sent_on > due_on:
            return _write_off(
                f"Sent on {sent_on.isoformat()}, after the filing limit {due_on.isoformat()}: no"
                " proof can help, unless the payer grants an exception."
            )
        is_known = True
        proof = (
            f"Our file of {sent_on.isoformat()} was within the filing limit {due_on.isoformat()}"
        )
    if facts.product == "medicare":
        return DenialAdvice(
            DenialStep.SEND_RECORDS,
            "Send the proof of timely filing and ask the contractor to process the claim.",
            f"{proof}. Medicare hears no appeal of a claim filed late: it was never decided.",
        )
    if _is_over(facts.appeal, facts):
        return _write_off(f"{proof}, but {_over(facts.appeal)}.")
    action = (
        reason.action
        if is_known
        else "Look for the payer's acknowledgment; appeal with it as proof, else write off."
    )
    return DenialAdvice(DenialStep.APPEAL, action, f"{proof}{_by(facts.appeal)}.")


def _duplicate(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice | None:
    if reason.step is not DenialStep.FIND_ORIGINAL:
        return None
    if facts.original == "paid":
        return _write_off(
            "Another claim of ours for the same patient, day and charge was paid: this one asks for"
            " the same money. If it was a second service, send a corrected claim that says so"
            " (modifier 76, 77 or 59)."
        )
    if facts.original == "unanswered":
        return DenialAdvice(
            DenialStep.WAIT,
            "Wait for the answer to the claim that this one repeats, or ask the payer for it.",
            "Another claim of ours for the same patient, day and charge has no answer yet.",
        )
    if facts.original == "refused":
        why = "Another claim of ours for the same patient, day and charge was refused: work that."
    else:
        why = "No other claim of ours for the same patient, day and charge is known to be paid."
    return DenialAdvice(DenialStep.FIND_ORIGINAL, reason.action, why)


def _not_the_patients(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice | None:
    """What would be the patient's, if the payer did not say that it is ours (CO)."""
    is_refusal = reason.hardness is not DenialHardness.NONE
    if reason.step is not DenialStep.BILL_PATIENT or reason.group_code != "CO" or not is_refusal:
        return None
    why = f"{reason.category.label}, but the payer puts it on us (CO), so the patient owes nothing"
    if facts.has_next_payer:
        return DenialAdvice(
            DenialStep.BILL_NEXT_PAYER,
            "Bill the next payer with this remittance.",
            f"{why}; another payer is known.",
        )
    return DenialAdvice(
        DenialStep.REVIEW,
        "Ask the payer whether the patient owes it (PR); without that, write off.",
        f"{why}.",
    )


def _beyond_recovery(reason: DenialReason, _facts: RefusalFacts) -> DenialAdvice | None:
    if reason.category.recoverable == "none" and reason.step is DenialStep.WRITE_OFF:
        return DenialAdvice(
            DenialStep.WRITE_OFF, reason.action, f"{reason.category.label}: nobody else owes it."
        )
    return None


_RULES: tuple[Callable[[DenialReason, RefusalFacts], DenialAdvice | None], ...] = (
    _no_refusal,
    _unprocessable,
    _signed_notice,
    _on_the_patient,
    _filed_late,
    _duplicate,
    _not_the_patients,
    _beyond_recovery,
)


def _by_table(reason: DenialReason, facts: RefusalFacts) -> DenialAdvice:
    """The table's step, or what is left of it when its time is over."""
    step, label = reason.step, reason.category.label
    if step in _CORRECTING:
        limit = facts.corrected_claim if step is DenialStep.CORRECTED_CLAIM else facts.filing
        if not _is_over(limit, facts):
            return DenialAdvice(step, reason.action, f"{label}: it can be repaired{_by(limit)}.")
        if _is_over(facts.appeal, facts):
            return _write_off(f"{_first_up(_over(limit))}, and {_over(facts.appeal)}.")
        return DenialAdvice(
            DenialStep.APPEAL,
            "Appeal with the corrected data and the records: it is too late for a new claim.",
            f"{_first_up(_over(limit))}; an appeal is still possible{_by(facts.appeal)}.",
        )
    if step in _ENDING:
        if not _is_over(facts.appeal, facts):
            return DenialAdvice(step, reason.action, f"{label}{_by(facts.appeal)}.")
        if reason.hardness is DenialHardness.SOFT and _is_open(facts.corrected_claim, facts):
            return DenialAdvice(
                DenialStep.CORRECTED_CLAIM,
                "Send a replacement claim (frequency 7) with what was missing.",
                f"{_first_up(_over(facts.appeal))}; a corrected claim is still possible"
                f"{_by(facts.corrected_claim)}.",
            )
        return _write_off(f"{_first_up(_over(facts.appeal))}.")
    if step is DenialStep.WRITE_OFF:
        return DenialAdvice(step, reason.action, f"{label}: no step wins it back.")
    return DenialAdvice(step, reason.action, f"{label}.")


def _write_off(why: str) -> DenialAdvice:
    return DenialAdvice(
        DenialStep.WRITE_OFF, "Write off, after a look at whether this is so; note the cause.", why
    )


def _is_over(deadline: Deadline | None, facts: RefusalFacts) -> bool:
    return deadline is not None and deadline.is_passed(facts.as_of)


def _is_open(deadline: Deadline | None, facts: RefusalFacts) -> bool:
    return deadline is not None and deadline.due_on is not None and not _is_over(deadline, facts)


def _over(deadline: Deadline | None) -> str:
    """Words for a deadline that has passed: "the appeal deadline 2026-03-01 has passed"."""
    if deadline is None or deadline.due_on is None:
        return "its time has passed"
    return f"the {deadline.name} deadline {deadline.due_on.isoformat()} has passed"


def _by(deadline: Deadline | None) -> str:
    """The end of a sentence: until when; nothing where no day is known."""
    if deadline is None or deadline.due_on is None:
        return ""
    return f", until {deadline.due_on.isoformat()}"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
