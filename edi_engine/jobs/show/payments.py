"""A claim payment and a remittance: money, how it was matched, and why not elsewhere."""

from collections.abc import Iterable, Sequence

from edi_engine.codes import carc_or_unknown
from edi_engine.errors import InputError
from edi_engine.findings import Finding
from edi_engine.jobs.show.claims import drg_in_words, work_table
from edi_engine.jobs.show.files import edits_table
from edi_engine.jobs.show.pages import Fact, Page, Table, raw_segments
from edi_engine.jobs.show.postings import payment_journal, remittance_journal
from edi_engine.jobs.stored_remittances import remittance_of
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.matching import ClaimPaymentId, PaidClaim, RemittanceId
from edi_engine.records.reconciliation import ClaimMatch, MatchEvidence
from edi_engine.records.stored import ManualRemittance, StoredDecision, StoredRemittance, Withdrawal
from edi_engine.records.work import WorkItem
from edi_engine.store import Reader, Store

__all__ = ["HEAD_ENDS", "remittance_work", "show_payment", "show_remittance"]

_MONEY, _DAY, _NUMBER, _TEXT, _FLAG = (
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
    ColumnKind.FLAG,
)
_PAYMENT_ENDS = ("CLP", "LX", "PLB", "SE")
HEAD_ENDS = ("LX", "CLP", "PLB", "SE")
"""What the head of a remittance ends before."""

_PAYMENTS_SHOWN = 200


def show_payment(store: Store, claim_payment_id: int) -> Page:
    """A claim payment. Raises InputError when there is no such one."""
    with store.reading() as reader:
        payment = reader.paid_claims([claim_payment_id]).get(ClaimPaymentId(claim_payment_id))
        if payment is None:
            raise InputError(
                "there is no such claim payment.",
                place=f"claim payment {claim_payment_id}",
                remedy='Look up its number with "edi-engine export claim_payments".',
            )
        match = reader.match_of([claim_payment_id]).get(payment.claim_payment_id)
        place, raw = raw_segments(
            reader, reader.claim_payment_place(claim_payment_id), until=_PAYMENT_ENDS
        )
        entry, withdrawal = reader.entry_and_withdrawal(payment.remittance_id)
        tables = [_lines_table(payment), _adjustments_table(payment)]
        tables += _match_tables(match)
        tables.append(payment_journal(reader, payment.claim_payment_id))
        tables += _findings_tables(reader.findings_of_claim_payment(claim_payment_id))
        decisions = reader.decision_history([claim_payment_id])
        if decisions:
            tables.append(decisions_table(decisions))
        items = reader.work_items_of(claim_payment_ids=[claim_payment_id])
        if items:
            tables.append(work_table(items))
    facts = (
        *_payment_facts(payment),
        *_manual_facts(entry),
        *_withdrawal_facts(withdrawal),
        *_match_facts(match),
    )
    return Page(f"Claim payment {claim_payment_id}", facts, tuple(tables), place, raw)


def show_remittance(store: Store, remittance_id: int) -> Page:
    """A remittance. Raises InputError when there is no such one."""
    with store.reading() as reader:
        head = remittance_of(reader, remittance_id)
        place, raw = raw_segments(reader, reader.remittance_place(remittance_id), until=HEAD_ENDS)
        tables = [_payments_table(reader, remittance_id), _adjusted_table(reader, remittance_id)]
        tables.append(remittance_journal(reader, remittance_id))
        tables += _findings_tables(reader.findings_of_set(head.set_id))
        items = remittance_work(reader, remittance_id)
        if items:
            tables.append(work_table(items))
        facts = (
            *_head_facts(head),
            *_manual_facts(reader.manual_remittance(remittance_id)),
            *_withdrawal_facts(reader.withdrawal(remittance_id)),
            *_deposit_facts(reader, remittance_id),
        )
    return Page(f"Remittance {remittance_id}", facts, tuple(tables), place, raw)


def remittance_work(reader: Reader, remittance_id: int) -> list[WorkItem]:
    """Work items about a remittance, its provider adjustments or its deposit."""
    return reader.work_items_of(
        remittance_ids=[remittance_id],
        provider_item_ids=reader.provider_items(remittance_ids=[remittance_id]),
        remittance_deposit_ids=[remittance_id],
    )


def _findings_tables(findings: Sequence[Finding]) -> list[Table]:
    if not findings:
        return []
    told = Table(
        "findings",
        (("code", _TEXT), ("severity", _TEXT), ("what", _TEXT), ("remedy", _TEXT)),
        tuple((one.code, one.severity.value, one.message, one.remedy) for one in findings),
    )
    return [told, edits_table(findings)]


