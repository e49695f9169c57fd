"""Words for remark codes, ways of payment and its handling."""

import csv
from pathlib import Path

import pytest

from edi_engine.codes import payment_handling, payment_method, rarc_status, remark_words
from edi_engine.codes.remittance_words import (
    payment_handlings,
    payment_methods,
    remarks_in_words,
)


def test_every_remark_code_with_words_is_on_the_public_list() -> None:
    assert [code for code in remarks_in_words() if rarc_status(code) is None] == []


def test_words_are_short_and_for_one_line() -> None:
    words = [*remarks_in_words().values(), *(one.label for one in payment_methods().values())]
    assert all(0 < len(text) <= 80 and text.isprintable() for text in words)
    assert all((text[0].isupper() and text[-1].isalnum()) or text[-1] == ")" for text in words)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("M127", "Medical record is missing"),
        ("MA130", "The claim cannot be processed as it is; send a new one"),
        ("N115", "Decided by a local coverage determination"),
        ("N693", "Reversed because the provider cancelled the claim"),
        ("X999", ""),
        ("", ""),
    ],
)
def test_words_of_a_remark_code(code: str, words: str) -> None:
    assert remark_words(code) == words


def test_ways_of_payment_and_handling_are_those_of_the_guide() -> None:
    assert set(payment_methods()) == {"ACH", "BOP", "CHK", "FWT", "NON"}
    assert set(payment_handlings()) == set("CDHIPUX")
    assert payment_method("CHK") is not None
    assert payment_method("CASH") is None
    assert payment_handling("Z") is None


def test_the_tables_hold_no_code_twice() -> None:
    folder = Path(__file__).parents[2] / "edi_engine" / "codes"
    for name in ("remark_words", "payment_method", "payment_handling"):
        rows = list(csv.reader((folder / f"{name}.csv").read_text("utf-8").splitlines()))
        codes = [row[0] for row in rows[1:]]
        assert len(codes) == len(set(codes)), name
        assert {len(row) for row in rows} == {len(rows[0])}, name
