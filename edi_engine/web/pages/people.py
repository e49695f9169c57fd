"""Users, who is logged in, and who saw what. For administrators."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from edi_engine.errors import InputError
from edi_engine.jobs.users import (
    add_user,
    change_password,
    change_role,
    disable_user,
    enable_user,
    end_session,
    list_access,
    list_sessions,
    list_users,
)
from edi_engine.records.users import Role
from edi_engine.web.asking import (
    Answer,
    Ask,
    FieldError,
    HtmlPage,
    Redirect,
    address_of,
    whole_number,
)

__all__ = ["access", "change_people", "people"]

_ENTRIES_PER_PAGE = 100


def people(ask: Ask) -> Answer:
    """Everybody, and who is logged in."""
    return _page(ask)


def change_people(ask: Ask) -> Answer:
    """Do what the form says, and show the page again."""
    action = _ACTIONS.get(ask.form.get("action", ""))
    if action is None:
        return _page(ask, FieldError("action", "Choose what to do."))
    try:
        notice = action(ask, ask.form)
    except InputError as error:
        return _page(ask, FieldError(error.place, error.sentences))
    return Redirect("/users", notice)


def access(ask: Ask) -> Answer:
    """Who saw what, the newest first."""
    login, subject = ask.query.get("login", "").strip(), ask.query.get("subject", "").strip()
    found = list_access(
        ask.store,
        login=login,
        subject=subject,
        before=whole_number(ask.query.get("before", "")),
        limit=_ENTRIES_PER_PAGE + 1,
    )
    shown = found[:_ENTRIES_PER_PAGE]
    older = ""
    if len(found) > _ENTRIES_PER_PAGE:
        older = address_of("/access", login=login, subject=subject, before=shown[-1][0])
    return HtmlPage(
        "access.html",
        {"entries": shown, "login": login, "subject": subject, "older": older},
    )


def _page(ask: Ask, error: FieldError | None = None) -> HtmlPage:
    idle = timedelta(minutes=ask.site.settings.web.idle_minutes)
    return HtmlPage(
        "people.html",
        {
            "people": list_users(ask.store),
            "sessions": list_sessions(ask.store, idle=idle),
            "roles": [role.value for role in Role],
            "error": error,
            "given": ask.form if error else {},
        },
        400 if error else 200,
    )


def _add(ask: Ask, form: Mapping[str, str]) -> str:
    user = add_user(
        ask.store,
        form.get("login", ""),
        name=form.get("name", ""),
        role=_role(form),
        password=form.get("password", ""),
        actor=ask.actor,
    )
    return f"{user.login} can log in now."


def _change_role(ask: Ask, form: Mapping[str, str]) -> str:
    user = change_role(ask.store, form.get("login", ""), _role(form), actor=ask.actor)
    return f"{user.login} has another role and has to log in again."


def _change_password(ask: Ask, form: Mapping[str, str]) -> str:
    login, password = form.get("login", ""), form.get("password", "")
    user = change_password(ask.store, login, password, actor=ask.actor)
    return f"{user.login} has another password and has to log in again."


def _disable(ask: Ask, form: Mapping[str, str]) -> str:
    return f"{disable_user(ask.store, form.get('login', ''), actor=ask.actor).login} is disabled."


def _enable(ask: Ask, form: Mapping[str, str]) -> str:
    return f"{enable_user(ask.store, form.get('login', ''), actor=ask.actor).login} may log in."


def _end_session(ask: Ask, form: Mapping[str, str]) -> str:
    end_session(ask.store, form.get("session", ""), actor=ask.actor)
    return "The session is ended."


def _role(form: Mapping[str, str]) -> Role:
    name = form.get("role", "")
    if name not in {role.value for role in Role}:
        raise InputError("there is no such role.", place="role", remedy="Choose one of the list.")
    return Role(name)


_ACTIONS: Mapping[str, Callable[[Ask, Mapping[str, str]], str]] = {
    "add": _add,
    "role": _change_role,
    "password": _change_password,
    "disable": _disable,
    "enable": _enable,
    "end_session": _end_session,
}
