"""Reports on claims before payment: how they are received, why rejected, and how long it takes.

docs/ACKNOWLEDGMENTS.md defines every number. Source: domain features 10 to 14, issue of lifecycles.
"""

from collections.abc import Iterable
from datetime import date

from edi_engine.codes.acknowledgments import (
    claim_status_category,
    claim_status_reason,
    element_fault,
    interchange_note,
    segment_fault,
    set_fault,
    status_entity,
)
from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.jobs.show.acknowledgments import answer_in_words
from edi_engine.matchers.receptions import is_rejection
from edi_engine.matchers.silences import SilenceClock
from edi_engine.records.datasets import Dataset
from edi_engine.records.lags import Lag, LagStage
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Reader

__all__ = [
    "ACCEPTANCE",
    "LAGS",
    "REJECTIONS",
    "UNPLACED_ACKNOWLEDGMENTS",
    "acceptance_report",
    "lags_report",
    "rejections_report",
    "unplaced_acknowledgments_report",
]

ACCEPTANCE = Dataset(
    "acceptance",
    "How claims are received by payer: accepted of those of which somebody said something, and "
    "settled at the first pass of those that were rejected or answered; the last row is the total.",
    report_columns(
        payer_id="text",
        payer_name="text",
        claims="number",
        heard_of="number",
        accepted="number",
        acceptance_percent="text",
        rejected_by_file="number",
        rejected_by_clearinghouse="number",
        rejected_by_payer="number",
        open_rejections="number",
        open_rejected="money",
        rejected_or_answered="number",
        first_pass="number",  # noqa: S106 - the field's word, no password
        first_pass_percent="text",  # noqa: S106
        silent="number",
        silent_charge="money",
    ),
)

REJECTIONS = Dataset(
    "rejections",
    "Why claims were rejected, by payer and who says so, most claims first.",
    report_columns(
        payer_id="text",
        payer_name="text",
        rejected_by="text",
        reason="text",
        meaning="text",
        claims="number",
        charge="money",
        open_claims="number",
        open_charge="money",
        first_on="day",
        last_on="day",
    ),
)

_WITHIN = (7, 14, 30, 45)
LAGS = Dataset(
    "lags",
    "How long payers take in calendar days, stage by stage, and the days they are given before "
    "their silence is told.",
    report_columns(
        payer="text",
        payer_name="text",
        stage="text",
        claims="number",
        median_days="number",
        days_of_nine_in_ten="number",
        **{f"percent_within_{days}": "text" for days in _WITHIN},
        days_given="number",
    ),
)

UNPLACED_ACKNOWLEDGMENTS = Dataset(
    "unplaced_acknowledgments",
    "Acknowledgments of which it is not told what they answer, rejections among them first.",
    report_columns(
        set="number",
        kind="text",
        level="text",
        control_number="text",
        source="text",
        happened_on="day",
        says="text",
        outcome="text",
        why="text",
        candidates="text",
    ),
)


def acceptance_report(reader: Reader, _as_of: date) -> Report:
    """A row per payer, most claims first, and their sum."""
    rows = reader.acceptance_rows()
    total = ["", "Total", *(sum(column) for column in list(zip(*rows, strict=True))[2:])]
    found = [_acceptance(row) for row in (*rows, total)] if rows else []
    return Report(ACCEPTANCE, tuple(found))


def _acceptance(row: Iterable[object]) -> tuple[object, ...]:
    values = list(row)
    heard, accepted = int(str(values[3])), int(str(values[4]))
    decided, first_pass = int(str(values[10])), int(str(values[11]))
    return (
        *values[:5],
        _percent(accepted, heard),
        *values[5:12],
        _percent(first_pass, decided),
        *values[12:],
    )


