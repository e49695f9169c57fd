"""A claim corrected or taken back: the record to write, from the one that was billed.

Only what `ClaimField` lists can be changed, each value is checked, and each change is told in a
sentence. A changed charge of a line moves the claim's charge by as much. Everything else is as it
was billed. Source: 005010X222A1, X223A2, X224A2; domain feature 68.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date

import msgspec

from edi_engine.codes import place_of_service
from edi_engine.errors import InputError
from edi_engine.money import format_cents, parse_cents
from edi_engine.quantities import format_quantity, parse_quantity
from edi_engine.records.claims import Claim, ClaimKind, CodedInformation, ServiceLine
from edi_engine.records.common import Procedure, Reference
from edi_engine.records.corrections import REPLACEMENT, VOID, ClaimChange, ClaimField

__all__ = ["corrected_claim", "read_change", "voided_claim"]

_LINE_FIELDS = frozenset(
    {
        ClaimField.PROCEDURE,
        ClaimField.MODIFIERS,
        ClaimField.UNITS,
        ClaimField.CHARGE,
        ClaimField.POINTERS,
        ClaimField.PLACE_OF_SERVICE,
    }
)
_CLAIM_FIELDS = frozenset(
    {ClaimField.PLACE_OF_SERVICE, ClaimField.DIAGNOSIS, ClaimField.AUTHORIZATION}
)
_LINE_CHANGE = re.compile(r"line\s+([0-9]{1,3})\s+([a-z_]+)\s*=(.*)", re.ASCII)
_DIAGNOSIS_CHANGE = re.compile(r"diagnosis\s+([0-9]{1,2})\s*=(.*)", re.ASCII)
_CLAIM_CHANGE = re.compile(r"([a-z_]+)\s*=(.*)", re.ASCII)

_PROCEDURE = re.compile(r"[A-Z0-9]{5}", re.ASCII)
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)
_DIAGNOSIS = re.compile(r"[A-Z][0-9][A-Z0-9]{1,5}", re.ASCII)
_AUTHORIZATION = re.compile(r"[ -~]{1,50}", re.ASCII)
_MODIFIERS_MAX = 4
_POINTERS_MAX = 4
"""Modifiers and pointers of a line. Source: 005010X222A1 SV101-3 to -6, SV107."""

_DIAGNOSES_MAX = {ClaimKind.PROFESSIONAL: 12, ClaimKind.INSTITUTIONAL: 25, ClaimKind.DENTAL: 4}
"""Principal and other diagnoses. Source: HI in the three guides; one and two times twelve for
hospitals."""

_PRINCIPAL = frozenset({"ABK", "BK"})
_OTHERS = frozenset({"ABF", "BF"})
_EXAMPLE = (
    'Write --set "line 2 modifiers=25,59", "line 1 units=2", "line 1 charge=150.00",'
    ' "line 1 procedure=99214", "line 1 pointers=1,2", "line 1 place_of_service=11",'
    ' "diagnosis 2=E119", "place_of_service=22" or "authorization=AB123".'
)


def read_change(text: str) -> ClaimChange:
    """A change as it is typed. Raises InputError for a field that cannot be changed."""
    words = " ".join(text.split())
    if found := _LINE_CHANGE.fullmatch(words):
        return _change(found[2], found[3], _LINE_FIELDS, line_number=int(found[1]))
    if found := _DIAGNOSIS_CHANGE.fullmatch(words):
        return ClaimChange(ClaimField.DIAGNOSIS, found[2].strip(), position=int(found[1]))
    if found := _CLAIM_CHANGE.fullmatch(words):
        return _change(found[1], found[2], _CLAIM_FIELDS - {ClaimField.DIAGNOSIS})
    raise InputError("a change cannot be read.", place="--set", remedy=_EXAMPLE)


def _change(
    name: str, value: str, fields: frozenset[ClaimField], *, line_number: int = 0
) -> ClaimChange:
    known = {field.value: field for field in fields}
    if name not in known:
        raise InputError(
            f"{name!r} cannot be changed there, only {', '.join(sorted(known))}.",
            place="--set",
            remedy=_EXAMPLE,
        )
    return ClaimChange(known[name], value.strip(), line_number=line_number)


def corrected_claim(
    claim: Claim, changes: Iterable[ClaimChange], *, original_reference: str, sent_on: date
) -> tuple[Claim, tuple[str, ...]]:
    """The claim as it replaces the payer's, and each change in a sentence.

    Raises InputError for a value that its field cannot hold, a line that is not there, a change
    that changes nothing, and when there is none.
    """
    said: list[str] = []
    corrected = claim
    for change in changes:
        corrected, words = _changed(corrected, change)
        said.append(words)
    if not said:
        raise InputError("nothing is changed.", place="--set", remedy=_EXAMPLE)
    return _sent_again(corrected, REPLACEMENT, original_reference, sent_on), tuple(said)


def voided_claim(claim: Claim, *, original_reference: str, sent_on: date) -> Claim:
    """The claim as it is taken back: as billed, with frequency 8."""
    return _sent_again(claim, VOID, original_reference, sent_on)


def _sent_again(claim: Claim, frequency: str, original_reference: str, sent_on: date) -> Claim:
    reference = Reference("F8", original_reference)
    references = tuple(one for one in claim.references if one.qualifier != "F8")
    type_of_bill = claim.type_of_bill
    if type_of_bill:
        type_of_bill = type_of_bill.removesuffix(claim.frequency_code) + frequency
    return msgspec.structs.replace(
        claim,
        frequency_code=frequency,
        type_of_bill=type_of_bill,
        original_reference=original_reference,
        references=(*references, reference),
        sent_on=sent_on,
    )


def _changed(claim: Claim, change: ClaimChange) -> tuple[Claim, str]:
    if change.line_number:
        return _line_changed(claim, change)
    before, after, changed = _CLAIM_CHANGES[change.field](claim, change)
    where = f"diagnosis {change.position}" if change.position else _name(change.field)
    return changed, _said(where, before, after)


def _line_changed(claim: Claim, change: ClaimChange) -> tuple[Claim, str]:
    number = change.line_number
    line = next((one for one in claim.lines if one.line_number == number), None)
    if line is None:
        raise InputError(
            f"there is no line {number}; the claim has {len(claim.lines)}.",
            place="--set",
            remedy="Name one of its lines.",
        )
    before, after, changed = _LINE_CHANGES[change.field](claim, line, change)
    charge_cents = claim.charge_cents + changed.charge_cents - line.charge_cents
    if parse_cents(format_cents(charge_cents)) is None:
        raise InputError(
            "the charge of the claim would be more than it can hold.",
            place="--set",
            remedy="Check the charge of the line.",
        )
    lines = tuple(changed if one is line else one for one in claim.lines)
    corrected = msgspec.structs.replace(claim, lines=lines, charge_cents=charge_cents)
    return corrected, _said(f"line {number} {_name(change.field)}", before, after)


def _said(where: str, before: str, after: str) -> str:
    if before == after:
        raise InputError(f"{where} is that already.", place="--set", remedy="Leave it out.")
    return f"{where}: {before or 'none'} becomes {after or 'none'}"


def _name(field: ClaimField) -> str:
    return field.value.replace("_", " ")


def _refuse(change: ClaimChange, expected: str) -> InputError:
    where = f"line {change.line_number} " if change.line_number else ""
    return InputError(
        f"{where}{_name(change.field)} is {expected}.", place="--set", remedy=_EXAMPLE
    )


_LineChange = tuple[str, str, ServiceLine]
_WholeChange = tuple[str, str, Claim]


def _procedure(claim: Claim, line: ServiceLine, change: ClaimChange) -> _LineChange:
    code = change.value.upper()
    if not _PROCEDURE.fullmatch(code):
        raise _refuse(change, "five letters or digits")
    old = line.procedure
    if old is None:
        qualifier = "AD" if claim.kind is ClaimKind.DENTAL else "HC"
        new = Procedure(qualifier, code)
    else:
        new = msgspec.structs.replace(old, code=code)
    changed = msgspec.structs.replace(line, procedure=new)
    return "" if old is None else old.code, code, changed


def _modifiers(_claim: Claim, line: ServiceLine, change: ClaimChange) -> _LineChange:
    found = _listed(change.value.upper())
    if line.procedure is None:
        raise _refuse(change, "a thing of procedures, and the line has none")
    if len(found) > _MODIFIERS_MAX or not all(map(_MODIFIER.fullmatch, found)):
        raise _refuse(change, "up to four of two letters or digits, with commas")
    procedure = msgspec.structs.replace(line.procedure, modifiers=found)
    changed = msgspec.structs.replace(line, procedure=procedure)
    return ",".join(line.procedure.modifiers), ",".join(found), changed


def _units(_claim: Claim, line: ServiceLine, change: ClaimChange) -> _LineChange:
    units = parse_quantity(change.value)
    if units is None or units <= 0:
        raise _refuse(change, "a number above zero")
    changed = msgspec.structs.replace(line, units=units, unit_code=line.unit_code or "UN")
    return format_quantity(line.units), format_quantity(units), changed


def _charge(_claim: Claim, line: ServiceLine, change: ClaimChange) -> _LineChange:
    cents = parse_cents(change.value)
    if cents is None or cents < 0:
        raise _refuse(change, "an amount in dollars")
    changed = msgspec.structs.replace(line, charge_cents=cents)
    return format_cents(line.charge_cents), format_cents(cents), changed


def _pointers(claim: Claim, line: ServiceLine, change: ClaimChange) -> _LineChange:
    if claim.kind is ClaimKind.INSTITUTIONAL:
        raise _refuse(change, "no field of institutional lines")
    found = tuple(str(int(one)) for one in _listed(change.value) if one.isdecimal())
    diagnoses = len(_diagnoses(claim))
    if (
        not 0 < len(found) <= _POINTERS_MAX
        or len(found) != len(_listed(change.value))
        or len(set(found)) != len(found)
        or not all(0 < int(one) <= diagnoses for one in found)
    ):
        raise _refuse(change, f"one to four different numbers from 1 to {diagnoses}, with commas")
    changed = msgspec.structs.replace(line, diagnosis_pointers=found)
    return ",".join(line.diagnosis_pointers), ",".join(found), changed


def _place_of_line(claim: Claim, line: ServiceLine, change: ClaimChange) -> _LineChange:
    code = _place(claim, change)
    changed = msgspec.structs.replace(line, place_of_service=code)
    return line.place_of_service, code, changed


def _place_of_claim(claim: Claim, change: ClaimChange) -> _WholeChange:
    code = _place(claim, change)
    return claim.place_of_service, code, msgspec.structs.replace(claim, place_of_service=code)


def _place(claim: Claim, change: ClaimChange) -> str:
    if claim.kind is ClaimKind.INSTITUTIONAL:
        raise _refuse(change, "no field of institutional claims")
    if place_of_service(change.value) is None:
        raise _refuse(change, "a place of service of the code list, like 11")
    return change.value


def _diagnosis(claim: Claim, change: ClaimChange) -> _WholeChange:
    code = change.value.upper().replace(".", "")
    known = _diagnoses(claim)
    maximum = _DIAGNOSES_MAX[claim.kind]
    if not 0 < change.position <= min(len(known) + 1, maximum):
        raise _refuse(change, f"one of 1 to {min(len(known) + 1, maximum)}")
    if not _DIAGNOSIS.fullmatch(code):
        raise _refuse(change, "an ICD-10 code, with or without its point")
    if change.position <= len(known):
        old = known[change.position - 1]
        # What was present on admission was said of the other diagnosis.
        new = msgspec.structs.replace(old, code=code, present_on_admission="")
        codes = tuple(new if one is old else one for one in claim.codes)
        return old.code, code, msgspec.structs.replace(claim, codes=codes)
    added = CodedInformation("ABF" if known else "ABK", code)
    at = claim.codes.index(known[-1]) + 1 if known else 0
    codes = (*claim.codes[:at], added, *claim.codes[at:])
    return "", code, msgspec.structs.replace(claim, codes=codes)


def _authorization(claim: Claim, change: ClaimChange) -> _WholeChange:
    if not _AUTHORIZATION.fullmatch(change.value):
        raise _refuse(change, "up to fifty plain characters")
    references = tuple(one for one in claim.references if one.qualifier != "G1")
    changed = msgspec.structs.replace(
        claim,
        prior_authorization=change.value,
        references=(*references, Reference("G1", change.value)),
    )
    return claim.prior_authorization, change.value, changed


def _diagnoses(claim: Claim) -> tuple[CodedInformation, ...]:
    """Principal and other diagnoses, as pointers count them."""
    return claim.codes_of(*_PRINCIPAL, *_OTHERS)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_LINE_CHANGES: dict[ClaimField, Callable[[Claim, ServiceLine, ClaimChange], _LineChange]] = {
    ClaimField.PROCEDURE: _procedure,
    ClaimField.MODIFIERS: _modifiers,
    ClaimField.UNITS: _units,
    ClaimField.CHARGE: _charge,
    ClaimField.POINTERS: _pointers,
    ClaimField.PLACE_OF_SERVICE: _place_of_line,
}
_CLAIM_CHANGES: dict[ClaimField, Callable[[Claim, ClaimChange], _WholeChange]] = {
    ClaimField.PLACE_OF_SERVICE: _place_of_claim,
    ClaimField.DIAGNOSIS: _diagnosis,
    ClaimField.AUTHORIZATION: _authorization,
}
