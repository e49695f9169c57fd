"""Match review: payments that nobody could place alone, beside the claims they may belong to."""

from collections.abc import Callable, Mapping

from edi_engine.errors import InputError
from edi_engine.jobs.decide import accept, link, reject, undo, unlink
from edi_engine.jobs.review import find_claims, list_reviews, show_review
from edi_engine.web.asking import (
    Answer,
    Ask,
    FieldError,
    HtmlPage,
    Redirect,
    address_of,
    whole_number,
)
from edi_engine.web.deciding import DecisionTerms, decision_terms, terms

__all__ = ["decide", "review", "reviews"]

_PAYMENTS_PER_PAGE = 50


def reviews(ask: Ask) -> Answer:
    """The payments that wait, most important first."""
    place = ask.page_number
    found = list_reviews(
        ask.store,
        as_of=ask.as_of,
        limit=_PAYMENTS_PER_PAGE + 1,
        offset=(place - 1) * _PAYMENTS_PER_PAGE,
    )
    is_more = len(found) > _PAYMENTS_PER_PAGE
    return HtmlPage(
        "reviews.html",
        {
            "entries": found[:_PAYMENTS_PER_PAGE],
            "place": place,
            "earlier": address_of("/review", page=place - 1) if place > 1 else "",
            "later": address_of("/review", page=place + 1) if is_more else "",
        },
    )


def review(ask: Ask) -> Answer:
    """One payment with its candidates, and with claims that were looked for."""
    return _page(ask)


def decide(ask: Ask) -> Answer:
    """Do what the form says; the next payment comes by itself."""
    action = _ACTIONS.get(ask.form.get("action", ""))
    if action is None:
        return _page(ask, FieldError("", "Choose what to do."))
    number = ask.number("payment")
    try:
        notice = action(ask, number)
    except InputError as error:
        return _page(ask, FieldError("", error.sentences))
    if ask.form.get("action") == "undo":
        return Redirect(f"/review/{number}", notice)
    following = show_review(ask.store, number, as_of=ask.as_of).next_payment_id
    undoing = f" Undo it on the page of claim payment {number}."
    if following is None:
        return Redirect("/review", f"{notice}{undoing} That was the last one.")
    return Redirect(f"/review/{following}", notice + undoing)


def _page(ask: Ask, error: FieldError | None = None) -> HtmlPage:
    wanted = ask.query.get("find", "").strip()
    found = find_claims(ask.store, wanted) if wanted else []
    if wanted and not found:
        error = error or FieldError("find", "No claim of ours has this number.")
    shown = show_review(ask.store, ask.number("payment"), as_of=ask.as_of, looked_up=found)
    return HtmlPage(
        "review.html",
        {"review": shown, "find": wanted, "error": error, "given": ask.form if error else {}},
        409 if error and ask.form else 200,
    )


def _claim_of(ask: Ask) -> int:
    found = whole_number(ask.form.get("claim", ""), digits=18)
    if found is None:
        raise InputError("no claim was chosen.", place="claim", remedy="Choose one.")
    return found


def _terms(ask: Ask) -> DecisionTerms:
    seen = whole_number(ask.form.get("seen", ""), digits=9)
    return decision_terms(ask, note=ask.form.get("note", ""), seen=seen)


def _link(ask: Ask, number: int) -> str:
    claim_id = _claim_of(ask)
    link(ask.store, number, claim_id, **_terms(ask))
    return f"Claim payment {number} is on claim {claim_id}."


def _unlink(ask: Ask, number: int) -> str:
    claim_id = _claim_of(ask) if ask.form.get("claim") else None
    unlink(ask.store, number, claim_id, **_terms(ask))
    if claim_id is None:
        return f"Claim payment {number} is kept off every claim."
    return f"Claim payment {number} is kept off claim {claim_id}."


def _judge(ask: Ask, number: int) -> str:
    """Let it post in spite of the gate, or keep it in suspense."""
    is_accepted = ask.form.get("action") == "accept"
    (accept if is_accepted else reject)(ask.store, number, **_terms(ask))
    return f"Claim payment {number} {'may post' if is_accepted else 'stays in suspense'}."


def _undo(ask: Ask, _number: int) -> str:
    undo(ask.store, whole_number(ask.form.get("decision", "")) or 0, **terms(ask))
    return "The decision is undone; the rules hold again."


_ACTIONS: Mapping[str, Callable[[Ask, int], str]] = {
    "link": _link,
    "unlink": _unlink,
    "accept": _judge,
    "reject": _judge,
    "undo": _undo,
}
