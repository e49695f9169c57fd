"""Medicare's cap of imaging: no more for the technical component than a hospital would get.

The cap is compared with what the rules for multiple procedures leave of each unit. The professional
component is never capped: what the whole code is above its cap is what its technical component is
above the cap of that. Source: Deficit Reduction Act of 2005, 5102(b); document of CMS's relative
value file; that reductions come first: Medicare's final rule for 2007, 71 FR 69624.
"""

from decimal import Decimal

from edi_engine.contracts.amounts import format_exact
from edi_engine.contracts.drafts import LineDraft
from edi_engine.contracts.schedule_index import amount_in, outpatient_cap_in

__all__ = ["cap_imaging"]

_COMPONENTS = frozenset({"26", "TC"})


def cap_imaging(draft: LineDraft) -> None:
    """Take off what a line with a capped rate pays above the cap, unit by unit."""
    rate = draft.rate
    if rate is None or not draft.is_priced or draft.modifiers & _COMPONENTS - set(rate.modifiers):
        return
    cap_cents = outpatient_cap_in(rate, draft.line)
    if cap_cents is None:
        return
    excess = (amount_in(rate, draft.line) - cap_cents) * draft.factor
    units = draft.units_count if not draft.is_pair else Decimal(1)
    if draft.losses:
        each = units / len(draft.losses)
        less = sum((max(excess * each - lost, Decimal(0)) for lost in draft.losses), Decimal(0))
    else:
        less = excess * units
    if less > 0:
        cap = format_exact(Decimal(cap_cents) * draft.factor)
        words = f"the technical component not above a hospital's outpatient payment, {cap} a unit"
        draft.step("outpatient cap", words, draft.amount - less)
