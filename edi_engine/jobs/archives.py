"""Opening zip archives that may be broken or hostile.

A member is unpacked into a spool of its own while its length is counted, so that nothing in an
archive's index is believed. What cannot be taken out is a finding; the other members are. Nothing
is ever written under a member's name.
"""

import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

import msgspec

from edi_engine.errors import InputError
from edi_engine.findings import FindingLog, Place

__all__ = ["ArchiveLimits", "Spool", "is_archive", "members", "shown_name", "spooled"]

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_BLOCK_BYTES = 1 << 20
_SPOOL_MEMORY_BYTES = 8 << 20
"""Members up to this size stay in memory; larger ones go to an unnamed temporary file."""


class ArchiveLimits(msgspec.Struct, frozen=True):
    """How much an archive may hold. A year of a large practice's files is far below all of these.

    `ratio_max` is unpacked over packed length: the most repetitive X12 packs 100 to 1, deflate
    cannot exceed 1032 to 1, and bombs live between. It counts from `ratio_from_bytes` on.
    """

    members_max: int = 10_000
    total_bytes_max: int = 8 << 30
    ratio_max: int = 250
    ratio_from_bytes: int = 16 << 20
    depth_max: int = 3


class Spool(msgspec.Struct, frozen=True):
    """Bytes set aside with their SHA-256 and length; `stream` stands at its beginning."""

    stream: BinaryIO
    digest: str
    size_bytes: int


class _TooLargeError(Exception):
    """A member unpacks to more than the archive may hold."""


class _Budget:
    """How many bytes an archive and everything packed in it may still unpack to."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self.limits = limits
        self.left_bytes = limits.total_bytes_max
        self.members_left = limits.members_max


@contextmanager
def spooled(
    source: IO[bytes], *, budget: _Budget | None = None, packed_bytes: int = 0
) -> Iterator[Spool]:
    """Everything a stream holds, set aside and rewound; gone at the end of the block."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY_BYTES) as spool:
        digest = hashlib.sha256()
        size_bytes = 0
        while block := source.read(_BLOCK_BYTES):
            size_bytes += len(block)
            if budget is not None:
                _spend(budget, size_bytes, len(block), packed_bytes)
            digest.update(block)
            try:
                spool.write(block)
            except OSError as problem:  # not the source's doing, so it must not look like that
                raise InputError(
                    "There is no room to set the file aside.",
                    remedy="Make room in the folder for temporary files, then ingest it again.",
                ) from problem
        spool.seek(0)
        yield Spool(spool, digest.hexdigest(), size_bytes)  # type: ignore[arg-type]


def _spend(budget: _Budget, size_bytes: int, block_bytes: int, packed_bytes: int) -> None:
    budget.left_bytes -= block_bytes
    limits = budget.limits
    too_dense = size_bytes > limits.ratio_from_bytes and (
        size_bytes > limits.ratio_max * max(packed_bytes, 1)
    )
    if budget.left_bytes < 0 or too_dense:
        raise _TooLargeError


def is_archive(stream: BinaryIO) -> bool:
    """Whether the stream begins like a zip archive; it is left at its beginning."""
    head = stream.read(4)
    stream.seek(0)
    return head in _SIGNATURES


def members(
    stream: BinaryIO, name: str, *, log: FindingLog, limits: ArchiveLimits
) -> Iterator[tuple[str, Spool]]:
    """Files in an archive with the name to show, in the archive's order, archives opened in turn.

    Each spool lives until the next one is asked for. What cannot be unpacked is logged with codes
    FILE-01xx, and the next member follows.
    """
    yield from _members(stream, name, log=log, budget=_Budget(limits), depth=1)


def _members(
    stream: BinaryIO, name: str, *, log: FindingLog, budget: _Budget, depth: int
) -> Iterator[tuple[str, Spool]]:
    if depth > budget.limits.depth_max:
        _log(log, "FILE-0104", name, f"Archives lie more than {budget.limits.depth_max} deep.")
        return
    try:
        archive = zipfile.ZipFile(stream)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        _log(log, "FILE-0101", name, "The archive's directory cannot be read.")
        return
    with archive:
        for entry in entries:
            if entry.is_dir():
                continue
            budget.members_left -= 1
            if budget.members_left < 0:
                _log(
                    log,
                    "FILE-0103",
                    name,
                    f"The archive holds more than {budget.limits.members_max} files.",
                )
                return
            shown = f"{name}/{shown_name(entry.filename)}"
            if not _log_refusal(log, entry, shown):
                yield from _unpacked(archive, entry, shown, log=log, budget=budget, depth=depth)
            if budget.left_bytes < 0:
                return


def _unpacked(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    shown: str,
    *,
    log: FindingLog,
    budget: _Budget,
    depth: int,
) -> Iterator[tuple[str, Spool]]:
    handed_over = False
    try:
        with (
            archive.open(entry) as packed,
            spooled(packed, budget=budget, packed_bytes=entry.compress_size) as spool,
        ):
            handed_over = True
            if is_archive(spool.stream):
                yield from _members(spool.stream, shown, log=log, budget=budget, depth=depth + 1)
            else:
                yield shown, spool
    except _TooLargeError:
        _log(log, "FILE-0102", shown, "The file unpacks to more than an archive may hold.")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        # Whatever the reader of the spool raises is not the archive's doing.
        if handed_over:
            raise
        _log(log, "FILE-0108", shown, "The file in the archive is damaged or packed unreadably.")


def _log_refusal(log: FindingLog, entry: zipfile.ZipInfo, shown: str) -> bool:
    """Whether the member must not be unpacked at all, with the finding that says so."""
    if _climbs_out(entry.filename):
        _log(log, "FILE-0105", shown, "The file's path leads out of the archive.")
        return True
    mode = entry.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        _log(log, "FILE-0107", shown, "The archive holds a link or device instead of a file.")
        return True
    if entry.flag_bits & 0x1:
        _log(log, "FILE-0106", shown, "The file in the archive is encrypted.")
        return True
    return False


def _climbs_out(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or parts[0].endswith(":")


def shown_name(path: str) -> str:
    """A path as it is stored and shown: no control characters, no undecodable bytes."""
    text = path.encode("utf-8", "replace").decode("utf-8").replace("\\", "/")
    return "".join(character if character.isprintable() else "?" for character in text)


def _log(log: FindingLog, code: str, name: str, message: str) -> None:
    log.add(code, Place(file_name=name), message)
