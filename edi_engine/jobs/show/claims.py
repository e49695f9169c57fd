"""A claim and a billed line: what was billed, what each payer answered, and how it was matched."""

from collections.abc import Iterable, Mapping, Sequence

from edi_engine.errors import InputError
from edi_engine.jobs.lifelines import Lifeline, lifeline_of, place_in_words
from edi_engine.jobs.show.pages import Fact, Page, Table, raw_data, raw_segments
from edi_engine.jobs.show.postings import claim_journal
from edi_engine.jobs.stored_claims import billed_claim_of
from edi_engine.money import format_cents
from edi_engine.quantities import format_quantity
from edi_engine.records.corrections import WrittenClaim
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.inquiries import WrittenInquiry
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimPaymentId, PaidClaim
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    LineReconciliation,
    RemitLine,
)
from edi_engine.records.work import WorkEvent, WorkItem
from edi_engine.store import Reader, Store
from edi_engine.store.places import StoredPlace
from edi_engine.worklist import ENGINE

__all__ = ["claim_page", "line_page", "show_claim", "show_line"]

_MONEY, _DAY, _NUMBER, _TEXT = (
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
)
_CLAIM_ENDS = ("CLM", "HL", "SE")
_BILLED_LINE_ENDS = ("LX", "CLM", "HL", "SE")
_BILLED = (0, 0)
"""Among places by claim payment and line ordinal: that of the billed line."""

_LINE_PAYMENT_ENDS = ("SVC", "LX", "CLP", "PLB", "SE")


def show_claim(
    store: Store, claim_id: int, *, clearinghouses: frozenset[str] = frozenset()
) -> Page:
    """A claim, whose lifeline knows an office's `clearinghouses`. Raises InputError when there is
    no such one."""
    with store.reading() as reader:
        claim = billed_claim_of(reader, claim_id)
        return claim_page(reader, claim, lifeline_of(reader, claim, clearinghouses))


def claim_page(reader: Reader, claim: BilledClaim, life: Lifeline) -> Page:
    """Everything known of a claim that was read already, with its lifeline."""
    claim_id = claim.claim_id
    conclusion = reader.reconciliations([claim_id]).get(claim_id)
    payments, matches = _payments_of(reader, claim_id)
    places, original = reader.claim_places(claim_id)
    place, raw = raw_segments(reader, places.get(0), until=_CLAIM_ENDS)
    tables = [_lifeline_table(life), _lines_table(claim.lines), _answers_table(conclusion)]
    if payments:
        tables.append(_payments_table(payments, matches))
    if conclusion is not None and conclusion.reversals:
        tables.append(_reversals_table(conclusion, payments))
    paid = [ClaimPaymentId(one.claim_payment_id) for one in payments]
    tables.append(claim_journal(reader, claim_id, claim.charge_cents, paid))
    items = reader.work_items_of(claim_ids=[claim_id])
    if items:
        tables.append(work_table(items))
        tables.append(_done_table(reader.work_done_about(f"claim:{claim_id}", nobody=ENGINE)))
    written = reader.written_claims(claim_id)
    if written:
        tables.append(_written_table(written))
    inquiries = reader.inquiries_about(claim_id)
    if inquiries:
        tables.append(_inquiries_table(inquiries))
    facts = [
        *_claim_facts(claim),
        *_drg_facts(claim, payments),
        *_standing_facts(conclusion),
        *_life_facts(life),
    ]
    if original is not None:
        facts.append(Fact("copy of claim", original, _NUMBER))
    return Page(f"Claim {claim_id}", tuple(facts), tuple(tables), place, raw)


def show_line(store: Store, claim_id: int, line_number: int) -> Page:
    """A billed line with every line payment that answers it, and their raw segments."""
    with store.reading() as reader:
        return line_page(reader, billed_claim_of(reader, claim_id), line_number)


