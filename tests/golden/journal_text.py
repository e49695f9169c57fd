"""What a store's journal says, in a form that a person checks by eye and against no other code.

Everything is told by what stands in the files: file and ST02, place of the CLP or PLB in its set,
control numbers; never by our own identifiers. Amounts are dollars, debits positive.
"""

import re

from edi_engine.money import format_cents
from edi_engine.records.deposits import DepositId, DepositMatch
from edi_engine.records.journal import StoredPosting, SubjectKind
from edi_engine.records.stored import StoredRemittance
from edi_engine.records.work import WorkItem
from edi_engine.store import Reader, Store

__all__ = ["journal_text"]

_OPEN = {"new", "open", "waiting"}
_WIDTHS = (22, 24, 8)


def journal_text(store: Store) -> str:
    """The journal in force, how remittances and claims stand, and the open work, sorted. What the
    bank says, where there is a file of it."""
    with store.reading() as reader:
        told = _Told(reader)
        parts = {
            "Remittances": told.remittances(),
            **({"Bank": bank} if (bank := told.bank()) else {}),
            "Journal": told.postings(),
            "Claims": told.claims(),
            "Open work": told.work(),
        }
    blocks = []
    for title, lines in parts.items():
        blocks.append("\n".join([title, *(f"  {line}" for line in lines or ["none"])]))
    return "\n\n".join(blocks) + "\n"


