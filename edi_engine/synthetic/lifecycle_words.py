"""The 277CA and 277 files of a lifecycle practice: who says what in which file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

import msgspec

from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.interchange import ControlNumbers, Envelope, file_text, set_lines
from edi_engine.synthetic.lifecycle_answers import Status, StatusWord
from edi_engine.synthetic.lifecycle_claims import RECEIVER, SUBMITTER
from edi_engine.synthetic.lifecycle_desk import next_workday
from edi_engine.synthetic.lifecycle_payers import CLEARINGHOUSE, punctuation_of, voice_of
from edi_engine.synthetic.sent_files import SentFile, SentSet
from edi_engine.synthetic.status_text import (
    Told,
    batch_refusal_body,
    claim_status_body,
    inquiry_answer_body,
)

__all__ = ["BATCH_REFUSAL", "WordFile", "lay_out_words"]

_IMPLEMENTATION = "005010X214"
_INQUIRY = "005010X212"

BATCH_REFUSAL = Status("A3", "24", "41")
"""A batch refused whole: the submitter is not set up to send."""


class WordFile(msgspec.Struct, frozen=True, gc=False):
    """One file with the words in it. `refused_batch` are serials of claims refused unnamed."""

    name: str
    data: bytes
    delivered_on: date
    words: tuple[StatusWord, ...]
    refused_batch: tuple[int, ...] = ()


def lay_out_words(
    words: Iterable[StatusWord],
    bills: Mapping[int, Bill],
    sent: Sequence[SentFile],
    numbers: ControlNumbers,
) -> tuple[WordFile, ...]:
    """All files, in order of their days."""
    told = [Told(bills[word.serial], word) for word in words]
    by_clearinghouse = [each for each in told if not each.word.by_payer]
    inquiries = [each for each in told if each.word.answers_inquiry]
    by_payers = [each for each in told if each.word.by_payer and not each.word.answers_inquiry]
    files = [
        *_clearinghouse_files(by_clearinghouse, sent, numbers),
        *_payer_files(by_payers, numbers),
        *_inquiry_files(inquiries, numbers),
        *_batch_refusals(sent, numbers),
    ]
    return tuple(sorted(files, key=lambda file: (file.delivered_on, file.name)))


def _clearinghouse_files(
    told: list[Told], sent: Sequence[SentFile], numbers: ControlNumbers
) -> Iterable[WordFile]:
    """A file a day, a set for each of our batches that it speaks of."""
    batches = {
        bill.serial: each.batch for file in sent for each in file.sets for bill in each.bills
    }
    told = sorted(told, key=lambda each: (each.word.delivered_on, batches[each.bill.serial]))
    for day, of_day in groupby(told, key=lambda each: each.word.delivered_on):
        sets, words = [], []
        by_batch = groupby(of_day, key=lambda each: batches[each.bill.serial])
        for position, (batch, members) in enumerate(by_batch, 1):
            claims = list(members)
            words += [each.word for each in claims]
            body = claim_status_body(
                CLEARINGHOUSE,
                claims,
                reference=f"CH{day:%y%m%d}{position:03d}",
                batch=batch,
                received_on=claims[0].bill.sent_on,
            )
            sets.append(set_lines("277", f"{position:04d}", _IMPLEMENTATION, body))
        envelope = Envelope(RECEIVER, SUBMITTER, "HN", _IMPLEMENTATION, day)
        data = file_text(envelope, sets, grouping="sets", numbers=numbers)
        yield WordFile(f"{day:%Y%m%d}_277CA_{RECEIVER}.edi", data, day, tuple(words))


def _payer_files(told: list[Told], numbers: ControlNumbers) -> Iterable[WordFile]:
    """A file a day and payer, passed on by the clearinghouse with a batch number of its own."""

    def file_of(each: Told) -> tuple[date, str]:
        return each.word.delivered_on, each.bill.payer.payer_id

    for (day, payer_id), members in groupby(sorted(told, key=file_of), key=file_of):
        claims = list(members)
        payer = claims[0].bill.payer
        body = claim_status_body(
            voice_of(payer),
            claims,
            reference=f"PY{day:%y%m%d}{payer_id}",
            batch=f"CHB{day:%y%m%d}{payer_id}",
            received_on=min(each.bill.sent_on for each in claims),
        )
        envelope = Envelope(payer_id, SUBMITTER, "HN", _IMPLEMENTATION, day, punctuation_of(payer))
        lines = set_lines("277", "0001", _IMPLEMENTATION, body)
        data = file_text(envelope, [lines], grouping="sets", numbers=numbers)
        words = tuple(each.word for each in claims)
        yield WordFile(f"{day:%Y%m%d}_277CA_{payer_id}.edi", data, day, words)


def _inquiry_files(told: list[Told], numbers: ControlNumbers) -> Iterable[WordFile]:
    """A file a day and payer, a set for each billing provider."""

    def file_of(each: Told) -> tuple[date, str, str]:
        return each.word.delivered_on, each.bill.payer.payer_id, each.bill.billing.npi

    ordered = sorted(told, key=file_of)
    for (day, payer_id), of_file in groupby(ordered, key=lambda each: file_of(each)[:2]):
        sets, words = [], []
        by_provider = groupby(of_file, key=lambda each: each.bill.billing.npi)
        for position, (_, members) in enumerate(by_provider, 1):
            claims = list(members)
            words += [each.word for each in claims]
            first = claims[0].bill
            body = inquiry_answer_body(
                voice_of(first.payer), first.billing, claims, reference=f"ST{day:%y%m%d}{position}"
            )
            sets.append(set_lines("277", f"{position:04d}", _INQUIRY, body))
        envelope = Envelope(payer_id, SUBMITTER, "HN", _INQUIRY, day)
        data = file_text(envelope, sets, grouping="sets", numbers=numbers)
        yield WordFile(f"{day:%Y%m%d}_277_{payer_id}.edi", data, day, tuple(words))


def _batch_refusals(sent: Sequence[SentFile], numbers: ControlNumbers) -> Iterable[WordFile]:
    refused = [(file, each) for file in sent for each in file.sets if each.lane == "refused_batch"]
    for file, each in refused:
        yield _batch_refusal(file, each, numbers)


def _batch_refusal(file: SentFile, refused: SentSet, numbers: ControlNumbers) -> WordFile:
    day = next_workday(file.sent_on, 1)
    body = batch_refusal_body(
        CLEARINGHOUSE,
        BATCH_REFUSAL,
        reference=f"CR{day:%y%m%d}{refused.control_number}",
        batch=refused.batch,
        on=day,
        cents=sum(bill.charge_cents for bill in refused.bills),
        count=len(refused.bills),
    )
    lines = set_lines("277", "0001", _IMPLEMENTATION, body)
    envelope = Envelope(RECEIVER, SUBMITTER, "HN", _IMPLEMENTATION, day)
    data = file_text(envelope, [lines], grouping="sets", numbers=numbers)
    return WordFile(
        f"{day:%Y%m%d}_277CA_{RECEIVER}_{refused.batch}.edi",
        data,
        day,
        (),
        tuple(bill.serial for bill in refused.bills),
    )
