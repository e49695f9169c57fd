"""Deposits from file to work item: loading, knowing again, order of arrival, aging, decisions."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from edi_engine.jobs.ingest import FileOutcome, FileStatus, ingest_paths
from edi_engine.jobs.nightly import NightlyFolders, nightly
from edi_engine.jobs.reports import report
from edi_engine.records.deposits import DepositStatus
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import WorkStatus
from edi_engine.store import Store, open_store
from edi_engine.synthetic.bank_text import BankMovement, bai2_text, bank_csv_text, nacha_text
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import NOW, conclude
from tests.parsers.x12_files import file_of

DAY = date(2026, 1, 15)
LATE = DAY + timedelta(days=30)
OUR_CLAIM = GOLDEN_ROOT / "g34_four_remittances_in_one_deposit" / "1_claims.edi"
COMPANY = ("1990000003", "EXAMPLE HEALTH PLAN")


def era(number: int, cents: int, trace: str, *, day: date = DAY, method: str = "ACH") -> str:
    return (
        f"ST*835*{number:04d}~BPR*I*{cents // 100}.{cents % 100:02d}*C*{method}************"
        f"{day:%Y%m%d}~TRN*1*{trace}*{COMPANY[0]}~N1*PR*{COMPANY[1]}*XV*EX003~"
        f"N1*PE*SAMPLE CLINIC*XX*1999999984~LX*1~CLP*TEST-{number}*1*{cents // 100}"
        f".{cents % 100:02d}*{cents // 100}.{cents % 100:02d}**12*P{number}~SE*8*{number:04d}~"
    )


def came(cents: int, trace: str = "", *, day: date = DAY, reference: str = "R1") -> BankMovement:
    return BankMovement(day, cents, *COMPANY, trace, reference)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with open_store(str(tmp_path / "practice.db")) as opened:
        yield opened  # type: ignore[misc]


class Desk:
    """Files put in and what comes out, in a folder of its own."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.count = 0

    def put(self, data: bytes, name: str = "") -> FileOutcome:
        self.count += 1
        path = self.folder / (name or f"file{self.count}")
        path.write_bytes(data)
        (outcome,) = ingest_paths(self.store, [path], clock=lambda: NOW).outcomes
        return outcome

    def eras(self, *sets: str) -> None:
        self.put(file_of(*sets).encode())

    def rows(self) -> list[tuple[object, ...]]:
        """(amount, status, remittances, rule, difference) of every deposit."""
        with self.store.reading() as reader:
            found = reader.deposits()
            matches = reader.deposit_matches(found)
        return [
            (one.deposit.amount_cents, matches[key].status.value, matches[key].remittance_ids,
             matches[key].rule, matches[key].difference_cents)
            for key, one in found.items()
        ]  # fmt: skip

    def causes(self, status: Sequence[WorkStatus] = (WorkStatus.NEW, WorkStatus.OPEN)) -> list[str]:
        with self.store.reading() as reader:
            items = reader.work_items(statuses=status)
        return sorted(one.cause for one in items if one.queue.value == "eft_era_gap")


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    return Desk(store, folder)


def test_a_bank_file_is_loaded_like_any_other(desk: Desk) -> None:
    data = nacha_text([came(500_00, "T1")], created_on=DAY)
    outcome = desk.put(data)
    assert (outcome.status, outcome.counts.findings) == (FileStatus.LOADED, 0)
    assert desk.put(data, "again").status is FileStatus.KNOWN
    with desk.store.reading() as reader:
        assert reader.raw_segments(1, 0, len(data)) == data
        assert len(reader.deposits()) == 1


@pytest.mark.parametrize("first", ["bank", "payer"])
def test_deposit_and_remittance_meet_whoever_comes_first(desk: Desk, first: str) -> None:
    steps = [
        lambda: desk.put(nacha_text([came(500_00, "0012345")], created_on=DAY)),
        lambda: desk.eras(era(1, 500_00, "12345")),
    ]
    for step in steps if first == "bank" else reversed(steps):
        step()
        conclude(desk.store, as_of=DAY)
    assert desk.rows() == [(500_00, "matched", (1,), "trace_originator_amount", 0)]


