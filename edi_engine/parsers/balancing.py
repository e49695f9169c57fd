"""Whether an 835 accounts for its money, on every level, while it streams by.

    line         SVC02 - CAS of the line                      = SVC03
    claim        CLP03 - CAS of the claim - CAS of its lines  = CLP04
    transaction  sum of CLP04 - sum of PLB                    = BPR02

Some payers turn the sign of PLB around; both are tried and the one that balances is named. A
failing equation is a finding with both sides; nothing is ever plugged. Amounts in AMT take no
part. A failing equation names the single edits that would balance it (see `diagnosis.py`).
Source: 005010X221A1 1.10.2; X12 RFI 2348, 2548, 2570, 2601.
"""

from edi_engine.findings import BalancingEdit, FindingLog
from edi_engine.money import format_cents
from edi_engine.parsers.diagnosis import with_answer
from edi_engine.parsers.payment_diagnosis import REVERSAL_STATUS, ClaimPaymentDiagnosis
from edi_engine.parsers.remittance_diagnosis import (
    PARTS_COMPARED_MAX,
    RemittanceParts,
    diagnose_remittance,
)
from edi_engine.records.remittances import ClaimPayment, ProviderAdjustment, Remittance
from edi_engine.records.source import SetSource

__all__ = ["REVERSAL_STATUS", "SIGN_GUIDE", "SIGN_INVERTED", "RemittanceBalance"]

SIGN_GUIDE = "guide"
SIGN_INVERTED = "inverted"
INTEREST_REASON = "L6"


