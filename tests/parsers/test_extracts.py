"""A claim cut out of its set reads as the claim it was, and shows nobody else."""

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.parsers import read_bytes, read_file
from edi_engine.parsers.extracts import claim_spans
from edi_engine.records.acknowledgments import AnswerLevel
from edi_engine.records.places import without_places
from tests.acknowledgment_files import Sent, claims_file, status_file
from tests.golden.stories import story_files
from tests.parsers.x12_files import FIXTURES_ROOT

DAY = date(2026, 1, 5)
FIRST, SECOND = Sent("TEST-1"), Sent("TEST-2", 200, patient="SAMPLEOTHER", member="M0002")


def cut(data: bytes, set_byte_offset: int, claim_byte_offset: int) -> bytes:
    spans = claim_spans(
        io.BytesIO(data), set_byte_offset=set_byte_offset, claim_byte_offset=claim_byte_offset
    )
    return b"".join(data[start:stop] for start, stop in spans)


CLAIM_FILES = [
    path
    for path in story_files()
    if path.parent.name.endswith("claims") and b"ISA" in path.read_bytes()
]


@pytest.mark.parametrize("path", CLAIM_FILES, ids=lambda path: path.stem)
def test_every_claim_of_a_file_is_cut_out_whole_and_alone(path: Path) -> None:
    data = path.read_bytes()
    for claim in read_bytes(data).claims:
        at = claim.source.byte_offset
        part = cut(data, at, claim.byte_offset)
        if path.stem == "no_hierarchy":
            assert part == b"", "nothing tells whose the segments before a claim are"
            continue
        (again,) = read_bytes(data[:at] + part).claims[-1:]
        known = without_places(again)
        meant = without_places(claim)
        assert {**_fields(known), "claim_ordinal": 0} == {**_fields(meant), "claim_ordinal": 0}


def _fields(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}  # type: ignore[attr-defined]


def test_nobody_else_is_in_it() -> None:
    data = claims_file([[FIRST, SECOND]], on=DAY).encode()
    first, second = read_bytes(data).claims
    at = first.source.byte_offset
    assert b"SAMPLEOTHER" not in cut(data, at, first.byte_offset)
    assert b"TESTPATIENT" not in cut(data, at, second.byte_offset)
    assert cut(data, at, second.byte_offset).count(b"HL*") == 2


def test_an_answer_is_cut_out_of_a_277_with_its_levels() -> None:
    data = status_file([(FIRST, "A2:20"), (SECOND, "A7:562:85")], on=DAY, payer=True).encode()
    for batch in read_file(io.BytesIO(data), file_name="", file_digest=""):
        for one in batch.acknowledgments:
            if one.level is not AnswerLevel.CLAIM:
                continue
            part = cut(data, one.source.byte_offset, one.byte_offset)
            other = b"SAMPLEOTHER" if one.number == "TEST-1" else b"TESTPATIENT"
            assert other not in part
            assert part.count(b"TRN*2*") == 1
            again = [
                answer
                for piece in read_file(
                    io.BytesIO(data[: one.source.byte_offset] + part),
                    file_name="",
                    file_digest="",
                )
                for answer in piece.acknowledgments
                if answer.level is AnswerLevel.CLAIM
            ]
            assert [answer.statuses[0].codes for answer in again] == [one.statuses[0].codes]
            assert again[0].responder == one.responder


def test_what_does_not_stand_there_is_not_cut_out() -> None:
    data = claims_file([[FIRST]], on=DAY).encode()
    (claim,) = read_bytes(data).claims
    assert cut(data, claim.source.byte_offset, claim.byte_offset + 1) == b""
    assert cut(data, 0, claim.byte_offset) == b""
    assert cut(b"", 0, 0) == b""


@given(st.binary(max_size=300), st.integers(0, 900), st.integers(0, 900))
def test_any_bytes_give_spans_within_them(noise: bytes, at: int, claim_at: int) -> None:
    data = claims_file([[FIRST, SECOND]], on=DAY).encode()
    broken = data[:at] + noise + data[at:]
    spans = claim_spans(io.BytesIO(broken), set_byte_offset=164, claim_byte_offset=claim_at)
    assert all(0 <= start < stop <= len(broken) for start, stop in spans)
    assert spans == sorted(spans)


def test_the_fixtures_hold_claims_of_every_kind() -> None:
    assert len(CLAIM_FILES) >= 6
    assert FIXTURES_ROOT.is_dir()