def test_the_same_movement_in_another_file_is_known_again(desk: Desk) -> None:
    movements = [came(500_00, "12345"), came(700_00, "", reference="R2")]
    desk.put(bai2_text(movements, as_of=DAY))
    desk.put(bai2_text([*movements, came(1_00, "777")], as_of=DAY))
    desk.put(nacha_text([movements[0]], created_on=DAY))
    with desk.store.reading() as reader:
        assert [one.deposit.amount_cents for one in reader.deposits().values()] == [
            500_00, 700_00, 1_00,
        ]  # fmt: skip
        assert [reader.deposits_of_file(number) for number in (1, 2, 3)] == [(2, 0), (3, 2), (1, 1)]


@pytest.mark.parametrize("first", ["entries", "statement"])
def test_the_trace_number_of_an_entry_serves_the_line_of_the_statement(
    desk: Desk, first: str
) -> None:
    desk.eras(era(1, 500_00, "12345"), era(2, 500_00, "54321"))
    files = [
        nacha_text([came(500_00, "12345")], created_on=DAY),
        bai2_text([came(500_00)], as_of=DAY),
    ]
    for data in files if first == "entries" else reversed(files):
        desk.put(data)
        conclude(desk.store, as_of=DAY)
    # The line may be the money of the second, as long as that has none of its own.
    assert sorted(row[1:4] for row in desk.rows()) == [
        ("ambiguous", (), ""),
        ("matched", (1,), "trace_originator_amount"),
    ]
    desk.put(nacha_text([came(500_00, "54321")], created_on=DAY))
    conclude(desk.store, as_of=DAY)
    assert sorted(row[1:4] for row in desk.rows()) == [
        ("matched", (1,), "trace_originator_amount"),
        ("matched", (2,), "trace_originator_amount"),
        ("repeated", (), ""),
    ]


def test_two_alike_in_one_file_are_two(desk: Desk) -> None:
    desk.put(bank_csv_text([came(500_00, "12345"), came(500_00, "12345")]))
    with desk.store.reading() as reader:
        assert len(reader.deposits()) == 2


def test_an_office_without_bank_files_is_asked_for_no_deposit(desk: Desk) -> None:
    desk.eras(era(1, 500_00, "12345"))
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == []


def test_money_that_does_not_come_is_missed_and_found(desk: Desk) -> None:
    desk.put(bai2_text([came(1_00, "99")], as_of=DAY))
    desk.eras(era(1, 500_00, "12345"), era(2, 1_00, "99"))
    conclude(desk.store, as_of=DAY)
    assert desk.causes() == []
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == []  # the bank's files end before it was due
    desk.put(bai2_text([], as_of=LATE))
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == ["deposit_missing"]
    desk.put(bank_csv_text([came(500_00, "12345", day=LATE)]))
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == []
    assert desk.causes((WorkStatus.RESOLVED,)) == ["deposit_missing"]


def test_a_payee_that_no_claim_names_is_not_waited_for(desk: Desk) -> None:
    desk.put(bai2_text([], as_of=DAY))
    desk.put(bai2_text([], as_of=LATE))
    desk.eras(era(1, 500_00, "12345"))
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == ["deposit_missing"]  # whose practice this is, no claim says yet
    desk.put(OUR_CLAIM.read_bytes().replace(b"1999999984", b"1999999992"))
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == []
    desk.put(OUR_CLAIM.read_bytes())
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == ["deposit_missing"]


def test_what_is_wrong_with_a_remittance_stays_when_its_deposit_comes(desk: Desk) -> None:
    unbalanced = era(1, 500_00, "12345").replace("CLP*TEST-1*1*500.00*500.00", "CLP*TEST-1*1*9*9")
    desk.put(bai2_text([], as_of=DAY))
    desk.put(bai2_text([], as_of=LATE))
    desk.eras(unbalanced)
    conclude(desk.store, as_of=LATE)
    with desk.store.reading() as reader:
        before = {one.cause for one in reader.work_items()}
    assert before >= {"deposit_missing", "unbalanced_remittance"}
    desk.put(bank_csv_text([came(500_00, "12345")]))
    conclude(desk.store, as_of=LATE)
    with desk.store.reading() as reader:
        still = {one.cause for one in reader.work_items(statuses=[WorkStatus.NEW])}
    assert "unbalanced_remittance" in still
    assert "deposit_missing" not in still


