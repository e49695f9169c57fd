"""Claims to 837 transaction sets: levels, claims, other payers.

Every set holds claims of one kind that came from one set and were sent on one day. Claims keep
their order; a run of claims of the same provider, subscriber or patient shares that level.
Source: 005010X222A1, 005010X223A2, 005010X224A2.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from edi_engine.exports.x12_common import (
    adjustment_segments,
    amount_segment,
    date_text,
    dollars,
    extra_segment,
    party_segments,
    quantity_segment,
    reference_segment,
    says_something,
    taxonomy_segment,
)
from edi_engine.exports.x12_envelope import Envelope, Segment, TransactionSet
from edi_engine.exports.x12_order import in_guide_order
from edi_engine.exports.x12_service_lines import date_segments, line_segments, note_segment
from edi_engine.records.claims import Claim, ClaimKind, CodedInformation, Coverage, OtherPayer
from edi_engine.records.common import EventDate, Party, Reference

__all__ = ["claim_sets"]

_GUIDES = {
    ClaimKind.PROFESSIONAL: "005010X222A1",
    ClaimKind.INSTITUTIONAL: "005010X223A2",
    ClaimKind.DENTAL: "005010X224A2",
}
_CODES_MAX = 12
"""HI holds twelve composites. Source: X12 segment HI."""

_CODE_FAMILIES = {
    "BF": "other diagnosis",
    "ABF": "other diagnosis",
    "PR": "reason",
    "APR": "reason",
    "BN": "external cause",
    "ABN": "external cause",
    "BQ": "procedure",
    "BBQ": "procedure",
}
"""HI lists of an institutional claim that share a segment; every other list has its own."""

_DIAGNOSES = frozenset({"BK", "ABK", "BF", "ABF"})
"""Principal and other diagnoses share a segment in professional and dental claims."""

_SINGLE_CODES = frozenset({"BK", "ABK", "BJ", "ABJ", "DR", "BR", "BBR"})
_PAY_TO_PLAN = "PE"

_OWN_LEVEL_IDS = frozenset({"CUR", "PAT"})
"""Extra segments that have a place of their own above the claim."""

_CLAIM_IDS = frozenset({"REF", "HI", "NTE", "CL1", "DN2"})
"""Segments that a claim always has a field for: an extra one stood above the claim."""


class _Levels(msgspec.Struct, frozen=True):
    """What the levels above a claim say; claims with equal ones share them."""

    provider: tuple[object, ...]
    subscriber: tuple[object, ...]
    patient: tuple[object, ...] | None


def claim_sets(claims: Iterable[Claim], envelope: Envelope) -> Iterator[TransactionSet]:
    """The transaction sets that hold these claims, in order."""
    runs = groupby(claims, key=lambda claim: (claim.source, claim.kind, _head_of(claim)))
    for (_, kind, _), run in runs:
        segments = tuple(_set_segments(tuple(run), envelope))
        yield TransactionSet("837", _GUIDES[kind], "HC", segments)


def _head_of(claim: Claim) -> tuple[object, ...]:
    return (claim.sent_on, claim.bill_purpose)


def _set_segments(claims: tuple[Claim, ...], envelope: Envelope) -> Iterator[Segment]:
    first = claims[0]
    yield (
        "BHT",
        "0019",
        "00",
        f"{envelope.interchange_control_number:09d}",
        date_text(first.sent_on),
        envelope.written_at,
        first.bill_purpose,
    )
    yield from _sender_segments(envelope)
    yield from _hierarchy(claims)


def _sender_segments(envelope: Envelope) -> Iterator[Segment]:
    """Loops 1000A and 1000B."""
    if envelope.submitter is not None:
        yield from party_segments(envelope.submitter)
    else:
        name = envelope.submitter_name
        yield ("NM1", "41", "2", name, "", "", "", "", "46", envelope.sender_id)
        if envelope.submitter_phone:
            yield ("PER", "IC", name, "TE", envelope.submitter_phone)
    if envelope.receiver is not None:
        yield from party_segments(envelope.receiver)
    else:
        yield ("NM1", "40", "2", envelope.receiver_name, "", "", "", "", "46", envelope.receiver_id)


def _hierarchy(claims: tuple[Claim, ...]) -> Iterator[Segment]:
    """HL levels with the claims under them; numbers count up from 1."""
    number = 0
    levels = [_levels_of(claim) for claim in claims]
    above: _Levels | None = None
    subscriber_number = provider_number = 0
    for index, (claim, own) in enumerate(zip(claims, levels, strict=True)):
        new_provider = above is None or own.provider != above.provider
        new_subscriber = (
            above is None
            or new_provider
            or own.subscriber != above.subscriber
            or (own.patient is None and above.patient is not None)
        )
        if new_provider:
            number += 1
            provider_number = number
            yield ("HL", str(number), "", "20", "1")
            yield from _provider_segments(claim)
        if new_subscriber:
            number += 1
            subscriber_number = number
            child = "1" if _has_patients(levels, index) else "0"
            yield ("HL", str(number), str(provider_number), "22", child)
            yield from _subscriber_segments(claim)
        if own.patient is not None and (
            above is None or new_subscriber or own.patient != above.patient
        ):
            number += 1
            yield ("HL", str(number), str(subscriber_number), "23", "0")
            yield from _patient_segments(claim)
        yield from _claim_segments(claim)
        above = own


def _levels_of(claim: Claim) -> _Levels:
    patient_information = tuple(_kept(claim, "PAT"))
    orphans = tuple(_orphans(claim)[0])
    provider = (
        claim.billing_provider,
        claim.pay_to,
        _pay_to_plans(claim),
        tuple(_kept(claim, "CUR")),
    )
    subscriber: tuple[object, ...] = (claim.coverage, claim.subscriber, claim.payer, orphans)
    if not _has_patient_level(claim):
        return _Levels(provider, (*subscriber, patient_information), None)
    of_patient, of_subscriber = _patient_information(claim)
    return _Levels(
        provider,
        (*subscriber, of_subscriber),
        (claim.patient, claim.patient_relationship, of_patient),
    )


def _has_patients(levels: list[_Levels], index: int) -> bool:
    """Whether a patient level will stand under the subscriber level opened at `index`."""
    first = levels[index]
    for own in levels[index:]:
        if own.provider != first.provider or own.subscriber != first.subscriber:
            return False
        if own.patient is not None:
            return True
    return False


def _has_patient_level(claim: Claim) -> bool:
    own = claim.coverage.relationship_code if claim.coverage is not None else ""
    return claim.patient != claim.subscriber or claim.patient_relationship != own


def _kept(claim: Claim, segment_id: str) -> list[str]:
    """Extra segments of the claim that belong to a level above it."""
    return [text for text in claim.extra_segments if text.partition("*")[0] == segment_id]


def _orphans(claim: Claim) -> tuple[list[str], list[str]]:
    """Extra segments to write above the claim, where they stood, and those to write in it.

    The last one that a claim would read as its own ends the first part.
    """
    extras = [text for text in claim.extra_segments if text.partition("*")[0] not in _OWN_LEVEL_IDS]
    ends = [
        index
        for index, text in enumerate(extras, 1)
        if text.partition("*")[0] in _CLAIM_IDS or (text[:3] != "CAS" and says_something(text))
    ]
    split = max(ends, default=0)
    return extras[:split], extras[split:]


def _patient_information(claim: Claim) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kept PAT segments of the patient's level and of the subscriber's.

    The last one is the patient's when it gives the patient's relationship.
    """
    kept = _kept(claim, "PAT")
    if kept:
        relationship = kept[-1].split("*")[1] if "*" in kept[-1] else ""
        if relationship == claim.patient_relationship:
            return (kept[-1],), tuple(kept[:-1])
    return (), tuple(kept)


