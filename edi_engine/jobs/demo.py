"""A month of an invented practice, from clearinghouse files to the worklist, in one folder.

Everything in it is made up from a seed, so the same demo comes out everywhere. Because the maker
of the files also tells the truth about them, the demo says how much of it was found.
"""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.nightly import NightlyFolders, NightlyReport, nightly
from edi_engine.jobs.reconcile import ProgressCallback
from edi_engine.jobs.summary import summary_lines
from edi_engine.records.lifecycles import LifecycleState, Tier
from edi_engine.records.matching import ClaimId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import MatchOutcome
from edi_engine.records.users import Role
from edi_engine.store import Store, open_store
from edi_engine.synthetic import Practice, RemittanceKey, make_practice

__all__ = ["DemoReport", "DemoTruth", "demo"]

DATABASE_NAME = "practice.db"
_MARKER = ".edi-engine-demo"
_START_ON = date(2026, 1, 5)
_AS_OF_DAYS = 75
"""So long after the month begins most payers have answered, and the silent ones are overdue."""
_FOLDERS = ("inbox", "done", "quarantine", "reports")


class DemoTruth(msgspec.Struct, frozen=True):
    """What was put together against the truth the maker kept: of ours, those at their claim (or
    remittance), those left to a person, and those at a wrong one."""

    right_count: int
    left_open_count: int
    wrong_count: int

    @property
    def whole_count(self) -> int:
        """All of them."""
        return self.right_count + self.left_open_count + self.wrong_count


class DemoReport(msgspec.Struct, frozen=True):
    """What the demo made and found. `lines` is the summary as a person reads it."""

    folder: str
    database: str
    files_count: int
    fee_schedule_rows: int
    as_of: date
    night: NightlyReport
    payments: DemoTruth
    deposits: DemoTruth
    unanswered: DemoTruth
    """Claims that no remittance answers, by what acknowledgments say of them."""
    lines: tuple[str, ...]
    logins: tuple[str, ...] = ()
    """Who can log in to the workbench with `DEMO_PASSWORD`; empty where it is not installed."""


DEMO_PASSWORD = "only for the demo"  # noqa: S105 - it guards invented patients
_LOGINS = {"dana": Role.MANAGER, "kim": Role.BILLER, "lee": Role.ADMINISTRATOR}


def demo(
    folder: Path,
    *,
    seed: int = 7,
    claims_count: int = 400,
    now: Callable[[], datetime] = utc_now,
    progress: ProgressCallback | None = None,
) -> DemoReport:
    """Make a practice in a folder and run everything on it.

    A folder that an earlier demo made is made anew; any other that is not empty is refused with
    InputError.
    """
    _prepare(folder)
    practice = make_practice(
        seed, start_on=_START_ON, claims_count=claims_count, is_acknowledged=True
    )
    inbox = folder / "inbox"
    files = (*practice.files(), *practice.bank_files)
    for name, data in files:
        (inbox / name).write_bytes(data)
    fees = folder / "fees.csv"
    fees.write_text(practice.fee_schedule_csv(), encoding="utf-8")
    as_of = _START_ON + timedelta(days=_AS_OF_DAYS)
    with open_store(str(folder / DATABASE_NAME)) as store:
        contracts = load_fee_schedule(store, fees, now=now)
        night = nightly(
            store,
            NightlyFolders.beside(inbox, settle_seconds=0),
            policy=ReconcilePolicy(),
            as_of=as_of,
            now=now,
            progress=progress,
        )
        payments = _compare_payments(store, practice)
        deposits = _compare_deposits(store, practice)
        unanswered = _compare_unanswered(store, practice)
        lines = tuple(summary_lines(store, as_of=as_of))
        logins = _add_users(store, now)
    return DemoReport(
        folder=str(folder),
        database=str(folder / DATABASE_NAME),
        files_count=len(files),
        fee_schedule_rows=contracts.rows_count,
        as_of=as_of,
        night=night,
        payments=payments,
        deposits=deposits,
        unanswered=unanswered,
        lines=lines,
        logins=logins,
    )


