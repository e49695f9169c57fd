"""A claim while it is being concluded: its payer sequences, relatives, policy and day."""

from collections.abc import Sequence
from datetime import date, timedelta

from edi_engine.codes import claim_status
from edi_engine.matchers.adjudications import PayerAnswers
from edi_engine.matchers.families import Family
from edi_engine.matchers.line_amounts import Money
from edi_engine.matchers.line_rows import LineRow
from edi_engine.matchers.silences import SilenceClock
from edi_engine.matchers.variances import state_of_variance
from edi_engine.records.claims import payer_sequence_of
from edi_engine.records.lifecycles import NOT_RECEIVED
from edi_engine.records.matching import BilledClaim, PaidClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.pricing import SilentPpo
from edi_engine.records.reconciliation import LineState

__all__ = ["ClaimCase", "SequenceCase", "patients_variance"]

_PLAIN = frozenset({LineState.PAID, LineState.PATIENT, LineState.ZERO_CHARGE})
_NOT_PRICED = frozenset({LineState.DENIED, LineState.UNANSWERED, LineState.REVERSED})
"""Lines for which the payer does not, or no longer, say what it allows."""
_VARIANT = frozenset({LineState.UNDERPAID, LineState.OVERPAID})
_PRICED = frozenset({LineState.PAID, LineState.PATIENT, LineState.UNDERPAID, LineState.OVERPAID})
"""States of lines whose allowed amount is a price; refused, missing and taken back ones are told
as such."""


class SequenceCase:
    """One payer sequence: all payments matched to it, what they answer, and the rows.

    `is_answered` says whether a payment that counts has come, `paid_on` when the last one was
    made, `money` is the sum of all rows without what stands apart (orphan reversals).
    """

    __slots__ = (
        "_is_plain",
        "answers",
        "is_answered",
        "matched",
        "money",
        "paid_on",
        "payer_sequence",
        "rows",
    )

    def __init__(
        self,
        payer_sequence: int,
        matched: Sequence[PaidClaim],
        answers: PayerAnswers,
        rows: Sequence[LineRow],
    ) -> None:
        self.payer_sequence = payer_sequence
        self.matched = matched
        self.answers = answers
        self.rows = rows
        self._is_plain: bool | None = None
        self.is_answered = answers.is_answer
        self.money = Money()
        for row in rows:
            self.money.add(row.net)
        self.paid_on: date | None = max(
            [each.paid_on for each in answers.payments if each.paid_on is not None], default=None
        )

    @property
    def is_plain(self) -> bool:
        """Answered once and line by line, every line paid or the patient's and allowed what is
        expected, nothing refused, recoded or added. Asked often, so it is told once."""
        if self._is_plain is None:
            self._is_plain = len(self.answers.payments) == 1 and all(map(_is_plain_row, self.rows))
        return self._is_plain

    @property
    def claim_row_refuses(self) -> bool:
        """Whether money is refused at claim level, beside the lines."""
        return any(row.line is None and row.state is LineState.DENIED for row in self.rows)

    @property
    def is_refused_at_claim_level(self) -> bool:
        """Whether claim-level refusals leave nothing of what the lines say."""
        return self.claim_row_refuses and self.money.paid <= 0 and self.money.plan_share == 0

    def variance_as_whole(self, policy: ReconcilePolicy) -> tuple[LineState, int]:
        """Expected less allowed over the lines that share money or a rate, and its state.

        The shares are no prices of the lines, but their sum is one of all together, when each has
        an expectation. Refusals of all that they are worth are no variance, and neither is an
        answer that is awaited or was taken back. The state is PATIENT
        when all of it is the patient's: the payer owes nothing of what it allows too little.
        """
        rows = self.allocated_rows
        if not rows:
            return LineState.PAID, 0
        expected = [None if row.is_inferred else row.expected_cents for row in rows]
        known = [cents for cents in expected if cents is not None]
        if len(known) < len(expected) or all(row.state in _NOT_PRICED for row in rows):
            return LineState.PAID, 0
        if all(row.is_agreed for row in rows):
            return LineState.PAID, 0
        allowed = sum(row.net.allowed for row in rows)
        agreed = next((row.expected.claim_tolerance for row in rows if row.expected), None)
        state = state_of_variance(sum(known), allowed, policy, agreed)
        if state is LineState.UNDERPAID and _are_patients(rows):
            state = LineState.PATIENT
        return state, sum(known) - allowed

    def net_variance(self, policy: ReconcilePolicy) -> tuple[LineState, int]:
        """Expected less allowed over all lines that were allowed something, and its state.

        What is too little on one line and too much on another cancels here, and what no line shows
        alone adds up. Nothing is known unless every such line is priced, and there are several.
        """
        rows = self.net_rows
        if len(rows) < 2 or not self.is_priced_throughout:
            return LineState.PAID, 0
        expected = sum(_expected(row) or 0 for row in rows)
        allowed = sum(_expected(row) or 0 if row.is_agreed else row.net.allowed for row in rows)
        agreed = next((row.expected.claim_tolerance for row in rows if row.expected), None)
        state = state_of_variance(expected, allowed, policy, agreed)
        if state is LineState.UNDERPAID and _are_patients(rows):
            state = LineState.PATIENT
        return state, expected - allowed

    def variance_in_sum(self, policy: ReconcilePolicy) -> tuple[LineState, int]:
        """The net variance where nothing but it shows: no line alone, nor lines that share."""
        if self.is_plain or self.variance_as_whole(policy)[0] is not LineState.PAID:
            return LineState.PAID, 0
        for row in self.rows:
            if row.state in _VARIANT or patients_variance(row, policy) is not LineState.PAID:
                return LineState.PAID, 0
        return self.net_variance(policy)

    @property
    def is_priced_throughout(self) -> bool:
        """Whether it is known what to expect of every line that was allowed something, and of every
        line that another one carries."""
        if any(row.state is LineState.BUNDLED and not row.is_part for row in self.rows):
            return False
        return all(not row.is_inferred and _expected(row) is not None for row in self.net_rows)

    @property
    def net_rows(self) -> list[LineRow]:
        """The lines that were allowed something, be it the patient's; free ones left out."""
        return [
            row
            for row in self.rows
            if row.line is not None and row.charge_cents and row.state in _PRICED
        ]

    @property
    def allocated_rows(self) -> list[LineRow]:
        """The lines whose amounts are shares of money for several; free ones left out."""
        return [row for row in self.rows if row.is_allocated and row.charge_cents]

    @property
    def is_forwarded(self) -> bool:
        """Whether the payer says that it passed the claim on to the next payer."""
        return any(
            bool(each.forwarded_to)
            or ((status := claim_status(each.status_code)) is not None and status.forwarded)
            for each in self.answers.payments
        )


