"""What a store concludes, told without its own numbers, so that two stores can be compared.

Identifiers follow the order of ingest; here a claim or payment is named by its place in its file.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.reconcile import ReconcileReport, reconcile
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store
from edi_engine.synthetic import MessRates, Practice, make_practice

START_ON = date(2026, 1, 5)
AS_OF = date(2026, 3, 21)
NOW = datetime(2026, 3, 21, 6, 0, tzinfo=UTC)

NO_REPEATS = MessRates(duplicate_file=0, duplicate_payment_file=0)
"""Of two copies the first to arrive counts, so copies are left out where order is shuffled."""


def practice_of(
    claims_count: int,
    *,
    seed: int = 5,
    messes: MessRates = NO_REPEATS,
    is_acknowledged: bool = False,
) -> Practice:
    return make_practice(
        seed,
        start_on=START_ON,
        claims_count=claims_count,
        messes=messes,
        is_acknowledged=is_acknowledged,
    )


def written(practice: Practice, folder: Path, *, with_bank: bool = False) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in (*practice.files(), *(practice.bank_files if with_bank else ())):
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    return paths


def take(store: Store, paths: Iterable[Path]) -> None:
    ingest_paths(store, list(paths), clock=lambda: NOW)


def conclude(store: Store, **options: object) -> ReconcileReport:
    options.setdefault("policy", ReconcilePolicy())
    options.setdefault("as_of", AS_OF)
    return reconcile(store, now=lambda: NOW, **options)  # type: ignore[arg-type]


def conclusions(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Matches, reconciliation, standings and open work, by places, sorted."""
    with store.reading() as reader:
        claims = {row[0]: ("claim", *row[1:4]) for row in reader.dataset("claims")}
        remittances = {row[0]: ("remittance", *row[1:3]) for row in reader.dataset("remittances")}
        matches = list(reader.dataset("matches"))
        payments = {row[0]: ("payment", *row[1:4]) for row in matches}
        return {
            "claims": sorted(row[1:] for row in reader.dataset("claims")),
            "matches": sorted(
                (
                    *row[1:5],
                    claims.get(row[5], ()),
                    row[6],
                    tuple(sorted(claims[int(one)] for one in row[7].split(";") if one)),
                )
                for row in matches
            ),
            "reconciliation": sorted(
                (
                    claims[row[0]],
                    *(repr(value) for value in row[1:15]),
                    tuple(
                        sorted(
                            (payments[int(one.partition(":")[0])], one.partition(":")[2])
                            for one in row[15].split(";")
                            if one
                        )
                    ),
                    repr(row[16:]),
                )
                for row in reader.dataset("reconciliation")
            ),
            "remittances": sorted(
                tuple(map(repr, row[1:])) for row in reader.dataset("remittances")
            ),
            "provider_adjustments": sorted(
                (remittances[row[0]], *map(repr, row[1:6]), claims.get(row[6], ()))
                for row in reader.dataset("provider_adjustments")
            ),
            "plb_items": sorted(
                (
                    remittances[row[1]],
                    *map(repr, row[2:9]),
                    claims.get(row[9], ()),
                    len(row[10].split(";")),
                    repr(row[11:13]),
                )
                for row in reader.dataset("plb_items")
            ),
            "answers": sorted(
                (claims[row[0]], *map(str, row[1:4]), bool(row[4]), *row[5:])
                for row in reader.rows("SELECT * FROM claim_answers")
            ),
            "open_hits": sorted(
                (
                    claims[hit.claim_id],
                    hit.line_number,
                    hit.payer_sequence,
                    hit.kind.value,
                    hit.term,
                    hit.cause,
                    repr(hit.answered_on),
                )
                for hit in reader.project_hits(claims).values()
                if hit.is_open
            ),
            "work": sorted(
                (
                    item.queue.value,
                    item.cause,
                    item.detail,
                    claims.get(item.claim_id or 0, ()),
                    payments.get(item.claim_payment_id or 0, ()),
                    remittances.get(item.remittance_id or 0, ()),
                    item.payer_sequence,
                    item.amount_at_risk_cents,
                    item.priority,
                    repr(item.deadline),
                    item.next_action,
                )
                for item in reader.work_items()
                if item.status.value in {"new", "open", "waiting"}
            ),
        }
