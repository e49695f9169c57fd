"""Payers' profiles over whole practices: learned as the payers truly are, and without a history."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.payer_profiles import PayerProfileView, declare_quirk, show_profile
from edi_engine.jobs.payers import list_payers
from edi_engine.jobs.reconcile import reconcile
from edi_engine.records.payer_profiles import Quirk, QuirkTally
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from edi_engine.synthetic import PAYERS, PayerProfile, Practice
from tests.jobs.conclusions import AS_OF, NOW, conclude, conclusions, practice_of, take, written
from tests.jobs.copies import store
from tests.jobs.file_recipes import FAILING, read_recipe, write_recipe
from tests.repo.source import ROOT
from tests.store.conftest import databases, postgres_server, postgres_url

__all__ = ["databases", "postgres_server", "postgres_url", "store"]

POLICY = ReconcilePolicy()
HABITS = (
    Quirk.OMITS_LINE_CONTROL_NUMBERS,
    Quirk.POSITIONAL_LINE_CONTROL_NUMBERS,
    Quirk.DROPS_MODIFIERS,
    Quirk.TRUNCATES_CONTROL_NUMBER,
    Quirk.ALTERS_CONTROL_NUMBER,
    Quirk.NO_ALLOWED_AMOUNTS,
)
"""Quirks that the synthetic payers have or have not; others happen to single claims."""


@pytest.fixture(scope="module")
def practice() -> Practice:
    return practice_of(700)


@pytest.fixture(scope="module")
def files(practice: Practice, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return written(practice, tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def database(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything was taken in and concluded at once."""
    path = tmp_path_factory.mktemp("store") / "at_once.db"
    with open_store(str(path)) as store:
        take(store, files)
        conclude(store)
    return path


@pytest.fixture
def at_once(database: Path) -> Iterator[Store]:
    with open_store(str(database)) as store:
        yield store


def tallies(store: Store) -> dict[str, list[QuirkTally]]:
    with store.reading() as reader:
        return reader.quirk_tallies()


def view(store: Store, payer: str) -> PayerProfileView:
    return show_profile(store, payer, policy=POLICY, as_of=AS_OF)


def truth(payer: PayerProfile) -> set[tuple[Quirk, int]]:
    found = set()
    if payer.line_numbers == "omit":
        found.add((Quirk.OMITS_LINE_CONTROL_NUMBERS, 0))
    if payer.line_numbers == "position":
        found.add((Quirk.POSITIONAL_LINE_CONTROL_NUMBERS, 0))
    if not payer.keeps_modifiers:
        found.add((Quirk.DROPS_MODIFIERS, 0))
    if payer.control_number_length_max:
        found.add((Quirk.TRUNCATES_CONTROL_NUMBER, payer.control_number_length_max))
    if payer.control_number_width or payer.control_number_prefix or payer.strips_separators:
        found.add((Quirk.ALTERS_CONTROL_NUMBER, 0))
    if not payer.states_allowed:
        found.add((Quirk.NO_ALLOWED_AMOUNTS, 0))
    return found


def remit_key(payer: PayerProfile) -> str:
    return payer.remit_id if payer.remit_id_form else payer.originator_id


@pytest.mark.parametrize("payer", PAYERS, ids=[payer.payer_id for payer in PAYERS])
def test_what_is_learned_of_a_payer_is_what_it_does(at_once: Store, payer: PayerProfile) -> None:
    true = truth(payer)
    found = [one for one in view(at_once, remit_key(payer)).quirks if one.quirk in HABITS]

    learned = {(one.quirk, one.value) for one in found if one.state == "learned"}
    assert learned <= true
    few = {(one.quirk, one.value) for one in found if one.opportunities_count < 20}
    asked = {(one.quirk, one.value) for one in found}
    assert learned >= {each for each in true if each in asked and each not in few}


def test_something_is_learned_of_most_habits(at_once: Store) -> None:
    with at_once.reading() as reader:
        learned = {one.quirk for version in reader.profile_versions() for one in version.quirks}
    assert learned >= set(HABITS)


@pytest.mark.slow
def test_counts_are_the_same_in_any_order_and_after_a_rebuild(
    at_once: Store, files: list[Path], tmp_path: Path
) -> None:
    shuffled = files[:]
    Random(4).shuffle(shuffled)
    with open_store(str(tmp_path / "nightly.db")) as store:
        for start in range(0, len(shuffled), 30):
            take(store, shuffled[start : start + 30])
            conclude(store)
        grown = tallies(store)
        conclude(store, everything=True)

        assert tallies(store) == grown
        assert _without_traces(grown) == _without_traces(tallies(at_once))