def _is_plain_row(row: LineRow) -> bool:
    return not (
        row.state not in _PLAIN
        or row.line is None
        or row.recode
        or row.net.denied
        or row.is_allocated
        or row.is_inferred
        or row.is_off
        or row.is_reduced
    )


def patients_variance(row: LineRow, policy: ReconcilePolicy) -> LineState:
    """What the variance would make of a line that is wholly the patient's; PAID for others."""
    if row.state is not LineState.PATIENT:
        return LineState.PAID
    return state_of_variance(row.agreed_cents, row.net.allowed, policy, row.tolerance)


def _expected(row: LineRow) -> int | None:
    return row.expected_cents if row.is_allocated else row.priced_cents


def _are_patients(rows: Sequence[LineRow]) -> bool:
    return all(row.state is LineState.PATIENT for row in rows)


class ClaimCase:
    """The claim with its payer sequences in order; its own is always among them.

    `silent_ppo` are signs of somebody else's contract, where somebody looked for them. `reception`
    is how the claim was received, `clock` how long payers are given, where it is known.
    """

    def __init__(
        self,
        claim: BilledClaim,
        sequences: tuple[SequenceCase, ...],
        family: Family,
        policy: ReconcilePolicy,
        as_of: date,
    ) -> None:
        self.claim = claim
        self.sequences = sequences
        self.family = family
        self.policy = policy
        self.as_of = as_of
        self.silent_ppo: SilentPpo | None = None
        self.reception = NOT_RECEIVED
        self.clock: SilenceClock | None = None
        self.own = next(each for each in sequences if each.payer_sequence == claim.payer_sequence)

    @property
    def silences(self) -> SilenceClock:
        """How long payers are given."""
        if self.clock is None:
            self.clock = SilenceClock(self.policy)
        return self.clock

    @property
    def is_dead(self) -> bool:
        """Replaced, sent again or voided: nothing more is expected of it."""
        return self.family.is_dead

    def payer_due_after(self, sequence: SequenceCase) -> int | None:
        """The payer who is to answer for what this one left to the patient; None for nobody.

        That is the next one that the claim names (its 2320 loops), or to whom it was passed on,
        while neither an answer of a later payer nor a claim of ours to one is there.
        """
        number = sequence.payer_sequence
        if not sequence.is_answered or sequence.money.patient <= 0:
            return None
        if any(each.is_answered and each.payer_sequence > number for each in self.sequences):
            return None
        billed = self.family.next_claim
        if billed is not None and billed.payer_sequence > number:
            return None
        named = [payer_sequence_of(each.sequence_code) for each in self.claim.prior_payers]
        later = min((each for each in named if each > number), default=None)
        return number + 1 if later is None and sequence.is_forwarded else later

    @property
    def awaiting(self) -> SequenceCase | None:
        """The payer whose remainder waits for the answer of the next one."""
        return next(
            (each for each in self.sequences if self.payer_due_after(each) is not None), None
        )

    def is_past(self, start: date | None, days: int) -> bool:
        """Whether more than so many days have gone by since a day."""
        return start is not None and self.as_of > start + timedelta(days=days)
