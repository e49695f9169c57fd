"""Reports on refusals: what became of items that ended, and the measures of refusals.

docs/WORKLIST.md defines every number, where it comes from and what it leaves out. Source: domain
features 69 and 91, 6.4.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median_low

from edi_engine.dates import add_months
from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.matchers.line_amounts import Kind, kind_of
from edi_engine.records.datasets import Dataset
from edi_engine.records.kpis import Answer, FiledAppeal, RefusedAmount
from edi_engine.records.outcomes import OutcomeKind, WorkOutcome
from edi_engine.records.work import Resolution, WorkStatus
from edi_engine.records.work_clocks import WorkProgress
from edi_engine.store import Reader
from edi_engine.worklist import REFUSALS

__all__ = ["KPIS", "OUTCOMES", "kpis_report", "outcomes_report", "standing_outcomes"]

OUTCOMES = Dataset(
    "outcomes",
    "What became of items that ended, as the chance of recovery counts them, most first.",
    report_columns(
        by="text",
        payer_id="text",
        payer_name="text",
        cause="text",
        reason="text",
        carc="text",
        ended="number",
        recovered="number",
        partly="number",
        not_recovered="number",
        recovered_percent="number",
        mean_share_percent="number",
        average_days="number",
        at_risk="money",
        recovered_amount="money",
        money_percent="number",
    ),
)

KPIS = Dataset(
    "kpis",
    "Measures of refusals; docs/WORKLIST.md defines each and says what it leaves out.",
    report_columns(
        kpi="text",
        name="text",
        first_on="day",
        last_on="day",
        count="number",
        of="number",
        percent="text",
        amount="money",
        of_amount="money",
        amount_percent="text",
        median_days="number",
        note="text",
    ),
)


def standing_outcomes(outcomes: Iterable[WorkOutcome], before: date) -> list[WorkOutcome]:
    """Outcomes of days before this one that nothing withdrew and that count, in the order they
    were recorded: those the chance is made of."""
    by_item: dict[int, list[WorkOutcome]] = defaultdict(list)
    for one in outcomes:
        if one.concluded_on >= before:
            continue
        stack = by_item[one.work_item_id]
        if one.kind is OutcomeKind.WITHDRAWN:
            if stack:
                stack.pop()
        else:
            stack.append(one)
    return [one for found in by_item.values() for one in found if one.count]


def outcomes_report(reader: Reader, as_of: date) -> Report:
    """By payer, by cause and reason, by the code refused under, and by payer and cause."""
    outcomes = standing_outcomes(reader.outcomes(), as_of)
    names = reader.payer_names()
    carcs = _carcs(reader, outcomes)
    groups: dict[tuple[str, ...], list[WorkOutcome]] = defaultdict(list)
    for place, one in enumerate(outcomes):
        name = names.get(one.payer_id, "")
        groups["1", "payer", one.payer_id, name, "", "", ""].append(one)
        groups["2", "cause", "", "", one.cause, one.detail, ""].append(one)
        if carcs[place]:
            groups["3", "carc", "", "", "", "", carcs[place]].append(one)
        groups["4", "payer and cause", one.payer_id, name, one.cause, one.detail, ""].append(one)
    ordered = sorted(groups.items(), key=lambda pair: (pair[0][0], -len(pair[1]), pair[0]))
    return Report(OUTCOMES, tuple((*key[1:], *_summed(found)) for key, found in ordered))


def _summed(found: Sequence[WorkOutcome]) -> tuple[object, ...]:
    count = len(found)
    at_risk = sum(one.at_risk_cents for one in found)
    recovered = sum(one.recovered_cents for one in found)
    all_came = sum(one.recovered_cents >= one.at_risk_cents for one in found)
    nothing = sum(not one.recovered_cents for one in found)
    days = sum((one.concluded_on - one.opened_on).days for one in found)
    return (
        count,
        all_came,
        count - all_came - nothing,
        nothing,
        100 * (count - nothing) // count,
        sum(one.share_percent for one in found) // count,
        days // count,
        at_risk,
        recovered,
        100 * recovered // at_risk if at_risk else None,
    )


def _carcs(reader: Reader, outcomes: Sequence[WorkOutcome]) -> list[str]:
    """The reason code with the most refused money behind each outcome of a refusal, as the answers
    said that were there when its item opened; empty for the others."""
    refusals = [one for one in outcomes if one.cause in REFUSALS]
    subjects = reader.work_item_subjects(one.work_item_id for one in refusals)
    adjusted = reader.adjusted_on_claims({claim for claim, _, _ in subjects.values() if claim})
    codes = []
    for one in outcomes:
        claim, sequence, _ = subjects.get(one.work_item_id, (0, 0, ""))
        last_on = max(one.opened_on, one.arose_on or date.min)
        known = adjusted.get((claim, sequence), ()) if one.cause in REFUSALS else ()
        codes.append(_most_refused(each for day, each in known if day <= last_on))
    return codes


def _most_refused(amounts: Iterable[RefusedAmount]) -> str:
    sums: dict[str, int] = defaultdict(int)
    for one in amounts:
        if _is_refusal(one):
            sums[one.reason_code] += one.cents
    refused = [(cents, code) for code, cents in sums.items() if cents > 0]
    return min(refused, key=lambda pair: (-pair[0], pair[1]))[1] if refused else ""


def _is_refusal(amount: RefusedAmount) -> bool:
    return kind_of(amount.group_code, amount.reason_code) in _REFUSED


_REFUSED = frozenset({Kind.DENIED, Kind.PATIENT_REFUSED})
"""Bundled money is refused only until its bundle is seen, so it is not counted."""


# --- measures of refusals ---

_DUPLICATE = "18"
_NOT_RECOGNISED = "4"
_QUARTER_MONTHS = 3
_PRIMARY_DAYS = 28
_DECIDED = frozenset({"upheld", "overturned", "partly", "no_response"})
_OVERTURNED = frozenset({"overturned", "partly"})


def kpis_report(reader: Reader, as_of: date) -> Report:
    """The measures of domain 6.4 that the store can tell, over the days up to and with `as_of`."""
    quarter = (add_months(as_of, -_QUARTER_MONTHS) + timedelta(days=1), as_of)
    weeks = (as_of - timedelta(days=_PRIMARY_DAYS - 1), as_of)
    appeals = reader.appeals_between(*quarter)
    outcomes = [
        one
        for one in standing_outcomes(reader.outcomes(), as_of + timedelta(days=1))
        if one.cause in REFUSALS and quarter[0] <= one.concluded_on <= quarter[1]
    ]
    return Report(
        KPIS,
        (
            _initial_denials(reader, quarter),
            _primary_denials(reader, weeks),
            _write_offs(reader, outcomes, quarter),
            _days_to_appeal(appeals, quarter),
            _days_to_resolution(outcomes, quarter),
            _overturned(appeals, quarter),
        ),
    )


_Window = tuple[date, date]


def _initial_denials(reader: Reader, window: _Window) -> tuple[object, ...]:
    """Claims whose first answer refused something, of those first answered in the window."""
    answers = reader.answers(*window)
    first_days = reader.first_answer_days({one.claim_id for one in answers})
    first: dict[int, Answer] = {}
    for one in answers:
        if one.answered_on == first_days.get(one.claim_id):
            first.setdefault(one.claim_id, one)
    adjusted = reader.adjusted_by_code(one.claim_payment_id for one in first.values())
    refused = {
        claim_id: _refused_cents(one, adjusted.get(one.claim_payment_id, ()))
        for claim_id, one in first.items()
    }
    return _row(
        "DN-1",
        "initial denial rate",
        window,
        count=sum(cents > 0 for cents in refused.values()),
        of=len(first),
        amount=sum(refused.values()),
        of_amount=sum(one.charge_cents for one in first.values()),
        note="claims whose first answer refused something, of claims first answered",
    )


def _refused_cents(answer: Answer, adjusted: Iterable[RefusedAmount]) -> int:
    """What an answer refuses; the whole charge where the patient was not recognised."""
    amounts = list(adjusted)
    if answer.status_code == _NOT_RECOGNISED and not answer.paid_cents and not amounts:
        return answer.charge_cents
    return max(sum(one.cents for one in amounts if _is_refusal(one)), 0)


def _primary_denials(reader: Reader, window: _Window) -> tuple[object, ...]:
    """First payers' answers that pay nothing and refuse something, without refused duplicates."""
    answers = [one for one in reader.answers(*window) if one.payer_sequence == 1]
    adjusted = reader.adjusted_by_code(one.claim_payment_id for one in answers)
    counted = [
        one
        for one in answers
        if _most_refused(adjusted.get(one.claim_payment_id, ())) != _DUPLICATE
    ]
    zero = [
        one
        for one in counted
        if not one.paid_cents and _refused_cents(one, adjusted.get(one.claim_payment_id, ())) > 0
    ]
    return _row(
        "DN-2",
        "primary denial rate",
        window,
        count=len(zero),
        of=len(counted),
        amount=sum(one.charge_cents for one in zero),
        of_amount=sum(one.charge_cents for one in counted),
        note="answers of first payers that pay nothing and refuse, of their answers; no duplicates",
    )


