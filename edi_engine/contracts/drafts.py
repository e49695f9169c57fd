"""A line while its price is made: the amount so far and the steps that led to it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from edi_engine.contracts.amounts import HUNDREDTH, rounding_of
from edi_engine.contracts.book import IndexedContract
from edi_engine.records.contracts import LesserOf, ScheduleRate, Term
from edi_engine.records.matching import BilledLine
from edi_engine.records.pricing import PricedLine, PriceStep

__all__ = ["LineDraft"]


class LineDraft:
    """One line on its way through the steps, by the contract, term, day and rate that price it.

    `amount` is exact, in cents, for the whole line. `factor` is what the rate of one unit was
    multiplied by so far without the units, so that a part of the rate can follow the whole.
    `units_count` is how many units the amount is for. `losses` are what a rule for multiple
    procedures took off the technical component of each of them, empty when it took nothing.
    `reason` says why there is no price; then no further step is taken.
    """

    __slots__ = (
        "_round",
        "amount",
        "day",
        "factor",
        "group",
        "indexed",
        "is_capped",
        "is_pair",
        "line",
        "losses",
        "modifiers",
        "rate",
        "reason",
        "steps",
        "term",
        "units_count",
    )

    def __init__(
        self,
        line: BilledLine,
        indexed: IndexedContract,
        term: Term,
        day: date | None,
        rate: ScheduleRate | None = None,
    ) -> None:
        self.line = line
        self.indexed = indexed
        self.term = term
        self.day = day
        self.rate = rate
        self.reason = ""
        self.modifiers = frozenset([modifier.upper() for modifier in line.modifiers])
        self.amount = Decimal(0)
        self.factor = Decimal(1)
        self.units_count = Decimal(1)
        self.steps: list[PriceStep] = []
        self.group: int | None = None
        self.is_capped = False
        self.is_pair = False
        self.losses: tuple[Decimal, ...] = ()
        self._round: Callable[[Decimal], Decimal] = rounding_of(indexed.contract.rounding)

    @property
    def is_priced(self) -> bool:
        """Whether the line still has an amount."""
        return not self.reason

    @property
    def lesser_of(self) -> LesserOf:
        """What the charge caps on this line."""
        own = self.term.lesser_of
        return self.indexed.contract.lesser_of if own is None else own

    def step(self, rule: str, words: str, amount: Decimal, clause: str = "") -> None:
        """Take a step to a new amount; what rounds at each step, rounds here."""
        self.amount = self._round(amount)
        self.steps.append(PriceStep(rule, words, self.amount, clause))

    def times_percent(self, rule: str, words: str, percent: Decimal, clause: str = "") -> None:
        """Take so many percent of the amount, and of every part of the rate."""
        share = percent * HUNDREDTH
        self.factor *= share
        self.step(rule, words, self.amount * share, clause)

    def give_up(self, reason: str) -> None:
        """The line has no price, and why."""
        if not self.reason:
            self.reason = reason

    def priced(self) -> PricedLine:
        """The line as it is handed out; the amount is whole cents by now."""
        contract, term = self.indexed.contract, self.term
        return PricedLine(
            line_number=self.line.line_number,
            charge_cents=self.line.charge_cents,
            allowed_cents=None if self.reason else int(self.amount),
            contract=contract.key,
            version=contract.version,
            term=term.name,
            clause=term.clause,
            steps=tuple(self.steps),
            reason=self.reason,
            group=self.group,
            is_capped=self.is_capped,
        )
