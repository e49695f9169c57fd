"""Generated lifecycles with known truth, arriving in any order: the right state with the right
dates, and every rejected and silent claim on the list and no other."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from edi_engine.jobs.lifelines import LifelineStep
from edi_engine.records.lifecycles import LifecycleState, Silence, Tier
from edi_engine.store import open_store
from edi_engine.synthetic import (
    ClaimKey,
    EventTruth,
    LifecyclePractice,
    LifeTruth,
    SilenceRule,
    make_lifecycles,
)
from edi_engine.synthetic.lifecycle_truth import STATES, response_days, silence_on
from tests.jobs.lifecycle_worlds import (
    POLICY,
    LifecycleWorld,
    load_contracts,
    pass_nights,
    shuffled,
    written,
)
from tests.seeds import seeds

RULE = SilenceRule(
    days_min=POLICY.response_days_min,
    days_max=POLICY.response_days_max,
    days_without_history=POLICY.response_days,
    history_min=POLICY.response_history_min,
    acknowledgment_days=POLICY.acknowledgment_days,
    secondary_days=POLICY.secondary_days,
)
AS_OF = date(2025, 6, 11)
TIER_OF_SOURCE = {
    "interchange": 0, "set": 0, "clearinghouse": 1, "payer": 2,
}  # fmt: skip


class Told:
    """A practice with what the engine concluded of it."""

    def __init__(self, practice: LifecyclePractice, world: LifecycleWorld) -> None:
        self.practice = practice
        self.world = world
        self.lives = practice.truth.lives
        days = {payer: response_days(lags, RULE) for payer, lags in practice.truth.lags}
        self.silences = {
            life.claim: silence_on(life, practice.as_of, days_of_payers=days, rule=RULE)
            for life in self.lives
        }

    def silent_with(self, *silences: str) -> set[ClaimKey]:
        return {claim for claim, silence in self.silences.items() if silence in silences}


@pytest.fixture(scope="module", params=seeds(1, 7))
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Everything shuffled over three nights, looked at on another day of the week each time."""
    practice = make_lifecycles(request.param, as_of=AS_OF + timedelta(days=request.param))
    folder = tmp_path_factory.mktemp("lifecycles")
    with open_store(str(folder / "practice.db")) as store:
        load_contracts(store, practice, folder)
        pass_nights(store, practice, shuffled(practice, request.param, 3), folder)
        return Told(practice, LifecycleWorld(store, practice))


def test_the_truth_uses_the_names_of_the_engine() -> None:
    assert {state.value for state in LifecycleState} == STATES
    assert {tier.value for tier in Tier} == {"file", "clearinghouse", "payer"}
    assert {silence.value for silence in Silence} == {
        "no_acknowledgment", "no_remittance", "no_secondary_remittance",
    }  # fmt: skip


def test_every_claim_ends_in_its_true_state(told: Told) -> None:
    wrong = [
        f"{life.story} {life.claim}: {told.world.lifecycles[life.claim].state}, true {life.state}"
        for life in told.lives
        if told.world.lifecycles[life.claim].state.value != life.state
    ]
    assert wrong == []


def test_a_rejected_claim_names_who_rejected_it_and_when(told: Told) -> None:
    wrong = []
    for life in told.lives:
        if life.state == "rejected":
            found = told.world.lifecycles[life.claim]
            day = max(one.rejected_on for one in life.rejections if one.tier == life.rejected_by)
            tier = found.rejected_by.value if found.rejected_by is not None else ""
            if (tier, found.rejected_on, found.since_on) != (life.rejected_by, day, day):
                wrong.append((life, found))
    assert wrong == []


def test_every_silence_is_the_true_one(told: Told) -> None:
    wrong = [
        f"{life.story} {life.claim}: {found.silence} from {found.silent_from},"
        f" true {told.silences[life.claim] or None}"
        for life in told.lives
        for found in [told.world.lifecycles[life.claim]]
        if (found.silence.value if found.silence is not None else "") != told.silences[life.claim]
    ]
    assert wrong == []


def test_the_worklist_holds_exactly_the_rejected_claims(told: Told) -> None:
    rejected = {life.claim for life in told.lives if life.state == "rejected"}
    assert told.world.claims_with("rejected") == rejected


def test_the_worklist_holds_exactly_the_silent_claims(told: Told) -> None:
    assert told.world.claims_with("no_response") == told.silent_with(
        "no_acknowledgment", "no_remittance"
    )
    assert told.world.claims_with("no_secondary_remittance") == told.silent_with(
        "no_secondary_remittance"
    )