def _pay_to_plans(claim: Claim) -> tuple[Party, ...]:
    return tuple(party for party in claim.parties if party.entity_code == _PAY_TO_PLAN)


def _provider_segments(claim: Claim) -> Iterator[Segment]:
    billing, pay_to = claim.billing_provider, claim.pay_to
    for provider in (billing, pay_to):
        if provider is not None and provider.taxonomy:
            yield taxonomy_segment(provider)
    yield from map(extra_segment, _kept(claim, "CUR"))
    yield from party_segments(billing, taxonomy=False)
    yield from party_segments(pay_to, taxonomy=False)
    for party in _pay_to_plans(claim):
        yield from party_segments(party)


def _subscriber_segments(claim: Claim) -> Iterator[Segment]:
    if claim.coverage is not None:
        yield _coverage_segment(claim.coverage)
    kept = _patient_information(claim)[1] if _has_patient_level(claim) else _kept(claim, "PAT")
    yield from map(extra_segment, kept)
    yield from map(extra_segment, _orphans(claim)[0])
    yield from party_segments(claim.subscriber)
    yield from party_segments(claim.payer)


def _patient_segments(claim: Claim) -> Iterator[Segment]:
    kept = _patient_information(claim)[0]
    if kept:
        yield from map(extra_segment, kept)
    else:
        yield ("PAT", claim.patient_relationship)
    yield from party_segments(claim.patient)


def _coverage_segment(coverage: Coverage) -> Segment:
    return (
        "SBR",
        coverage.sequence_code,
        coverage.relationship_code,
        coverage.group_number,
        coverage.group_name,
        coverage.insurance_type,
        "",
        "",
        "",
        coverage.filing_indicator,
    )


def _claim_segments(claim: Claim) -> Iterator[Segment]:
    yield _head_segment(claim)
    extras = map(extra_segment, _orphans(claim)[1])
    yield from in_guide_order("2300", _detail_segments(claim), extras)
    for party in claim.parties:
        if party.entity_code != _PAY_TO_PLAN:
            yield from party_segments(party)
    for other in claim.other_payers:
        yield from _other_payer_segments(other)
    for line in claim.lines:
        yield from line_segments(line, claim.kind)


