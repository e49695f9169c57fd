"""Inquiries about claims that payers are silent about, as a 276 for whoever sends it.

Nothing is sent. Before the file is kept it is read back by our own reader, which must give the
inquiries that were meant and no fault of structure. A claim that no payer could find by what is
known of it is left out and told. Source: 005010X212.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from edi_engine.config import SubmitterSettings
from edi_engine.errors import EdiEngineError, InputError
from edi_engine.exports.x12_envelope import Envelope
from edi_engine.exports.x12_inquiries import write_inquiries as inquiry_file
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.new_files import refuse_existing, write_new
from edi_engine.jobs.stored_claims import WholeClaim, billed_claim_of, payments_from, whole_claims
from edi_engine.jobs.written_envelopes import envelope_of, next_control_number
from edi_engine.parsers import read_bytes
from edi_engine.parsers.inquiries import read_inquiries
from edi_engine.records.claims import Claim, ClaimKind, ServiceLine
from edi_engine.records.common import Party, Procedure, Reference
from edi_engine.records.inquiries import InquiredLine, StatusInquiry, WrittenInquiry
from edi_engine.records.keys import control_number_key
from edi_engine.store import Reader, Store

__all__ = [
    "INQUIRY_CLAIMS_MAX",
    "InquiryReport",
    "LeftOut",
    "SilentClaims",
    "silent_claims_to_ask",
    "write_inquiries",
]

INQUIRY_CLAIMS_MAX = 5_000
"""Claims of one file. All are in memory, and clearinghouses refuse much larger batches."""

_REVERSAL = "22"
_NUMBER_CHARACTERS_MAX = 50
_NAME_CHARACTERS_MAX = 60
_FIRST_NAME_CHARACTERS_MAX = 35
_MIDDLE_NAME_CHARACTERS_MAX = 25
_IDENTIFIER_CHARACTERS_MAX = 80
_PAYER_QUALIFIERS = frozenset({"PI", "XV"})
_MEMBER_QUALIFIERS = frozenset({"MI", "II", "24"})


class LeftOut(msgspec.Struct, frozen=True, gc=False):
    """A claim that is not asked about, and why."""

    claim_id: int
    reason: str


class InquiryReport(msgspec.Struct, frozen=True):
    """What was written, about how many payers, and what was left out. `undescribed_claim_ids` are
    asked about without the patient's day of birth, which some payers want."""

    written: WrittenInquiry
    payers_count: int
    left_out: tuple[LeftOut, ...] = ()
    undescribed_claim_ids: tuple[int, ...] = ()

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to ask about a claim in another way."""
        return bool(self.left_out)


class SilentClaims(msgspec.Struct, frozen=True):
    """Claims of which something is missed: those whose own payer can be asked, and the others."""

    claim_ids: tuple[int, ...]
    left_out: tuple[LeftOut, ...]


def silent_claims_to_ask(store: Store, as_of: date) -> SilentClaims:
    """Every claim that is silent by a day.

    Of one that its payer answered and forwarded, the next payer's answer is missing: asking its
    own payer again would tell nothing.
    """
    with store.reading() as reader:
        ids = reader.silent_claim_ids(as_of)
        lives = reader.lifecycles(ids)
    waits = [claim_id for claim_id in ids if lives[claim_id].forwarded_on is not None]
    return SilentClaims(
        tuple(int(claim_id) for claim_id in ids if claim_id not in set(waits)),
        tuple(
            LeftOut(
                int(claim_id), "its own payer answered; ask the next payer, to whom it went on."
            )
            for claim_id in waits
        ),
    )


class _Asked(msgspec.Struct, frozen=True):
    claim_id: int
    whole: WholeClaim
    inquiry: StatusInquiry


def write_inquiries(
    store: Store,
    claim_ids: Iterable[int],
    path: Path,
    *,
    with_lines: bool = False,
    receiver_id: str = "",
    left_out: Sequence[LeftOut] = (),
    submitter: SubmitterSettings | None = None,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> InquiryReport:
    """Write a 276 that asks about these claims, those of a payer together.

    `with_lines` asks about every service line too. `receiver_id` keeps only claims that were sent
    to it. `left_out` are told with those that cannot be asked about. Raises InputError when there
    is no such claim, when claims went to several receivers, when none can be asked about, and when
    the file is there already.
    """
    refuse_existing(path, option="--output")
    submitter = submitter or SubmitterSettings()
    wanted = list(dict.fromkeys(claim_ids))
    _refuse_number(wanted)
    with store.reading() as reader:
        wholes = whole_claims(reader, wanted)
        if receiver_id:
            wholes = {
                key: one
                for key, one in wholes.items()
                if _receiver_of(one, submitter) == receiver_id
            }
        asked, unaskable = _asked(reader, wholes, submitter, with_lines=with_lines)
    if not asked:
        raise InputError(
            unaskable[0].reason if unaskable else f"no claim of these was sent to {receiver_id}.",
            place=f"claim {unaskable[0].claim_id}" if unaskable else "--receiver",
            remedy="Ask the payer by telephone or on its portal.",
        )
    _refuse_several_receivers([one.whole for one in asked], submitter)
    written_at = now()
    with store.writing() as writer:
        control_number = next_control_number(writer, submitter)
        envelope = envelope_of(asked[0].whole, submitter, control_number, as_of, written_at)
        data = _checked_file([one.inquiry for one in asked], envelope)
        written = WrittenInquiry(
            written_inquiry_id=0,
            written_at=written_at.isoformat(),
            actor=actor,
            interchange_control_number=control_number,
            digest=hashlib.sha256(data).hexdigest(),
            claim_ids=tuple(one.claim_id for one in asked),
        )
        number = writer.add_written_inquiry(written)
        write_new(path, data)
    return InquiryReport(
        msgspec.structs.replace(written, written_inquiry_id=number),
        len({one.inquiry.payer for one in asked}),
        (*unaskable, *left_out),
        tuple(one.claim_id for one in asked if not _is_described(one.inquiry)),
    )


def _refuse_number(claim_ids: Sequence[int]) -> None:
    if not claim_ids:
        raise InputError(
            "there is no claim to ask about.", place="CLAIM", remedy="Name one or more claims."
        )
    if len(claim_ids) > INQUIRY_CLAIMS_MAX:
        raise InputError(
            f"{len(claim_ids)} claims are more than the {INQUIRY_CLAIMS_MAX} of one file.",
            place="CLAIM",
            remedy="Write several files.",
        )


def _receiver_of(whole: WholeClaim, submitter: SubmitterSettings) -> str:
    return submitter.receiver_id or whole.envelope.receiver_id


def _refuse_several_receivers(wholes: Sequence[WholeClaim], submitter: SubmitterSettings) -> None:
    """One file goes from one sender to one receiver."""
    for what, found in (
        ("receivers", {_receiver_of(one, submitter) for one in wholes}),
        ("senders", {submitter.sender_id or one.envelope.sender_id for one in wholes}),
    ):
        if len(found) > 1:
            option = "receiver_id" if what == "receivers" else "sender_id"
            raise InputError(
                f"the claims have {len(found)} {what}: {', '.join(sorted(found))}.",
                place="CLAIM",
                remedy="Name one with --receiver, and write a file for each."
                if what == "receivers"
                else f"Set {option} under [submitter] in the settings, or name the claims of one.",
            )


def _asked(
    reader: Reader,
    wholes: dict[int, WholeClaim],
    submitter: SubmitterSettings,
    *,
    with_lines: bool,
) -> tuple[list[_Asked], list[LeftOut]]:
    """The inquiries in the order of the file, and what cannot be asked about."""
    asked: list[_Asked] = []
    left_out: list[LeftOut] = []
    payers: dict[tuple[str, str], Party] = {}
    numbers = reader.payer_numbers_of(wholes)
    for claim_id, whole in wholes.items():
        reason = _why_not(whole.claim)
        if reason:
            left_out.append(LeftOut(claim_id, reason))
            continue
        payer = _payer(whole.claim)
        # One payer is one set, also where claims spell its name differently.
        payer = payers.setdefault((payer.id_qualifier, payer.identifier), payer)
        number = _payers_number(reader, claim_id, numbers.get(claim_id, []))
        inquiry = _inquiry(whole, payer, number, submitter, with_lines=with_lines)
        asked.append(_Asked(claim_id, whole, inquiry))
    asked.sort(key=_order)
    return asked, left_out


def _why_not(claim: Claim) -> str:
    """Why no payer could find the claim by an inquiry; empty when one could."""
    provider, subscriber, payer = claim.billing_provider, claim.subscriber, claim.payer
    number = claim.patient_control_number
    if payer is None or not (payer.identifier and payer.last_name):
        return "it names no payer with an identifier."
    if provider is None or not (claim.billing_npi or claim.billing_tin):
        return "it names no billing provider with an NPI or tax identifier."
    if subscriber is None or not (subscriber.identifier and subscriber.last_name):
        return "it names no subscriber with a member identifier."
    if claim.patient is not None and not claim.patient.last_name:
        return "it does not name the patient."
    if not control_number_key(number) or len(number) > _NUMBER_CHARACTERS_MAX:
        return "it has no patient control number that a payer could answer by."
    if claim.service_from is None:
        return "it has no day of service."
    return ""


def _inquiry(
    whole: WholeClaim,
    payer: Party,
    payers_number: str,
    submitter: SubmitterSettings,
    *,
    with_lines: bool,
) -> StatusInquiry:
    claim = whole.claim
    subscriber = claim.subscriber or Party("IL")
    patient = claim.patient
    is_dependent = patient is not None and patient != subscriber
    institutional = claim.kind is ClaimKind.INSTITUTIONAL
    references = (
        ("1K", payers_number),
        ("BLT", claim.type_of_bill if institutional else ""),
        ("EJ", _plain(claim.patient_control_number)),
    )
    return StatusInquiry(
        payer=payer,
        receiver=_information_receiver(whole, submitter),
        provider=_provider(claim),
        subscriber=_person(subscriber, "IL", is_patient=not is_dependent),
        patient=_person(patient, "QC", is_patient=True) if patient and is_dependent else None,
        trace_number=_plain(claim.patient_control_number),
        references=tuple(Reference(name, value) for name, value in references if value),
        charge_cents=claim.charge_cents,
        service_from=claim.service_from,
        service_to=claim.service_to or claim.service_from,
        lines=_lines(claim) if with_lines else (),
    )


def _lines(claim: Claim) -> tuple[InquiredLine, ...]:
    """Every line that names what was done; those without a day have the claim's."""
    found = (_line(line, claim) for line in claim.lines)
    return tuple(line for line in found if line is not None)


