"""Charges of claims equal an independent count; nothing raises on broken input."""

import io
import os
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.money import format_cents
from edi_engine.parsers import read_bytes, read_file
from edi_engine.records.claims import Claim
from tests.parsers.naive_claims import naive_claims

ROOT = Path(__file__).parents[2]
FIXTURES = sorted((ROOT / "fixtures" / "x12").rglob("*.edi"))
SAMPLES_ROOT = Path(os.environ.get("EDI_ENGINE_SAMPLES", ROOT / ".." / "shared" / "samples"))
SAMPLES = [
    path
    for path in (sorted(SAMPLES_ROOT.rglob("*")) if SAMPLES_ROOT.is_dir() else [])
    if path.is_file() and b"837" in path.read_bytes()
]
CLAIM_FILES = [path for path in FIXTURES if b"*837*" in path.read_bytes()]


def dollars(cents: int) -> Decimal:
    return Decimal(format_cents(cents))


def counted(claims: tuple[Claim, ...]) -> list[tuple[str, Decimal, list[Decimal]]]:
    return [
        (
            claim.patient_control_number,
            dollars(claim.charge_cents),
            [dollars(line.charge_cents) for line in claim.lines if has_service(claim, line)],
        )
        for claim in claims
    ]


def has_service(claim: Claim, line: object) -> bool:
    """Lines of LX alone hold no service: a naive count by SV1, SV2 and SV3 cannot see them."""
    fields = ("procedure", "charge_cents", "units", "revenue_code", "unit_code")
    return any(getattr(line, name) for name in fields)


def check(path: Path) -> None:
    data = path.read_bytes()
    expected = naive_claims(data)
    if expected is None:
        return
    found = read_bytes(data)
    read = counted(found.claims)
    assert [(number, charge) for number, charge, _ in read] == [
        (claim.number, claim.charge) for claim in expected
    ]
    if any(finding.code == "X12-0422" for finding in found.findings):
        return  # lines without a CLM: a naive count gives them to the claim before
    for (_, _, lines), claim in zip(read, expected, strict=True):
        assert sum(lines) == sum(claim.line_charges)
        assert lines == claim.line_charges or len(lines) != len(claim.line_charges)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_charges_of_fixtures_equal_a_naive_count(path: Path) -> None:
    check(path)


@pytest.mark.skipif(not SAMPLES, reason="the public sample files are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem[:40])
def test_charges_of_public_samples_equal_a_naive_count(path: Path) -> None:
    check(path)


@pytest.mark.parametrize("path", CLAIM_FILES, ids=lambda path: path.stem)
def test_a_file_cut_anywhere_gives_the_claims_before_the_cut(path: Path) -> None:
    data = path.read_bytes()
    whole = read_bytes(data).claims
    for cut in range(0, len(data), 61):
        claims = read_bytes(data[:cut]).claims
        assert len(claims) <= len(whole)
        assert counted(claims[:-1]) == counted(whole[: max(len(claims) - 1, 0)])


@pytest.mark.parametrize("block_bytes", [7, 64, 257, 4096])
@pytest.mark.parametrize("path", CLAIM_FILES[::5], ids=lambda path: path.stem)
def test_claims_do_not_depend_on_the_size_of_blocks(path: Path, block_bytes: int) -> None:
    data = path.read_bytes()
    batches = read_file(io.BytesIO(data), file_name="", file_digest="", block_bytes=block_bytes)
    claims = [claim for batch in batches for claim in batch.claims]
    assert counted(tuple(claims)) == counted(read_bytes(data).claims)


@given(st.data())
def test_no_change_of_bytes_makes_the_reader_raise(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(CLAIM_FILES)).read_bytes()
    seed = data.draw(st.integers(0, 2**32))
    mutated = mutate(original, random.Random(seed))
    read = read_bytes(mutated)
    assert sum(raw_set.claims_count for raw_set in read.raw_sets) == len(read.claims)


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Segments dropped, doubled and swapped; elements emptied; bytes changed."""
    segments = data.split(b"~")
    for _ in range(chance.randint(1, 8)):
        index = chance.randrange(len(segments))
        what = chance.randrange(5)
        if what == 0:
            del segments[index]
        elif what == 1:
            segments.insert(index, segments[chance.randrange(len(segments))])
        elif what == 2:
            other = chance.randrange(len(segments))
            segments[index], segments[other] = segments[other], segments[index]
        elif what == 3:
            elements = segments[index].split(b"*")
            elements[chance.randrange(len(elements))] = chance.choice(
                [b"", b"x" * 300, b"-1", b"\xff", b":::", b"99999999999999999999"]
            )
            segments[index] = b"*".join(elements)
        elif segments[index]:
            position = chance.randrange(len(segments[index]))
            byte = bytes([chance.randrange(256)])
            segments[index] = segments[index][:position] + byte + segments[index][position + 1 :]
        if not segments:
            break
    return b"~".join(segments)
