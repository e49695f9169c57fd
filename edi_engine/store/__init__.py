"""The database: tables, migrations, bulk writes, queries. SQLAlchemy lives only here."""

from edi_engine.store.engine import Store, open_store
from edi_engine.store.reader import Reader
from edi_engine.store.writer import Writer

__all__ = ["Reader", "Store", "Writer", "open_store"]
