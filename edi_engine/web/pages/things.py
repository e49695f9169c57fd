"""Claims, lines, payments, remittances, files and sets: everything known, to the raw segments."""

from edi_engine.jobs.claim_view import view_claim
from edi_engine.jobs.deposits import show_deposit
from edi_engine.jobs.show import (
    Page,
    show_file,
    show_line,
    show_payment,
    show_remittance,
    show_set,
)
from edi_engine.web.asking import Answer, Ask, HtmlPage

__all__ = ["claim", "deposit", "file", "line", "payment", "remittance", "transaction_set"]


def claim(ask: Ask) -> Answer:
    """A claim: billed beside answered, line by line, with journal, work and raw segments."""
    return HtmlPage("claim.html", {"view": view_claim(ask.store, ask.number("claim"))})


def line(ask: Ask) -> Answer:
    """A service line with what was paid for it."""
    return _thing(show_line(ask.store, ask.number("claim"), ask.number("line")))


def payment(ask: Ask) -> Answer:
    """A claim payment with where it belongs, and why."""
    return _thing(show_payment(ask.store, ask.number("payment")))


def remittance(ask: Ask) -> Answer:
    """A remittance with its payments and provider adjustments."""
    return _thing(show_remittance(ask.store, ask.number("remittance")))


def file(ask: Ask) -> Answer:
    """A file with its findings and transaction sets."""
    return _thing(show_file(ask.store, ask.number("file")))


def transaction_set(ask: Ask) -> Answer:
    """A transaction set with its findings."""
    return _thing(show_set(ask.store, ask.number("set")))


def deposit(ask: Ask) -> Answer:
    """A deposit with the remittances that it pays."""
    return _thing(show_deposit(ask.store, ask.number("deposit")))


def _thing(page: Page) -> HtmlPage:
    return HtmlPage("thing.html", {"page": page})
