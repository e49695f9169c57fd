"""Envelopes in every state of repair: what stands between is read all the same."""

import pytest

from edi_engine.parsers import read_bytes
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.envelope import read_interchange_start
from edi_engine.records.intake import SetState
from tests.parsers.x12_files import (
    CLAIM,
    ENDS,
    FIXTURES,
    FIXTURES_ROOT,
    GS,
    HEAD,
    ISA,
    LINE,
    codes,
    expanded,
    file_of,
    payment,
    read,
    set_of,
)

BODY = payment("80") + HEAD + CLAIM + LINE
SET = set_of(BODY)
PLAIN = file_of(SET)

CLOTHES = sorted((FIXTURES_ROOT / "clothes").glob("*.edi"))


def money_of(text: str) -> tuple[int, int, int]:
    found = read(text)
    payments = [one for held in found.remittance_sets for one in held.claim_payments]
    return (
        len(payments),
        sum(one.paid_cents for one in payments),
        sum(
            adjustment.amount_cents
            for one in payments
            for line in one.lines
            for adjustment in line.adjustments
        ),
    )


READ_WHOLE = (1, 8000, 2000)


@pytest.mark.parametrize(
    ("isa_end", "expected"),
    [
        ("*^*00501*000000001*0*P*:~\nGS*", (":", "^", "~", "\n")),
        ("*^*00501*000000001*0*P*:~\r\nGS*", (":", "^", "~", "\r\n")),
        ("*^*00501*000000001*0*P*:~GS*", (":", "^", "~", "")),
        ("*U*00401*000000001*0*P*>~GS*", (">", "", "~", "")),
        ("*U*00401*000000001*0*P*:\nGS*", (":", "", "\n", "")),
        ("*U*00401*000000001*0*P*:\r\nGS*", (":", "", "\r\n", "")),
        ("*U*00401*000000001*0*P*:\rGS*", (":", "", "\r", "")),
        ("*|*00501*000000001*0*P*:_GS*", (":", "|", "_", "")),
        ("*^*00501*000000001*0*P*: ~ \nGS*", (":", "^", "~", "")),
        ("*^*00501*000000001*0*P**~\nGS*1~\nST*", (":", "^", "~", "\n")),
        ("*^*00501*000000001*0*P*~GS*HP~ST*835*1~", (":", "^", "~", "")),
        ("*^*00501*000000001*0*P*:\xa7GS*", (":", "^", "\xa7", "")),
        ("*^*00501*000000001*0*P*:\xc2\xa7GS*", (":", "^", "\xc2\xa7", "")),
    ],
)
def test_separators_are_found_by_splitting(isa_end: str, expected: tuple[str, ...]) -> None:
    text = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260105*0600"
    start = read_interchange_start(text + isa_end, 0, 0)
    assert start is not None
    assert start.delimiters == Delimiters("*", *expected)


@pytest.mark.parametrize("path", CLOTHES, ids=lambda path: path.stem)
def test_the_same_content_in_other_clothes_reads_the_same(path: object) -> None:
    plain = read((FIXTURES_ROOT / "clothes" / "no_line_ends.edi").read_bytes().decode("latin-1"))
    other = read(path.read_bytes().decode("latin-1"))  # type: ignore[attr-defined]

    def said(found: object) -> list[object]:
        return [
            (
                held.remittance.trace_number,
                held.remittance.payer,
                [
                    (
                        one.patient_control_number,
                        one.parties,
                        one.paid_cents,
                        one.segment_ordinal,
                        [
                            (line.procedure, line.dates, line.references, line.segment_ordinal)
                            for line in one.lines
                        ],
                    )
                    for one in held.claim_payments
                ],
            )
            for held in found.remittance_sets  # type: ignore[attr-defined]
        ]

    assert said(other) == said(plain)
    assert [one.fingerprint for one in other.raw_sets] == [
        one.fingerprint for one in plain.raw_sets
    ]
    assert {finding.code for finding in other.findings} <= {"X12-0104"}


