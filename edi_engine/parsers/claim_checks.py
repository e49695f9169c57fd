"""Structural checks of one claim: what is missing, repeated or out of place (X12-0407 and on).

The claim is complete when it is checked and nothing is changed or dropped. Money is checked in
`totals.py`. Source: 005010X222A1, X223A2, X224A2; quirk 21; domain 3.3 and 3.5.
"""

from edi_engine.findings import FindingLog
from edi_engine.records.claims import Claim, ClaimKind, ServiceLine

__all__ = ["PATIENT_CONTROL_NUMBER_MAX", "check_claim"]

PATIENT_CONTROL_NUMBER_MAX = 20
"""Characters of CLM01 that a payer must give back in CLP01. Source: 005010X222A1 CLM01."""

_FREQUENCIES = frozenset("0123456789ABCDEFGHIJKMOPXYZ")
_FREQUENCIES_PROFESSIONAL = frozenset("12345678")
"""CLM05-3 of professional and dental claims; institutional ones have all of the type of bill's."""

_CORRECTING = frozenset("78")


def check_claim(claim: Claim, log: FindingLog) -> None:
    """Report what a biller should know about how the claim is put together."""
    _check_head(claim, log)
    _check_levels(claim, log)
    if not claim.lines:
        _tell(log, "X12-0407", claim, "LX", "The claim has no service line.")
        return
    _check_lines(claim, log)
    _check_adjudications(claim, log)


def _check_head(claim: Claim, log: FindingLog) -> None:
    number_length = len(claim.patient_control_number)
    if not number_length:
        _tell(log, "X12-0408", claim, "CLM01", "The patient control number is empty.")
    elif number_length > PATIENT_CONTROL_NUMBER_MAX:
        message = f"The patient control number has {number_length} characters."
        _tell(log, "X12-0418", claim, "CLM01", message)
    frequency = claim.frequency_code
    if frequency in _CORRECTING and not claim.original_reference:
        message = f"Frequency {frequency} without the payer's control number (REF*F8)."
        _tell(log, "X12-0409", claim, "CLM05", message)
    institutional = claim.kind is ClaimKind.INSTITUTIONAL
    if frequency not in (_FREQUENCIES if institutional else _FREQUENCIES_PROFESSIONAL):
        message = "The frequency code is empty." if not frequency else "The frequency is unknown."
        _tell(log, "X12-0410", claim, "CLM05", message)


def _check_levels(claim: Claim, log: FindingLog) -> None:
    if claim.billing_provider is None:
        _tell(log, "X12-0415", claim, "NM1", "No billing provider (NM1*85) stands above it.")
    if claim.subscriber is None:
        _tell(log, "X12-0416", claim, "NM1", "No subscriber (NM1*IL) stands above it.")
    elif claim.patient is None:
        _tell(log, "X12-0420", claim, "NM1", "The patient level names no patient (NM1*QC).")
    if claim.payer is None:
        _tell(log, "X12-0417", claim, "NM1", "No payer (NM1*PR) stands above it.")


def _check_lines(claim: Claim, log: FindingLog) -> None:
    control_numbers: set[str] = set()
    numbering_told = False
    needs_date = claim.service_from is None
    for line in claim.lines:
        assigned = line.assigned_line_number
        if assigned and not numbering_told and assigned != str(line.line_number):
            numbering_told = True
            message = f"The assigned line number is not {line.line_number}."
            _tell_line(log, "X12-0413", (claim, line), "LX01", message)
        number = line.line_item_control_number
        if number in control_numbers:
            message = "Another line of the claim has the same line item control number (REF*6R)."
            _tell_line(log, "X12-0414", (claim, line), "REF02", message)
        elif number:
            control_numbers.add(number)
        if needs_date and line.service_from is None:
            message = "Neither the line nor its claim has a service date."
            _tell_line(log, "X12-0419", (claim, line), "DTP03", message)


def _check_adjudications(claim: Claim, log: FindingLog) -> None:
    """Each SVD01 names one of the claim's other payers."""
    known: set[str] | None = None
    for line in claim.lines:
        for adjudication in line.adjudications:
            if known is None:
                known = {other.payer.identifier for other in claim.other_payers if other.payer}
            if adjudication.payer_id not in known:
                place = claim.source.place(
                    adjudication.segment_ordinal, adjudication.byte_offset, "SVD01"
                )
                log.add("X12-0421", place, "The payer is none of the claim's other payers.")


def _tell(log: FindingLog, code: str, claim: Claim, element: str, message: str) -> None:
    place = claim.source.place(claim.segment_ordinal, claim.byte_offset, element)
    log.add(code, place, message)


def _tell_line(
    log: FindingLog, code: str, where: tuple[Claim, ServiceLine], element: str, message: str
) -> None:
    claim, line = where
    place = claim.source.place(line.segment_ordinal, line.byte_offset, element)
    log.add(code, place, message)
