"""Where claims are in their life, and how long their payers took. Lags are kept in step with the
lifecycles that are written, so that a night's run reads a few hundred counts and no history."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from edi_engine.records.lags import LAG_DAYS_MAX, LagStage, PayerLags
from edi_engine.records.lifecycles import Lifecycle, LifecycleState, Silence, Tier
from edi_engine.records.matching import ClaimId
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, Row, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["AcceptanceRow", "LifecycleReading", "LifecycleWriting", "RejectionRow"]

_FILES_SINCE = "files_acknowledged_since"
_CLAIMS_SINCE = "claims_acknowledged_since"

_LIFECYCLE_SQL = """
SELECT claim_id, payer_key, state, tier, since_on, sent_on, acknowledged_on, accepted_on,
    answered_on, forwarded_on, next_answered_on, rejected_on, rejected_by, rejection, silence,
    silent_from
FROM claim_lifecycles
"""


class AcceptanceRow(NamedTuple):
    """How the claims of a payer were received, sendings counted one by one. `heard` are those of
    which clearinghouse or payer said something, `accepted` those of them that were never rejected.
    `decided` were rejected or answered by a remittance; `first_pass` of these were neither
    rejected nor refused in whole or part, nor replaced."""

    payer_id: str
    payer_name: str
    claims_count: int
    heard_count: int
    accepted_count: int
    rejected_by_file_count: int
    rejected_by_clearinghouse_count: int
    rejected_by_payer_count: int
    open_rejections_count: int
    open_rejected_cents: int
    decided_count: int
    first_pass_count: int
    silent_count: int
    silent_cents: int


class RejectionRow(NamedTuple):
    """Claims that were rejected for one reason; `open_count` are rejected still."""

    payer_id: str
    payer_name: str
    rejected_by: str
    rejection: str
    claims_count: int
    open_count: int
    charge_cents: int
    open_cents: int
    first_on: date | None
    last_on: date | None


_ACCEPTANCE_SQL = """
SELECT c.payer_id, min(c.payer_name), count(*),
    sum(CASE WHEN l.accepted_on IS NOT NULL OR l.rejected_by IN ('clearinghouse', 'payer')
        THEN 1 ELSE 0 END),
    sum(CASE WHEN l.accepted_on IS NOT NULL AND l.rejected_by = '' THEN 1 ELSE 0 END),
    sum(CASE WHEN l.rejected_by = 'file' THEN 1 ELSE 0 END),
    sum(CASE WHEN l.rejected_by = 'clearinghouse' THEN 1 ELSE 0 END),
    sum(CASE WHEN l.rejected_by = 'payer' THEN 1 ELSE 0 END),
    sum(CASE WHEN l.state = 'rejected' THEN 1 ELSE 0 END),
    sum(CASE WHEN l.state = 'rejected' THEN c.charge_cents ELSE 0 END),
    sum(CASE WHEN l.rejected_by <> '' OR l.answered_on IS NOT NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN l.answered_on IS NOT NULL AND l.rejected_by = ''
        AND s.status IN ('paid', 'patient', 'underpaid') THEN 1 ELSE 0 END),
    sum(CASE WHEN l.silence <> '' THEN 1 ELSE 0 END),
    sum(CASE WHEN l.silence <> '' THEN c.charge_cents ELSE 0 END)
