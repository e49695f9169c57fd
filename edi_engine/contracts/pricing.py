"""Pricing: a billed claim and the contracts -> what each line should be allowed, step by step.

    choose the contract and the term of each line
    rate x percent, escalators, units -> modifiers -> sides -> multiple procedures -> imaging cap
    round half up -> never above the charge, where the contract says so

What was billed is priced, never what the payer adjudicated. Where the contract or the claim does
not say enough, a line has no price and says what is missing. Pure. Source: domain 5.1, 5.2.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext

from edi_engine.contracts.amounts import EXACT, format_exact, half_up
from edi_engine.contracts.book import ContractBook, IndexedContract, in_force
from edi_engine.contracts.claim_methods import rate_group
from edi_engine.contracts.drafts import LineDraft
from edi_engine.contracts.imaging_cap import cap_imaging
from edi_engine.contracts.line_methods import TAKES_NO_MODIFIERS, is_group_method, rate_line
from edi_engine.contracts.modifiers import apply_modifiers
from edi_engine.contracts.multiple_procedures import apply_multiple_procedures
from edi_engine.contracts.schedule_index import has_outpatient_cap
from edi_engine.contracts.sides import apply_sides
from edi_engine.money import split_cents
from edi_engine.records.contracts import LesserOf
from edi_engine.records.matching import BilledClaim, BilledLine
from edi_engine.records.pricing import PricedClaim, PricedGroup, PricedLine, PriceStep

__all__ = ["price_by", "price_claim", "rate_before_cap_cents"]


def price_claim(book: ContractBook, claim: BilledClaim) -> PricedClaim:
    """What the contracts allow for each line of the claim, in line order. Never raises.

    Claims to a second or later payer are not priced: what that one allows depends on the first.
    """
    fitting = book.fitting(claim)
    reason = ""
    if claim.payer_sequence != 1:
        reason = "Only what the primary payer allows is in the contracts."
    elif not fitting:
        reason = "No contract is for this payer, plan and provider."
    if reason:
        lines = [
            PricedLine(line.line_number, line.charge_cents, None, reason=reason)
            for line in claim.lines
        ]
        return PricedClaim(claim.claim_id, tuple(lines), reason=reason)
    with localcontext(EXACT):
        return price_by(fitting, claim)


def price_by(fitting: Sequence[IndexedContract], claim: BilledClaim) -> PricedClaim:
    """What these contracts allow for a claim that is in their scope, in the exact context."""
    started = [_start(claim, line, fitting) for line in claim.lines]
    drafts = [each for each in started if isinstance(each, LineDraft)]
    groups = _rate_groups(claim, drafts)
    _rate_lines(drafts)
    for draft in drafts:
        if draft.is_priced and draft.group is None:
            _finish_line(draft)
    is_whole = len(drafts) == len(started)
    steps = _cap_claim(drafts, groups) if is_whole else ()
    lines = tuple([each.priced() if isinstance(each, LineDraft) else each for each in started])
    known = [line.allowed_cents for line in lines if line.allowed_cents is not None]
    return PricedClaim(
        claim_id=claim.claim_id,
        lines=lines,
        groups=tuple([_priced_group(number, *group) for number, group in enumerate(groups, 1)]),
        allowed_cents=sum(known) if len(known) == len(lines) else None,
        steps=steps,
    )


def _start(
    claim: BilledClaim, line: BilledLine, fitting: Sequence[IndexedContract]
) -> LineDraft | PricedLine:
    """The line with contract, day, term and rate; or without a price, and why."""
    indexed, day, reason = in_force(fitting, claim, line)
    if indexed is None:
        return PricedLine(line.line_number, line.charge_cents, None, reason=reason)
    term, rate, is_tied = indexed.term_for(claim, line, day)
    if term is None:
        return PricedLine(
            line_number=line.line_number,
            charge_cents=line.charge_cents,
            allowed_cents=None,
            contract=indexed.contract.key,
            version=indexed.contract.version,
            reason="No term of the contract covers the line.",
        )
    draft = LineDraft(line, indexed, term, day, rate)
    if is_tied:
        draft.give_up("Two rows of the schedule cover the line equally well and differ.")
    if line.charge_cents < 0:
        draft.give_up("The charge is negative.")
    return draft


_Group = tuple[LineDraft, list[LineDraft]]
"""The rate of lines that are priced together, and these lines."""


def _rate_groups(claim: BilledClaim, drafts: Sequence[LineDraft]) -> list[_Group]:
    """Price the lines whose terms price them together, and give each its share by charge."""
    found: dict[tuple[int, str], list[LineDraft]] = {}
    for draft in drafts:
        if is_group_method(draft.term.method):
            found.setdefault((id(draft.indexed), draft.term.name), []).append(draft)
    groups: list[_Group] = []
    for number, members in enumerate(found.values(), 1):
        unpriced = next((draft.reason for draft in members if not draft.is_priced), "")
        total = rate_group(claim, members)
        if unpriced:
            total.give_up(unpriced)
        for draft in members:
            draft.group = number
            draft.give_up(total.reason)
        if total.is_priced:
            _round_up_or_down(total)
            _share_out(total, members)
        groups.append((total, members))
    return groups


def _share_out(total: LineDraft, members: Sequence[LineDraft]) -> None:
    shares = split_cents(int(total.amount), [draft.line.charge_cents for draft in members])
    for draft, share in zip(members, shares, strict=True):
        draft.step("share", f"a share by charge of {format_exact(total.amount)}", Decimal(share))


def _rate_lines(drafts: Sequence[LineDraft]) -> None:
    """Rates, modifiers, sides and ranks of the lines that have a price of their own."""
    ranked: list[LineDraft] = []
    for draft in drafts:
        if draft.is_priced and draft.group is None:
            rate_line(draft)
            if draft.is_priced and not isinstance(draft.term.method, TAKES_NO_MODIFIERS):
                apply_modifiers(draft)
                if draft.is_priced:
                    ranked.append(draft)
    if ranked:
        apply_multiple_procedures(apply_sides(ranked))
    for draft in ranked:
        if has_outpatient_cap(draft.rate):
            cap_imaging(draft)


def _finish_line(draft: LineDraft) -> None:
    """Whole cents, and not above the charge where that is agreed."""
    _round_up_or_down(draft)
    charge = draft.line.charge_cents
    if draft.lesser_of is LesserOf.LINE and draft.amount > charge:
        _cap(draft)


def _cap(draft: LineDraft) -> None:
    charge = Decimal(draft.line.charge_cents)
    draft.is_capped = True
    draft.step("charge", f"never above the charge of {format_exact(charge)}", charge)


def _round_up_or_down(draft: LineDraft) -> None:
    whole = half_up(draft.amount)
    if whole != draft.amount:
        draft.step("rounding", "half a cent rounds up", whole)


def _cap_claim(drafts: Sequence[LineDraft], groups: Sequence[_Group]) -> tuple[PriceStep, ...]:
    """Where the claim's charges cap its rates: every line gets its charge when the rates of all
    are more. Nothing is compared while one of them has no price."""
    pool = [draft for draft in drafts if draft.lesser_of is LesserOf.CLAIM]
    if not pool or not all(draft.is_priced for draft in pool):
        return ()
    rates = sum((draft.amount for draft in pool), Decimal(0))
    charges = Decimal(sum(draft.line.charge_cents for draft in pool))
    if rates <= charges:
        return ()
    for draft in pool:
        _cap(draft)
    for total, members in groups:
        if members[0].lesser_of is LesserOf.CLAIM:
            total.is_capped = True
            own = Decimal(sum(draft.line.charge_cents for draft in members))
            total.step("charge", f"never above the charges of {format_exact(own)}", own)
    words = f"rates of {format_exact(rates)} are more than the charges of {format_exact(charges)}"
    return (PriceStep("charge", words, charges),)


def _priced_group(number: int, total: LineDraft, members: Sequence[LineDraft]) -> PricedGroup:
    line = total.priced()
    return PricedGroup(
        number=number,
        line_numbers=tuple([draft.line.line_number for draft in members]),
        charge_cents=sum(draft.line.charge_cents for draft in members),
        allowed_cents=line.allowed_cents,
        contract=line.contract,
        version=line.version,
        term=line.term,
        clause=line.clause,
        steps=line.steps,
        reason=line.reason,
        is_capped=line.is_capped,
    )


def rate_before_cap_cents(priced: PricedLine | PricedGroup) -> int | None:
    """What the rate is where the charge counts instead; None where the charge caps nothing."""
    if not priced.is_capped:
        return None
    place = next(place for place, step in enumerate(priced.steps) if step.rule == "charge")
    return int(half_up(priced.steps[place - 1].amount))
