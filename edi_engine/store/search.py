"""Finding things from anywhere: by patients' names, identifiers, amounts and days.

Identifiers are found by the indexes that matching has. Names, and what has no index, stand in
tables of their own, which are brought up to date in steps beside everything else: loading files
costs nothing more for them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from edi_engine.records.deposits import trace_key
from edi_engine.records.name_keys import deletion_keys, searched_words
from edi_engine.records.search import SearchTerm
from edi_engine.store.queries import DriverRow, Queries, Row, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["FoundKey", "PatientName", "SearchReading", "SearchWriting"]

_AFTER_ANY_KEY = "~"
"""Sorts after every character of a key, so key + this ends the range of a prefix."""

_MARK = "search_"
_MARKED = {
    "claims": "claim_id",
    "claim_payments": "claim_payment_id",
    "remittances": "remittance_id",
    "deposits": "deposit_id",
}
"""Tables that are searched by terms, with their identifiers, which only grow."""


_Terms = Callable[[Sequence[DriverRow]], Iterable[tuple[str, str, int]]]


class FoundKey(NamedTuple):
    """A thing with the key by which it was found."""

    thing_id: int
    key: str


class PatientName(NamedTuple):
    """A patient's name as it is searched."""

    name_id: int
    words: tuple[str, ...]


