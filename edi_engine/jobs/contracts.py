"""Loading what payers should allow: contracts, and the practice's fee schedule.

A file is taken whole or not at all, with everything that is wrong in it. Claims whose price may
change wait to be reconciled again.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath

import msgspec

from edi_engine.contracts import read_contract, read_fee_schedule
from edi_engine.errors import InputError
from edi_engine.findings import Finding, Severity
from edi_engine.jobs.clock import utc_now
from edi_engine.records.contracts import Contract
from edi_engine.records.expected import FeeScheduleRow
from edi_engine.records.stored import StoredContract
from edi_engine.store import Reader, Store

__all__ = [
    "CONTRACT_SUFFIXES",
    "SCHEDULE_BYTES_MAX",
    "ContractCheck",
    "ContractsReport",
    "check_contract",
    "end_contract",
    "list_contracts",
    "load_contract",
    "load_fee_schedule",
]

CONTRACT_SUFFIXES = frozenset({".yaml", ".yml"})
"""What tells a contract file from a fee schedule."""

CONTRACT_BYTES_MAX = 2_000_000
"""A contract of a thousand terms of twenty lines each."""
SCHEDULE_BYTES_MAX = 200_000_000
"""A schedule of every code, modifier, place and payer has some millions of short rows."""


class ContractsReport(msgspec.Struct, frozen=True):
    """What loading did. With an error finding nothing was loaded; `pending_claims_count` claims
    wait to be priced again by the next reconciling. `rows_count` are a fee schedule's rows, or a
    contract's terms."""

    file_name: str
    is_loaded: bool
    rows_count: int
    pending_claims_count: int
    findings: tuple[Finding, ...]


class ContractCheck(msgspec.Struct, frozen=True):
    """A contract file as it was read: the contract, None with any error, and all findings.

    `schedules` are names and texts of the schedule files it asked for.
    """

    file_name: str
    text: str
    contract: Contract | None
    schedules: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]


def check_contract(path: Path) -> ContractCheck:
    """Read a contract file and the schedules beside it, without any database.

    Raises InputError for a file that cannot be read at all.
    """
    text = _read_text(path, CONTRACT_BYTES_MAX, "YAML")
    schedules: dict[str, str] = {}

    def load(name: str) -> str | None:
        beside = PurePosixPath(name.replace("\\", "/"))
        if beside.is_absolute() or ".." in beside.parts:
            return None
        found = path.parent / beside
        if not found.is_file():
            return None
        schedules[name] = _read_text(found, SCHEDULE_BYTES_MAX, "CSV")
        return schedules[name]

    contract, findings = read_contract(text, file_name=path.name, load=load)
    return ContractCheck(path.name, text, contract, tuple(sorted(schedules.items())), findings)


def load_contract(
    store: Store, path: Path, *, now: Callable[[], datetime] = utc_now
) -> ContractsReport:
    """Put a version of a contract in force, in place of the same version loaded before.

    Claims of its payers wait to be reconciled, all claims when it names none, and those of others
    whose discount it may explain. Raises InputError for a file that cannot be read at all.
    """
    check = check_contract(path)
    contract = check.contract
    if contract is None:
        return ContractsReport(check.file_name, False, 0, 0, check.findings)
    digest = _digest_of(check)
    with store.writing() as writer:
        before = _in_force(writer.stored_contracts(), contract.key, contract.version)
        if before is not None and before.digest == digest:
            return ContractsReport(check.file_name, True, len(contract.terms), 0, check.findings)
        payers = _payers_of_versions(
            [contract, *writer.contracts_in_force()], contract.key, contract.version
        )
        writer.add_contract(
            contract,
            text=check.text,
            schedules=check.schedules,
            digest=digest,
            loaded_at=now().isoformat(),
        )
        claim_ids = _touched(writer, payers)
        writer.mark_pending_claims(claim_ids)
    return ContractsReport(
        check.file_name, True, len(contract.terms), len(claim_ids), check.findings
    )


