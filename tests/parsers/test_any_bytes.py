"""Whatever the bytes are, the reader gives records or findings, within bounds, and never raises."""

import io
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.errors import InputError
from edi_engine.parsers import ParsedFile, read_bytes, read_file
from edi_engine.parsers.segments import SEGMENT_BYTES_MAX
from edi_engine.records.intake import ParsedBatch
from tests.parsers.x12_files import CLAIM, FIXTURES, FIXTURES_ROOT, LINE, expanded, remittance

STORIES = [path for path in FIXTURES if path.parent.name != "fail"]
SMALL = remittance(CLAIM + LINE).encode("latin-1")


def batches(data: bytes, block_bytes: int) -> list[ParsedBatch]:
    stream = io.BytesIO(data)
    return list(read_file(stream, file_name="", file_digest="", block_bytes=block_bytes))


def gathered(data: bytes, block_bytes: int) -> list[object]:
    """Everything read, without regard to how it came in pieces."""
    found = batches(data, block_bytes)
    return [
        [one for batch in found for one in batch.claims],
        [one for batch in found for one in batch.acknowledgments],
        [batch.remittance for batch in found if batch.remittance],
        [one for batch in found for one in batch.claim_payments],
        [one for batch in found for one in batch.provider_adjustments],
        [one for batch in found for one in batch.provider_summaries],
        [batch.ended for batch in found if batch.ended],
        sorted(str(one) for batch in found for one in batch.findings),
    ]


def paid_of(found: ParsedFile) -> int:
    return sum(one.paid_cents for held in found.remittance_sets for one in held.claim_payments)


@given(st.binary(max_size=3000))
def test_any_bytes_at_all(data: bytes) -> None:
    found = read_bytes(data)
    assert found.findings or found.raw_sets or not data.strip()


@given(st.data())
def test_fixtures_with_changed_bytes(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(STORIES), label="fixture")
    changed = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(changed) - 1))
        kind = data.draw(st.sampled_from(["put", "drop", "double"]))
        if kind == "put":
            changed[position] = data.draw(st.integers(0, 255))
        elif kind == "drop":
            del changed[position : position + data.draw(st.integers(1, 40))]
        else:
            changed[position:position] = changed[position : position + 60]
        if not changed:
            break
    found = read_bytes(bytes(changed))
    payments = sum(one.paid_cents for one in found.raw_sets)
    assert payments == paid_of(found), "sums of sets are those of their claims"


@pytest.mark.parametrize("name", ["everything_a_claim_payment_holds", "hospital_after_medicare"])
def test_a_file_cut_at_any_byte(name: str) -> None:
    (path,) = FIXTURES_ROOT.rglob(f"{name}.edi")
    data = path.read_bytes()
    whole = len(read_bytes(data).raw_sets)
    for end in range(0, len(data), 7):
        found = read_bytes(data[:end])
        assert found.findings
        assert len(found.raw_sets) <= whole


@pytest.mark.slow
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_fixture_cut_at_every_byte(path: Path) -> None:
    data = path.read_bytes()
    last = data.rstrip(b"~\r\n_ \t")
    for end in range(len(data)):
        found = read_bytes(data[:end])
        if end < len(last):
            assert found.findings, end


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_size_of_blocks_changes_nothing(path: Path) -> None:
    data = expanded(path.read_bytes())
    if len(data) > 300_000:
        return
    expected = gathered(data, 1 << 20)
    for block_bytes in (61, 1000, 4096) if len(data) < 20_000 else (5000,):
        assert gathered(data, block_bytes) == expected, block_bytes


def test_no_money_is_lost_when_claims_stand_across_blocks() -> None:
    data = remittance((CLAIM + LINE) * 300, paid="24000").encode("latin-1")
    for block_bytes in (1, 777, 8192):
        found = batches(data, block_bytes)
        assert sum(len(batch.claim_payments) for batch in found) == 300
        (ended,) = [batch.ended for batch in found if batch.ended]
        assert (ended.balanced, ended.paid_cents) == (True, 2_400_000)


