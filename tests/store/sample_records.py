"""Invented claims and remittances, as a parser would give them, for tests of the store."""

import hashlib
from datetime import date
from decimal import Decimal

import msgspec

from edi_engine.findings import Finding, Severity
from edi_engine.records.claims import Claim, ClaimKind, Coverage, OtherPayer, ServiceLine
from edi_engine.records.common import Adjustment, Amount, Party, Procedure, Reference, RemarkCode
from edi_engine.records.deposits import BankFile, BankFormat, BankSpan, Deposit
from edi_engine.records.intake import ParsedBatch, RawSet, SetState
from edi_engine.records.remittances import (
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    Remittance,
)
from edi_engine.records.source import SetSource
from edi_engine.records.stored import FileState
from edi_engine.records.work import PriorityFactor, Queue, WorkItem
from edi_engine.store import Store

__all__ = [
    "bill_batch",
    "claim",
    "claim_payment",
    "load",
    "load_bank",
    "remittance_batch",
    "work_item",
]

RECEIVED_AT = "2026-03-02T04:05:06+00:00"
BANK_DAY = date(2026, 1, 15)


def source(set_type: str, ordinal: int = 1) -> SetSource:
    return SetSource("sample.edi", "0" * 64, ordinal, f"{ordinal:04d}", set_type, "", 100)


def claim(ordinal: int = 1, **changes: object) -> Claim:
    values: dict[str, object] = {
        "source": source("837"),
        "segment_ordinal": 10 * ordinal,
        "byte_offset": 1000 * ordinal,
        "claim_ordinal": ordinal,
        "kind": ClaimKind.PROFESSIONAL,
        "patient_control_number": f"PCN-{ordinal:03d}",
        "charge_cents": 15000,
        "frequency_code": "1",
        "sent_on": date(2026, 1, 10),
        "service_from": date(2026, 1, 5),
        "service_to": date(2026, 1, 6),
        "billing_provider": Party(
            "85",
            "2",
            "SAMPLE CLINIC",
            id_qualifier="XX",
            identifier="1999999984",
            references=(Reference("EI", "990000001"),),
        ),
        "coverage": Coverage("S", filing_indicator="CI"),
        "subscriber": Party(
            "IL", "1", "TESTPATIENT", "ANN", id_qualifier="MI", identifier="MEM 001"
        ),
        "payer": Party("PR", "2", "SAMPLE PAYER", id_qualifier="PI", identifier="PAY01"),
        "parties": (Party("82", "1", "TESTDOCTOR", identifier="1999999992"),),
        "original_reference": "0ICN-55",
        "other_payers": (
            OtherPayer(
                20,
                2000,
                Coverage("P"),
                payer=Party("PR", "2", "OTHER", identifier="PAY02"),
                amounts=(Amount("D", 4000),),
            ),
        ),
        "lines": (
            ServiceLine(
                12,
                1100,
                1,
                "1",
                Procedure("HC", "99213", ("25", "59")),
                10000,
                Decimal("1.5"),
                "UN",
                "",
                "11",
                (),
                date(2026, 1, 5),
                date(2026, 1, 5),
                "LINE0001",
            ),
            ServiceLine(14, 1200, 2, "2", None, 5000, None, "", "0450"),
        ),
    }
    return Claim(**(values | changes))  # type: ignore[arg-type]


def claim_payment(ordinal: int = 1, **changes: object) -> ClaimPayment:
    values: dict[str, object] = {
        "source": source("835"),
        "segment_ordinal": 10 * ordinal,
        "byte_offset": 1000 * ordinal,
        "claim_ordinal": ordinal,
        "patient_control_number": f"PCN{ordinal:03d}",
        "status_code": "1",
        "charge_cents": 15000,
        "paid_cents": 9000,
        "patient_responsibility_cents": 2000,
        "filing_indicator": "CI",
        "payer_claim_control_number": f"ICN-{ordinal}",
        "adjustments": (Adjustment("CO", "45", 1000, None, 11, 1010),),
        "parties": (
            Party("IL", "1", "TESTINSURED", "BOB", identifier="MEM001"),
            Party("QC", "1", "TESTPATIENT", "ANN", identifier="MEM002"),
            Party("74", "1", "", "", identifier="MEM001"),
            Party("82", "1", "TESTDOCTOR", identifier="1999999992"),
            Party("TT", "2", "SECOND PAYER"),
        ),
        "references": (
            Reference("F8", "ICN-0"),
            Reference("CE", "SAMPLE NETWORK"),
            Reference("9A", "RP-1"),
            Reference("9C", "RP-2"),
        ),
        "drg_code": "470",
        "drg_weight": Decimal("1.9"),
        "amounts": (Amount("I", 150), Amount("AU", 9), Amount("I", 50)),
        "remark_codes": (RemarkCode("MOA", "MA01"), RemarkCode("MOA", "MA07")),
        "lines": (
            LinePayment(
                12,
                1100,
                1,
                Procedure("HC", "99213", ("25",)),
                10000,
                9000,
                "",
                Decimal(2),
                Procedure("HC", "99214"),
                Decimal("1.5"),
                date(2026, 1, 5),
                date(2026, 1, 7),
                "LINE0001",
                (
                    Adjustment("PR", "2", 500, Decimal(1), 13, 1110),
                    Adjustment("PR", "3", 500, None, 13, 1110),
                ),
                amounts=(Amount("B6", 9500),),
                remark_codes=(RemarkCode("HE", "N130"),),
            ),
            LinePayment(
                15,
                1200,
                2,
                Procedure("HC", "80053"),
                5000,
                0,
                adjustments=(Adjustment("CO", "97", 5000, None, 16, 1210),),
            ),
        ),
    }
    return ClaimPayment(**(values | changes))  # type: ignore[arg-type]


