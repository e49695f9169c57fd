"""Issues about what was allowed and paid against what is agreed.

Each rule looks at one payer sequence of a claim; `VARIANCE_RULES` is the order they come in. Why
the payer allowed something else is told by the rows (`variance_causes`). Source: domain 5.4, 5.5.
"""

from collections.abc import Callable, Iterator, Sequence

from edi_engine.matchers.adjudications import Answer
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase, patients_variance
from edi_engine.matchers.denials import denial_category, denial_codes
from edi_engine.matchers.facts import SEQUESTRATION
from edi_engine.matchers.issue_making import issue_on, lines_in_words, total_of
from edi_engine.matchers.line_rows import LineRow
from edi_engine.matchers.variances import state_of_variance
from edi_engine.money import format_cents
from edi_engine.records.pricing import VarianceCause
from edi_engine.records.reconciliation import LineState, ReconciliationIssue

__all__ = ["VARIANCE_RULES"]


def _variances(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    if case.is_dead:
        return
    as_whole, whole_cents = sequence.variance_as_whole(case.policy)
    in_sum, sum_cents = sequence.variance_in_sum(case.policy)
    for cause, state, word in (
        ("underpaid", LineState.UNDERPAID, "less"),
        ("overpaid", LineState.OVERPAID, "more"),
    ):
        rows = [row for row in sequence.rows if row.state is state]
        amounts = [abs((row.priced_cents or 0) - row.net.allowed) for row in rows]
        where = [lines_in_words(rows)] if rows else []
        if as_whole is state:
            rows += sequence.allocated_rows
            amounts.append(abs(whole_cents))
            where.append("the claim as a whole")
        if in_sum is state:
            rows = [row for row in sequence.net_rows if row.is_off]
            amounts = [abs(sum_cents)]
            within = "together, each within its tolerance"
            if len(rows) == 1:
                within = "within its tolerance, but not within the claim's"
            where = [f"{lines_in_words(rows)} {within}"]
        if not rows:
            continue
        refused = _refusals(rows) if state is LineState.UNDERPAID else ""
        causes = _causes(rows)
        yield issue_on(
            case,
            sequence,
            cause,
            detail=denial_category(total_of(rows), case.claim.payer_id, case.policy)
            if refused
            else causes,
            amount_cents=sum(amounts),
            arose_on=sequence.paid_on,
            reason=f"Allowed {format_cents(sum(amounts))} {word} than expected "
            f"on {' and '.join(where)}{refused}.{_net(case, sequence)}{_explanations(rows)}",
            rows=rows,
        )


def _net(case: ClaimCase, sequence: SequenceCase) -> str:
    """A sentence about the claim as a whole, where too little and too much cancel in part."""
    if not _VARIANT.issubset({row.state for row in sequence.rows}):
        return ""
    _, cents = sequence.net_variance(case.policy)
    if sequence.is_priced_throughout:
        word = "less" if cents > 0 else "more"
        net = f"{format_cents(abs(cents))} {word} than expected" if cents else "as expected"
        return f" Over all its lines the claim is allowed {net}."
    return ""


_VARIANT = frozenset({LineState.UNDERPAID, LineState.OVERPAID})


def _patients_variances(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    """Lines that are wholly the patient's, and allowed something else than the contract says.

    The payer owes nothing of it now, so the line is not underpaid; but the patient owes another
    amount than agreed, and too little of it is the practice's loss.
    """
    if case.is_dead:
        return
    as_whole, whole_cents = sequence.variance_as_whole(case.policy)
    in_sum, sum_cents = sequence.variance_in_sum(case.policy)
    for cause, state, word, end in (
        ("underallowed", LineState.UNDERPAID, "less", "the patient owes that much too little"),
        ("overallowed", LineState.OVERPAID, "more", "the patient owes that much too much"),
    ):
        rows = [row for row in sequence.rows if patients_variance(row, case.policy) is state]
        cents = sum(abs((row.priced_cents or 0) - row.net.allowed) for row in rows)
        where = [lines_in_words(rows)] if rows else []
        if state is LineState.UNDERPAID and LineState.PATIENT in {as_whole, in_sum}:
            is_whole = as_whole is LineState.PATIENT
            rows = sequence.allocated_rows if is_whole else sequence.net_rows
            cents += whole_cents if is_whole else sum_cents
            where.append("the claim as a whole")
        if rows:
            yield issue_on(
                case,
                sequence,
                cause,
                detail=_causes(rows),
                amount_cents=cents,
                arose_on=sequence.paid_on,
                reason=f"Allowed {format_cents(cents)} {word} than expected on"
                f" {' and '.join(where)}, where all is the patient's share: the payer owes"
                f" nothing, but {end}.{_explanations(rows)}",
                rows=rows,
            )


def _below_usual(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    """Lines allowed less than the payer usually does, where no contract says what is right."""
    if case.is_dead:
        return
    rows = [
        row
        for row in sequence.rows
        if row.is_inferred
        and row.priced_cents is not None
        and row.state is LineState.PAID
        and state_of_variance(row.priced_cents, row.net.allowed, case.policy) is LineState.UNDERPAID
    ]
    if rows:
        short = sum((row.priced_cents or 0) - row.net.allowed for row in rows)
        sources = dict.fromkeys(row.expected.source for row in rows if row.expected is not None)
        yield issue_on(
            case,
            sequence,
            "below_usual",
            amount_cents=short,
            arose_on=sequence.paid_on,
            reason=f"Allowed {format_cents(short)} less than the payer usually does on"
            f" {lines_in_words(rows)} ({'; '.join(sources)}). No contract says what is right.",
            rows=rows,
        )


def _unagreed_sequestrations(
    case: ClaimCase, sequence: SequenceCase
) -> Iterator[ReconciliationIssue]:
    """What a payer takes off its payment for sequestration, where the contract knows none.

    The allowed amount is what was agreed, so it is no variance; the money is short all the same.
    """
    rows = [
        row for row in sequence.rows if row.expected is not None and row.expected.is_paid_in_full
    ]
    if case.is_dead or not rows:
        return
    taken = sum(_sequestered(piece) for row in rows for piece in row.answers if piece.is_open)
    if taken > 0:
        yield issue_on(
            case,
            sequence,
            "unagreed_sequestration",
            amount_cents=taken,
            arose_on=sequence.paid_on,
            reason=f"The payer took {format_cents(taken)} off its payment for sequestration"
            f" (CARC {SEQUESTRATION}), which the contract does not know.",
            rows=rows,
        )


def _sequestered(piece: Answer) -> int:
    """What was taken off on the line; of a share of claim-level money nobody can tell."""
    if piece.line is None:
        return 0
    return sum(
        each.amount_cents
        for each in piece.line.adjustments
        if each.reason_code == SEQUESTRATION and each.group_code != "PR"
    )


def _causes(rows: Sequence[LineRow]) -> str:
    """The cause that all the lines have in common, empty when they have none or several."""
    found = {row.explanation.cause if row.explanation is not None else None for row in rows}
    cause = found.pop() if len(found) == 1 else None
    return "" if cause is None or cause is VarianceCause.UNKNOWN else cause.value


def _explanations(rows: Sequence[LineRow]) -> str:
    """What gives the payer's amounts, as sentences; lines that one mistake explains together."""
    by_words: dict[str, list[LineRow]] = {}
    for row in rows:
        if row.explanation is not None and row.explanation.words:
            by_words.setdefault(row.explanation.in_words, []).append(row)
    return "".join(
        f" It fits {words}, on {lines_in_words(explained_rows)}."
        for words, explained_rows in by_words.items()
    )


def _refusals(rows: Sequence[LineRow]) -> str:
    """What is refused on these lines, as the end of a sentence; empty when nothing is."""
    refused = [row for row in rows if row.net.denied + row.net.patient_refused > 0]
    if not refused:
        return ""
    total = total_of(refused)
    cents = format_cents(total.denied + total.patient_refused)
    codes = ", ".join(denial_codes(total)[:3])
    return f"; the payer refused {cents} on {lines_in_words(refused)}: {codes}"


VARIANCE_RULES: tuple[Callable[[ClaimCase, SequenceCase], Iterator[ReconciliationIssue]], ...] = (
    _variances,
    _patients_variances,
    _below_usual,
    _unagreed_sequestrations,
)
