"""A replaced claim that stays paid becomes work on its day, and the takeback closes it."""

from datetime import date
from pathlib import Path

import pytest

from edi_engine.money import format_cents
from edi_engine.records.work import WorkItem
from edi_engine.store import Store, open_store
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import conclude, conclusions, take

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


def taken(folder: Path, name: str, cents: int, *, serial: int, named: str, day: str) -> Path:
    """A remittance that pays a stranger's claim, and takes so much for the reference."""
    text = FILES[1].read_text(encoding="ascii")
    for old, new in (
        ("BPR*I*60*", f"BPR*I*{format_cents(100_00 - cents)}*"),
        ("20260320~", f"{day}~"),
        ("CLP*TEST-G20*1*100*60**12*ICNG20A*", "CLP*STRANGER9*1*140*100**12*ICNZ*"),
        ("SVC*HC:99213*100*60*", "SVC*HC:99499*140*100*"),
        ("TESTPATIENT*ALFA****MI*MEM0001", "NOBODY*ZULU****MI*MEM0009"),
        ("\nSE*18*", f"\nPLB*1999999984*20261231*WO:{named}*{format_cents(cents)}~\nSE*19*"),
        ("TRACE149", f"TRACE{serial}"),
        ("000000149", f"000000{serial}"),
        ("*149*X", f"*{serial}*X"),
        ("GE*1*149", f"GE*1*{serial}"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="ascii")
    return path


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_provider_adjustment_that_names_the_claim_closes_it_in_any_order(
    tmp_path: Path, batch: int
) -> None:
    partly = taken(tmp_path, "partly.edi", 40_00, serial=701, named="ICNG20A", day="20260420")
    rest = taken(tmp_path, "rest.edi", 20_00, serial=702, named="ICNG20A", day="20260427")
    stranger = taken(tmp_path, "stranger.edi", 60_00, serial=703, named="ICNG99X", day="20260421")
    nights = (
        ([FILES[:3], [stranger], [partly], [rest]], [60_00, 60_00, 20_00, None]),
        ([[*FILES[:3], rest], [partly], [stranger]], [40_00, None, None]),
        ([[partly], FILES[:3], [rest, stranger]], [None, 20_00, None]),
        ([[rest, partly, stranger], FILES[:2], FILES[2:3]], [None, None, None]),
    )
    told = set()
    for place, (files, amounts) in enumerate(nights):
        with open_store(str(tmp_path / f"{place}.db")) as store:
            for night, amount in zip(files, amounts, strict=True):
                take(store, night)
                conclude(store, as_of=date(2026, 5, 1), batch=batch)
                found = [each for each in takebacks(store) if each.status != "resolved"]
                assert [each.amount_at_risk_cents for each in found] == (
                    [] if amount is None else [amount]
                )
            told.add(repr([conclusions(store)[name] for name in ("claims", "reconciliation")]))
            conclude(store, as_of=date(2026, 5, 1), everything=True, batch=batch)
            assert all(each.status == "resolved" for each in takebacks(store))
    assert len(told) == 1


def test_the_reason_says_what_is_left(tmp_path: Path) -> None:
    partly = taken(tmp_path, "partly.edi", 40_00, serial=701, named="ICNG20A", day="20260420")
    with open_store(str(tmp_path / "practice.db")) as store:
        take(store, [*FILES[:3], partly])
        conclude(store, as_of=date(2026, 5, 1))
        (item,) = takebacks(store)
    assert item.reason == (
        "The claim was replaced (frequency 7) on 2026-03-25, but of its payment of 60.00, 40.00 of"
        " which a provider adjustment took, 20.00 was not taken back within 30 days: it is owed"
        " back."
    )
