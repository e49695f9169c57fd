"""Code tables as data: the CSV files of this package, read once and kept.

The code values are facts of the public lists (CARC and RARC as of August 2026); every label, class
and category is ours. A code that no table knows is information, never a reason to refuse
money: the getters return None for it, and `carc_or_unknown` an entry that asks for review.
Source: domain 6.2 for the classes, 3.12 for provider adjustments.
"""

import csv
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec

from edi_engine.errors import EdiEngineError

__all__ = [
    "AdjustmentClass",
    "Carc",
    "ClaimStatusCode",
    "Code",
    "CodeStatus",
    "PlbMeaning",
    "ProviderAdjustmentCode",
    "carc",
    "carc_or_unknown",
    "carc_table",
    "claim_filing_indicator",
    "claim_filing_indicators",
    "claim_status",
    "claim_statuses",
    "group_code",
    "group_codes",
    "place_of_service",
    "places_of_service",
    "provider_adjustment",
    "provider_adjustment_meaning",
    "provider_adjustments",
    "rarc_status",
    "rarc_statuses",
    "type_of_bill_label",
    "types_of_bill",
]


class CodeStatus(StrEnum):
    """Whether the code's list still allows it; deactivated codes still come in old remittances."""

    CURRENT = "current"
    DEACTIVATED = "deactivated"


class AdjustmentClass(StrEnum):
    """What an adjustment means for the money, when its group code is not PR.

    CONTRACTUAL: the difference to the agreed amount. PATIENT_SHARE: deductible, coinsurance,
    copayment. PRIOR_PAYER: settled by an earlier payer. REDUCTION: taken from the payment, not
    from the allowed amount (sequestration, tax, withhold, incentive). PAID_ELSEWHERE: the payer
    paid somebody else. CAPITATION: paid by the month. BUNDLED: paid within another service.
    DENIAL: refused. INFORMATION: moves no money of its own.
    """

    CONTRACTUAL = "contractual"
    PATIENT_SHARE = "patient_share"
    PRIOR_PAYER = "prior_payer"
    REDUCTION = "reduction"
    PAID_ELSEWHERE = "paid_elsewhere"
    CAPITATION = "capitation"
    BUNDLED = "bundled"
    DENIAL = "denial"
    INFORMATION = "information"


class Code(msgspec.Struct, frozen=True):
    """A code value with our short label; `meaning` is the table's own grouping, or empty."""

    code: str
    status: CodeStatus
    label: str
    meaning: str = ""


class Carc(msgspec.Struct, frozen=True):
    """A claim adjustment reason code. `category` names a denial category, or repeats the class."""

    code: str
    status: CodeStatus
    label: str
    adjustment_class: AdjustmentClass
    category: str


class ClaimStatusCode(msgspec.Struct, frozen=True):
    """A CLP02 code. `meaning` is processed, refused, reversal, not_ours, predetermination or
    pending; `payer_sequence` is None where the code does not say it."""

    code: str
    status: CodeStatus
    label: str
    meaning: str
    payer_sequence: int | None
    forwarded: bool


class PlbMeaning(StrEnum):
    """What kind of money a provider adjustment is. UNKNOWN stands in no table: its code does not
    either."""

    TAKEBACK = "takeback"
    FORWARDING = "forwarding"
    REFUND = "refund"
    RECOVERY = "recovery"
    OFFSET = "offset"
    INTEREST = "interest"
    PENALTY = "penalty"
    WITHHOLDING = "withholding"
    LEVY = "levy"
    CAPITATION = "capitation"
    INCENTIVE = "incentive"
    PASS_THROUGH = "pass_through"  # noqa: S105 - the field's word, no password
    SETTLEMENT = "settlement"
    ALLOWANCE = "allowance"
    ADVANCE = "advance"
    LOAN = "loan"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    UNKNOWN = "unknown"


class ProviderAdjustmentCode(msgspec.Struct, frozen=True):
    """A PLB reason code and what kind of money it is."""

    code: str
    status: CodeStatus
    label: str
    meaning: PlbMeaning


