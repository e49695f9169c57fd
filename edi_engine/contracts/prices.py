"""What a claim's payer should allow, by its contract, the practice's fee schedule, or habit."""

from collections.abc import Callable, Sequence

from edi_engine.contracts.amounts import format_exact
from edi_engine.contracts.book import ContractBook, in_force
from edi_engine.contracts.explaining import explain_variances
from edi_engine.contracts.fee_schedule import FeeSchedule, expected_allowed
from edi_engine.contracts.inference import InferredRates
from edi_engine.contracts.payments import judge_timely
from edi_engine.contracts.pricing import price_claim, rate_before_cap_cents
from edi_engine.contracts.silent_ppo import OtherContracts
from edi_engine.records.contracts import Contract
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim
from edi_engine.records.policy import SilentPpoPolicy
from edi_engine.records.pricing import (
    AnsweredLine,
    PricedLine,
    PriceStep,
    SilentPpo,
    VarianceExplanation,
)
from edi_engine.records.timely_payments import TimelyFacts, TimelyVerdict

__all__ = ["Prices", "steps_in_words"]


class Prices:
    """Contracts and the fee schedule together; built once, asked for every claim.

    A claim that a contract is for is priced by contracts alone: where these say nothing about a
    line, nothing is expected of it. The fee schedule holds for everybody else's claims, and for
    what it does not have, what the payer usually allows.
    """

    def __init__(
        self,
        book: ContractBook,
        schedule: FeeSchedule,
        inferred: InferredRates | None = None,
        *,
        silent_ppo: SilentPpoPolicy | None = None,
    ) -> None:
        self.book = book
        self.schedule = schedule
        self.inferred = InferredRates(()) if inferred is None else inferred
        self._others = OtherContracts(book, silent_ppo or SilentPpoPolicy())

    def expected(self, claim: BilledClaim) -> tuple[ExpectedAllowed, ...]:
        """What should be allowed for each line that can be priced, in line order.

        Nothing for a claim to a second or later payer.
        """
        if self.book.is_empty or not self.book.fitting(claim):
            return self._without_contract(claim)
        found = []
        for line in price_claim(self.book, claim).lines:
            if line.allowed_cents is not None:
                contract = self.book.contract(line.contract, line.version)
                found.append(_expectation(line, line.allowed_cents, contract))
        return tuple(found)

    def _without_contract(self, claim: BilledClaim) -> tuple[ExpectedAllowed, ...]:
        by_schedule = expected_allowed(self.schedule, claim)
        if self.inferred.is_empty or claim.payer_sequence != 1:
            return by_schedule
        known = {each.line_number: each for each in by_schedule}
        found = [
            known.get(line.line_number) or self.inferred.expected(claim, line)
            for line in claim.lines
        ]
        return tuple([each for each in found if each is not None])

    def agrees_on_time(self, claim: BilledClaim) -> bool:
        """Whether a contract of the claim's primary payer has a clause for timely payment."""
        return claim.payer_sequence == 1 and any(
            each.contract.timely_payment is not None for each in self.book.fitting(claim)
        )

    def judge_timely(
        self, claim: BilledClaim, facts: Callable[[], TimelyFacts], *, is_discounted: bool
    ) -> TimelyVerdict | None:
        """What the contract says of when the claim was paid.

        None without a contract, and where it has no such clause and no discount was taken
        (`is_discounted`): then `facts` are not asked for. Where versions with different
        clauses price the lines, nobody can tell which holds, and the verdict says so.
        """
        if self.book.is_empty or claim.payer_sequence != 1:
            return None
        if not is_discounted and not self.agrees_on_time(claim):
            return None
        fitting = self.book.fitting(claim)
        found = [in_force(fitting, claim, line)[0] for line in claim.lines]
        contracts = [each.contract for each in found if each is not None]
        if not contracts:
            return None
        first = contracts[0]
        if any(each.timely_payment != first.timely_payment for each in contracts):
            known = facts()
            return TimelyVerdict(
                term=f"{first.key} {first.version}: timely payment",
                tolerance=first.claim_tolerance,
                interest_paid_cents=known.interest_paid_cents,
                discount_taken_cents=known.discount_taken_cents,
                missing="its lines fall under contracts with different clauses",
            )
        return judge_timely(first, claim, facts())

    def explain(
        self, claim: BilledClaim, answers: Sequence[AnsweredLine]
    ) -> tuple[VarianceExplanation, ...]:
        """Why lines were allowed something else than the contract says; nothing is known of a
        claim that only the fee schedule prices."""
        return explain_variances(self.book, claim, answers, self._others)

    def silent_ppo(self, claim: BilledClaim, answers: Sequence[AnsweredLine]) -> SilentPpo | None:
        """Whose contract may stand behind discounts on lines that nothing prices; see
        `OtherContracts`. None for a payer that the fee schedule has rows of."""
        if self.schedule.names(claim.payer_id):
            return None
        return self._others.silent_ppo(claim, answers)


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
        is_paid_in_full=contract.sequestration_percent is None,
        is_by_contract=True,
        rate_cents=rate_before_cap_cents(line),
    )
