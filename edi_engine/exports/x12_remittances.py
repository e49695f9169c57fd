"""Remittances to 835 transaction sets. Source: 005010X221A1."""

from collections.abc import Iterable, Iterator

from edi_engine.exports.x12_common import (
    adjustment_segments,
    amount_segment,
    contact_segment,
    date_text,
    dollars,
    extra_segment,
    party_segments,
    procedure_composite,
    quantity_segment,
    reference_segment,
    says_something,
)
from edi_engine.exports.x12_envelope import Segment, TransactionSet
from edi_engine.exports.x12_order import in_guide_order
from edi_engine.money import parse_cents
from edi_engine.quantities import format_quantity
from edi_engine.records.common import Adjustment, EventDate, Party, RemarkCode
from edi_engine.records.remittances import (
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    ProviderSummary,
    Remittance,
    RemittanceSet,
)

__all__ = ["remittance_sets"]

_GUIDE = "005010X221A1"
_PAIRS_MAX = 6
"""PLB holds six pairs. Source: X12 segment PLB."""

_ADJUDICATION_REMARKS = frozenset({"MIA", "MOA"})


_SERVED = frozenset({"472", "150", "151"})
"""Dates that give a line's dates of service."""

_ENDING_IDS = frozenset({"BPR", "N1", "TRN", "SVC", "LX", "TS2", "TS3"})
"""Segments that end a claim payment."""

_OUTSIDE_IDS = _ENDING_IDS | {"CUR", "REF", "NM1", "LQ", "MIA", "MOA", "PER", "N3", "N4"}
"""Segments that a claim payment has a field for, or that end it: extra ones stood before it."""


def remittance_sets(sets: Iterable[RemittanceSet]) -> Iterator[TransactionSet]:
    """The transaction sets that say the same as these remittances, one for each."""
    for remittance_set in sets:
        yield TransactionSet("835", _GUIDE, "HP", tuple(_set_segments(remittance_set)))


def _set_segments(whole: RemittanceSet) -> Iterator[Segment]:
    yield from _head_segments(whole.remittance)
    yield from _claims_by_number(whole.claim_payments, whole.provider_summaries)
    yield from _provider_adjustment_segments(whole.provider_adjustments)


def _head_segments(remittance: Remittance) -> Iterator[Segment]:
    yield ("BPR", *_payment_elements(remittance))
    yield (
        "TRN",
        "1",
        remittance.trace_number,
        remittance.originator_id,
        remittance.trace_supplement,
    )
    if remittance.currency:
        yield ("CUR", *remittance.currency)
    yield from map(reference_segment, remittance.references)
    dates = remittance.dates
    produced = remittance.production_date
    if produced is not None and not any(event.qualifier == "405" for event in dates):
        dates = (EventDate("405", produced, produced), *dates)
    yield from _date_segments(dates)
    extras = remittance.extra_segments
    named_again = [index for index, text in enumerate(extras) if text.startswith("N1*")]
    split = min(named_again, default=len(extras))  # a second payer or payee stays second
    yield from map(extra_segment, extras[:split])
    yield from _organisation_segments(remittance.payer)
    yield from _organisation_segments(remittance.payee)
    yield from map(extra_segment, extras[split:])


def _payment_elements(remittance: Remittance) -> list[str]:
    """BPR01 on: as read, except where a field of the record says something else."""
    elements = list(remittance.payment_elements)
    elements += [""] * (16 - len(elements))
    elements[0] = remittance.handling_code
    amount = remittance.payment_amount_cents
    if amount is not None and parse_cents(elements[1]) != amount:
        elements[1] = dollars(amount)
    elements[2] = remittance.credit_debit_flag
    if not remittance.method or not elements[3].startswith(remittance.method):
        elements[3] = remittance.method  # else as read, with a check number glued to it
    if remittance.payment_date is not None and not any(elements[12:]):
        elements[15] = date_text(remittance.payment_date)
    return elements


