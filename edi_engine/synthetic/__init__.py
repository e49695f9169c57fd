"""Synthetic practices: seeded claims, the remittances that answer them, contracts, and the truth.

For the demo, tests and benchmarks. Everything in it is invented. It shares no code with the
parsers, matchers and writers that it tests: it writes X12 by itself, and its truth comes from how
the payers decided, never from reading a file.
"""

from edi_engine.synthetic.contract_practice import ContractPractice, make_contract_practice
from edi_engine.synthetic.contract_truth import (
    ContractLineTruth,
    ContractTruth,
    DiscountTruth,
    RateTruth,
)
from edi_engine.synthetic.large import LargeFile, write_large_835, write_large_837
from edi_engine.synthetic.lifecycle_truth import (
    EventTruth,
    LifecycleTruth,
    LifeTruth,
    RejectionTruth,
    SilenceRule,
)
from edi_engine.synthetic.lifecycles import ArrivingFile, LifecyclePractice, make_lifecycles
from edi_engine.synthetic.payers import PAYERS, PayerProfile, plain_payers, shuffled_payers
from edi_engine.synthetic.practice import Practice, make_practice
from edi_engine.synthetic.rates import MessRates
from edi_engine.synthetic.truth import (
    ClaimKey,
    DepositTruth,
    DuplicateFileTruth,
    LineTruth,
    MessTruth,
    PairTruth,
    PaymentKey,
    PracticeTruth,
    ProviderAdjustmentTruth,
    RemittanceKey,
    RemittanceTruth,
    ReversalTruth,
)

__all__ = [
    "PAYERS",
    "ArrivingFile",
    "ClaimKey",
    "ContractLineTruth",
    "ContractPractice",
    "ContractTruth",
    "DepositTruth",
    "DiscountTruth",
    "DuplicateFileTruth",
    "EventTruth",
    "LargeFile",
    "LifeTruth",
    "LifecyclePractice",
    "LifecycleTruth",
    "LineTruth",
    "MessRates",
    "MessTruth",
    "PairTruth",
    "PayerProfile",
    "PaymentKey",
    "Practice",
    "PracticeTruth",
    "ProviderAdjustmentTruth",
    "RateTruth",
    "RejectionTruth",
    "RemittanceKey",
    "RemittanceTruth",
    "ReversalTruth",
    "SilenceRule",
    "make_contract_practice",
    "make_lifecycles",
    "make_practice",
    "plain_payers",
    "shuffled_payers",
    "write_large_835",
    "write_large_837",
]
