"""The clock. Jobs read it here and hand it down; nothing below jobs knows what time it is."""

from datetime import UTC, date, datetime

__all__ = ["office_moment", "today", "utc_now"]


def utc_now() -> datetime:
    """This instant, aware, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def office_moment(as_of: date, at: datetime) -> datetime:
    """A moment as the office reckons: the day that is reckoned with, and what the clock on the
    wall says where this machine is. Without a time zone."""
    wall = at.astimezone().time().replace(microsecond=0)
    return datetime.combine(as_of, wall)


def today() -> date:
    """The day it is where this machine is."""
    return datetime.now().astimezone().date()
