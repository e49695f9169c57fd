"""From what was sent, said and paid to the truth about each claim's life.

Everything comes from the records that the files were written from, never from the files.
"""

from collections.abc import Iterable, Mapping

from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.lifecycle_answers import PlantedFault, StatusWord
from edi_engine.synthetic.lifecycle_claims import FileWord
from edi_engine.synthetic.lifecycle_desk import Life, LifeDesk
from edi_engine.synthetic.lifecycle_payers import CLEARINGHOUSE, voice_of
from edi_engine.synthetic.lifecycle_truth import (
    EventTruth,
    LifecycleTruth,
    LifeTruth,
    RejectionTruth,
    ordered_events,
)
from edi_engine.synthetic.lifecycle_words import BATCH_REFUSAL, WordFile
from edi_engine.synthetic.sent_files import SentFile
from edi_engine.synthetic.status_text import Voice
from edi_engine.synthetic.truth import ClaimKey, PaymentKey

__all__ = ["tell_lifecycles"]


def tell_lifecycles(
    desk: LifeDesk,
    bills: Mapping[int, Bill],
    sent: Iterable[SentFile],
    file_words: Iterable[FileWord],
    *,
    word_files: Iterable[WordFile],
    payment_keys: Mapping[int, PaymentKey],
) -> LifecycleTruth:
    """All lives of the desk. `bills` are by serial, `payment_keys` by the serial of the answer."""
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
