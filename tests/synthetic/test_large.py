"""Files of any size: they add up, they answer each other, and their size is as asked for."""

import io

import pytest

from edi_engine.synthetic import write_large_835, write_large_837
from tests.synthetic import x12_sums


def written(write, **size: int):  # type: ignore[no-untyped-def]
    stream = io.BytesIO()
    return write(stream, **size), stream.getvalue()


def test_a_megabyte_of_835_has_the_density_of_real_files() -> None:
    about, data = written(write_large_835, megabytes=1, seed=3)
    assert about.bytes_count == len(data)
    assert len(data) == pytest.approx(1_000_000, rel=0.01)
    assert about.claims_count == pytest.approx(1_716, rel=0.03)
    assert about.segments_count == pytest.approx(48_000, rel=0.03)
    assert about.segments_count == data.count(b"~")


def test_a_megabyte_of_837_is_a_megabyte() -> None:
    about, data = written(write_large_837, megabytes=1, seed=3)
    assert len(data) == about.bytes_count == pytest.approx(1_000_000, rel=0.01)
    assert about.segments_count == data.count(b"~")


def test_a_large_835_balances_on_all_levels() -> None:
    about, data = written(write_large_835, claims_count=500, seed=3)
    (remittance,) = x12_sums.remittances(data)
    assert len(remittance.claims) == about.claims_count == 500
    assert sum(claim.charge for claim in remittance.claims) == about.charge_cents
    assert sum(claim.paid for claim in remittance.claims) == about.paid_cents == remittance.payment
    for claim in remittance.claims:
        assert claim.paid == sum(line.paid for line in claim.lines)
        assert all(line.charge - line.adjusted == line.paid for line in claim.lines)


@pytest.mark.slow
def test_the_835_answers_the_837_claim_by_claim() -> None:
    _, claims = written(write_large_837, claims_count=5_100, seed=3, first_serial=1_000)
    _, payments = written(write_large_835, claims_count=5_100, seed=3, first_serial=1_000)
    billed = [claim for _, found in x12_sums.claims(claims) for claim in found]
    (remittance,) = x12_sums.remittances(payments)
    assert [(claim.control_number, claim.charge) for claim in billed] == [
        (paid.control_number, paid.charge) for paid in remittance.claims
    ]
    assert len({claim.control_number for claim in billed}) == 5_100
    assert len(x12_sums.claims(claims)) == 2


@pytest.mark.slow
def test_set_counts_are_right() -> None:
    for write in (write_large_835, write_large_837):
        _, data = written(write, claims_count=5_050, seed=4)
        begin = 0
        for index, segment in enumerate(x12_sums.segments_of(data)):
            if segment[0] == "ST":
                begin = index
            elif segment[0] == "SE":
                assert int(segment[1]) == index - begin + 1


def test_the_same_seed_writes_the_same_bytes() -> None:
    assert written(write_large_835, claims_count=50, seed=4) == written(
        write_large_835, claims_count=50, seed=4
    )
    assert written(write_large_835, claims_count=50, seed=4) != written(
        write_large_835, claims_count=50, seed=5
    )


def test_a_size_is_needed() -> None:
    with pytest.raises(ValueError, match="megabytes or claims_count"):
        write_large_835(io.BytesIO())
