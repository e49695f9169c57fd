"""A replaced claim that stays paid becomes work on its day, and the takeback closes it."""

from datetime import date
from pathlib import Path

from edi_engine.records.work import WorkItem
from edi_engine.store import Store, open_store
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import conclude, take

FILES = sorted((GOLDEN_ROOT / "g20_answer_to_a_replacement_names_the_original").glob("*.edi"))
"""Claim, its payment of 20 March, its replacement of 25 March, and the takeback with the answer."""


def takebacks(store: Store) -> list[WorkItem]:
    with store.reading() as reader:
        items = list(reader.work_items())
    return [each for each in items if each.cause == "takeback_awaited"]


def test_it_opens_when_the_day_comes_and_closes_with_the_takeback(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "practice.db")) as store:
        take(store, FILES[:3])
        conclude(store, as_of=date(2026, 4, 24))
        assert takebacks(store) == []
        conclude(store, as_of=date(2026, 4, 25))
        (item,) = takebacks(store)
        assert (item.queue, item.detail, item.status) == ("credit", "replaced", "new")
        assert (item.amount_at_risk_cents, item.deadline) == (60_00, date(2026, 5, 24))
        assert item.priority > 0
        take(store, FILES[3:])
        conclude(store, as_of=date(2026, 4, 26))
        (item,) = takebacks(store)
        assert item.status == "resolved"
