"""Projects and prevention from files to reports, held against the worklist and the lines."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from edi_engine.codes import denial_categories
from edi_engine.errors import InputError
from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.prevention import OWNERS, prevention
from edi_engine.jobs.reports import report
from edi_engine.records.projects import HitKind, PreventionClock, ProjectRow
from edi_engine.store import Store, open_store
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.appeal_story import AFTER, REFUSED_ON, deny, overturn
from tests.jobs.conclusions import AS_OF, NOW, conclude, practice_of, take, written

LONG_AGO = date(2020, 1, 1)
STORY = GOLDEN_ROOT / "g20_answer_to_a_replacement_names_the_original"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A practice with its fee schedule, taken in and concluded about."""
    folder = tmp_path_factory.mktemp("projects")
    practice = practice_of(250, seed=11)
    with open_store(str(folder / "practice.db")) as opened:
        fees = folder / "fees.csv"
        fees.write_text(practice.fee_schedule_csv(), encoding="utf-8")
        load_fee_schedule(opened, fees, now=lambda: NOW)
        take(opened, written(practice, folder / "inbox"))
        conclude(opened)
        yield opened


def projects(store: Store) -> list[ProjectRow]:
    with store.reading() as reader:
        return reader.project_rows()


def test_projects_hold_what_the_worklist_has_at_risk(store: Store) -> None:
    """The items are made from the matchers' rows, the hits from the lines that were kept."""
    with store.reading() as reader:
        items = [
            item
            for item in reader.work_items()
            if item.cause in {"denied", "partially_denied", "underpaid"}
        ]
    found = projects(store)
    for kind, causes in (
        (HitKind.REFUSED, {"denied", "partially_denied"}),
        (HitKind.UNDERPAID, {"underpaid"}),
    ):
        mine = [item for item in items if item.cause in causes]
        rows = [row for row in found if row.kind is kind]
        assert len(mine) > 5
        assert sum(row.open_cents for row in rows) == sum(
            item.amount_at_risk_cents for item in mine
        )
        days = [item.deadline for item in mine if item.deadline is not None]
        assert min(row.deadline for row in rows if row.deadline is not None) == min(days)
    assert all(row.open_claims_count for row in found)


def test_a_project_is_one_payer_cause_and_term_of_the_lines(store: Store) -> None:
    with store.reading() as reader:
        payers = {row[0]: row[8] for row in reader.dataset("claims")}
        lines = [
            row for row in reader.dataset("reconciliation") if row[13] == "denied" and row[2] == 1
        ]
    counted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in lines:
        counted[payers[row[0]], row[14]].add(row[0])
    told: dict[tuple[str, str], int] = defaultdict(int)
    for project in projects(store):
        if project.kind is HitKind.REFUSED:
            told[project.payer_id, project.cause] += project.claims_count
    assert counted
    for key, claims in counted.items():
        assert told[key] >= len(claims), key


def test_a_rebuild_changes_no_project(store: Store) -> None:
    before = projects(store)
    conclude(store, everything=True)
    assert projects(store) == before


def test_prevention_counts_each_refusal_once_by_the_owner_of_its_category(store: Store) -> None:
    pack = prevention(store, as_of=AS_OF)
    with store.reading() as reader:
        hits = [row for row in reader.dataset("project_hits") if row[3] == "refused"]
    by_owner: dict[str, list[int]] = defaultdict(list)
    for row in hits:
        by_owner[denial_categories()[row[5]].owner].append(row[7])
    assert {owner.owner: owner.refused_cents for owner in pack.owners} == {
        owner: sum(cents) for owner, cents in by_owner.items()
    }
    for owner in pack.owners:
        assert owner.owner in OWNERS
        assert owner.lines_count == len(by_owner[owner.owner])
        assert owner.lines_count == sum(one.lines_count for one in owner.combinations)
        assert owner.refused_cents == sum(one.refused_cents for one in owner.combinations)
        cents = [one.refused_cents for one in owner.combinations]
        assert cents == sorted(cents, reverse=True)
        assert all(one.provider_npi and one.reason for one in owner.combinations)
    (alone,) = prevention(store, as_of=AS_OF, owner=pack.owners[0].owner).owners
    assert alone == pack.owners[0]