def _without_traces(found: dict[str, list[QuirkTally]]) -> dict[str, list[QuirkTally]]:
    """Which of two remittances of one trace number came again depends on which came first."""
    return {
        payer: [one for one in of_payer if one.quirk is not Quirk.REUSES_TRACE_NUMBERS]
        for payer, of_payer in found.items()
    }


def test_counts_are_the_sums_of_the_observations(at_once: Store) -> None:
    with at_once.reading() as reader:
        rows = reader.rows("SELECT seen_mask, against_mask FROM quirk_observations")
        counted = reader.row("SELECT SUM(seen_count), SUM(against_count) FROM quirk_counts")
    seen = sum(int(row[0]).bit_count() for row in rows)
    against = sum(int(row[1]).bit_count() for row in rows)
    assert counted == (seen, against)


@pytest.mark.slow
def test_a_night_without_anything_new_changes_no_profile(at_once: Store) -> None:
    before = view(at_once, "EX002")
    assert conclude(at_once).payer_profiles_count == 0
    assert conclude(at_once, everything=True).payer_profiles_count == 0
    assert view(at_once, "EX002") == before


@pytest.mark.slow
def test_versions_say_what_was_believed_when(files: list[Path], tmp_path: Path) -> None:
    with open_store(str(tmp_path / "versions.db")) as store:
        take(store, files)
        first = conclude(store)
        assert first.payer_profiles_count > 0
        (old,) = view(store, "EX002").versions
        assert (old.version, old.believed_on) == (1, AS_OF)
        with store.writing() as writer:
            # What the payer sent turns out never to have counted: everything is held.
            for (remittance_id,) in writer.rows(
                "SELECT remittance_id FROM remittances WHERE payer_id = 'EX002'"
            ):
                writer.hold_remittance(remittance_id, "It repeats something.")
        later = AS_OF + timedelta(days=1)
        reconcile(store, policy=POLICY, as_of=later, now=lambda: NOW, everything=True)

        kept, new = view(store, "EX002").versions
        assert kept == old
        assert (new.version, new.believed_on, new.quirks) == (2, later, ())


def declare(store: Store, payer: str, quirk: Quirk, **more: object) -> PayerProfileView:
    return declare_quirk(
        store,
        payer,
        quirk,
        actor="kim",
        policy=POLICY,
        as_of=AS_OF,
        now=lambda: NOW,
        **more,  # type: ignore[arg-type]
    )


def test_a_word_is_kept_outranked_and_counted(store: Store) -> None:
    cut = Quirk.TRUNCATES_CONTROL_NUMBER
    before = _quirks_of(store, "EX002")
    found = declare(store, "ex002", cut, value=15, note=" Seen. ", effective_from=date(2026, 1, 1))
    (standing,) = [one for one in found.quirks if one.quirk is cut]
    assert (standing.state, standing.is_used, standing.value) == ("declared", True, 15)
    assert 1 <= len(standing.examples) <= 3
    assert standing.examples[0].place is not None
    assert _quirks_of(store, "EX002") == before

    denied = declare(store, "EX002", cut, is_denied=True)
    (standing,) = [one for one in denied.quirks if one.quirk is cut]
    assert (standing.state, standing.is_used) == ("denied", False)
    assert [one.note for one in denied.declarations] == ["Seen.", ""]
    assert _quirks_of(store, "EX002") == before - 1


def _quirks_of(store: Store, payer: str) -> int:
    return next(
        one.quirks_count for one in list_payers(store, as_of=AS_OF) if one.payer_id == payer
    )


