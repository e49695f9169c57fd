"""Remittances that repeat others: what is held ends the same in any order, on either database."""

from itertools import permutations
from pathlib import Path

import pytest

from edi_engine.jobs.decide import hold, release
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import AS_OF, NOW, conclude, take
from tests.parsers.x12_files import CLAIM, LINE, remittance
from tests.store.conftest import (
    databases,
    empty_url,
    postgres_server,
    postgres_with_tables,
    store,
    store_url,
)

__all__ = [
    "databases",
    "empty_url",
    "postgres_server",
    "postgres_with_tables",
    "store",
    "store_url",
]

ONE = remittance(CLAIM + LINE)
TWO_CLAIMS = CLAIM + LINE + (CLAIM + LINE).replace("TEST-1", "TEST-2")
FILES = {
    "first.835": ONE,
    "again.835": ONE.replace("000000101", "000000102"),
    "other_words.835": ONE.replace("000000101", "000000103").replace("REF*6R*1~", "")
    .replace("SE*13", "SE*12"),
    "more.835": remittance(TWO_CLAIMS, paid="160").replace("000000101", "000000104"),
    "reused_for_nothing.835": remittance("", paid="0").replace("TRACE0001", "0000000"),
}  # fmt: skip


def standing(store: Store) -> dict[str, tuple[bool, bool, list[str]]]:
    """By file: whether it is held, whether it is a conflict, the causes of its open work."""
    with store.reading() as reader:
        heads = reader.remittances(reader.remittance_ids())
        conflicts = reader.remittance_conflicts(heads)
        return {
            head.file_name: (
                bool(head.held),
                key in conflicts,
                sorted(
                    item.cause
                    for item in reader.work_items_of(remittance_ids=[key])
                    if item.status.value not in {"resolved", "closed"}
                ),
            )
            for key, head in heads.items()
        }


def paths(folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return [folder / name for name in FILES]


def test_the_earliest_counts_its_copies_are_held_and_a_conflict_counts(
    store: Store, tmp_path: Path
) -> None:
    for path in paths(tmp_path / "in"):
        take(store, [path])
        conclude(store)
    assert standing(store) == {
        "first.835": (False, False, []),
        "again.835": (True, False, ["duplicate_remittance"]),
        "other_words.835": (True, False, ["duplicate_remittance"]),
        "more.835": (False, True, ["conflicting_remittance"]),
        "reused_for_nothing.835": (False, False, []),
    }
    with store.reading() as reader:
        reasons = [head.held for head in reader.remittances([2, 3]).values()]
        assert reasons == ["It repeats remittance 1 of first.835 (80.00, paid on 2026-01-05)."] * 2
        assert "1 of its 2 claim payments repeat it: 1." in reader.remittance_conflicts([4])[4]


@pytest.mark.slow
@pytest.mark.parametrize("conclude_between", [True, False])
def test_any_order_of_arrival_holds_the_same(tmp_path: Path, *, conclude_between: bool) -> None:
    files = paths(tmp_path / "in")
    ends = []
    for number, order in enumerate(permutations(files[:4])):
        with open_store(str(tmp_path / f"{number}.db")) as store:
            for path in order:
                take(store, [path])
                if conclude_between:
                    conclude(store)
            conclude(store)
            ends.append(standing(store))
    assert all(end == ends[0] for end in ends)


def decided(store: Store, remittance_id: int, *, held: bool) -> None:
    options = {"actor": "kim", "policy": ReconcilePolicy(), "as_of": AS_OF, "now": lambda: NOW}
    if held:
        hold(store, remittance_id, "the check bounced", **options)  # type: ignore[arg-type]
    else:
        release(store, remittance_id, **options)  # type: ignore[arg-type]


def test_a_persons_release_and_hold_outrank_what_comes_later(store: Store, tmp_path: Path) -> None:
    first, again, other_words, *_ = paths(tmp_path / "in")
    take(store, [first, again])
    conclude(store)
    decided(store, 2, held=False)
    decided(store, 1, held=True)
    take(store, [other_words])
    conclude(store)
    with store.reading() as reader:
        held = {key: one.held for key, one in reader.remittances([1, 2, 3]).items()}
    assert held[1] == "the check bounced (kim)"
    assert held[2] == ""
    assert held[3].startswith("It repeats remittance 1")


def test_an_earlier_remittance_that_comes_late_takes_the_place_of_its_copy(
    store: Store, tmp_path: Path
) -> None:
    first, again, *_ = paths(tmp_path / "in")
    take(store, [again])
    conclude(store)
    take(store, [first])
    conclude(store)
    assert standing(store) == {
        "again.835": (True, False, ["duplicate_remittance"]),
        "first.835": (False, False, []),
    }
    with store.reading() as reader:
        (finding,) = [one for one in reader.findings(2) if one.code == "FILE-0111"]
    assert "Remittance 1 of again.835 is later: It repeats remittance 2" in finding.message
