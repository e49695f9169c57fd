"""What a refusal means for the work: category, owner, and what to do first.

Looked up by group code, reason code and remark codes; the most specific entry wins: an override
for the reason with one of its remarks, then for the reason alone, then the reason's category.
Source: domain 6.2 and feature 63.
"""

from collections.abc import Sequence
from functools import cache

import msgspec

from edi_engine.codes.tables import carc_or_unknown, table_rows

__all__ = ["DenialCategory", "DenialReason", "denial_categories", "denial_reason"]

PATIENT_ACTION = "Check the benefit and any signed notice; then bill the patient or the next payer."
"""What to do first when the payer says that the patient owes what it refused."""


class DenialCategory(msgspec.Struct, frozen=True):
    """A kind of refusal. `owner` is the team whose process causes it; `preventable` is yes, no,
    partly or unknown; `recoverable` high, medium, low, none or unknown; `scenario` one of four
    usual business scenarios, or review."""

    category: str
    label: str
    scenario: str
    owner: str
    preventable: str
    recoverable: str
    action: str


class DenialReason(msgspec.Struct, frozen=True):
    """A refusal explained: its category with the action for exactly these codes.

    `patient_liable` says that the group code puts it on the patient (PR).
    """

    category: DenialCategory
    action: str
    patient_liable: bool


@cache
def denial_categories() -> dict[str, DenialCategory]:
    """Every denial category by name."""
    return {
        row["category"]: msgspec.convert(row, DenialCategory)
        for row in table_rows("denial_categories")
    }


@cache
def _overrides() -> dict[tuple[str, str, str], tuple[str, str]]:
    return {
        (row["group_code"], row["carc"], row["rarc"]): (row["category"], row["action"])
        for row in table_rows("denial_override")
    }


def denial_reason(
    group_code: str, reason_code: str, remark_codes: Sequence[str] = ()
) -> DenialReason:
    """The reason of a refusal; a code that is no denial or unknown gives category "other"."""
    patient_liable = group_code == "PR"
    category, action = _override_of(group_code, reason_code, tuple(remark_codes))
    if not category:
        name = carc_or_unknown(reason_code).category
        category = name if name in denial_categories() else "other"
    entry = denial_categories()[category]
    if not action:
        action = PATIENT_ACTION if patient_liable else entry.action
    return DenialReason(entry, action, patient_liable)


def _override_of(
    group_code: str, reason_code: str, remark_codes: tuple[str, ...]
) -> tuple[str, str]:
    overrides = _overrides()
    for remark in (*remark_codes, ""):
        for group in (group_code, ""):
            found = overrides.get((group, reason_code, remark))
            if found is not None:
                return found
    return "", ""