def table_rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of this package, cells by column name.

    Raises EdiEngineError when the package lacks the file or a row is ragged.
    """
    try:
        text = resources.files(__package__).joinpath(f"{name}.csv").read_text("utf-8")
    except FileNotFoundError as error:
        raise EdiEngineError("code table is not installed", place=name) from error
    lines = list(csv.reader(text.splitlines()))
    header, rows = lines[0], lines[1:]
    if any(len(row) != len(header) for row in rows):
        raise EdiEngineError("code table has a row of another length", place=name)
    return [dict(zip(header, row, strict=True)) for row in rows]


@cache
def carc_table() -> dict[str, Carc]:
    """Every claim adjustment reason code by its value."""
    return {row["code"]: msgspec.convert(row, Carc) for row in table_rows("carc")}


def carc(code: str) -> Carc | None:
    """The entry of a claim adjustment reason code, None when the table does not know it."""
    return carc_table().get(code)


def carc_or_unknown(code: str) -> Carc:
    """The entry, or for an unknown code one of class denial and category "other".

    Unknown money counts as refused, so that a person looks at it before it is written off.
    """
    return carc_table().get(code) or Carc(
        code, CodeStatus.CURRENT, "Unknown code", AdjustmentClass.DENIAL, "other"
    )


@cache
def rarc_statuses() -> dict[str, CodeStatus]:
    """Every remittance advice remark code and whether it is current."""
    return {row["code"]: CodeStatus(row["status"]) for row in table_rows("rarc")}


def rarc_status(code: str) -> CodeStatus | None:
    """Whether a remark code is current, None when the table does not know it."""
    return rarc_statuses().get(code)


@cache
def group_codes() -> dict[str, Code]:
    """The claim adjustment group codes."""
    return {row["code"]: msgspec.convert(row, Code) for row in table_rows("group")}


def group_code(code: str) -> Code | None:
    """The entry of a group code, None when it is no group code."""
    return group_codes().get(code)


@cache
def claim_statuses() -> dict[str, ClaimStatusCode]:
    """The CLP02 codes, with those of 4010 that still come."""
    return {
        row["code"]: ClaimStatusCode(
            code=row["code"],
            status=CodeStatus(row["status"]),
            label=row["label"],
            meaning=row["meaning"],
            payer_sequence=int(row["payer_sequence"]) if row["payer_sequence"] else None,
            forwarded=row["forwarded"] == "yes",
        )
        for row in table_rows("claim_status")
    }


def claim_status(code: str) -> ClaimStatusCode | None:
    """The entry of a CLP02 code, None when the table does not know it."""
    return claim_statuses().get(code)


@cache
def provider_adjustments() -> dict[str, ProviderAdjustmentCode]:
    """The PLB reason codes of 005010X221A1."""
    return {
        row["code"]: msgspec.convert(row, ProviderAdjustmentCode)
        for row in table_rows("provider_adjustment")
    }


def provider_adjustment(code: str) -> ProviderAdjustmentCode | None:
    """The entry of a PLB reason code, None when the table does not know it."""
    return provider_adjustments().get(code)


def provider_adjustment_meaning(code: str) -> PlbMeaning:
    """What kind of money a PLB reason code is; UNKNOWN when the table does not know it."""
    entry = provider_adjustment(code)
    return entry.meaning if entry is not None else PlbMeaning.UNKNOWN


@cache
def places_of_service() -> dict[str, Code]:
    """The place of service codes."""
    return {row["code"]: msgspec.convert(row, Code) for row in table_rows("place_of_service")}


def place_of_service(code: str) -> Code | None:
    """The entry of a place of service, None when the table does not know it."""
    return places_of_service().get(code)


@cache
def claim_filing_indicators() -> dict[str, Code]:
    """The claim filing indicators; `meaning` is the payer class (medicare, commercial ...)."""
    return {
        row["code"]: Code(row["code"], CodeStatus(row["status"]), row["label"], row["payer_class"])
        for row in table_rows("claim_filing_indicator")
    }


def claim_filing_indicator(code: str) -> Code | None:
    """The entry of a claim filing indicator, None when the table does not know it."""
    return claim_filing_indicators().get(code)


@cache
def types_of_bill() -> dict[tuple[str, str], Code]:
    """The digits of a type of bill by (part, digit); parts are facility, care and frequency."""
    return {
        (row["part"], row["code"]): Code(
            row["code"], CodeStatus(row["status"]), row["label"], row["part"]
        )
        for row in table_rows("type_of_bill")
    }


def type_of_bill_label(type_of_bill: str) -> str:
    """A type of bill in words ("Hospital, outpatient, original"); empty when it has none.

    A leading zero, as on paper forms, is accepted. Digits no table knows are left out.
    """
    digits = type_of_bill[1:] if len(type_of_bill) == 4 else type_of_bill
    if len(digits) != 3:
        return ""
    parts = zip(("facility", "care", "frequency"), digits, strict=True)
    found = [types_of_bill().get(part) for part in parts]
    labels = [entry.label for entry in found if entry is not None]
    return ", ".join(
        label if not index else label[:1].lower() + label[1:] for index, label in enumerate(labels)
    )