def _line(line: ServiceLine, claim: Claim) -> InquiredLine | None:
    procedure = line.procedure
    revenue_code = _plain(line.revenue_code)
    if procedure is None or not procedure.code:
        if not revenue_code:
            return None
        procedure, revenue_code = Procedure("NU", revenue_code), ""
    return InquiredLine(
        procedure=Procedure(
            _plain(procedure.qualifier),
            _plain(procedure.code),
            tuple(map(_plain, procedure.modifiers[:4])),
        ),
        charge_cents=line.charge_cents,
        revenue_code=revenue_code,
        units=line.units,
        line_item_control_number=_plain(line.line_item_control_number)[:_NUMBER_CHARACTERS_MAX],
        service_from=line.service_from or claim.service_from,
        service_to=line.service_to or line.service_from or claim.service_to or claim.service_from,
    )


def _payer(claim: Claim) -> Party:
    payer = claim.payer or Party("PR")
    qualifier = payer.id_qualifier if payer.id_qualifier in _PAYER_QUALIFIERS else "PI"
    return _named(payer, "PR", "2", qualifier, payer.identifier)


def _provider(claim: Claim) -> Party:
    provider = claim.billing_provider or Party("85")
    npi = claim.billing_npi
    return _named(provider, "1P", "", "XX" if npi else "FI", npi or claim.billing_tin)