def _write_offs(
    reader: Reader, outcomes: Sequence[WorkOutcome], window: _Window
) -> tuple[object, ...]:
    keys = [one.work_item_id for one in outcomes]
    progress, subjects = reader.work_progress(keys), reader.work_item_subjects(keys)
    given_up = [one for one in outcomes if _is_written_off(one, progress, subjects)]
    return _row(
        "DN-3",
        "denial write-offs",
        window,
        count=len(given_up),
        of=len(outcomes),
        amount=sum(one.at_risk_cents - one.recovered_cents for one in given_up),
        of_amount=reader.net_revenue(*window),
        note="refusals that a person wrote off or gave up; money of charges less contractual",
    )


def _is_written_off(
    one: WorkOutcome,
    progress: Mapping[int, WorkProgress],
    subjects: Mapping[int, tuple[int, int, str]],
) -> bool:
    status = subjects.get(one.work_item_id, (0, 0, ""))[2]
    far = progress.get(one.work_item_id)
    is_said = far is not None and far.resolution is Resolution.WRITTEN_OFF
    return status == WorkStatus.WONT_WORK or (status == WorkStatus.CLOSED and is_said)


def _days_to_appeal(appeals: Iterable[FiledAppeal], window: _Window) -> tuple[object, ...]:
    days = [
        (one.filed_on - one.arose_on).days
        for one in appeals
        if one.level == 1
        and one.arose_on is not None
        and one.cause in REFUSALS
        and window[0] <= one.filed_on <= window[1]
    ]
    return _row(
        "DN-4",
        "days from denial to appeal",
        window,
        count=len(days),
        days=days,
        note="from the day of the refusing remittance to the first appeal",
    )