def list_contracts(store: Store, *, ended: bool = False) -> list[StoredContract]:
    """The versions of contracts in force, by key and version; with `ended` all there ever were."""
    with store.reading() as reader:
        return [one for one in reader.stored_contracts() if ended or one.ended_at is None]


def end_contract(
    store: Store, key: str, version: str, *, now: Callable[[], datetime] = utc_now
) -> int:
    """Take a version of a contract out of force; how many claims wait to be priced again.

    Raises InputError when it is not in force.
    """
    with store.writing() as writer:
        payers = _payers_of_versions(writer.contracts_in_force(), key, version)
        if not writer.end_contract(key, version, ended_at=now().isoformat()):
            raise InputError(
                "no such version is in force.",
                place=f"contract {key} {version}",
                remedy='See "edi-engine contracts list".',
            )
        claim_ids = _touched(writer, payers)
        writer.mark_pending_claims(claim_ids)
    return len(claim_ids)


def load_fee_schedule(
    store: Store, path: Path, *, now: Callable[[], datetime] = utc_now
) -> ContractsReport:
    """Put the fee schedule of a CSV file in force, in place of the one before.

    Claims of every payer that either schedule names are marked for reconciling, all claims when a
    row holds for any payer. Raises InputError for a file that cannot be read at all.
    """
    text = _read_text(path, SCHEDULE_BYTES_MAX, "CSV")
    rows, findings = read_fee_schedule(text, file_name=path.name)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return ContractsReport(path.name, False, 0, 0, findings)
    with store.writing() as writer:
        before = writer.fee_schedule()
        if list(rows) == before:
            return ContractsReport(path.name, True, len(rows), 0, findings)
        writer.replace_fee_schedule(
            rows,
            name=path.name,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            loaded_at=now().isoformat(),
        )
        payers = _payers_of({*before}.symmetric_difference(rows))
        claim_ids = writer.claim_ids_by_payer(payers)
        writer.mark_pending_claims(claim_ids)
    return ContractsReport(path.name, True, len(rows), len(claim_ids), findings)


def _in_force(stored: Iterable[StoredContract], key: str, version: str) -> StoredContract | None:
    return next(
        (
            one
            for one in stored
            if one.ended_at is None and (one.key, one.version) == (key, version)
        ),
        None,
    )


def _touched(reader: Reader, payers: set[str] | None) -> list[int]:
    """Claims that another version of a contract may mean something to: all of its payers', and
    those that its rates may explain: discounts that nothing does yet, and what was underpaid."""
    of_payers = reader.claim_ids_by_payer(payers)
    if payers is None:
        return of_payers
    return sorted({*of_payers, *reader.claim_ids_explained_by_others()})


def _payers_of_versions(contracts: Iterable[Contract], key: str, version: str) -> set[str] | None:
    """Payers of these versions of one contract, old and new; None when one is for any payer."""
    scopes = [one.scope.payer_ids for one in contracts if (one.key, one.version) == (key, version)]
    if any(not payer_ids for payer_ids in scopes):
        return None
    return {payer_id for payer_ids in scopes for payer_id in payer_ids}


def _payers_of(rows: set[FeeScheduleRow]) -> set[str] | None:
    """Payers that any of the rows holds for; None for every payer."""
    payers = {row.payer_id for row in rows}
    return None if "" in payers else payers


def _digest_of(check: ContractCheck) -> str:
    """One digest of the contract and its schedules; lengths keep them apart."""
    digest = hashlib.sha256()
    for text in (check.text, *(part for pair in check.schedules for part in pair)):
        data = text.encode()
        digest.update(f"{len(data)} ".encode())
        digest.update(data)
    return digest.hexdigest()


def _read_text(path: Path, bytes_max: int, kind: str) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(bytes_max + 1)
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror}).",
            place=str(path),
            remedy=f"Name an existing {kind} file.",
        ) from error
    if len(data) > bytes_max:
        raise InputError(
            f"the file is larger than {bytes_max // 1_000_000} MB.",
            place=str(path),
            remedy="Split it, or check that it is the right file.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8 text.",
            place=str(path),
            remedy=f"Save it as {kind} in UTF-8.",
        ) from error
