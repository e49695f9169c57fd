"""Contract terms + billed claims -> expected allowed amounts. Pure."""

from edi_engine.contracts.amounts import format_exact
from edi_engine.contracts.book import ContractBook
from edi_engine.contracts.cms_drg import read_drg_weights
from edi_engine.contracts.cms_files import read_cms_schedule
from edi_engine.contracts.contract_file import read_contract, schedule_names
from edi_engine.contracts.explaining import explain_variances
from edi_engine.contracts.fee_schedule import FeeSchedule, expected_allowed
from edi_engine.contracts.fee_schedule_csv import FEE_SCHEDULE_COLUMNS, read_fee_schedule
from edi_engine.contracts.inference import (
    InferencePolicy,
    InferredRates,
    find_rate_changes,
    infer_rates,
    service_of,
)
from edi_engine.contracts.payments import (
    discount_cents,
    expected_payment_cents,
    interest_cents,
    judge_timely,
)
from edi_engine.contracts.prices import Prices, steps_in_words
from edi_engine.contracts.pricing import price_claim

__all__ = [
    "FEE_SCHEDULE_COLUMNS",
    "ContractBook",
    "FeeSchedule",
    "InferencePolicy",
    "InferredRates",
    "Prices",
    "discount_cents",
    "expected_allowed",
    "expected_payment_cents",
    "explain_variances",
    "find_rate_changes",
    "format_exact",
    "infer_rates",
    "interest_cents",
    "judge_timely",
    "price_claim",
    "read_cms_schedule",
    "read_contract",
    "read_drg_weights",
    "read_fee_schedule",
    "schedule_names",
    "service_of",
    "steps_in_words",
]
