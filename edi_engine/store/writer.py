"""Writing the store."""

from edi_engine.store.reader import Reader

__all__ = ["Writer"]


class Writer(Reader):
    """The single writer's transaction."""

    def flush(self) -> None:
        """Send what waits in memory to the database."""
