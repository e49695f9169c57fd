"""A remittance as a biller reads it: its money in equations, and what became of every part."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from edi_engine.codes import claim_status, provider_adjustment
from edi_engine.errors import InputError
from edi_engine.findings import Finding
from edi_engine.jobs.show import Page
from edi_engine.jobs.show.claims import work_table
from edi_engine.jobs.show.pages import Table, raw_segments
from edi_engine.jobs.show.payments import HEAD_ENDS, remittance_work
from edi_engine.jobs.show.postings import journal_of_remittance
from edi_engine.jobs.ways_out import Remedy, WayOut, way_out
from edi_engine.records.deposits import RemittanceDeposit, StoredDeposit
from edi_engine.records.journal import PostingRefusal, SubjectKind
from edi_engine.records.matching import RemittanceId
from edi_engine.records.numbers import FileNumber, NumberPlace
from edi_engine.records.provider_items import ProviderItem
from edi_engine.records.stored import (
    ManualRemittance,
    RemittancePosting,
    StoredRemittance,
    Withdrawal,
)
from edi_engine.store import Reader, Store
from edi_engine.store.remittance_parts import StandingPayment

__all__ = [
    "PaymentRow",
    "PaymentState",
    "ProviderItemView",
    "RefusalGroup",
    "RemittanceView",
    "StateCount",
    "TransactionEquation",
    "view_remittance",
]

_ITEMS_SHOWN_MAX = 200
_FINDINGS_SHOWN_MAX = 100
_BALANCE_CODES = "BAL-"


class PaymentState(StrEnum):
    """How a claim payment stands: in the journal, in suspense with a reason, or neither yet."""

    POSTED = "posted"
    SUSPENSE = "in_suspense"
    OUTSIDE = "not_posted"


class TransactionEquation(msgspec.Struct, frozen=True):
    """Claim payments less provider adjustments are the payment (BPR02), in cents as in the file.
    `payment_cents` is None where BPR02 cannot be read: nothing is compared then. `is_inverted`
    tells that it holds with the sign of the provider adjustments turned around."""

    claim_payments_cents: int
    provider_adjustments_cents: int
    payment_cents: int | None
    is_inverted: bool

    @property
    def sum_cents(self) -> int:
        """What the parts come to."""
        return self.claim_payments_cents - self.provider_adjustments_cents

    @property
    def difference_cents(self) -> int | None:
        """By how much the parts are more than the payment; 0 where it holds."""
        return None if self.payment_cents is None else self.sum_cents - self.payment_cents


class PaymentRow(msgspec.Struct, frozen=True):
    """A claim payment with its equation and how it stands. `reason` is a sentence where it is not
    plainly posted. `status` is the meaning of its status code."""

    payment: StandingPayment
    state: PaymentState
    reason: str
    status: str
    charge_place: NumberPlace
    paid_place: NumberPlace
    patient_place: NumberPlace | None

    @property
    def is_reviewed(self) -> bool:
        """Whether it waits for somebody to look at it and decide."""
        refusal = self.payment.refusal
        return bool(refusal) and way_out(refusal).remedy is Remedy.REVIEW

    @property
    def difference_cents(self) -> int:
        """By how much charge less adjustments is more than what is paid; 0 where it holds."""
        payment = self.payment
        return payment.charge_cents - payment.adjusted_cents - payment.paid_cents


class StateCount(msgspec.Struct, frozen=True):
    """How many claim payments stand so. `filter` is what asks for them, `words` say what it is."""

    filter: str
    words: str
    count: int


class RefusalGroup(msgspec.Struct, frozen=True):
    """What waits for one reason, and the way out. Payments can be listed by their refusal."""

    refusal: str
    is_of_payments: bool
    count: int
    suspense_cents: int
    way: WayOut


class ProviderItemView(msgspec.Struct, frozen=True):
    """A provider adjustment with what became of it. `settled_by` are the remittances of the items
    that settled it, each with the cents."""

    item: ProviderItem
    label: str
    place: NumberPlace | None
    settled_by: tuple[tuple[RemittanceId, int], ...]


class RemittanceView(msgspec.Struct, frozen=True):
    """A remittance with one part of its claim payments. `payments_count` are those that the filter
    lets through. `imbalances` are
    findings of equations that fail, `findings` the others; `findings_left_out` are not shown."""

    head: StoredRemittance
    manual: ManualRemittance | None
    withdrawal: Withdrawal | None
    equation: TransactionEquation
    amount_place: NumberPlace
    states: tuple[StateCount, ...]
    rows: tuple[PaymentRow, ...]
    payments_count: int
    refusals: tuple[RefusalGroup, ...]
    items: tuple[ProviderItemView, ...]
    items_left_out: int
    deposit: RemittanceDeposit | None
    deposits: tuple[StoredDeposit, ...]
    imbalances: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    findings_left_out: int
    journal: Table
    work: Table
    raw: Page


def view_remittance(
    store: Store, remittance_id: int, *, state: str = "", limit: int, offset: int = 0
) -> RemittanceView:
    """A remittance with the claim payments from `offset` on that stand so: a `PaymentState` or a
    posting refusal, empty for all. Raises InputError when there is no such remittance or state."""
    with store.reading() as reader:
        found = reader.remittance_head(remittance_id)
        if found is None:
            raise InputError(
                "there is no such remittance.",
                place=f"remittance {remittance_id}",
                remedy="Look for it by its trace number, or among the files.",
            )
        head = found.stored
        postings = reader.remittance_postings([remittance_id]).get(head.remittance_id, [])
        counts = _counts(head, postings)
        if state and state not in counts:
            raise InputError("there is no such state.", remedy="Choose one of the list.")
        standing = _standing(reader, remittance_id, state, limit=limit, offset=offset)
        items, left_out = _items(reader, head)
        imbalances, others = _findings(reader, head)
        place, raw = raw_segments(reader, found.place, until=HEAD_ENDS)
        return RemittanceView(
            head=head,
            manual=found.manual,
            withdrawal=found.withdrawal,
            equation=TransactionEquation(
                found.claim_payments_cents,
                found.provider_adjustments_cents,
                head.payment_amount_cents,
                is_inverted=head.balance_sign == "inverted",
            ),
            amount_place=NumberPlace(head.file_id, head.byte_offset, FileNumber.PAYMENT_AMOUNT),
            states=tuple(
                StateCount(name, words, count)
                for name, (words, count) in counts.items()
                if count or name == state
            ),
            rows=tuple(_row(one, head.file_id) for one in standing),
            payments_count=counts[state][1] if state else head.claim_payments_count,
            refusals=_refusals(postings),
            items=items,
            items_left_out=left_out,
            deposit=found.deposit,
            deposits=tuple(reader.deposits_of_remittance(remittance_id)),
            imbalances=imbalances[:_FINDINGS_SHOWN_MAX],
            findings=others[:_FINDINGS_SHOWN_MAX],
            findings_left_out=sum(
                max(len(each) - _FINDINGS_SHOWN_MAX, 0) for each in (imbalances, others)
            ),
            journal=journal_of_remittance(postings),
            work=work_table(remittance_work(reader, remittance_id)),
            raw=Page("", (), (), place, raw),
        )


def _counts(
    head: StoredRemittance, postings: list[RemittancePosting]
) -> dict[str, tuple[str, int]]:
    """Words and how many claim payments stand so, by what asks for them."""
    of_payments = {
        one.refusal: one.count for one in postings if one.subject_kind is SubjectKind.PAYMENT
    }
    posted = of_payments.get("", 0)
    counts = {PaymentState.POSTED.value: ("posted", posted)}
    for refusal in PostingRefusal:
        words = f"in suspense: {way_out(refusal).words}"
        counts[refusal.value] = (words, of_payments.get(refusal.value, 0))
    outside = head.claim_payments_count - sum(of_payments.values())
    counts[PaymentState.OUTSIDE.value] = ("nothing in the journal", outside)
    return counts


def _standing(
    reader: Reader, remittance_id: int, state: str, *, limit: int, offset: int
) -> list[StandingPayment]:
    if state == PaymentState.OUTSIDE:
        return reader.payments_outside_journal(remittance_id, limit=limit, offset=offset)
    refusal = {"": None, PaymentState.POSTED.value: ""}.get(state, state)
    return reader.standing_payments(remittance_id, refusal=refusal, limit=limit, offset=offset)


def _row(payment: StandingPayment, file_id: int) -> PaymentRow:
    def place(number: FileNumber) -> NumberPlace:
        return NumberPlace(file_id, payment.byte_offset, number)

    if payment.is_in_journal:
        state = PaymentState.SUSPENSE if payment.refusal else PaymentState.POSTED
        reason = payment.posting_reason
    else:
        state = PaymentState.OUTSIDE
        reason = payment.match_reason if payment.outcome else "It is not matched yet."
    code = claim_status(payment.status_code)
    is_stated = payment.patient_responsibility_cents is not None
    return PaymentRow(
        payment=payment,
        state=state,
        reason=reason,
        status=code.label if code is not None else "",
        charge_place=place(FileNumber.PAID_CLAIM_CHARGE),
        paid_place=place(FileNumber.CLAIM_PAID),
        patient_place=place(FileNumber.PATIENT_RESPONSIBILITY) if is_stated else None,
    )


def _refusals(postings: list[RemittancePosting]) -> tuple[RefusalGroup, ...]:
    """What waits, the most money first."""
    found = [
        RefusalGroup(
            one.refusal,
            one.subject_kind is SubjectKind.PAYMENT,
            one.count,
            one.suspense_cents,
            way_out(one.refusal),
        )
        for one in postings
        if one.refusal
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.suspense_cents), one.refusal)))


def _findings(
    reader: Reader, head: StoredRemittance
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Equations that fail, and what else is wrong, each in file order."""
    found = reader.findings_of_set(head.set_id)
    imbalances = tuple(one for one in found if one.code.startswith(_BALANCE_CODES))
    return imbalances, tuple(one for one in found if not one.code.startswith(_BALANCE_CODES))


