"""Acknowledgments for the month of an ordinary practice: most claims pass, a few do not.

Claims that a payer answers were accepted all the way, with the number it answers them by. Of those
that nobody answers some were refused, by the file's receiver, the clearinghouse or the payer, and
the others are silent after some acceptance.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.desk import Book
from edi_engine.synthetic.interchange import ControlNumbers
from edi_engine.synthetic.lifecycle_answers import (
    CLEARINGHOUSE_REFUSALS,
    PAYER_REFUSALS,
    Status,
    StatusWord,
)
from edi_engine.synthetic.lifecycle_claims import acknowledge_file
from edi_engine.synthetic.lifecycle_desk import ACCEPTED, next_workday
from edi_engine.synthetic.lifecycle_words import lay_out_words
from edi_engine.synthetic.sent_files import SentFile

__all__ = ["FATES", "Fate", "acknowledge_practice", "fates_of"]

Fate = str
"""What became of a claim that nobody answered; one of FATES."""

FATES = (
    "refused_by_payer",
    "silent_after_payer",
    "refused_by_clearinghouse",
    "silent_after_payer",
    "refused_by_file",
    "silent_after_clearinghouse",
    "silent_after_payer",
)
"""In turn over the unanswered claims."""

_FORWARDED = Status("A0", "16", "PR")


def fates_of(unanswered: set[int]) -> dict[int, Fate]:
    """The fate of each unanswered claim, by its serial."""
    return {serial: FATES[index % len(FATES)] for index, serial in enumerate(sorted(unanswered))}


def acknowledge_practice(
    book: Book,
    bills: Sequence[Bill],
    *,
    sent: Sequence[SentFile],
    fates: Mapping[int, Fate],
    numbers: ControlNumbers,
) -> tuple[tuple[str, bytes], ...]:
    """All acknowledgment files of the practice, in order of their names.

    `fates` are those of unanswered claims; who was refused by file must be in a set of its own.
    """
    answers = (acknowledge_file(each, index, numbers) for index, each in enumerate(sent))
    files = [(answer.name, answer.data) for answer in answers if answer is not None]
    payer_numbers = _payer_numbers(book, bills)
    words = [
        word
        for bill in bills
        for word in _words(bill, fates.get(bill.serial, ""), payer_numbers[bill.serial])
    ]
    by_serial = {bill.serial: bill for bill in bills}
    files += [(each.name, each.data) for each in lay_out_words(words, by_serial, sent, numbers)]
    return tuple(sorted(files))


def _payer_numbers(book: Book, bills: Sequence[Bill]) -> dict[int, str]:
    """The payer's number of each bill, by serial: that of its first answer (CLP07), or one of its
    own. Empty where answers are meant to be ambiguous: that payer tells no number."""
    found: dict[int, str] = {}
    answers = [
        (batch.paid_on, answer.serial, answer)
        for batch in book.batches.values()
        for answer in batch.answers
    ]
    for _, _, answer in sorted(answers, key=lambda each: each[:2]):
        bill = answer.bill
        if bill is not None and answer.payer.payer_id == bill.payer.payer_id:
            found.setdefault(bill.serial, answer.payer_control_number)
    for bill in bills:
        found.setdefault(bill.serial, f"{bill.payer.payer_id[2:]}Q{bill.serial:07d}")
    untold = {serial for serials in book.ambiguous.values() for serial in serials}
    return found | dict.fromkeys(untold, "")


def _words(bill: Bill, fate: Fate, payer_number: str) -> list[StatusWord]:
    """What clearinghouse and payer say of a bill."""
    if fate == "refused_by_file":
        return []
    accepted_on = next_workday(bill.sent_on + timedelta(days=1))
    clearinghouse = StatusWord(
        bill.serial, False, accepted_on, accepted_on, (_FORWARDED,), trace=f"CHT{bill.serial:07d}"
    )
    if fate == "refused_by_clearinghouse":
        refusal = CLEARINGHOUSE_REFUSALS[bill.serial % len(CLEARINGHOUSE_REFUSALS)]
        return [msgspec.structs.replace(clearinghouse, statuses=refusal)]
    if fate == "silent_after_clearinghouse":
        return [clearinghouse]
    said_on = next_workday(bill.sent_on + timedelta(days=2 + bill.serial % 2))
    if fate == "refused_by_payer":
        statuses = PAYER_REFUSALS[bill.serial % len(PAYER_REFUSALS)]
    else:
        statuses = (ACCEPTED,)
    return [clearinghouse, StatusWord(bill.serial, True, said_on, said_on, statuses, payer_number)]
