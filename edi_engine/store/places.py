"""Where in their files claims, lines and payments stand: the way from any number to its bytes."""

import msgspec

from edi_engine.store.queries import DriverRow, Queries

__all__ = ["PlaceReading", "StoredPlace"]


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


_PLACE = (
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
        return self._place(f"SELECT {_PLACE} FROM claims x {joins} WHERE x.claim_id = ?", claim_id)

    def service_line_places(self, claim_id: int) -> dict[int, StoredPlace]:
        """The LX of each billed line, by line number."""
        joins = _OF_SET.format(owner="c")
        sql = (
            f"SELECT x.line_number, {_PLACE} FROM claims c JOIN service_lines x"
            " ON x.service_line_id >= c.first_service_line_id"
            f" AND x.service_line_id < c.first_service_line_id + c.service_lines_count {joins}"
            " WHERE c.claim_id = ? ORDER BY x.line_number"
        )
        return self._places(sql, claim_id)

    def claim_payment_place(self, claim_payment_id: int) -> StoredPlace | None:
        """The CLP of a claim payment."""
        joins = _OF_SET.format(owner="r")
        sql = (
            f"SELECT {_PLACE} FROM claim_payments x JOIN remittances r"
            f" ON r.remittance_id = x.remittance_id {joins} WHERE x.claim_payment_id = ?"
        )
        return self._place(sql, claim_payment_id)

    def line_payment_places(self, claim_payment_id: int) -> dict[int, StoredPlace]:
        """The SVC of each line payment, by line ordinal."""
        joins = _OF_SET.format(owner="r")
        sql = (
            f"SELECT x.line_ordinal, {_PLACE} FROM claim_payments p JOIN line_payments x"
            " ON x.line_payment_id >= p.first_line_payment_id"
            " AND x.line_payment_id < p.first_line_payment_id + p.line_payments_count"
            f" JOIN remittances r ON r.remittance_id = p.remittance_id {joins}"
            " WHERE p.claim_payment_id = ? ORDER BY x.line_ordinal"
        )
        return self._places(sql, claim_payment_id)

    def remittance_place(self, remittance_id: int) -> StoredPlace | None:
        """The BPR of a remittance."""
        joins = _OF_SET.format(owner="x")
        sql = f"SELECT {_PLACE} FROM remittances x {joins} WHERE x.remittance_id = ?"
        return self._place(sql, remittance_id)

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

    def _places(self, sql: str, key: int) -> dict[int, StoredPlace]:
        rows: list[DriverRow] = self.rows(sql, (key,))
        return {row[0]: StoredPlace(*row[1:]) for row in rows}
