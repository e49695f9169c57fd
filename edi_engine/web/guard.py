"""Between a browser and a page: sessions, permissions, forgery, records of what was seen.

Every route names the permission it needs; whether a role includes it is said in `records.users`
alone. A page that shows patients is sent only after the view was recorded.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote, urlsplit

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from edi_engine.errors import EdiEngineError, LockHeldError
from edi_engine.jobs.clock import today, utc_now
from edi_engine.jobs.passwords import token_hash
from edi_engine.jobs.users import LoginRefusedError, find_session, log_in, log_out
from edi_engine.records.users import AccessKind, Permission, User, may
from edi_engine.web.asking import Answer, Ask, Download, HtmlPage, Redirect, Site, Upload
from edi_engine.web.authorization import is_let_in, record_view
from edi_engine.web.forms import FORM_BYTES_MAX, FormRefusedError, read_form
from edi_engine.web.rendering import render

__all__ = ["Endpoint", "WebRoute", "guarded", "login_page", "logout"]

Endpoint = Callable[[Ask], Answer]
Handler = Callable[[Request], Awaitable[Response]]

SESSION_COOKIE = "edi_session"
_LOGIN_COOKIE = "edi_login"
"""Before anybody is logged in: ties the login form to the browser that asked for it."""

_LOGIN_BYTES_MAX = 20_000
"""Anybody may send one: a name and a password."""

_LOG = logging.getLogger("edi_engine.web")


class WebRoute(msgspec.Struct, frozen=True):
    """An address, what it needs and what is recorded of a visit. `sees` names the thing whose data
    is shown ("claim 17"), None where no patient is. `takes_files` lets a form be as large as the
    settings say."""

    method: str
    path: str
    endpoint: Endpoint
    permission: Permission
    sees: Callable[[Ask], str] | None = None
    kind: AccessKind = AccessKind.VIEWED
    takes_files: bool = False


def guarded(site: Site, route: WebRoute) -> Handler:
    """The route as the server calls it."""

    async def handle(request: Request) -> Response:
        token = request.cookies.get(SESSION_COOKIE, "")
        user = await run_in_threadpool(_user_of, site, token)
        if user is None:
            return _to_login(request)
        form = FormData()
        if route.method == "POST" and may(user.role, route.permission):
            try:
                form = await read_form(request, bytes_max=_bytes_max(site, route))
            except FormRefusedError as refused:
                ask = _ask(site, user, token, request, form)
                return _page(ask, _problem(refused.sentence, refused.status))
        ask = _ask(site, user, token, request, form)
        try:
            return await run_in_threadpool(_answer, route, ask, is_ours=_is_ours(ask, request))
        finally:
            await form.close()

    return handle


def _bytes_max(site: Site, route: WebRoute) -> int:
    if not route.takes_files:
        return FORM_BYTES_MAX
    return site.settings.web.upload_megabytes_max * 1_000_000 + FORM_BYTES_MAX


def _answer(route: WebRoute, ask: Ask, *, is_ours: bool) -> Response:
    """Runs beside the others, in a thread. `is_ours` tells that a form came from our page."""
    if not is_let_in(ask, route):
        return _page(ask, _problem("Your role does not include this. Ask a manager.", 403))
    if route.method == "POST" and not is_ours:
        return _page(ask, _problem("The form is out of date. Go back, load it again.", 403))
    try:
        answer = route.endpoint(ask)
        if _status_of(answer) < 400:
            record_view(ask, route, answer.seen if isinstance(answer, HtmlPage) else "")
        return _page(ask, answer)
    except LockHeldError:
        words = "Files are being taken in at this moment. Nothing was changed; go back, try again."
        answer = _problem(words, 503)
    except EdiEngineError as error:
        answer = _problem(error.sentences, 404 if route.method == "GET" else 400)
    except Exception as error:
        # Its kind and place, never its text, which may hold data.
        _LOG.exception("page_failed path=%s error=%s", route.path, type(error).__name__)
        answer = _problem("This is a mistake of the program. What was saved before is safe.", 500)
    return _page(ask, answer)


def _status_of(answer: Answer) -> int:
    return answer.status if isinstance(answer, HtmlPage) else 200


def _problem(message: str, status: int) -> HtmlPage:
    return HtmlPage("problem.html", {"message": message, "status": status}, status)


def _page(ask: Ask, answer: Answer) -> Response:
    notices = ask.site.notices
    if isinstance(answer, Redirect):
        if answer.notice:
            notices[ask.session_key] = answer.notice
        return RedirectResponse(answer.url, 303)
    if isinstance(answer, Download):
        name = quote(answer.file_name)
        return Response(
            answer.data,
            media_type=answer.media_type,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )
    notice = notices.pop(ask.session_key, "")
    return HTMLResponse(render(answer.template, answer.data, ask, notice), answer.status)


# Sessions ---


def _user_of(site: Site, token: str) -> User | None:
    if not token:
        return None
    idle = timedelta(minutes=site.settings.web.idle_minutes)
    key = token_hash(token)
    found = find_session(site.store, token, idle=idle, seen_at=site.recorder.last_seen(key))
    if found is None:
        return None
    site.recorder.see(key)
    return found.user


def _ask(site: Site, user: User, token: str, request: Request, form: FormData) -> Ask:
    uploads = [
        Upload(value.filename or "", value.file)
        for _, value in form.multi_items()
        if isinstance(value, UploadFile) and value.filename
    ]
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    lists: dict[str, list[str]] = {}
    for name, value in texts:
        lists.setdefault(name, []).append(value)
    return Ask(
        site=site,
        user=user,
        now=utc_now(),
        as_of=site.as_of or today(),
        csrf=_form_token(token),
        session_key=token_hash(token),
        address=request.client.host if request.client else "",
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        form=dict(texts),
        lists=lists,
        uploads=tuple(uploads),
        url=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    )


def _form_token(token: str) -> str:
    """What a form of this session carries: nobody without the cookie can know it."""
    return hashlib.sha256(b"form:" + token.encode()).hexdigest()


def _is_ours(ask: Ask, request: Request) -> bool:
    given = ask.form.get("csrf") or request.headers.get("x-csrf", "")
    return hmac.compare_digest(given.encode(), ask.csrf.encode()) and _is_same_origin(request)


def _is_same_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def _to_login(request: Request) -> Response:
    """The login page, and back to what was asked for, where that was only to look."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(wanted)}" if request.method == "GET" and wanted != "/" else ""
    return RedirectResponse(f"/login{back}", 303)


