"""Reads health care claims and remittances, accounts for every cent, says what to work on next.

The names below are the public API; everything else may change between versions.

    >>> import edi_engine
    >>> parsed = edi_engine.read_bytes(data, file_name="era_0105.835")
    >>> for finding in parsed.findings:
    ...     print(finding)

They are imported when first used, so that `edi-engine --help` need not load a database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
    from edi_engine.contracts import (
        ContractBook,
        FeeSchedule,
        expected_allowed,
        price_claim,
        read_contract,
        read_fee_schedule,
    )
    from edi_engine.errors import EdiEngineError
    from edi_engine.findings import Finding
    from edi_engine.matchers import Reconciliation, reconcile
    from edi_engine.parsers import ParsedFile, read_bytes, read_file
    from edi_engine.records.matching import billed_claim, paid_claim
    from edi_engine.records.policy import ReconcilePolicy
    from edi_engine.store import Store, open_store

__all__ = [
    "ContractBook",
    "EdiEngineError",
    "FeeSchedule",
    "Finding",
    "ParsedFile",
    "ReconcilePolicy",
    "Reconciliation",
    "Store",
    "__version__",
    "billed_claim",
    "expected_allowed",
    "open_store",
    "paid_claim",
    "price_claim",
    "read_bytes",
    "read_contract",
    "read_fee_schedule",
    "read_file",
    "reconcile",
]

_HOMES = {
    "ContractBook": "edi_engine.contracts",
    "EdiEngineError": "edi_engine.errors",
    "FeeSchedule": "edi_engine.contracts",
    "Finding": "edi_engine.findings",
    "ParsedFile": "edi_engine.parsers",
    "ReconcilePolicy": "edi_engine.records.policy",
    "Reconciliation": "edi_engine.matchers",
    "Store": "edi_engine.store",
    "billed_claim": "edi_engine.records.matching",
    "expected_allowed": "edi_engine.contracts",
    "open_store": "edi_engine.store",
    "paid_claim": "edi_engine.records.matching",
    "price_claim": "edi_engine.contracts",
    "read_bytes": "edi_engine.parsers",
    "read_contract": "edi_engine.contracts",
    "read_fee_schedule": "edi_engine.contracts",
    "read_file": "edi_engine.parsers",
    "reconcile": "edi_engine.matchers",
}


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - costs 25 ms

    try:
        return version("edi-engine")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0+unknown"


def __getattr__(name: str) -> object:
    if name == "__version__":
        return _version()
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
