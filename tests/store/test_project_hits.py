"""Hits of projects in the database, and those of databases that knew underpayments only."""

from datetime import date

from msgspec.structs import replace

from edi_engine.records.projects import HitKind, ProjectHit
from edi_engine.store import Store, open_store
from edi_engine.store.migrations.versions import v0013_projects_of_refusals
from tests.store.older_databases import upgrade_by
from tests.store.sample_records import bill_batch, claim, load

HIT = ProjectHit(
    claim_id=1,
    line_number=1,
    payer_sequence=1,
    kind=HitKind.REFUSED,
    payer_id="SAMPLEPAYER",
    term="CO-50/N115",
    cause="medical_necessity",
    short_cents=80_00,
    first_allowed_cents=0,
    recovered_cents=0,
    hit_on=date(2026, 3, 2),
    answered_on=date(2026, 2, 27),
)


def test_hits_are_read_as_they_were_written_and_written_over(store: Store) -> None:
    load(store, bill_batch(claim(1), claim(2)), name="bills.edi")
    other = replace(HIT, claim_id=2, kind=HitKind.UNDERPAID, answered_on=None, reopened_count=2)
    with store.writing() as writer:
        writer.write_project_hits([HIT, other])
        solved = replace(HIT, solved_on=date(2026, 4, 3), recovered_cents=50_00)
        writer.write_project_hits([solved])
    with store.reading() as reader:
        found = reader.project_hits([1, 2])
        refused, underpaid = sorted(reader.project_rows(), key=lambda row: row.kind)
    assert found == {(1, 1, 1): solved, (2, 1, 1): other}
    assert (refused.open_cents, refused.recovered_cents) == (0, 50_00)
    assert (underpaid.open_cents, underpaid.reopened_count) == (80_00, 2)


def test_what_came_meanwhile_is_no_longer_open(store: Store) -> None:
    load(store, bill_batch(claim(1)), name="bills.edi")
    with store.writing() as writer:
        writer.write_project_hits([replace(HIT, recovered_cents=30_00)])
    with store.reading() as reader:
        (row,) = reader.project_rows()
    assert (row.open_cents, row.short_cents, row.recovered_cents) == (50_00, 80_00, 30_00)


def test_an_older_database_keeps_its_hits_and_has_its_refusals_looked_at(empty_url: str) -> None:
    with open_store(empty_url) as store:
        load(store, bill_batch(claim(1), claim(2)), name="bills.edi")
        with store.writing() as writer:
            writer.run("DROP TABLE project_hits")
            writer.run(
                "CREATE TABLE variance_hits (claim_id BIGINT, line_number BIGINT, payer_id TEXT,"
                " term TEXT, cause TEXT, short_cents BIGINT, first_allowed_cents BIGINT,"
                " recovered_cents BIGINT, hit_on DATE, solved_on DATE, reopened_count BIGINT)"
            )
            writer.run(
                "INSERT INTO variance_hits VALUES (1, 1, 'SAMPLEPAYER', 'fees', 'rate', 4000,"
                " 6000, 1500, '2026-03-02', '2026-03-20', 1)"
            )
            writer.run("DELETE FROM pending_claims")
            writer.insert(
                "line_reconciliations",
                [
                    (
                        *(claim_id, 1, 1, 100, None, "", 0, 0, 0, 0, denied, 0, None, state),
                        *("", "[]", "[]", "", ""),
                    )
                    for claim_id, denied, state in ((1, 0, "underpaid"), (2, 100, "denied"))
                ],
            )
    upgrade_by(empty_url, v0013_projects_of_refusals)
    with open_store(empty_url) as store, store.reading() as reader:
        (hit,) = reader.project_hits([1, 2]).values()
        assert (hit.kind, hit.payer_sequence, hit.term) == (HitKind.UNDERPAID, 1, "fees")
        assert (hit.solved_on, hit.recovered_cents) == (date(2026, 3, 20), 15_00)
        assert reader.pending_claim_ids() == [2]
