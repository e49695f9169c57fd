"""Whole practices with every mess: the journal conserves money and forgets how the files came.

Files of payers and bank come over several nights, in any order, some of them again, and runs are
killed half-way, with postings that wait for their deposit and such that do not. The
oracle of the money is a count of BPR02 in the raw text that shares nothing with the readers.
"""

import itertools
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from edi_engine.records.policy import PostingPolicy, PostOn, ReconcilePolicy
from edi_engine.store import Store, open_store
from edi_engine.store.maintenance import hash_journal, verify_store
from edi_engine.synthetic import MessRates, Practice
from tests.jobs.conclusions import AS_OF, conclude, practice_of, take, written

POLICIES = {post_on: ReconcilePolicy(posting=PostingPolicy(post_on=post_on)) for post_on in PostOn}
# A few claims every time; more seeds, more claims and more nights when somebody has the patience.
NIGHTS = [
    (20, 40, 3, PostOn.DEPOSIT),
    (21, 40, 3, PostOn.REMITTANCE),
    *(
        pytest.param(seed, 150, 6, post_on, marks=pytest.mark.slow)
        for seed, post_on in zip(range(22, 30), itertools.cycle(PostOn))
    ),
]
KILLS = [
    pytest.param(seed, 200, 8, post_on, marks=pytest.mark.slow)
    for seed, post_on in zip(range(32, 36), itertools.cycle(PostOn))
]


def practice_with_messes(claims_count: int, seed: int) -> Practice:
    return practice_of(claims_count, seed=seed, messes=MessRates())


def paid_in_raw_text(paths: list[Path]) -> int:
    """Cents of every BPR02 in files that differ, read as a person would with a text editor."""
    cents = 0
    for data in {path.read_bytes() for path in paths if path.suffix == ".edi"}:
        text = data.decode("latin-1").lstrip("\ufeff\r\n ")
        element, end = text[3], text[105]
        for segment in text.split(end):
            name, *values = segment.strip().split(element)
            if name == "BPR":
                cents += int(Decimal(values[1]) * 100)
    return cents


def cash_in_journal(store: Store) -> int:
    with store.reading() as reader:
        accounts = [(row[2], row[6]) for row in reader.dataset("journal")]
    return sum(cents for account, cents in accounts if account == "cash")


def one_night(folder: Path, paths: list[Path], policy: ReconcilePolicy) -> tuple[str, int]:
    """The number of the journal, and its cash, after everything came at once."""
    url = str(folder / "one_night.db")
    with open_store(url) as store:
        take(store, paths)
        conclude(store, policy=policy)
        cash = cash_in_journal(store)
    assert verify_store(url) == []
    return hash_journal(url), cash


@pytest.mark.parametrize(("seed", "claims_count", "nights_count", "post_on"), NIGHTS)
def test_nights_in_any_order_with_files_again_post_what_one_night_posts(
    tmp_path: Path, seed: int, claims_count: int, nights_count: int, post_on: PostOn
) -> None:
    policy = POLICIES[post_on]
    paths = written(practice_with_messes(claims_count, seed), tmp_path / "files", with_bank=True)
    number, cash = one_night(tmp_path, paths, policy)
    assert cash == paid_in_raw_text(paths)

    maker = Random(seed)
    shuffled = maker.sample(paths, len(paths))
    url = str(tmp_path / "nights.db")
    with open_store(url) as store:
        for night in range(nights_count):
            again = maker.sample(shuffled, len(shuffled) // 4)
            take(store, [*shuffled[night::nights_count], *again])
            conclude(store, policy=policy, batch=maker.choice([7, 50, 2_000]))
        take(store, paths)
        conclude(store, policy=policy)
        assert cash_in_journal(store) == cash
        assert verify_store(url) == []
        assert hash_journal(url) == number
        conclude(store, policy=policy, everything=True)
    assert hash_journal(url) == number


@pytest.mark.parametrize(("seed", "claims_count", "kills_count", "post_on"), KILLS)
def test_reconciling_killed_half_way_and_run_again_posts_what_an_undisturbed_run_posts(
    tmp_path: Path, seed: int, claims_count: int, kills_count: int, post_on: PostOn
) -> None:
    paths = written(practice_with_messes(claims_count, seed), tmp_path / "files", with_bank=True)
    number, cash = one_night(tmp_path, paths, POLICIES[post_on])
    url = tmp_path / "killed.db"
    postings_count = _postings_count(tmp_path / "one_night.db")
    with open_store(str(url)) as store:
        take(store, paths)
    maker = Random(seed)
    kills = 0
    for _ in range(kills_count):
        process = _reconciling(tmp_path, url, post_on)
        enough = maker.randrange(postings_count * 3 // 4)
        while process.poll() is None and _postings_count(url) <= enough:
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
        assert [told for told in verify_store(str(url)) if "osting" in told] == []
    assert _reconciling(tmp_path, url, post_on).wait() in {0, 1}

    assert kills > 0
    assert verify_store(str(url)) == []
    assert hash_journal(str(url)) == number
    with open_store(str(url)) as store:
        assert cash_in_journal(store) == cash


def _postings_count(url: Path) -> int:
    with open_store(str(url)) as store, store.reading() as reader:
        return reader.newest_posting_id()


def _reconciling(folder: Path, url: Path, post_on: PostOn) -> "subprocess.Popen[bytes]":
    settings = folder / "edi_engine.toml"
    settings.write_text(
        f'[limits]\nreconcile_batch = 10\n\n[posting]\npost_on = "{post_on.value}"\n'
    )
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "edi_engine", "--db", str(url), "--settings", str(settings)),
            *("reconcile", "--as-of", AS_OF.isoformat()),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
