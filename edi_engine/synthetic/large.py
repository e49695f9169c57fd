"""Files of any size for benchmarks and memory tests, written as a stream.

A set of model claims is written down once with marks in place of what differs from claim to claim:
a serial of nine digits (in the control numbers and the member number) and the day of service. So
a hundred megabytes cost a replacement a claim. The n-th claim of `write_large_837` is answered by
the n-th of `write_large_835` of the same seed.

A megabyte of 835 (1,000,000 bytes) holds about 1,716 claim payments and 48,000 segments.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import BinaryIO

import msgspec

from edi_engine.synthetic.adjudication import Share
from edi_engine.synthetic.bill_maker import BillMaker, make_own_providers
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.claim_text import claim_set_body
from edi_engine.synthetic.desk import Desk
from edi_engine.synthetic.fees import FeeTable, fee_rows
from edi_engine.synthetic.payers import PayerProfile, plain_payers
from edi_engine.synthetic.remittance_text import claim_segments, head_segments

__all__ = ["LargeFile", "write_large_835", "write_large_837"]

_MEGABYTE = 1_000_000
_MODELS_COUNT = 128
_SERIAL_MARK = "@@@@@@@@@"
_DAY_MARK = "########"
_DAYS = 365
_START_ON = date(2024, 1, 1)
_CLAIMS_IN_A_WRITE = 2_000
_CLAIMS_IN_AN_837_SET = 5_000
"""The guide's recommended maximum."""
_CLAIMS_IN_AN_835_SET = 150_000
"""So that BPR02 keeps within eight digits before the point."""
_PAYER_ID = "EX001"
_LEVEL_BYTES = 17
"""About what an HL segment takes."""


class LargeFile(msgspec.Struct, frozen=True):
    """What was written. Segments include the envelope's."""

    claims_count: int
    segments_count: int
    bytes_count: int
    charge_cents: int
    paid_cents: int


class _Model(msgspec.Struct, frozen=True, gc=False):
    """One model claim: its marked texts, how many segments they are, and its money."""

    claim_text: str
    claim_segments: int
    payment_text: str
    payment_segments: int
    charge_cents: int
    paid_cents: int


def write_large_835(
    stream: BinaryIO,
    *,
    megabytes: int = 0,
    seed: int = 1,
    claims_count: int = 0,
    first_serial: int = 1,
) -> LargeFile:
    """Write an 835 of about so many megabytes, or of so many claims, in one interchange.

    Every set balances. Serials count from `first_serial`, so that several files can answer
    several 837s. Raises ValueError when neither size nor count is given.
    """
    models, desk = _models(seed)
    count = _count(megabytes, claims_count, [len(model.payment_text) for model in models])
    payer = _payer(desk)
    paid_on = _START_ON + timedelta(days=_DAYS + 30)
    writer = _Writer(stream, models, first_serial)
    writer.open("HP", payer.payer_id, "005010X221A1", paid_on)
    own = desk.maker.own.professional
    for ordinal, (start, stop) in enumerate(_parts(count, _CLAIMS_IN_AN_835_SET), 1):
        paid = sum(model.paid_cents * times for model, times in _times(models, start, stop))
        control_number = f"{ordinal:04d}"
        trace = f"{seed % 1000:03d}{first_serial:09d}{ordinal:04d}"
        head = head_segments(payer, own, payment_cents=paid, trace=trace, paid_on=paid_on)
        writer.set([f"ST*835*{control_number}", *head], start, stop, control_number, claims=False)
    return writer.close()


def write_large_837(
    stream: BinaryIO,
    *,
    megabytes: int = 0,
    seed: int = 1,
    claims_count: int = 0,
    first_serial: int = 1,
) -> LargeFile:
    """Write an 837P of about so many megabytes, or of so many claims, in one interchange.

    Raises ValueError when neither size nor count is given.
    """
    models, desk = _models(seed)
    count = _count(
        megabytes, claims_count, [len(model.claim_text) + _LEVEL_BYTES for model in models]
    )
    sent_on = _START_ON + timedelta(days=_DAYS + 10)
    head = _head_of_837(desk, sent_on)
    writer = _Writer(stream, models, first_serial)
    writer.open("HC", "SAMPLESUB1", "005010X222A1", sent_on)
    for ordinal, (start, stop) in enumerate(_parts(count, _CLAIMS_IN_AN_837_SET), 1):
        control_number = f"{ordinal:04d}"
        first = [f"ST*837*{control_number}*005010X222A1", *head]
        writer.set(first, start, stop, control_number, claims=True)
    return writer.close()


