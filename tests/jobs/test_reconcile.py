"""Reconciling: the same in any order and any batches, and no more work than what is new."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from edi_engine.synthetic import Practice
from tests.jobs.conclusions import (
    AS_OF,
    conclude,
    conclusions,
    practice_of,
    take,
    written,
)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return practice_of(200)


@pytest.fixture(scope="module")
def files(practice: Practice, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return written(practice, tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def at_once(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Everything taken in and concluded in one go."""
    store = open_store(str(tmp_path_factory.mktemp("store") / "at_once.db"))
    take(store, files)
    conclude(store)
    return store


def test_the_practice_has_something_of_everything(at_once: Store) -> None:
    found = conclusions(at_once)

    assert {row[3] for row in found["matches"]} >= {"matched", "unmatched"}
    assert len({row[0] for row in found["work"]}) >= 5


@pytest.mark.slow
def test_batches_of_any_size_give_the_same(
    at_once: Store, files: list[Path], tmp_path: Path
) -> None:
    with open_store(str(tmp_path / "small.db")) as store:
        take(store, files)
        conclude(store, batch=7)

        assert conclusions(store) == conclusions(at_once)


@pytest.mark.parametrize(
    ("seed", "files_a_night"),
    [
        (1, 25),
        pytest.param(2, 1, marks=pytest.mark.slow),
        pytest.param(3, 7, marks=pytest.mark.slow),
    ],
)
def test_files_in_any_order_give_the_same(
    at_once: Store, files: list[Path], tmp_path: Path, seed: int, files_a_night: int
) -> None:
    shuffled = files[:]
    Random(seed).shuffle(shuffled)
    with open_store(str(tmp_path / "shuffled.db")) as store:
        for start in range(0, len(shuffled), files_a_night):
            take(store, shuffled[start : start + files_a_night])
            conclude(store)

        assert conclusions(store) == conclusions(at_once)


@pytest.mark.slow
def test_remittances_before_their_claims_give_the_same(
    at_once: Store, files: list[Path], practice: Practice, tmp_path: Path
) -> None:
    names = {name for name, _ in practice.remittance_files}
    with open_store(str(tmp_path / "backwards.db")) as store:
        take(store, [path for path in files if path.name in names])
        conclude(store)
        assert {row[3] for row in conclusions(store)["matches"]} == {"unmatched"}
        take(store, [path for path in files if path.name not in names])
        conclude(store)

        assert conclusions(store) == conclusions(at_once)


def test_concluding_again_about_everything_changes_nothing(at_once: Store) -> None:
    before = conclusions(at_once)

    report = conclude(at_once, everything=True)

    assert conclusions(at_once) == before
    assert report.work == {}


def test_without_anything_new_nothing_is_looked_at(at_once: Store) -> None:
    report = conclude(at_once)

    assert (report.claim_payments_count, report.claims_count, report.remittances_count) == (0, 0, 0)
    assert report.work == {}


def test_work_grows_with_what_is_new(files: list[Path], tmp_path: Path) -> None:
    with open_store(str(tmp_path / "grown.db")) as store:
        take(store, files[:-1])
        whole = conclude(store)
        take(store, files[-1:])
        one = conclude(store)

        assert 0 < one.claim_payments_count < whole.claim_payments_count / 10
        assert one.claims_count < whole.claims_count / 10


@pytest.mark.slow
def test_days_that_pass_one_by_one_give_what_the_last_day_gives(
    at_once: Store, files: list[Path], tmp_path: Path
) -> None:
    with open_store(str(tmp_path / "daily.db")) as store:
        take(store, files)
        for days in (75, 60, 45, 44, 30, 29, 15, 7, 1, 0):
            report = conclude(store, as_of=AS_OF - timedelta(days=days))

        assert conclusions(store) == conclusions(at_once)
        assert report.claims_count < 10


def test_what_is_posted_and_what_waits_make_every_payment(at_once: Store) -> None:
    with at_once.reading() as reader:
        money = [row[9:13] for row in reader.dataset("remittances")]

    assert len(money) > 20
    for amount, _balanced, posted, suspense in money:
        assert posted + suspense == amount
    assert sum(posted for *_, posted, _ in money) > 0


@pytest.mark.slow
def test_a_changed_policy_is_applied_to_what_was_concluded_before(
    files: list[Path], tmp_path: Path
) -> None:
    patient = ReconcilePolicy(response_days=3650, response_history_min=10_000)
    with open_store(str(tmp_path / "patient.db")) as store:
        take(store, files)
        conclude(store)
        eager_causes = {row[1] for row in conclusions(store)["work"]}
        conclude(store, policy=patient)
        patient_causes = {row[1] for row in conclusions(store)["work"]}

    assert "no_response" in eager_causes
    assert "no_response" not in patient_causes
