"""Claims, lines, payments, sets and deposits: everything known, to the raw segments.

A page is read from one snapshot.
"""

from edi_engine.jobs.claim_view import view_claim, view_line
from edi_engine.jobs.deposits import show_deposit
from edi_engine.jobs.payment_view import view_payment
from edi_engine.jobs.remittance_advice import remittance_advice
from edi_engine.jobs.show import Page, show_set
from edi_engine.web.asking import Answer, Ask, Download, HtmlPage

__all__ = ["advice", "claim", "deposit", "line", "payment", "transaction_set"]


def claim(ask: Ask) -> Answer:
    """A claim: billed beside answered, line by line, with journal, work and raw segments."""
    with ask.store.looking() as store:
        view = view_claim(store, ask.number("claim"), clearinghouses=ask.policy.clearinghouses)
        return HtmlPage("claim.html", {"view": view})


def line(ask: Ask) -> Answer:
    """A service line with what was paid for it."""
    with ask.store.looking() as store:
        view = view_line(store, ask.number("claim"), ask.number("line"))
        return HtmlPage("line.html", {"view": view})


def payment(ask: Ask) -> Answer:
    """A claim payment: its lines, where it belongs, and why."""
    with ask.store.looking() as store:
        return HtmlPage("payment.html", {"view": view_payment(store, ask.number("payment"))})


def advice(ask: Ask) -> Answer:
    """The remittance advice to keep or print: a page complete in itself, taken along because it
    brings its own styles, which no page of the workbench may."""
    number = ask.number("remittance")
    page = remittance_advice(ask.store, number)
    return Download(page.encode(), "text/html; charset=utf-8", f"remittance-{number}.html")


def transaction_set(ask: Ask) -> Answer:
    """A transaction set with its findings."""
    return _thing(show_set(ask.store, ask.number("set")))


def deposit(ask: Ask) -> Answer:
    """A deposit with the remittances that it pays."""
    return _thing(show_deposit(ask.store, ask.number("deposit")))


def _thing(page: Page) -> HtmlPage:
    return HtmlPage("thing.html", {"page": page})
