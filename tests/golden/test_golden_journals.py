"""Each golden scenario posts exactly what lies beside it, in any order of arrival, however often.

A scenario is a folder of `fixtures/x12/golden`: its files in the order in which they were sent,
`scenario.txt` (what happens and what must come out), and `journal.txt` with everything that stands
in the end. One under a contract has `contract.yaml` with its schedule, loaded first, and
`prices.txt` with what every line should have been allowed, and why the payer allowed another.
`before_*.txt` say what stands while files are still missing: "With" and the names of those that
are there, then the same text. `pytest tests/golden --regenerate` writes them anew: read the
difference before you keep it.
"""

import difflib
import itertools
import random
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest

from edi_engine.jobs.contracts import load_contract
from edi_engine.jobs.ingest import FileStatus, ingest_paths
from edi_engine.store import Store, open_store
from edi_engine.store.maintenance import hash_journal, verify_store
from tests.golden.journal_text import journal_text
from tests.golden.prices_text import prices_text
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import NOW, conclude, take

AS_OF = date(2026, 5, 1)
"""Long enough after the last file that what should have come by then is overdue."""

SCENARIOS = sorted(path for path in GOLDEN_ROOT.iterdir() if path.is_dir())
_ALL_ORDERS_UP_TO = 3
_SHUFFLES = 6
_SUFFIXES = (".edi", ".bai", ".ach", ".csv")
"""X12, and the bank's files: a statement, entries of an ACH file, a download."""
_FILE_NAME = re.compile(r"\S+\.(?:edi|bai|ach|csv)")

scenarios = pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: path.name)


CONTRACT = "contract.yaml"
_SCHEDULES = ("fees.csv", "weights.csv")
"""What a contract of a scenario refers to: no file of the bank."""


def files_of(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in _SUFFIXES and path.name not in _SCHEDULES
    )


def orders_of(paths: Sequence[Path]) -> list[tuple[Path, ...]]:
    """Other orders than the one of the names: all of few files, some of many."""
    if len(paths) <= _ALL_ORDERS_UP_TO:
        return list(itertools.permutations(paths))[1:]
    maker = random.Random(paths[0].parent.name)
    return [tuple(maker.sample(paths, len(paths))) for _ in range(_SHUFFLES)]


def compare(beside: Path, found: str, *, head: str = "", regenerate: bool = False) -> None:
    if regenerate:
        beside.write_text(head + found, encoding="utf-8")
    expected = beside.read_text(encoding="utf-8") if beside.exists() else ""
    if head + found != expected:
        lines = difflib.unified_diff(
            expected.splitlines(),
            (head + found).splitlines(),
            beside.name,
            "as posted now",
            lineterm="",
        )
        pytest.fail("\n".join(lines), pytrace=False)


class Ledger:
    """A store of its own for each way in which the files may come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.prices = ""

    def after(self, order: Sequence[Path], *, each: bool = False) -> tuple[str, str]:
        """The text and the number of the journal after these files."""
        self.count += 1
        url = str(self.folder / f"{self.count}.db")
        with open_store(url) as store:
            _agree(store, order[0].parent)
            for path in order:
                take(store, [path])
                if each:
                    conclude(store, as_of=AS_OF)
            conclude(store, as_of=AS_OF)
            text = journal_text(store)
            self.prices = prices_text(store)
        assert verify_store(url) == []
        return text, hash_journal(url)


@scenarios
def test_a_scenario_posts_what_lies_beside_it(
    folder: Path, tmp_path: Path, regenerate: bool
) -> None:
    text, _ = Ledger(tmp_path).after(files_of(folder))
    compare(folder / "journal.txt", text, regenerate=regenerate)


PRICED = [path for path in SCENARIOS if (path / CONTRACT).exists()]


@pytest.mark.parametrize("folder", PRICED, ids=lambda path: path.name)
def test_a_scenario_prices_what_lies_beside_it(
    folder: Path, tmp_path: Path, regenerate: bool
) -> None:
    ledger = Ledger(tmp_path)
    for order in (files_of(folder), files_of(folder)[::-1]):
        ledger.after(order, each=True)
        compare(folder / "prices.txt", ledger.prices, regenerate=regenerate)


def _agree(store: Store, folder: Path) -> None:
    """Put the scenario's contract in force, where it has one."""
    if (folder / CONTRACT).exists():
        assert load_contract(store, folder / CONTRACT, now=lambda: NOW).findings == ()


@pytest.mark.slow
@scenarios
def test_the_last_file_first_changes_nothing(folder: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    paths = files_of(folder)
    assert ledger.after(paths[::-1], each=True) == ledger.after(paths)


@pytest.mark.slow
@scenarios
def test_no_order_of_arrival_changes_the_journal(folder: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    paths = files_of(folder)
    expected = ledger.after(paths)
    for order in orders_of(paths):
        for each in (False, True):
            found = ledger.after(order, each=each)
            assert found == expected, [path.name for path in order]


@pytest.mark.slow
@scenarios
def test_reconciling_after_each_file_gives_the_same_journal(folder: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    paths = files_of(folder)
    assert ledger.after(paths, each=True) == ledger.after(paths)


@pytest.mark.slow
@scenarios
def test_files_that_come_again_change_nothing(folder: Path, tmp_path: Path) -> None:
    url = str(tmp_path / "twice.db")
    paths = files_of(folder)
    with open_store(url) as store:
        _agree(store, folder)
        take(store, paths)
        conclude(store, as_of=AS_OF)
        before, number, newest = journal_text(store), hash_journal(url), _newest_posting(store)
        report = ingest_paths(store, paths[::-1], clock=lambda: NOW)
        assert {one.status for one in report.outcomes} == {FileStatus.KNOWN}
        conclude(store, as_of=AS_OF)
        conclude(store, as_of=AS_OF, everything=True)
        assert (journal_text(store), hash_journal(url)) == (before, number)
        assert _newest_posting(store) == newest
    assert verify_store(url) == []


def _newest_posting(store: Store) -> int:
    with store.reading() as reader:
        return reader.newest_posting_id()


BETWEEN = sorted(GOLDEN_ROOT.glob("*/before_*.txt"))


@pytest.mark.parametrize("beside", BETWEEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_stands_while_a_file_is_missing(
    beside: Path, tmp_path: Path, regenerate: bool
) -> None:
    head = beside.read_text(encoding="utf-8").partition("\n\n")[0] + "\n\n"
    text, _ = Ledger(tmp_path).after(_named(beside.parent, head))
    compare(beside, text, head=head, regenerate=regenerate)


def _named(folder: Path, text: str) -> list[Path]:
    found = [folder / name.strip(",") for name in _FILE_NAME.findall(text)]
    assert found
    return found


@scenarios
def test_a_scenario_says_what_happens_and_where_that_is_written(folder: Path) -> None:
    text = (folder / "scenario.txt").read_text(encoding="utf-8")
    assert "Source: " in " ".join([*text.split(), ""])
    assert _unknown(folder) == set()


def _unknown(folder: Path) -> set[str]:
    allowed: Iterable[str] = ("scenario.txt", "journal.txt", CONTRACT, "prices.txt")
    return {
        path.name
        for path in folder.iterdir()
        if path.suffix not in _SUFFIXES and path.name not in allowed and path not in BETWEEN
    }