def _items(reader: Reader, head: StoredRemittance) -> tuple[tuple[ProviderItemView, ...], int]:
    """Provider adjustments in file order, and how many of them are not shown."""
    found = list(reader.provider_items(remittance_ids=[head.remittance_id]).values())
    shown = found[:_ITEMS_SHOWN_MAX]
    if not shown:
        return (), 0
    starts = reader.starts_of_provider_adjustments(head.remittance_id)
    linked = {link.item_id for item in shown for link in item.settled_by}
    owners = reader.provider_items(item_ids=linked)
    return tuple(_item(item, head, starts, owners) for item in shown), len(found) - len(shown)


def _item(
    item: ProviderItem,
    head: StoredRemittance,
    starts: Mapping[int, tuple[int, int]],
    owners: Mapping[int, ProviderItem],
) -> ProviderItemView:
    code = provider_adjustment(item.reason_code)
    start = starts.get(item.item_id)
    return ProviderItemView(
        item=item,
        label=code.label if code is not None else "a code that is not in the code list",
        place=(
            None
            if start is None
            else NumberPlace(head.file_id, start[0], FileNumber.PROVIDER_ADJUSTMENT, start[1])
        ),
        settled_by=tuple(
            (owners[link.item_id].remittance_id, link.amount_cents)
            for link in item.settled_by
            if link.item_id in owners
        ),
    )
