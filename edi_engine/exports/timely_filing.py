"""Proof of timely filing as a zip: the sets byte for byte, a cover page as PDF, and a manifest.

The same proof gives the same bytes: no clock is asked, the files are stored unpacked and in one
order, and their times are the earliest that a zip can hold. No name of a file says who the patient
is; the cover page does, for the payer must know.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import date

import msgspec

from edi_engine.exports.letter_pdf import letter_pdf
from edi_engine.money import format_cents, format_dollars
from edi_engine.records.timely_filing import Evidence, PieceKind, ProofPiece, TimelyFilingProof

__all__ = ["cover_text", "proof_files", "proof_zip", "verdict_sentences"]

COVER, MANIFEST = "cover.pdf", "manifest.json"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_LABEL_WIDTH = 26
_TITLES = {
    PieceKind.CLAIM: "The claim as it was sent",
    PieceKind.FILE_ACKNOWLEDGMENT: "Acknowledgment of the file",
    PieceKind.CLAIM_ACKNOWLEDGMENT: "Acknowledgment of the claim",
}
_WHO = {
    Evidence.PAYER: "the payer says so",
    Evidence.CLEARINGHOUSE: "the clearinghouse says so",
    Evidence.FILE: "whoever received our file says so",
    Evidence.NOBODY: "our own file says so, and nobody else",
}


_HOW_TO_CHECK = (
    "Each digest is the SHA-256 of the bytes named; anybody can compute it again and compare."
)


def proof_zip(proof: TimelyFilingProof) -> bytes:
    """The zip: cover page, each piece, the manifest."""
    cover = letter_pdf(cover_text(proof), title="Proof of timely filing").data
    files = {COVER: cover, **{name: piece.shown for name, piece in _named(proof) if piece.shown}}
    files[MANIFEST] = _manifest(proof, files)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = 3
            entry.external_attr = _READABLE
            archive.writestr(entry, data)
    return stream.getvalue()


def cover_text(proof: TimelyFilingProof) -> str:
    """The cover page as `letter_pdf` takes it: tables begin with two blanks."""
    lines = [_day(proof.made_on), "", f"Re: Proof of timely filing, claim {_or_none(proof)}", ""]
    lines += [f"  {name:<{_LABEL_WIDTH}}{value}" for name, value in _facts(proof) if value]
    lines += ["", *verdict_sentences(proof), ""]
    lines += ["What happened", "", *_history(proof), "", "What is enclosed", ""]
    for name, piece in _named(proof):
        lines += [*_enclosed(name, piece), ""]
    if not proof.pieces:
        lines += ["Nothing: no file of this claim is at hand.", ""]
    lines += ["What is missing", ""]
    lines += list(proof.missing) or ["Nothing."]
    if proof.notes:
        lines += ["", "To be known", "", *proof.notes]
    lines += ["", f"{_HOW_TO_CHECK} {MANIFEST} lists them for programs."]
    return "\n".join(lines) + "\n"


def _or_none(proof: TimelyFilingProof) -> str:
    return proof.patient_control_number or f"number {proof.claim_id}"


def _facts(proof: TimelyFilingProof) -> Iterator[tuple[str, str]]:
    yield "Payer", _with_id(proof.payer_name, proof.payer_id)
    yield "Provider", _with_id(proof.provider_name, proof.provider_npi)
    yield "Patient", proof.patient_name
    yield "Member identifier", proof.member_id
    yield "Patient control number", proof.patient_control_number
    yield "Payer's claim number", proof.payer_claim_control_number
    yield "Service", _days(proof.service_from, proof.service_to)
    yield "Charge", format_dollars(proof.charge_cents, thousands=True)


def verdict_sentences(proof: TimelyFilingProof) -> tuple[str, ...]:
    """When the claim was filed and by whose word, until when it was due, whether that was met."""
    if proof.filed_on is None:
        filed = "No day is known on which the claim was filed."
    else:
        filed = f"The claim was filed on {_day(proof.filed_on)}: {_WHO[proof.evidence]}."
    if proof.limit_on is None:
        why = f" ({proof.limit_reason})" if proof.limit_reason else ""
        return filed, f"The last day of filing is not known{why}."
    verb = "is" if proof.limit_on >= proof.made_on else "was"
    limit = f"The last day of filing {verb} {_day(proof.limit_on)}: {proof.limit_reason}."
    days_left = proof.days_left
    if days_left is None:
        met = "Whether it was kept cannot be told."
    elif days_left < 0:
        met = f"The claim was filed {_count(-days_left)} after the last day."
    elif days_left == 0:
        met = "The claim was filed in time, on the last day."
    else:
        met = f"The claim was filed in time, {_count(days_left)} before the last day."
    return filed, limit, met


def proof_files(proof: TimelyFilingProof) -> tuple[str, ...]:
    """Names of the files in the zip, in order."""
    return (COVER, *(name for name, piece in _named(proof) if piece.shown), MANIFEST)


def _history(proof: TimelyFilingProof) -> Iterator[str]:
    for piece in proof.pieces:
        on = "unknown day" if piece.happened_on is None else piece.happened_on.isoformat()
        what = {PieceKind.CLAIM: "sent in our file"}.get(piece.kind, f"{piece.set_type}:")
        yield f"  {on:<13}{what} {piece.says}".rstrip()


def _named(proof: TimelyFilingProof) -> Iterator[tuple[str, ProofPiece]]:
    """Each piece with its name in the zip; one that shows nothing is not in it."""
    for piece in proof.pieces:
        part = "set" if piece.extract is None else "claim"
        kind = "277ca" if piece.kind is PieceKind.CLAIM_ACKNOWLEDGMENT else piece.set_type.lower()
        yield f"{kind}_{part}.edi", piece


def _enclosed(name: str, piece: ProofPiece) -> Iterator[str]:
    numbers = ", ".join(
        f"{what} {number}"
        for what, number in (
            ("set", piece.set_control_number),
            ("group", piece.group_control_number),
            ("interchange", piece.interchange_control_number),
        )
        if number
    )
    title, source = _TITLES[piece.kind], f"{piece.set_type} {numbers}"
    if not piece.shown:
        yield f"{title} is not enclosed: {source}."
    elif piece.extract is None:
        yield f"{title} ({name}): all of {source}, byte for byte."
    else:
        yield f"{title} ({name}): the segments of this claim alone, from {source}, byte for byte."
        yield f"  SHA-256 of {name}"
        yield f"    {_digest(piece.shown)}"
    yield f"  SHA-256 of the set, {len(piece.set_data)} bytes from byte {piece.byte_offset}"
    yield f"    {_digest(piece.set_data)}"
    yield "  SHA-256 of the whole file"
    yield f"    {piece.file_digest}"
    if piece.other_claims_count and piece.extract is None:
        yield f"The set holds {_count(piece.other_claims_count, 'other claim')} too."


def _manifest(proof: TimelyFilingProof, files: dict[str, bytes]) -> bytes:
    cover = {"name": COVER, "bytes": len(files[COVER]), "sha256": _digest(files[COVER])}
    listed = [cover, *(_source(name, piece) for name, piece in _named(proof))]
    document = {
        "format": "edi-engine proof of timely filing 1",
        "made_on": proof.made_on.isoformat(),
        "patient_control_number": proof.patient_control_number,
        "payer_claim_control_number": proof.payer_claim_control_number,
        "payer_id": proof.payer_id,
        "provider_npi": proof.provider_npi,
        "charge": format_cents(proof.charge_cents),
        "service_from": _iso(proof.service_from),
        "service_to": _iso(proof.service_to),
        "sent_on": _iso(proof.sent_on),
        "filed_on": _iso(proof.filed_on),
        "evidence": proof.evidence.value,
        "limit_on": _iso(proof.limit_on),
        "limit_reason": proof.limit_reason,
        "days_left": proof.days_left,
        "missing": proof.missing,
        "notes": proof.notes,
        "files": listed,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _source(name: str, piece: ProofPiece) -> dict[str, object]:
    """A piece, and where it is from; without a name where no bytes of it are shown."""
    return {
        "name": name if piece.shown else None,
        "bytes": len(piece.shown),
        "sha256": _digest(piece.shown) if piece.shown else None,
        "kind": piece.kind.value,
        "happened_on": _iso(piece.happened_on),
        "says": piece.says,
        "set_type": piece.set_type,
        "set_control_number": piece.set_control_number,
        "group_control_number": piece.group_control_number,
        "interchange_control_number": piece.interchange_control_number,
        "is_whole_set": piece.extract is None,
        "set_sha256": _digest(piece.set_data),
        "set_bytes": len(piece.set_data),
        "set_byte_offset": piece.byte_offset,
        "file_sha256": piece.file_digest,
        "other_claims_count": piece.other_claims_count if piece.extract is None else 0,
    }


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _with_id(name: str, identifier: str) -> str:
    return f"{name} ({identifier})" if name and identifier else name or identifier


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _days(first_on: date | None, last_on: date | None) -> str:
    if first_on is None:
        return ""
    if last_on is None or last_on == first_on:
        return _day(first_on)
    return f"{_day(first_on)} to {_day(last_on)}"


def _count(number: int, noun: str = "day") -> str:
    return f"{number} {noun if number == 1 else f'{noun}s'}"
