"""Remittances typed in from paper: who typed them, which electronic one they may repeat, and who
took one back."""

from typing import NamedTuple

from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import RemittanceId
from edi_engine.records.stored import ManualRemittance, RemittanceTwin, Withdrawal
from edi_engine.store.queries import Queries

__all__ = ["ManualReading"]

_ENTRY_SQL = (
    "SELECT remittance_id, entered_by, entered_at, note FROM manual_remittances"
    " WHERE remittance_id = ?"
)
_BOTH_SQL = (
    "SELECT m.entered_by, m.entered_at, m.note, w.withdrawn_by, w.withdrawn_at, w.note"
    " FROM remittances r LEFT JOIN manual_remittances m ON m.remittance_id = r.remittance_id"
    " LEFT JOIN withdrawals w ON w.remittance_id = r.remittance_id AND w.revoked_at IS NULL"
    " WHERE r.remittance_id = ?"
)
_TRACE = "ltrim(r.trace_number, '0 ')"
_PAYMENT = (
    f"SELECT r.remittance_id, {_TRACE}, s.set_ordinal, s.set_control_number, r.segment_ordinal,"
    " r.byte_offset, r.trace_number, r.payment_date, r.payment_amount_cents, f.name, r.payer_id,"
    " r.originator_id, r.payer_name, r.payee_npi, r.payee_tin, m.remittance_id"
    " FROM remittances r JOIN transaction_sets s ON s.set_id = r.set_id"
    " JOIN files f ON f.file_id = s.file_id"
)
_MAYBE_MANUAL = " LEFT JOIN manual_remittances m ON m.remittance_id = r.remittance_id"
_MANUAL = " JOIN manual_remittances m ON m.remittance_id = r.remittance_id"


class _Payment(NamedTuple):
    """What tells one payment from another. `trace_key` is without leading zeros;
    `manual_id` is None for an electronic remittance."""

    remittance_id: RemittanceId
    trace_key: str
    set_ordinal: int
    set_control_number: str
    segment_ordinal: int
    byte_offset: int
    trace_number: str
    payment_date: str | None
    amount_cents: int | None
    file_name: str
    payer_id: str
    originator_id: str
    payer_name: str
    payee_npi: str
    payee_tin: str
    manual_id: int | None


class ManualReading(Queries):
    """The part of the reader that knows what was typed in from paper."""

    def manual_remittance(self, remittance_id: int) -> ManualRemittance | None:
        """Who typed the remittance in, None for an electronic one."""
        row = self.row(_ENTRY_SQL, (remittance_id,))
        return None if row is None else ManualRemittance(*row)

    def withdrawal(self, remittance_id: int) -> Withdrawal | None:
        """Who said that the remittance never came; None while it stands."""
        row = self.row(
            "SELECT remittance_id, withdrawn_by, withdrawn_at, note FROM withdrawals"
            " WHERE remittance_id = ? AND revoked_at IS NULL",
            (remittance_id,),
        )
        return None if row is None else Withdrawal(*row)

    def entry_and_withdrawal(
        self, remittance_id: int
    ) -> tuple[ManualRemittance | None, Withdrawal | None]:
        """What `manual_remittance` and `withdrawal` give."""
        row = self.row(_BOTH_SQL, (remittance_id,))
        if row is None:
            return None, None
        entered_by, withdrawn_by = row[0], row[3]
        key = RemittanceId(remittance_id)
        return (
            None if entered_by is None else ManualRemittance(key, *row[:3]),
            None if withdrawn_by is None else Withdrawal(key, *row[3:]),
        )

    def manual_twins(self, file_id: int) -> list[RemittanceTwin]:
        """The file's remittances with an earlier twin, of which one was typed in from paper.

        Paper names payers by word and checks without their zeros: trace numbers agree without
        leading zeros, payers by number or by name, and payees where both are known. Of several
        earlier ones the first of the same amount is named, else the first. Remittances that are
        held, and whole sets that are duplicates, are left out.
        """
        if self.row("SELECT remittance_id FROM manual_remittances LIMIT 1") is None:
            return []
        later = [
            _Payment(*row)
            for row in self.rows(
                f"{_PAYMENT}{_MAYBE_MANUAL} WHERE s.file_id = ? AND s.duplicate_of_set_id IS NULL"
                f" AND {_TRACE} <> '' ORDER BY r.remittance_id",
                (file_id,),
            )
        ]
        typed = [one.trace_key for one in later if one.manual_id is not None]
        sent = [one.trace_key for one in later if one.manual_id is None]
        # What was typed may repeat anything; what was sent only something that was typed.
        earlier = [
            *self._standing_payments(_MAYBE_MANUAL, typed),
            *self._standing_payments(_MANUAL, sent),
        ]
        by_trace: dict[str, dict[RemittanceId, _Payment]] = {}
        for payment in earlier:
            by_trace.setdefault(payment.trace_key, {})[payment.remittance_id] = payment
        twins = []
        for payment in later:
            twin = _earlier_twin(payment, by_trace.get(payment.trace_key, {}))
            if twin is not None:
                twins.append(_twin(payment, twin))
        return twins

    def _standing_payments(self, join: str, trace_keys: list[str]) -> list[_Payment]:
        sql = f"{_PAYMENT}{join} WHERE {_TRACE} IN ({{keys}}) AND r.held = ''"
        return [_Payment(*row) for row in self.rows_in(sql, trace_keys)]


def _earlier_twin(payment: _Payment, others: dict[RemittanceId, _Payment]) -> _Payment | None:
    twins = [
        other
        for remittance_id, other in sorted(others.items())
        if remittance_id < payment.remittance_id
        and (payment.manual_id is not None or other.manual_id is not None)
        and _same_payer(payment, other)
        and _no_other_payee(payment, other)
    ]
    same = [twin for twin in twins if twin.amount_cents == payment.amount_cents]
    return next(iter(same or twins), None)


def _same_payer(first: _Payment, second: _Payment) -> bool:
    numbers = {control_number_key(number) for number in (first.payer_id, first.originator_id)} & {
        control_number_key(number) for number in (second.payer_id, second.originator_id)
    }
    names = {" ".join(one.payer_name.upper().split()) for one in (first, second)}
    return bool(numbers - {""}) or (len(names) == 1 and names != {""})


def _no_other_payee(first: _Payment, second: _Payment) -> bool:
    pairs = ((first.payee_npi, second.payee_npi), (first.payee_tin, second.payee_tin))
    return all(ours == theirs or not ours or not theirs for ours, theirs in pairs)


def _twin(payment: _Payment, earlier: _Payment) -> RemittanceTwin:
    return RemittanceTwin(
        remittance_id=payment.remittance_id,
        earlier_remittance_id=earlier.remittance_id,
        set_ordinal=payment.set_ordinal,
        set_control_number=payment.set_control_number,
        segment_ordinal=payment.segment_ordinal,
        byte_offset=payment.byte_offset,
        amount_cents=payment.amount_cents,
        earlier_amount_cents=earlier.amount_cents,
        earlier_file_name=earlier.file_name,
        is_typed=payment.manual_id is not None,
    )
