"""The sub-ledger of provider adjustments: what it is concluded from, and its items.

A night looks at what is new and at what is open, not at what was settled before: that is asked for
by `provider_item_ids_to_settle`. Source: decision 10 of the design, domain 4.4.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.records.matching import ClaimId, RemittanceId
from edi_engine.records.provider_items import (
    InterestLink,
    NamedClaim,
    NamedPayment,
    NamedRemittance,
    PlacedAdjustment,
    ProviderItem,
    ProviderItemState,
    ReferenceTrace,
    Settlement,
)
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, Row, day_of, json_of

__all__ = ["ProviderItemReading", "ProviderItemWriting"]

_RANGES_PER_STATEMENT = 100

_IS_PENDING = "r.remittance_id IN (SELECT remittance_id FROM pending_remittances)"
"""As a list and not as a join, which SQLite would begin with all remittances."""


class ProviderItemReading(Queries):
    """The part of the reader that knows what became of provider adjustments."""

    def pending_provider_adjustments(self) -> dict[str, list[RemittanceId]]:
        """Remittances with provider adjustments that wait, by payer, in order of both."""
        rows = self.rows(
            "SELECT r.payer_id, r.remittance_id FROM remittances r"
            f" WHERE {_IS_PENDING} AND EXISTS (SELECT 1 FROM provider_adjustments a"
            " WHERE a.remittance_id = r.remittance_id)"
        )
        found: dict[str, list[RemittanceId]] = {}
        for payer_id, remittance_id in sorted(rows):
            found.setdefault(payer_id, []).append(remittance_id)
        return found

    def pending_trace_numbers(self) -> list[str]:
        """Trace numbers of remittances that wait."""
        sql = f"SELECT r.trace_number FROM remittances r WHERE {_IS_PENDING}"
        return sorted({row[0] for row in self.rows(sql)} - {""})

    def placed_adjustments(
        self,
        *,
        remittance_ids: Iterable[int] = (),
        item_ids: Iterable[int] = (),
    ) -> dict[int, PlacedAdjustment]:
        """Provider adjustments of these remittances and those with these identifiers."""
        by_remittance = f"{_PLACED_SQL} WHERE a.remittance_id IN ({{keys}})"
        by_item = f"{_PLACED_SQL} WHERE a.provider_adjustment_id IN ({{keys}})"
        rows = [*self.rows_in(by_remittance, remittance_ids), *self.rows_in(by_item, item_ids)]
        return {row[0]: _placed(row) for row in rows}

    def provider_items(
        self, *, remittance_ids: Iterable[int] = (), item_ids: Iterable[int] = ()
    ) -> dict[int, ProviderItem]:
        """Items of these remittances and those with these identifiers, in order of identifier."""
        by_remittance = f"{_ITEM_SQL} WHERE i.remittance_id IN ({{keys}})"
        by_item = f"{_ITEM_SQL} WHERE i.item_id IN ({{keys}})"
        rows = [*self.rows_in(by_remittance, remittance_ids), *self.rows_in(by_item, item_ids)]
        return {row[0]: _item(row) for row in sorted(rows, key=lambda row: int(row[0]))}

    def provider_items_of_groups(
        self, payer_id: str, group_keys: Iterable[str]
    ) -> dict[int, ProviderItem]:
        """Items of a payer that their references tie to these groups, in order of identifier."""
        sql = f"{_ITEM_SQL} WHERE i.group_key IN ({{keys}}) AND i.payer_id = ?"
        rows = self.rows_in(sql, filter(None, group_keys), payer_id)
        return {row[0]: _item(row) for row in sorted(rows, key=lambda row: int(row[0]))}

    def dead_claim_ids(self, claim_ids: Iterable[int]) -> list[ClaimId]:
        """Those of the claims that were replaced, voided or sent again."""
        sql = (
            "SELECT claim_id FROM claim_standings WHERE claim_id IN ({keys})"
            " AND status IN ('superseded', 'voided')"
        )
        return [row[0] for row in self.rows_in(sql, sorted(claim_ids))]

    def open_provider_items(self) -> list[ProviderItem]:
        """Items that are not closed and await nothing else than to be, in order of identifier."""
        rows = self.rows(f"{_ITEM_SQL} WHERE i.open_cents <> 0 ORDER BY i.item_id")
        return [_item(row) for row in rows]

    def provider_item_ids_to_settle(
        self, payer_id: str, since: date, group_keys: Collection[str]
    ) -> set[int]:
        """Items of a payer that something new of that day or later may change: what is open, what
        was settled since, and of these groups what amounts alone settled or nothing yet."""
        found = self.rows(
            "SELECT item_id FROM provider_items WHERE payer_id = ?"
            " AND state IN ('open', 'partial', 'untraced')",
            (payer_id,),
        )
        found += self.rows(
            "SELECT item_id FROM provider_items WHERE payer_id = ? AND state = 'closed'"
            " AND (settled_on >= ? OR settled_on IS NULL)",
            (payer_id, iso_days[since]),
        )
        found += self.rows_in(
            "SELECT item_id FROM provider_items WHERE group_key IN ({keys}) AND payer_id = ?"
            f" AND (state = 'ledger' OR by_amount = {'1' if self.is_sqlite else 'true'})",
            sorted(key for key in group_keys if key),
            payer_id,
        )
        return {row[0] for row in found}

    def newest_provider_item_on(self, payer_id: str) -> date | None:
        """The newest payment date among a payer's items."""
        row = self.row(
            "SELECT max(arose_on) FROM provider_items WHERE payer_id = ? AND arose_on IS NOT NULL",
            (payer_id,),
        )
        return None if row is None else day_of(row[0])

    def named_payments(self, keys: Iterable[str]) -> list[NamedPayment]:
        """Claim payments whose patient or payer claim control number has one of these keys."""
        wanted = sorted(set(keys) - {""})
        rows = {
            row[0]: row
            for column in ("p.pcn_key", "p.pccn_key")
            for row in self.rows_in(f"{_NAMED_SQL} WHERE {column} IN ({{keys}})", wanted)
        }
        return [_named(rows[key]) for key in sorted(rows)]

    def reversals_of(self, claim_ids: Iterable[int]) -> list[NamedPayment]:
        """Reversals matched to these claims, those of held remittances left out."""
        # Asked for as a list of payments: joined to its claims, SQLite would read every payment.
        sql = (
            f"{_NAMED_SQL} WHERE p.claim_payment_id IN"
            " (SELECT claim_payment_id FROM matches WHERE claim_id IN ({keys}))"
            " AND p.status_code = '22' AND r.held = ''"
        )
        found = list(self.rows_in(sql, sorted(set(claim_ids))))
        return [_named(row) for row in sorted(found)]

    def interest_payments(self, remittance_ids: Iterable[int]) -> list[NamedPayment]:
        """Claim payments with interest (AMT*I) of these remittances."""
        sql = (
            f"{_NAMED_SQL} WHERE r.remittance_id IN ({{keys}}) AND p.interest_cents <> 0"
            " AND p.claim_payment_id >= r.first_claim_payment_id"
            " AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count"
        )
        return [_named(row) for row in sorted(self.rows_in(sql, sorted(set(remittance_ids))))]

    def named_claims(self, keys: Iterable[str], prefixes: Iterable[str]) -> list[NamedClaim]:
        """Claims whose patient control number has one of the keys or goes on after a prefix.

        Copies of earlier claims are left out.
        """
        sql = (
            "SELECT claim_id, payer_id, patient_control_number FROM claims"
            " WHERE duplicate_of_claim_id IS NULL AND "
        )
        rows = list(self.rows_in(f"{sql} pcn_key IN ({{keys}})", sorted(set(keys) - {""})))
        wanted = sorted(set(prefixes))
        for start in range(0, len(wanted), _RANGES_PER_STATEMENT):
            part = wanted[start : start + _RANGES_PER_STATEMENT]
            ranges = " OR ".join(["(pcn_key > ? AND pcn_key < ?)"] * len(part))
            values = [value for prefix in part for value in (prefix, f"{prefix}~")]
            rows += self.rows(f"{sql} ({ranges})", values)
        return [NamedClaim(ClaimId(row[0]), row[1], row[2]) for row in sorted(set(rows))]

    def named_remittances(self, texts: Iterable[str]) -> list[NamedRemittance]:
        """Remittances with one of these trace numbers."""
        sql = (
            "SELECT remittance_id, payer_id, trace_number FROM remittances"
            " WHERE trace_number IN ({keys})"
        )
        rows = sorted(self.rows_in(sql, sorted(set(texts) - {""})))
        return [NamedRemittance(RemittanceId(row[0]), row[1], row[2]) for row in rows]


