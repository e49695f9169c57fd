"""What a synthetic payer decides about the lines of a claim under an agreement.

A verdict is the truth of a line: what was agreed, what the payer allows, and which mistake made
the difference. Nothing here knows how it is written down.
"""

import msgspec

from edi_engine.synthetic.bills import BillLine

__all__ = ["ClaimVerdict", "GroupVerdict", "Refusal", "Verdict"]


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """A part of a charge that is refused, with group, reason and remark code."""

    group: str
    reason: str
    cents: int
    remark: str = ""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """One billed line as the payer decided it.

    `expected_cents` is what the agreement gives, None where no contract speaks or the line has but
    a share of a rate for several. `cause` is the planted mistake's, empty where there is none.
    `code`, `modifiers` and `units` are the adjudicated ones where they are not the billed ones.
    `refusal` takes its part of the charge; `added_cents` is the charge of a line that is bundled
    into this one; `state` is filled where it does not follow from the amounts.
    `is_sequestered` lowers the payment by two percent with reason 253, `discount_cents` with reason
    44. `prior_cents` is what an earlier payer paid. `is_capped` tells that the rate is above the
    charge, which counts instead.
    `remark` is a remark code beside that of a refusal.
    """

    line: BillLine
    expected_cents: int | None
    allowed_cents: int
    cause: str = ""
    code: str = ""
    modifiers: tuple[str, ...] | None = None
    units: int | None = None
    refusal: Refusal | None = None
    added_cents: int = 0
    state: str = ""
    is_sequestered: bool = False
    prior_cents: int = 0
    remark: str = ""
    is_capped: bool = False
    discount_cents: int = 0


class GroupVerdict(msgspec.Struct, frozen=True, gc=False):
    """What was agreed and is allowed for lines that one rate prices together."""

    line_numbers: tuple[int, ...]
    expected_cents: int
    allowed_cents: int
    cause: str = ""


class ClaimVerdict(msgspec.Struct, frozen=True):
    """A claim as the payer decided it, lines in order.

    `story` names what was planted, or what odd but right thing was done; empty for neither.
    `drg` is the group that the payer took, `manner` how money for several lines is written down:
    "first" (all on the first of them), "share" (by charge) or "claim" (on the claim, no lines).
    `patient` says what the patient bears: "none", "coinsurance", "copay", "deductible" or "all".
    `before` is what was decided first; it was reversed when this came. A payer that is `late` lets
    two months pass; `interest` says what it pays for that: "" (nothing), "told" on the claim,
    "named" at the provider level, or "double".
    `contract_class` and `repriced_number` are what it says of how the claim was priced.
    """

    lines: tuple[Verdict, ...]
    group: GroupVerdict | None = None
    story: str = ""
    drg: str = ""
    manner: str = "first"
    patient: str = "coinsurance"
    before: "ClaimVerdict | None" = None
    contract_class: str = ""
    repriced_number: str = ""
    late: bool = False
    interest: str = ""
