"""Provider items night by night: the same as at once, and no more looked at than what is open."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from edi_engine.jobs.decide import hold, release
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import WorkItem
from edi_engine.store import Store, open_store
from edi_engine.store.queries import Queries
from tests.jobs.conclusions import NOW, conclude, take
from tests.jobs.test_provider_item_stories import FOLDER

FIRST_DAY = date(2026, 1, 5)
AS_OF = date(2026, 3, 21)
ISA = "ISA*00*          *00*          *ZZ*SAMPLEPAYER    *ZZ*SAMPLECLINIC   "

SLOW_SEEDS = [pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 107, *range(200, 220))]


class Pair(NamedTuple):
    """One PLB pair of a remittance."""

    code: str
    reference: str
    cents: int


def remittance(trace: int, day: int, pairs: Sequence[Pair], *, claims: Sequence[str] = ()) -> str:
    """An 835 of these pairs and claim payment segments; BPR02 makes up whatever they come to."""
    paid_on = f"{FIRST_DAY + timedelta(days=day):%Y%m%d}"
    paid = sum(int(one.split("*")[4]) * 100 for one in claims if one.startswith("CLP"))
    amount = paid - sum(pair.cents for pair in pairs)
    head = [
        f"BPR*I*{amount / 100:.2f}*C*CHK************{paid_on}",
        f"TRN*1*{trace:06d}*1512345678",
        "N1*PR*SAMPLE HEALTH PLAN*XV*99999",
        "N1*PE*SAMPLE CLINIC*XX*1999999976",
    ]
    tail = [
        f"PLB*1999999976*20261231*{pair.code}:{pair.reference}*{pair.cents / 100:.2f}"
        for pair in pairs
    ]
    body = ["ST*835*0001", *head, *(["LX*1"] if claims else []), *claims, *tail]
    number = f"{trace:09d}"
    segments = [
        f"{ISA}*260105*0600*^*00501*{number}*0*P*:",
        f"GS*HP*SAMPLEPAYER*SAMPLECLINIC*{paid_on}*0600*{trace}*X*005010X221A1",
        *body,
        f"SE*{len(body) + 1}*0001",
        f"GE*1*{trace}",
        f"IEA*1*{number}",
    ]
    return "".join(f"{segment}~\n" for segment in segments)


def written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.edi"
    path.write_text(text, encoding="utf-8")
    return path


def night(store: Store, *paths: Path) -> None:
    take(store, paths)
    conclude(store, as_of=AS_OF)


def items_by_place(store: Store) -> list[tuple[object, ...]]:
    """The sub-ledger without our own numbers: they follow the order of arrival."""
    with store.reading() as reader:
        traces = {row[0]: row[6] for row in reader.dataset("remittances")}
        rows = list(reader.dataset("plb_items"))
        places = {row[0]: (traces[row[1]], *map(str, row[3:7])) for row in rows}
        return sorted(
            (
                *places[row[0]],
                *map(str, row[7:9]),
                str(sorted(places[int(one)] for one in row[10].split(";") if one)),
                *map(str, row[11:13]),
            )
            for row in rows
        )


def open_work(store: Store) -> list[WorkItem]:
    with store.reading() as reader:
        found = reader.work_items()
    return [
        item
        for item in found
        if item.queue.value == "plb" and item.status.value in {"new", "open", "waiting"}
    ]


def made_up(seed: int, count: int) -> list[str]:
    """Remittances of one payer whose pairs meet again and again."""
    random = Random(seed)
    texts = []
    for trace in range(1, count + 1):
        pairs = [
            Pair(
                random.choice(["WO", "WO", "WO", "72", "FB", "FB", "CS", "AP"]),
                random.choice(["", "OVP1", "OVP2", "TEST-1", "PAYER0001", "TEST-2"]),
                random.choice([-8000, 8000, -5000, 5000, -3000, 3000]),
            )
            for _ in range(random.randint(1, 3))
        ]
        texts.append(remittance(trace, random.randint(0, 40), pairs))
    return texts


@pytest.mark.parametrize("seed", [1, 103, *SLOW_SEEDS])
def test_nights_in_any_order_end_like_everything_at_once(seed: int, tmp_path: Path) -> None:
    files = [
        written(tmp_path / "in", f"era_{place:03d}", text)
        for place, text in enumerate(made_up(seed, 30))
    ]
    files += [FOLDER / f"{name}.edi" for name in ("bill", "paid", "postponed_reversal")]
    with open_store(str(tmp_path / "at_once.db")) as at_once:
        night(at_once, *files)
        expected = items_by_place(at_once)
        work = sorted((item.cause, item.amount_at_risk_cents) for item in open_work(at_once))
    assert {row[6] for row in expected} >= {"open", "closed", "untraced"}
    Random(seed).shuffle(files)
    with open_store(str(tmp_path / "nights.db")) as nights:
        for path in files:
            night(nights, path)
        assert items_by_place(nights) == expected
        found = sorted((item.cause, item.amount_at_risk_cents) for item in open_work(nights))
        assert found == work
        conclude(nights, as_of=AS_OF, everything=True)
        assert items_by_place(nights) == expected


@pytest.mark.parametrize(
    "reference", ["TEST-1", "TEST-1 20251201 X", "TEST120251201Q9", "XY/TEST-1"]
)
def test_a_claim_that_comes_later_is_found_by_any_part_of_a_reference(
    reference: str, tmp_path: Path
) -> None:
    with open_store(str(tmp_path / "late.db")) as store:
        night(store, written(tmp_path, "era", remittance(1, 0, [Pair("WO", reference, 8000)])))
        assert [item.cause for item in open_work(store)] == ["takeback_untraced"]
        night(store, FOLDER / "bill.edi")
        (item,) = open_work(store)
    assert (item.cause, item.claim_id) == ("takeback_without_notice", 1)


def test_a_remittance_that_comes_later_is_found_by_its_trace_number(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "late.db")) as store:
        night(store, written(tmp_path, "era_2", remittance(2, 9, [Pair("WO", "777001", 8000)])))
        night(store, written(tmp_path, "era_1", remittance(777001, 0, [Pair("CT", "", -100)])))
        with store.reading() as reader:
            item = reader.provider_items(remittance_ids=[1])[1]
    assert (item.trace.rule, item.traced_remittance_id) == ("trace_number", 2)


def test_work_closes_with_its_item_and_comes_back_with_it(tmp_path: Path) -> None:
    taking = written(tmp_path, "taking", remittance(2, 9, [Pair("WO", "OVP1", 8000)]))
    notice = written(tmp_path, "notice", remittance(1, 2, [Pair("WO", "OVP1", -8000)]))
    policy = ReconcilePolicy()
    with open_store(str(tmp_path / "work.db")) as store:
        night(store, taking)
        (before,) = open_work(store)
        assert before.item_key == "provider_item:1/provider_adjustment/1"
        night(store, notice)
        assert open_work(store) == []
        hold(store, 2, "a test", actor="kim", policy=policy, as_of=AS_OF, now=lambda: NOW)
        assert [item.work_item_id for item in open_work(store) if item.cause == before.cause] == [
            before.work_item_id
        ]
        release(store, 2, actor="kim", policy=policy, as_of=AS_OF, now=lambda: NOW)
        assert open_work(store) == []
        with store.reading() as reader:
            kinds = [event.kind.value for event in reader.work_events(before.work_item_id)]
    assert kinds == ["opened", "resolved", "reopened", "resolved"]


def rows_read(monkeypatch: pytest.MonkeyPatch, store: Store, path: Path) -> int:
    """Rows of provider adjustments and their items that a night reads."""
    counts: list[int] = []
    rows = Queries.rows

    def counted(self: Queries, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        found = rows(self, sql, values)
        if "provider_items" in sql or "provider_adjustments a" in sql:
            counts.append(len(found))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Queries, "rows", counted)
        night(store, path)
    return sum(counts)


def history(folder: Path, pairs_count: int) -> Iterable[Path]:
    """Recoveries put off and taken a week later, each under its own reference or none at all."""
    for part in range(pairs_count // 100):
        numbers = range(100 * part, 100 * part + 100)
        for sign, day in ((-1, 0), (1, 7)):
            pairs = [
                Pair("WO", f"OVP{number}" if number % 2 else "", sign * (1000 + number))
                for number in numbers
            ]
            trace = 1000 + 2 * part + day
            yield written(folder, f"era_{trace}", remittance(trace, day, pairs))


@pytest.mark.slow
def test_a_night_reads_what_is_open_whatever_was_settled_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    counts = []
    for pairs_count in (200, 2000):
        folder = tmp_path / str(pairs_count)
        with open_store(str(tmp_path / f"{pairs_count}.db")) as store:
            night(store, *history(folder, pairs_count))
            with store.reading() as reader:
                states = {row[8] for row in reader.dataset("plb_items")}
            assert states == {"closed"}
            new = remittance(9, 20, [Pair("WO", "OVP-NEW", -5000), Pair("WO", "OVP1", 1001)])
            counts.append(rows_read(monkeypatch, store, written(folder, "new", new)))
    assert counts[0] == counts[1]
    assert counts[0] < 30