class _Writer:
    """Writes one interchange with one group, counting as it goes."""

    def __init__(self, stream: BinaryIO, models: list[_Model], first_serial: int) -> None:
        self._stream = stream
        self._models = models
        self._first_serial = first_serial
        self._segments = self._bytes = self._claims = self._charge = self._paid = self._sets = 0
        self._days = [f"{_START_ON + timedelta(days=offset):%Y%m%d}" for offset in range(_DAYS)]
        self._interchange = f"{first_serial % 1_000_000_000:09d}"

    def open(self, code: str, sender: str, implementation: str, day: date) -> None:
        """ISA and GS."""
        interchange = (
            f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{'SAMPLEREC1':<15}"
            f"*{day:%y%m%d}*0815*^*00501*{self._interchange}*0*P*:"
        )
        group = f"GS*{code}*{sender}*SAMPLEREC1*{day:%Y%m%d}*0815*1*X*{implementation}"
        self._write([interchange, group])

    def set(
        self, head: list[str], start: int, stop: int, control_number: str, *, claims: bool
    ) -> None:
        """One set with the claims from start to before stop, counted from 0."""
        self._write(head)
        segments = len(head)
        for first in range(start, stop, _CLAIMS_IN_A_WRITE):
            last = min(stop, first + _CLAIMS_IN_A_WRITE)
            texts = list(self._texts(first, last, claims=claims, level=2 + first - start))
            data = "".join(texts).encode("ascii")
            self._stream.write(data)
            self._bytes += len(data)
        for model, times in _times(self._models, start, stop):
            segments += times * (model.claim_segments if claims else model.payment_segments)
            self._charge += times * model.charge_cents
            self._paid += times * model.paid_cents
        self._segments += segments - len(head)
        self._claims += stop - start
        self._sets += 1
        self._write([f"SE*{segments + 1}*{control_number}"])

    def _texts(self, first: int, last: int, *, claims: bool, level: int) -> Iterator[str]:
        """Claims or payments by number; in an 837 each claim is a level of its own."""
        models, days = self._models, self._days
        for number in range(first, last):
            model = models[number % len(models)]
            text = model.claim_text if claims else model.payment_text
            serial = self._first_serial + number
            if claims:
                yield f"HL*{level + number - first}*1*22*0~\n"
            yield text.replace(_SERIAL_MARK, f"{serial:09d}").replace(
                _DAY_MARK, days[serial % _DAYS]
            )

    def close(self) -> LargeFile:
        """GE and IEA; what was written."""
        self._write([f"GE*{self._sets}*1", f"IEA*1*{self._interchange}"])
        return LargeFile(self._claims, self._segments, self._bytes, self._charge, self._paid)

    def _write(self, segments: list[str]) -> None:
        data = ("~\n".join(segments) + "~\n").encode("ascii")
        self._stream.write(data)
        self._segments += len(segments)
        self._bytes += len(data)


def _payer(desk: Desk) -> PayerProfile:
    return next(payer for payer in desk.maker.payers if payer.payer_id == _PAYER_ID)


def _count(megabytes: int, claims_count: int, lengths: list[int]) -> int:
    """How many claims fill so many megabytes."""
    if claims_count:
        return claims_count
    if megabytes < 1:
        raise ValueError("a large file needs megabytes or claims_count")
    return max(1, megabytes * _MEGABYTE * len(lengths) // sum(lengths))


def _parts(count: int, size: int) -> list[tuple[int, int]]:
    return [(start, min(count, start + size)) for start in range(0, count, size)]


def _times(models: list[_Model], start: int, stop: int) -> Iterator[tuple[_Model, int]]:
    """How often each model comes in a range of claim numbers."""
    size = len(models)
    for index, model in enumerate(models):
        yield model, (stop - index + size - 1) // size - (start - index + size - 1) // size


def _models(seed: int) -> tuple[list[_Model], Desk]:
    """The model claims of a seed, and the desk that made them."""
    random = Random(seed)  # noqa: S311  a seeded source is the point
    payers = plain_payers()
    fees = FeeTable(fee_rows(payers, first_on=_START_ON, changed_on=_START_ON))
    maker = BillMaker(random, own=make_own_providers(random), payers=payers, workdays=(_START_ON,))
    desk = Desk(random, maker=maker, fees=fees)
    payer = _payer(desk)
    models: list[_Model] = []
    while len(models) < _MODELS_COUNT:
        patient = maker.patient(payer, new=True)
        bill = maker.make("P", patient, shape="clear", lines_min=3, served_on=_START_ON)
        if len(bill.lines) <= 4:
            models.append(_model(desk, bill))
    return models, desk


def _model(desk: Desk, bill: Bill) -> _Model:
    marked = msgspec.structs.replace(
        bill,
        control_number=f"SB{_SERIAL_MARK}-0001",
        patient=msgspec.structs.replace(bill.patient, member_id=f"T{_SERIAL_MARK}"),
        lines=tuple(
            msgspec.structs.replace(line, control_number=f"L{_SERIAL_MARK}{line.number:02d}")
            for line in bill.lines
        ),
    )
    decisions = tuple(
        msgspec.structs.replace(decision, remarks=("N1",))
        for decision in desk.decide(marked, Share(coinsurance_percent=20))
    )
    answer = msgspec.structs.replace(
        desk.write(marked, decisions),
        payer_control_number=f"01{_SERIAL_MARK}",
        rendering=marked.rendering,
        span=(marked.first_on, marked.last_on),
        covered_cents=marked.charge_cents,
        received_on=None,
    )
    payment = _marked_days(claim_segments(answer))
    body = _marked_days(claim_set_body([marked], reference="1"))
    claim = body[_first_level(body) + 1 :]
    return _Model(
        claim_text="~\n".join(claim) + "~\n",
        claim_segments=len(claim) + 1,
        payment_text="~\n".join(payment) + "~\n",
        payment_segments=len(payment),
        charge_cents=marked.charge_cents,
        paid_cents=answer.paid_cents,
    )


def _first_level(body: list[str]) -> int:
    """Where the first subscriber level starts."""
    return next(index for index, segment in enumerate(body) if segment.startswith("HL*2*"))


def _marked_days(segments: list[str]) -> list[str]:
    """The segments with the day of service marked; births keep their dates."""
    day = f"{_START_ON:%Y%m%d}"
    return [
        segment.replace(day, _DAY_MARK) if segment.startswith("DT") else segment
        for segment in segments
    ]


def _head_of_837(desk: Desk, sent_on: date) -> list[str]:
    """BHT to the billing provider."""
    bill = msgspec.structs.replace(desk.maker.bills[0], sent_on=sent_on)
    body = claim_set_body([bill], reference="1")
    return body[: _first_level(body)]