def _information_receiver(whole: WholeClaim, submitter: SubmitterSettings) -> Party:
    """Who asks and gets the answer: the submitter of the claim."""
    original = whole.envelope.submitter or Party("41")
    identifier = submitter.sender_id or original.identifier or whole.envelope.sender_id
    return _named(original, "41", "2", "46", identifier)


def _person(party: Party, entity_code: str, *, is_patient: bool) -> Party:
    is_subscriber = entity_code == "IL"
    qualifier = party.id_qualifier if party.id_qualifier in _MEMBER_QUALIFIERS else "MI"
    named = _named(
        party,
        entity_code,
        "1",
        qualifier if is_subscriber else "",
        party.identifier if is_subscriber else "",
    )
    if not is_patient or party.born_on is None:
        return named
    return msgspec.structs.replace(named, born_on=party.born_on, gender=_plain(party.gender))


def _named(
    party: Party, entity_code: str, entity_type: str, qualifier: str, identifier: str
) -> Party:
    """Name and identifier alone, within the lengths of NM1."""
    return Party(
        entity_code,
        party.entity_type if party.entity_type in {"1", "2"} else entity_type or "2",
        _cut(party.last_name, _NAME_CHARACTERS_MAX),
        _cut(party.first_name, _FIRST_NAME_CHARACTERS_MAX),
        _cut(party.middle_name, _MIDDLE_NAME_CHARACTERS_MAX),
        name_suffix=_cut(party.name_suffix, 10),
        id_qualifier=qualifier,
        identifier=_cut(identifier, _IDENTIFIER_CHARACTERS_MAX),
    )


