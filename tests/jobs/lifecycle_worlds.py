"""Lifecycle practices taken in, and what the engine concludes about each claim, under the truth's
own keys.

Of two files with the same bytes or sets the first to arrive counts, whichever its name: places are
told by the name of the first delivery.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.lifelines import LifelineStep, lifeline_of
from edi_engine.jobs.reconcile import reconcile
from edi_engine.records.datasets import dataset
from edi_engine.records.lifecycles import Lifecycle
from edi_engine.records.matching import ClaimId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Reader, Store
from edi_engine.synthetic import ArrivingFile, ClaimKey, LifecyclePractice

POLICY = ReconcilePolicy()
CLOSED = frozenset({"resolved", "closed", "wont_work"})


def clock() -> datetime:
    return datetime(2025, 6, 11, 6, 0, tzinfo=UTC)


def written(files: Iterable[ArrivingFile], folder: Path) -> list[Path]:
    """The files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in files:
        path = folder / file.name
        path.write_bytes(file.data)
        paths.append(path)
    return paths


def shuffled(practice: LifecyclePractice, seed: int, nights: int) -> list[list[ArrivingFile]]:
    """All files in an order drawn by lot, dealt out over so many nights; some of them come once
    more in a later night."""
    random = Random(seed)
    files = list(practice.files)
    random.shuffle(files)
    dealt = [files[night::nights] for night in range(nights)]
    for night in range(1, nights):
        dealt[night] += random.sample(dealt[night - 1], 3)
    return dealt


def load_contracts(store: Store, practice: LifecyclePractice, folder: Path) -> None:
    """The practice's fee schedule."""
    folder.mkdir(parents=True, exist_ok=True)
    schedule = folder / "fees.csv"
    schedule.write_text(practice.fee_schedule_csv(), encoding="utf-8")
    assert load_fee_schedule(store, schedule, now=clock).is_loaded


def pass_nights(
    store: Store,
    practice: LifecyclePractice,
    nights: Sequence[Iterable[ArrivingFile]],
    folder: Path,
) -> None:
    """Take in and reconcile the files of one night after the other."""
    for number, files in enumerate(nights):
        ingest_paths(store, written(files, folder / f"night{number}"), clock=clock)
        reconcile(store, policy=POLICY, as_of=practice.as_of, now=clock)


def claim_keys(reader: Reader, practice: LifecyclePractice) -> dict[int, ClaimKey]:
    """The truth's key of each claim of the store, by its identifier."""
    repeats = {file.name: file.repeats for file in practice.files if file.repeats}
    delivered = {file.name: file.copy_of or file.name for file in practice.files}
    firsts = {name: repeats.get(first, first) for name, first in delivered.items()}
    return {row[0]: ClaimKey(firsts[row[1]], row[2], row[3]) for row in reader.dataset("claims")}


class LifecycleWorld:
    """Where each claim is, and which work is open on it."""

    def __init__(self, store: Store, practice: LifecyclePractice) -> None:
        with store.reading() as reader:
            keys = claim_keys(reader, practice)
            found = reader.lifecycles([ClaimId(one) for one in keys])
            self.lifecycles: dict[ClaimKey, Lifecycle] = {
                keys[claim_id]: one for claim_id, one in found.items()
            }
            self.steps: dict[ClaimKey, tuple[LifelineStep, ...]] = {}
            for claim_id, claim in reader.billed_claims(list(found)).items():
                self.steps[keys[claim_id]] = lifeline_of(reader, claim).steps
            columns = [column.name for column in dataset("worklist").columns]
            rows = [dict(zip(columns, row, strict=True)) for row in reader.dataset("worklist")]
        self.work: dict[ClaimKey, list[dict[str, object]]] = {}
        for row in rows:
            claim = keys.get(row["claim_id"])
            if claim is not None and row["status"] not in CLOSED:
                self.work.setdefault(claim, []).append(row)

    def claims_with(self, cause: str) -> set[ClaimKey]:
        """Claims with open work of that cause."""
        return {
            claim for claim, rows in self.work.items() if any(row["cause"] == cause for row in rows)
        }