class ProviderItemWriting(ProviderItemReading):
    """The part of the writer that keeps the sub-ledger."""

    def write_provider_items(self, items: Sequence[ProviderItem]) -> None:
        """Conclude what became of provider adjustments, in place of what was concluded before."""
        self.replace("provider_items", [_item_row(item) for item in items])

    def note_reference_keys(self, keys: Mapping[int, Iterable[str]]) -> None:
        """Remember by which keys the references of each remittance may name something."""
        rows = {(key, remittance_id) for remittance_id, own in keys.items() for key in own if key}
        self.replace("provider_reference_keys", sorted(rows))


_PLACED_SQL = """
SELECT a.provider_adjustment_id, a.remittance_id, r.payer_id, a.provider_id, r.trace_number,
    r.payment_date, r.production_date, a.ordinal, a.reason_code, a.reference, a.amount_cents,
    r.held, s.balance_sign
FROM provider_adjustments a
JOIN remittances r ON r.remittance_id = a.remittance_id
JOIN transaction_sets s ON s.set_id = r.set_id
"""

_ITEM_SQL = """
SELECT i.item_id, i.remittance_id, i.payer_id, a.reason_code, i.kind, a.reference,
    i.amount_cents, i.open_cents, i.state, i.is_explained, i.trace, i.settled_by, i.interest,
    i.by_amount, i.group_key, i.reason, i.arose_on, i.settled_on
FROM provider_items i
JOIN provider_adjustments a ON a.provider_adjustment_id = i.item_id
"""

