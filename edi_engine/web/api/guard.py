"""Between a program and a call: its token, permissions, what it gives, records of what was seen.

Only a token lets a program in, never a browser's cookie: so no page elsewhere can make a browser
call. Every answer but a file is JSON; one that says what is wrong has an object `error`.
"""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from edi_engine.errors import ConflictError, EdiEngineError, LockHeldError
from edi_engine.jobs.clock import today, utc_now
from edi_engine.jobs.tokens import OpenToken, find_token
from edi_engine.web.api.calling import ApiRoute, FileAnswer, Input, contract_of
from edi_engine.web.asking import Ask, Site, Upload
from edi_engine.web.authorization import is_let_in, record_view
from edi_engine.web.forms import FORM_BYTES_MAX, FormRefusedError, read_form

__all__ = ["Problem", "guarded_call", "problem_response"]

_LOG = logging.getLogger("edi_engine.web")
_BODY_BYTES_MAX = 1_000_000
_RETRY_SECONDS = "5"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, in a sentence; where (a field, a thing) and what to do, if that is known."""

    message: str
    place: str = ""
    remedy: str = ""


class _RefusedError(Exception):
    """A request that is not even called for."""

    def __init__(self, status: int, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(message, remedy=remedy)


def guarded_call(site: Site, route: ApiRoute) -> Callable[[Request], Awaitable[Response]]:
    """The route as the server calls it."""

    async def handle(request: Request) -> Response:
        try:
            found = await run_in_threadpool(_token_of, site, request)
            if route.method == "POST" and found.token.reads_only:
                raise _RefusedError(403, "This token only reads.")
            form, body = await _body(site, route, request)
        except _RefusedError as refused:
            return problem_response(refused.status, refused.problem)
        try:
            ask = _ask(site, found, request, form)
            return await run_in_threadpool(_answer, route, ask, body)
        finally:
            await form.close()

    return handle


def problem_response(status: int, problem: Problem) -> Response:
    """An answer that says what is wrong."""
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="edi-engine"'
    if status == 503:
        headers["Retry-After"] = _RETRY_SECONDS
    body = msgspec.json.encode({"error": problem})
    return Response(body, status, headers, media_type="application/json")


def _token_of(site: Site, request: Request) -> OpenToken:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    found = find_token(site.store, text.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise _RefusedError(
            401,
            "A token is needed that is known, was not ended and has not run out.",
            'Make one on the page Account or with "edi-engine users token", and send the header'
            " Authorization: Bearer TOKEN.",
        )
    site.recorder.see(found.token.token_hash)
    return found


async def _body(site: Site, route: ApiRoute, request: Request) -> tuple[FormData, bytes]:
    """The files of a form, or the bytes of a JSON object; nothing for GET."""
    if route.method != "POST":
        return FormData(), b""
    if route.takes_files:
        most = site.settings.web.upload_megabytes_max * 1_000_000 + FORM_BYTES_MAX
        try:
            return await read_form(request, bytes_max=most), b""
        except FormRefusedError as refused:
            raise _RefusedError(refused.status, refused.sentence) from None
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > _BODY_BYTES_MAX:
                raise _RefusedError(413, f"A call has {_BODY_BYTES_MAX:,} bytes at most.")
    except ClientDisconnect:
        raise _RefusedError(400, "The connection broke off.") from None
    return FormData(), bytes(body)


def _ask(site: Site, found: OpenToken, request: Request, form: FormData) -> Ask:
    client = request.client.host if request.client else ""
    return Ask(
        site=site,
        user=found.user,
        now=utc_now(),
        as_of=site.as_of or today(),
        csrf="",
        session_key=found.token.token_hash,
        address=f"{client} token {found.token.token_id}".strip(),
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        uploads=tuple(
            Upload(value.filename or "", value.file)
            for _, value in form.multi_items()
            if isinstance(value, UploadFile) and value.filename
        ),
        url=request.url.path,
    )


def _answer(route: ApiRoute, ask: Ask, body: bytes) -> Response:
    """Runs beside the others, in a thread."""
    try:
        if not is_let_in(ask, route):
            return problem_response(
                403, Problem("The role of this token's user has no such right.")
            )
        takes = contract_of(route.endpoint).takes
        given = () if takes is None else (_given(takes, ask, body),)
        answer = route.endpoint(ask, *given)
        record_view(ask, route)
        return _response(answer)
    except msgspec.MsgspecError as error:
        return problem_response(400, Problem(str(error), place="request"))
    except LockHeldError:
        words = "Files are being taken in at this moment. Nothing was changed."
        return problem_response(503, Problem(words, remedy="Ask again in a few seconds."))
    except EdiEngineError as error:
        return problem_response(_status_of(error, route), _told(error))
    except Exception as error:
        # Its kind and place, never its text, which may hold data.
        _LOG.exception("call_failed path=%s error=%s", route.path, type(error).__name__)
        return problem_response(500, Problem("This is a mistake of the program."))


def _given(takes: type[Input], ask: Ask, body: bytes) -> Input:
    """Raises msgspec's errors, which name the field."""
    if body:
        return msgspec.json.decode(body, type=takes)
    return msgspec.convert(dict(ask.query), type=takes, strict=False)


def _status_of(error: EdiEngineError, route: ApiRoute) -> int:
    if isinstance(error, ConflictError):
        return 409
    return 404 if route.method == "GET" else 400


def _told(error: EdiEngineError) -> Problem:
    return Problem(error.headline, error.place, error.remedy)


def _response(answer: object) -> Response:
    if isinstance(answer, FileAnswer):
        name = quote(answer.file_name)
        return Response(
            answer.data,
            media_type=answer.media_type,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )
    return Response(msgspec.json.encode(answer), media_type="application/json")
