"""A practice of whole lifecycles from a seed: claims, every acknowledgment, payments, the truth.

Each story of `lifecycle_stories` is told, over a history of plain payments by which each payer's
speed is known. Everything is invented.
"""

from datetime import date, timedelta
from random import Random

import msgspec

from edi_engine.synthetic.bill_maker import BillMaker, OwnProviders, make_own_providers
from edi_engine.synthetic.desk import Desk
from edi_engine.synthetic.fees import FeeTable, fee_rows
from edi_engine.synthetic.interchange import ControlNumbers
from edi_engine.synthetic.layout import lay_out_payments
from edi_engine.synthetic.lifecycle_claims import (
    FileWord,
    acknowledge_file,
    lay_out_sent_files,
)
from edi_engine.synthetic.lifecycle_desk import LifeDesk
from edi_engine.synthetic.lifecycle_payers import (
    DENTAL,
    FAST,
    FORWARDING,
    LITTLE_KNOWN,
    SLOW,
    USUAL,
    lifecycle_payers,
)
from edi_engine.synthetic.lifecycle_stories import STORIES
from edi_engine.synthetic.lifecycle_stories_paid import plainly_paid
from edi_engine.synthetic.lifecycle_telling import tell_lifecycles
from edi_engine.synthetic.lifecycle_truth import (
    LifecycleTruth,
)
from edi_engine.synthetic.lifecycle_words import lay_out_words
from edi_engine.synthetic.people import Provider
from edi_engine.synthetic.settling import carry_balances

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
        truth=tell_lifecycles(
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