@pytest.mark.parametrize(
    ("payer", "quirk", "more", "message"),
    [
        ("EX404", Quirk.DROPS_MODIFIERS, {}, "no remittance names this payer"),
        ("EX002", Quirk.TRUNCATES_CONTROL_NUMBER, {}, "a length of 6 to 50"),
        ("EX002", Quirk.TRUNCATES_CONTROL_NUMBER, {"value": 3}, "a length of 6 to 50"),
        ("EX002", Quirk.DROPS_MODIFIERS, {"value": 12}, "it has no value"),
        (
            *("EX002", Quirk.DROPS_MODIFIERS),
            {"effective_from": date(2026, 2, 1), "effective_to": date(2026, 1, 1)},
            "it ends before it begins",
        ),
    ],
)
def test_a_word_that_cannot_be_meant_is_refused(
    at_once: Store, payer: str, quirk: Quirk, more: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        declare(at_once, payer, quirk, **more)


def test_declaring_and_denying_everything_leaves_conclusions_as_they_were(store: Store) -> None:
    before = conclusions(store)
    shown_only = [Quirk.OMITS_LINE_CONTROL_NUMBERS, Quirk.DROPS_MODIFIERS]
    for quirk in shown_only:
        declare(store, "EX002", quirk)
    assert conclusions(store) == before


def test_learned_quirks_are_used_from_the_next_run_on_when_the_settings_say_so(
    store: Store,
) -> None:
    accepting = ReconcilePolicy(use_learned_quirks=True)
    assert not any(one.is_used for one in view(store, "EX002").quirks)
    found = show_profile(store, "EX002", policy=accepting, as_of=AS_OF)
    assert any(one.is_used for one in found.quirks)
    # Another policy looks at everything again; the truth stays the truth.
    before = conclusions(store)["matches"]
    reconcile(store, policy=accepting, as_of=AS_OF, now=lambda: NOW)
    assert conclusions(store)["matches"] == before


# Remittances ---


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "inbox").mkdir()
    with open_store(str(tmp_path / "empty.db")) as opened:
        yield opened


def payer_of(store: Store) -> str:
    return list_payers(store, as_of=AS_OF)[0].payer_id


def standing_reasons(store: Store) -> list[str]:
    with store.reading() as reader:
        return [
            row[0]
            for row in reader.rows("SELECT reason FROM remittance_standings ORDER BY remittance_id")
        ]


def open_causes(store: Store) -> set[str]:
    with store.reading() as reader:
        rows = reader.rows("SELECT cause FROM work_items WHERE status NOT IN ('resolved','closed')")
        return {row[0] for row in rows}


def test_a_trace_number_again_is_no_conflict_of_a_payer_declared_to_reuse_them(
    empty: Store, tmp_path: Path
) -> None:
    recipe = read_recipe(FAILING / "FILE-0112-same-trace-other-money.json")
    take(empty, write_recipe(recipe, tmp_path / "inbox"))
    conclude(empty)
    assert "conflicting_remittance" in open_causes(empty)

    declare(empty, payer_of(empty), Quirk.REUSES_TRACE_NUMBERS)
    assert "conflicting_remittance" not in open_causes(empty)
    told = [reason for reason in standing_reasons(empty) if "reuses_trace_numbers" in reason]
    assert len(told) == 1

    declare(empty, payer_of(empty), Quirk.REUSES_TRACE_NUMBERS, is_denied=True)
    assert "conflicting_remittance" in open_causes(empty)


def test_a_sign_that_the_remittance_does_not_tell_is_read_as_declared(
    empty: Store, tmp_path: Path
) -> None:
    text = (ROOT / "fixtures/x12/fail/BAL-0103-transaction-unbalanced.edi").read_text()
    assert "PLB*" not in text
    with_adjustment = text.replace("SE*", "PLB*1999999984*20261231*WO:TEST0001*7~\nSE*", 1)
    path = tmp_path / "inbox" / "era.edi"
    path.write_text(with_adjustment)
    take(empty, [path])
    conclude(empty)
    before = cash_of_adjustment(empty)
    assert before == -7_00

    declare(empty, payer_of(empty), Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN)
    assert cash_of_adjustment(empty) == 7_00
    assert "inverted_provider_adjustment_sign" in standing_reasons(empty)[0]


def cash_of_adjustment(store: Store) -> int:
    with store.reading() as reader:
        found = reader.row(
            "SELECT cash_cents FROM postings"
            " WHERE subject_kind = 'provider_adjustment' AND in_force"
        )
    assert found is not None
    return int(found[0])


@pytest.mark.slow
def test_postgresql_counts_and_keeps_what_sqlite_does(postgres_url: str, tmp_path: Path) -> None:
    paths = written(practice_of(120), tmp_path / "few")
    with open_store(str(tmp_path / "lite.db")) as lite, open_store(postgres_url) as server:
        told = []
        for each in (lite, server):
            take(each, paths)
            conclude(each)
            declare(each, "EX002", Quirk.REUSES_TRACE_NUMBERS, effective_to=date(2026, 3, 1))
            told.append([tallies(each), view(each, "EX002"), view(each, "TSHIELD3")])
    assert told[0] == told[1]
