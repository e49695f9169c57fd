"""What became of items over the days of a practice, and the priorities that follow from it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from edi_engine.jobs.worklist import close_item
from edi_engine.records.outcomes import OutcomeKind
from edi_engine.records.work import WorkItem, WorkStatus
from edi_engine.store import Store, open_store
from edi_engine.worklist import claim_measure, count_outcomes
from tests.jobs.conclusions import AS_OF, conclude, practice_of, take, written

OPEN = (WorkStatus.NEW, WorkStatus.OPEN, WorkStatus.WAITING)
DAYS = 6


def days_of_work(folder: Path, name: str, *, batch: int = 2_000) -> Store:
    """A practice's files in six parts, one a week, with a few items closed by a person between."""
    files = sorted(written(practice_of(150), folder / "files"))
    store = open_store(str(folder / name))
    for place in range(DAYS):
        day = AS_OF + timedelta(days=7 * place)
        take(store, files[place::DAYS])
        conclude(store, as_of=day, batch=batch)
        chosen = open_items(store)[place::9]
        for item in chosen[:5]:
            close_item(store, item.work_item_id, "not worth it", actor="kim", as_of=day)
    conclude(store, as_of=last_day(), batch=batch)
    return store


def last_day() -> date:
    return AS_OF + timedelta(days=7 * DAYS)


def open_items(store: Store) -> list[WorkItem]:
    with store.reading() as reader:
        return sorted(reader.work_items(statuses=OPEN), key=lambda item: item.item_key)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return days_of_work(tmp_path_factory.mktemp("outcomes"), "edi.db")


def test_items_that_ended_have_an_outcome_and_open_ones_a_stake(store: Store) -> None:
    with store.reading() as reader:
        items = reader.work_items()
        outcomes = reader.work_outcomes(item.work_item_id for item in items)
        stakes = reader.work_stakes(item.work_item_id for item in items)
    settled = {item.work_item_id for item in items if item.status not in OPEN}
    standing = {
        key for key, found in outcomes.items() if found[-1].kind is not OutcomeKind.WITHDRAWN
    }

    assert settled
    assert settled <= standing
    assert set(stakes) == {item.work_item_id for item in items} - settled
    kinds = {found[-1].kind for found in outcomes.values()}
    assert kinds >= {OutcomeKind.RECOVERED, OutcomeKind.PARTLY, OutcomeKind.NOT_RECOVERED}


def test_a_conclusion_measures_as_the_store_does(store: Store) -> None:
    with store.reading() as reader:
        claim_ids = [row[0] for row in reader.rows("SELECT claim_id FROM claim_standings")]
        stored = reader.claim_measures(claim_ids)
        conclusions = reader.reconciliations(claim_ids)
    assert len({one.is_replaced for one in stored.values()}) == 2
    assert {key: claim_measure(one) for key, one in conclusions.items()} == stored


def test_the_counts_are_the_outcomes_added_up(store: Store) -> None:
    with store.reading() as reader:
        ended = [one for one in reader.outcomes() if one.concluded_on < last_day()]
        assert ended
        assert reader.outcome_counts() == count_outcomes(ended)
        assert reader.outcomes_to_count(last_day()) == {}
        assert reader.changed_chances() == []


def test_the_chance_says_how_many_it_is_made_of(store: Store) -> None:
    told = {factor.reason for item in open_items(store) for factor in item.factors}
    assert any(" like it at this payer" in reason for reason in told)


def priorities(store: Store) -> list[tuple[object, ...]]:
    """Of each open item, by key: the priority, and the chance with its reason."""
    return [(item.item_key, item.priority, item.factors[1]) for item in open_items(store)]


def test_concluding_again_about_everything_gives_the_same_priorities(store: Store) -> None:
    """So what the days brought bit by bit (payers, ages, others that ended) missed nothing."""
    before = priorities(store)
    conclude(store, as_of=last_day(), everything=True)
    assert priorities(store) == before


@pytest.mark.slow
def test_the_same_days_in_other_batches_give_the_same_priorities(
    store: Store, tmp_path: Path
) -> None:
    with days_of_work(tmp_path, "other.db", batch=7) as other:
        assert priorities(other) == priorities(store)


def test_what_ends_today_moves_priorities_from_tomorrow_on(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "edi.db")) as store:
        take(store, written(practice_of(60), tmp_path / "files"))
        conclude(store)
        (first, *others) = [item for item in open_items(store) if item.cause == "no_response"]
        close_item(store, first.work_item_id, "gone", actor="kim", as_of=AS_OF)
        conclude(store, everything=True)
        same_day = {item.item_key: item for item in open_items(store)}
        conclude(store, as_of=AS_OF + timedelta(days=1))
        next_day = {item.item_key: item for item in open_items(store)}

    for item in others:
        assert same_day[item.item_key] == item
        assert "0 of 1 like it" in next_day[item.item_key].factors[1].reason
        assert next_day[item.item_key].priority < item.priority