def test_nobody_is_asked_about_superseded_voided_and_closed_claims(told: Told) -> None:
    for life in told.lives:
        if life.state in ("superseded", "voided", "closed"):
            assert told.world.work.get(life.claim, []) == [], life


def test_a_claim_has_one_item_of_rejection_or_silence_at_most(told: Told) -> None:
    causes = {"rejected", "no_response", "no_secondary_remittance"}
    for claim, rows in told.world.work.items():
        assert sum(row["cause"] in causes for row in rows) <= 1, claim


def _remitted(life: LifeTruth, *, first: bool) -> date | None:
    days = [
        event.happened_on
        for event in life.events
        if event.source == "remittance" and not (first and event.outcome == "reversed")
    ]
    return (min(days) if first else max(days)) if days else None


def _deciding(life: LifeTruth) -> EventTruth | None:
    """The newest word of the most downstream of file, clearinghouse and payer, since the claim was
    sent for the last time."""
    sendings = [event.happened_on for event in life.events if event.source == "sender"]
    words = [
        event
        for event in life.events
        if event.source in TIER_OF_SOURCE and event.happened_on >= sendings[-1]
    ]
    if not words:
        return None
    top = max(TIER_OF_SOURCE[event.source] for event in words)
    return [event for event in words if TIER_OF_SOURCE[event.source] == top][-1]


def _stands_since(life: LifeTruth, sent_on: dict[ClaimKey, date]) -> date | None:
    """Since when a claim is in its state, by its events."""
    if life.state == "superseded":
        return sent_on[life.followed_by] if life.followed_by is not None else None
    if life.state in ("adjudicated", "next_payer", "patient", "closed", "reversed"):
        return _remitted(life, first=False)
    if life.state == "voided":
        return sent_on[life.followed_by] if life.followed_by is not None else life.sent_on
    deciding = _deciding(life)
    sendings = [event.happened_on for event in life.events if event.source == "sender"]
    return sendings[-1] if deciding is None else deciding.happened_on


def test_the_dates_are_right(told: Told) -> None:
    sent_on = {life.claim: life.sent_on for life in told.lives}
    wrong = []
    for life in told.lives:
        found = told.world.lifecycles[life.claim]
        if life.story == "left_out_of_its_batch" and life.state == "file_acknowledged":
            continue  # that its batch is spoken of may count as a further word on its file
        true = life.sent_on, _remitted(life, first=True), _stands_since(life, sent_on)
        dates = found.sent_on, found.answered_on, found.since_on
        if dates != true:
            wrong.append((life.story, life.claim, dates, true))
    assert wrong == []


def test_acceptance_is_that_of_the_word_that_decides(told: Told) -> None:
    wrong = []
    for life in told.lives:
        deciding = _deciding(life)
        found = told.world.lifecycles[life.claim]
        if deciding is None or deciding.source in ("interchange", "set"):
            if found.accepted_on is not None:
                wrong.append((life.story, life.claim, found.accepted_on, None))
        elif deciding.outcome != "rejected" and found.accepted_on != deciding.happened_on:
            wrong.append((life.story, life.claim, found.accepted_on, deciding.happened_on))
    assert wrong == []


def test_the_payers_number_told_before_leads_a_garbled_payment_to_its_claim(told: Told) -> None:
    for life in told.practice.truth.of_story("garbled_number"):
        found = told.world.lifecycles[life.claim]
        assert found.state is LifecycleState.CLOSED
        assert found.answered_on == life.events[-1].happened_on


# the lifeline

KIND_OF_OUTCOME = {
    "sent": "sent",
    "sent_again": "sent_again",
    "accepted": "accepted",
    "accepted_with_errors": "accepted_with_errors",
    "split": "accepted",
    "forwarded": "forwarded",
    "received": "received",
    "rejected": "rejected",
    "pending": "received",
    "paid": "answered",
    "patient": "answered",
    "denied": "answered",
    "forwarded_on": "answered",
    "reversed": "reversed",
}
TIER_NAMES = {"interchange": "file", "set": "file", "inquiry": "payer"}
SUMMED_UP = "A1:19:PR"
"""What is said of a batch as a whole whose claims are told one by one."""

Event = tuple[date | None, str, str, str]


def _true_events(life: LifeTruth) -> Counter[Event]:
    return Counter(
        (
            event.happened_on,
            TIER_NAMES.get(event.source, event.source),
            KIND_OF_OUTCOME[event.outcome],
            event.codes[0] if event.codes and event.source not in ("interchange", "set") else "",
        )
        for event in life.events
    )


