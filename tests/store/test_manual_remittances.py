"""Who typed a remittance in: stored beside it, and absent in databases from before."""

from contextlib import closing
from importlib.resources import as_file, files

import msgspec
from alembic import command
from alembic.config import Config

from edi_engine.records.intake import ManualEntry
from edi_engine.records.stored import ManualRemittance, Withdrawal
from edi_engine.store import Store, open_store
from edi_engine.store.backends import backend_for
from edi_engine.store.queries import Queries
from edi_engine.store.schema import migration_engine
from tests.store.sample_records import load, remittance_batch

ENTRY = ManualEntry("kim", "2026-03-05T09:30:00+00:00", "lockbox")


def test_an_entry_comes_back_with_its_remittance(store: Store) -> None:
    load(store, msgspec.structs.replace(remittance_batch(), entry=ENTRY))
    with store.reading() as reader:
        assert reader.manual_remittance(1) == ManualRemittance(
            1, ENTRY.entered_by, ENTRY.entered_at, ENTRY.note
        )
        assert reader.manual_remittance(2) is None
        assert [row[-1] for row in reader.dataset("remittances")] == ["manual"]


def test_a_withdrawn_remittance_stands_again_once_that_is_revoked(store: Store) -> None:
    load(store, msgspec.structs.replace(remittance_batch(), entry=ENTRY))
    with store.writing() as writer:
        writer.withdraw_remittance(1, withdrawn_by="ann", withdrawn_at="t", note="misread")
        assert writer.withdrawal(1) == Withdrawal(1, "ann", "t", "misread")  # type: ignore[arg-type]
        assert [one.withdrawn for one in writer.remittance_money([1])] == [True]
        writer.revoke_withdrawal(1, revoked_by="bob", revoked_at="u")
    with store.reading() as reader:
        assert reader.withdrawal(1) is None
        assert [one.withdrawn for one in reader.remittance_money([1])] == [False]


def test_a_database_of_the_first_version_knows_only_electronic_ones(empty_url: str) -> None:
    backend = backend_for(empty_url, 5)
    engine = migration_engine(backend)
    with (
        as_file(files("edi_engine.store") / "migrations") as folder,
        engine.connect() as connection,
        connection.begin(),
    ):
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(backend), backend.transaction() as connection:
        assert "manual_remittances" not in str(_tables(Queries(connection, backend.dialect)))
    with open_store(empty_url) as store:
        load(store, remittance_batch())
        with store.reading() as reader:
            assert reader.manual_remittance(1) is None
            assert [row[-1] for row in reader.dataset("remittances")] == ["electronic"]


def _tables(queries: Queries) -> list[tuple[object, ...]]:
    if queries.is_sqlite:
        return queries.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return queries.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    )
