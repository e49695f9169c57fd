"""A file and a transaction set: what was read, what is wrong with it, where to go on."""

from collections.abc import Sequence

from edi_engine.errors import InputError
from edi_engine.findings import Finding
from edi_engine.jobs.show.acknowledgments import acknowledgment_tables
from edi_engine.jobs.show.pages import Fact, Page, Table, raw_segments
from edi_engine.parsers.paper_remits import PAPER_IMPLEMENTATION
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.stored import StoredFile, StoredSet
from edi_engine.store import Reader, Store
from edi_engine.store.places import StoredPlace

__all__ = ["edits_table", "findings_table", "show_file", "show_set"]

_MONEY, _NUMBER, _TEXT, _FLAG = (
    ColumnKind.MONEY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
    ColumnKind.FLAG,
)
_SETS_SHOWN = 200
_FINDINGS_SHOWN = 200
_CLAIMS_SHOWN = 200
_SET_HEAD_ENDS = ("LX", "CLP", "PLB", "CLM", "SE")


def show_file(store: Store, file_id: int) -> Page:
    """A file. Raises InputError when there is no such one."""
    with store.reading() as reader:
        file = reader.file(file_id)
        if file is None:
            raise InputError(
                "there is no such file.",
                place=f"file {file_id}",
                remedy="Files are numbered from 1 in the order of ingest.",
            )
        sets = reader.sets_of_file(file_id)
        findings = reader.findings(file_id)
    return Page(f"File {file_id}", _file_facts(file), (_sets_table(sets), findings_table(findings)))


def show_set(store: Store, set_id: int) -> Page:
    """A transaction set. Raises InputError when there is no such one."""
    with store.reading() as reader:
        found = reader.transaction_set(set_id)
        file = reader.file(found.file_id) if found is not None else None
        if found is None or file is None:
            raise InputError(
                "there is no such transaction set.",
                place=f"set {set_id}",
                remedy='Look up its number with "edi-engine show file".',
            )
        place = _beginning(reader, found, file)
        words, raw = raw_segments(reader, place, until=_SET_HEAD_ENDS)
        facts = [*_set_facts(found), *_content_facts(reader, set_id)]
        findings = reader.findings_of_set(set_id)
        answers = acknowledgment_tables(reader, set_id)
    tables = (*answers, findings_table(findings), edits_table(findings))
    return Page(f"Set {set_id}", tuple(facts), tables, words, raw)


def _beginning(reader: Reader, found: StoredSet, file: StoredFile) -> StoredPlace | None:
    """The ST of a set; of a paper remittance its first row."""
    if found.implementation == PAPER_IMPLEMENTATION:
        return reader.remittance_place(reader.remittance_of_set(found.set_id) or 0)
    return StoredPlace(
        file_id=found.file_id,
        file_name=file.name,
        set_id=found.set_id,
        set_ordinal=found.set_ordinal,
        set_control_number=found.set_control_number,
        set_byte_offset=found.byte_offset,
        set_byte_length=found.byte_length,
        segment_ordinal=1,
        byte_offset=found.byte_offset,
    )


def _file_facts(file: StoredFile) -> tuple[Fact, ...]:
    return (
        Fact("name", file.name),
        Fact("digest", file.digest),
        Fact("bytes", file.size_bytes, _NUMBER),
        Fact("received at", file.received_at),
        Fact("state", file.state.value),
        Fact("run", file.run_id, _NUMBER),
        Fact("sets", file.counts.sets, _NUMBER),
        Fact("claims", file.counts.claims, _NUMBER),
        Fact("claim payments", file.counts.claim_payments, _NUMBER),
        Fact("findings", file.counts.findings, _NUMBER),
        Fact("error findings", file.counts.error_findings, _NUMBER),
    )


def _set_facts(found: StoredSet) -> list[Fact]:
    return [
        Fact("file", found.file_id, _NUMBER),
        Fact("set control number", found.set_control_number),
        Fact("type", found.set_type),
        Fact("implementation", found.implementation),
        Fact("state", found.state),
        Fact("byte offset", found.byte_offset, _NUMBER),
        Fact("bytes", found.byte_length, _NUMBER),
        Fact("segments", found.segment_count, _NUMBER),
        Fact("charge", found.charge_cents, _MONEY),
        Fact("paid", found.paid_cents, _MONEY),
        Fact("balanced", found.balanced, _FLAG),
        Fact("repeats set", found.duplicate_of_set_id, _NUMBER),
    ]


def _content_facts(reader: Reader, set_id: int) -> list[Fact]:
    remittance_id = reader.remittance_of_set(set_id)
    if remittance_id is not None:
        return [Fact("remittance", remittance_id, _NUMBER)]
    claims = reader.claim_ids_of_set(set_id, limit=_CLAIMS_SHOWN)
    return [Fact("claims", " ".join(map(str, claims)))] if claims else []


def _sets_table(sets: Sequence[StoredSet]) -> Table:
    left_out = max(len(sets) - _SETS_SHOWN, 0)
    return Table(
        "transaction sets",
        (
            ("set", _NUMBER),
            ("control number", _TEXT),
            ("type", _TEXT),
            ("state", _TEXT),
            ("segments", _NUMBER),
            ("claims", _NUMBER),
            ("charge", _MONEY),
            ("paid", _MONEY),
            ("balanced", _FLAG),
            ("repeats set", _NUMBER),
        ),
        tuple(
            (
                one.set_id,
                one.set_control_number,
                one.set_type,
                one.state,
                one.segment_count,
                one.claims_count,
                one.charge_cents,
                one.paid_cents,
                one.balanced,
                one.duplicate_of_set_id,
            )
            for one in sets[:_SETS_SHOWN]
        ),
        f"{left_out} more are not shown." if left_out else "",
    )


def findings_table(findings: Sequence[Finding]) -> Table:
    """Findings with their places, in file order."""
    left_out = max(len(findings) - _FINDINGS_SHOWN, 0)
    return Table(
        "findings",
        (
            ("code", _TEXT),
            ("severity", _TEXT),
            ("place", _TEXT),
            ("what", _TEXT),
            ("remedy", _TEXT),
        ),
        tuple(
            (one.code, one.severity.value, str(one.place), one.message, one.remedy)
            for one in findings[:_FINDINGS_SHOWN]
        ),
        f"{left_out} more are not shown." if left_out else "",
    )


def edits_table(findings: Sequence[Finding]) -> Table:
    """What would balance the findings that fail to: single edits, the likeliest first."""
    rows = [
        (
            one.code,
            edit.hypothesis.value,
            edit.segment_ordinal,
            edit.element,
            edit.before_cents,
            edit.after_cents,
            f"It balances if {edit.words}.",
        )
        for one in findings[:_FINDINGS_SHOWN]
        for edit in one.edits
    ]
    return Table(
        "what would balance it",
        (
            ("code", _TEXT),
            ("hypothesis", _TEXT),
            ("segment", _NUMBER),
            ("element", _TEXT),
            ("before", _MONEY),
            ("after", _MONEY),
            ("what", _TEXT),
        ),
        tuple(rows),
    )
