"""Reports that reckon prices and days of the past anew: for whom they are asked, not each night.

Charges below what contracts allow, and payments that came late or with a discount. Both are of a
time, by first day of service.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from edi_engine.contracts import ContractBook, FeeSchedule, Prices
from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.jobs.timely_money import timely_money
from edi_engine.matchers import payer_answers, timely_facts
from edi_engine.records.datasets import Dataset
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimId, PaidClaim
from edi_engine.records.reconciliation import DEAD_STATUSES, DecisionKind, LineState, MatchOutcome
from edi_engine.records.timely_payments import TimelyFacts, TimelyVerdict
from edi_engine.store import Reader

__all__ = ["CHARGES_BELOW_RATE", "LATE_PAYMENTS", "charges_below_rate", "late_payments"]

_CLAIMS_PER_BATCH = 2_000
_ALLOWED = frozenset(
    {LineState.PAID, LineState.PATIENT, LineState.UNDERPAID, LineState.OVERPAID, LineState.BUNDLED}
)

CHARGES_BELOW_RATE = Dataset(
    "charges_below_rate",
    "Services that the practice charges less for than contracts allow, most money first: what the "
    "payers answered in the time, and what a higher charge would have brought.",
    report_columns(
        payer_id="text",
        payer_name="text",
        term="text",
        procedure_code="text",
        modifiers="text",
        claims="number",
        lines="number",
        charge="money",
        rate="money",
        lost="money",
        lowest_unit_charge="money",
        highest_unit_rate="money",
        first_on="day",
        last_on="day",
    ),
)
LATE_PAYMENTS = Dataset(
    "late_payments",
    "Claims paid late, with interest or with a discount for timely payment, by their contracts, "
    "most money first; also what is too little for work of its own.",
    report_columns(
        claim_id="number",
        payer_id="text",
        payer_name="text",
        term="text",
        sent_on="day",
        paid_on="day",
        paid="money",
        interest_owed="money",
        interest_paid="money",
        interest_short="money",
        discount_agreed="money",
        discount_taken="money",
        discount_over="money",
        claim_payments="text",
        why="text",
    ),
)


def _prices(reader: Reader) -> Prices:
    return Prices(ContractBook(reader.contracts_in_force()), FeeSchedule(reader.fee_schedule()))


def _claims(reader: Reader, first_on: date, last_on: date) -> Iterator[list[BilledClaim]]:
    """Claims to primary payers of this time, that nothing replaced, in batches."""
    found = reader.claim_ids_by_payer(None)
    for start in range(0, len(found), _CLAIMS_PER_BATCH):
        ids = found[start : start + _CLAIMS_PER_BATCH]
        standings = reader.standings(ids)
        yield [
            claim
            for claim in reader.billed_claims(ids).values()
            if claim.payer_sequence == 1
            and claim.service_from is not None
            and first_on <= claim.service_from <= last_on
            and (
                claim.claim_id not in standings
                or standings[claim.claim_id].status not in DEAD_STATUSES
            )
        ]


# --- charges below the rate ---


class _Below:
    """Lines of one payer, term and service, while they pass by."""

    def __init__(self, payer_name: str) -> None:
        self.payer_name = payer_name
        self.lines: list[tuple[BilledClaim, BilledLine, int]] = []

    def row(self, key: tuple[str, str, str, str]) -> tuple[object, ...]:
        payer_id, term, code, modifiers = key
        charge = sum(line.charge_cents for _, line, _ in self.lines)
        rate = sum(cents for _, _, cents in self.lines)
        days = [line.service_from for _, line, _ in self.lines if line.service_from is not None]
        return (
            payer_id,
            self.payer_name,
            term,
            code,
            modifiers,
            len({claim.claim_id for claim, _, _ in self.lines}),
            len(self.lines),
            charge,
            rate,
            rate - charge,
            min(_of_a_unit(line.charge_cents, line) for _, line, _ in self.lines),
            max(_of_a_unit(cents, line) for _, line, cents in self.lines),
            min(days, default=None),
            max(days, default=None),
        )


def _of_a_unit(cents: int, line: BilledLine) -> int:
    """Cents of one unit, upwards: what a charge must be for the rate to count."""
    units = line.units if line.units is not None and line.units > 0 else 1
    return -int(-cents // units)


def charges_below_rate(reader: Reader, *, first_on: date, last_on: date) -> Report:
    """What the practice's own prices gave away: lines that a payer answered and allowed, whose
    charge counted because it is below the rate. Where the charges of a whole claim count, lines
    whose charge is above their own rate lower what was lost."""
    prices = _prices(reader)
    found: dict[tuple[str, str, str, str], _Below] = {}
    for claims in _claims(reader, first_on, last_on):
        capped = {
            claim.claim_id: (claim, [one for one in prices.expected(claim) if _is_capped(one)])
            for claim in claims
        }
        wanted = [claim_id for claim_id, (_, lines) in capped.items() if lines]
        states = {
            (claim_id, line.line_number): line.state
            for claim_id, conclusion in reader.reconciliations(wanted).items()
            for line in conclusion.lines
            if line.payer_sequence == 1
        }
        for claim_id in wanted:
            claim, expected = capped[claim_id]
            lines = {line.line_number: line for line in claim.lines}
            for one in expected:
                if states.get((claim_id, one.line_number)) in _ALLOWED:
                    line = lines[one.line_number]
                    key = (
                        claim.payer_id,
                        one.source,
                        line.procedure_code or line.revenue_code,
                        ":".join(line.modifiers),
                    )
                    group = found.setdefault(key, _Below(claim.payer_name))
                    group.lines.append((claim, line, one.rate_cents or 0))
    rows = [group.row(key) for key, group in found.items()]
    rows = [row for row in rows if int(str(row[9])) > 0]
    rows.sort(key=lambda row: (-int(str(row[9])), *map(str, row[:5])))
    return Report(CHARGES_BELOW_RATE, tuple(rows))


def _is_capped(one: ExpectedAllowed) -> bool:
    return one.rate_cents is not None


# --- late payments ---


def late_payments(reader: Reader, *, first_on: date, last_on: date) -> Report:
    """Every claim whose contract has a clause for timely payment, and of which something is owed,
    was paid, was taken or cannot be told."""
    prices = _prices(reader)
    rows = []
    for claims in _claims(reader, first_on, last_on):
        agreed = [claim for claim in claims if prices.agrees_on_time(claim)]
        for claim, payments, facts in _facts(reader, agreed):
            verdict = prices.judge_timely(
                claim,
                lambda facts=facts: facts,  # type: ignore[misc]
                is_discounted=facts.discount_taken_cents != 0,
            )
            if verdict is not None and _is_worth_telling(verdict):
                rows.append(_late_row(claim, payments, verdict))
    rows.sort(key=lambda row: (-(int(str(row[9] or 0)) + int(str(row[12] or 0))), row[0]))
    return Report(LATE_PAYMENTS, tuple(rows))


def _facts(
    reader: Reader, claims: Sequence[BilledClaim]
) -> Iterator[tuple[BilledClaim, list[PaidClaim], TimelyFacts]]:
    """The answered ones of these claims, with what their primary payers' payments say."""
    ids = reader.payment_ids_matched_to([claim.claim_id for claim in claims])
    flat = [key for keys in ids.values() for key in keys]
    matches = reader.match_of(flat)
    loaded = reader.paid_claims(flat)
    accepted = {
        one.claim_payment_id for one in reader.decisions(flat) if one.kind is DecisionKind.ACCEPT
    }
    by_claim = {
        claim.claim_id: [
            loaded[key]
            for key in ids.get(claim.claim_id, ())
            if matches[key].outcome is MatchOutcome.MATCHED and matches[key].payer_sequence == 1
        ]
        for claim in claims
    }
    named, unnamed = timely_money(
        reader,
        _by_payer(by_claim.items()),
        {paid.remittance_id for payments in by_claim.values() for paid in payments},
    )
    for claim in claims:
        payments = by_claim[claim.claim_id]
        answers = payer_answers(claim, payments, accepted)
        if answers.is_answer:
            facts = timely_facts(claim.claim_id, answers, named, unnamed)
            yield claim, answers.payments, facts


