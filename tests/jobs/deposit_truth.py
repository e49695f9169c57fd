"""What the engine says of a practice's deposits, held against what the bank's maker knows.

Never a wrong match: where nothing but the amount speaks, a tie that is shown is as good as the
answer, a guess is not.
"""

from collections.abc import Iterator

from edi_engine.records.deposits import DepositMatch, RemittanceDeposit
from edi_engine.store import Store
from edi_engine.synthetic import DepositTruth, PracticeTruth, RemittanceKey

EXPECTED = {
    "paid": {"matched"},
    "check": {"matched"},
    "untraced": {"matched", "ambiguous"},
    "bundle": {"matched", "ambiguous", "no_remittance"},
    "short": {"amount_differs"},
    "unannounced": {"no_remittance"},
    "taken_back": {"taken_back"},
    "other": {"other_money"},
}
"""The statuses that are right, by kind. Of a bundle with too many possible sums nothing is said."""


class FoundDeposits:
    """The conclusions of both sides, under the truth's own keys."""

    def __init__(self, store: Store) -> None:
        with store.reading() as reader:
            self.keys = {
                row[0]: RemittanceKey(row[1], row[2]) for row in reader.dataset("remittances")
            }
            deposits = reader.deposits()
            matches = reader.deposit_matches(deposits)
            self.deposits: dict[str, DepositMatch] = {
                one.deposit.bank_reference: matches[key] for key, one in deposits.items()
            }
            assert len(self.deposits) == len(deposits)
            self.amounts = {
                one.deposit.bank_reference: one.deposit.amount_cents for one in deposits.values()
            }
            self.remittances: dict[RemittanceKey, RemittanceDeposit] = {
                self.keys[key]: found
                for key, found in reader.remittance_deposits(self.keys).items()
            }

    def paid_by(self, found: DepositMatch) -> tuple[RemittanceKey, ...]:
        return tuple(sorted(self.keys[key] for key in found.remittance_ids))


def wrong_deposits(truth: PracticeTruth, found: FoundDeposits) -> Iterator[str]:
    """Deposits at a wrong remittance, with a wrong difference, or called what they are not."""
    announced = {
        RemittanceKey(one.file_name, one.set_control_number): one.payment_cents
        for one in truth.remittances
    }
    if found.amounts != {one.bank_reference: one.amount_cents for one in truth.deposits}:
        yield "the movements are not those of the statements"
        return
    for one in truth.deposits:
        match = found.deposits[one.bank_reference]
        if match.status.value not in EXPECTED[one.kind]:
            yield f"{one}: {match}"
        elif match.remittance_ids and found.paid_by(match) != one.remittances:
            yield f"{one}: {match.rule} took {found.paid_by(match)}"
        elif match.remittance_ids and match.difference_cents != _difference(one, announced):
            yield f"{one}: difference {match.difference_cents}"


def _difference(one: DepositTruth, announced: dict[RemittanceKey, int]) -> int:
    return one.amount_cents - sum(announced[key] for key in one.remittances)


def missed_deposits(truth: PracticeTruth, found: FoundDeposits) -> list[DepositTruth]:
    """Deposits that pay a remittance without saying so, and were not found by their amount."""
    return [
        one
        for one in truth.deposits
        if one.kind in _BY_AMOUNT and not found.deposits[one.bank_reference].remittance_ids
    ]


_BY_AMOUNT = frozenset({"untraced", "bundle"})


def wrong_remittance_deposits(truth: PracticeTruth, found: FoundDeposits) -> Iterator[str]:
    """Remittances called paid whose money never came, or that wait for money that none needs."""
    paid = {key for one in truth.deposits for key in one.remittances}
    copies = {one.file_name for one in truth.duplicate_files}
    for one in truth.remittances:
        key = RemittanceKey(one.file_name, one.set_control_number)
        answer = found.remittances[key]
        status = answer.status.value
        if one.payment_cents <= 0:
            if status != "zero_pay":
                yield f"{one}: {answer}"
        elif key not in paid and status not in {"no_deposit", "ambiguous"}:
            yield f"{one}: no money came, {answer}"
        elif key in paid and answer.deposit_ids == () and _is_traced(truth, key):
            yield f"{one}: its money came, {answer}"
    for key in found.remittances:
        if key.file_name in copies:
            yield f"{key}: a copy waits for a deposit of its own"


def _is_traced(truth: PracticeTruth, key: RemittanceKey) -> bool:
    return any(
        key in one.remittances and one.kind in {"paid", "check", "short"} for one in truth.deposits
    )
