"""After all stories are told: takebacks find a payment, debts are carried on, signs go wrong.

Runs over the batches of answers before they become files. Source: 005010X221A1 1.10.2, domain 3.12.
"""

from datetime import date, timedelta
from random import Random

from edi_engine.synthetic.desk import Batch, Book, Entry
from edi_engine.synthetic.payers import PayerProfile

__all__ = ["add_capitation_payments", "carry_balances", "invert_signs", "place_takebacks"]

_CAPITATION_CENTS = 412_550


def _ordered(book: Book) -> list[Batch]:
    """Batches by date, payer, payee and tag."""
    return [book.batches[key] for key in sorted(book.batches, key=lambda k: (k[1], k[0], *k[2:]))]


def place_takebacks(book: Book) -> None:
    """Put each waiting entry into the first later payment that can bear it.

    When none can, it goes into a payment of its own, whose balance is then carried on.
    """
    for held in book.held_back:
        bearing = [
            batch
            for batch in _ordered(book)
            if batch.payer.payer_id == held.payer.payer_id
            and batch.payee_npi == held.payee_npi
            and batch.paid_on > held.not_before
            and batch.total_cents() >= held.entry.cents
        ]
        if bearing:
            bearing[0].entries.append(held.entry)
            continue
        day = held.not_before + timedelta(days=1)
        day += timedelta(days=(held.payer.payment_weekday - day.weekday()) % 7)
        book.batch(held.payer, day, held.payee_npi).entries.append(held.entry)


def add_capitation_payments(
    book: Book, payers: tuple[PayerProfile, ...], *, payee_npi: str, months: tuple[date, ...]
) -> None:
    """A payment a month without any claim, from each payer that capitates."""
    for payer in payers:
        if not payer.capitates:
            continue
        for month in months:
            day = month + timedelta(days=(payer.payment_weekday - month.weekday()) % 7)
            batch = book.batch(payer, day, payee_npi, "capitation")
            reference = f"CAP{month:%Y%m}"
            batch.entries.append(Entry("CT", reference, -_CAPITATION_CENTS, "capitation"))


def carry_balances(book: Book) -> None:
    """No payment is negative: what is missing goes forward, and is taken from the next payment."""
    debts: dict[tuple[str, str], int] = {}
    for batch in _ordered(book):
        account = (batch.payer.payer_id, batch.payee_npi)
        reference = f"FWD{batch.paid_on:%y%m%d}"
        debt = debts.pop(account, 0)
        if debt:
            batch.entries.append(Entry("FB", reference, debt, "carried"))
        total = batch.total_cents()
        if total < 0:
            batch.entries.append(Entry("FB", reference, total, "carried"))
            debts[account] = -total


def invert_signs(book: Book, count: int, random: Random) -> None:
    """In some payments with provider adjustments the payer applies them with the wrong sign."""
    fitting = [
        batch
        for batch in _ordered(book)
        if batch.answers
        and batch.entries
        and not any(answer.serial in book.unbalanced for answer in batch.answers)
        and all(entry.reason != "FB" for entry in batch.entries)
        and sum(entry.cents for entry in batch.entries)
        and batch.total_cents() + 2 * sum(entry.cents for entry in batch.entries) >= 0
    ]
    for batch in random.sample(fitting, min(count, len(fitting))):
        batch.sign_inverted = True
