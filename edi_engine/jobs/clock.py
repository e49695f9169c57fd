"""The clock. Jobs read it here and hand it down; nothing below jobs knows what time it is."""

from datetime import UTC, date, datetime

__all__ = ["today", "utc_now"]


def utc_now() -> datetime:
    """This instant, aware, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """The day it is where this machine is."""
    return datetime.now().astimezone().date()