class _Told:
    """The names of everything, read once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        claim_ids = [row[0] for row in reader.rows("SELECT claim_id FROM claims")]
        self.billed = reader.billed_claims(claim_ids)
        self.heads = reader.remittances(reader.remittance_ids())
        payment_ids = [row[0] for row in reader.rows("SELECT claim_payment_id FROM claim_payments")]
        self.payments = reader.paid_claims(payment_ids)
        self.deposits = reader.deposits()
        self.adjustments = {
            one.provider_adjustment_id: one
            for one in reader.placed_adjustments(remittance_ids=self.heads).values()
        }

    def remittance(self, remittance_id: int) -> str:
        head = next(one for key, one in self.heads.items() if key == remittance_id)
        return f"{head.file_name} ST {head.set_control_number}"

    def claim(self, claim_id: int | None) -> str:
        """Control number, with the frequency of a later version and the later payer's place."""
        if claim_id is None:
            return ""
        claim = next(one for key, one in self.billed.items() if key == claim_id)
        version = {"7": " replacement", "8": " void"}.get(claim.frequency_code, "")
        payer = f" payer {claim.payer_sequence}" if claim.payer_sequence > 1 else ""
        return f"{claim.patient_control_number}{version}{payer}"

    def payment(self, payment_id: int) -> str:
        payment = next(one for key, one in self.payments.items() if key == payment_id)
        place = f"{self.remittance(payment.remittance_id)} CLP {payment.claim_ordinal}"
        return f"{place}: {payment.patient_control_number}, status {payment.status_code}"

    def remittances(self) -> list[str]:
        return sorted(
            _remittance_line(self.remittance(key), one) for key, one in self.heads.items()
        )

    def bank(self) -> list[str]:
        """Deposits, and how the money of each remittance stands; nothing without a bank file."""
        if not self.reader.bank_spans():
            return []
        matches = self.reader.deposit_matches(self.deposits)
        answers = self.reader.remittance_deposits(self.heads)
        return [
            *sorted(self._deposit(key, matches[key]) for key in self.deposits),
            *sorted(f"{self.remittance(key)}  {one.status}" for key, one in answers.items()),
        ]

    def deposit(self, deposit_id: int) -> str:
        one = next(one for key, one in self.deposits.items() if key == deposit_id)
        return f"{one.file_name} deposit {one.deposit.deposit_ordinal}"

    def _deposit(self, deposit_id: DepositId, found: DepositMatch) -> str:
        cents = self.deposits[deposit_id].deposit.amount_cents
        words = [f"{self.deposit(deposit_id)}  {format_cents(cents):>10}  {found.status}"]
        if found.rule:
            paid = sorted(self.remittance(key) for key in found.remittance_ids)
            words.append(f"by {found.rule}: {', '.join(paid)}")
        if found.difference_cents:
            words.append(f"difference {format_cents(found.difference_cents)}")
        if found.candidates:
            words.append(f"({len(found.candidates)} remittances to choose from)")
        return " ".join(words)

    def postings(self) -> list[str]:
        subjects = {
            SubjectKind.PAYMENT: list(self.payments),
            SubjectKind.PROVIDER_ADJUSTMENT: list(self.adjustments),
            SubjectKind.REMITTANCE: list(self.heads),
            SubjectKind.CLAIM: list(self.billed),
        }
        blocks = [
            self._posting(found)
            for kind, ids in subjects.items()
            for found in self.reader.postings(kind, ids)
        ]
        return [line for block in sorted(blocks) for line in block]

    def _posting(self, found: StoredPosting) -> list[str]:
        plan = found.plan
        lines = [self._subject(plan.subject_kind, plan.subject_id)]
        if plan.refusal:
            lines.append(f"  refused: {plan.refusal}")
        elif plan.reason and plan.subject_kind is not SubjectKind.PROVIDER_ADJUSTMENT:
            lines.append(f"  note: {plan.reason}")
        entries = []
        for each in plan.entries:
            line = f"line {each.line_number}" if each.claim_id is not None else ""
            cells = (each.account, self.claim(each.claim_id), line)
            words = "".join(f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
            key = (each.claim_id is None, each.line_ordinal, each.line_number, each.account)
            entries.append((key, f"  {words}{format_cents(each.amount_cents):>12}"))
        return lines + [text for _, text in sorted(entries)]

    def _subject(self, kind: SubjectKind, subject_id: int) -> str:
        if kind is SubjectKind.PAYMENT:
            return self.payment(subject_id)
        if kind is SubjectKind.CLAIM:
            return f"Claim {self.claim(subject_id)}"
        if kind is SubjectKind.REMITTANCE:
            return f"{self.remittance(subject_id)} beyond its parts"
        one = self.adjustments[subject_id]
        code = f"{one.reason_code} {one.reference}".rstrip()
        return f"{self.remittance(one.remittance_id)} PLB {one.ordinal}: {code}"

    def claims(self) -> list[str]:
        standings = self.reader.standings(self.billed)
        found = []
        for claim_id, claim in self.billed.items():
            one = standings[claim_id]
            amounts = (
                ("charge", claim.charge_cents),
                ("payers", one.payer_balance_cents),
                ("patient", one.patient_balance_cents),
            )
            words = "".join(f"{name} {format_cents(cents):>10}  " for name, cents in amounts)
            found.append(f"{self.claim(claim_id):<24}{words}{one.status.value}")
        return sorted(found)

    def work(self) -> list[str]:
        items = [one for one in self.reader.work_items() if one.status.value in _OPEN]
        return sorted(self._item(one) for one in items)

    def _item(self, item: WorkItem) -> str:
        if item.claim_payment_id is not None:
            about = self.payment(item.claim_payment_id)
        elif item.claim_id is not None:
            about = self.claim(item.claim_id)
        elif item.item_key.startswith("deposit:"):
            about = self.deposit(int(item.item_key.partition(":")[2].partition("/")[0]))
        else:
            about = self.remittance(item.remittance_id or 0)
        cause = " ".join(filter(None, (item.cause, item.detail)))
        return f"{cause:<36}{format_cents(item.amount_at_risk_cents):>10}  {about}"


def _remittance_line(name: str, head: StoredRemittance) -> str:
    amounts = (
        ("payment", head.payment_amount_cents or 0),
        ("posted", head.posted_cents),
        ("suspense", head.suspense_cents),
    )
    words = "".join(f"{label} {format_cents(cents):>10}  " for label, cents in amounts)
    # Our own numbers follow the order of arrival.
    reason = re.sub(r"remittance [0-9]+ of", "remittance of", head.standing_reason)
    return f"{name}  {words}{reason}".rstrip()
