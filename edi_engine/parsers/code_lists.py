"""What the code checks know of each list: whether a code is on it, and what else it may be.

A code that no list knows is a warning and never a reason to refuse anything: lists grow three times
a year, and payers send codes of their own.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from edi_engine.codes import (
    CodeStatus,
    carc,
    claim_filing_indicator,
    claim_status,
    group_code,
    place_of_service,
    provider_adjustment,
    rarc_status,
    types_of_bill,
)
from edi_engine.codes.acknowledgments import claim_status_reason, status_entity
from edi_engine.parsers.faults import shown_value

__all__ = ["CODE_LISTS", "CodeList", "judge_code", "judge_form"]


class CodeList(msgspec.Struct, frozen=True):
    """A list: what its codes are called, whether one is on it (None when not), and its label."""

    words: str
    status: Callable[[str], CodeStatus | None]
    label: Callable[[str], str]


def _list(words: str, getter: Callable[[str], object]) -> CodeList:
    """A list of whose entries each has a status and a label."""
    return CodeList(
        words,
        lambda code: getattr(getter(code), "status", None),
        lambda code: str(getattr(getter(code), "label", "")),
    )


def _bill(part: str) -> Callable[[str], object]:
    return lambda digit: types_of_bill().get((part, digit))


CODE_LISTS: dict[str, CodeList] = {
    "carc": _list("claim adjustment reason", carc),
    "rarc": CodeList("remittance remark", rarc_status, lambda _: ""),
    "group": _list("claim adjustment group", group_code),
    "claim_status": _list("claim status", claim_status),
    "status_reason": _list("claim status reason", claim_status_reason),
    "status_entity": _list("claim status entity", status_entity),
    "filing_indicator": _list("claim filing indicator", claim_filing_indicator),
    "place_of_service": _list("place of service", place_of_service),
    "provider_adjustment": _list("provider adjustment reason", provider_adjustment),
    "bill_facility": _list("facility digit of a type of bill", _bill("facility")),
    "bill_care": _list("care digit of a type of bill", _bill("care")),
    "frequency": _list("frequency of a claim", _bill("frequency")),
}

_FORMS = {
    "revenue": (re.compile(r"[0-9]{4}", re.ASCII), "revenue codes have four digits"),
    "modifier": (re.compile(r"[A-Z0-9]{2}", re.ASCII), "modifiers have two letters or digits"),
    "hcpcs": (
        re.compile(r"[A-Z0-9][0-9]{3}[A-Z0-9]", re.ASCII),
        "procedure codes have five characters, digits in the middle",
    ),
    "ndc": (re.compile(r"[0-9]{11}", re.ASCII), "drug codes have eleven digits without hyphens"),
    "icd10": (
        re.compile(r"[A-Z][0-9][A-Z0-9]{1,5}", re.ASCII),
        "ICD-10 diagnoses have a letter, a digit and one to five more characters, no point",
    ),
    "icd10_procedure": (
        re.compile(r"[A-HJ-NP-Z0-9]{7}", re.ASCII),
        "ICD-10 procedures have seven characters, never I or O",
    ),
    "icd9": (
        re.compile(r"(?:[0-9]{3}|E[0-9]{3}|V[0-9]{2})[0-9]{0,2}", re.ASCII),
        "ICD-9 diagnoses have three to five characters, no point",
    ),
}


@lru_cache(maxsize=4096)
def judge_code(list_name: str, code: str) -> tuple[str, str] | None:
    """The finding's code and its sentence for a code of a list; None when nothing is to be said."""
    known = CODE_LISTS[list_name]
    status = known.status(code)
    if status is CodeStatus.CURRENT:
        return None
    if status is CodeStatus.DEACTIVATED:
        label = known.label(code)
        called = f" ({label})" if label else ""
        return "CODE-0102", f"{shown_value(code)}{called} is a retired {known.words} code."
    hint = _hint(list_name, code)
    return (
        "CODE-0101",
        f"{shown_value(code)} is no {known.words} code that we know{hint}.",
    )


def _hint(list_name: str, code: str) -> str:
    """What an unknown code may be meant to be: "; perhaps ..." or nothing."""
    known = CODE_LISTS[list_name]
    for other in (code.strip().upper(), code.strip().lstrip("0"), code.strip().zfill(2)):
        if other and other != code and known.status(other) is not None:
            label = known.label(other)
            return f"; perhaps {other}" + (f" ({label})" if label else "")
    if list_name == "carc":
        if group_code(code[:2]) is not None and carc(code[2:].lstrip("-")) is not None:
            return "; perhaps a group and a reason written together"
        if rarc_status(code) is not None:
            return "; it is a remark code, and those stand in LQ, MIA or MOA"
    if list_name == "rarc" and carc(code) is not None:
        return "; it is an adjustment reason, and those stand in CAS"
    if list_name in {"group", "claim_status", "frequency"}:
        return ""
    return "; it may be new, or the payer's own"


@lru_cache(maxsize=4096)
def judge_form(form: str, code: str) -> str | None:
    """A sentence when a code has not the form of its list; None when it has."""
    pattern, words = _FORMS[form]
    if pattern.fullmatch(code):
        return None
    hint = ""
    if form == "revenue" and code.isdecimal() and len(code) == 3:
        hint = ", perhaps a leading zero was lost"
    elif form.startswith("icd") and "." in code and pattern.fullmatch(code.replace(".", "")):
        hint = ", perhaps the point must go"
    elif pattern.fullmatch(code.upper()):
        hint = ", perhaps in capital letters"
    elif form == "ndc" and pattern.fullmatch(code.replace("-", "")):
        hint = ", perhaps the hyphens must go"
    return f"{shown_value(code)}: {words}{hint}."