def _organisation_segments(party: Party | None) -> Iterator[Segment]:
    """N1 and what follows it."""
    if party is None:
        return
    name, identifier = party.last_name, party.identifier
    yield ("N1", party.entity_code, name, party.id_qualifier, identifier)
    followers = party_segments(party)
    next(followers)  # its NM1
    yield from followers


def _claims_by_number(
    payments: tuple[ClaimPayment, ...], summaries: tuple[ProviderSummary, ...]
) -> Iterator[Segment]:
    """Claim payments and summaries under their LX. Both keep their order; a summary goes before
    the first claim of its LX."""
    waiting = list(summaries)
    current = ""
    for payment in payments:
        number = payment.assigned_number
        if number != current:
            count = next(
                (
                    index + 1
                    for index in range(len(waiting) - 1, -1, -1)
                    if waiting[index].assigned_number == number
                ),
                0,
            )
            before, waiting = waiting[:count], waiting[count:]
            yield from _summary_segments(before, current)
            if not before or before[-1].assigned_number != number:
                yield ("LX", number)
            current = number
        yield from _claim_segments(payment)
    yield from _summary_segments(waiting, current)


def _summary_segments(summaries: list[ProviderSummary], current: str) -> Iterator[Segment]:
    for summary in summaries:
        if summary.assigned_number != current:
            current = summary.assigned_number
            yield ("LX", current)
        yield (summary.segment_id, *map(_composite, summary.elements))


def _claim_segments(payment: ClaimPayment) -> Iterator[Segment]:
    outside, extras = _split_extras(payment)
    if outside and outside[0].partition("*")[0] not in _ENDING_IDS:
        yield ("LX", payment.assigned_number)  # so that they are not the claim's before
    yield from map(extra_segment, outside)
    share = payment.patient_responsibility_cents
    yield (
        "CLP",
        payment.patient_control_number,
        payment.status_code,
        dollars(payment.charge_cents),
        dollars(payment.paid_cents),
        "" if share is None else dollars(share),
        payment.filing_indicator,
        payment.payer_claim_control_number,
        payment.facility_code,
        payment.frequency_code,
        payment.patient_status_code,
        payment.drg_code,
        format_quantity(payment.drg_weight),
        format_quantity(payment.discharge_fraction),
    )
    yield from adjustment_segments(_without_kept(payment.adjustments, extras))
    for party in payment.parties:
        yield from party_segments(party)
    known: list[Segment] = []
    if payment.inpatient:
        known.append(("MIA", *map(_composite, payment.inpatient)))
    if payment.outpatient:
        known.append(("MOA", *map(_composite, payment.outpatient)))
    known += map(reference_segment, payment.references)
    known += _date_segments(_claim_dates(payment))
    known += map(contact_segment, payment.contacts)
    known += map(amount_segment, payment.amounts)
    known += map(quantity_segment, payment.quantities)
    known += _remark_segments(payment.remark_codes)
    yield from in_guide_order("2100", known, map(extra_segment, extras))
    for line in payment.lines:
        yield from _line_segments(line)


def _line_segments(line: LinePayment) -> Iterator[Segment]:
    yield (
        "SVC",
        procedure_composite(line.procedure),
        dollars(line.charge_cents),
        dollars(line.paid_cents),
        line.revenue_code,
        format_quantity(line.paid_units),
        procedure_composite(line.submitted_procedure),
        format_quantity(line.submitted_units),
    )
    known: list[Segment] = list(_date_segments(_line_dates(line)))
    known += adjustment_segments(_without_kept(line.adjustments, line.extra_segments))
    known += map(reference_segment, line.references)
    known += map(amount_segment, line.amounts)
    known += map(quantity_segment, line.quantities)
    known += _remark_segments(line.remark_codes)
    yield from in_guide_order("2110", known, map(extra_segment, line.extra_segments))