def line_page(reader: Reader, claim: BilledClaim, line_number: int) -> Page:
    """A line of a claim that was read already. Raises InputError when there is no such line."""
    claim_id = claim.claim_id
    line = next((one for one in claim.lines if one.line_number == line_number), None)
    if line is None:
        raise InputError(
            f"the claim has {len(claim.lines)} lines.",
            place=f"line {claim_id}:{line_number}",
            remedy="Name one of them.",
        )
    answers = [one for one in reader.line_answers(claim_id) if one.line_number == line_number]
    places, _ = reader.claim_places(claim_id)
    parts = [remit for answer in answers for remit in answer.remit_lines]
    ids = {remit.claim_payment_id for remit in parts}
    paid_places = reader.line_payment_places(ids)
    keys = [(remit.claim_payment_id, remit.line_ordinal) for remit in parts]
    wanted: dict[tuple[int, int], StoredPlace] = {
        key: paid_places[key] for key in keys if key in paid_places
    }
    if line_number in places:
        wanted[_BILLED] = places[line_number]
    data = dict(zip(wanted, raw_data(reader, list(wanted.values())), strict=True))
    place, raw = raw_segments(
        reader, wanted.get(_BILLED), until=_BILLED_LINE_ENDS, data=data.get(_BILLED)
    )
    paid = _answering_tables(reader, parts, reader.paid_claims(ids), wanted, data)
    tables = [_answer_table(answers), *paid]
    return Page(
        f"Claim {claim_id}, line {line_number}", _line_facts(line), tuple(tables), place, raw
    )


def _payments_of(reader: Reader, claim_id: int) -> tuple[list[PaidClaim], list[ClaimMatch]]:
    matches = reader.matches_of_claim(claim_id)
    payments = reader.paid_claims(matches)
    return [payments[key] for key in matches], list(matches.values())


def _claim_facts(claim: BilledClaim) -> list[Fact]:
    patient = ", ".join(filter(None, (claim.patient_last_name, claim.patient_first_name)))
    payer = f"{claim.payer_name} ({claim.payer_id})" if claim.payer_id else claim.payer_name
    return [
        Fact("patient", patient),
        Fact("patient control number", claim.patient_control_number),
        Fact("member", claim.subscriber_id),
        Fact("payer", payer),
        Fact("payer sequence", claim.payer_sequence, _NUMBER),
        Fact("kind", claim.kind.value),
        Fact("frequency code", claim.frequency_code),
        Fact("original reference", claim.original_reference),
        Fact("billing npi", claim.billing_npi),
        Fact("service from", claim.service_from, _DAY),
        Fact("service to", claim.service_to, _DAY),
        Fact("sent on", claim.sent_on, _DAY),
        Fact("charge", claim.charge_cents, _MONEY),
    ]


def _drg_facts(claim: BilledClaim, payments: Sequence[PaidClaim]) -> list[Fact]:
    """Our DRG and the payer's, with its weight where it says one."""
    told = dict.fromkeys(drg_in_words(payment) for payment in payments if payment.drg)
    return [Fact("drg", claim.drg), Fact("payer's drg", ", ".join(told))]


def drg_in_words(payment: PaidClaim) -> str:
    """The payer's DRG with its weight."""
    if payment.drg_weight is None:
        return payment.drg
    return f"{payment.drg} (weight {format_quantity(payment.drg_weight)})"


def _standing_facts(conclusion: ClaimReconciliation | None) -> list[Fact]:
    if conclusion is None:
        return [Fact("status", "not reconciled yet")]
    return [
        Fact("status", conclusion.status.value),
        Fact("balance", conclusion.balance_cents, _MONEY),
        Fact("payer balance", conclusion.payer_balance_cents, _MONEY),
        Fact("patient balance", conclusion.patient_balance_cents, _MONEY),
    ]


def _life_facts(life: Lifeline) -> list[Fact]:
    known = life.lifecycle
    if known is None:
        return []
    numbers = dict.fromkeys(
        step.event.payer_claim_control_number
        for step in life.steps
        if step.event.acknowledgment_id is not None and step.event.payer_claim_control_number
    )
    return [
        Fact("lifecycle", known.state.value.replace("_", " ")),
        Fact("since", known.since_on, _DAY),
        Fact("rejected by", "" if known.rejected_by is None else known.rejected_by.value),
        Fact("missing", "" if known.silence is None else known.silence.value.replace("_", " ")),
        Fact("missed from", known.silent_from, _DAY),
        Fact("acknowledged as", ", ".join(numbers)),
    ]


