"""277CA sets (005010X214) and answers to inquiries (277, 005010X212) as segments.

A 277CA set has the source (clearinghouse or payer), the receiver with the batch it answers, each
billing provider, and each claim; counts and amounts are told for what is taken and what is not.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

import msgspec

from edi_engine.synthetic.answers import sent_code
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.lifecycle_answers import LineWord, Status, StatusWord
from edi_engine.synthetic.people import Provider
from edi_engine.synthetic.remittance_text import amount

__all__ = ["Told", "Voice", "batch_refusal_body", "claim_status_body", "inquiry_answer_body"]

_RECEIVED = Status("A1", "19", "PR")
"""Said of a batch and a provider whose claims are told one by one, whatever is said of these: only
a batch refused as a whole is refused on this level, and then names no claim."""


class Voice(msgspec.Struct, frozen=True, gc=False):
    """Who speaks: NM1 of the source, and its habits.

    `entity` is NM101 (AY clearinghouse, PR payer) and `form` NM108. `dates_statuses` False leaves
    STC02 out, `names_entities` False the third component.
    """

    entity: str
    name: str
    identifier: str
    form: str
    dates_statuses: bool = True
    names_entities: bool = True

    def shown(self, status: Status) -> Status:
        """The status as this source writes it."""
        return status if self.names_entities else msgspec.structs.replace(status, entity="")


class Told(msgspec.Struct, frozen=True, gc=False):
    """A claim and what is said of it."""

    bill: Bill
    word: StatusWord

    @property
    def is_taken(self) -> bool:
        return not self.word.refuses


def claim_status_body(
    voice: Voice, told: Sequence[Told], *, reference: str, batch: str, received_on: date
) -> list[str]:
    """A 277CA on these claims. `batch` is 2200B TRN02: BHT03 of our set, or a number of a
    clearinghouse's own; `received_on` the day on which the source had the claims."""
    on = told[0].word.delivered_on
    segments = [
        *_head(voice, reference, on, received_on),
        "HL*2*1*21*1",
        "NM1*41*2*SAMPLE CLINIC*****46*SAMPLESUB1",
        f"TRN*2*{batch}",
        _status_segment(voice, (_RECEIVED,), on=on, cents=_sum(told)),
        *_totals(told, ("90", "AA")),
    ]
    level = 2
    ordered = sorted(told, key=lambda each: (each.bill.billing.npi, each.bill.serial))
    for _, group in groupby(ordered, key=lambda each: each.bill.billing.npi):
        claims = list(group)
        level += 1
        parent = level
        segments += _provider_level(voice, claims, level)
        for each in claims:
            level += 1
            segments += _claim_level(voice, each, level, parent)
    return segments


def batch_refusal_body(
    voice: Voice, status: Status, *, reference: str, batch: str, on: date, cents: int, count: int
) -> list[str]:
    """A 277CA that refuses a whole batch at the receiver's level and names no claim."""
    return [
        *_head(voice, reference, on, on),
        "HL*2*1*21*0",
        "NM1*41*2*SAMPLE CLINIC*****46*SAMPLESUB1",
        f"TRN*2*{batch}",
        _status_segment(voice, (status,), on=on, cents=cents, action="U"),
        f"QTY*AA*{count}",
        f"AMT*YY*{amount(cents)}",
    ]


def inquiry_answer_body(
    voice: Voice, billing: Provider, told: Sequence[Told], *, reference: str
) -> list[str]:
    """A 277 that answers our inquiries on claims of one billing provider. TRN02 is the inquiry's
    own number; REF*EJ gives our control number back."""
    on = told[0].word.delivered_on
    segments = [
        f"BHT*0010*08*{reference}*{on:%Y%m%d}*0600*DG",
        "HL*1**20*1",
        f"NM1*PR*2*{voice.name}*****PI*{voice.identifier}",
        "HL*2*1*21*1",
        "NM1*41*2*SAMPLE CLINIC*****46*SAMPLESUB1",
        "HL*3*2*19*1",
        f"NM1*1P*2*{billing.name}*****XX*{billing.npi}",
    ]
    for level, each in enumerate(told, 4):
        bill, word = each.bill, each.word
        person = bill.patient.subscriber
        segments += [
            f"HL*{level}*3*22*0",
            f"NM1*IL*1*{person.last_name}*{person.first_name}****MI*{bill.member_id}",
            f"TRN*2*INQ{bill.serial:06d}",
            f"STC*{word.statuses[0].text()}*{word.said_on:%Y%m%d}**{amount(bill.charge_cents)}*0",
            *([f"REF*1K*{word.payer_number}"] if word.payer_number else []),
            f"REF*EJ*{bill.control_number}",
            _service_dates(bill),
        ]
    return segments


