"""Totals of a 277CA level against the claims below it. Source: domain 3.10; quirk 22.

QTY*90 and AA of a receiver, QA and QC of a provider count what was taken and what was refused;
AMT*YU and YY are the charges of both.
"""

from collections.abc import Iterator, Sequence

from edi_engine.money import format_cents
from edi_engine.records.common import Amount, Quantity

__all__ = ["LevelTotals"]

_COUNTS = {"90": False, "QA": False, "AA": True, "QC": True}
"""Qualifiers of QTY, and whether they count what was refused."""

_AMOUNTS = {"YU": False, "YY": True}


class LevelTotals:
    """What a level says of the claims below it, and what was counted of them."""

    def __init__(
        self, at: tuple[int, int], quantities: Sequence[Quantity], amounts: Sequence[Amount]
    ) -> None:
        """`at` is the place of the level's answer, (segment ordinal, byte offset)."""
        self.at = at
        self._quantities = quantities
        self._amounts = amounts
        self._counts = {False: 0, True: 0}
        self._cents = {False: 0, True: 0}

    def count(self, charge_cents: int | None, *, is_rejected: bool) -> None:
        """One claim below the level."""
        self._counts[is_rejected] += 1
        self._cents[is_rejected] += charge_cents or 0

    def differences(self) -> Iterator[tuple[str, str, int | None, int | None]]:
        """(element, sentence, what is said, what was counted); the two are cents, None for counts.
        Nothing for a level without claims: it answers for all of them."""
        if not any(self._counts.values()):
            return
        for quantity in self._quantities:
            refused = _COUNTS.get(quantity.qualifier)
            if refused is not None and quantity.quantity != self._counts[refused]:
                found, what = self._counts[refused], _words(refused)
                said = f"{quantity.quantity:f}"[:12]
                yield "QTY02", f"The level counts {said} {what} claims, {found} follow.", None, None
        for amount in self._amounts:
            refused = _AMOUNTS.get(amount.qualifier)
            if refused is not None and amount.amount_cents != self._cents[refused]:
                said, sums = format_cents(amount.amount_cents), format_cents(self._cents[refused])
                text = f"The level's {_words(refused)} charges are {said}, the claims' {sums}."
                yield "AMT02", text, amount.amount_cents, self._cents[refused]


def _words(is_rejected: bool) -> str:
    return "rejected" if is_rejected else "accepted"