def _lifeline_table(life: Lifeline) -> Table:
    """Events in order, with the days between them and the place where each can be read."""
    return Table(
        "lifeline",
        (
            ("on", _DAY),
            ("days", _NUMBER),
            ("who", _TEXT),
            ("what", _TEXT),
            ("says", _TEXT),
            ("code", _TEXT),
            ("place", _TEXT),
            ("at fault", _TEXT),
            ("claim payment", _NUMBER),
        ),
        tuple(
            (
                step.event.happened_on,
                step.days,
                step.who,
                step.event.kind.value.replace("_", " "),
                step.event.words,
                step.event.detail,
                place_in_words(step.event.place),
                place_in_words(step.event.fault_place),
                step.event.claim_payment_id,
            )
            for step in life.steps
        ),
    )


def _line_facts(line: BilledLine) -> tuple[Fact, ...]:
    return (
        Fact("procedure", _procedure(line)),
        Fact("revenue code", line.revenue_code),
        Fact("units", format_quantity(line.units)),
        Fact("charge", line.charge_cents, _MONEY),
        Fact("service from", line.service_from, _DAY),
        Fact("service to", line.service_to, _DAY),
        Fact("place of service", line.place_of_service),
        Fact("line item control number", line.line_item_control_number),
    )


def _procedure(line: BilledLine) -> str:
    return ":".join(filter(None, (line.procedure_code, *line.modifiers)))


def _lines_table(lines: Iterable[BilledLine]) -> Table:
    return Table(
        "billed lines",
        (
            ("line", _NUMBER),
            ("procedure", _TEXT),
            ("revenue code", _TEXT),
            ("units", _TEXT),
            ("charge", _MONEY),
            ("service from", _DAY),
        ),
        tuple(
            (
                line.line_number,
                _procedure(line),
                line.revenue_code,
                format_quantity(line.units),
                line.charge_cents,
                line.service_from,
            )
            for line in lines
        ),
    )


def _answers_table(conclusion: ClaimReconciliation | None) -> Table:
    return _answer_table(conclusion.lines if conclusion is not None else ())


def _answer_table(lines: Iterable[LineReconciliation]) -> Table:
    return Table(
        "answers",
        (
            ("line", _NUMBER),
            ("payer", _NUMBER),
            ("state", _TEXT),
            ("expected", _MONEY),
            ("allowed", _MONEY),
            ("paid", _MONEY),
            ("contractual", _MONEY),
            ("patient", _MONEY),
            ("denied", _MONEY),
            ("other", _MONEY),
            ("variance", _MONEY),
            ("why", _TEXT),
            ("remit lines", _TEXT),
        ),
        tuple(
            (
                line.line_number,
                line.payer_sequence,
                line.state.value,
                line.expected_allowed_cents,
                line.allowed_cents,
                line.paid_cents,
                line.contractual_cents,
                line.patient_responsibility_cents,
                line.denied_cents,
                line.other_adjustment_cents,
                line.variance_cents,
                _why(line),
                " ".join(f"{one.claim_payment_id}:{one.line_ordinal}" for one in line.remit_lines),
            )
            for line in lines
        ),
    )


def _why(line: LineReconciliation) -> str:
    words = [line.denial_category, *line.denial_codes]
    if line.recode:
        words.append(f"as {line.recode}")
    if line.allocation:
        words.append(line.allocation)
    return " ".join(filter(None, words))


def _payments_table(payments: Sequence[PaidClaim], matches: Sequence[ClaimMatch]) -> Table:
    return Table(
        "claim payments",
        (
            ("claim payment", _NUMBER),
            ("outcome", _TEXT),
            ("rule", _TEXT),
            ("payer", _TEXT),
            ("trace number", _TEXT),
            ("paid on", _DAY),
            ("status code", _TEXT),
            ("charge", _MONEY),
            ("paid", _MONEY),
            ("payer claim control number", _TEXT),
        ),
        tuple(
            (
                payment.claim_payment_id,
                match.outcome.value,
                match.rule,
                payment.payer_name,
                payment.trace_number,
                payment.paid_on,
                payment.status_code,
                payment.charge_cents,
                payment.paid_cents,
                payment.payer_claim_control_number,
            )
            for payment, match in zip(payments, matches, strict=True)
        ),
    )