def test_byte_offsets_point_at_the_segments_whatever_stands_around_them() -> None:
    for path in CLOTHES:
        if path.stem in {"wrapped_at_80"}:
            continue
        data = path.read_bytes()
        found = read(data.decode("latin-1"))
        payment_read = found.remittance_sets[0].claim_payments[0]
        assert data[payment_read.byte_offset :].startswith(b"CLP"), path.stem
        line = payment_read.lines[0]
        assert data[line.byte_offset :].startswith(b"SVC"), path.stem
        assert data[line.adjustments[0].byte_offset :].startswith(b"CAS"), path.stem
        whole = found.raw_sets[0]
        piece = data[whole.source.byte_offset :][: whole.byte_length]
        assert piece.startswith(b"ST"), path.stem
        assert b"SE" in piece[-15:], path.stem


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("nothing is wrong", PLAIN, []),
        ("no ISA", GS + SET + "GE*1*101~", ["X12-0111"]),
        ("no GS", ISA + SET + "IEA*1*000000101~", ["X12-0111", "X12-0109"]),
        ("neither", SET, ["X12-0111"]),
        ("no ST", ISA + GS + BODY + ENDS, ["X12-0111", "X12-0113"]),
        ("no envelope at all", BODY, ["X12-0111", "X12-0113"]),
        ("no SE", ISA + GS + "ST*835*0001~" + BODY + ENDS, ["X12-0113"]),
        ("no GE", ISA + GS + SET + "IEA*1*000000101~", ["X12-0112"]),
        ("no IEA", ISA + GS + SET + "GE*1*101~", ["X12-0112"]),
        ("nothing ends", ISA + GS + "ST*835*0001~" + BODY, ["X12-0113", "X12-0112", "X12-0112"]),
        ("wrong SE01", PLAIN.replace("SE*14*", "SE*7*"), ["X12-0109"]),
        ("SE01 is no number", PLAIN.replace("SE*14*", "SE*X*"), ["X12-0109"]),
        ("SE02 differs", PLAIN.replace("SE*14*0001", "SE*14*0002"), ["X12-0110"]),
        ("leading zeros do not matter", PLAIN.replace("SE*14*0001", "SE*14*1"), []),
        ("GE01, IEA01", PLAIN.replace("GE*1", "GE*9").replace("IEA*1", "IEA*9"), ["X12-0109"] * 2),
        ("GS06 and ISA13 differ", PLAIN.replace("GE*1*101", "GE*1*9").replace("IEA*1*0", "IEA*1*9"),
         ["X12-0110"] * 2),
        ("SE twice", PLAIN.replace("GE*", "SE*14*0001~GE*", 1), ["X12-0111"]),
        ("mail around it", "Dear Sirs,\n\n" + PLAIN + "\n\nRegards\n", ["X12-0103"]),
        ("blank lines before it", "\n\n  \n" + PLAIN, []),
        ("two interchanges, one number", PLAIN + PLAIN, ["X12-0118"]),
        ("a short BOM", "\xef\xbb\xbf" + PLAIN, []),
    ],
)  # fmt: skip
def test_envelopes_are_trusted_for_nothing(what: str, text: str, expected: list[str]) -> None:
    assert codes(text) == expected, what
    count, paid, adjusted = money_of(text)
    times = text.count("CLP*")
    assert (count, paid, adjusted) == (times, 8000 * times, 2000 * times)


def test_segments_after_a_set_ended_early_are_read_as_a_set_of_their_own() -> None:
    early = ISA + GS + "ST*835*0001~" + payment("80") + HEAD + "SE*8*0001~" + CLAIM + LINE + ENDS
    assert money_of(early) == READ_WHOLE
    assert "X12-0111" in codes(early)


def test_interchanges_may_change_their_separators() -> None:
    pipes = PLAIN.replace("*", "|").replace("~", "\n").replace("000000101", "000000102")
    assert money_of(PLAIN + "\n" + pipes) == (2, 16000, 4000)
    assert money_of(pipes + PLAIN) == (2, 16000, 4000)
    assert codes(PLAIN + "\n" + pipes) == []