def _add_users(store: Store, now: Callable[[], datetime]) -> tuple[str, ...]:
    try:
        from edi_engine.jobs.users import add_user  # noqa: PLC0415 - the workbench is an extra
    except ModuleNotFoundError:
        return ()
    for login, role in _LOGINS.items():
        add_user(store, login, name="", role=role, password=DEMO_PASSWORD, actor="demo", now=now)
    return tuple(_LOGINS)


def _prepare(folder: Path) -> None:
    """An empty folder with our mark in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / _MARKER).exists():
            raise InputError(
                "The folder is not empty, and no demo made it.",
                place=str(folder),
                remedy="Name an empty or a new folder with --dir.",
            )
        for name in _FOLDERS:
            shutil.rmtree(folder / name, ignore_errors=True)
        for path in folder.glob(f"{DATABASE_NAME}*"):
            path.unlink()
        (folder / _MARKER).touch()
        (folder / "inbox").mkdir()
    except OSError as error:
        raise InputError(
            f"The folder cannot be used ({error.strerror}).",
            place=str(folder),
            remedy="Name another with --dir.",
        ) from error


def _compare_payments(store: Store, practice: Practice) -> DemoTruth:
    """Matches against the truth, by the places of claims and payments in their files."""
    with store.reading() as reader:
        claims = {row[0]: row[1:4] for row in reader.dataset("claims")}
        matches = {
            (file, control_number, ordinal): (outcome, claim_id)
            for _, file, control_number, ordinal, outcome, claim_id, *_ in reader.dataset("matches")
        }
    right = open_ = wrong = 0
    for pair in practice.truth.pairs:
        key = (
            pair.payment.file_name,
            pair.payment.set_control_number,
            pair.payment.claim_ordinal,
        )
        if key not in matches:
            continue  # a file with the same bytes as another is taken in once
        outcome, claim_id = matches[key]
        fitting = [pair.claim, *pair.candidates] if pair.claim is not None else pair.candidates
        places = {(one.file_name, one.set_control_number, one.claim_ordinal) for one in fitting}
        if outcome != MatchOutcome.MATCHED.value:
            right += pair.claim is None
            open_ += pair.claim is not None
        elif claims[claim_id] in places:
            right += 1
        else:
            wrong += 1
    return DemoTruth(right, open_, wrong)


def _compare_deposits(store: Store, practice: Practice) -> DemoTruth:
    """Deposits against the truth, by the bank's references and the places of remittances."""
    with store.reading() as reader:
        places = {row[0]: RemittanceKey(row[1], row[2]) for row in reader.dataset("remittances")}
        deposits = reader.deposits()
        matches = reader.deposit_matches(deposits)
    found = {
        one.deposit.bank_reference: tuple(
            sorted(places[each] for each in matches[key].remittance_ids)
        )
        for key, one in deposits.items()
    }
    right = open_ = wrong = 0
    for one in practice.truth.deposits:
        answer = found[one.bank_reference]
        right += answer == one.remittances
        open_ += answer == () != one.remittances
        wrong += answer not in {(), one.remittances}
    return DemoTruth(right, open_, wrong)


_STATES_OF_FATES = {
    "refused_by_file": (LifecycleState.REJECTED, Tier.FILE),
    "refused_by_clearinghouse": (LifecycleState.REJECTED, Tier.CLEARINGHOUSE),
    "refused_by_payer": (LifecycleState.REJECTED, Tier.PAYER),
    "silent_after_clearinghouse": (LifecycleState.CLEARINGHOUSE_ACCEPTED, None),
    "silent_after_payer": (LifecycleState.PAYER_ACCEPTED, None),
}


def _compare_unanswered(store: Store, practice: Practice) -> DemoTruth:
    """Where claims without a remittance stand against the truth, by their places in files."""
    with store.reading() as reader:
        places = {row[1:4]: ClaimId(row[0]) for row in reader.dataset("claims")}
        wanted = {
            places[msgspec.structs.astuple(one.claim)]: _STATES_OF_FATES[one.fate]
            for one in practice.truth.fates
        }
        found = reader.lifecycles(wanted)
    right = sum(
        (found[claim_id].state, found[claim_id].rejected_by) == true
        for claim_id, true in wanted.items()
    )
    return DemoTruth(right, 0, len(wanted) - right)