class SearchReading(Queries):
    """The part of the reader that finds things."""

    def unsearchable_counts(self) -> dict[str, int]:
        """Rows by table that came since the terms were brought up to date; none that are zero."""
        marks = "SELECT name, reached_id FROM reconcile_marks WHERE name IN ({keys})"
        reached: dict[str, int] = dict(self.rows_in(marks, [_MARK + table for table in _MARKED]))
        newest = ", ".join(f"(SELECT max({key}) FROM {table})" for table, key in _MARKED.items())
        (row,) = self.rows(f"SELECT {newest}")
        waiting = {
            table: int(last or 0) - reached.get(_MARK + table, 0)
            for table, last in zip(_MARKED, row, strict=True)
        }
        return {table: count for table, count in waiting.items() if count > 0}

    def _searchable_to(self, table: str) -> int:
        row = self.row("SELECT reached_id FROM reconcile_marks WHERE name = ?", (_MARK + table,))
        return 0 if row is None else int(row[0])

    # Names ---

    def words_beginning(self, beginning: str, limit: int) -> list[str]:
        """Words of patients' names that begin so, in order, the very word first."""
        rows = self.rows(
            "SELECT DISTINCT word FROM patient_name_words WHERE word >= ? AND word < ?"
            f" ORDER BY word LIMIT {int(limit)}",
            (beginning, beginning + _AFTER_ANY_KEY),
        )
        return [row[0] for row in rows]

    def words_sharing(self, keys: Iterable[str]) -> set[str]:
        """Words of patients' names that have one of these deletion keys."""
        sql = "SELECT DISTINCT word FROM patient_name_keys WHERE key IN ({keys})"
        return {row[0] for row in self.rows_in(sql, sorted(keys))}

    def names_with(self, words: Sequence[Sequence[str]], limit: int) -> list[PatientName]:
        """Names that have a word out of each of the lists."""
        if not words or not all(words):
            return []
        values: list[object] = []
        parts = []
        for group in words:
            marks = ",".join("?" * len(group))
            parts.append(f"SELECT name_id FROM patient_name_words WHERE word IN ({marks})")
            values += group
        ids = [
            row[0] for row in self.rows(" INTERSECT ".join(parts) + f" LIMIT {int(limit)}", values)
        ]
        rows = self.rows_in(
            "SELECT name_id, words FROM patient_names WHERE name_id IN ({keys})", ids
        )
        return [PatientName(row[0], tuple(row[1].split())) for row in rows]

    # Terms ---

    def things_with_term(
        self, kind: SearchTerm, terms: Sequence[str], limit: int
    ) -> list[FoundKey]:
        """Things that have one of the terms, the newest first; so many at most."""
        if not terms or limit < 1:
            return []
        rows = self.rows(
            f"SELECT thing_id, term FROM search_terms WHERE kind = ?"
            f" AND term IN ({','.join('?' * len(terms))})"
            f" ORDER BY thing_id DESC LIMIT {int(limit)}",
            (kind.value, *terms),
        )
        return [FoundKey(*row) for row in rows]

    def remittances_by_trace(self, beginning: str, limit: int) -> list[FoundKey]:
        """Remittances whose trace number's key begins so, the shortest first."""
        rows = self.rows(
            "SELECT thing_id, term FROM search_terms WHERE kind = ? AND term >= ? AND term < ?"
            f" ORDER BY term, thing_id LIMIT {int(limit)}",
            (SearchTerm.REMITTANCE_TRACE.value, beginning, beginning + _AFTER_ANY_KEY),
        )
        return [FoundKey(*row) for row in rows]

    # Identifiers: keys of `records/keys.py` ---

    def claims_by_key(self, column: str, beginning: str, limit: int) -> list[FoundKey]:
        """Claims whose key ("pcn_key", "member_key", "original_reference_key") begins so."""
        return self._by_key("claims", "claim_id", column, beginning, limit)

    def payments_by_key(self, column: str, beginning: str, limit: int) -> list[FoundKey]:
        """Claim payments whose key ("pcn_key", "pccn_key") begins so."""
        return self._by_key("claim_payments", "claim_payment_id", column, beginning, limit)

    def deposits_by_trace(self, beginning: str, limit: int) -> list[FoundKey]:
        """Deposits whose trace number's key begins so."""
        return self._by_key("deposits", "deposit_id", "trace_key", beginning, limit)

    def loose_payments_by_member(self, beginning: str, limit: int) -> list[FoundKey]:
        """Claim payments without a claim of their control number, whose member begins so."""
        rows = self.rows(
            "SELECT claim_payment_id, key FROM loose_payment_keys WHERE kind = 'member'"
            f" AND key >= ? AND key < ? ORDER BY key, claim_payment_id LIMIT {int(limit)}",
            (beginning, beginning + _AFTER_ANY_KEY),
        )
        return [FoundKey(*row) for row in rows]

    def claims_answered_under(self, beginning: str, limit: int) -> list[FoundKey]:
        """Claims with a payment whose payer claim control number's key begins so."""
        rows = self.rows(
            "SELECT m.claim_id, p.pccn_key FROM claim_payments p"
            " JOIN matches m ON m.claim_payment_id = p.claim_payment_id"
            " WHERE p.pccn_key >= ? AND p.pccn_key < ? AND m.outcome = 'matched'"
            f" ORDER BY p.pccn_key, p.claim_payment_id LIMIT {int(limit)}",
            (beginning, beginning + _AFTER_ANY_KEY),
        )
        return [FoundKey(*row) for row in rows]

    def _by_key(
        self, table: str, identifier: str, column: str, beginning: str, limit: int
    ) -> list[FoundKey]:
        """In the order of the keys: the very one comes first."""
        # The index of some columns leaves out empty keys, and is used only when that is said.
        rows = self.rows(
            f"SELECT {identifier}, {column} FROM {table} WHERE {column} <> '' AND {column} >= ?"
            f" AND {column} < ? ORDER BY {column}, {identifier} LIMIT {int(limit)}",
            (beginning, beginning + _AFTER_ANY_KEY),
        )
        return [FoundKey(*row) for row in rows]

    # Amounts and days ---

    def claims_charged(self, charge_cents: int, limit: int) -> list[int]:
        """Claims of this charge, the latest service first."""
        rows = self.rows(
            "SELECT claim_id FROM claims WHERE charge_cents = ?"
            f" ORDER BY service_from DESC, claim_id DESC LIMIT {int(limit)}",
            (charge_cents,),
        )
        return [row[0] for row in rows]

    def deposits_received_on(self, day: date, limit: int) -> list[int]:
        """Deposits of this day."""
        rows = self.rows(
            "SELECT deposit_id FROM deposits WHERE received_on = ?"
            f" ORDER BY deposit_id DESC LIMIT {int(limit)}",
            (day.isoformat(),),
        )
        return [row[0] for row in rows]

    # What is shown of what was found ---

    def found_claims(self, claim_ids: Iterable[int]) -> dict[int, DriverRow]:
        """By identifier: last and first name, control number, member, payer, day of service,
        charge, balance (None before reconciling); copies of other claims are left out."""
        sql = (
            "SELECT c.claim_id, c.patient_last_name, c.patient_first_name,"
            " c.patient_control_number, c.subscriber_id, c.payer_name, c.service_from,"
            " c.charge_cents, s.balance_cents FROM claims c"
            " LEFT JOIN claim_standings s ON s.claim_id = c.claim_id"
            " WHERE c.duplicate_of_claim_id IS NULL AND c.claim_id IN ({keys})"
        )
        return {
            row[0]: (*row[1:6], day_of(row[6]), *row[7:]) for row in self.rows_in(sql, claim_ids)
        }

    def found_payments(self, claim_payment_ids: Iterable[int]) -> dict[int, DriverRow]:
        """By identifier: last and first name, control number, the payer's own number, payer, day
        of payment, charge, paid, claim (None without), outcome of matching."""
        sql = (
            "SELECT p.claim_payment_id, p.patient_last_name, p.patient_first_name,"
            " p.patient_control_number, p.payer_claim_control_number, r.payer_name,"
            " r.payment_date, p.charge_cents, p.paid_cents, m.claim_id, m.outcome"
            " FROM claim_payments p JOIN remittances r ON r.remittance_id = p.remittance_id"
            " LEFT JOIN matches m ON m.claim_payment_id = p.claim_payment_id"
            " WHERE p.claim_payment_id IN ({keys})"
        )
        return {
            row[0]: (*row[1:6], day_of(row[6]), *row[7:])
            for row in self.rows_in(sql, claim_payment_ids)
        }

    def found_remittances(self, remittance_ids: Iterable[int]) -> dict[int, DriverRow]:
        """By identifier: payer, trace number, day, amount (None when unreadable), claim payments,
        why it is held."""
        sql = (
            "SELECT remittance_id, payer_name, trace_number, payment_date, payment_amount_cents,"
            " claim_payments_count, held FROM remittances WHERE remittance_id IN ({keys})"
        )
        return {
            row[0]: (*row[1:3], day_of(row[3]), *row[4:])
            for row in self.rows_in(sql, remittance_ids)
        }

    def found_deposits(self, deposit_ids: Iterable[int]) -> dict[int, DriverRow]:
        """By identifier: originator, trace number, day, amount, status (None before they were put
        together with remittances); what an earlier file told of is left out."""
        sql = (
            "SELECT d.deposit_id, d.originator_name, d.trace_number, d.received_on,"
            " d.amount_cents, m.status FROM deposits d"
            " LEFT JOIN deposit_matches m ON m.deposit_id = d.deposit_id"
            " WHERE d.same_as_deposit_id IS NULL AND d.deposit_id IN ({keys})"
        )
        return {
            row[0]: (*row[1:3], day_of(row[3]), *row[4:]) for row in self.rows_in(sql, deposit_ids)
        }