def test_one_file_may_hold_remittances_claims_and_other_sets() -> None:
    claims = (
        "ST*837*0002*005010X222A1~BHT*0019*00*1*20260101*0600*CH~CLM*TEST-9*55***11:B:1~SE*4*0002~"
    )
    eligibility = "ST*271*0003*005010X279A1~BHT*0022*11*1*20260101*0600~HL*1**20*1~SE*4*0003~"
    found = read(file_of(SET, claims, eligibility) + "TA1*000000101*260105*0600*A*000~")
    assert [(one.source.set_type, one.state) for one in found.raw_sets] == [
        ("835", SetState.READ),
        ("837", SetState.READ),
        ("271", SetState.KEPT),
        ("TA1", SetState.READ),
    ]
    assert [claim.charge_cents for claim in found.claims] == [5500]
    assert [one.source.set_ordinal for one in found.raw_sets] == [1, 2, 3, 4]


@pytest.mark.parametrize("set_type", ["270", "271", "276", "278", "820", "834"])
def test_other_kinds_of_sets_are_kept_without_a_finding(set_type: str) -> None:
    text = file_of(f"ST*{set_type}*0001~BHT*0022*11*1*20260101*0600~SE*3*0001~")
    found = read(text)
    assert [one.state for one in found.raw_sets] == [SetState.KEPT]
    assert not found.findings


@pytest.mark.parametrize(
    ("st01", "group_code", "guide"),
    [
        ("835", "HP", "005010X221A1"),
        ("835", "HC", "005010X224A2"),
        ("835", "", ""),
        ("837", "HC", "005010X222A1"),
        ("", "HP", "005010X221A1"),
        ("", "HC", "999999X999X9"),
        ("8E5", "HC", "5010"),
    ],
)
def test_the_type_is_told_by_set_and_content_before_the_group(
    st01: str, group_code: str, guide: str
) -> None:
    text = PLAIN.replace("ST*835", f"ST*{st01}").replace("GS*HP", f"GS*{group_code}")
    text = text.replace("005010X221A1", guide)
    assert money_of(text) == READ_WHOLE
    assert [one.source.set_type for one in read(text).raw_sets] == ["835"]


def test_the_group_tells_the_type_when_nothing_else_does() -> None:
    found = read(file_of("ST**0001~XYZ*1~SE*3*0001~"))
    assert [one.source.set_type for one in found.raw_sets] == ["835"]
    assert [one.state for one in found.raw_sets] == [SetState.QUARANTINED]


def test_a_set_of_no_known_kind_is_quarantined_with_its_extent() -> None:
    text = file_of("ST**0001~XYZ*1~SE*3*0001~").replace("GS*HP", "GS*ZZ")
    (raw_set,) = read(text).raw_sets
    assert raw_set.state is SetState.QUARANTINED
    start = raw_set.source.byte_offset
    assert text[start : start + raw_set.byte_length] == "ST**0001~XYZ*1~SE*3*0001~"


def test_the_source_carries_the_envelope() -> None:
    (raw_set,) = read(PLAIN).raw_sets
    source = raw_set.source
    assert source.interchange_control_number == "000000101"
    assert (source.interchange_sender_id, source.interchange_receiver_id) == (
        "SAMPLEPAYER",
        "SAMPLECLINIC",
    )
    assert (source.group_control_number, source.set_control_number) == ("101", "0001")
    assert str(source.created_on) == "2026-01-05"
    assert (source.usage_indicator, source.implementation) == ("P", "005010X221A1")
    assert raw_set.segment_count == 14


