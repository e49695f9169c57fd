"""The values of a contract file: how each is typed, and what is expected where it is not.

A form turns the text of one scalar into a value, or into None; its words complete the sentence
"... is not ...". Money is exact cents, percentages and weights are exact decimals.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from edi_engine.contracts.table_cells import dollars_of
from edi_engine.quantities import parse_quantity
from edi_engine.records.contracts import CodeRange

__all__ = [
    "BILL_TYPE",
    "CONTRACT_KEY",
    "CONVERSION_FACTOR",
    "DAY",
    "DOLLARS",
    "DRG_RANGE",
    "FILE_NAME",
    "FILING_INDICATOR",
    "IDENTIFIER",
    "INDICATOR",
    "MODIFIER",
    "NPI",
    "PLACE_OF_SERVICE",
    "PROCEDURE_RANGE",
    "RATIO",
    "REVENUE_RANGE",
    "TEXT",
    "TIN",
    "UNITS",
    "YES_OR_NO",
    "Form",
    "choice",
    "count",
    "percentage",
]

_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)

_TEXT_CHARACTERS_MAX = 300
"""A name, a clause or a reason; a longer one is a paragraph in the wrong place."""
_FILE_NAME_CHARACTERS_MAX = 200
_DOLLARS_MAX = Decimal(99_999_999)

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PERCENTAGE = re.compile(r"[+-]?[0-9]{1,4}(?:\.[0-9]{1,6})?(?: ?%)?", re.ASCII)
_PLAIN = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?|\.[0-9]{1,6}", re.ASCII)
_CONVERSION_FACTOR = re.compile(r"\$?[0-9]{1,6}(?:\.[0-9]{1,4})?", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,6}", re.ASCII)
_RANGE = re.compile(r"([A-Z0-9]+)(?: ?(?:-|\u2013) ?([A-Z0-9]+))?", re.ASCII)
_PROCEDURE = re.compile(r"[A-Z0-9]{5}", re.ASCII)
_REVENUE = re.compile(r"[0-9]{3,4}", re.ASCII)
_DRG = re.compile(r"[0-9]{1,3}", re.ASCII)
_BILL_TYPE = re.compile(r"0?([0-9]{2,3})X{0,2}", re.ASCII | re.IGNORECASE)
_TIN = re.compile(r"[0-9]{2}-?[0-9]{7}", re.ASCII)
_UNSAFE_IN_FILE_NAMES = re.compile(r"[\\:*?\"<>|\x00-\x1f\x7f]")


class Form(Generic[_Value]):
    """How a value is typed: the finding of one that is not, how it is read, what is expected."""

    def __init__(self, code: str, parse: Callable[[str], _Value | None], expected: str) -> None:
        self.code = code
        self.parse = parse
        self.expected = expected


def _matching(pattern: str, expected: str, *, code: str = "CON-0112") -> Form[str]:
    """Text in upper case that a pattern fits."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(text: str) -> str | None:
        upper = text.upper()
        return upper if compiled.fullmatch(upper) else None

    return Form(code, parse, expected)


def _ranges(one: re.Pattern[str], width: int, expected: str) -> Form[CodeRange]:
    """One code or a range of them, padded with zeros to a width."""

    def parse(text: str) -> CodeRange | None:
        found = _RANGE.fullmatch(text.upper())
        if found is None:
            return None
        first_text, last_text = found[1], found[2] or found[1]
        if one.fullmatch(first_text) is None or one.fullmatch(last_text) is None:
            return None
        first, last = first_text.zfill(width), last_text.zfill(width)
        return CodeRange(first, last) if first <= last else None

    return Form("CON-0112", parse, expected)


def percentage(least: int, most: int) -> Form[Decimal]:
    """A percentage within bounds, both included, with or without its sign."""

    def parse(text: str) -> Decimal | None:
        if _PERCENTAGE.fullmatch(text) is None:
            return None
        value = parse_quantity(text.rstrip("% "))
        return value if value is not None and least <= value <= most else None

    return Form("CON-0109", parse, f"a percentage from {least} to {most}, like 80%")


