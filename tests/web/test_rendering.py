"""Texts as people read them."""

import pytest

from edi_engine.web import rendering

CASES = [
    # a sentence, and how a page says it
    ("File it until 2026-07-28.", "File it until Jul 28, 2026."),
    ("From 2026-01-05 to 2026-01-09", "From Jan 5, 2026 to Jan 9, 2026"),
    ("2026-02-30 is no day", "2026-02-30 is no day"),
    ("control number SB-2026-01-05", "control number SB-2026-01-05"),
    ("control number 2026-01-05-00209", "control number 2026-01-05-00209"),
    ("file 20260105_835.edi", "file 20260105_835.edi"),
    ("nothing of a day", "nothing of a day"),
]


@pytest.mark.parametrize(("text", "read"), CASES)
def test_days_in_a_sentence_are_those_that_people_read(text: str, read: str) -> None:
    assert _filtered("dated", text) == read


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("account", "receivable_payer_1", "receivable payer 1"),
        ("reason", "until 2026-07-28", "until Jul 28, 2026"),
        ("said", "my_note of 2026-07-28", "my_note of 2026-07-28"),
        ("patient control number", "A_2026-07-28", "A_2026-07-28"),
    ],
)
def test_only_what_is_ours_is_put_into_words(name: str, text: str, read: str) -> None:
    assert _filtered("as_read", text, name) == read


def _filtered(name: str, *values: str) -> str:
    return str(rendering._environment().filters[name](*values))
