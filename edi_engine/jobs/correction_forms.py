"""What of a claim can be corrected, as fields of a form: what stands in each, what was changed."""

from collections.abc import Mapping

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.corrected_claims import payer_claim_control_number, read_change
from edi_engine.jobs.stored_claims import billed_claim_of, whole_claim
from edi_engine.money import format_cents
from edi_engine.quantities import format_quantity
from edi_engine.records.claims import Claim, ClaimKind, ServiceLine
from edi_engine.records.corrections import ClaimChange
from edi_engine.store import Store

__all__ = ["CorrectionField", "CorrectionForm", "CorrectionLine", "changes_of", "correction_form"]

_DIAGNOSIS_CODES = ("ABK", "BK", "ABF", "BF")


class CorrectionField(msgspec.Struct, frozen=True):
    """A field by the name that `read_change` knows, and what was billed in it."""

    name: str
    label: str
    value: str


class CorrectionLine(msgspec.Struct, frozen=True):
    """The fields of a service line."""

    number: int
    fields: tuple[CorrectionField, ...]


class CorrectionForm(msgspec.Struct, frozen=True):
    """Everything of a claim that may be changed. `reference` is the payer claim control number that
    payments give it; where they give none, `reference_problem` says why."""

    claim_id: int
    lines: tuple[CorrectionLine, ...]
    diagnoses: tuple[CorrectionField, ...]
    others: tuple[CorrectionField, ...]
    reference: str
    reference_problem: str

    @property
    def fields(self) -> tuple[CorrectionField, ...]:
        """All fields, in the order in which changes are told."""
        of_lines = tuple(field for line in self.lines for field in line.fields)
        return (*of_lines, *self.diagnoses, *self.others)


def correction_form(store: Store, claim_id: int) -> CorrectionForm:
    """The form of a claim as it was billed. Raises InputError for no such claim."""
    with store.reading() as reader:
        claim = whole_claim(reader, claim_id).claim
        billed = billed_claim_of(reader, claim_id)
        reference, problem = "", ""
        try:
            reference = payer_claim_control_number(reader, billed)
        except InputError as error:
            problem = error.message
    return CorrectionForm(
        claim_id,
        tuple(CorrectionLine(line.line_number, _line_fields(claim, line)) for line in claim.lines),
        _diagnoses(claim),
        _others(claim),
        reference,
        problem,
    )


def changes_of(form: CorrectionForm, given: Mapping[str, str]) -> list[ClaimChange]:
    """What somebody changed in the form; a field that was not sent is left as it is."""
    return [
        read_change(f"{field.name}={text}")
        for field in form.fields
        if (text := given.get(field.name, field.value).strip()) != field.value
    ]


def _line_fields(claim: Claim, line: ServiceLine) -> tuple[CorrectionField, ...]:
    number = line.line_number
    procedure = line.procedure
    values = [
        ("procedure", procedure.code if procedure is not None else ""),
        ("modifiers", ",".join(procedure.modifiers) if procedure is not None else ""),
        ("units", format_quantity(line.units)),
        ("charge", format_cents(line.charge_cents)),
    ]
    if claim.kind is not ClaimKind.INSTITUTIONAL:
        values.append(("pointers", ",".join(line.diagnosis_pointers)))
        values.append(("place_of_service", line.place_of_service))
    return tuple(
        CorrectionField(f"line {number} {name}", name.replace("_", " "), value)
        for name, value in values
    )


def _diagnoses(claim: Claim) -> tuple[CorrectionField, ...]:
    """Those there are, and an empty one to add."""
    codes = [each.code for each in claim.codes_of(*_DIAGNOSIS_CODES)]
    return tuple(
        CorrectionField(f"diagnosis {at}", f"diagnosis {at}", code)
        for at, code in enumerate([*codes, ""], 1)
    )


def _others(claim: Claim) -> tuple[CorrectionField, ...]:
    found = [CorrectionField("authorization", "authorization", claim.prior_authorization)]
    if claim.kind is not ClaimKind.INSTITUTIONAL:
        place = CorrectionField("place_of_service", "place of service", claim.place_of_service)
        found.insert(0, place)
    return tuple(found)