FROM claim_lifecycles l
JOIN claims c ON c.claim_id = l.claim_id
JOIN claim_standings s ON s.claim_id = l.claim_id
WHERE c.frequency_code <> '8'
GROUP BY c.payer_id ORDER BY 3 DESC, 1
"""


class LifecycleReading(Queries):
    """The part of the reader that knows where claims are."""

    def lifecycles(self, claim_ids: Iterable[int]) -> dict[ClaimId, Lifecycle]:
        """As they were concluded."""
        sql = f"{_LIFECYCLE_SQL} WHERE claim_id IN ({{keys}})"
        return {row[0]: _lifecycle(row) for row in self.rows_in(sql, claim_ids)}

    def payer_lags(self) -> PayerLags:
        """How long payers took, and since when acknowledgments are known."""
        rows = self.rows("SELECT payer_key, stage, days, claims_count FROM payer_lags")
        return PayerLags.of(rows, self._since_mark(_FILES_SINCE), self._since_mark(_CLAIMS_SINCE))

    def _since_mark(self, name: str) -> int | None:
        row = self.row("SELECT reached_id FROM reconcile_marks WHERE name = ?", (name,))
        return None if row is None else int(row[0])

    def waiting_claim_ids(self, payer_keys: Collection[str] | None = None) -> list[int]:
        """Claims for which something is awaited, in order; of these payers or (None) of all."""
        waiting = "SELECT claim_id FROM claim_lifecycles WHERE silent_from IS NOT NULL"
        if payer_keys is None:
            return sorted(row[0] for row in self.rows(waiting))
        sql = f"{waiting} AND payer_key IN ({{keys}})"
        return sorted(row[0] for row in self.rows_in(sql, sorted(payer_keys)))

    def silent_claim_ids(self, as_of: date) -> list[ClaimId]:
        """Claims that fell silent by a day, in order."""
        sql = (
            "SELECT claim_id FROM claim_lifecycles"
            " WHERE silent_from IS NOT NULL AND silent_from <= ? ORDER BY claim_id"
        )
        return [ClaimId(row[0]) for row in self.rows(sql, (as_of.isoformat(),))]

    def acceptance_rows(self) -> list[AcceptanceRow]:
        """By payer, most claims first; voids are left out."""
        rows = self.rows(_ACCEPTANCE_SQL)
        return [AcceptanceRow(*(*row[:2], *(int(value or 0) for value in row[2:]))) for row in rows]

    def rejection_rows(self) -> list[RejectionRow]:
        """Claims that were ever rejected, by payer, tier and reason, most claims first."""
        rows = self.rows(
            "SELECT c.payer_id, min(c.payer_name), l.rejected_by, l.rejection, count(*),"
            " sum(CASE WHEN l.state = 'rejected' THEN 1 ELSE 0 END), sum(c.charge_cents),"
            " sum(CASE WHEN l.state = 'rejected' THEN c.charge_cents ELSE 0 END),"
            " min(l.rejected_on), max(l.rejected_on)"
            " FROM claim_lifecycles l JOIN claims c ON c.claim_id = l.claim_id"
            " WHERE l.rejected_by <> '' GROUP BY 1, 3, 4 ORDER BY 5 DESC, 1, 3, 4"
        )
        return [
            RejectionRow(*(*row[:4], *map(int, row[4:8]), day_of(row[8]), day_of(row[9])))
            for row in rows
        ]


class LifecycleWriting(FileWriting, LifecycleReading):
    """The part of the writer that keeps where claims are."""

    def write_lifecycles(self, lifecycles: Sequence[Lifecycle]) -> None:
        """Conclude where claims are, in place of what was concluded before; lags follow."""
        sql = f"{_LIFECYCLE_SQL} WHERE claim_id IN ({{keys}})"
        before = {row[0]: row for row in self.rows_in(sql, [one.claim_id for one in lifecycles])}
        changed: list[Lifecycle] = []
        rows: list[Row] = []
        for one in lifecycles:
            row = _row(one)
            known = before.get(one.claim_id)
            if known is None or (known if self.is_sqlite else _as_written(known)) != row:
                changed.append(one)
                rows.append(row)
        if not changed:
            return
        self.replace("claim_lifecycles", rows)
        moved: Counter[tuple[str, str, int]] = Counter()
        for one in changed:
            moved.update(_stages(one))
            known = before.get(one.claim_id)
            if known is not None:
                days = tuple(map(day_of, known[5:11]))
                moved.subtract(_measured(known[1], days[:4], days[4:]))
        self._move_lags([(*key, count) for key, count in sorted(moved.items()) if count])
        self._note_since(changed)

    def _move_lags(self, rows: Sequence[tuple[str, str, int, int]]) -> None:
        self.run_many(
            "INSERT INTO payer_lags (payer_key, stage, days, claims_count) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (payer_key, stage, days)"
            " DO UPDATE SET claims_count = payer_lags.claims_count + excluded.claims_count",
            rows,
        )

    def _note_since(self, lifecycles: Sequence[Lifecycle]) -> None:
        """Remember the first sending that was acknowledged; facts of files are never taken away,
        so it can only become earlier."""
        heard = [
            one.sent_on
            for one in lifecycles
            if one.sent_on is not None and one.acknowledged_on is not None
        ]
        of_claims = [
            one.sent_on
            for one in lifecycles
            if one.sent_on is not None
            and (one.accepted_on is not None or one.rejected_by in _CLAIM_TIERS)
        ]
        for name, days in ((_FILES_SINCE, heard), (_CLAIMS_SINCE, of_claims)):
            if days:
                first = min(days).toordinal()
                reached = self._since_mark(name)
                if reached is None or first < reached:
                    self.replace("reconcile_marks", [(name, first)])


_CLAIM_TIERS = frozenset({Tier.CLEARINGHOUSE, Tier.PAYER})


def _stages(one: Lifecycle) -> Iterator[tuple[str, str, int]]:
    """(payer key, stage, days) of everything that is measured on a claim."""
    return _measured(
        one.payer_key,
        (one.sent_on, one.acknowledged_on, one.accepted_on, one.answered_on),
        (one.forwarded_on, one.next_answered_on),
    )


def _measured(
    payer_key: str, days: Sequence[date | None], later: Sequence[date | None]
) -> Iterator[tuple[str, str, int]]:
    """`days` are those of sending, first word, accept and answer; `later` those of the remittance
    that passed the claim on, and of the next payer's."""
    sent_on, acknowledged_on, accepted_on, answered_on = days
    spans = (
        (_ACKNOWLEDGED, sent_on, acknowledged_on),
        (_ACCEPTED, sent_on, accepted_on),
        (_ANSWERED, sent_on, answered_on),
        (_DECIDED, accepted_on, answered_on),
        (_SECONDARY, later[0], later[1]),
    )
    for stage, first_on, last_on in spans:
        if last_on is not None and first_on is not None and first_on <= last_on:
            yield payer_key, stage, min((last_on - first_on).days, LAG_DAYS_MAX)