def _payment_facts(payment: PaidClaim) -> list[Fact]:
    patient = ", ".join(filter(None, (payment.patient_last_name, payment.patient_first_name)))
    return [
        Fact("remittance", payment.remittance_id, _NUMBER),
        Fact("payer", f"{payment.payer_name} ({payment.payer_id})"),
        Fact("trace number", payment.trace_number),
        Fact("paid on", payment.paid_on, _DAY),
        Fact("patient", patient),
        Fact("patient control number", payment.patient_control_number),
        Fact("payer claim control number", payment.payer_claim_control_number),
        Fact("members", " ".join(payment.member_ids)),
        Fact("status code", payment.status_code),
        Fact("service from", payment.service_from, _DAY),
        Fact("charge", payment.charge_cents, _MONEY),
        Fact("paid", payment.paid_cents, _MONEY),
        Fact("patient responsibility", payment.patient_responsibility_cents, _MONEY),
        Fact("interest", payment.interest_cents, _MONEY),
        Fact("payer's drg", drg_in_words(payment)),
        Fact("class of contract", payment.contract_class),
        Fact("repriced claim numbers", " ".join(payment.repriced_numbers)),
        Fact("held", payment.held),
    ]


def _match_facts(match: ClaimMatch | None) -> list[Fact]:
    if match is None:
        return [Fact("match", "not looked at yet")]
    return [
        Fact("match", match.outcome.value),
        Fact("claim", match.claim_id, _NUMBER),
        Fact("payer sequence", match.payer_sequence, _NUMBER),
        Fact("rule", match.rule),
        Fact("reason", match.reason),
    ]


def _lines_table(payment: PaidClaim) -> Table:
    return Table(
        "line payments",
        (
            ("line", _NUMBER),
            ("procedure", _TEXT),
            ("submitted as", _TEXT),
            ("charge", _MONEY),
            ("paid", _MONEY),
            ("allowed", _MONEY),
            ("service from", _DAY),
            ("line item control number", _TEXT),
            ("remarks", _TEXT),
        ),
        tuple(
            (
                line.line_ordinal,
                ":".join((line.procedure.code, *line.procedure.modifiers)),
                ":".join((line.submitted_procedure.code, *line.submitted_procedure.modifiers))
                if line.submitted_procedure is not None
                else "",
                line.charge_cents,
                line.paid_cents,
                line.allowed_cents,
                line.service_from,
                line.line_item_control_number,
                " ".join(line.remark_codes),
            )
            for line in payment.lines
        ),
    )


def _adjustments_table(payment: PaidClaim) -> Table:
    levels = [
        (None, payment.adjustments),
        *((x.line_ordinal, x.adjustments) for x in payment.lines),
    ]
    return Table(
        "adjustments",
        (
            ("line", _NUMBER),
            ("group", _TEXT),
            ("reason", _TEXT),
            ("meaning", _TEXT),
            ("amount", _MONEY),
        ),
        tuple(
            (
                ordinal,
                one.group_code,
                one.reason_code,
                carc_or_unknown(one.reason_code).label,
                one.amount_cents,
            )
            for ordinal, adjustments in levels
            for one in adjustments
        ),
    )


def _match_tables(match: ClaimMatch | None) -> list[Table]:
    if match is None:
        return []
    tables: list[Table] = []
    if match.evidence:
        title = f"compared with claim {match.claim_id}" if match.claim_id else "compared"
        tables.append(_evidence_table(title, match.evidence))
    others = [one for one in match.candidates if one.claim_id != match.claim_id]
    if others:
        tables.append(
            Table(
                "other claims considered",
                (("claim", _NUMBER), ("rule", _TEXT), ("note", _TEXT)),
                tuple((one.claim_id, one.rule, one.note) for one in others),
            )
        )
    tables += [
        _evidence_table(f"compared with claim {one.claim_id}", one.evidence)
        for one in others
        if one.evidence
    ]
    return tables


def _evidence_table(title: str, evidence: Iterable[MatchEvidence]) -> Table:
    return Table(
        title,
        (("field", _TEXT), ("ours", _TEXT), ("payer's", _TEXT), ("verdict", _TEXT)),
        tuple((one.field, one.billed_value, one.paid_value, one.verdict.value) for one in evidence),
    )


def decisions_table(decisions: Iterable[StoredDecision]) -> Table:
    """Decisions about claim payments with who made and who ended them."""
    return Table(
        "decisions",
        (
            ("decision", _NUMBER),
            ("kind", _TEXT),
            ("claim payment", _NUMBER),
            ("claim", _NUMBER),
            ("by", _TEXT),
            ("at", _TEXT),
            ("note", _TEXT),
            ("ended by", _TEXT),
            ("ended at", _TEXT),
        ),
        tuple(
            (
                one.decision.decision_id,
                one.decision.kind.value,
                one.decision.claim_payment_id,
                one.decision.claim_id,
                one.decision.decided_by,
                one.decided_at,
                one.decision.note,
                one.revoked_by,
                one.revoked_at,
            )
            for one in decisions
        ),
    )


