"""Reading forms: never more of one than it may have, files beside the memory.

A form that is too large is read to its end and thrown away, up to a bound: a browser shows an
answer only once it has sent everything.
"""

import asyncio
from contextlib import suppress

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

__all__ = ["FORM_BYTES_MAX", "FormRefusedError", "read_form"]

FORM_BYTES_MAX = 4_000_000
"""A bulk action names each of its items: some hundred kilobytes. A long note is a page of text."""

_FIELDS_MAX = 2_000
_FIELD_BYTES_MAX = 100_000
_FILES_MAX = 200
_DRAINED_BYTES_MAX = 4_000_000_000
_DRAINED_SECONDS_MAX = 120


class FormRefusedError(Exception):
    """A form that is not read: what to say, and with which status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


async def read_form(request: Request, *, bytes_max: int) -> FormData:
    """The fields and files of a form; close it when it is done with, so that its files go.

    Files above a megabyte stand on disk. Raises FormRefusedError for one that is too large, broken,
    cut off, or for which there is no room.
    """
    body = _Body(request, bytes_max)
    try:
        said = request.headers.get("content-length", "")
        if said.isdecimal() and int(said) > bytes_max:
            raise _TooLargeError
        return await Request(request.scope, body.receive).form(
            max_files=_FILES_MAX, max_fields=_FIELDS_MAX, max_part_size=_FIELD_BYTES_MAX
        )
    except _TooLargeError:
        await body.drain()
        raise FormRefusedError(_too_large(bytes_max), 413) from None
    except (HTTPException, MultiPartException):
        await body.drain()
        raise FormRefusedError(
            "The form cannot be read: it is broken, or has too many or too long fields. At most"
            f" {_FILES_MAX} files can be sent at once.",
            400,
        ) from None
    except ClientDisconnect:
        raise FormRefusedError("The connection broke off. Nothing was kept.", 400) from None
    except OSError:
        await body.drain()
        raise FormRefusedError(
            "There is no room on the server to receive it. Nothing was kept; ask an administrator.",
            507,
        ) from None


def _too_large(bytes_max: int) -> str:
    if bytes_max <= FORM_BYTES_MAX:
        return "The form is too large. Nothing was kept; go back and write less."
    millions = (bytes_max - FORM_BYTES_MAX) // 1_000_000
    return (
        f"This is too much at once: at most {millions:,} million bytes can be sent. Nothing was"
        " kept. Send fewer files at a time, pack them into a zip archive, or let an administrator"
        " take them in with edi-engine ingest."
    )


class _TooLargeError(Exception):
    """More came than may come."""


class _Body:
    """A request's body, counted: what it says of its length need not be true."""

    def __init__(self, request: Request, bytes_max: int) -> None:
        self._request = request
        self._left = bytes_max
        self._is_over = False

    async def receive(self) -> Message:
        message = await self._next()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooLargeError
        return message

    async def drain(self) -> None:
        """Throw the rest away, as far as somebody could have meant it."""
        left = _DRAINED_BYTES_MAX
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAINED_SECONDS_MAX):
                while not self._is_over and left > 0:
                    left -= len((await self._next()).get("body", b""))

    async def _next(self) -> Message:
        message = await self._request.receive()
        self._is_over = message["type"] != "http.request" or not message.get("more_body", False)
        return message
