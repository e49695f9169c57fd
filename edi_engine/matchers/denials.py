"""Refusals: what was refused on a line, in which category, told from adjustments, not from CLP02.

Payers use CLP02 4 for any denial or none, so only what the adjustments refuse counts; CLP02 4
alone, without any adjustment, means that the patient was not recognised. Source: domain 3.3, 6.1.
"""

from edi_engine.codes import denial_reason
from edi_engine.matchers.line_amounts import Money
from edi_engine.records.policy import ReconcilePolicy

__all__ = ["denial_category", "denial_codes", "is_refused_without_reason"]

_REFUSED_STATUS = "4"
NOT_RECOGNISED = "eligibility"


def denial_codes(money: Money) -> tuple[str, ...]:
    """What was refused, "CO-50" with remark codes after slashes, most money first."""
    return tuple(_text(*key) for key in _by_amount(money))


def denial_category(money: Money, payer_id: str, policy: ReconcilePolicy) -> str:
    """The category of the refusal with the most money; empty when nothing was refused.

    The practice's own rules for the payer of the claim outrank the tables.
    """
    for group_code, reason_code, remark_codes in _by_amount(money):
        found = denial_reason(
            group_code,
            reason_code,
            remark_codes,
            payer_id=payer_id,
            own_rules=policy.denial_rules,
        )
        return found.category.category
    return ""


def is_refused_without_reason(status_code: str, money: Money) -> bool:
    """CLP02 4 with nothing paid and no adjustment at all."""
    return status_code == _REFUSED_STATUS and not money.paid and not money.adjusted


def _by_amount(money: Money) -> list[tuple[str, str, tuple[str, ...]]]:
    refused = [(key, cents) for key, cents in money.refused.items() if cents > 0]
    return [key for key, _ in sorted(refused, key=lambda each: (-each[1], each[0]))]


def _text(group_code: str, reason_code: str, remark_codes: tuple[str, ...]) -> str:
    return "/".join((f"{group_code}-{reason_code}", *remark_codes))
