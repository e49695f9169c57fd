"""From bills and batches to files: names, sets, envelopes, and the key of every claim in them."""

from datetime import date, timedelta
from itertools import groupby
from random import Random

import msgspec

from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.claim_text import IMPLEMENTATIONS, claim_set_body
from edi_engine.synthetic.desk import Batch, Book, Entry
from edi_engine.synthetic.interchange import (
    ControlNumbers,
    Envelope,
    file_text,
    placed_file,
    set_lines,
)
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import Provider
from edi_engine.synthetic.remittance_text import (
    claim_segments,
    head_segments,
    provider_adjustment_segments,
)
from edi_engine.synthetic.sent_files import SentFile, SentSet
from edi_engine.synthetic.truth import ClaimKey, DuplicateFileTruth, PaymentKey, RemittanceTruth

__all__ = ["ClaimLayout", "PlacedEntry", "RemittanceLayout", "lay_out_claims", "lay_out_payments"]

_GROUPINGS = ("sets", "sets", "groups", "sets", "interchanges")
"""How the practice's own files are put together, in turn from day to day."""

_SUBMITTER = "SAMPLESUB1"
_RECEIVER = "SAMPLEREC1"
_REDELIVERED_DAYS = 3


class ClaimLayout(msgspec.Struct, frozen=True):
    """The 837 files in order, and where each bill is, by its serial."""

    sent: tuple[SentFile, ...]
    keys: dict[int, ClaimKey]

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Name and bytes of each."""
        return tuple((each.name, each.data) for each in self.sent)


class PlacedEntry(msgspec.Struct, frozen=True, gc=False):
    """A PLB pair with its place."""

    file_name: str
    set_control_number: str
    ordinal: int
    entry: Entry


class RemittanceLayout(msgspec.Struct, frozen=True):
    """The 835 files in order, where each answer is, and what repeats what."""

    files: tuple[tuple[str, bytes], ...]
    keys: dict[int, PaymentKey]
    entries: tuple[PlacedEntry, ...]
    remittances: tuple[RemittanceTruth, ...]
    duplicates: tuple[DuplicateFileTruth, ...]


def lay_out_claims(
    bills: list[Bill], numbers: ControlNumbers, *, refused: frozenset[int] = frozenset()
) -> ClaimLayout:
    """A file a day and kind of claim; days of many claims have two sets.

    Bills whose serials are in `refused` are in a set of their own, for the receiver to reject.
    """
    ordered = sorted(bills, key=lambda bill: (bill.sent_on, bill.kind, bill.serial))
    days = groupby(ordered, key=lambda bill: (bill.sent_on, bill.kind))
    sent = [
        _claim_file(list(group), index, refused, numbers) for index, (_, group) in enumerate(days)
    ]
    keys = {serial: key for each in sent for serial, key in each.keys().items()}
    return ClaimLayout(tuple(sent), keys)


def _claim_file(
    bills: list[Bill], index: int, refused: frozenset[int], numbers: ControlNumbers
) -> SentFile:
    """The index-th file, of the bills of one day and kind."""
    sent_on, kind = bills[0].sent_on, bills[0].kind
    implementation = IMPLEMENTATIONS[kind]
    parts = [("", part) for part in _set_parts([b for b in bills if b.serial not in refused])]
    apart = [bill for bill in bills if bill.serial in refused]
    parts += [("refused_set", apart)] if apart else []
    laid = []
    for position, (lane, part) in enumerate(parts, 1):
        control_number, batch = f"{position:04d}", f"{sent_on:%y%m%d}{kind}{position}"
        body = claim_set_body(part, reference=batch)
        laid.append((lane, part, batch, set_lines("837", control_number, implementation, body)))
    data, places = placed_file(
        Envelope(_SUBMITTER, _RECEIVER, "HC", implementation, sent_on),
        [segments for *_, segments in laid],
        grouping=_GROUPINGS[index % len(_GROUPINGS)],
        numbers=numbers,
    )
    sets = tuple(
        SentSet(lane, f"{position:04d}", batch, place, tuple(part), tuple(segments))
        for position, ((lane, part, batch, segments), place) in enumerate(
            zip(laid, places, strict=True), 1
        )
    )
    return SentFile(f"{sent_on:%Y%m%d}_837{kind}.edi", data, sent_on, kind, "", sets)


def _set_parts(bills: list[Bill]) -> list[list[Bill]]:
    """The bills of a day, patient by patient, in one set or, from ten on, in two; none without."""
    ordered = sorted(bills, key=lambda bill: (bill.patient.account, bill.serial))
    if len(ordered) < 10:
        return [ordered] if ordered else []
    middle = len(ordered) // 2
    return [ordered[:middle], ordered[middle:]]


def lay_out_payments(
    book: Book,
    payees: dict[str, Provider],
    numbers: ControlNumbers,
    *,
    random: Random,
    same_bytes_count: int,
    same_payment_count: int,
) -> RemittanceLayout:
    """A file a payer and payment date, a set a payee, and some files delivered twice."""
    layout = _Payments(payees, numbers)
    for batches in _files_of(book):
        layout.add_file(batches, book)
    layout.repeat(random, same_bytes_count, same_payment_count)
    return RemittanceLayout(
        tuple(sorted(layout.files)),
        layout.keys,
        tuple(layout.entries),
        tuple(layout.remittances),
        tuple(layout.duplicates),
    )


def _files_of(book: Book) -> list[list[Batch]]:
    """Batches that go into one file together: of one payer and day."""
    ordered = sorted(book.batches)
    return [
        [book.batches[key] for key in group]
        for _, group in groupby(ordered, key=lambda key: (key[0], key[1]))
    ]


class _Payments:
    """Collects 835 files while they are laid out."""

    def __init__(self, payees: dict[str, Provider], numbers: ControlNumbers) -> None:
        self.payees = payees
        self.numbers = numbers
        self.files: list[tuple[str, bytes]] = []
        self.keys: dict[int, PaymentKey] = {}
        self.entries: list[PlacedEntry] = []
        self.remittances: list[RemittanceTruth] = []
        self.duplicates: list[DuplicateFileTruth] = []
        self._sources: list[tuple[str, PayerProfile, date, list[list[str]]]] = []

    def add_file(self, batches: list[Batch], book: Book) -> None:
        """One file of these batches, a set each."""
        payer, paid_on = batches[0].payer, batches[0].paid_on
        name = f"{paid_on:%Y%m%d}_835_{payer.payer_id}.edi"
        sets = [
            self._add_set(name, f"{position:04d}", batch, book)
            for position, batch in enumerate(batches, 1)
        ]
        self._sources.append((name, payer, paid_on, sets))
        self.files.append((name, self._text(payer, paid_on, sets)))

    def _text(self, payer: PayerProfile, written_on: date, sets: list[list[str]]) -> bytes:
        envelope = Envelope(
            payer.payer_id, _SUBMITTER, "HP", "005010X221A1", written_on, payer.punctuation
        )
        return file_text(envelope, sets, grouping=payer.file_shape, numbers=self.numbers)

    def _add_set(self, name: str, control_number: str, batch: Batch, book: Book) -> list[str]:
        payer = batch.payer
        entries_cents = sum(entry.cents for entry in batch.entries)
        payment = batch.total_cents() + (2 * entries_cents if batch.sign_inverted else 0)
        trace = f"{payer.originator_id[-3:]}{batch.paid_on:%y%m%d}{len(self.remittances) + 1:05d}"
        if payer.reuses_zero_trace and not payment:
            trace = "0000000"
        payee = self.payees[batch.payee_npi]
        body = head_segments(
            payer, payee, payment_cents=payment, trace=trace, paid_on=batch.paid_on
        )
        if not batch.answers:
            body.pop()  # no LX without a claim
        broken = ""
        for ordinal, answer in enumerate(batch.answers, 1):
            body += claim_segments(answer)
            self.keys[answer.serial] = PaymentKey(name, control_number, ordinal)
            broken = book.unbalanced.get(answer.serial, broken)
        pairs = [(entry.reason, entry.reference, entry.cents) for entry in batch.entries]
        body += provider_adjustment_segments(batch.payee_npi, pairs, paid_on=batch.paid_on)
        for ordinal, entry in enumerate(batch.entries, 1):
            self.entries.append(PlacedEntry(name, control_number, ordinal, entry))
        self.remittances.append(
            RemittanceTruth(
                name,
                control_number,
                payer.payer_id,
                batch.payee_npi,
                trace,
                batch.paid_on,
                payment,
                len(batch.answers),
                "transaction" if batch.sign_inverted else broken,
            )
        )
        return set_lines("835", control_number, "005010X221A1", body)

    def repeat(self, random: Random, same_bytes_count: int, same_payment_count: int) -> None:
        """Deliver some files again: the same bytes under a new name, or in a new interchange."""
        wanted = min(same_bytes_count + same_payment_count, len(self._sources))
        chosen = random.sample(range(len(self._sources)), wanted)
        for order, index in enumerate(sorted(chosen)):
            name, payer, paid_on, sets = self._sources[index]
            if (order % 2 == 0 and same_bytes_count) or not same_payment_count:
                same_bytes_count -= 1
                copy, data = name.replace(".edi", "_copy.edi"), self.files[index][1]
                kind = "same_bytes"
            else:
                same_payment_count -= 1
                later = paid_on + timedelta(days=_REDELIVERED_DAYS)
                copy = f"{later:%Y%m%d}_835_{payer.payer_id}_again.edi"
                data, kind = self._text(payer, later, sets), "same_payment"
            self.files.append((copy, data))
            self.duplicates.append(DuplicateFileTruth(copy, name, kind))
