"""Where in their files claims, lines and payments stand: the way from any number to its bytes."""

from collections.abc import Iterable

import msgspec

from edi_engine.store.queries import Queries

__all__ = ["PLACE_COLUMNS", "PlaceReading", "StoredPlace", "StoredStart"]


class StoredPlace(msgspec.Struct, frozen=True, gc=False):
    """The first segment of something in its set. `set_byte_offset` and `set_byte_length` are the
    extent of the set, from ST to the end of SE; offsets count from the start of the file.
    `implementation` is that of the set; rows of a sheet stand for segments where it is "paper"."""

    file_id: int
    file_name: str
    set_id: int
    set_ordinal: int
    set_control_number: str
    set_byte_offset: int
    set_byte_length: int
    segment_ordinal: int
    byte_offset: int
    implementation: str = ""


class StoredStart(msgspec.Struct, frozen=True, gc=False):
    """The file, and the byte at which something begins in it."""

    file_id: int
    byte_offset: int


PLACE_COLUMNS = (
    "s.file_id, f.name, s.set_id, s.set_ordinal, s.set_control_number, s.byte_offset,"
    " s.byte_length, x.segment_ordinal, x.byte_offset, s.implementation"
)
_OF_SET = (
    "JOIN transaction_sets s ON s.set_id = {owner}.set_id JOIN files f ON f.file_id = s.file_id"
)


