"""What the engine concludes about a contract practice, held against the practice's truth."""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from edi_engine.jobs.contracts import check_contract, load_contract
from edi_engine.jobs.export import ExportFormat, export_dataset
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.reconcile import reconcile
from edi_engine.records.contracts import Contract
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import SETTLED
from edi_engine.store import Store, open_store
from edi_engine.synthetic import ClaimKey, ContractPractice, ContractTruth

AS_OF = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)

Row = dict[str, str]

_OF_MONEY = {"underpaid", "overpaid", "underallowed", "overallowed"}
_OF_TIME = {"timely_interest", "timely_discount", "interest_overpaid"}
_ITEMS = {*_OF_MONEY, *_OF_TIME, "denied", "partially_denied", "silent_ppo"}


class Found:
    """Rows of the reconciliation and open items, under the truth's keys, and the first named
    causes that were right."""

    def __init__(self, store: Store) -> None:
        keys = {
            row["claim_id"]: ClaimKey(
                row["file"], row["set_control_number"], int(row["claim_ordinal"])
            )
            for row in _dataset(store, "claims")
        }
        self.lines = {
            (keys[row["claim_id"]], int(row["line_number"]), int(row["payer_sequence"])): row
            for row in _dataset(store, "reconciliation")
        }
        with store.reading() as reader:
            self.items = {
                (keys[str(item.claim_id)], item.cause): item.amount_at_risk_cents
                for item in reader.work_items()
                if item.claim_id is not None and item.cause in _ITEMS and item.status not in SETTLED
            }
            self.discounts = {
                keys[str(claim_id)]: (network, contracts)
                for claim_id, network, contracts in reader.rows(
                    "SELECT claim_id, network, contracts FROM silent_ppo_signs"
                )
            }
            self.unmatched = [
                row for row in reader.dataset("matches") if "matched" not in map(str, row)
            ]
        self.unbalanced = [
            row for row in _dataset(store, "remittances") if row["balanced"] != "true"
        ]
        self.named: Counter[str] = Counter()


def cents(text: str) -> int:
    return int(Decimal(text or "0") * 100)


def _dataset(store: Store, name: str) -> list[Row]:
    text = io.StringIO()
    export_dataset(store, name, text, form=ExportFormat.CSV)
    return list(csv.DictReader(io.StringIO(text.getvalue())))


def write_contracts(practice: ContractPractice, folder: Path) -> list[Path]:
    """The contract files on disk; the contracts among them."""
    paths = []
    for name, text in practice.contract_files:
        path = folder / "contracts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return [path for path in paths if path.suffix == ".yaml"]


def load_practice(practice: ContractPractice, folder: Path, *, shuffle_seed: int = 0) -> Store:
    """A store with everything loaded and reconciled; files in another order with a seed."""
    files = list(practice.files())
    if shuffle_seed:
        random.Random(shuffle_seed).shuffle(files)
    store = open_store(str(folder / f"practice-{shuffle_seed}.db"))
    for path in write_contracts(practice, folder):
        report = load_contract(store, path, now=lambda: NOW)
        assert report.is_loaded
        assert not report.findings
    for number, (name, data) in enumerate(files):
        path = folder / f"inbox-{shuffle_seed}" / f"{number:03d}" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        ingest_paths(store, [path], clock=lambda: NOW)
    reconcile(store, policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)
    return store


def contracts_of(practice: ContractPractice, folder: Path) -> list[Contract]:
    """The contracts as the engine reads them."""
    found = [check_contract(path).contract for path in write_contracts(practice, folder)]
    return [contract for contract in found if contract is not None]


def wrong_conclusions(truth: ContractTruth, found: Found) -> list[str]:
    """Every disagreement between what is true and what was concluded, one sentence each."""
    wrong = [f"not matched: {row}" for row in found.unmatched]
    wrong += [f"not balanced: {row}" for row in found.unbalanced]
    wrong += _wrong_lines(truth, found)
    wrong += _wrong_rates(truth, found)
    wrong += _wrong_items(truth, found)
    wrong += _wrong_discounts(truth, found)
    return wrong


