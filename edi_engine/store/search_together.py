"""Finding what has several things at once: a name and an amount, a name and a day, and the like."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from edi_engine.records.search import SearchKind, SearchTerm
from edi_engine.store.queries import Queries

__all__ = ["SoughtPart", "TogetherReading"]

_AFTER_ANY_KEY = "~"


class SoughtPart(NamedTuple):
    """A part of what is sought, as everything that it can be; empty or None where it cannot. One
    of them is enough. `key` is the beginning of an identifier."""

    key: str
    cents: int | None
    day: date | None
    name_ids: tuple[int, ...]


class TogetherReading(Queries):
    """The part of the reader that finds things by several parts."""

    def things_meeting(
        self, kind: SearchKind, parts: Sequence[SoughtPart], limit: int
    ) -> list[int]:
        """Things that have each of the parts in some way, the newest first."""
        conditions, values = [], list[object]()
        for part in parts:
            ways = list(_ways(kind, part))
            if not ways:
                return []
            conditions.append(" UNION ".join(sql for sql, _ in ways))
            values += [value for _, more in ways for value in more]
        sets = [f"SELECT thing_id FROM ({sql}) p{at}" for at, sql in enumerate(conditions)]
        sql = f"{' INTERSECT '.join(sets)} ORDER BY thing_id DESC LIMIT {int(limit)}"
        return [row[0] for row in self.rows(sql, values)]


def _ways(kind: SearchKind, part: SoughtPart) -> Iterator[tuple[str, list[object]]]:
    """Every way in which a thing of this kind can have the part: a statement and its values."""
    if part.key:
        for sql in _KEYS[kind]:
            yield sql, [part.key, part.key + _AFTER_ANY_KEY]
    if part.cents is not None:
        for sql in _AMOUNTS[kind]:
            # Of search terms amounts are text, of claims they are numbers.
            yield sql, [part.cents if "charge_cents" in sql else str(part.cents)]
    if part.day is not None:
        yield _DAYS[kind], [part.day.isoformat()]
    if part.name_ids and kind in _NAMES:
        marks = ",".join("?" * len(part.name_ids))
        yield _NAMES[kind].format(marks), [str(one) for one in part.name_ids]


def _by_key(table: str, identifier: str, column: str) -> str:
    return (
        f"SELECT {identifier} AS thing_id FROM {table} WHERE {column} <> '' AND {column} >= ?"
        f" AND {column} < ?"
    )


def _by_term(term: SearchTerm, condition: str = "term = ?") -> str:
    return f"SELECT thing_id FROM search_terms WHERE kind = '{term.value}' AND {condition}"


_KEYS: Mapping[SearchKind, tuple[str, ...]] = {
    SearchKind.CLAIM: (
        _by_key("claims", "claim_id", "pcn_key"),
        _by_key("claims", "claim_id", "member_key"),
        _by_key("claims", "claim_id", "original_reference_key"),
        (
            "SELECT m.claim_id AS thing_id FROM claim_payments p"
            " JOIN matches m ON m.claim_payment_id = p.claim_payment_id AND m.outcome = 'matched'"
            " WHERE p.pccn_key >= ? AND p.pccn_key < ?"
        ),
    ),
    SearchKind.PAYMENT: (
        _by_key("claim_payments", "claim_payment_id", "pcn_key"),
        _by_key("claim_payments", "claim_payment_id", "pccn_key"),
        (
            "SELECT claim_payment_id AS thing_id FROM loose_payment_keys WHERE kind = 'member'"
            " AND key >= ? AND key < ?"
        ),
    ),
    SearchKind.REMITTANCE: (_by_term(SearchTerm.REMITTANCE_TRACE, "term >= ? AND term < ?"),),
    SearchKind.DEPOSIT: (_by_key("deposits", "deposit_id", "trace_key"),),
}
_AMOUNTS: Mapping[SearchKind, tuple[str, ...]] = {
    SearchKind.CLAIM: (
        "SELECT claim_id AS thing_id FROM claims WHERE charge_cents = ?",
        (
            "SELECT m.claim_id AS thing_id FROM search_terms t"
            " JOIN matches m ON m.claim_payment_id = t.thing_id AND m.outcome = 'matched'"
            f" WHERE t.kind = '{SearchTerm.PAYMENT_CENTS.value}' AND t.term = ?"
        ),
    ),
    SearchKind.PAYMENT: (_by_term(SearchTerm.PAYMENT_CENTS),),
    SearchKind.REMITTANCE: (_by_term(SearchTerm.REMITTANCE_CENTS),),
    SearchKind.DEPOSIT: (_by_term(SearchTerm.DEPOSIT_CENTS),),
}
_DAYS: Mapping[SearchKind, str] = {
    SearchKind.CLAIM: _by_term(SearchTerm.CLAIM_DAY),
    SearchKind.PAYMENT: (
        "SELECT p.claim_payment_id AS thing_id FROM search_terms t"
        " JOIN remittances r ON r.remittance_id = t.thing_id"
        " JOIN claim_payments p ON p.claim_payment_id >= r.first_claim_payment_id"
        " AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count"
        f" WHERE t.kind = '{SearchTerm.REMITTANCE_DAY.value}' AND t.term = ?"
    ),
    SearchKind.REMITTANCE: _by_term(SearchTerm.REMITTANCE_DAY),
    SearchKind.DEPOSIT: "SELECT deposit_id AS thing_id FROM deposits WHERE received_on = ?",
}
_NAMES: Mapping[SearchKind, str] = {
    SearchKind.CLAIM: _by_term(SearchTerm.CLAIM_NAME, "term IN ({})"),
    SearchKind.PAYMENT: _by_term(SearchTerm.PAYMENT_NAME, "term IN ({})"),
}