class PlaceReading(Queries):
    """The part of the reader that knows places."""

    def claim_place(self, claim_id: int) -> StoredPlace | None:
        """The CLM of a claim."""
        joins = _OF_SET.format(owner="x")
        return self._place(
            f"SELECT {PLACE_COLUMNS} FROM claims x {joins} WHERE x.claim_id = ?", claim_id
        )

    def claim_places(self, claim_id: int) -> tuple[dict[int, StoredPlace], int | None]:
        """The CLM of a claim as number 0 and the LX of each billed line by its number; and the
        claim of an earlier copy of its set that this one repeats."""
        joins = _OF_SET.format(owner="c")
        place = PLACE_COLUMNS.replace("x.", "c.")
        rows = self.rows(
            f"SELECT {place}, c.duplicate_of_claim_id, x.line_number, x.segment_ordinal,"
            " x.byte_offset FROM claims c LEFT JOIN service_lines x"
            " ON x.service_line_id >= c.first_service_line_id"
            f" AND x.service_line_id < c.first_service_line_id + c.service_lines_count {joins}"
            " WHERE c.claim_id = ? ORDER BY x.line_number",
            (claim_id,),
        )
        found: dict[int, StoredPlace] = {}
        for *values, _, line_number, segment_ordinal, byte_offset in rows:
            own = found[0] = StoredPlace(*values)
            if line_number is not None:
                found[line_number] = msgspec.structs.replace(
                    own, segment_ordinal=segment_ordinal, byte_offset=byte_offset
                )
        return found, rows[0][len(StoredPlace.__struct_fields__)] if rows else None

    def claim_payment_place(self, claim_payment_id: int) -> StoredPlace | None:
        """The CLP of a claim payment."""
        joins = _OF_SET.format(owner="r")
        sql = (
            f"SELECT {PLACE_COLUMNS} FROM claim_payments x JOIN remittances r"
            f" ON r.remittance_id = x.remittance_id {joins} WHERE x.claim_payment_id = ?"
        )
        return self._place(sql, claim_payment_id)

    def line_payment_places(
        self, claim_payment_ids: Iterable[int]
    ) -> dict[tuple[int, int], StoredPlace]:
        """The SVC of each line payment, by claim payment and line ordinal."""
        joins = _OF_SET.format(owner="r")
        sql = (
            f"SELECT p.claim_payment_id, x.line_ordinal, {PLACE_COLUMNS} FROM claim_payments p"
            " JOIN line_payments x ON x.line_payment_id >= p.first_line_payment_id"
            " AND x.line_payment_id < p.first_line_payment_id + p.line_payments_count"
            f" JOIN remittances r ON r.remittance_id = p.remittance_id {joins}"
            " WHERE p.claim_payment_id IN ({keys}) ORDER BY x.line_payment_id"
        )
        rows = self.rows_in(sql, sorted(claim_payment_ids))
        return {(row[0], row[1]): StoredPlace(*row[2:]) for row in rows}

    def remittance_place(self, remittance_id: int) -> StoredPlace | None:
        """The BPR of a remittance."""
        joins = _OF_SET.format(owner="x")
        sql = f"SELECT {PLACE_COLUMNS} FROM remittances x {joins} WHERE x.remittance_id = ?"
        return self._place(sql, remittance_id)

    def starts_of_payments(
        self, claim_payment_ids: Iterable[int]
    ) -> dict[tuple[int, int], StoredStart]:
        """Where claim payments and their lines begin, by claim payment and line ordinal, 0 for the
        claim payment itself."""
        rows = self.rows_in(_PAYMENT_STARTS_SQL, sorted(claim_payment_ids))
        found: dict[tuple[int, int], StoredStart] = {}
        for payment_id, file_id, byte_offset, line_ordinal, line_offset in rows:
            found[payment_id, 0] = StoredStart(file_id, byte_offset)
            if line_ordinal is not None:
                found[payment_id, line_ordinal] = StoredStart(file_id, line_offset)
        return found

    def starts_of_provider_adjustments(self, remittance_id: int) -> dict[int, tuple[int, int]]:
        """The byte at which the segment of each provider adjustment begins, by identifier, with
        which of its amounts it is, from 1."""
        rows = self.rows(
            "SELECT provider_adjustment_id, byte_offset, rank() OVER (PARTITION BY byte_offset"
            " ORDER BY ordinal) FROM provider_adjustments WHERE remittance_id = ?",
            (remittance_id,),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def next_part_offset(self, set_id: int, byte_offset: int) -> int | None:
        """Where the next claim payment or provider adjustment of an 835 set begins, None for the
        last."""
        row = self.row(
            "SELECT min(x.byte_offset) FROM ("
            " SELECT p.byte_offset FROM claim_payments p JOIN remittances r"
            " ON r.remittance_id = p.remittance_id WHERE r.set_id = ? AND p.byte_offset > ?"
            " UNION ALL SELECT a.byte_offset FROM provider_adjustments a JOIN remittances r"
            " ON r.remittance_id = a.remittance_id WHERE r.set_id = ? AND a.byte_offset > ?) x",
            (set_id, byte_offset, set_id, byte_offset),
        )
        return None if row is None or row[0] is None else int(row[0])

    def remittance_of_set(self, set_id: int) -> int | None:
        """The remittance of an 835 set, None for other sets."""
        row = self.row("SELECT remittance_id FROM remittances WHERE set_id = ?", (set_id,))
        return None if row is None else int(row[0])

    def claim_ids_of_set(self, set_id: int, *, limit: int) -> list[int]:
        """The first claims of an 837 set, in file order."""
        rows = self.rows(
            "SELECT claim_id FROM claims WHERE set_id = ? ORDER BY claim_id LIMIT ?",
            (set_id, limit),
        )
        return [row[0] for row in rows]

    def _place(self, sql: str, key: int) -> StoredPlace | None:
        row = self.row(sql, (key,))
        return None if row is None else StoredPlace(*row)


_PAYMENT_STARTS_SQL = """
SELECT p.claim_payment_id, s.file_id, p.byte_offset, l.line_ordinal, l.byte_offset
FROM claim_payments p
JOIN remittances r ON r.remittance_id = p.remittance_id
JOIN transaction_sets s ON s.set_id = r.set_id
LEFT JOIN line_payments l ON l.line_payment_id >= p.first_line_payment_id
    AND l.line_payment_id < p.first_line_payment_id + p.line_payments_count
WHERE p.claim_payment_id IN ({keys})
"""
