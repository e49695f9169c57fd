"""Reading and writing appeals and their history."""

from collections.abc import Iterable
from datetime import date, datetime

from edi_engine.records.appeals import (
    Appeal,
    AppealEvent,
    AppealEventKind,
    AppealMethod,
    AppealOutcome,
)
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, Row, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["AppealReading", "AppealWriting"]

_APPEAL_SQL = """
SELECT appeal_id, claim_id, work_item_id, payer_id, payer_sequence, ladder, level, level_name,
    method, tracking_number, disputed_cents, filed_on, response_due_on, baseline_cents,
    closing_cents, outcome, decided_on, overturned_cents, note, next_level_name, next_due_on
FROM appeals
"""


class AppealReading(Queries):
    """The part of the reader that knows appeals."""

    def appeal(self, appeal_id: int) -> Appeal | None:
        """One appeal, or None."""
        row = self.row(f"{_APPEAL_SQL} WHERE appeal_id = ?", (appeal_id,))
        return None if row is None else _appeal(row)

    def appeals(
        self,
        *,
        claim_id: int | None = None,
        payer_id: str | None = None,
        outcome: AppealOutcome | None = None,
        overdue_on: date | None = None,
        limit: int | None = None,
    ) -> list[Appeal]:
        """Appeals with all of these properties, the earliest due answer first.

        `overdue_on` keeps those whose answer was due before that day and has not come.
        """
        conditions: list[str] = []
        values: list[object] = []
        for name, value in (
            ("claim_id", claim_id),
            ("payer_id", payer_id),
            ("outcome", None if outcome is None else outcome.value),
        ):
            if value is not None:
                conditions.append(f"{name} = ?")
                values.append(value)
        if overdue_on is not None:
            conditions.append("outcome = 'pending' AND response_due_on < ?")
            values.append(iso_days[overdue_on])
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        cut = "" if limit is None else f" LIMIT {int(limit)}"
        sql = f"{_APPEAL_SQL}{where} ORDER BY response_due_on, appeal_id{cut}"
        return [_appeal(row) for row in self.rows(sql, values)]

    def appeals_of_items(self, work_item_ids: Iterable[int]) -> dict[int, list[Appeal]]:
        """Appeals by work item, the oldest first; items without any are left out."""
        found: dict[int, list[Appeal]] = {}
        rows = self.rows_in(f"{_APPEAL_SQL} WHERE work_item_id IN ({{keys}})", work_item_ids)
        for row in sorted(rows):
            found.setdefault(row[2], []).append(_appeal(row))
        return found

    def appeal_events(self, appeal_id: int) -> list[AppealEvent]:
        """The appeal's history, oldest first."""
        rows = self.rows(
            "SELECT happened_at, kind, actor, text FROM appeal_events WHERE appeal_id = ?"
            " ORDER BY appeal_event_id",
            (appeal_id,),
        )
        return [
            AppealEvent(datetime.fromisoformat(happened_at), AppealEventKind(kind), actor, text)
            for happened_at, kind, actor, text in rows
        ]


class AppealWriting(FileWriting):
    """The part of the writer that keeps appeals."""

    def new_appeal_id(self) -> int:
        """The number that the next appeal gets."""
        return self.next_ids("appeals")

    def write_appeal(self, appeal: Appeal, event: AppealEvent | None = None) -> None:
        """Keep an appeal as it stands now, with what happened to it.

        Without an event only what the engine noted has changed, never what a person said.
        """
        self.replace("appeals", [_row(appeal)])
        if event is not None:
            row: Row = (
                self.next_ids("appeal_events"),
                appeal.appeal_id,
                event.happened_at.isoformat(),
                event.kind.value,
                event.actor,
                event.text,
            )
            self.insert("appeal_events", [row])


def _appeal(row: DriverRow) -> Appeal:
    appeal_id, claim_id, work_item_id, payer_id, payer_sequence, ladder, level, level_name = row[:8]
    method, tracking_number, disputed, filed_on, due_on, baseline, closing = row[8:15]
    outcome, decided_on, overturned, note, next_level_name, next_due_on = row[15:]
    return Appeal(
        appeal_id,
        claim_id,
        work_item_id,
        payer_id,
        payer_sequence,
        ladder,
        level,
        level_name,
        AppealMethod(method),
        tracking_number,
        disputed,
        day_of(filed_on) or date.min,
        day_of(due_on) or date.min,
        baseline,
        closing,
        AppealOutcome(outcome),
        day_of(decided_on),
        overturned,
        note,
        next_level_name,
        day_of(next_due_on),
    )


def _row(appeal: Appeal) -> Row:
    return (
        appeal.appeal_id,
        appeal.claim_id,
        appeal.work_item_id,
        appeal.payer_id,
        appeal.payer_sequence,
        appeal.ladder,
        appeal.level,
        appeal.level_name,
        appeal.method.value,
        appeal.tracking_number,
        appeal.disputed_cents,
        iso_days[appeal.filed_on],
        iso_days[appeal.response_due_on],
        appeal.baseline_cents,
        appeal.closing_cents,
        appeal.outcome.value,
        iso_days[appeal.decided_on],
        appeal.overturned_cents,
        appeal.note,
        appeal.next_level_name,
        iso_days[appeal.next_due_on],
    )
