"""Deadlines of work items: the last day on which acting still helps.

Windows are policy, never law in code: a practice sets them per payer. Source: domain 6.3, 7.2.
"""

from datetime import date, timedelta

from edi_engine.records.policy import ReconcilePolicy
from edi_engine.worklist.causes import Window

__all__ = ["deadline_for"]


def deadline_for(
    window: Window,
    policy: ReconcilePolicy,
    *,
    payer_id: str,
    arose_on: date | None,
    service_from: date | None,
) -> date | None:
    """The last day of a window, or None when nothing lapses or the start is not known.

    A corrected claim must reach the payer inside its filing limit and is usually due inside the
    appeal window too, so the earlier counts; a filing limit that was over before the issue even
    arose says nothing any more and is left out.
    """
    if window is Window.NONE:
        return None
    appeal_by = _after(arose_on, policy.appeal_days_for(payer_id))
    file_by = _after(service_from, policy.filing_days_for(payer_id))
    if window is Window.APPEAL:
        return appeal_by
    if window is Window.FILING:
        return file_by
    if window is Window.REFUND:
        return _after(arose_on, policy.refund_days)
    if window is Window.CORRECTED_CLAIM:
        if file_by is not None and arose_on is not None and file_by < arose_on:
            file_by = None
        return min((day for day in (appeal_by, file_by) if day is not None), default=None)
    return None


def _after(start: date | None, days: int) -> date | None:
    return start + timedelta(days=days) if start is not None else None