def _reversals_table(conclusion: ClaimReconciliation, payments: Iterable[PaidClaim]) -> Table:
    """Reversals with what they undo and what followed; the net change is what the three leave
    beside the first payment, empty while the correction is awaited."""
    paid = {one.claim_payment_id: one.paid_cents for one in payments}

    def change(original: ClaimPaymentId | None, correction: ClaimPaymentId | None) -> int | None:
        if original is None or correction is None or correction not in paid:
            return None
        return paid[correction] - paid[original]

    return Table(
        "reversals",
        (
            ("reversal", _NUMBER),
            ("undoes", _NUMBER),
            ("correction", _NUMBER),
            ("net change", _MONEY),
            ("outcome", _TEXT),
            ("differences", _TEXT),
        ),
        tuple(
            (
                pair.reversal_id,
                pair.original_id,
                pair.correction_id,
                change(pair.original_id, pair.correction_id),
                pair.outcome.value,
                " ".join(pair.differences),
            )
            for pair in conclusion.reversals
        ),
    )


def work_table(items: Iterable[WorkItem]) -> Table:
    """Work items about the thing shown."""
    return Table(
        "work items",
        (
            ("item", _NUMBER),
            ("queue", _TEXT),
            ("status", _TEXT),
            ("at risk", _MONEY),
            ("deadline", _DAY),
            ("reason", _TEXT),
        ),
        tuple(
            (
                item.work_item_id,
                item.queue.value,
                item.status.value,
                item.amount_at_risk_cents,
                item.deadline,
                item.reason,
            )
            for item in items
        ),
    )


def _done_table(done: Iterable[tuple[int, WorkEvent]]) -> Table:
    """What people did about the claim's items, and wrote down."""
    return Table(
        "touches and notes",
        (("at", _TEXT), ("item", _NUMBER), ("what", _TEXT), ("by", _TEXT), ("said", _TEXT)),
        tuple(
            (
                event.happened_at.isoformat(),
                item_id,
                event.kind.value.replace("_", " "),
                event.actor,
                event.text,
            )
            for item_id, event in done
        ),
    )


def _written_table(written: Iterable[WrittenClaim]) -> Table:
    """Corrections and voids that were written to a file."""
    return Table(
        "written out again",
        (
            ("at", _TEXT),
            ("by", _TEXT),
            ("frequency code", _TEXT),
            ("payer claim control number", _TEXT),
            ("interchange", _NUMBER),
            ("changes", _TEXT),
        ),
        tuple(
            (
                one.written_at,
                one.actor,
                one.frequency_code,
                one.original_reference,
                one.interchange_control_number,
                "; ".join(one.changes),
            )
            for one in written
        ),
    )


def _inquiries_table(inquiries: Iterable[WrittenInquiry]) -> Table:
    """Files that asked the payer about the claim."""
    return Table(
        "inquiries written",
        (("at", _TEXT), ("by", _TEXT), ("interchange", _NUMBER)),
        tuple((one.written_at, one.actor, one.interchange_control_number) for one in inquiries),
    )


def _answering_tables(
    reader: Reader,
    parts: Iterable[RemitLine],
    payments: Mapping[ClaimPaymentId, PaidClaim],
    places: Mapping[tuple[int, int], StoredPlace],
    data: Mapping[tuple[int, int], bytes],
) -> list[Table]:
    """The line payments behind answers, each with its adjustments and raw segments."""
    tables: list[Table] = []
    for remit in parts:
        payment = payments[remit.claim_payment_id]
        ordinal = remit.line_ordinal
        line = next((one for one in payment.lines if one.line_ordinal == ordinal), None)
        adjustments = payment.adjustments if line is None else line.adjustments
        where, raw = raw_segments(
            reader,
            places.get((remit.claim_payment_id, ordinal)),
            until=_LINE_PAYMENT_ENDS,
            data=data.get((remit.claim_payment_id, ordinal)),
        )
        reasons = ", ".join(
            f"{one.group_code}-{one.reason_code} {format_cents(one.amount_cents)}"
            for one in adjustments
        )
        rows: list[tuple[object, ...]] = [
            ("rule", remit.rule),
            ("charge", format_cents(payment.charge_cents if line is None else line.charge_cents)),
            ("paid", format_cents(payment.paid_cents if line is None else line.paid_cents)),
            ("adjustments", reasons),
            ("place", where),
            *((f"byte {segment.byte_offset}", segment.text) for segment in raw),
        ]
        tables.append(
            Table(
                f"line payment {remit.claim_payment_id}:{ordinal}",
                (("what", _TEXT), ("value", _TEXT)),
                tuple(rows),
            )
        )
    return tables
