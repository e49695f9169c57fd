"""Contract terms + billed claims -> expected allowed amounts. Pure."""

from edi_engine.contracts.book import ContractBook
from edi_engine.contracts.fee_schedule import FeeSchedule, expected_allowed
from edi_engine.contracts.fee_schedule_csv import FEE_SCHEDULE_COLUMNS, read_fee_schedule
from edi_engine.contracts.payments import discount_cents, expected_payment_cents, interest_cents
from edi_engine.contracts.prices import Prices, steps_in_words
from edi_engine.contracts.pricing import price_claim

__all__ = [
    "FEE_SCHEDULE_COLUMNS",
    "ContractBook",
    "FeeSchedule",
    "Prices",
    "discount_cents",
    "expected_allowed",
    "expected_payment_cents",
    "interest_cents",
    "price_claim",
    "read_fee_schedule",
    "steps_in_words",
]
