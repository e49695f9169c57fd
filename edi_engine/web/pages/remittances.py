"""A remittance: its money in equations, its payments page by page, and the ways out of suspense."""

from collections.abc import Callable, Mapping

from edi_engine.errors import InputError
from edi_engine.jobs.decide import dismiss, hold, release
from edi_engine.jobs.payers import release_payer_of
from edi_engine.jobs.remittance_view import view_remittance
from edi_engine.web.asking import Answer, Ask, FieldError, HtmlPage, Redirect, address_of
from edi_engine.web.deciding import terms

__all__ = ["decide", "remittance"]

_PAYMENTS_PER_PAGE = 50


def remittance(ask: Ask) -> Answer:
    """The remittance with a part of its claim payments, those of a state where one is chosen."""
    return _page(ask)


def decide(ask: Ask) -> Answer:
    """Release, dismiss or hold the remittance, or release its payer."""
    action = _ACTIONS.get(ask.form.get("action", ""))
    if action is None:
        return _page(ask, FieldError("", "Choose what to do."))
    number = ask.number("remittance")
    try:
        notice = action(ask, number)
    except InputError as error:
        return _page(ask, FieldError(ask.form.get("action", ""), error.sentences))
    return Redirect(f"/remittances/{number}", notice)


def _page(ask: Ask, error: FieldError | None = None) -> HtmlPage:
    number, place, state = ask.number("remittance"), ask.page_number, ask.query.get("state", "")
    with ask.store.looking() as store:
        view = view_remittance(
            store,
            number,
            state=state,
            limit=_PAYMENTS_PER_PAGE,
            offset=(place - 1) * _PAYMENTS_PER_PAGE,
        )
    here = f"/remittances/{number}"
    has_more = place * _PAYMENTS_PER_PAGE < view.payments_count
    return HtmlPage(
        "remittance.html",
        {
            "view": view,
            "state": state,
            "place": place,
            "pages_count": max(-(-view.payments_count // _PAYMENTS_PER_PAGE), 1),
            "earlier": address_of(here, state=state, page=place - 1) if place > 1 else "",
            "later": address_of(here, state=state, page=place + 1) if has_more else "",
            "error": error,
            "given": ask.form if error else {},
        },
        409 if error else 200,
    )


def _release_payer(ask: Ask, number: int) -> str:
    released = release_payer_of(
        ask.store,
        number,
        note=ask.form.get("note", ""),
        **terms(ask),
    )
    return f"{released.payer_name} is released; its remittances may post."


def _release(ask: Ask, number: int) -> str:
    release(
        ask.store,
        number,
        note=ask.form.get("note", ""),
        **terms(ask),
    )
    return "The remittance is released and counts now."


def _dismiss(ask: Ask, number: int) -> str:
    dismiss(
        ask.store,
        number,
        ask.form.get("note", ""),
        **terms(ask),
    )
    return "The remittance is dismissed: nothing of it stays in the journal. Releasing undoes it."


def _hold(ask: Ask, number: int) -> str:
    hold(
        ask.store,
        number,
        ask.form.get("note", ""),
        **terms(ask),
    )
    return "The remittance is held: nothing of it counts until it is released."


_ACTIONS: Mapping[str, Callable[[Ask, int], str]] = {
    "release_payer": _release_payer,
    "release": _release,
    "dismiss": _dismiss,
    "hold": _hold,
}
