"""Claims and remittances as XML, whole, read again from the kept bytes of their files.

A table has columns for what is added up and filtered; here is everything a file says, so each file
is read once more, piece by piece, and written as it is read: memory does not grow with it.
Source: docs/decisions/0010 and 0021.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TextIO

from edi_engine.errors import EdiEngineError, InputError
from edi_engine.exports.xml_claims import ClaimsXml
from edi_engine.exports.xml_remittances import RemittancesXml
from edi_engine.jobs.paper_files import read_paper_file
from edi_engine.jobs.stored_claims import raw_stream
from edi_engine.parsers import read_file
from edi_engine.records.intake import ParsedBatch
from edi_engine.records.remittances import ClaimPayment, ProviderAdjustment, ProviderSummary
from edi_engine.store import Reader, Store
from edi_engine.store.stored_sets import NumberRange, SetExtent

__all__ = ["RANGES_MAX", "XML_DATASETS", "NumberRange", "export_xml", "write_remittances_xml"]

RANGES_MAX = 1_000
"""Ranges of numbers in one export; each is a condition of a statement."""

ProgressCallback = Callable[[int], None]


def export_xml(
    store: Store,
    name: str,
    output: TextIO,
    *,
    ranges: Sequence[NumberRange] = (),
    progress: ProgressCallback | None = None,
) -> int:
    """Write the claims or remittances of one snapshot as XML; how many there are.

    Only those with numbers of the ranges, if there are any. `progress` is told how many were
    written, now and then. Raises InputError for another dataset and for a single number that
    there is not.
    """
    write = XML_DATASETS.get(name)
    if write is None:
        raise InputError(
            "this dataset has no form as XML.",
            place=name,
            remedy=f"Choose one of {', '.join(XML_DATASETS)}, or another format.",
        )
    if len(ranges) > RANGES_MAX:
        raise InputError(
            f"there are more than {RANGES_MAX} ranges of numbers.",
            place="--number",
            remedy="Name wider ranges, or export several times.",
        )
    with store.reading() as reader:
        _refuse_unknown(reader, name, ranges)
        return write(reader, output, ranges=ranges, progress=progress)


def write_remittances_xml(
    reader: Reader,
    output: TextIO,
    *,
    ranges: Sequence[NumberRange] = (),
    progress: ProgressCallback | None = None,
) -> int:
    """Write the document of remittances; how many there are."""
    xml = RemittancesXml()
    xml.start()
    count = 0
    for file_id in reader.files_with_remittances(ranges):
        sets = {one.set_ordinal: one for one in reader.sets_with_remittances(file_id, ranges)}
        is_open = False
        for extent, batch in _batches(reader, file_id, sets):
            if batch.remittance is not None and not is_open:
                is_open = True
                xml.start_remittance(
                    batch.remittance, remittance_id=extent.remittance_id, held=extent.held
                )
            if is_open:
                _add_parts(xml, reader, file_id, batch)
            if is_open and batch.ended is not None:
                is_open = False
                xml.end_remittance()
                count += 1
                if progress is not None:
                    progress(count)
            output.write(xml.take())
    xml.end()
    output.write(xml.take())
    return count


def _write_claims_xml(
    reader: Reader,
    output: TextIO,
    *,
    ranges: Sequence[NumberRange] = (),
    progress: ProgressCallback | None = None,
) -> int:
    xml = ClaimsXml()
    xml.start()
    count = 0
    for file_id in reader.files_with_claims(ranges):
        sets = {one.set_ordinal: one for one in reader.sets_with_claims(file_id, ranges)}
        for _, batch in _batches(reader, file_id, sets):
            numbers = reader.stored_claim_ids(file_id, batch.claims)
            for claim, claim_id in zip(batch.claims, numbers, strict=True):
                if claim_id and _is_in(claim_id, ranges):
                    xml.add_claim(claim, claim_id)
                    count += 1
            if progress is not None and batch.claims:
                progress(count)
            output.write(xml.take())
    xml.end()
    output.write(xml.take())
    return count


class _Write(Protocol):
    def __call__(
        self,
        reader: Reader,
        output: TextIO,
        *,
        ranges: Sequence[NumberRange],
        progress: ProgressCallback | None,
    ) -> int: ...


XML_DATASETS: dict[str, _Write] = {
    "claims": _write_claims_xml,
    "remittances": write_remittances_xml,
}
"""What can be written as XML."""


def _batches(
    reader: Reader, file_id: int, sets: dict[int, SetExtent]
) -> Iterator[tuple[SetExtent, ParsedBatch]]:
    """What is read of these sets of a file, in file order, each piece with its set."""
    stored = reader.file(file_id)
    if stored is None:
        raise EdiEngineError(
            "a file is not in the database.",
            place=f"file {file_id}",
            remedy='Check the database: "edi-engine db check".',
        )
    is_paper = any(one.is_paper for one in sets.values())
    # Nothing beyond the last set asked for is needed; a sheet is read whole.
    end = stored.size_bytes if is_paper else max(one.byte_end for one in sets.values())
    read = read_paper_file if is_paper else read_file
    stream = raw_stream(reader, file_id, min(end, stored.size_bytes))
    for batch in read(stream, file_name=stored.name, file_digest=stored.digest):
        extent = sets.get(batch.source.set_ordinal) if batch.source is not None else None
        if extent is not None:
            yield extent, batch


def _add_parts(xml: RemittancesXml, reader: Reader, file_id: int, batch: ParsedBatch) -> None:
    """The parts of a piece of a remittance in file order."""
    numbers = reader.stored_claim_payment_ids(file_id, batch.claim_payments)
    ids = dict(zip(map(id, batch.claim_payments), numbers, strict=True))
    parts: list[ClaimPayment | ProviderSummary | ProviderAdjustment] = [
        *batch.provider_summaries,
        *batch.claim_payments,
        *batch.provider_adjustments,
    ]
    parts.sort(key=lambda part: part.segment_ordinal)
    for part in parts:
        if isinstance(part, ClaimPayment):
            xml.add_claim_payment(part, ids[id(part)] or None)
        elif isinstance(part, ProviderSummary):
            xml.add_provider_summary(part)
        else:
            xml.add_provider_adjustment(part)


def _is_in(number: int, ranges: Sequence[NumberRange]) -> bool:
    return not ranges or any(first <= number <= last for first, last in ranges)


def _refuse_unknown(reader: Reader, name: str, ranges: Sequence[NumberRange]) -> None:
    """Raises InputError for a number that stands alone and is none of ours."""
    files = reader.files_with_claims if name == "claims" else reader.files_with_remittances
    for first, last in ranges:
        if first == last and not files([(first, last)]):
            noun = name.removesuffix("s")
            raise InputError(
                f"there is no such {noun}.",
                place=f"{noun} {first}",
                remedy=f'Look up its number with "edi-engine export {name}".',
            )
