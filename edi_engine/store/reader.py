"""Reading the store."""

from sqlalchemy import Connection

__all__ = ["Reader"]


class Reader:
    """One consistent snapshot of the store."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
