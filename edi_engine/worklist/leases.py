"""Who may work an item now: leases that one person holds at a time.

Pure: the instant is given. A lease is renewed by working on the item and ends by itself, so that
nobody's lunch keeps an item from the others. Source: domain feature 74 and 7.4.
"""

from datetime import datetime, timedelta

from edi_engine.errors import InputError
from edi_engine.records.work import WorkItem, WorkLease

__all__ = ["lease_for", "refuse_held"]


def lease_for(
    holder: str, *, minutes: int, now: datetime, earlier: WorkLease | None = None
) -> WorkLease:
    """A lease from now on; one that the same person holds already goes on."""
    taken_at = earlier.taken_at if earlier is not None and earlier.holder == holder else now
    return WorkLease(holder, taken_at, now + timedelta(minutes=minutes))


def refuse_held(item: WorkItem, lease: WorkLease | None, actor: str) -> None:
    """Raises InputError when somebody else has the item in hand. `lease` has not run out."""
    if lease is not None and lease.holder != actor:
        raise InputError(
            f"{lease.holder} has it in hand until {lease.expires_at.isoformat()}.",
            place=f"work item {item.work_item_id}",
            remedy="Wait, ask for it, or assign it to whom it should go: that ends the lease.",
        )
