"""Contract terms + billed claims -> expected allowed amounts. Pure."""

from edi_engine.contracts.contract_file import read_contract, schedule_names
from edi_engine.contracts.fee_schedule import FeeSchedule, expected_allowed
from edi_engine.contracts.fee_schedule_csv import FEE_SCHEDULE_COLUMNS, read_fee_schedule

__all__ = [
    "FEE_SCHEDULE_COLUMNS",
    "FeeSchedule",
    "expected_allowed",
    "read_contract",
    "read_fee_schedule",
    "schedule_names",
]
