"""Who was last given an item, by a rule or by a person, and what the rules have not seen yet."""

from collections.abc import Iterable, Sequence

from edi_engine.store.queries import Queries
from edi_engine.store.work_statuses import IS_UNSETTLED

__all__ = ["AssignmentReading", "AssignmentWriting"]


class AssignmentReading(Queries):
    """The part of the reader that knows assignments."""

    def items_to_assign(self) -> list[int]:
        """Items that wait for the rules, in order of identifier: open ones that nobody has or a
        rule gave out, and of which no person said whose they are."""
        rows = self.rows(
            "SELECT i.work_item_id FROM pending_assignments p"
            " JOIN work_items i ON i.work_item_id = p.work_item_id"
            " LEFT JOIN work_assignments a ON a.work_item_id = i.work_item_id"
            f" WHERE i.{IS_UNSETTLED} AND ((a.rule IS NULL AND i.assignee = '') OR a.rule <> '')"
            " ORDER BY i.work_item_id"
        )
        return [row[0] for row in rows]

    def workload(self) -> dict[str, int]:
        """How many open items each person has."""
        sql = f"SELECT assignee, COUNT(*) FROM work_items WHERE {IS_UNSETTLED} AND assignee <> ''"
        return {row[0]: int(row[1]) for row in self.rows(f"{sql} GROUP BY assignee")}


class AssignmentWriting(AssignmentReading):
    """The part of the writer that keeps assignments."""

    def note_assignments(self, assignments: Sequence[tuple[int, str, str]]) -> None:
        """Who was given which item: (item, name, rule in words or "" for a person's word)."""
        self.replace("work_assignments", assignments)

    def await_assignment(self, work_item_ids: Iterable[int]) -> None:
        """Have the rules look at these items."""
        self.replace("pending_assignments", [(key,) for key in work_item_ids])

    def await_assignment_of_all(self) -> None:
        """Have the rules look at every open item, for they are other rules now."""
        self.run(
            "INSERT INTO pending_assignments SELECT work_item_id FROM work_items"
            f" WHERE {IS_UNSETTLED} ON CONFLICT DO NOTHING"
        )

    def clear_awaited_assignments(self) -> None:
        """The rules have seen everything."""
        self.run("DELETE FROM pending_assignments")