def test_the_fingerprint_covers_content_and_no_control_numbers() -> None:
    def fingerprint(text: str) -> str:
        return read(text).raw_sets[0].fingerprint

    assert fingerprint(PLAIN) == fingerprint(PLAIN.replace("*0001~", "*4711~"))
    assert fingerprint(PLAIN) == fingerprint(PLAIN.replace("000000101", "000000999"))
    assert fingerprint(PLAIN) == fingerprint(PLAIN.replace("~", "~\r\n"))
    assert fingerprint(PLAIN) != fingerprint(PLAIN.replace("TRACE0001", "TRACE0002"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"TEST\xc3\x89E", "TEST\u00c9E"),
        (b"TEST\xc9E", "TEST\u00c9E"),
        (b"TEST\x92S", "TEST\u2019S"),
        (b"TEST\x81", "TEST\x81"),
    ],
)
def test_names_in_any_usual_encoding_read_as_they_were_meant(written: bytes, meant: str) -> None:
    text = PLAIN.replace("TESTPATIENT", written.decode("latin-1"))
    for clothed in (text, text.replace("~", "~\n\n")):
        party = read(clothed).remittance_sets[0].claim_payments[0].party("QC")
        assert party is not None
        assert party.last_name == meant


@pytest.mark.parametrize("name", ["LISA", "VISA", "ISA", "ISAAC", "PRISCILLA"])
def test_a_name_that_looks_like_an_interchange_is_none(name: str) -> None:
    text = PLAIN.replace("TESTPATIENT", name).replace("ALPHA", name)
    assert codes(text) == []
    assert money_of(text) == READ_WHOLE


def test_ids_in_lower_case_are_read() -> None:
    for lower in ("CLP*", "SVC*", "ST*", "SE*", "GS*", "GE*", "IEA*", "CAS*"):
        text = PLAIN.replace("~" + lower, "~" + lower.lower())
        assert codes(text) == ["X12-0108"], lower
        assert money_of(text) == READ_WHOLE
    everything = "~".join(
        piece.replace(piece.partition("*")[0], piece.partition("*")[0].lower(), 1)
        for piece in PLAIN.split("~")
    )
    assert money_of(everything) == READ_WHOLE


@pytest.mark.parametrize(
    "note",
    ["SEE ISA-13 OF 2026-01-02-03-04-05-06-07-08-09-10-11-12-13-14-15-16-17", "VIA ISA.GS-1"],
)
def test_a_word_in_a_note_does_not_change_the_separators(note: str) -> None:
    text = PLAIN.replace("CLP*", f"NTE*ADD*{note}~CLP*", 1).replace("SE*14", "SE*15")
    assert money_of(text) == READ_WHOLE
    assert codes(text) == ["X12-0315"], "a note has no place there, and that is all"


CONTROL_SEPARATORS = {
    "information separators": b"\x1d\x1f\x1e\x1c",
    "other white space of Python": b"\x0b\x0c\x01\x02",
    "tabs": b"\t\x1f\x1e\x1c",
}
"""The quick run tries the first on every fixture."""


@pytest.mark.parametrize(
    "separators",
    [
        pytest.param(characters, id=name, marks=pytest.mark.slow)
        for name, characters in CONTROL_SEPARATORS.items()
    ],
)
def test_control_characters_separate_like_any_others(separators: bytes) -> None:
    table = bytes.maketrans(b"*:^~", separators)
    compared = 0
    for path in FIXTURES:
        data = expanded(path.read_bytes())
        if b"ISA*" not in data or any(byte in data for byte in separators):
            continue
        for text in (data, data.replace(b"\r", b"").replace(b"\n", b"")):
            plain = read_bytes(text, file_digest="")
            other = read_bytes(text.translate(table), file_digest="")
            assert other.claims == plain.claims, path.name
            assert other.remittance_sets == plain.remittance_sets, path.name
            assert other.raw_sets == plain.raw_sets, path.name
            told = [[(one.code, one.place) for one in held.findings] for held in (plain, other)]
            assert told[0] == told[1], path.name
            compared += 1
    assert compared > 100


def test_control_characters_separate_without_an_interchange_too() -> None:
    table = str.maketrans("*:^~", "\x1d\x1f\x1e\x1c")
    assert money_of(SET.translate(table)) == READ_WHOLE