_ACKNOWLEDGED, _ACCEPTED, _ANSWERED, _DECIDED, _SECONDARY = (stage.value for stage in LagStage)


def _as_written(row: DriverRow) -> Row:
    """A row as the driver gives it in the form in which it was written: PostgreSQL has days."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)


def _row(one: Lifecycle) -> Row:
    return (
        one.claim_id,
        one.payer_key,
        one.state.value,
        "" if one.tier is None else one.tier.value,
        iso_days[one.since_on],
        iso_days[one.sent_on],
        iso_days[one.acknowledged_on],
        iso_days[one.accepted_on],
        iso_days[one.answered_on],
        iso_days[one.forwarded_on],
        iso_days[one.next_answered_on],
        iso_days[one.rejected_on],
        "" if one.rejected_by is None else one.rejected_by.value,
        one.rejection,
        "" if one.silence is None else one.silence.value,
        iso_days[one.silent_from],
    )


def _lifecycle(row: DriverRow) -> Lifecycle:
    return Lifecycle(
        claim_id=ClaimId(row[0]),
        payer_key=row[1],
        state=LifecycleState(row[2]),
        tier=Tier(row[3]) if row[3] else None,
        since_on=day_of(row[4]),
        sent_on=day_of(row[5]),
        acknowledged_on=day_of(row[6]),
        accepted_on=day_of(row[7]),
        answered_on=day_of(row[8]),
        forwarded_on=day_of(row[9]),
        next_answered_on=day_of(row[10]),
        rejected_on=day_of(row[11]),
        rejected_by=Tier(row[12]) if row[12] else None,
        rejection=row[13],
        silence=Silence(row[14]) if row[14] else None,
        silent_from=day_of(row[15]),
    )