def _percent(part: int, whole: int) -> str:
    """One place, half up; empty of nothing."""
    if not whole:
        return ""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def rejections_report(reader: Reader, _as_of: date) -> Report:
    """Every reason that claims were first rejected for, still open or not."""
    return Report(
        REJECTIONS,
        tuple(
            (
                row.payer_id,
                row.payer_name,
                row.rejected_by,
                row.rejection,
                rejection_in_words(row.rejection),
                row.claims_count,
                row.charge_cents,
                row.open_count,
                row.open_cents,
                row.first_on,
                row.last_on,
            )
            for row in reader.rejection_rows()
        ),
    )


def rejection_in_words(detail: str) -> str:
    """The short name of a rejection in words: "A7:562:85", "999 NM109 1", "ta1 R 025"."""
    kind, _, rest = detail.partition(" ")
    if not rest:
        category, status, entity = [*detail.split(":"), "", ""][:3]
        known = [
            claim_status_category(category),
            claim_status_reason(status),
            status_entity(entity),
        ]
        return ", ".join(one.label for one in known if one is not None and one.label)
    name, _, code = rest.partition(" ")
    if "another" in code:
        return "Faults of other claims in the same set"
    if kind == "ta1":
        found = interchange_note(code)
    elif len(name) == 1:
        found = set_fault(code.partition(" ")[0])
    else:
        found = element_fault(code) if name[-2:].isdigit() or "-" in name else segment_fault(code)
    words = found.label if found is not None else ""
    where = "" if kind == "ta1" or len(name) == 1 else f"{name}: "
    return f"{where}{words}" if words else where.rstrip(": ")


def lags_report(reader: Reader, _as_of: date, policy: ReconcilePolicy) -> Report:
    """A row per payer and stage that was ever measured."""
    lags = reader.payer_lags()
    clock = SilenceClock(policy, lags)
    names = {key.strip().upper(): name for key, name in reader.payer_names().items()}
    order = list(LagStage)
    rows = [
        (
            payer,
            names.get(payer, payer),
            stage.value,
            lag.count,
            lag.median,
            lag.percentile(90),
            *(_percent(lag.within(days), lag.count) for days in _WITHIN),
            clock.days_given(payer, stage)[0] if stage is not LagStage.ACCEPTED else None,
        )
        for (payer, stage), lag in sorted(
            lags.lags.items(), key=lambda one: (one[0][0], order.index(one[0][1]))
        )
    ]
    return Report(LAGS, (*rows, *_all_payers(lags.lags.items())))


def _all_payers(
    lags: Iterable[tuple[tuple[str, LagStage], Lag]],
) -> list[tuple[object, ...]]:
    """The stages over all payers, last."""
    summed: dict[LagStage, dict[int, int]] = {}
    for (_, stage), lag in lags:
        of_stage = summed.setdefault(stage, {})
        for days, count in lag.days:
            of_stage[days] = of_stage.get(days, 0) + count
    whole = {stage: Lag(tuple(sorted(days.items()))) for stage, days in summed.items()}
    return [
        (
            "",
            "All payers",
            stage.value,
            whole[stage].count,
            whole[stage].median,
            whole[stage].percentile(90),
            *(_percent(whole[stage].within(days), whole[stage].count) for days in _WITHIN),
            None,
        )
        for stage in LagStage
        if stage in whole
    ]


def unplaced_acknowledgments_report(reader: Reader, _as_of: date) -> Report:
    """What is kept although nothing of ours, or more than one thing, may be meant."""
    ids = reader.loose_acknowledgment_ids()
    answers, ties = reader.stored_acknowledgments(ids), reader.acknowledgment_ties(ids)
    rows = []
    for key in ids:
        one, tie = answers[key], ties[key]
        says = answer_in_words(one)
        row = (
            one.set_id,
            one.kind.value,
            one.level.value,
            one.number,
            one.source_name or one.sender_id,
            one.happened_on,
            says,
            tie.outcome.value,
            tie.reason,
            " ".join(map(str, tie.candidates)),
        )
        rows.append((not is_rejection(one), key, row))
    return Report(UNPLACED_ACKNOWLEDGMENTS, tuple(row for _, _, row in sorted(rows)))
