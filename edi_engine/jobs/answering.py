"""Answers to files that were validated: 999 and TA1, as text or as files of a folder."""

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from edi_engine.errors import InputError
from edi_engine.exports.acknowledgment_notes import faults_of_readers
from edi_engine.exports.x12_acknowledgments import AnswerEnvelope, write_acknowledgment
from edi_engine.jobs.validate import CheckedFile

__all__ = ["AnsweredInterchange", "acknowledge", "write_answers"]


class AnsweredInterchange(msgspec.Struct, frozen=True):
    """The answer to one interchange of a file.

    `name` is a file name without anything of the patient or of the file's own name: the kinds, the
    interchange's number and the beginning of the file's digest. `note` is TA104 and TA105 ("R
    023"), or empty; `verdicts` count the sets by IK501.
    """

    file_name: str
    interchange_control_number: str
    name: str
    kinds: tuple[str, ...]
    note: str
    verdicts: dict[str, int]
    text: str


def acknowledge(
    checked: CheckedFile,
    *,
    digest: str,
    as_of: date,
    at: datetime,
    control_number: int | None = None,
) -> tuple[AnsweredInterchange, ...]:
    """The answers to a file's interchanges, in file order; interchanges of answers get none.

    With a `control_number` the first answer has it and the others count up from it. The time of
    day is written only then: without one the same file gives the same bytes on the same day.
    """
    faults = [
        *faults_of_readers(checked.ours, checked.unguided, checked.outline),
        *checked.faults,
    ]
    faults.sort(key=lambda one: one.finding.place.byte_offset)
    answered: list[AnsweredInterchange] = []
    for interchange in checked.outline:
        number = None if control_number is None else control_number + len(answered)
        written_at = "0000" if control_number is None else f"{at:%H%M}"
        envelope = AnswerEnvelope(as_of, written_at, number)
        found = write_acknowledgment(interchange, faults, envelope)
        if found is None:
            continue
        verdicts: dict[str, int] = {}
        for one in found.sets:
            verdicts[one.verdict.value] = verdicts.get(one.verdict.value, 0) + 1
        original = _digits(interchange.element(13))
        position = f"-{len(answered) + 1}" if len(checked.outline) > 1 else ""
        kinds = "-".join(found.kinds).lower()
        answered.append(
            AnsweredInterchange(
                checked.file.name,
                original,
                f"{kinds}_{original}_{digest[:12]}{position}.edi",
                found.kinds,
                " ".join(found.note).strip(),
                verdicts,
                found.data.decode("ascii"),
            )
        )
    return tuple(answered)


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdecimal() and len(text) <= 9 else "000000000"


def write_answers(answers: Sequence[AnsweredInterchange], folder: Path) -> tuple[Path, ...]:
    """Write the answers into a folder, which is made if need be, each whole or not at all.

    The same answer again replaces itself. Raises InputError when the folder cannot be written to.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in answers:
            written.append(_write(folder / one.name, one.text.encode("ascii")))
    except OSError as error:
        raise InputError(
            f"the answers cannot be written ({error.strerror}).",
            place=str(folder),
            remedy="Name a folder that may be written to.",
        ) from error
    return tuple(written)


def _write(path: Path, data: bytes) -> Path:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    os.replace(partial, path)
    return path