_NAMED_SQL = """
SELECT p.claim_payment_id, p.remittance_id, r.payer_id, r.payment_date, r.production_date,
    p.patient_control_number, p.payer_claim_control_number, p.status_code, p.paid_cents,
    p.interest_cents, CASE WHEN m.outcome = 'matched' THEN m.claim_id END
FROM remittances r
JOIN claim_payments p ON p.remittance_id = r.remittance_id
LEFT JOIN matches m ON m.claim_payment_id = p.claim_payment_id
"""

_TRACE = msgspec.json.Decoder(ReferenceTrace)
_SETTLED_BY = msgspec.json.Decoder(tuple[Settlement, ...])
_INTEREST = msgspec.json.Decoder(tuple[InterestLink, ...])


def _placed(row: DriverRow) -> PlacedAdjustment:
    amount_cents = -row[10] if row[12] == "inverted" else row[10]
    values = [*row[:5], day_of(row[5] or row[6]), *row[7:10], amount_cents, row[11]]
    return PlacedAdjustment(*values)


def _named(row: DriverRow) -> NamedPayment:
    values = [*row[:3], day_of(row[3] or row[4]), *row[5:]]
    return NamedPayment(*values)


def _item(row: DriverRow) -> ProviderItem:
    state, is_explained, trace, settled_by, interest, by_amount, *rest = row[8:]
    values = [
        *row[:8],
        ProviderItemState(state),
        bool(is_explained),
        _TRACE.decode(trace),
        _SETTLED_BY.decode(settled_by),
        _INTEREST.decode(interest),
        bool(by_amount),
        *rest[:2],
        day_of(rest[2]),
        day_of(rest[3]),
    ]
    return ProviderItem(*values)


def _item_row(item: ProviderItem) -> Row:
    return (
        item.item_id,
        item.remittance_id,
        item.payer_id,
        item.kind,
        item.amount_cents,
        item.open_cents,
        item.state.value,
        item.is_explained,
        item.traced_claim_id,
        item.traced_remittance_id,
        json_of(item.trace),
        json_of(item.settled_by),
        json_of(item.interest),
        item.by_amount,
        item.group_key,
        item.reason,
        iso_days[item.arose_on],
        iso_days[item.settled_on],
    )
