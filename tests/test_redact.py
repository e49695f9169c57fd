"""Masking: nothing of a patient may reach a message."""

from hypothesis import given
from hypothesis import strategies as st

from edi_engine.redact import mask, shape_of


def test_the_mask_tells_length_only() -> None:
    assert mask("SAMPLEBROOK") == "<11 characters>"
    assert mask("") == "<empty>"


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=1, max_size=40))
def test_the_shape_holds_no_letter_or_digit_of_the_text(text: str) -> None:
    assert set(shape_of(text)) <= {"A", "9", ".", "?", *(c for c in text if not c.isalnum())}


def test_the_shape_keeps_what_shows_a_malformed_value() -> None:
    assert shape_of("SMITH 0042/1") == "AAAAA 9999/9"
    assert shape_of("x" * 30) == "A" * 24 + "..."
