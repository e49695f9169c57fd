"""A practice of whole lifecycles from a seed: claims, every acknowledgment, payments, the truth.

Each story of `lifecycle_stories` is told, over a history of plain payments by which each payer's
speed is known. Everything is invented.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random

import msgspec

from edi_engine.synthetic.bill_maker import BillMaker, OwnProviders, make_own_providers
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.desk import Desk
from edi_engine.synthetic.fees import FeeTable, fee_rows
from edi_engine.synthetic.interchange import ControlNumbers
from edi_engine.synthetic.layout import lay_out_payments
from edi_engine.synthetic.lifecycle_answers import PlantedFault, StatusWord
from edi_engine.synthetic.lifecycle_claims import (
    FileWord,
    acknowledge_file,
    lay_out_sent_files,
)
from edi_engine.synthetic.lifecycle_desk import Life, LifeDesk
from edi_engine.synthetic.lifecycle_payers import (
    CLEARINGHOUSE,
    DENTAL,
    FAST,
    FORWARDING,
    LITTLE_KNOWN,
    SLOW,
    USUAL,
    lifecycle_payers,
    voice_of,
)
from edi_engine.synthetic.lifecycle_stories import STORIES
from edi_engine.synthetic.lifecycle_stories_paid import plainly_paid
from edi_engine.synthetic.lifecycle_truth import (
    EventTruth,
    LifecycleTruth,
    LifeTruth,
    RejectionTruth,
    ordered_events,
)
from edi_engine.synthetic.lifecycle_words import BATCH_REFUSAL, WordFile, lay_out_words
from edi_engine.synthetic.people import Provider
from edi_engine.synthetic.sent_files import SentFile
from edi_engine.synthetic.settling import carry_balances
from edi_engine.synthetic.status_text import Voice
from edi_engine.synthetic.truth import ClaimKey, PaymentKey

__all__ = ["ArrivingFile", "LifecyclePractice", "make_lifecycles"]

_AS_OF = date(2025, 6, 11)
"""A Wednesday, so that "the last working day" is yesterday."""
_HISTORY_DAYS = 150
_COPIES_DAYS = 2
_COPIED_EVERY = 9
_STORY_TURNS = {
    "refused_by_clearinghouse": 4,
    "refused_by_payer": 6,
    "silent_after_payer": 4,
    "slow_but_usual": 2,
    "waiting": 5,
}
"""Stories that have several ways to go are told so often, to go them all."""


class ArrivingFile(msgspec.Struct, frozen=True, gc=False):
    """A file, and the day on which it is in the inbox. `copy_of` names the first delivery of the
    same bytes, `repeats` that of the same sets in another envelope; empty for neither."""

    name: str
    data: bytes
    arrives_on: date
    copy_of: str = ""
    repeats: str = ""


class LifecyclePractice(msgspec.Struct, frozen=True):
    """What a seed makes. All files have arrived by `as_of`."""

    seed: int
    as_of: date
    files: tuple[ArrivingFile, ...]
    schedule: str
    truth: LifecycleTruth
    billing_npis: tuple[str, ...]
    tin: str

    def fee_schedule_csv(self) -> str:
        """The contracts as `edi-engine contracts load` reads them."""
        return self.schedule


def make_lifecycles(
    seed: int, *, as_of: date = _AS_OF, tellings: int = 1, history_count: int = 24
) -> LifecyclePractice:
    """A practice in which each story is told so often, and each usual payer has so many plain
    payments before.

    Pure: the same arguments give the same bytes. Raises ValueError for fewer than one telling.
    """
    if tellings < 1 or history_count < 0:
        raise ValueError("a practice needs at least one telling of each story")
    random = Random(f"{seed} lifecycles")  # noqa: S311  a seeded source is the point
    payers = lifecycle_payers()
    own = make_own_providers(random)
    first_on = as_of - timedelta(days=_HISTORY_DAYS)
    fees = FeeTable(fee_rows(payers, first_on=date(as_of.year - 3, 1, 1), changed_on=first_on))
    maker = BillMaker(random, own=own, payers=payers, workdays=(first_on,))
    desk = LifeDesk(Desk(random, maker=maker, fees=fees), as_of)
    _tell(desk, tellings, history_count)
    carry_balances(desk.desk.book)
    return _lay_out(seed, desk, fees, own)


def _tell(desk: LifeDesk, tellings: int, history_count: int) -> None:
    desk.story = "paid_before"
    for payer_id in (FAST, SLOW, USUAL, FORWARDING):
        for _ in range(history_count):
            plainly_paid(desk, payer_id)
    for _ in range(3):
        plainly_paid(desk, LITTLE_KNOWN)
        plainly_paid(desk, DENTAL, kind="D")
    for name, story in STORIES.items():
        desk.story = name
        for _ in range(tellings * _STORY_TURNS.get(name, 1)):
            story(desk)


def _lay_out(seed: int, desk: LifeDesk, fees: FeeTable, own: OwnProviders) -> LifecyclePractice:
    numbers = ControlNumbers()
    bills = {bill.serial: bill for bill in desk.desk.maker.bills}
    lanes = {serial: life.lane for serial, life in desk.lives.items()}
    sent = lay_out_sent_files(list(bills.values()), lanes, numbers)
    files = [
        ArrivingFile(each.name, each.data, each.sent_on, repeats=each.repeats) for each in sent
    ]
    file_words: list[FileWord] = []
    for index, each in enumerate(sent):
        answer = acknowledge_file(each, index, numbers)
        if answer is not None:
            files.append(ArrivingFile(answer.name, answer.data, answer.said_on))
            file_words += answer.words
    said = [word for life in desk.lives.values() for word in life.words]
    word_files = lay_out_words(said, bills, sent, numbers)
    files += [ArrivingFile(each.name, each.data, each.delivered_on) for each in word_files]
    payments = lay_out_payments(
        desk.desk.book, _payees(own), numbers,
        random=Random(seed),  # noqa: S311  used for copies only, of which there are none
        same_bytes_count=0, same_payment_count=0,
    )  # fmt: skip
    paid_on = {each.file_name: each.paid_on for each in payments.remittances}
    files += [ArrivingFile(name, data, paid_on[name]) for name, data in payments.files]
    files += [*_copies(files, desk.as_of), *_readdressed(files, desk.as_of, numbers)]
    return LifecyclePractice(
        seed=seed,
        as_of=desk.as_of,
        files=tuple(sorted(files, key=lambda file: (file.arrives_on, file.name))),
        schedule=fees.csv_text(),
        truth=_truth(
            desk, bills, sent, file_words, word_files=word_files, payment_keys=payments.keys
        ),
        billing_npis=tuple(_payees(own)),
        tin=own.professional.tin,
    )


def _payees(own: OwnProviders) -> dict[str, Provider]:
    return {each.npi: each for each in (own.professional, own.facility, own.dental)}


def _copies(files: list[ArrivingFile], as_of: date) -> list[ArrivingFile]:
    """Some files delivered twice, two days apart: the same bytes under another name."""
    early = [file for file in files if file.arrives_on + timedelta(days=_COPIES_DAYS) <= as_of]
    ordered = sorted(early, key=lambda file: (file.name.split("_")[1][:3], file.name))
    return [
        ArrivingFile(
            file.name.replace(".edi", "_copy.edi"),
            file.data,
            file.arrives_on + timedelta(days=_COPIES_DAYS),
            file.name,
        )
        for file in ordered[::_COPIED_EVERY]
    ]


def _readdressed(
    files: list[ArrivingFile], as_of: date, numbers: ControlNumbers
) -> list[ArrivingFile]:
    """Some acknowledgments delivered twice, the second time in an interchange of its own number."""
    answers = [file for file in files if "_277CA_" in file.name or "_999_" in file.name]
    repeated = []
    for file in answers[:: _COPIED_EVERY + 2]:
        number = file.data.split(b"*", 14)[13]
        later = file.arrives_on + timedelta(days=_COPIES_DAYS)
        if later <= as_of:
            data = file.data.replace(number, numbers.next_interchange().encode("ascii"))
            name = file.name.replace(".edi", "_readdressed.edi")
            repeated.append(ArrivingFile(name, data, later, repeats=file.name))
    return repeated


def _truth(
    desk: LifeDesk,
    bills: Mapping[int, Bill],
    sent: Iterable[SentFile],
    file_words: Iterable[FileWord],
    *,
    word_files: Iterable[WordFile],
    payment_keys: Mapping[int, PaymentKey],
) -> LifecycleTruth:
    keys = {serial: key for each in sent if not each.repeats for serial, key in each.keys().items()}
    teller = _Teller(keys)
    for file in sent:
        outcome = "sent_again" if file.repeats else "sent"
        for serial in file.serials():
            teller.add(serial, EventTruth(file.sent_on, "sender", outcome, (), file.name))
    for said in file_words:
        teller.add_file_word(said)
    for word_file in word_files:
        teller.add_word_file(word_file, bills)
    for serial, life in desk.lives.items():
        for outcome, answer, paid_on in life.paid:
            name = payment_keys[answer.serial].file_name
            teller.add(serial, EventTruth(paid_on, "remittance", outcome, (answer.status,), name))
    lives = [teller.life(bills[serial], life) for serial, life in desk.lives.items()]
    return LifecycleTruth(
        lives=tuple(sorted(lives, key=lambda life: life.claim)),
        lags=tuple(sorted((payer, tuple(sorted(days))) for payer, days in desk.lags.items())),
    )


class _Teller:
    """Gathers events and rejections by serial, and makes lives of them."""

    def __init__(self, keys: Mapping[int, ClaimKey]) -> None:
        self._keys = keys
        self._events: dict[int, list[EventTruth]] = {serial: [] for serial in keys}
        self._rejections: dict[int, list[RejectionTruth]] = {serial: [] for serial in keys}

    def add(self, serial: int, event: EventTruth) -> None:
        """An event of that claim."""
        self._events[serial].append(event)

    def reject(self, serial: int, tier: str, event: EventTruth, *faults: PlantedFault) -> None:
        """The rejection that an event is."""
        told = tuple(_fault_truth(fault) for fault in faults)
        self._rejections[serial].append(
            RejectionTruth(tier, event.happened_on, event.file_name, event.codes, told)
        )

    def add_file_word(self, said: FileWord) -> None:
        """What a TA1, 999 or 997 means for each claim under it."""
        codes = (f"{said.code} {said.note}".strip(),)
        outcome = {"A": "accepted", "E": "accepted_with_errors"}.get(said.code, "rejected")
        event = EventTruth(said.said_on, said.source, outcome, codes, said.file_name)
        for serial in said.serials:
            self.add(serial, event)
            if outcome == "rejected":
                self.reject(serial, "file", event, *said.faults)

    def add_word_file(self, file: WordFile, bills: Mapping[int, Bill]) -> None:
        """What a 277CA or 277 means for each claim in it."""
        for word in file.words:
            event = _status_event(word, file.name, _voice(word, bills[word.serial]))
            self.add(word.serial, event)
            if word.refuses:
                self.reject(word.serial, event.source, event)
        for serial in file.refused_batch:
            event = EventTruth(
                file.delivered_on, "clearinghouse", "rejected", (BATCH_REFUSAL.text(),), file.name
            )
            self.add(serial, event)
            self.reject(serial, "clearinghouse", event)

    def life(self, bill: Bill, life: Life) -> LifeTruth:
        """The whole life of a bill."""
        events = ordered_events(self._events[bill.serial])
        return LifeTruth(
            claim=self._keys[bill.serial],
            control_number=bill.control_number,
            story=life.story,
            payer_id=bill.payer.payer_id,
            sent_on=bill.sent_on,
            charge_cents=bill.charge_cents,
            state=life.state,
            rejected_by=life.rejected_by,
            waits_for=life.waits_for,
            waits_since=life.waits_since,
            events=events,
            rejections=tuple(self._rejections[bill.serial]),
            followed_by=self._keys[life.followed_by] if life.followed_by else None,
            payer_number=life.payer_number,
        )


_OUTCOMES = {"A0": "forwarded", "A1": "received", "A2": "accepted", "A5": "split"}


def _voice(word: StatusWord, bill: Bill) -> Voice:
    return voice_of(bill.payer) if word.by_payer else CLEARINGHOUSE


def _status_event(word: StatusWord, file_name: str, voice: Voice) -> EventTruth:
    """The event of a word; without a date of its own it has that of its file."""
    outcome = "rejected" if word.refuses else _OUTCOMES.get(word.statuses[0].category, "pending")
    source = "clearinghouse"
    if word.by_payer:
        source = "inquiry" if word.answers_inquiry else "payer"
    is_dated = voice.dates_statuses or word.answers_inquiry
    codes = tuple(voice.shown(status).text() for status in word.statuses)
    return EventTruth(
        word.said_on if is_dated else word.delivered_on, source, outcome, codes, file_name
    )


def _fault_truth(fault: PlantedFault) -> tuple[str, int, int, int, tuple[str, ...], str]:
    kind = fault.kind
    codes = tuple(code for code in (kind.segment_code, kind.element_code) if code)
    return fault.segment_id, fault.position, kind.element, kind.component, codes, fault.value
