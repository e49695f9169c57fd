"""The workbench as a web application: addresses, headers, and the files that pages need."""

import hashlib
import logging
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edi_engine.web.api import (
    API_ROUTES,
    Problem,
    guarded_call,
    openapi_document,
    problem_response,
)
from edi_engine.web.asking import Site
from edi_engine.web.guard import guarded, login_page, logout
from edi_engine.web.rendering import render
from edi_engine.web.routes import ROUTES

__all__ = ["create_app"]

_HEADERS = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            b" connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_LOG = logging.getLogger("edi_engine.web")
_NO_STORE = (b"cache-control", b"no-store")

_ASSETS = {
    "app.css": ("edi_engine.web", "static/app.css", "text/css"),
    "app.js": ("edi_engine.web", "static/app.js", "text/javascript"),
}
"""Name -> package, place in it, media type. Nothing else is served."""


def create_app(site: Site) -> Starlette:
    """All of the workbench for one database."""
    routes = [
        Route("/login", login_page(site), methods=["GET", "POST"]),
        Route("/logout", logout(site), methods=["POST"]),
        Route("/static/{name}", _asset, methods=["GET"]),
        Route("/api/openapi.json", _described, methods=["GET"]),
        *(Route(one.path, guarded_call(site, one), methods=[one.method]) for one in API_ROUTES),
        *(Route(one.path, guarded(site, one), methods=[one.method]) for one in ROUTES),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(_Edge),
            Middleware(TrustedHostMiddleware, allowed_hosts=_hosts(site)),
        ],
        exception_handlers={404: _not_found, 405: _not_found},
    )


def _hosts(site: Site) -> Sequence[str]:
    return sorted(site.settings.web.allowed_hosts)


class _Edge:
    """Adds what every answer carries, and answers what nothing else caught. Pages hold patients'
    data: no browser may keep one, and no log may hold the words of an exception."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        is_started = False

        async def with_headers(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                headers = [*message["headers"], *_HEADERS]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append(_NO_STORE)
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:
            _LOG.error("request_failed error=%s", type(error).__name__)
            if not is_started:
                failed = _problem(scope["path"], 500, "This is a mistake of the program.")
                await failed(scope, receive, with_headers)


async def _asset(request: Request) -> Response:
    found = _ASSETS.get(request.path_params["name"])
    if found is None:
        return await _not_found(request, None)
    data, tag = _read_asset(*found[:2])
    headers = {"ETag": tag, "Cache-Control": "max-age=3600"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=found[2], headers=headers)


@cache
def _read_asset(package: str, place: str) -> tuple[bytes, str]:
    data = (files(package) / place).read_bytes()
    return data, f'"{hashlib.sha256(data).hexdigest()[:16]}"'


async def _described(_request: Request) -> Response:
    """What can be called: it tells of nobody, so it asks for no token."""
    return Response(_api_description(), media_type="application/json")


@cache
def _api_description() -> bytes:
    return msgspec.json.encode(openapi_document(API_ROUTES))


async def _not_found(request: Request, error: Exception | None) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405 and _is_call(request.url.path):
        return problem_response(405, Problem("This address takes another method."))
    return _problem(request.url.path, 404, "There is no such page.")


def _problem(path: str, status: int, message: str) -> Response:
    if _is_call(path):
        return problem_response(status, Problem(message))
    data = {"message": message, "status": status}
    return HTMLResponse(render("problem.html", data, None), status)


def _is_call(path: str) -> bool:
    return path.startswith("/api/")
