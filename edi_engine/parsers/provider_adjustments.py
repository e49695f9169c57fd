"""PLB: money between payer and provider that belongs to no claim of this remittance."""

from datetime import date

from edi_engine.money import parse_cents
from edi_engine.parsers.elements import ElementReader, element_at
from edi_engine.records.remittances import ProviderAdjustment

__all__ = ["placed_provider_adjustments", "read_provider_adjustments"]

_PAIRS_MAX = 6


def read_provider_adjustments(
    reader: ElementReader, text: str, at: tuple[int, int], first_ordinal: int
) -> tuple[ProviderAdjustment, ...]:
    """All pairs of a PLB, in order; gaps are stepped over with a finding.

    `first_ordinal` numbers the first pair in the set. A pair whose amount cannot be read is left
    out with an error finding. Some payers write code and reference as two elements instead of
    one composite; such a triple is read too.
    """
    placed = placed_provider_adjustments(reader, text, at, first_ordinal)
    return tuple(adjustment for _, adjustment in placed)


def placed_provider_adjustments(
    reader: ElementReader, text: str, at: tuple[int, int], first_ordinal: int
) -> list[tuple[int, ProviderAdjustment]]:
    """What `read_provider_adjustments` gives, each with the index of the element that its amount
    is."""
    elements = text.split(reader.delimiters.element)
    provider_id = element_at(elements, 1).strip()
    period_end = reader.day(element_at(elements, 2), at, "PLB02")
    found: list[tuple[int, ProviderAdjustment]] = []
    index, gap_index = 3, 0
    while index < len(elements):
        # Not any white space: to Python the separators 1C to 1F are some as well.
        identifier, amount = elements[index].strip(" "), element_at(elements, index + 1).strip(" ")
        if not identifier and not amount:
            gap_index = gap_index or index
            index += 2
            continue
        if gap_index:
            reader.report("X12-0310", at, f"PLB{gap_index:02d}", "A gap before more pairs.")
            gap_index = 0
        parts = reader.components(identifier, at, f"PLB{index:02d}")
        reason_code, reference = parts[0].strip(), ":".join(parts[1:]).strip()
        if _is_shifted(parts, amount, element_at(elements, index + 2)):
            reader.report(
                "X12-0312", at, f"PLB{index:02d}", "Code and reference stand in two elements."
            )
            reference = amount.lstrip(reader.delimiters.component)
            index += 1
            amount = element_at(elements, index + 1).strip()
        pair = _pair(reader, (reason_code, reference, amount), at, index)
        if pair is not None:
            head = (provider_id, period_end, first_ordinal + len(found))
            found.append((index + 1, _adjustment(reader, pair, at, head)))
        index += 2
    if len(elements) > 3 + 2 * _PAIRS_MAX and len(found) > _PAIRS_MAX:
        reader.report("X12-0313", at, "PLB15", "More than six pairs; all are counted.")
    return found


def _is_shifted(parts: list[str], amount: str, following: str) -> bool:
    """Whether a code without reference is followed by a reference and then the amount."""
    return (
        len(parts) == 1
        and bool(amount)
        and parse_cents(amount) is None
        and parse_cents(following.strip()) is not None
    )


def _pair(
    reader: ElementReader, texts: tuple[str, str, str], at: tuple[int, int], index: int
) -> tuple[str, str, int] | None:
    reason_code, reference, amount = texts
    if not amount:
        reader.report("X12-0316", at, f"PLB{index + 1:02d}", "A reason without an amount.")
        return None
    cents = reader.cents(amount, at, f"PLB{index + 1:02d}")
    if cents is None:
        return None
    if not reason_code:
        reader.report("X12-0316", at, f"PLB{index:02d}", "An amount without a reason.")
    elif not reference:
        reader.report("X12-0311", at, f"PLB{index:02d}", "The adjustment names no reference.")
    return reason_code, reference, cents


def _adjustment(
    reader: ElementReader,
    pair: tuple[str, str, int],
    at: tuple[int, int],
    head: tuple[str, date | None, int],
) -> ProviderAdjustment:
    provider_id, period_end, ordinal = head
    reason_code, reference, cents = pair
    return ProviderAdjustment(
        reader.source,
        at[0],
        at[1],
        ordinal,
        provider_id,
        period_end,
        reason_code,
        reference,
        cents,
    )