def _told_events(steps: tuple[LifelineStep, ...]) -> Counter[Event]:
    """Events of the lifeline in the words of the truth; what we did to the claim later is told by
    its state."""
    told: Counter[Event] = Counter()
    for step in steps:
        event = step.event
        kind = event.kind.value
        if kind in ("replaced", "voided") or event.detail == SUMMED_UP:
            continue
        source = "sender" if kind in ("sent", "sent_again") else "remittance"
        source = event.tier.value if event.tier is not None else source
        detail = event.detail if source not in ("file", "sender") else ""
        told[event.happened_on, source, kind, detail] += 1
    return told


def test_the_lifeline_tells_every_event_once_and_no_other(told: Told) -> None:
    wrong = []
    for life in told.lives:
        true, found = _true_events(life), _told_events(told.world.steps[life.claim])
        if true != found:
            wrong.append((life.story, life.claim, true - found, found - true))
    assert wrong == []


def test_the_days_of_a_lifeline_are_those_between_its_events(told: Told) -> None:
    for life in told.lives:
        steps = told.world.steps[life.claim]
        days = [step.event.happened_on for step in steps]
        assert [step.days for step in steps[1:]] == [
            (later - before).days for before, later in itertools.pairwise(days)
        ]


# order of arrival, and kills


def _facts(world: LifecycleWorld) -> dict[ClaimKey, tuple[object, ...]]:
    return {
        claim: (
            one.state, one.since_on, one.tier, one.acknowledged_on, one.accepted_on,
            one.answered_on, one.rejected_on, one.rejected_by, one.rejection, one.silence,
            one.silent_from,
            sorted((str(row["cause"]), str(row["reason"])) for row in world.work.get(claim, [])),
        )
        for claim, one in world.lifecycles.items()
    }  # fmt: skip


def _at_once(practice: LifecyclePractice, folder: Path) -> dict[ClaimKey, tuple[object, ...]]:
    with open_store(str(folder / "at_once.db")) as store:
        load_contracts(store, practice, folder)
        pass_nights(store, practice, [practice.files], folder / "at_once")
        return _facts(LifecycleWorld(store, practice))


@pytest.mark.slow
@pytest.mark.parametrize("nights", [2, 9])
def test_any_order_of_arrival_gives_what_all_at_once_gives(tmp_path: Path, nights: int) -> None:
    practice = make_lifecycles(nights, history_count=21)
    wanted = _at_once(practice, tmp_path)
    with open_store(str(tmp_path / "shuffled.db")) as store:
        load_contracts(store, practice, tmp_path)
        pass_nights(store, practice, shuffled(practice, nights, nights), tmp_path)
        assert _facts(LifecycleWorld(store, practice)) == wanted


@pytest.mark.slow
def test_acknowledgments_before_anything_they_answer_wait_for_it(tmp_path: Path) -> None:
    practice = make_lifecycles(11, history_count=21)
    wanted = _at_once(practice, tmp_path)
    nights = [
        [file for file in practice.files if kind in file.name]
        for kind in ("_835_", "_277", "_99", "_TA1", "_837")
    ]
    with open_store(str(tmp_path / "backwards.db")) as store:
        load_contracts(store, practice, tmp_path)
        pass_nights(store, practice, nights, tmp_path)
        assert _facts(LifecycleWorld(store, practice)) == wanted


_SCRIPT = """
import sys
from datetime import date, timedelta
from pathlib import Path
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.reconcile import reconcile
from edi_engine.store import open_store
from tests.jobs.lifecycle_worlds import POLICY, clock
print("ready", flush=True)
with open_store(sys.argv[1]) as store:
    ingest_paths(store, [Path(sys.argv[2])], clock=clock)
    reconcile(store, policy=POLICY, as_of=date.fromisoformat(sys.argv[3]), now=clock)
"""


def _start(database: Path, inbox: Path, as_of: date) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(database), str(inbox), as_of.isoformat()],
        stdout=subprocess.PIPE,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def _moments(count: int, whole_seconds: float) -> Iterator[float]:
    drawn = random.Random(20250611)
    for _ in range(count):
        yield drawn.random() * whole_seconds


@pytest.mark.slow
def test_a_night_killed_half_way_and_run_again_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    practice = make_lifecycles(13, history_count=1)
    started = time.perf_counter()
    wanted = _at_once(practice, tmp_path)
    whole_seconds = time.perf_counter() - started
    inbox = tmp_path / "inbox"
    written(practice.files, inbox)
    database = tmp_path / "killed.db"
    with open_store(str(database)) as store:
        load_contracts(store, practice, tmp_path)
    kills = 0
    for moment in _moments(5, whole_seconds):
        process = _start(database, inbox, practice.as_of)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
    assert _start(database, inbox, practice.as_of).wait() == 0
    assert kills > 0
    with open_store(str(database)) as store:
        assert _facts(LifecycleWorld(store, practice)) == wanted
