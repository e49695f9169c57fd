"""A database that an older version made gets from its kept bytes what that version did not keep."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from edi_engine.jobs.ingest import IngestSettings, ingest_data, ingest_paths
from edi_engine.jobs.reread import RereadReport, files_to_reread, reread_files
from edi_engine.store import Store, engine, open_store
from edi_engine.store.maintenance import verify_store
from edi_engine.store.migrations.versions import v0011_payers_terms
from edi_engine.synthetic import make_contract_practice
from tests.parsers.test_paper_remits import TWO_CHECKS
from tests.store.conftest import databases, empty_url, postgres_server, postgres_url
from tests.store.older_databases import upgrade_by

__all__ = ["databases", "empty_url", "postgres_server", "postgres_url"]

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
NEW_TABLES = ("payment_contract_facts", "silent_ppo_signs", "files_to_reread")

Facts = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


@pytest.fixture(autouse=True)
def migrations_run(
    new_databases_are_copies: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the migrations themselves are what is tested."""
    monkeypatch.setattr(engine, "ensure_schema", new_databases_are_copies)


def facts(store: Store) -> Facts:
    with store.reading() as reader:
        return (
            list(map(tuple, reader.rows("SELECT * FROM claim_contract_facts ORDER BY 1"))),
            list(map(tuple, reader.rows("SELECT * FROM payment_contract_facts ORDER BY 1"))),
        )


def pending(store: Store) -> tuple[int, int]:
    with store.reading() as reader:
        return len(reader.pending_claim_ids()), len(reader.pending_payment_ids())


def make_older(url: str) -> None:
    """The database as version 0010 of the program left it, without what contracts ask of claims."""
    with open_store(url) as store, store.writing() as writer:
        for name in NEW_TABLES:
            writer.run(f"DROP TABLE {name}")
        for name in ("claim_contract_facts", "pending_claims", "pending_payments"):
            writer.run(f"DELETE FROM {name}")
    upgrade_by(url, v0011_payers_terms)


def older_database(url: str) -> Facts:
    """A practice with hospital stays and a sheet of paper, taken in by an older version; what
    today's version keeps of it."""
    practice = make_contract_practice(3, claims_count=40)
    with open_store(url) as store:
        for name, data in practice.files():
            ingest_data(store, data, name, clock=lambda: NOW)
        typed = IngestSettings(entered_by="anna")
        ingest_paths(store, [TWO_CHECKS], clock=lambda: NOW, settings=typed)
        kept = facts(store)
    make_older(url)
    return kept


def test_what_an_older_version_did_not_keep_is_read_again(empty_url: str) -> None:
    kept = older_database(empty_url)
    assert len(kept[0]) > 10
    assert any(row[1] for row in kept[1])
    with open_store(empty_url) as store:
        assert files_to_reread(store) > 2
        assert facts(store) == ([], [])
        report = reread_files(store)
        assert facts(store) == kept
        assert (report.claims_count, report.claim_payments_count) == tuple(map(len, kept))
        assert report.not_found_count == 0
        assert pending(store) == tuple(map(len, kept))
        assert files_to_reread(store) == 0
    assert verify_store(empty_url) == []


def test_reading_again_twice_changes_nothing(empty_url: str) -> None:
    kept = older_database(empty_url)
    with open_store(empty_url) as store:
        reread_files(store)
        assert reread_files(store) == RereadReport(0, 0, 0, 0, 0)
        with store.writing() as writer:  # as if it had been stopped before the last file
            writer.insert("files_to_reread", [(1,)])
            writer.run("DELETE FROM pending_claims")
        report = reread_files(store)
        assert (report.files_count, report.claims_count, pending(store)[0]) == (1, 0, 0)
        assert facts(store) == kept


def test_a_stop_leaves_whole_files_done_and_whole_files_to_do(empty_url: str) -> None:
    kept = older_database(empty_url)

    class StoppedError(Exception):
        pass

    def stop(step: str, done: int, total: int) -> None:
        if done == 2:
            raise StoppedError

    with open_store(empty_url) as store:
        count = files_to_reread(store)
        with pytest.raises(StoppedError):
            reread_files(store, progress=stop)
        assert files_to_reread(store) == count - 2
        reread_files(store)
        assert facts(store) == kept


def test_what_does_not_stand_where_it_was_read_is_told_and_left_alone(empty_url: str) -> None:
    older_database(empty_url)
    with open_store(empty_url) as store:
        with store.writing() as writer:
            writer.run("UPDATE claims SET segment_ordinal = segment_ordinal + 1 WHERE claim_id = 1")
        report = reread_files(store)
        assert report.not_found_count == 1
        assert 1 not in [row[0] for row in facts(store)[0]]


def test_a_new_database_has_nothing_to_read_again(empty_url: str) -> None:
    with open_store(empty_url) as store:
        assert files_to_reread(store) == 0
        assert reread_files(store) == RereadReport(0, 0, 0, 0, 0)
