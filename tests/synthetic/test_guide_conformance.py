"""What the synthetic practice writes is accepted by pyx12, wherever pyx12 has a map."""

import io
from collections.abc import Iterator
from datetime import date

import pytest
from pyx12.params import params
from pyx12.x12n_document import x12n_document

from edi_engine.synthetic import (
    make_contract_practice,
    make_practice,
    write_large_835,
    write_large_837,
)

START_ON = date(2024, 1, 1)
DENTAL = "_837D"
"""pyx12 has no map of the 5010 dental claim."""


def complaints(data: bytes) -> str:
    """What pyx12 says against a file, empty when it accepts it. Code lists of others are off."""
    settings = params()
    settings.set("exclude_external_codes", "remark_code")
    answer = io.StringIO()
    accepted = x12n_document(
        settings, io.StringIO(data.decode("ascii")), None, None, fd_json=answer
    )
    return "" if accepted else answer.getvalue()


def refused(seed: int, claims_count: int) -> Iterator[tuple[str, str]]:
    practice = make_practice(seed, start_on=START_ON, claims_count=claims_count)
    for name, data in practice.files():
        if DENTAL not in name:
            against = complaints(data)
            if against:
                yield name, against


def test_the_guide_check_refuses_a_file_that_is_wrong() -> None:
    practice = make_practice(1, start_on=START_ON, claims_count=10)
    _, data = practice.remittance_files[0]
    assert complaints(data.replace(b"CLP", b"CLQ"))


@pytest.mark.slow
def test_a_small_practice_follows_the_guides() -> None:
    assert list(refused(11, 4)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 26))
def test_a_month_follows_the_guides(seed: int) -> None:
    assert list(refused(seed, 400)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 34))
def test_practices_under_contracts_follow_the_guides(seed: int) -> None:
    files = make_contract_practice(seed, claims_count=60).files()
    assert [name for name, data in files if complaints(data)] == []


@pytest.mark.slow
@pytest.mark.parametrize("write", [write_large_835, write_large_837])
def test_large_files_follow_the_guides(write) -> None:  # type: ignore[no-untyped-def]
    stream = io.BytesIO()
    write(stream, claims_count=300, seed=5)
    assert complaints(stream.getvalue()) == ""