def test_a_deposit_without_a_remittance_is_asked_for_and_explained(desk: Desk) -> None:
    desk.put(nacha_text([came(500_00, "12345")], created_on=DAY))
    conclude(desk.store, as_of=DAY)
    assert desk.causes() == []
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == ["remittance_missing"]
    desk.eras(era(1, 447_00, "12345"))
    conclude(desk.store, as_of=LATE)
    assert desk.causes() == ["deposit_amount_differs"]
    assert desk.rows() == [(500_00, "amount_differs", (1,), "trace_only", 53_00)]


def test_the_report_ages_both_sides(desk: Desk) -> None:
    desk.put(bai2_text([came(70_00, "777"), came(5_00, "778")], as_of=DAY))
    desk.put(bai2_text([], as_of=LATE))
    desk.eras(
        era(1, 500_00, "1"),
        era(2, 300_00, "2", day=DAY + timedelta(days=7)),
        era(3, 200_00, "3", day=LATE),
        era(4, 900_00, "4", day=DAY - timedelta(days=90)),  # before any file of the bank
    )
    conclude(desk.store, as_of=LATE)
    found = report(desk.store, "deposits", as_of=LATE)
    head = [column.name for column in found.dataset.columns]
    assert head[4:] == [
        "count", "days_0_4", "days_5_15", "days_16_31", "days_over_31", "total", "oldest_on",
    ]  # fmt: skip
    deposits = (3, 200_00, 0, 800_00, 0, 1000_00, DAY)
    remittances = (2, 0, 0, 75_00, 0, 75_00, DAY)
    assert found.rows == (
        ("deposit", "EX003", "EXAMPLE HEALTH PLAN", "1999999984", *deposits),
        ("deposit", "", "Total", "", *deposits),
        ("remittance", "", "EXAMPLE HEALTH PLAN", "", *remittances),
        ("remittance", "", "Total", "", *remittances),
    )


def test_a_bundle_is_broken_up_when_the_real_deposit_comes(desk: Desk) -> None:
    desk.eras(era(1, 200_00, "T1"), era(2, 300_00, "T2"))
    desk.put(bai2_text([came(500_00)], as_of=DAY))
    conclude(desk.store, as_of=DAY)
    assert desk.rows() == [(500_00, "matched", (1, 2), "bundle", 0)]
    desk.put(nacha_text([came(200_00, "T1")], created_on=DAY))
    conclude(desk.store, as_of=DAY)
    assert [row[1] for row in desk.rows()] == ["no_remittance", "matched"]


def test_other_money_becomes_a_payers_when_the_payer_is_known(desk: Desk) -> None:
    data = bank_csv_text([came(500_00)]).replace(b" HCCLAIMPMT", b"")
    desk.put(data)
    conclude(desk.store, as_of=DAY)
    assert [row[1] for row in desk.rows()] == ["other_money"]
    desk.eras(era(1, 9_00, "T1", day=DAY - timedelta(days=200)))
    conclude(desk.store, as_of=DAY)
    assert [row[1] for row in desk.rows()] == ["no_remittance"]


def practice(random: Random) -> list[bytes]:
    """Files of a payer and a bank over some months, some with traces, some bundled or missing."""
    files, movements, entries = [], [], []
    number = 0
    for week in range(30):
        day = DAY + timedelta(days=7 * week + random.randrange(3))
        batch = []
        for _ in range(random.randrange(1, 4)):
            number += 1
            batch.append((number, random.randrange(1, 8) * 100_00, f"T{number:05d}"))
        files.append(file_of(*(era(*one, day=day) for one in batch)).encode())
        shape = random.choice(["traces", "twice", "bundle", "plain", "missing", "differs"])
        sums = {
            "traces": [came(cents, trace, day=day) for _, cents, trace in batch],
            "twice": [came(cents, day=day, reference=f"S{trace}") for _, cents, trace in batch],
            "bundle": [came(sum(one[1] for one in batch), day=day, reference=f"B{week}")],
            "plain": [came(one[1], day=day, reference=f"P{one[0]}") for one in batch],
            "missing": [],
            "differs": [came(batch[0][1] + 100, batch[0][2], day=day)],
        }
        movements.append((day, sums[shape]))
        if shape == "twice":
            entries.append(nacha_text(sums["traces"], created_on=day))
    return [*files, *entries, *(bai2_text(found, as_of=day) for day, found in movements)]


