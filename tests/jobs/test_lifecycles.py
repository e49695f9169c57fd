"""From sending to payment: the state of a claim, its days, and what stands on the worklist."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from edi_engine.jobs.ingest import ingest_data
from edi_engine.jobs.reconcile import reconcile
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from tests.acknowledgment_files import (
    Sent,
    claims_file,
    inquiry_answer,
    remittance_file,
    status_file,
    syntax_file,
    ta1_file,
)

DAY = date(2026, 1, 5)
AS_OF = date(2026, 1, 16)
ONE = Sent("TEST-1")
CLAIM = claims_file([[ONE]], on=DAY)


def on(days: int) -> date:
    """So many days after sending, a Monday."""
    return DAY + timedelta(days=days)


def clock() -> datetime:
    return datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def stores(tmp_path: Path) -> Callable[[], Store]:
    numbers = itertools.count()
    return lambda: open_store(str(tmp_path / f"{next(numbers)}.db"))


def night(
    store: Store,
    texts: Iterable[str],
    as_of: date = AS_OF,
    policy: ReconcilePolicy | None = None,
) -> None:
    """Take in files and reconcile."""
    for text in texts:
        ingest_data(store, text.encode(), "file.edi", clock=clock)
    reconcile(store, policy=policy or ReconcilePolicy(), as_of=as_of, now=clock)


def states(store: Store) -> list[tuple[object, ...]]:
    """(patient control number, frequency, sent, state, tier, since) of all claims."""
    with store.reading() as reader:
        return reader.rows(
            "SELECT c.patient_control_number, c.frequency_code, c.sent_on, l.state, l.tier,"
            " l.since_on FROM claim_lifecycles l JOIN claims c ON c.claim_id = l.claim_id"
            " ORDER BY 1, 3, 2"
        )


def work(store: Store) -> list[tuple[str, str, str]]:
    """(queue, cause, detail) of what is open."""
    with store.reading() as reader:
        items = reader.work_items()
    return sorted(
        (item.queue.value, item.cause, item.detail)
        for item in items
        if item.status.value in {"new", "open", "waiting"}
    )


def ca(said: str, days: int, *, payer: bool = False, number: int = 401) -> str:
    return status_file([(ONE, said)], on=on(days), payer=payer, number=number)


def ack(verdict: str, days: int, group: str = "A") -> str:
    return syntax_file(201, [verdict], group, on=on(days))


SEGMENT_FAULT = "R IK3*NM1*17*2010*8~IK4*9*67*1~"

STORIES = [
    # what arrives after the claim, state, tier, days after sending, open work
    ([], "sent", "", 0, []),
    ([ta1_file(201, "A", on=on(0))], "file_acknowledged", "file", 0, []),
    ([ack("A", 1)], "file_acknowledged", "file", 1, []),
    ([ack("E", 1, "E")], "file_acknowledged", "file", 1, []),
    (
        [ta1_file(201, "R", on=on(0), note="025")],
        "rejected",
        "file",
        0,
        [("rejection", "rejected", "ta1 R 025")],
    ),
    (
        [ack(SEGMENT_FAULT, 1, "R")],
        "rejected",
        "file",
        1,
        [("rejection", "rejected", "999 NM109 1")],
    ),
    (
        [syntax_file(201, [], "R", on=on(1))],
        "rejected",
        "file",
        1,
        [("rejection", "rejected", "999 R")],
    ),
    ([ack("M", 1, "R")], "rejected", "file", 1, [("rejection", "rejected", "999 M")]),
    ([ca("A0:16:PR", 2)], "clearinghouse_accepted", "clearinghouse", 2, []),
    ([ca("A1:19", 2)], "clearinghouse_accepted", "clearinghouse", 2, []),
    ([ca("A2:20", 2)], "clearinghouse_accepted", "clearinghouse", 2, []),
    ([ca("A1:19", 3, payer=True)], "payer_received", "payer", 3, []),
    ([ca("A2:20", 3, payer=True)], "payer_accepted", "payer", 3, []),
    ([ca("A5:17", 3, payer=True)], "payer_accepted", "payer", 3, []),
    *(
        (
            [ca(f"{code}:562:85", 3, payer=True)],
            "rejected",
            "payer",
            3,
            [("rejection", "rejected", f"{code}:562:85")],
        )
        for code in ("A3", "A4", "A6", "A7", "A8")
    ),
    # accept, then reject of a later tier, and the other way round
    (
        [ca("A2:20", 2), ca("A7:164:IL", 3, payer=True, number=402)],
        "rejected",
        "payer",
        3,
        [("rejection", "rejected", "A7:164:IL")],
    ),
    (
        [ca("A7:164:IL", 2), ca("A2:20", 3, payer=True, number=402)],
        "payer_accepted",
        "payer",
        3,
        [],
    ),
    (
        [ca("A7:164:IL", 2, payer=True), ca("A2:20", 6, number=402)],
        "rejected",
        "payer",
        2,
        [("rejection", "rejected", "A7:164:IL")],
    ),
    ([ack("R", 1, "R"), ca("A2:20", 2)], "clearinghouse_accepted", "clearinghouse", 2, []),
    # the newest word of one tier
    (
        [ca("A7:164:IL", 2, payer=True), ca("A2:20", 6, payer=True, number=402)],
        "payer_accepted",
        "payer",
        6,
        [],
    ),
    (
        [ca("A2:20", 2, payer=True), ca("A3:21", 6, payer=True, number=402)],
        "rejected",
        "payer",
        6,
        [("rejection", "rejected", "A3:21")],
    ),
    (
        [ca("A2:20", 2, payer=True), ca("A1:19", 6, payer=True, number=402)],
        "payer_accepted",
        "payer",
        2,
        [],
    ),
    # one day: nearer to the claim, then the rejection
    (
        [status_file([(ONE, "A7:164:IL")], on=on(2), receiver="A1:19:PR")],
        "rejected",
        "clearinghouse",
        2,
        [("rejection", "rejected", "A7:164:IL")],
    ),
    (
        [status_file([], on=on(2), receiver="A3:24:41")],
        "rejected",
        "clearinghouse",
        2,
        [("rejection", "rejected", "A3:24:41")],
    ),
    # answers to inquiries
    ([inquiry_answer(ONE, "P1:46", on=on(9))], "payer_received", "payer", 9, []),
    ([inquiry_answer(ONE, "F1:65", on=on(9))], "payer_accepted", "payer", 9, []),
    ([inquiry_answer(ONE, "E0:0", on=on(9))], "sent", "", 0, []),
    # what is not allowed in an acknowledgment settles nothing
    ([ca("F1:65", 3, payer=True)], "sent", "", 0, []),
    # remittances
    ([ca("A7:164:IL", 2), remittance_file(ONE, on=on(10))], "closed", "", 10, []),
    ([remittance_file(ONE, on=on(10), status="19")], "next_payer", "", 10, []),
]


@pytest.mark.parametrize(("files", "state", "tier", "days", "items"), STORIES)
def test_a_claim_stands_where_its_answers_say_in_any_order(
    stores: Callable[[], Store],
    files: list[str],
    state: str,
    *,
    tier: str,
    days: int,
    items: list[tuple[str, str, str]],
) -> None:
    expected = [("TEST-1", "1", str(DAY), state, tier, str(on(days)))]
    with stores() as store:
        night(store, [CLAIM, *files])
        assert (states(store), work(store)) == (expected, items)
    with stores() as store:
        for text in [*reversed(files), CLAIM]:
            night(store, [text])
        assert (states(store), work(store)) == (expected, items)


CORRECTED = ONE._replace(member="M0002", line="OTHERLINE")


def resent(days: int = 5, **changes: str) -> str:
    return claims_file(
        [[CORRECTED._replace(**changes)]],
        on=on(days),
        number=202,
        batch="AGAIN",  # type: ignore[arg-type]
    )


def test_a_resend_takes_the_place_of_what_was_rejected(stores: Callable[[], Store]) -> None:
    with stores() as store:
        night(store, [CLAIM, ca("A7:164:IL", 2)], as_of=on(3))
        assert work(store) == [("rejection", "rejected", "A7:164:IL")]
        night(store, [resent()], as_of=on(8))
        assert work(store) == []
        assert [row[3] for row in states(store)] == ["superseded", "sent"]
        again = status_file([(CORRECTED, "A2:20")], on=on(6), number=402, batch="AGAIN1")
        night(store, [again])
        assert [row[3] for row in states(store)] == ["superseded", "clearinghouse_accepted"]


def test_a_resend_that_is_rejected_as_well_is_one_piece_of_work(
    stores: Callable[[], Store],
) -> None:
    again = status_file([(CORRECTED, "A7:164:IL")], on=on(6), number=402, batch="AGAIN1")
    with stores() as store:
        night(store, [CLAIM, ca("A7:164:IL", 2), resent(), again])
        assert [row[3] for row in states(store)] == ["superseded", "rejected"]
        assert work(store) == [("rejection", "rejected", "A7:164:IL")]


SENDINGS = [
    # day of the resend, day of the rejection, batch that it names, states of both sendings
    (3, 2, "BATCH1", ["superseded", "sent"]),
    (3, 2, "", ["superseded", "sent"]),
    (3, 3, "BATCH1", ["superseded", "sent"]),
    (3, 3, "AGAIN1", ["sent", "rejected"]),
    (3, 4, "", ["sent", "rejected"]),
    (3, 9, "BATCH1", ["superseded", "sent"]),
]


@pytest.mark.parametrize(("sent", "said", "batch", "expected"), SENDINGS)
def test_a_rejection_is_of_the_sending_that_it_names_or_follows(
    stores: Callable[[], Store], sent: int, said: int, batch: str, expected: list[str]
) -> None:
    rejection = status_file([(ONE, "A7:164:IL")], on=on(said), batch=batch)
    for order in itertools.permutations([CLAIM, rejection, resent(sent)]):
        with stores() as store:
            night(store, order, as_of=on(10))
            assert [row[3] for row in states(store)] == expected


def test_a_batch_rejected_with_its_claims_named_says_nothing_of_others(
    stores: Callable[[], Store],
) -> None:
    other = Sent("TEST-2", 200)
    answer = status_file([(ONE, "A7:164:IL")], on=on(2), receiver="A3:21:PR")
    with stores() as store:
        night(store, [claims_file([[ONE, other]], on=DAY), answer])
        assert [row[3] for row in states(store)] == ["rejected", "sent"]


def test_a_rejection_of_nothing_that_is_known_is_work_until_it_is(
    stores: Callable[[], Store],
) -> None:
    with stores() as store:
        night(store, [ca("A7:164:IL", 2), ca("A2:20", 3, number=402)])
        assert work(store) == [("rejection", "rejection_unplaced", "unknown")]
        night(store, [CLAIM])
        assert work(store) == []
    with stores() as store:
        night(store, [syntax_file(999, ["R"], "R", on=on(1))])
        assert work(store) == [("rejection", "rejection_unplaced", "unknown")] * 2


def test_another_patient_of_the_same_number_takes_no_place(stores: Callable[[], Store]) -> None:
    with stores() as store:
        other = resent(patient="OTHERNAME", first="BETA", member="M0077")
        night(store, [CLAIM, ca("A7:164:IL", 2), other])
        assert [row[3] for row in states(store)] == ["rejected", "sent"]


def test_a_set_sent_again_whole_waits_for_a_new_word(stores: Callable[[], Store]) -> None:
    """The same set in a new interchange, after its first one was refused."""
    again = CLAIM.replace("000000201", "000000202").replace("*201*X", "*202*X")
    again = again.replace("GE*1*201", "GE*1*202").replace("GS*HC*SAMPLECLINIC*CLEAR*20260105", (
        f"GS*HC*SAMPLECLINIC*CLEAR*{on(3):%Y%m%d}"
    ))  # fmt: skip
    refused = ta1_file(201, "R", on=on(0), note="022")
    taken = ta1_file(202, "A", on=on(3), number=302)
    late = ta1_file(201, "R", on=on(0), note="022").replace("*260105*0600*^", "*260108*0600*^")
    for order in (
        [CLAIM, refused, again],
        [again, refused, CLAIM],
        [CLAIM, late, again],
        [again, late, CLAIM],
    ):
        with stores() as store:
            for text in order:
                night(store, [text], as_of=on(4))
            assert [row[3:] for row in states(store)] == [("sent", "", str(on(3)))]
            assert work(store) == []
    with stores() as store:
        night(store, [CLAIM, refused, again, taken])
        assert [row[3:] for row in states(store)] == [("file_acknowledged", "file", str(on(3)))]


def test_replaced_and_voided_claims_are_nobodys_work(stores: Callable[[], Store]) -> None:
    numbered = "STC*A7:164:IL*20260107*U*100~REF*1K*PAYER0001~"
    for frequency, state in (("7", "superseded"), ("8", "voided")):
        with stores() as store:
            version = resent(frequency=frequency, original="PAYER0001")
            night(store, [CLAIM, ca(numbered, 2, payer=True), version])
            assert states(store)[0][3:] == (state, "", str(on(5)))
            assert not [one for one in work(store) if one[0] == "rejection"]


def test_one_set_of_three_returns_its_claims_alone(stores: Callable[[], Store]) -> None:
    sets = [[Sent("TEST-1")], [Sent("TEST-2"), Sent("TEST-3")], [Sent("TEST-4")]]
    faults = "R IK3*CLM*22*2300*8~CTX*CLM01:TEST-3~IK4*5:3*1325*7*X~"
    with stores() as store:
        answer = syntax_file(201, ["A", faults, "A"], "P", on=on(1))
        night(store, [claims_file(sets, on=DAY), answer])
        assert [row[3] for row in states(store)] == [
            "file_acknowledged",
            "rejected",
            "rejected",
            "file_acknowledged",
        ]
        assert work(store) == [
            ("rejection", "rejected", "999 CLM05-3 7"),
            ("rejection", "rejected", "999 R another claim"),
        ]
        with store.reading() as reader:
            reasons = {item.detail: item.reason for item in reader.work_items()}
    said = reasons["999 CLM05-3 7"]
    assert "segment 22 of our set, loop 2300" in said
    assert "Code is not in its list, read as 'A'" in said
    assert "Use a code of the list." in said
    assert "send this one again" in reasons["999 R another claim"]


def test_a_rejection_has_the_filing_clock_of_the_claim(stores: Callable[[], Store]) -> None:
    with stores() as store:
        night(store, [CLAIM, ca("A7:562:85", 2)])
        with store.reading() as reader:
            (item,) = reader.work_items()
    assert item.deadline == ONE.served_on + timedelta(days=365)
    assert "loop 2010AA NPI (NM109)" in item.reason
    assert item.amount_at_risk_cents == 100_00


# Silence ---

SILENT: list[tuple[list[str], int, str | None]] = [
    # what arrived, the day after sending, what is missing
    ([ack("A", 1)], 8, None),
    # the thirty-first day after is a Saturday; the Monday after the next one is a holiday
    ([ca("A2:20", 2)], 34, None),
    ([ca("A2:20", 2)], 35, "no_remittance"),
    ([ca("A2:20", 2), ca("A2:20", 9, payer=True, number=402)], 42, None),
    ([ca("A2:20", 2), ca("A2:20", 9, payer=True, number=402)], 43, "no_remittance"),
    ([ca("A7:164:IL", 2)], 60, None),
]


@pytest.mark.parametrize(("files", "days", "missing"), SILENT)
def test_silence_counts_from_the_last_accept(
    stores: Callable[[], Store], files: list[str], days: int, missing: str | None
) -> None:
    with stores() as store:
        night(store, [CLAIM, *files], as_of=on(3))
        night(store, [], as_of=on(days))
        told = [detail for queue, _, detail in work(store) if queue == "no_response"]
    assert told == ([] if missing is None else [missing])


def test_nobody_misses_acknowledgments_who_loads_none(stores: Callable[[], Store]) -> None:
    with stores() as store:
        night(store, [CLAIM], as_of=on(20))
        assert work(store) == []
        night(store, [], as_of=on(31))
        assert work(store) == [("no_response", "no_response", "")]


def test_a_claim_without_any_word_is_missed_where_others_are_acknowledged(
    stores: Callable[[], Store],
) -> None:
    lost = claims_file([[Sent("TEST-9")]], on=DAY, number=209, batch="LOST")
    for order in ([CLAIM, ca("A2:20", 2), lost], [lost, CLAIM, ca("A2:20", 2)]):
        with stores() as store:
            for text in order:
                night(store, [text], as_of=on(4))
            assert work(store) == []
            night(store, [], as_of=on(5))
            assert work(store) == []
            night(store, [], as_of=on(7))
            assert work(store) == [("no_response", "no_response", "no_acknowledgment")]
            late = syntax_file(209, ["A"], "A", on=on(8), number=309)
            named = status_file([(Sent("TEST-9"), "A2:20")], on=on(8), number=409)
            night(store, [late, named], as_of=on(8))
            assert work(store) == []


def test_an_item_of_silence_closes_when_the_remittance_comes(stores: Callable[[], Store]) -> None:
    with stores() as store:
        night(store, [CLAIM, ca("A2:20", 2)], as_of=on(40))
        assert work(store) == [("no_response", "no_response", "no_remittance")]
        night(store, [remittance_file(ONE, on=on(40))], as_of=on(41))
        assert work(store) == []


def history(days: int, count: int = 20) -> list[str]:
    """Claims of the same payer, accepted two days after sending and paid so many later."""
    sent = [Sent(f"HIST-{index}", served_on=date(2025, 8, 1)) for index in range(count)]
    start = date(2025, 8, 4)
    files = [claims_file([sent], on=start, number=150, batch="HIST")]
    accepted = [(one, "A2:20") for one in sent]
    files.append(status_file(accepted, on=start + timedelta(days=2), number=350, batch="HIST1"))
    files += [
        remittance_file(one, on=start + timedelta(days=2 + days), number=600 + index)
        for index, one in enumerate(sent)
    ]
    return files


LAGS = [
    # days the payer took for twenty claims, days after the accept on which it is missed
    (3, 15),
    (20, 21),
    (60, 46),
]


@pytest.mark.parametrize(("took", "missed_after"), LAGS)
def test_a_payer_is_given_the_days_it_usually_takes(
    stores: Callable[[], Store], took: int, missed_after: int
) -> None:
    missed_on = on(2 + missed_after)
    if missed_on.weekday() > 4:
        missed_on += timedelta(days=7 - missed_on.weekday())
    with stores() as store:
        night(store, [CLAIM, ca("A2:20", 2), *history(took)], as_of=on(3))
        night(store, [], as_of=missed_on - timedelta(days=1))
        assert work(store) == []
        night(store, [], as_of=missed_on)
        assert work(store) == [("no_response", "no_response", "no_remittance")]


def test_too_short_a_history_is_none(stores: Callable[[], Store]) -> None:
    with stores() as store:
        night(store, [CLAIM, ca("A2:20", 2), *history(3, count=19)], as_of=on(3))
        night(store, [], as_of=on(30))
        assert work(store) == []


def test_a_longer_history_takes_an_alarm_back(stores: Callable[[], Store]) -> None:
    """Nights apart, or all at once: the same is missed."""
    slow = history(40)
    with stores() as store:
        night(store, [CLAIM, ca("A2:20", 2)], as_of=on(35))
        assert work(store) == [("no_response", "no_response", "no_remittance")]
        night(store, slow, as_of=on(36))
        assert work(store) == []
    with stores() as store:
        night(store, [*slow, CLAIM, ca("A2:20", 2)], as_of=on(36))
        assert work(store) == []


def test_a_crossover_that_never_arrives_is_missed_once(stores: Callable[[], Store]) -> None:
    with stores() as store:
        night(store, [CLAIM, remittance_file(ONE, on=on(10), status="19")], as_of=on(12))
        assert work(store) == []
        night(store, [], as_of=on(42))
        assert work(store) == []
        night(store, [], as_of=on(43))
        assert work(store) == [("no_response", "no_secondary_remittance", "crossover")]
        with store.reading() as reader:
            (row,) = reader.rows("SELECT silence, state FROM claim_lifecycles")
    assert row == ("no_secondary_remittance", "next_payer")


@pytest.mark.slow
def test_a_rebuild_gives_the_same_lifecycles_and_lags(stores: Callable[[], Store]) -> None:
    files = [CLAIM, ca("A2:20", 2), resent(), *history(20, count=21)]
    with stores() as store:
        for text in files:
            night(store, [text])
        before = everything(store)
        reconcile(store, policy=ReconcilePolicy(), as_of=AS_OF, now=clock, everything=True)
        assert everything(store) == before


def everything(store: Store) -> Sequence[Sequence[tuple[object, ...]]]:
    with store.reading() as reader:
        return [
            reader.rows("SELECT * FROM claim_lifecycles ORDER BY claim_id"),
            reader.rows(
                "SELECT * FROM payer_lags WHERE claims_count <> 0 ORDER BY payer_key, stage, days"
            ),
            reader.rows("SELECT * FROM acknowledgment_standings ORDER BY acknowledgment_id"),
        ]
