"""Which acknowledgment proves most that a claim arrived, and that its file was taken.

A payer's acceptance before its receipt, either before the word of a clearinghouse; of a file a 999
before a 997 before a TA1, the answer to the set before that to its group; the earliest of equals.
"""

from collections.abc import Callable, Sequence
from datetime import date

from edi_engine.codes.acknowledgments import (
    StatusMeaning,
    acknowledgment_verdict,
    claim_status_category,
)
from edi_engine.records.acknowledgments import (
    AcknowledgmentKind,
    AnswerLevel,
    StoredAcknowledgment,
)
from edi_engine.store import Reader

__all__ = ["CLAIM_TAKEN", "PAYER", "FilingAnswers", "filing_exhibit", "meanings_of", "plain"]

_TAKEN = frozenset({StatusMeaning.ACCEPTED, StatusMeaning.ACCEPTED_WITH_ERRORS})
CLAIM_TAKEN = frozenset({StatusMeaning.ACCEPTED, StatusMeaning.SPLIT})
_CLAIM_ARRIVED = frozenset({StatusMeaning.RECEIVED, StatusMeaning.FORWARDED})
PAYER = "PR"
_FILE_KINDS = (
    AcknowledgmentKind.IMPLEMENTATION,
    AcknowledgmentKind.FUNCTIONAL,
    AcknowledgmentKind.INTERCHANGE,
)
"""What acknowledges a file, the most telling first."""


class FilingAnswers:
    """Every acknowledgment of a claim and of the sets it was sent in; the ones that prove most."""

    def __init__(self, reader: Reader, claim_id: int) -> None:
        claim_id = reader.original_of_claim(claim_id) or claim_id
        own = reader.claim_sets([claim_id])[claim_id].set_id
        sendings = [one.set_id for one in reader.sendings_of_sets([own]).get(own, [])] or [own]
        found = reader.acknowledgments_of_sets(sendings)
        self.of_sets = [one for set_id in sendings for one in found.get(set_id, [])]
        self.of_claims = reader.acknowledgments_of_claims([claim_id]).get(claim_id, [])
        self.of_file = _first(self.of_sets, _file_rank)
        self.of_claim = _first(self.of_claims, _claim_rank)

    @property
    def payer_claim_control_number(self) -> str:
        """As the answer that proves most gives it, else any other."""
        told = [self.of_claim, *self.of_claims]
        return next((one.payer_claim_control_number for one in told if one and one.pccn_key), "")


def _first(
    found: Sequence[StoredAcknowledgment], rank_of: Callable[[StoredAcknowledgment], int | None]
) -> StoredAcknowledgment | None:
    """The best of them, the earliest of equals; None when none proves anything."""
    ranked = [
        (rank, one.happened_on or date.max, one.acknowledgment_id, one)
        for one in found
        if (rank := rank_of(one)) is not None
    ]
    return min(ranked, key=lambda each: each[:3])[3] if ranked else None


def _file_rank(one: StoredAcknowledgment) -> int | None:
    """How well it proves that our file was taken; None when it does not."""
    verdict = acknowledgment_verdict(one.code)
    if one.kind not in _FILE_KINDS or verdict is None or verdict.meaning not in _TAKEN:
        return None
    return 2 * _FILE_KINDS.index(one.kind) + (one.level is not AnswerLevel.SET)


def _claim_rank(one: StoredAcknowledgment) -> int | None:
    """How well it proves that the claim arrived; None when it does not."""
    meanings = meanings_of(one)
    if one.kind is not AcknowledgmentKind.CLAIM or StatusMeaning.REJECTED in meanings:
        return None
    is_payer = one.source_code == PAYER
    if meanings & CLAIM_TAKEN:
        return 0 if is_payer else 2
    if meanings & _CLAIM_ARRIVED:
        return 1 if is_payer else 3
    return None


def meanings_of(one: StoredAcknowledgment) -> frozenset[StatusMeaning]:
    known = (claim_status_category(code.category) for each in one.statuses for code in each.codes)
    return frozenset(entry.meaning for entry in known if entry and entry.meaning is not None)


def filing_exhibit(reader: Reader, claim_id: int) -> str:
    """What a letter may list as proof of timely filing; empty when nothing proves it."""
    answers = FilingAnswers(reader, claim_id)
    words = []
    if answers.of_claim is not None:
        one = answers.of_claim
        number = answers.payer_claim_control_number
        who = plain(one.source_name) or "the receiver"
        words.append(f"277CA of {who}{_on(one)}{f', claim {plain(number)}' if number else ''}")
    if answers.of_file is not None:
        words.append(f"{answers.of_file.kind.value.upper()}{_on(answers.of_file)}")
    if not words:
        return ""
    return f"Proof of timely filing: the 837 as sent, {', '.join(words)}"


def _on(one: StoredAcknowledgment) -> str:
    day = one.happened_on
    return "" if day is None else f" of {day:%B} {day.day}, {day.year}"


def plain(text: str) -> str:
    """One line without control characters: what a file says can never be a line of a page."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