def told(store: Store) -> list[object]:
    """Conclusions without our own numbers."""
    with store.reading() as reader:
        found = reader.deposits()
        traces = {key: one.trace_number for key, one in
                  reader.awaited_remittances(reader.remittance_ids()).items()}  # fmt: skip
        matches = reader.deposit_matches(found)
        both = reader.remittance_deposits(traces)
    names = {
        key: (one.deposit.received_on, one.deposit.amount_cents, one.deposit.trace_number,
              one.deposit.bank_reference)
        for key, one in found.items()
    }  # fmt: skip
    return [
        sorted(
            (names[key], one.status.value, one.rule, one.difference_cents or 0,
             one.reason if one.status is not DepositStatus.REPEATED else "",
             sorted(traces[other] for other in one.remittance_ids),
             sorted(traces[other] for other in one.candidates))
            for key, one in matches.items()
        ),
        sorted(
            (traces[key], one.status.value, one.rule, one.reason,
             sorted(names[other] for other in one.deposit_ids))
            for key, one in both.items()
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))]
)
def test_nights_in_any_order_end_like_everything_at_once(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    files = practice(random)
    ends = []
    for turn, at_once in enumerate((True, False, False)):
        folder = tmp_path / str(turn)
        folder.mkdir()
        with open_store(str(folder / "practice.db")) as store:
            desk = Desk(store, folder)
            if not at_once:
                random.shuffle(files)
            for place, data in enumerate(files):
                desk.put(data)
                if not at_once and place % 7 == 0:
                    conclude(store, as_of=LATE)
            conclude(store, as_of=LATE)
            ends.append(told(store))
            conclude(store, as_of=LATE, everything=True)
            assert told(store) == ends[-1]
    assert ends[0] == ends[1] == ends[2]
    statuses = {row[1] for row in ends[0][0]}  # type: ignore[attr-defined]
    assert statuses >= {"matched", "amount_differs", "ambiguous", "repeated"}


def test_a_bank_file_in_the_inbox_is_loaded_by_the_night(store: Store, tmp_path: Path) -> None:
    folders = NightlyFolders.beside(tmp_path / "inbox", settle_seconds=0)
    folders.inbox.mkdir()
    (folders.inbox / "bank.txt").write_bytes(nacha_text([came(500_00, "T1")], created_on=DAY))
    (folders.inbox / "bank.csv").write_bytes(bank_csv_text([came(300_00, "T2")]))
    report = nightly(store, folders, policy=ReconcilePolicy(), as_of=DAY, now=lambda: NOW)
    assert report.quarantined == ()
    assert report.reconciled.deposits_count == 2
    assert sorted(path.name for path in folders.done.iterdir()) == ["bank.csv", "bank.txt"]


def test_a_held_remittance_lets_its_deposit_go(desk: Desk) -> None:
    from edi_engine.jobs.decide import hold, release

    desk.eras(era(1, 500_00, "12345"))
    desk.put(nacha_text([came(500_00, "12345")], created_on=DAY))
    conclude(desk.store, as_of=DAY)
    words = {"actor": "kim", "policy": ReconcilePolicy(), "as_of": DAY, "now": lambda: NOW}
    hold(desk.store, 1, "The bank has no such payment.", **words)  # type: ignore[arg-type]
    assert desk.rows() == [(500_00, "no_remittance", (), "", None)]
    release(desk.store, 1, **words)  # type: ignore[arg-type]
    assert desk.rows() == [(500_00, "matched", (1,), "trace_originator_amount", 0)]


def test_a_broken_bank_file_is_loaded_with_its_findings(desk: Desk) -> None:
    data = bai2_text([came(500_00, "12345")], as_of=DAY)
    outcome = desk.put(data[: data.index(b"99,")])
    assert outcome.status is FileStatus.LOADED
    assert outcome.finding_counts == (("BANK-0105", 1),)
    with desk.store.reading() as reader:
        assert [one.code for one in reader.findings(1)] == ["BANK-0105"]
        assert len(reader.deposits()) == 1