def _head_segment(claim: Claim) -> Segment:
    """CLM."""
    institutional = claim.kind is ClaimKind.INSTITUTIONAL
    facility = claim.place_of_service
    if institutional:
        facility = claim.type_of_bill.removesuffix(claim.frequency_code)
    location = (facility, "A" if institutional else "B", claim.frequency_code)
    further = (_composite(text) for text in claim.claim_elements)
    number, charge = claim.patient_control_number, dollars(claim.charge_cents)
    return ("CLM", number, charge, "", "", location, *further)


def _composite(text: str) -> str | tuple[str, ...]:
    return tuple(text.split(":")) if ":" in text else text


def _detail_segments(claim: Claim) -> list[Segment]:
    segments: list[Segment] = list(date_segments(_dates_of(claim)))
    if claim.institutional_elements:
        segments.append(("CL1", *claim.institutional_elements))
    segments += [("DN2", *tooth) for tooth in claim.teeth]
    segments += map(amount_segment, claim.amounts)
    segments += map(reference_segment, _references_of(claim))
    segments += map(note_segment, claim.notes)
    segments += _code_segments(claim.codes, claim.kind)
    segments += map(quantity_segment, claim.quantities)
    return segments


def _dates_of(claim: Claim) -> tuple[EventDate, ...]:
    """The claim's dates, with its service period when neither they nor its lines give it."""
    first_on, last_on = claim.service_from, claim.service_to
    own = [event for event in claim.dates if event.qualifier in {"434", "472"}]
    if first_on is None or own:
        return claim.dates
    firsts = [line.service_from for line in claim.lines if line.service_from is not None]
    lasts = [line.service_to for line in claim.lines if line.service_to is not None]
    if (first_on, last_on) == (min(firsts, default=None), max(lasts, default=None)):
        return claim.dates
    qualifier = "434" if claim.kind is ClaimKind.INSTITUTIONAL else "472"
    return (EventDate(qualifier, first_on, last_on or first_on), *claim.dates)


def _references_of(claim: Claim) -> tuple[Reference, ...]:
    """The claim's references, with those that only a field of the record holds."""
    references = claim.references
    known = {reference.qualifier for reference in references}
    for qualifier, value in (
        ("F8", claim.original_reference),
        ("G1", claim.prior_authorization),
    ):
        if value and qualifier not in known:
            references = (*references, Reference(qualifier, value))
    return references


def _code_segments(codes: tuple[CodedInformation, ...], kind: ClaimKind) -> Iterator[Segment]:
    """HI, a segment for each run of codes that may share one."""
    may_share = _may_share if kind is ClaimKind.INSTITUTIONAL else _may_share_professional
    run: list[CodedInformation] = []
    for code in codes:
        if run and (len(run) == _CODES_MAX or not may_share(run[-1].qualifier, code.qualifier)):
            yield ("HI", *map(_code_composite, run))
            run = []
        run.append(code)
    if run:
        yield ("HI", *map(_code_composite, run))


def _may_share(earlier: str, qualifier: str) -> bool:
    if qualifier in _SINGLE_CODES:
        return False
    return _CODE_FAMILIES.get(earlier, earlier) == _CODE_FAMILIES.get(qualifier, qualifier)


def _may_share_professional(earlier: str, qualifier: str) -> bool:
    return earlier == qualifier or (earlier in _DIAGNOSES and qualifier in _DIAGNOSES)


def _code_composite(code: CodedInformation) -> tuple[str, ...]:
    days, date_format = date_text(code.first_on), "D8"
    if not days:
        date_format = ""
    elif code.first_on != code.last_on or code.qualifier == "BI":
        days, date_format = f"{days}-{date_text(code.last_on)}", "RD8"
    amount = "" if code.amount_cents is None else dollars(code.amount_cents)
    present = code.present_on_admission
    return (code.qualifier, code.code, date_format, days, amount, "", "", "", present)


def _other_payer_segments(other: OtherPayer) -> Iterator[Segment]:
    known = [_coverage_segment(other.coverage), *adjustment_segments(other.adjustments)]
    known += map(amount_segment, other.amounts)
    for segment_id, elements in (
        ("OI", other.assignment),
        ("MIA", other.inpatient),
        ("MOA", other.outpatient),
    ):
        if elements:
            known.append((segment_id, *map(_composite, elements)))
    yield from in_guide_order("2320", known, map(extra_segment, other.extra_segments))
    yield from party_segments(other.subscriber)
    dates = tuple(date_segments(other.dates))
    if other.payer is None:
        yield from dates
    yield from party_segments(other.payer, dates=dates)
    for party in other.other_parties:
        yield from party_segments(party)