def _plain(text: str) -> str:
    """One line without control characters and outer blanks."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _cut(text: str, characters_max: int) -> str:
    return _plain(text)[:characters_max].strip()


def _payers_number(reader: Reader, claim_id: int, acknowledged: Sequence[str]) -> str:
    """The payer claim control number where one is known: of a matched payment that is no reversal,
    else of the acknowledgments when these agree."""
    claim = billed_claim_of(reader, claim_id)
    paid = [
        one.payer_claim_control_number
        for one in payments_from(reader, claim, claim.payer_sequence)
        if one.status_code != _REVERSAL and control_number_key(one.payer_claim_control_number)
    ]
    known = paid[-1:] or (acknowledged if len(acknowledged) == 1 else [])
    return _plain(known[0])[:_NUMBER_CHARACTERS_MAX] if known else ""


def _order(asked: _Asked) -> tuple[object, ...]:
    """By payer, provider, subscriber and patient, so that claims of one share their levels."""
    one = asked.inquiry
    patient = () if one.patient is None else _names(one.patient)
    parties = (one.payer, one.receiver, one.provider, one.subscriber)
    return (*map(_names, parties), patient, asked.claim_id)


def _names(party: Party) -> tuple[str, ...]:
    born = "" if party.born_on is None else party.born_on.isoformat()
    return (party.identifier, party.last_name, party.first_name, party.middle_name, born)


def _is_described(inquiry: StatusInquiry) -> bool:
    return (inquiry.patient or inquiry.subscriber).born_on is not None


def _checked_file(inquiries: Sequence[StatusInquiry], envelope: Envelope) -> bytes:
    """The file, which must ask what was meant, in the guide's structure."""
    data = inquiry_file(inquiries, envelope)
    read = read_inquiries(data)
    findings = read_bytes(data, file_name="inquiry").findings
    if list(read.inquiries) != list(inquiries) or read.faults or findings:
        where = [str(fault) for fault in read.faults] or [finding.code for finding in findings]
        raise EdiEngineError(
            "the inquiries cannot be written so that they read the same again; no file was made"
            f" ({where[0] if where else 'another text'}).",
            place="inquiry",
            remedy="Ask about fewer claims to find the one, and report this.",
        )
    return data