def _head_facts(head: StoredRemittance) -> tuple[Fact, ...]:
    return (
        Fact("payer", f"{head.payer_name} ({head.payer_id})"),
        Fact("payee", f"{head.payee_name} ({head.payee_npi or head.payee_tin})"),
        Fact("trace number", head.trace_number),
        Fact("method", head.method),
        Fact("payment date", head.payment_date, _DAY),
        Fact("payment amount", head.payment_amount_cents, _MONEY),
        Fact("balanced", head.balanced, _FLAG),
        Fact("posted", head.posted_cents, _MONEY),
        Fact("suspense", head.suspense_cents, _MONEY),
        Fact("why in suspense", head.standing_reason),
        Fact("held", head.held),
    )


def _manual_facts(entry: ManualRemittance | None) -> tuple[Fact, ...]:
    """Who typed a remittance in from paper; nothing for an electronic one."""
    if entry is None:
        return ()
    return (
        Fact("source", "manual"),
        Fact("entered by", entry.entered_by),
        Fact("entered at", entry.entered_at),
        Fact("note", entry.note),
    )


def _withdrawal_facts(withdrawal: Withdrawal | None) -> tuple[Fact, ...]:
    """Who said that its money never came; nothing while it stands."""
    if withdrawal is None:
        return ()
    return (
        Fact("withdrawn by", withdrawal.withdrawn_by),
        Fact("withdrawn at", withdrawal.withdrawn_at),
        Fact("withdrawn because", withdrawal.note),
    )


def _deposit_facts(reader: Reader, remittance_id: int) -> tuple[Fact, ...]:
    """Whether its money came, and with which deposit; nothing where no bank files are loaded."""
    found = reader.remittance_deposits([remittance_id]).get(RemittanceId(remittance_id))
    if found is None:
        return ()
    return (
        Fact("deposit", " ".join(str(one) for one in found.deposit_ids)),
        Fact("deposit status", found.status.value),
        Fact("deposit rule", found.rule),
        Fact("deposit difference", found.difference_cents or None, _MONEY),
        Fact("deposit reason", found.reason),
    )


def _payments_table(reader: Reader, remittance_id: int) -> Table:
    ids = reader.payment_ids_of_remittance(remittance_id)
    payments = reader.paid_claims(ids[:_PAYMENTS_SHOWN])
    matches = reader.match_of(ids[:_PAYMENTS_SHOWN])
    rows: list[tuple[object, ...]] = []
    has_drgs = any(payment.drg for payment in payments.values())
    claims = reader.billed_claims(
        {one.claim_id for one in matches.values() if has_drgs and one.claim_id is not None}
    )
    for key in ids[:_PAYMENTS_SHOWN]:
        payment, match = payments[key], matches.get(key)
        billed = claims.get(match.claim_id) if match is not None and match.claim_id else None
        drgs = (billed.drg if billed is not None else "", payment.drg) if has_drgs else ()
        rows.append(
            (
                key,
                payment.patient_control_number,
                payment.status_code,
                payment.charge_cents,
                payment.paid_cents,
                match.outcome.value if match is not None else "",
                match.claim_id if match is not None else None,
                *drgs,
            )
        )
    left_out = len(ids) - len(rows)
    return Table(
        "claim payments",
        (
            ("claim payment", _NUMBER),
            ("patient control number", _TEXT),
            ("status code", _TEXT),
            ("charge", _MONEY),
            ("paid", _MONEY),
            ("match", _TEXT),
            ("claim", _NUMBER),
            *((("drg", _TEXT), ("payer's drg", _TEXT)) if has_drgs else ()),
        ),
        tuple(rows),
        f"{left_out} more are in the export claim_payments." if left_out else "",
    )


def _adjusted_table(reader: Reader, remittance_id: int) -> Table:
    return Table(
        "provider adjustments",
        (
            ("item", _NUMBER),
            ("code", _TEXT),
            ("kind", _TEXT),
            ("reference", _TEXT),
            ("amount", _MONEY),
            ("open", _MONEY),
            ("state", _TEXT),
            ("claim", _NUMBER),
            ("settled by", _TEXT),
            ("why", _TEXT),
        ),
        tuple(
            (
                item.item_id,
                item.reason_code,
                item.kind.replace("_", " "),
                item.reference,
                item.amount_cents,
                item.open_cents,
                item.state.value,
                item.traced_claim_id,
                " ".join(str(link.item_id) for link in item.settled_by),
                item.reason,
            )
            for item in reader.provider_items(remittance_ids=[remittance_id]).values()
        ),
    )
