"""Inquiries to 276 transaction sets, one for each payer: its levels, and the claims under them.

Inquiries are written in the order given; neighbours of the same receiver, provider, subscriber or
patient share that level. Source: 005010X212.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from edi_engine.exports.x12_common import (
    date_period,
    date_text,
    dollars,
    procedure_composite,
    reference_segment,
)
from edi_engine.exports.x12_envelope import Envelope, Segment, TransactionSet, write_interchange
from edi_engine.quantities import format_quantity
from edi_engine.records.common import EventDate, Party
from edi_engine.records.inquiries import InquiredLine, StatusInquiry

__all__ = ["inquiry_sets", "write_inquiries"]

_GUIDE = "005010X212"
_SOURCE, _RECEIVER, _PROVIDER, _SUBSCRIBER, _DEPENDENT = "20", "21", "19", "22", "23"


class _Level(msgspec.Struct):
    """An HL with its segments and what hangs under it."""

    code: str
    party: Party
    segments: list[Segment]
    below: list["_Level"]


def write_inquiries(inquiries: Iterable[StatusInquiry], envelope: Envelope) -> bytes:
    """An interchange with one 276 set for each payer.

    Raises InputError when an id of the envelope does not fit, or no delimiter is left.
    """
    return write_interchange(inquiry_sets(inquiries, envelope), envelope)


def inquiry_sets(
    inquiries: Iterable[StatusInquiry], envelope: Envelope
) -> Iterator[TransactionSet]:
    """The transaction sets that ask these, one for each run of inquiries to one payer."""
    for number, (payer, run) in enumerate(groupby(inquiries, key=lambda one: one.payer), 1):
        head: Segment = (
            "BHT",
            "0010",
            "13",
            f"{envelope.interchange_control_number:09d}-{number}",
            f"{envelope.written_on:%Y%m%d}",
            envelope.written_at,
        )
        levels = _numbered(_tree(payer, run))
        yield TransactionSet("276", _GUIDE, "HR", (head, *levels))


def _tree(payer: Party, run: Iterable[StatusInquiry]) -> _Level:
    top = _Level(_SOURCE, payer, [_name_segment(payer)], [])
    for inquiry in run:
        receiver = _under(top, _RECEIVER, inquiry.receiver)
        provider = _under(receiver, _PROVIDER, inquiry.provider)
        # Whether who is asked about is the subscriber decides what stands on this level.
        subscriber = _under(
            provider, _SUBSCRIBER, inquiry.subscriber, is_patient=inquiry.patient is None
        )
        asked = subscriber
        if inquiry.patient is not None:
            asked = _under(subscriber, _DEPENDENT, inquiry.patient, is_patient=True)
        asked.segments += _claim_segments(inquiry)
    return top


def _under(above: _Level, code: str, party: Party, *, is_patient: bool = False) -> _Level:
    """The last level below, if it is this party's and holds the same kind of thing; else a new."""
    if above.below:
        last = above.below[-1]
        if last.party == party and (code != _SUBSCRIBER or is_patient is not bool(last.below)):
            return last
    demographic = [_demographic_segment(party)] if is_patient and _is_described(party) else []
    level = _Level(code, party, [*demographic, _name_segment(party)], [])
    above.below.append(level)
    return level


def _numbered(top: _Level) -> Iterator[Segment]:
    """HL and segments of every level, numbers counting up from 1."""
    number = 0
    waiting = [(top, "")]
    while waiting:
        level, parent = waiting.pop()
        number += 1
        own = str(number)
        child_code = "1" if level.below else "0"
        yield ("HL", own, parent, level.code, "" if level.code == _DEPENDENT else child_code)
        yield from level.segments
        waiting += [(below, own) for below in reversed(level.below)]


def _name_segment(party: Party) -> Segment:
    return (
        "NM1",
        party.entity_code,
        party.entity_type,
        party.last_name,
        party.first_name,
        party.middle_name,
        "",
        party.name_suffix,
        party.id_qualifier,
        party.identifier,
    )


def _is_described(party: Party) -> bool:
    return party.born_on is not None


def _demographic_segment(party: Party) -> Segment:
    return ("DMG", "D8", date_text(party.born_on), party.gender)


def _claim_segments(inquiry: StatusInquiry) -> Iterator[Segment]:
    """Loop 2200 with its lines."""
    yield ("TRN", "1", inquiry.trace_number)
    yield from map(reference_segment, inquiry.references)
    if inquiry.charge_cents is not None:
        yield ("AMT", "T3", dollars(inquiry.charge_cents))
    yield from _served(inquiry)
    for line in inquiry.lines:
        yield (
            "SVC",
            procedure_composite(line.procedure),
            dollars(line.charge_cents),
            "",
            line.revenue_code,
            "",
            "",
            format_quantity(line.units),
        )
        if line.line_item_control_number:
            yield ("REF", "FJ", line.line_item_control_number)
        yield from _served(line)


def _served(part: StatusInquiry | InquiredLine) -> Iterator[Segment]:
    """DTP*472."""
    if part.service_from is not None:
        event = EventDate("472", part.service_from, part.service_to or part.service_from)
        yield ("DTP", "472", *date_period(event))