def _days_to_resolution(outcomes: Iterable[WorkOutcome], window: _Window) -> tuple[object, ...]:
    days = [(one.concluded_on - one.arose_on).days for one in outcomes if one.arose_on is not None]
    return _row(
        "DN-5",
        "days from denial to resolution",
        window,
        count=len(days),
        days=days,
        note="from the day of the refusing remittance to the end of its item",
    )


def _overturned(appeals: Iterable[FiledAppeal], window: _Window) -> tuple[object, ...]:
    decided = [
        one
        for one in appeals
        if one.outcome in _DECIDED
        and one.decided_on is not None
        and window[0] <= one.decided_on <= window[1]
    ]
    return _row(
        "DN-6",
        "appeals overturned",
        window,
        count=sum(one.outcome in _OVERTURNED for one in decided),
        of=len(decided),
        amount=sum(one.overturned_cents for one in decided),
        of_amount=sum(one.disputed_cents for one in decided),
        note="decided for us in whole or part, of those decided or never answered",
    )


def _row(
    kpi: str,
    name: str,
    window: _Window,
    *,
    count: int,
    note: str,
    of: int | None = None,
    amount: int | None = None,
    of_amount: int | None = None,
    days: Sequence[int] = (),
) -> tuple[object, ...]:
    return (
        kpi,
        name,
        *window,
        count,
        of,
        _percent(count, of),
        amount,
        of_amount,
        _percent(amount, of_amount),
        median_low(days) if days else None,
        note,
    )


def _percent(part: int | None, whole: int | None) -> str:
    """With one place, rounded down; empty where there is nothing to take a part of."""
    if part is None or not whole or whole < 0:
        return ""
    tenths = 1_000 * part // whole
    return f"{tenths // 10}.{tenths % 10}"
