"""A billed line as one payer answered it, while the rows of the reconciliation are made."""

from collections.abc import Sequence

from edi_engine.matchers.adjudications import CLAIM_ROW, Answer
from edi_engine.matchers.facts import answers_by_revenue_code, code_forms
from edi_engine.matchers.line_amounts import Money
from edi_engine.records.contracts import Tolerance
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledLine
from edi_engine.records.pricing import VarianceExplanation
from edi_engine.records.reconciliation import LineState

__all__ = ["LineRow"]


class LineRow:
    """A line of the claim as one payer answered it, while the rows are made.

    `net` sums what stands. `line` is None for the claim's own row. `is_allocated` says that what is
    allowed or expected here is but a share of money for several lines, which is no price of one.
    `explanation` is why the payer allowed something else, where somebody knows. `apart` holds
    orphan reversals, `rests` what reversals that wait leave, both on the claim's own row only: they
    are shown there, and part of nothing else. `bundled_cents` is, on a line that carries others,
    what these should be allowed, None where that is not known; each of them then `is_part`.
    """

    __slots__ = (
        "answers",
        "apart",
        "bundled_cents",
        "expected",
        "explanation",
        "is_allocated",
        "is_part",
        "line",
        "net",
        "recode",
        "rests",
        "state",
        "superseded",
    )

    def __init__(
        self,
        line: BilledLine | None,
        answers: Sequence[Answer],
        superseded: Sequence[Answer],
        expected: ExpectedAllowed | None,
        apart: Sequence[Answer] = (),
        *,
        rests: Sequence[Answer] = (),
    ) -> None:
        self.line = line
        self.apart = apart
        self.rests = rests
        self.answers = answers
        self.superseded = superseded
        self.expected = expected
        self.state = LineState.UNANSWERED
        self.explanation: VarianceExplanation | None = None
        self.bundled_cents: int | None = None
        self.is_part = False
        counting = [each for each in answers if not each.is_set_off]
        self.net = counting[0].money if len(counting) == 1 else _sum(counting)
        self.recode = _recode(line, answers) if line is not None else ""
        self.is_allocated = (expected is not None and expected.is_share) or any(
            each.is_allocated and each.is_open for each in answers
        )

    @property
    def number(self) -> int:
        return self.line.line_number if self.line is not None else CLAIM_ROW

    @property
    def charge_cents(self) -> int:
        return self.line.charge_cents if self.line is not None else 0

    @property
    def shown(self) -> Money:
        """The amounts as the row shows them: what stands, what is apart, and what is left over."""
        if not self.apart and not self.rests:
            return self.net
        shown = _sum([*self.apart, *self.rests])
        shown.add(self.net)
        return shown

    @property
    def expected_cents(self) -> int | None:
        """Nothing is expected under capitation; otherwise as the contract says."""
        net = self.net
        if net.is_capitated and net.paid == 0 and self.line is not None:
            return 0
        return self.expected.allowed_cents if self.expected is not None else None

    @property
    def priced_cents(self) -> int | None:
        """What the allowed amount is compared with; None when it is no price of this line. A line
        that carries others is compared with all of them together."""
        if self.is_allocated or self.is_part:
            return None
        cents = self.expected_cents
        return cents if cents is None or not self.bundled_cents else cents + self.bundled_cents

    @property
    def agreed_cents(self) -> int | None:
        """What the line is judged by: what is merely usual proves nothing."""
        return None if self.is_inferred else self.priced_cents

    @property
    def is_inferred(self) -> bool:
        """Whether no contract, but the payer's habit is what is expected."""
        return self.expected is not None and self.expected.is_inferred

    @property
    def is_by_contract(self) -> bool:
        """Whether a contract's term says what is expected."""
        return self.expected is not None and self.expected.is_by_contract

    @property
    def is_agreed(self) -> bool:
        """Whether the contract lets the payer allow what it did, although it is not the rate."""
        return self.explanation is not None and self.explanation.is_agreed

    @property
    def is_off(self) -> bool:
        """Whether something else was allowed than expected, be it a cent."""
        return self.expected is not None and self.expected.allowed_cents != self.net.allowed

    @property
    def is_reduced(self) -> bool:
        """Whether something was taken off the payment of a line that is to be paid in full."""
        return self.net.reduced != 0 and self.expected is not None and self.expected.is_paid_in_full

    @property
    def tolerance(self) -> Tolerance | None:
        """What the contract lets pass on this line, None where it says nothing."""
        return self.expected.line_tolerance if self.expected is not None else None

    @property
    def carries(self) -> bool:
        """Whether the payer allows something here, so that other lines may be part of it."""
        return self.net.paid > 0 or self.net.plan_share > 0


def _sum(answers: Sequence[Answer]) -> Money:
    total = Money()
    for answer in answers:
        total.add(answer.money)
    return total


def _recode(line: BilledLine, answers: Sequence[Answer]) -> str:
    """The adjudicated code or codes, joined by "+", when they are not the billed one."""
    for answer in answers:
        if answer.line is not None and answer.line.procedure.code != line.procedure_code:
            break
    else:
        return ""
    code = line.procedure_code.upper()
    found: dict[str, None] = {}
    for answer in answers:
        paid = answer.line
        if paid is None or not paid.procedure.code or not answer.is_open:
            continue
        if answers_by_revenue_code(paid, line):
            continue
        adjudicated = paid.procedure.code.upper()
        if adjudicated != code and not (
            adjudicated[:5] == code and code in code_forms(paid) and len(adjudicated) == 7
        ):
            found[adjudicated] = None
    return "+".join(found) if code else ""
