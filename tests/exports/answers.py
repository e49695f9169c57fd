"""Answers of ours to the files of tests."""

import hashlib
import io
from datetime import UTC, date, datetime

from edi_engine.jobs.answering import AnsweredInterchange, acknowledge
from edi_engine.jobs.archives import Spool
from edi_engine.jobs.validate import CheckedFile, check_spool

__all__ = ["AS_OF", "answers_of", "answers_to", "checked"]

AS_OF = date(2026, 3, 21)


def checked(data: bytes, name: str = "test.edi") -> CheckedFile:
    """Everything that is found in these bytes."""
    return check_spool(name, Spool(io.BytesIO(data), hashlib.sha256(data).hexdigest(), len(data)))


def answers_to(
    data: bytes | str, *, control_number: int | None = None
) -> tuple[AnsweredInterchange, ...]:
    """The answers to these bytes, or to a text of Latin-1 characters."""
    data = data.encode("latin-1") if isinstance(data, str) else data
    return answers_of(checked(data), data, control_number=control_number)


def answers_of(
    found: CheckedFile, data: bytes, *, control_number: int | None = None
) -> tuple[AnsweredInterchange, ...]:
    """The answers to bytes that were checked already."""
    return acknowledge(
        found,
        digest=hashlib.sha256(data).hexdigest(),
        as_of=AS_OF,
        at=datetime(2026, 3, 21, 6, 30, tzinfo=UTC),
        control_number=control_number,
    )