def _head(voice: Voice, reference: str, on: date, received_on: date) -> list[str]:
    return [
        f"BHT*0085*08*{reference}*{on:%Y%m%d}*0600*TH",
        "HL*1**20*1",
        f"NM1*{voice.entity}*2*{voice.name}*****{voice.form}*{voice.identifier}",
        f"TRN*1*{reference}",
        f"DTP*050*D8*{received_on:%Y%m%d}",
        f"DTP*009*D8*{on:%Y%m%d}",
    ]


def _sum(told: Sequence[Told]) -> int:
    return sum(each.bill.charge_cents for each in told)


def _totals(told: Sequence[Told], names: tuple[str, str]) -> list[str]:
    """QTY and AMT of what is taken and of what is not; a kind of which there is none is left
    out."""
    taken = [each for each in told if each.is_taken]
    refused = [each for each in told if not each.is_taken]
    parts = [part for part in zip(names, ("YU", "YY"), (taken, refused), strict=True) if part[2]]
    counts = [f"QTY*{name}*{len(claims)}" for name, _, claims in parts]
    return counts + [f"AMT*{name}*{amount(_sum(claims))}" for _, name, claims in parts]


def _provider_level(voice: Voice, told: Sequence[Told], level: int) -> list[str]:
    billing = told[0].bill.billing
    return [
        f"HL*{level}*2*19*1",
        f"NM1*85*2*{billing.name}*****XX*{billing.npi}",
        f"TRN*1*{level}",
        _status_segment(voice, (_RECEIVED,), on=None, cents=_sum(told)),
        *_totals(told, ("QA", "QC")),
    ]


def _claim_level(voice: Voice, each: Told, level: int, parent: int) -> list[str]:
    bill, word = each.bill, each.word
    person = bill.patient.person
    name = f"{person.last_name}*{person.first_name}*{person.middle_name}"
    segments = [
        f"HL*{level}*{parent}*PT",
        f"NM1*QC*1*{name}***MI*{bill.member_id}",
        f"TRN*2*{bill.control_number}",
        _status_segment(
            voice,
            word.statuses,
            on=word.said_on if voice.dates_statuses else None,
            cents=bill.charge_cents,
            action="U" if word.refuses else "WQ",
        ),
    ]
    if word.payer_number:
        segments.append(f"REF*1K*{word.payer_number}")
    if word.trace:
        segments.append(f"REF*D9*{word.trace}")
    if bill.bill_type:
        segments.append(f"REF*BLT*{bill.bill_type}{bill.frequency}")
    segments.append(_service_dates(bill))
    for line in word.lines:
        segments += _line_level(voice, bill, line, word.said_on)
    return segments


def _line_level(voice: Voice, bill: Bill, said: LineWord, on: date) -> list[str]:
    line = bill.lines[said.line_number - 1]
    qualifier, code, modifiers = sent_code(line)
    service = ":".join((qualifier, code, *modifiers))
    segments = [
        f"SVC*{service}*{amount(line.charge_cents)}*****{line.units}",
        f"STC*{voice.shown(said.status).text()}*{on:%Y%m%d}*U",
    ]
    if line.control_number:
        segments.append(f"REF*FJ*{line.control_number}")
    segments.append(f"DTP*472*D8*{line.served_on:%Y%m%d}")
    return segments


def _service_dates(bill: Bill) -> str:
    if bill.first_on == bill.last_on:
        return f"DTP*472*D8*{bill.first_on:%Y%m%d}"
    return f"DTP*472*RD8*{bill.first_on:%Y%m%d}-{bill.last_on:%Y%m%d}"


def _status_segment(
    voice: Voice, statuses: Sequence[Status], *, on: date | None, cents: int, action: str = "WQ"
) -> str:
    """An STC with its second and third composite in STC10 and STC11."""
    shown = [voice.shown(status).text() for status in statuses]
    day = f"{on:%Y%m%d}" if on is not None else ""
    segment = f"STC*{shown[0]}*{day}*{action}*{amount(cents)}"
    return segment + ("*" * 5 + "".join(f"*{each}" for each in shown[1:]) if shown[1:] else "")
