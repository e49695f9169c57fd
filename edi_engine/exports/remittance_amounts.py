"""What lines, claim payments and remittances come to, in the columns of a remittance advice.

Every amount keeps the sign it has in the file. For each row

    charge - deductible - coinsurance - copayment - contractual - denied - other = paid + difference

so nothing is lost between the columns, and what does not add up is shown and never plugged.
Source: 005010X221A1 1.10.2; `codes.adjustment_money` for what an adjustment is.
"""

from collections.abc import Iterable

import msgspec

from edi_engine.codes import Kind, Money, kind_of
from edi_engine.records.common import Adjustment
from edi_engine.records.remittances import ClaimPayment, LinePayment

__all__ = ["AdviceAmounts", "claim_amounts", "claim_level_amounts", "line_amounts"]

_PATIENT_GROUP = "PR"
_ALLOWED = "B6"
_SHARES = {"1": "deductible_cents", "2": "coinsurance_cents", "3": "copayment_cents"}
_REFUSED = frozenset({Kind.DENIED, Kind.PATIENT_REFUSED, Kind.BUNDLED})


class AdviceAmounts(msgspec.Struct, frozen=True):
    """The columns. `denied` is all that the payer refuses, whoever is to bear it; `other` is every
    adjustment that has no column of its own. `difference` is 0 where the row adds up."""

    charge_cents: int = 0
    allowed_cents: int = 0
    deductible_cents: int = 0
    coinsurance_cents: int = 0
    copayment_cents: int = 0
    contractual_cents: int = 0
    denied_cents: int = 0
    other_cents: int = 0
    paid_cents: int = 0
    difference_cents: int = 0

    def plus(self, more: "AdviceAmounts") -> "AdviceAmounts":
        """Both, column by column."""
        return AdviceAmounts(
            *(getattr(self, name) + getattr(more, name) for name in self.__struct_fields__)
        )


def line_amounts(line: LinePayment) -> AdviceAmounts:
    """The row of a line payment. A stated allowed amount (AMT*B6) counts where the arithmetic
    bears it out."""
    stated = next((one.amount_cents for one in line.amounts if one.qualifier == _ALLOWED), None)
    return _row(line.charge_cents, line.paid_cents, line.adjustments, stated)


def claim_level_amounts(payment: ClaimPayment) -> AdviceAmounts | None:
    """The row of what a claim payment says beside its lines; None when that is nothing.

    Of a claim payment without lines it is the whole.
    """
    charge = payment.charge_cents - sum(line.charge_cents for line in payment.lines)
    paid = payment.paid_cents - sum(line.paid_cents for line in payment.lines)
    if payment.lines and not (payment.adjustments or charge or paid):
        return None
    row = _row(charge, paid, payment.adjustments, None)
    if payment.lines and row.difference_cents:
        # Adjustments that only repeat those of the lines, mostly: nothing more is allowed by them.
        return msgspec.structs.replace(row, allowed_cents=0)
    return row


def claim_amounts(payment: ClaimPayment) -> AdviceAmounts:
    """The totals of a claim payment: CLP03, CLP04 and all that lies between them."""
    total = claim_level_amounts(payment) or AdviceAmounts()
    for line in payment.lines:
        total = total.plus(line_amounts(line))
    return total


def _row(
    charge_cents: int,
    paid_cents: int,
    adjustments: Iterable[Adjustment],
    stated_allowed_cents: int | None,
) -> AdviceAmounts:
    columns = dict.fromkeys(
        ("contractual_cents", "denied_cents", "other_cents", *_SHARES.values()), 0
    )
    money = Money(charge_cents, paid_cents)
    for adjustment in adjustments:
        columns[_column_of(adjustment)] += adjustment.amount_cents
        money.adjust((adjustment,))
    money.settle_allowed(stated_allowed_cents)
    return AdviceAmounts(
        charge_cents=charge_cents,
        allowed_cents=money.allowed,
        paid_cents=paid_cents,
        difference_cents=charge_cents - sum(columns.values()) - paid_cents,
        **columns,
    )


def _column_of(adjustment: Adjustment) -> str:
    if adjustment.group_code == _PATIENT_GROUP and adjustment.reason_code in _SHARES:
        return _SHARES[adjustment.reason_code]
    kind = kind_of(adjustment.group_code, adjustment.reason_code)
    if kind is Kind.CONTRACTUAL:
        return "contractual_cents"
    return "denied_cents" if kind in _REFUSED else "other_cents"