def count(least: int, most: int, what: str) -> Form[int]:
    """A whole number within bounds, both included."""

    def parse(text: str) -> int | None:
        if _COUNT.fullmatch(text) is None:
            return None
        return int(text) if least <= int(text) <= most else None

    return Form("CON-0110", parse, f"a whole number of {what} from {least} to {most}")


def choice(kind: type[_Choice]) -> Form[_Choice]:
    """One of the values of an enumeration, in any case of letters."""
    by_text = {one.value: one for one in kind}
    return Form("CON-0113", lambda text: by_text.get(text.lower()), f"one of {', '.join(by_text)}")


def _text(text: str) -> str | None:
    words = " ".join(text.split())
    return words if 0 < len(words) <= _TEXT_CHARACTERS_MAX and words.isprintable() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _plain(text: str) -> Decimal | None:
    return parse_quantity(text) if _PLAIN.fullmatch(text) else None


def _conversion_factor(text: str) -> Decimal | None:
    if _CONVERSION_FACTOR.fullmatch(text) is None:
        return None
    value = parse_quantity(text.lstrip("$"))
    return value if value is not None and 0 < value <= _DOLLARS_MAX else None


def _bill_type(text: str) -> str | None:
    found = _BILL_TYPE.fullmatch(text)
    return found[1] if found is not None else None


def _tin(text: str) -> str | None:
    return text.replace("-", "") if _TIN.fullmatch(text) else None


def _yes_or_no(text: str) -> bool | None:
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())


def _file_name(text: str) -> str | None:
    """A path below the contract's own folder: no drive, no root, no step up, no odd character."""
    parts = text.split("/")
    if len(text) > _FILE_NAME_CHARACTERS_MAX or _UNSAFE_IN_FILE_NAMES.search(text):
        return None
    if any(part in {"", ".", ".."} for part in parts) or text.startswith("~"):
        return None
    return text


TEXT = Form("CON-0113", _text, f"words on one line, at most {_TEXT_CHARACTERS_MAX} characters")
CONTRACT_KEY = Form(
    "CON-0113",
    lambda text: text if _KEY.fullmatch(text) else None,
    "a short name of letters, digits, points and dashes, like sample-health-2026",
)
DAY = Form("CON-0111", _day, "a date like 2026-01-31")
DOLLARS = Form("CON-0108", dollars_of, "exact dollars and cents, like 1,234.50")
CONVERSION_FACTOR = Form(
    "CON-0108", _conversion_factor, "dollars with at most four places, like 33.4009"
)
RATIO = Form("CON-0110", _plain, "a plain number like 0.32")
UNITS = Form("CON-0110", _plain, "a number of units like 1 or 2.5")
YES_OR_NO = Form("CON-0113", _yes_or_no, "yes or no")
FILE_NAME = Form("CON-0126", _file_name, "the name of a file beside the contract or below it")
PROCEDURE_RANGE = _ranges(_PROCEDURE, 5, "a code of five or a range like 99202-99215")
REVENUE_RANGE = _ranges(_REVENUE, 4, "a revenue code or a range like 0274-0278")
DRG_RANGE = _ranges(_DRG, 3, "a DRG or a range like 765-768")
BILL_TYPE = Form("CON-0112", _bill_type, "a type of bill like 111, or its beginning like 11")
PLACE_OF_SERVICE = Form(
    "CON-0112",
    lambda text: text.zfill(2) if _COUNT.fullmatch(text) and len(text) <= 2 else None,
    "a place of service of two digits, like 11",
)
MODIFIER = _matching(r"[A-Z0-9]{2}", "a modifier of two letters or digits, like 26")
INDICATOR = _matching(r"[0-9]", "an indicator of one digit, like 2")
NPI = _matching(r"[0-9]{10}", "an NPI of ten digits")
TIN = Form("CON-0112", _tin, "a tax identification number of nine digits")
FILING_INDICATOR = _matching(r"[A-Z0-9]{1,2}", "a claim filing indicator like CI or MB")
IDENTIFIER = _matching(
    r"[\x21-\x7e](?:[\x20-\x7e]{0,78}[\x21-\x7e])?", "an identifier of at most 80 characters"
)