def _wrong_lines(truth: ContractTruth, found: Found) -> Iterator[str]:
    causes_of_rates = {
        (rate.claim, number): rate.cause for rate in truth.rates for number in rate.line_numbers
    }
    for line in truth.lines:
        row = found.lines[line.claim, line.line_number, line.payer_sequence]
        place = f"{line.story or 'right'}: {line}"
        if row["state"] != line.state:
            yield f"state {row['state']}, {place}"
        if line.is_share:
            cause = causes_of_rates[line.claim, line.line_number]
            yield from _wrong_cause(row, cause, found, place)
            continue
        expected = None if row["expected_allowed"] == "" else cents(row["expected_allowed"])
        if expected != line.expected_cents:
            yield f"expected {expected}, {place}"
        if line.payer_sequence == 1 and cents(row["allowed"]) != line.allowed_cents:
            yield f"allowed {row['allowed']}, {place}"
        if line.compared_cents is None:
            if row["variance"] != "":
                yield f"variance {row['variance']}, {place}"
        elif row["variance"] == "" or cents(row["variance"]) != (
            line.compared_cents - line.allowed_cents
        ):
            yield f"variance {row['variance']}, {place}"
        # A line that is refused whole is a denial, and told as one.
        cause = "" if line.state == "denied" else line.cause
        yield from _wrong_cause(row, cause, found, place)
        is_bundled = line.state == "denied" and line.cause == "bundled"
        if is_bundled and row["denial_category"] != "bundling":
            yield f"denied as {row['denial_category']}, {place}"


def _wrong_cause(row: Row, cause: str, found: Found, place: str) -> Iterator[str]:
    named, words = row["variance_cause"], row["variance_words"]
    if not cause or named == cause:
        if named != cause:
            yield f"cause {named} ({words}), {place}"
        elif cause:
            found.named["first"] += 1
        return
    others = words.rpartition(" (or ")[2].rstrip(")").split(" or ") if " (or " in words else []
    if cause.replace("_", " ") in others:
        found.named["other"] += 1
    else:
        yield f"cause {named} ({words}), {place}"


def _wrong_rates(truth: ContractTruth, found: Found) -> Iterator[str]:
    for rate in truth.rates:
        rows = [found.lines[rate.claim, number, 1] for number in rate.line_numbers]
        expected = sum(cents(row["expected_allowed"]) for row in rows)
        allowed = sum(cents(row["allowed"]) for row in rows)
        if (expected, allowed) != (rate.expected_cents, rate.allowed_cents):
            yield f"together {expected} and {allowed}, {rate}"


def _wrong_items(truth: ContractTruth, found: Found) -> Iterator[str]:
    """Open items about money that was allowed wrongly, and their amounts; refusals by amount."""
    wanted: Counter[tuple[ClaimKey, str]] = Counter()
    shorts = [
        (line.claim, line.short_cents, line.state) for line in truth.lines if line.state != "denied"
    ]
    shorts += [(rate.claim, rate.short_cents, "") for rate in truth.rates]
    for claim, short, state in shorts:
        if short:
            end = "allowed" if state == "patient" else "paid"
            wanted[claim, ("under" if short > 0 else "over") + end] += abs(short)
    of_money = {key: at for key, at in found.items.items() if key[1] in _OF_MONEY}
    for key in sorted({*wanted, *of_money}):
        if wanted.get(key) != of_money.get(key):
            yield f"item of {of_money.get(key)} for {wanted.get(key)}, {key}"
    in_time = {(one.claim, one.cause): one.cents for one in truth.timely}
    of_time = {key: at for key, at in found.items.items() if key[1] in _OF_TIME}
    for key in sorted({*in_time, *of_time}):
        if in_time.get(key) != of_time.get(key):
            yield f"item of {of_time.get(key)} for {in_time.get(key)}, {key}"
    refused = {line.claim for line in truth.lines if line.state == "denied"}
    denied = {claim for claim, cause in found.items if cause in {"denied", "partially_denied"}}
    for claim in sorted(refused ^ denied):
        yield f"denial {claim}: told {claim in denied}, true {claim in refused}"


def _wrong_discounts(truth: ContractTruth, found: Found) -> Iterator[str]:
    """Work about discounts without a contract, with its amount and whose they are said to be."""
    wanted = {each.claim: each for each in truth.discounts if each.is_work}
    items = {claim: at for (claim, cause), at in found.items.items() if cause == "silent_ppo"}
    for claim in sorted({*wanted, *items}):
        each = wanted.get(claim)
        if each is None or items.get(claim) != each.discount_cents:
            yield f"silent_ppo item of {items.get(claim)} for {each}, {claim}"
        elif found.discounts[claim] != (each.network, each.contract):
            yield f"silent_ppo of {found.discounts[claim]}, {each}"
