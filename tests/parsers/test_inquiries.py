"""Inquiries are read back, and every break of the guide's structure is told with its place."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.exports.x12_envelope import Envelope
from edi_engine.exports.x12_inquiries import write_inquiries
from edi_engine.parsers import read_bytes
from edi_engine.parsers.inquiries import read_inquiries
from edi_engine.records.common import Party, Reference

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
ENVELOPE = Envelope("SENDER", "RECEIVER", date(2026, 3, 25), "0900")
SEGMENTS = (
    "BHT*0010*13*000000001-1*20260325*0900",
    "HL*1**20*1",
    "NM1*PR*2*TEST PAYER A*****PI*EX001",
    "HL*2*1*21*1",
    "NM1*41*2*TEST CLINIC*****46*SENDER",
    "HL*3*2*19*1",
    "NM1*1P*2*TEST CLINIC*****XX*1999999984",
    "HL*4*3*22*0",
    "DMG*D8*19800102*F",
    "NM1*IL*1*TESTPATIENT*ALFA****MI*MEM0001",
    "TRN*1*TEST-1",
    "REF*1K*ICN1",
    "REF*EJ*TEST-1",
    "AMT*T3*180",
    "DTP*472*D8*20260302",
    "HL*5*3*22*1",
    "NM1*IL*1*TESTSUBSCRIBER*BRAVO****MI*MEM0002",
    "HL*6*5*23",
    "DMG*D8*20150304*M",
    "NM1*QC*1*TESTCHILD*CHARLIE",
    "TRN*1*TEST-2",
    "REF*EJ*TEST-2",
    "AMT*T3*80",
    "DTP*472*RD8*20260303-20260304",
    "SVC*HC:97110:GP*80*****2",
    "REF*FJ*LINE1",
    "DTP*472*D8*20260303",
)


def file_of(segments: tuple[str, ...] | list[str]) -> bytes:
    head = (
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260325*0900*^*00501"
        "*000000001*0*P*:~\nGS*HR*SENDER*RECEIVER*20260325*0900*1*X*005010X212~\n"
        "ST*276*0001*005010X212~\n"
    )
    tail = f"SE*{len(segments) + 2}*0001~\nGE*1*1~\nIEA*1*000000001~\n"
    return (head + "".join(f"{one}~\n" for one in segments) + tail).encode()


def test_inquiries_are_read_with_all_that_they_say() -> None:
    read = read_inquiries(file_of(SEGMENTS))
    assert read.faults == ()
    first, second = read.inquiries
    assert first.payer == Party("PR", "2", "TEST PAYER A", id_qualifier="PI", identifier="EX001")
    assert first.patient is None
    assert (first.subscriber.born_on, first.subscriber.gender) == (date(1980, 1, 2), "F")
    assert first.references == (Reference("1K", "ICN1"), Reference("EJ", "TEST-1"))
    assert (first.trace_number, first.charge_cents) == ("TEST-1", 18000)
    assert (first.service_from, first.service_to) == (date(2026, 3, 2), date(2026, 3, 2))
    assert second.patient is not None
    assert second.patient.born_on == date(2015, 3, 4)
    assert second.subscriber.born_on is None
    assert (second.service_from, second.service_to) == (date(2026, 3, 3), date(2026, 3, 4))
    (line,) = second.lines
    assert (line.procedure.code, line.procedure.modifiers) == ("97110", ("GP",))
    assert (line.charge_cents, str(line.units), line.line_item_control_number) == (
        8000,
        "2",
        "LINE1",
    )


def test_what_is_written_reads_the_same_and_is_the_text_we_started_from() -> None:
    inquiries = read_inquiries(file_of(SEGMENTS)).inquiries
    data = write_inquiries(inquiries, ENVELOPE)
    assert data == file_of(SEGMENTS)
    assert read_bytes(data).findings == ()


FAULTS = {
    "no BHT": (SEGMENTS[0], None, "stands after ST"),
    "another purpose": ("BHT*0010*13", "BHT*0010*11", "BHT01 and BHT02"),
    "no reference of its own": ("*000000001-1*", "**", "BHT03 is missing"),
    "a BHT without a day": ("20260325*0900", "20261325*0900", "BHT04 is no day"),
    "levels that skip a number": ("HL*4*3*22*0", "HL*5*3*22*0", "HL01 does not count up"),
    "a level under the wrong one": ("HL*3*2*19*1", "HL*3*1*19*1", "does not name the level above"),
    "a level that there is not": ("HL*3*2*19*1", "HL*3*2*18*1", "no level of a 276"),
    "children that are not said": ("HL*5*3*22*1", "HL*5*3*22*0", "HL04 does not fit"),
    "children that are not there": ("HL*4*3*22*0", "HL*4*3*22*1", "HL04 does not fit"),
    "a level without a name": ("NM1*41*2*TEST CLINIC*****46*SENDER", None, "HL stands after HL"),
    "another party": ("NM1*1P*2", "NM1*85*2", "NM101 of level 19 is not 1P"),
    "neither person nor organisation": ("NM1*1P*2", "NM1*1P*3", "NM102 is neither"),
    "a payer without an identifier": ("*****PI*EX001", "", "NM108 and NM109 of level 20"),
    "a patient without a name": ("NM1*QC*1*TESTCHILD*", "NM1*QC*1**", "NM103 is missing"),
    "a day of birth that is none": ("19800102", "19801302", "DMG02 is no day"),
    "a description of who is not asked about": (
        "NM1*IL*1*TESTSUBSCRIBER", "DMG*D8*19800102*F~\nNM1*IL*1*TESTSUBSCRIBER",
        "DMG stands where nothing is asked",
    ),
    "a trace without a number": ("TRN*1*TEST-1", "TRN*1", "TRN02 is missing"),
    "an answer's trace": ("TRN*1*TEST-1", "TRN*2*TEST-1", "TRN01 is not 1"),
    "a reference that has no place": ("REF*1K*ICN1", "REF*F8*ICN1", "REF01 is none"),
    "a reference twice": ("REF*1K*ICN1", "REF*EJ*TEST-1", "REF repeats"),
    "an amount of another kind": ("AMT*T3*180", "AMT*D*180", "AMT is no charge"),
    "an amount that is none": ("AMT*T3*180", "AMT*T3*1E2", "AMT is no charge"),
    "another day": ("DTP*472*D8*20260302", "DTP*232*D8*20260302", "DTP is no day of service"),
    "no day of service": ("DTP*472*D8*20260302", None, "neither claim nor line has a day"),
    "segments in disorder": (
        "REF*1K*ICN1~\nREF*EJ*TEST-1~\nAMT*T3*180", "AMT*T3*180~\nREF*1K*ICN1",
        "REF stands after AMT",
    ),
    "a segment that no 276 has": ("REF*1K*ICN1", "CLM*1*2", "a segment that no 276 has"),
    "a line without a charge": ("SVC*HC:97110:GP*80*", "SVC*HC:97110:GP**", "SVC01 or SVC02"),
    "a name that is too long": ("TESTSUBSCRIBER", "T" * 61, "NM103 has more than 60"),
    "a dependent that nothing is asked about": (
        "".join(f"{one}~\n" for one in SEGMENTS[20:]), "", "level 23 asks nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "said"), FAULTS.values(), ids=FAULTS)
def test_a_break_of_the_structure_is_told(before: str, after: str | None, said: str) -> None:
    text = file_of(SEGMENTS).decode()
    assert before in text
    changed = text.replace(f"{before}~\n", "") if after is None else text.replace(before, after)
    read = read_inquiries(changed.encode())
    told = [str(fault) for fault in read.faults]
    assert any(said in one for one in told), told
    assert not any("TESTPATIENT" in one or "MEM0001" in one for one in told)


def test_the_place_of_a_fault_is_its_segment() -> None:
    broken = file_of([one.replace("AMT*T3*180", "AMT*T3*X") for one in SEGMENTS])
    assert [str(fault) for fault in read_inquiries(broken).faults] == [
        "set 1 segment 15: AMT is no charge (T3)"
    ]


def test_a_set_that_ends_too_soon_is_told() -> None:
    data = file_of(SEGMENTS)
    cut = data[: data.index(b"SE*")]
    assert "no SE" in str(read_inquiries(cut).faults[-1])
    nothing = read_inquiries(file_of(SEGMENTS[:7]))
    assert [fault.words for fault in nothing.faults][-1] == "nothing is asked"


def test_other_sets_ask_nothing() -> None:
    assert read_inquiries(b"").inquiries == ()
    assert read_inquiries(file_of(SEGMENTS).replace(b"ST*276", b"ST*277")).inquiries == ()


@given(st.binary(max_size=400), st.integers(0, 900))
def test_any_bytes_give_inquiries_or_faults(noise: bytes, at: int) -> None:
    data = file_of(SEGMENTS)
    read_inquiries(noise)
    read_inquiries(data[:at] + noise + data[at:])
    read_inquiries(data[:at] + data[at + len(noise) :])


def sample_files() -> list[Path]:
    if not SAMPLES.is_dir():
        return []
    return sorted(
        path
        for path in SAMPLES.rglob("*")
        if path.is_file() and b"ST*276" in path.read_bytes() and b"X212" in path.read_bytes()
    )


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not here")
def test_public_inquiries_have_no_fault_and_come_back_the_same() -> None:
    files = sample_files()
    assert len(files) >= 9
    for path in files:
        read = read_inquiries(path.read_bytes())
        assert read.inquiries, path
        assert read.faults == (), path
        again = read_inquiries(write_inquiries(read.inquiries, ENVELOPE))
        assert again == read, path
