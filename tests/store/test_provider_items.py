"""The sub-ledger of provider adjustments on both kinds of database."""

from alembic.migration import MigrationContext
from alembic.operations import Operations

from edi_engine.store import Store, open_store
from edi_engine.store.backends import backend_for
from edi_engine.store.migrations.versions import v0004_provider_items
from edi_engine.store.schema import migration_engine
from tests.jobs.conclusions import conclude, take
from tests.jobs.test_provider_item_stories import FOLDER
from tests.store.sample_records import claim_payment, load, remittance_batch


def test_items_settle_over_nights(store: Store) -> None:
    for names in (("bill", "paid"), ("postponed_taken",), ("postponed_reversal",)):
        take(store, [FOLDER / f"{name}.edi" for name in names])
        conclude(store)
    with store.reading() as reader:
        items = reader.provider_items(remittance_ids=reader.remittance_ids())
        still_open = reader.open_provider_items()
    assert [(item.state, item.traced_claim_id) for item in items.values()] == [("closed", 1)] * 2
    assert still_open == []


def test_what_only_amounts_settled_gives_way_to_a_reference(store: Store) -> None:
    take(store, [FOLDER / f"{name}.edi" for name in ("bill", "paid", "taken_without_notice")])
    conclude(store)
    take(store, [FOLDER / "postponed_reversal.edi"])
    conclude(store)
    with store.reading() as reader:
        before = [item.state for item in reader.provider_items(remittance_ids=[2]).values()]
        items = reader.provider_items(remittance_ids=[2, 3])
    # 80.00 was announced for the claim: 50.00 of it were taken under its number.
    assert before == ["untraced", "closed"]
    assert [item.open_cents for item in items.values()] == [80_00, 0, -30_00]


def test_an_older_database_has_its_provider_adjustments_looked_at_again(empty_url: str) -> None:
    with open_store(empty_url) as store:
        load(store, remittance_batch(claim_payment(1)), name="era.edi")
        conclude(store)
        with store.writing() as writer:
            for table in ("provider_items", "provider_reference_keys"):
                writer.run(f"DROP TABLE {table}")
            writer.run("CREATE TABLE provider_adjustment_states (state text)")
    engine = migration_engine(backend_for(empty_url, 5))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0004_provider_items.upgrade()
    engine.dispose()
    with open_store(empty_url) as store:
        with store.reading() as reader:
            assert reader.pending_remittance_ids() == [1]
        conclude(store)
        with store.reading() as reader:
            (item,) = reader.provider_items(remittance_ids=[1]).values()
    assert item.state == "untraced"