def _split_extras(payment: ClaimPayment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Extra segments that stood before the claim, and those in it."""
    extras = payment.extra_segments
    ends = [
        index
        for index, text in enumerate(extras, 1)
        if text.partition("*")[0] in _OUTSIDE_IDS or says_something(text)
    ]
    split = max(ends, default=0)
    return extras[:split], extras[split:]


def _without_kept(adjustments: tuple[Adjustment, ...], extras: tuple[str, ...]) -> list[Adjustment]:
    """The adjustments that no kept CAS says again: one with a triplet that cannot be read is kept
    whole, beside the triplets that were read."""
    left = list(adjustments)
    for text in extras:
        if not text.startswith("CAS*"):
            continue
        _, group_code, *elements = [*text.split("*"), "", ""]
        for index in range(0, len(elements) - 1, 3):
            cents = parse_cents(elements[index + 1].strip())
            said = (group_code, elements[index].strip(), cents)
            again = next((item for item in left if _said(item) == said), None)
            if again is not None:
                left.remove(again)
    return left


def _said(adjustment: Adjustment) -> tuple[str, str, int | None]:
    return adjustment.group_code, adjustment.reason_code, adjustment.amount_cents


def _claim_dates(payment: ClaimPayment) -> tuple[EventDate, ...]:
    """The dates, with the statement period when only the fields hold it."""
    known = {event.qualifier for event in payment.dates}
    own = tuple(
        EventDate(qualifier, day, day)
        for qualifier, day in (("232", payment.service_from), ("233", payment.service_to))
        if day is not None and not known & {"232", "233"}
    )
    return (*own, *payment.dates)


def _line_dates(line: LinePayment) -> tuple[EventDate, ...]:
    """The dates, with the dates of service when only the fields hold them."""
    first_on, last_on = line.service_from, line.service_to
    if first_on is None or any(event.qualifier in _SERVED for event in line.dates):
        return line.dates
    if last_on is None or last_on == first_on:
        return (EventDate("472", first_on, first_on), *line.dates)
    return (
        EventDate("150", first_on, first_on),
        EventDate("151", last_on, last_on),
        *line.dates,
    )


def _date_segments(dates: Iterable[EventDate]) -> Iterator[Segment]:
    """DTM. A period takes the elements that the segment has for it."""
    for event in dates:
        first = date_text(event.first_on)
        if event.first_on == event.last_on:
            yield ("DTM", event.qualifier, first, event.time)
        else:
            period = f"{first}-{date_text(event.last_on)}"
            yield ("DTM", event.qualifier, "", event.time, "", "RD8", period)


def _remark_segments(remarks: Iterable[RemarkCode]) -> Iterator[Segment]:
    """LQ; the remarks of MIA and MOA are in those segments already."""
    for remark in remarks:
        if remark.qualifier not in _ADJUDICATION_REMARKS:
            yield ("LQ", remark.qualifier, remark.code)


def _provider_adjustment_segments(
    adjustments: Iterable[ProviderAdjustment],
) -> Iterator[Segment]:
    """PLB, one for each run of a provider and fiscal period, six pairs at most in each."""
    run: list[ProviderAdjustment] = []
    for adjustment in adjustments:
        if run and (len(run) == _PAIRS_MAX or _owner_of(run[0]) != _owner_of(adjustment)):
            yield _provider_adjustment_segment(run)
            run = []
        run.append(adjustment)
    if run:
        yield _provider_adjustment_segment(run)


def _owner_of(adjustment: ProviderAdjustment) -> tuple[str, object]:
    return adjustment.provider_id, adjustment.fiscal_period_end


def _provider_adjustment_segment(run: list[ProviderAdjustment]) -> Segment:
    elements: list[str | tuple[str, ...]] = ["PLB", run[0].provider_id]
    elements.append(date_text(run[0].fiscal_period_end))
    for adjustment in run:
        elements.append((adjustment.reason_code, adjustment.reference))
        elements.append(dollars(adjustment.amount_cents))
    return tuple(elements)


def _composite(text: str) -> str | tuple[str, ...]:
    return tuple(text.split(":")) if ":" in text else text
