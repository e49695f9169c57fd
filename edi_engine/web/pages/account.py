"""One's own account: password, and tokens of programs that call the API in one's name."""

from collections.abc import Callable, Mapping

from edi_engine.errors import InputError
from edi_engine.jobs.tokens import (
    TOKEN_DAYS_DEFAULT,
    TOKEN_DAYS_MAX,
    MadeToken,
    end_token,
    list_tokens,
    make_token,
)
from edi_engine.jobs.users import LoginRefusedError, change_own_password
from edi_engine.records.users import Permission
from edi_engine.web.asking import Answer, Ask, FieldError, HtmlPage, Redirect, whole_number

__all__ = ["account", "change_account"]


def account(ask: Ask) -> Answer:
    """Who one is here, and one's tokens; an administrator sees everybody's tokens."""
    return _page(ask)


def change_account(ask: Ask) -> Answer:
    """Do what the form says. A new token is shown on this page, for it is shown once only."""
    action = _ACTIONS.get(ask.form.get("action", ""))
    if action is None:
        return _page(ask, error=FieldError("action", "Choose what to do."))
    try:
        return action(ask, ask.form)
    except InputError as error:
        return _page(ask, error=FieldError(error.place, error.sentences))


def _page(ask: Ask, *, error: FieldError | None = None, made: MadeToken | None = None) -> HtmlPage:
    login = None if ask.may(Permission.ADMINISTER) else ask.user.login
    return HtmlPage(
        "account.html",
        {
            "tokens": list_tokens(ask.store, login),
            "made": made,
            "days": TOKEN_DAYS_DEFAULT,
            "days_max": TOKEN_DAYS_MAX,
            "error": error,
            "given": ask.form if error else {},
        },
        400 if error else 200,
    )


def _password(ask: Ask, form: Mapping[str, str]) -> Answer:
    new = form.get("new", "")
    if new != form.get("again", ""):
        raise InputError("the two are not the same.", place="again", remedy="Type it again.")
    try:
        change_own_password(
            ask.store, ask.user.login, old=form.get("old", ""), new=new, address=ask.address
        )
    except LoginRefusedError as error:
        words = "this is not your password, or too many attempts failed."
        raise InputError(words, place="old", remedy=error.remedy) from None
    return Redirect("/login")


def _make(ask: Ask, form: Mapping[str, str]) -> Answer:
    days = whole_number(form.get("days", ""), digits=4)
    if days is None:
        raise InputError("give a number of days.", place="days")
    made = make_token(
        ask.store,
        ask.user.login,
        name=form.get("name", ""),
        days=days,
        reads_only=bool(form.get("reads_only")),
        actor=ask.actor,
    )
    return _page(ask, made=made)


def _end(ask: Ask, form: Mapping[str, str]) -> Answer:
    number = whole_number(form.get("token", "")) or 0
    of_login = None if ask.may(Permission.ADMINISTER) else ask.user.login
    ended = end_token(ask.store, number, actor=ask.actor, of_login=of_login)
    return Redirect("/account", f"The token {ended.token.name} is ended.")


_ACTIONS: Mapping[str, Callable[[Ask, Mapping[str, str]], Answer]] = {
    "password": _password,
    "make": _make,
    "end": _end,
}
