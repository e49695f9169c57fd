"""Texts in which a line payment keeps its procedures and what few lines have."""

from decimal import Decimal
from functools import lru_cache

import msgspec

from edi_engine.records.common import Procedure
from edi_engine.records.remittances import LinePayment

__all__ = ["LineFurther", "further_text", "procedure_of", "procedure_text", "read_further"]

_SEPARATOR = ":"
_IN_PLACE_OF_SEPARATOR = "\x1f"
"""Written for a ":" that is part of a code: some files separate components by another sign."""


class LineFurther(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What few line payments have. `submitted_procedure` is written by `procedure_text`."""

    description: str = ""
    submitted_procedure: str = ""
    submitted_description: str = ""
    submitted_units: Decimal | None = None
    revenue_code: str = ""


_REMEMBERED_MAX = 1 << 14
"""Texts whose meaning is remembered: a practice bills some hundred procedures, again and again."""

_NOTHING = LineFurther()
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(LineFurther)


def procedure_text(procedure: Procedure) -> str:
    """Qualifier, code and modifiers joined by ":"."""
    modifiers = procedure.modifiers
    if modifiers:
        parts = (procedure.qualifier, procedure.code, *modifiers)
        text = _SEPARATOR.join(parts)
        separators_count = len(modifiers) + 1
    else:
        text = f"{procedure.qualifier}:{procedure.code}"
        separators_count = 1
    if text.count(_SEPARATOR) == separators_count:
        return text
    parts = (procedure.qualifier, procedure.code, *modifiers)
    return _SEPARATOR.join([part.replace(_SEPARATOR, _IN_PLACE_OF_SEPARATOR) for part in parts])


@lru_cache(maxsize=_REMEMBERED_MAX)
def procedure_of(text: str, description: str = "") -> Procedure:
    """The procedure that `procedure_text` wrote."""
    parts = text.split(_SEPARATOR)
    if _IN_PLACE_OF_SEPARATOR in text:
        parts = [part.replace(_IN_PLACE_OF_SEPARATOR, _SEPARATOR) for part in parts]
    return Procedure(parts[0], parts[1], tuple(parts[2:]), description)


def further_text(line: LinePayment) -> str:
    """JSON of the line's rarer things."""
    submitted = line.submitted_procedure
    further = LineFurther(
        description=line.procedure.description,
        submitted_procedure="" if submitted is None else procedure_text(submitted),
        submitted_description="" if submitted is None else submitted.description,
        submitted_units=line.submitted_units,
        revenue_code=line.revenue_code,
    )
    return _ENCODER.encode(further).decode()


@lru_cache(maxsize=_REMEMBERED_MAX)
def read_further(text: str) -> LineFurther:
    """What `further_text` wrote."""
    return _DECODER.decode(text) if text else _NOTHING
