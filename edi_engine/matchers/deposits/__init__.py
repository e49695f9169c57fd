"""Deposits and remittances put together: trace numbers first, then amount, payer and day.

Pure and independent of order: the same deposits, remittances and decisions give the same answer
in whatever order they came. See docs/DEPOSITS.md for the ladder.
"""

from edi_engine.matchers.deposits.aging import (
    Coverage,
    deposit_issues,
    is_overdue,
    look_again_at_deposit,
    look_again_at_remittance,
    remittance_issues,
)
from edi_engine.matchers.deposits.facts import PayerKeys
from edi_engine.matchers.deposits.ladder import Reassociation, reassociate
from edi_engine.matchers.deposits.subsets import SUBSET_CANDIDATES_MAX, unique_subset

__all__ = [
    "SUBSET_CANDIDATES_MAX",
    "Coverage",
    "PayerKeys",
    "Reassociation",
    "deposit_issues",
    "is_overdue",
    "look_again_at_deposit",
    "look_again_at_remittance",
    "reassociate",
    "remittance_issues",
    "unique_subset",
]