def login_page(site: Site) -> Handler:
    """Asks who somebody is; answers a POST with a session."""

    async def handle(request: Request) -> Response:
        if request.method != "POST":
            return _login_form(site, request, {})
        try:
            form = await read_form(request, bytes_max=_LOGIN_BYTES_MAX)
        except FormRefusedError as refused:
            return _login_form(site, request, {}, refused.sentence, refused.status)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        expected = _form_token(request.cookies.get(_LOGIN_COOKIE, ""))
        if not hmac.compare_digest(fields.get("csrf", "").encode(), expected.encode()) or not (
            request.cookies.get(_LOGIN_COOKIE) and _is_same_origin(request)
        ):
            return _login_form(site, request, fields, "The form was out of date. Try again.", 403)
        try:
            found = await run_in_threadpool(
                log_in,
                site.store,
                fields.get("login", ""),
                fields.get("password", ""),
                address=request.client.host if request.client else "",
            )
        except LoginRefusedError as error:
            return _login_form(site, request, fields, error.sentences, 401)
        except LockHeldError:
            words = "Files are being taken in at this moment. Try again in a few seconds."
            return _login_form(site, request, fields, words, 503)
        response = RedirectResponse(_inside(fields.get("next", "")), 303)
        _set_cookie(site, response, SESSION_COOKIE, found.token)
        response.delete_cookie(_LOGIN_COOKIE)
        return response

    return handle


def _login_form(
    site: Site,
    request: Request,
    fields: Mapping[str, str],
    message: str = "",
    status: int = 200,
) -> Response:
    cookie = request.cookies.get(_LOGIN_COOKIE) or secrets.token_urlsafe(16)
    data = {
        "csrf": _form_token(cookie),
        "next": fields.get("next") or request.query_params.get("next", ""),
        "login": fields.get("login", ""),
        "message": message,
    }
    response = HTMLResponse(render("login.html", data, None), status)
    _set_cookie(site, response, _LOGIN_COOKIE, cookie)
    return response


def logout(site: Site) -> Handler:
    """Ends the session."""

    async def handle(request: Request) -> Response:
        token = request.cookies.get(SESSION_COOKIE, "")
        given: object = None
        with suppress(FormRefusedError):
            given = (await read_form(request, bytes_max=_LOGIN_BYTES_MAX)).get("csrf")
        is_ours = isinstance(given, str) and hmac.compare_digest(
            given.encode(), _form_token(token).encode()
        )
        if token and is_ours and _is_same_origin(request):
            await run_in_threadpool(log_out, site.store, token)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(SESSION_COOKIE)
        return response

    return handle


def _set_cookie(site: Site, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        httponly=True,
        samesite="strict",
        secure=site.settings.web.secure_cookies,
        path="/",
    )


def _inside(address: str) -> str:
    """An address of ours to go on to; anything else is the first page."""
    parts = urlsplit(address)
    is_inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_inside and not parts.netloc and not parts.scheme else "/"
