"""Statuses of work items as statements name them."""

from edi_engine.records.work import UNSETTLED

__all__ = ["IS_UNSETTLED"]

IS_UNSETTLED = f"status IN ({', '.join(repr(status.value) for status in UNSETTLED)})"
"""What somebody works, or will."""