def remittance(**changes: object) -> Remittance:
    values: dict[str, object] = {
        "source": source("835"),
        "segment_ordinal": 2,
        "byte_offset": 150,
        "handling_code": "I",
        "payment_amount_cents": 8800,
        "credit_debit_flag": "C",
        "method": "ACH",
        "payment_date": date(2026, 2, 1),
        "trace_number": "TRACE1",
        "originator_id": "1990000002",
        "payer": Party("PR", "2", "SAMPLE PAYER", id_qualifier="XV", identifier="PAY01"),
        "payee": Party(
            "PE",
            "2",
            "SAMPLE CLINIC",
            id_qualifier="XX",
            identifier="1999999984",
            references=(Reference("TJ", "990000001"),),
        ),
    }
    return Remittance(**(values | changes))  # type: ignore[arg-type]


def bill_batch(*claims: Claim, fingerprint: str = "bills", ordinal: int = 1) -> ParsedBatch:
    """A whole 837 set in one batch."""
    head = source("837", ordinal)
    ended = RawSet(
        head,
        900,
        40,
        SetState.READ,
        claims_count=len(claims),
        lines_count=sum(len(found.lines) for found in claims),
        charge_cents=sum(found.charge_cents for found in claims),
        fingerprint=fingerprint,
    )
    return ParsedBatch(head, claims=claims, ended=ended)


def remittance_batch(
    *payments: ClaimPayment,
    head: Remittance | None = None,
    fingerprint: str = "payments",
    ordinal: int = 1,
) -> ParsedBatch:
    """A whole 835 set in one batch, with one provider adjustment and one finding."""
    place = source("835", ordinal)
    return ParsedBatch(
        place,
        findings=(
            Finding("X12-0201", Severity.ERROR, place.place(3, 160, "BPR02"), "Odd.", "Ask.", 1, 2),
        ),
        remittance=head or remittance(),
        claim_payments=payments,
        provider_adjustments=(
            ProviderAdjustment(
                place, 30, 3000, 1, "1999999984", date(2026, 12, 31), "WO", "ICN-1", 200
            ),
        ),
        ended=RawSet(
            place,
            5000,
            60,
            SetState.READ,
            claims_count=len(payments),
            lines_count=sum(len(found.lines) for found in payments),
            charge_cents=sum(found.charge_cents for found in payments),
            paid_cents=sum(found.paid_cents for found in payments),
            adjustment_cents=sum(
                adjustment.amount_cents
                for found in payments
                for level in (found, *found.lines)
                for adjustment in level.adjustments
            ),
            provider_adjustment_cents=200,
            fingerprint=fingerprint,
            balanced=True,
            balance_sign="guide",
        ),
    )


def load(store: Store, *batches: ParsedBatch, raw: bytes = b"", name: str = "a.edi") -> int:
    """Write one file of these batches; its identifier. Files of other names have other bytes."""
    raw = raw or name.encode()
    with store.writing() as writer:
        digest = hashlib.sha256(raw).hexdigest()
        file_id = writer.begin_file(
            name, digest, size_bytes=len(raw), received_at=RECEIVED_AT, run_id=None
        )
        writer.add_raw(raw)
        for batch in batches:
            writer.add_batch(batch)
        writer.finish_file(FileState.LOADED)
    return file_id


def load_bank(store: Store, name: str, *found: Deposit) -> int:
    """Write a bank file of one day that holds these deposits."""
    span = BankSpan(BankFormat.NACHA, BANK_DAY, BANK_DAY)
    with store.writing(loading=True) as writer:
        file_id = writer.begin_file(
            name, name.ljust(64, "0"), size_bytes=0, received_at=RECEIVED_AT, run_id=None
        )
        writer.add_bank_file(file_id, BankFile(span, found, ()))
        writer.finish_file(FileState.LOADED)
    return file_id


def work_item(key: str, *, priority: int = 5, **changes: object) -> WorkItem:
    plain = WorkItem(
        item_key=key,
        queue=Queue.DENIAL,
        cause="denied",
        detail="coding",
        claim_id=None,
        claim_payment_id=None,
        remittance_id=None,
        payer_sequence=1,
        amount_at_risk_cents=10_00,
        priority=priority,
        factors=(PriorityFactor("effort", "5 minutes", "usual"),),
        deadline=None,
        next_action="Correct it.",
        next_action_on=None,
        reason="Refused.",
        evidence_digest="d",
    )
    return msgspec.structs.replace(plain, **changes)  # type: ignore[arg-type]