class RemittanceBalance:
    """Sums and checks of one transaction set. Sums are in cents, signs as in the file."""

    def __init__(self, source: SetSource, log: FindingLog) -> None:
        self._source = source
        self._log = log
        self._failed = False
        self.charge_cents = 0
        self.paid_cents = 0
        self.adjustment_cents = 0
        self.provider_adjustment_cents = 0
        self._interest_cents = 0
        self._provider_interest_cents = 0
        self._failed_lines: list[tuple[int, int, tuple[int, int]]] = []
        self._compared: list[ClaimPayment] = []
        self._provider_adjustments: list[ProviderAdjustment] = []

    def _report(
        self,
        code: str,
        at: tuple[int, int],
        element: str,
        message: str,
        sides: tuple[int, int],
        *,
        edits: tuple[BalancingEdit, ...] = (),
    ) -> None:
        """A finding with both sides of an equation, and what would make them equal."""
        left, right = sides
        told = (
            f"{message}: {format_cents(left)} against {format_cents(right)}, "
            f"difference {format_cents(left - right)}."
        )
        self._log.add(
            code,
            self._source.place(at[0], at[1], element),
            with_answer(told, edits),
            left_cents=left,
            right_cents=right,
            edits=edits,
        )

    def line_failed(self, expected_cents: int, paid_cents: int, at: tuple[int, int]) -> None:
        """A line whose charge less adjustments is not what is paid. It is reported when its claim
        is over: what would balance it depends on the rest of the claim."""
        self._failed = True
        self._failed_lines.append((expected_cents, paid_cents, at))

    def _report_lines(self, payment: ClaimPayment) -> None:
        lines = {line.segment_ordinal: line for line in payment.lines}
        diagnosis = ClaimPaymentDiagnosis(payment)
        for expected_cents, paid_cents, at in self._failed_lines:
            edits: tuple[BalancingEdit, ...] = ()
            if self._log.lists("BAL-0101"):
                edits = diagnosis.of_line(lines[at[0]])
            self._report(
                "BAL-0101",
                at,
                "SVC03",
                "Line charge less its adjustments is not the line's payment",
                (expected_cents, paid_cents),
                edits=edits,
            )
        self._failed_lines.clear()

    def add_claim(
        self,
        payment: ClaimPayment,
        claim_adjusted_cents: int,
        lines_adjusted_cents: int,
        patient_cents: int,
        lines_charge_cents: int,
    ) -> None:
        """Check one claim payment and add it up.

        `patient_cents` is the sum of adjustments of group PR on both levels, the others are sums
        of CAS and of SVC02. Positional, because it is called for every claim of a big file.
        """
        if len(self._compared) < PARTS_COMPARED_MAX:
            self._compared.append(payment)
        if self._failed_lines:
            self._report_lines(payment)
        charge, paid = payment.charge_cents, payment.paid_cents
        self.charge_cents += charge
        self.paid_cents += paid
        self.adjustment_cents += claim_adjusted_cents + lines_adjusted_cents
        if charge - claim_adjusted_cents - lines_adjusted_cents != paid:
            self._claim_failed(payment, claim_adjusted_cents, lines_adjusted_cents)
        if payment.lines and lines_charge_cents != charge:
            self._report(
                "BAL-0105",
                (payment.segment_ordinal, payment.byte_offset),
                "CLP03",
                "Claim charge is not the sum of its line charges",
                (charge, lines_charge_cents),
            )
        if (
            patient_cents != (payment.patient_responsibility_cents or 0)
            and payment.status_code != REVERSAL_STATUS
        ):
            self._report(
                "BAL-0106",
                (payment.segment_ordinal, payment.byte_offset),
                "CLP05",
                "Patient responsibility is not the sum of the adjustments of group PR",
                (payment.patient_responsibility_cents or 0, patient_cents),
            )
        for amount in payment.amounts:
            if amount.qualifier == "I":
                self._interest_cents += amount.amount_cents

    def _claim_failed(
        self, payment: ClaimPayment, claim_adjusted_cents: int, lines_adjusted_cents: int
    ) -> None:
        self._failed = True
        at = (payment.segment_ordinal, payment.byte_offset)
        charge, paid = payment.charge_cents, payment.paid_cents
        expected = charge - claim_adjusted_cents - lines_adjusted_cents
        code, message = "BAL-0102", "Claim charge less all adjustments is not the claim's payment"
        is_unadjusted = not payment.adjustments and not any(
            line.adjustments for line in payment.lines
        )
        if payment.status_code == REVERSAL_STATUS and is_unadjusted:
            code, message = "BAL-0109", "The reversal does not take its adjustments back"
        elif claim_adjusted_cents and charge - lines_adjusted_cents == paid:
            code = "BAL-0108"
            message = "Adjustments of the claim repeat those of its lines and count twice"
        edits = ClaimPaymentDiagnosis(payment).of_claim() if self._log.lists(code) else ()
        self._report(code, at, "CLP04", message, (expected, paid), edits=edits)

    def add_provider_adjustment(self, adjustment: ProviderAdjustment) -> None:
        """One pair of a PLB."""
        self.provider_adjustment_cents += adjustment.amount_cents
        if adjustment.reason_code == INTEREST_REASON:
            self._provider_interest_cents += adjustment.amount_cents
        if len(self._provider_adjustments) < PARTS_COMPARED_MAX:
            self._provider_adjustments.append(adjustment)

    def finish(self, remittance: Remittance | None) -> tuple[bool, str]:
        """Check the transaction. Whether all equations hold, and the PLB sign that balances it.

        The sign is `SIGN_GUIDE`, `SIGN_INVERTED` or empty. An inverted sign is a failure that
        knows its reason. Without a BPR02 nothing balances.
        """
        payment_cents = remittance.payment_amount_cents if remittance is not None else None
        if remittance is None or payment_cents is None:
            return False, ""
        at = (remittance.segment_ordinal, remittance.byte_offset)
        self._check_interest(at)
        by_guide = self.paid_cents - self.provider_adjustment_cents
        if by_guide == payment_cents:
            return not self._failed, SIGN_GUIDE
        if self.paid_cents + self.provider_adjustment_cents == payment_cents:
            message = "The payment balances only with the sign of the provider adjustments inverted"
            sides = (by_guide, payment_cents)
            self._report("BAL-0104", at, "BPR02", message, sides, edits=self._diagnosed(remittance))
            return False, SIGN_INVERTED
        message = "Claim payments less provider adjustments are not the payment"
        sides = (by_guide, payment_cents)
        self._report("BAL-0103", at, "BPR02", message, sides, edits=self._diagnosed(remittance))
        return False, ""

    def _diagnosed(self, remittance: Remittance) -> tuple[BalancingEdit, ...]:
        parts = RemittanceParts(
            self._compared,
            self._provider_adjustments,
            self.paid_cents,
            self.provider_adjustment_cents,
            self._interest_cents + self._provider_interest_cents,
        )
        return diagnose_remittance(remittance, parts)

    def _check_interest(self, at: tuple[int, int]) -> None:
        if self._interest_cents != -self._provider_interest_cents:
            self._report(
                "BAL-0107",
                at,
                "PLB03",
                "Interest of the claims (AMT*I) is not the interest of the provider (PLB L6)",
                (self._interest_cents, -self._provider_interest_cents),
            )
