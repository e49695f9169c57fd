"""What a claim's payer should allow, by its contract, else by the practice's fee schedule."""

from edi_engine.contracts.amounts import format_exact
from edi_engine.contracts.book import ContractBook
from edi_engine.contracts.fee_schedule import FeeSchedule, expected_allowed
from edi_engine.contracts.pricing import price_claim
from edi_engine.records.contracts import Contract
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim
from edi_engine.records.pricing import PricedLine, PriceStep

__all__ = ["Prices", "steps_in_words"]


class Prices:
    """Contracts and the fee schedule together; built once, asked for every claim.

    A claim that a contract is for is priced by contracts alone: where these say nothing about a
    line, nothing is expected of it. The fee schedule holds for everybody else's claims.
    """

    def __init__(self, book: ContractBook, schedule: FeeSchedule) -> None:
        self.book = book
        self.schedule = schedule

    def expected(self, claim: BilledClaim) -> tuple[ExpectedAllowed, ...]:
        """What should be allowed for each line that can be priced, in line order.

        Nothing for a claim to a second or later payer.
        """
        if self.book.is_empty or not self.book.fitting(claim):
            return expected_allowed(self.schedule, claim)
        found = []
        for line in price_claim(self.book, claim).lines:
            if line.allowed_cents is not None:
                contract = self.book.contract(line.contract, line.version)
                found.append(_expectation(line, line.allowed_cents, contract))
        return tuple(found)


def steps_in_words(steps: tuple[PriceStep, ...]) -> str:
    """The arithmetic on one line: "fees.csv row 12: 100.00; 110 % of fees: 110.00"."""
    return "; ".join(f"{step.words}: {format_exact(step.amount)}" for step in steps)


def _expectation(line: PricedLine, allowed_cents: int, contract: Contract) -> ExpectedAllowed:
    source = f"{line.contract} {line.version}: {line.term}"
    return ExpectedAllowed(
        line_number=line.line_number,
        allowed_cents=allowed_cents,
        source=f"{source} ({line.clause})" if line.clause else source,
        explanation=steps_in_words(line.steps),
        is_share=line.group is not None,
        line_tolerance=contract.line_tolerance,
        claim_tolerance=contract.claim_tolerance,
    )