class SearchWriting(FileWriting, SearchReading):
    """The part of the writer that makes things findable."""

    def make_searchable(self, rows_max: int) -> int:
        """Bring the terms up to date for so many new rows of each table; how many there were."""
        return (
            self._take_rows("claims", _CLAIMS_SQL, rows_max, self._claim_terms)
            + self._take_rows("claim_payments", _PAYMENTS_SQL, rows_max, self._payment_terms)
            + self._take_rows("remittances", _REMITTANCES_SQL, rows_max, _remittance_terms)
            + self._take_rows("deposits", _DEPOSITS_SQL, rows_max, _deposit_terms)
        )

    def _take_rows(self, table: str, sql: str, rows_max: int, terms: _Terms) -> int:
        rows = self.rows(f"{sql} LIMIT {int(rows_max)}", (self._searchable_to(table),))
        if rows:
            # In the order of the key they are written in half the time.
            self.insert("search_terms", sorted(set(terms(rows))))
            self.replace("reconcile_marks", [(f"{_MARK}{table}", rows[-1][0])])
        return len(rows)

    def _claim_terms(self, rows: Sequence[DriverRow]) -> Iterator[tuple[str, str, int]]:
        names = self._name_ids((row[1], row[2]) for row in rows)
        for claim_id, last_name, first_name, *days in rows:
            name_id = names.get((last_name, first_name))
            if name_id is not None:
                yield SearchTerm.CLAIM_NAME.value, str(name_id), claim_id
            for day in days:
                if day is not None:
                    yield SearchTerm.CLAIM_DAY.value, str(day), claim_id

    def _payment_terms(self, rows: Sequence[DriverRow]) -> Iterator[tuple[str, str, int]]:
        names = self._name_ids((row[1], row[2]) for row in rows)
        for payment_id, last_name, first_name, paid_cents in rows:
            name_id = names.get((last_name, first_name))
            if name_id is not None:
                yield SearchTerm.PAYMENT_NAME.value, str(name_id), payment_id
            if paid_cents:
                yield SearchTerm.PAYMENT_CENTS.value, str(paid_cents), payment_id

    def _name_ids(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Identifiers of names; those that were not known are kept."""
        words_of = {name: searched_words(*name) for name in dict.fromkeys(names)}
        ids: dict[str, int] = {}
        wanted = dict.fromkeys(" ".join(words) for words in words_of.values() if words)
        for name_id, words in self.rows_in(
            "SELECT name_id, words FROM patient_names WHERE words IN ({keys})", wanted
        ):
            ids[words] = name_id
        new = [words for words in wanted if words not in ids]
        first = self.next_ids("patient_names", len(new))
        self.insert("patient_names", [(first + at, words) for at, words in enumerate(new)])
        ids |= {words: first + at for at, words in enumerate(new)}
        self._keep_words({words: ids[words] for words in new})
        return {name: ids[" ".join(words)] for name, words in words_of.items() if words}

    def _keep_words(self, names: dict[str, int]) -> None:
        pairs = sorted(
            {(word, name_id) for words, name_id in names.items() for word in words.split()}
        )
        wanted = list(dict.fromkeys(word for word, _ in pairs))
        known = {
            row[0]
            for row in self.rows_in(
                "SELECT DISTINCT word FROM patient_name_words WHERE word IN ({keys})", wanted
            )
        }
        self.insert("patient_name_words", pairs)
        keys: list[Row] = sorted(
            (key, word) for word in wanted if word not in known for key in deletion_keys(word)
        )
        self.insert("patient_name_keys", keys)


_CLAIMS_SQL = """
SELECT claim_id, patient_last_name, patient_first_name, service_from, service_to FROM claims
WHERE claim_id > ? ORDER BY claim_id
"""
_PAYMENTS_SQL = """
SELECT claim_payment_id, patient_last_name, patient_first_name, paid_cents FROM claim_payments
WHERE claim_payment_id > ? ORDER BY claim_payment_id
"""
_REMITTANCES_SQL = """
SELECT remittance_id, trace_number, payment_date, payment_amount_cents FROM remittances
WHERE remittance_id > ? ORDER BY remittance_id
"""
_DEPOSITS_SQL = "SELECT deposit_id, amount_cents FROM deposits WHERE deposit_id > ? ORDER BY 1"


def _remittance_terms(rows: Sequence[DriverRow]) -> Iterator[tuple[str, str, int]]:
    for remittance_id, trace_number, day, cents in rows:
        key = trace_key(trace_number)
        if key:
            yield SearchTerm.REMITTANCE_TRACE.value, key, remittance_id
        if day is not None:
            yield SearchTerm.REMITTANCE_DAY.value, str(day), remittance_id
        if cents is not None:
            yield SearchTerm.REMITTANCE_CENTS.value, str(cents), remittance_id


def _deposit_terms(rows: Sequence[DriverRow]) -> Iterator[tuple[str, str, int]]:
    for deposit_id, cents in rows:
        yield SearchTerm.DEPOSIT_CENTS.value, str(cents), deposit_id