def test_weeks_by_the_payers_answers_add_up_to_all_of_them(store: Store) -> None:
    by_answer = {"clock": PreventionClock.ANSWERED, "as_of": AS_OF}
    everything = prevention(store, since=LONG_AGO, **by_answer)  # type: ignore[arg-type]
    early = prevention(store, since=LONG_AGO, until=date(2026, 2, 10), **by_answer)  # type: ignore[arg-type]
    late = prevention(store, since=date(2026, 2, 11), **by_answer)  # type: ignore[arg-type]
    counts = [sum(one.lines_count for one in pack.owners) for pack in (everything, early, late)]
    assert counts[0] == counts[1] + counts[2]
    assert min(counts) > 0


def test_a_refusal_that_is_paid_later_is_recovered_and_still_to_be_prevented(
    tmp_path: Path,
) -> None:
    with open_store(str(tmp_path / "story.db")) as store:
        deny(store)
        (project,) = projects(store)
        assert (project.kind, project.cause) == (HitKind.REFUSED, "medical_necessity")
        assert (project.term, project.claims_count, project.open_cents) == ("CO-50", 1, 100_00)
        assert project.deadline is not None
        overturn(store, tmp_path)
        (project,) = projects(store)
        assert (project.open_claims_count, project.open_cents) == (0, 0)
        assert (project.recovered_cents, project.deadline) == (80_00, None)
        (row,) = report(store, "projects", as_of=AFTER).rows
        assert (row[4], row[14]) == ("solved", "refused")
        (owner,) = prevention(store, as_of=REFUSED_ON).owners
        (combination,) = owner.combinations
        assert (owner.owner, combination.reason_code) == ("clinical", "50")
        assert (combination.procedure_code, combination.refused_cents) == ("99213", 100_00)
        assert prevention(store, as_of=AFTER).owners == ()


def corrected_story(folder: Path) -> list[Path]:
    """A claim, its refusal of March 20, its replacement of March 25, and the answer to that."""
    texts = [path.read_text("ascii") for path in sorted(STORY.glob("*.edi"))]
    for place, changes in (
        (
            1,
            {
                "BPR*I*60*C*ACH*CCP*01": "BPR*H*0*C*NON**01",
                "*1*100*60**12": "*4*100*0**12",
                "*100*60**1~": "*100*0**1~",
                "CAS*CO*45*40~": "CAS*CO*16*100~",
            },
        ),
        (
            3,
            {
                "BPR*I*20*": "BPR*I*80*",
                "*22*-100*-60**": "*22*-100*0**",
                "*-100*-60**1~": "*-100*0**1~",
                "CAS*CO*45*-40~": "CAS*CO*16*-100~",
            },
        ),
    ):
        for old, new in changes.items():
            assert old in texts[place]
            texts[place] = texts[place].replace(old, new)
    folder.mkdir()
    paths = []
    for number, text in enumerate(texts, 1):
        path = folder / f"{number}.edi"
        path.write_text(text, "ascii")
        paths.append(path)
    return paths


def test_what_a_corrected_claim_brings_is_recovered_on_the_refusal(tmp_path: Path) -> None:
    files = corrected_story(tmp_path / "inbox")
    open_claims = []
    with open_store(str(tmp_path / "story.db")) as store:
        for paths, day in (
            (files[:2], date(2026, 3, 20)),
            (files[2:3], date(2026, 3, 26)),
            (files[3:], date(2026, 4, 9)),
        ):
            take(store, paths)
            conclude(store, as_of=day)
            (project,) = projects(store)
            open_claims.append((project.open_claims_count, project.open_cents))
        assert open_claims == [(1, 100_00), (1, 100_00), (0, 0)]
        assert (project.term, project.recovered_cents) == ("CO-16", 65_00)
        assert project.reopened_count == 0


def test_files_in_any_order_leave_the_same_open(tmp_path: Path) -> None:
    files = corrected_story(tmp_path / "inbox")
    for place, paths in enumerate((files[:3], files[2::-1])):
        with open_store(str(tmp_path / f"{place}.db")) as store:
            for path in paths:
                take(store, [path])
                conclude(store, as_of=date(2026, 3, 26))
            (project,) = projects(store)
            assert (project.open_claims_count, project.open_cents) == (1, 100_00)
            assert (project.term, project.reopened_count) == ("CO-16", 0)


def test_days_the_wrong_way_round_are_refused(store: Store) -> None:
    with pytest.raises(InputError, match="is after the last"):
        prevention(store, as_of=AS_OF, since=AS_OF, until=LONG_AGO)