def _by_payer(
    found: Iterable[tuple[ClaimId, Sequence[PaidClaim]]],
) -> dict[str, set[ClaimId]]:
    by_payer: dict[str, set[ClaimId]] = {}
    for claim_id, payments in found:
        for paid in payments:
            by_payer.setdefault(paid.payer_id, set()).add(claim_id)
    return by_payer


def _is_worth_telling(verdict: TimelyVerdict) -> bool:
    return bool(
        verdict.interest_owed_cents
        or verdict.interest_paid_cents
        or verdict.discount_taken_cents
        or verdict.missing
    )


def _late_row(
    claim: BilledClaim, payments: Sequence[PaidClaim], verdict: TimelyVerdict
) -> tuple[object, ...]:
    owed, agreed = verdict.interest_owed_cents, verdict.discount_agreed_cents
    days = [paid.paid_on for paid in payments if paid.paid_on is not None]
    words = [verdict.missing and f"not reckoned: {verdict.missing}"]
    words += [verdict.interest_words, verdict.discount_words if agreed is not None else ""]
    return (
        claim.claim_id,
        claim.payer_id,
        claim.payer_name,
        verdict.term,
        claim.sent_on,
        max(days, default=None),
        sum(paid.paid_cents for paid in payments),
        owed,
        verdict.interest_paid_cents,
        None if owed is None else owed - verdict.interest_paid_cents,
        agreed,
        verdict.discount_taken_cents,
        None if agreed is None else verdict.discount_taken_cents - agreed,
        " ".join(str(paid.claim_payment_id) for paid in payments),
        "; ".join(filter(None, words)),
    )