class _Endless(io.RawIOBase):
    """A stream of many megabytes that are never all in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int = -1) -> bytes:
        return next(self._pieces, b"")


def peak_of(pieces: Iterator[bytes]) -> tuple[int, list[ParsedBatch]]:
    """Most memory in use while reading, and the batches, without their records."""
    kept: list[ParsedBatch] = []
    tracemalloc.start()
    try:
        stream = _Endless(pieces)
        for batch in read_file(stream, file_name="", file_digest=""):  # type: ignore[arg-type]
            kept.append(ParsedBatch(None, batch.findings, ended=batch.ended))
        return tracemalloc.get_traced_memory()[1], kept
    finally:
        tracemalloc.stop()


def repeated(head: bytes, piece: bytes, times: int, tail: bytes = b"") -> Iterator[bytes]:
    yield head
    for _ in range(times):
        yield piece
    yield tail


MEGABYTE = 1 << 20
_HEAD = SMALL[: SMALL.index(b"CLP*")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "pieces"),
    [
        ("one line without any terminator", repeated(SMALL[:106], b"A" * MEGABYTE, 40)),
        ("no X12 at all", repeated(b"", bytes(range(256)) * 4096, 40)),
        ("a claim without end", repeated(_HEAD + CLAIM.encode(), b"LQ*HE*N1~" * 100_000, 20)),
        ("only terminators", repeated(SMALL[:106], b"~" * MEGABYTE, 4)),
        ("only separators", repeated(SMALL[:106], b"*" * MEGABYTE, 20)),
        ("nothing but ISA", repeated(b"", b"ISA" * 100_000, 10)),
        ("one set of many claims", repeated(_HEAD, (CLAIM + LINE).encode() * 5000, 8)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_memory_stays_bounded(what: str, pieces: Iterator[bytes]) -> None:
    peak, kept = peak_of(pieces)
    assert peak < 150 * MEGABYTE, what
    assert any(batch.findings for batch in kept) or any(batch.ended for batch in kept)


def test_a_segment_longer_than_any_can_be_is_passed_over_and_told() -> None:
    long = "NTE*ADD*" + "X" * (SEGMENT_BYTES_MAX + 10) + "~"
    data = remittance(CLAIM + long + LINE).encode("latin-1")
    for block_bytes in (1 << 12, 1 << 20):
        found = batches(data, block_bytes)
        told = [one.code for batch in found for one in batch.findings]
        assert "X12-0106" in told
        assert sum(one.paid_cents for batch in found for one in batch.claim_payments) == 8000
        assert sum(len(one.lines) for batch in found for one in batch.claim_payments) == 1


def test_a_stream_that_breaks_is_an_input_error() -> None:
    class Broken(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise OSError("the disk is gone")

    with pytest.raises(InputError) as raised:
        list(read_file(Broken(), file_name="a.835", file_digest=""))  # type: ignore[arg-type]
    assert raised.value.place == "a.835"


@pytest.mark.slow
def test_a_fuzzer_fed_by_every_fixture(request: pytest.FixtureRequest) -> None:
    """Pieces of all fixtures, cut, doubled and joined at random; the seed is in the message."""
    seed = random.SystemRandom().randrange(1 << 32)
    rng = random.Random(seed)
    seeds = [expanded(path.read_bytes())[:20_000] for path in FIXTURES]
    for turn in range(4000):
        data = _mixed(rng, seeds)
        try:
            found = read_bytes(data)
        except Exception as problem:
            raise AssertionError(f"seed {seed}, turn {turn}: {data!r}") from problem
        assert sum(one.paid_cents for one in found.raw_sets) == paid_of(found), (seed, turn)


def _mixed(rng: random.Random, seeds: list[bytes]) -> bytes:
    data = bytearray()
    for _ in range(rng.randint(1, 3)):
        seed = rng.choice(seeds)
        first, last = sorted(rng.randint(0, len(seed)) for _ in range(2))
        data += seed if rng.random() < 0.4 else seed[first:last]
    for _ in range(rng.randint(0, 30)):
        if not data:
            break
        position = rng.randrange(len(data))
        if rng.random() < 0.5:
            data[position] = rng.choice(b"*~:^>|\r\n 0A9.-IS\xff\x00")
        else:
            segments = bytes(data).split(b"~")
            rng.shuffle(segments) if rng.random() < 0.1 else segments.pop(
                rng.randrange(len(segments))
            )
            data = bytearray(b"~".join(segments))
    return bytes(data)
