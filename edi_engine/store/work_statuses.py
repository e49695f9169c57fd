"""Statuses of work items as statements say them."""

from edi_engine.records.work import UNSETTLED

__all__ = ["UNSETTLED_SQL"]

UNSETTLED_SQL = ", ".join(f"'{status.value}'" for status in UNSETTLED)
"""The statuses of what is not settled, for `IN (...)`."""
