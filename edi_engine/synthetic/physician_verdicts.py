"""How payers decide claims of physicians: as agreed, rightly but oddly, or with one mistake.

Each function here takes an agreement, a claim and a random source, and gives what was decided, or
None where the claim gives no occasion for it. A mistake counts only beyond the tolerance.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

import msgspec

from edi_engine.synthetic.agreed_lines import (
    agreed_lines,
    claim_tolerated_cents,
    edition_on,
    exact_lines,
    fee_of,
    half_up,
    tolerated_cents,
)
from edi_engine.synthetic.agreements import Agreement, Edition
from edi_engine.synthetic.bills import Bill, BillLine
from edi_engine.synthetic.verdicts import ClaimVerdict, Refusal, Verdict

__all__ = ["MISTAKES", "ODDITIES", "as_agreed", "in_second_place"]

_HUNDRED = Fraction(100)

Story = Callable[[Agreement, Bill, Random], ClaimVerdict | None]


def as_agreed(agreement: Agreement, bill: Bill, *, story: str = "") -> ClaimVerdict:
    """Every line allowed as agreed; an excluded service is refused."""
    verdicts = []
    expected = agreed_lines(agreement, bill.lines, bill.place)
    rates = [half_up(exact) for exact in exact_lines(agreement, bill.lines, bill.place)]
    for line, cents, rate in zip(bill.lines, expected, rates, strict=True):
        refusal = None if cents else Refusal("PR", "96", line.charge_cents, "N130")
        state = "" if cents else "denied"
        verdicts.append(
            Verdict(
                line, cents, cents, refusal=refusal, state=state,
                is_sequestered=agreement.sequesters,
                is_capped=cents == line.charge_cents < rate,
            )
        )  # fmt: skip
    return ClaimVerdict(tuple(verdicts), story=story)


def in_second_place(bill: Bill) -> ClaimVerdict:
    """As a later payer: it pays what the first one left to the patient, by no contract."""
    if bill.prior is None:
        raise ValueError("the claim has no earlier payer")
    verdicts = []
    for line, prior in zip(bill.lines, bill.prior.lines, strict=True):
        left = sum(cents for group, _, cents in prior.adjustments if group == "PR")
        verdicts.append(Verdict(line, None, left, prior_cents=prior.paid_cents))
    return ClaimVerdict(tuple(verdicts), story="second_payer", patient="none")


def _differing(
    agreement: Agreement,
    bill: Bill,
    allowed: Sequence[int],
    *,
    story: str,
    cause: str,
    only: int | None = None,
    **shown: object,
) -> ClaimVerdict | None:
    """As agreed but for these amounts; None when no line differs by more than is tolerated.

    With `only` just the line of this index may differ. `shown` is what the payer says of it.
    """
    right = as_agreed(agreement, bill)
    verdicts = []
    found = False
    for index, (verdict, cents) in enumerate(zip(right.lines, allowed, strict=True)):
        expected = verdict.expected_cents or 0
        if cents == expected:
            verdicts.append(verdict)
            continue
        if (only is not None and index != only) or not 0 < cents <= verdict.line.charge_cents:
            return None
        counts = abs(cents - expected) > tolerated_cents(agreement, expected)
        found = found or counts
        changed = msgspec.structs.replace(
            verdict, allowed_cents=cents, cause=cause if counts else "", refusal=None, state=""
        )
        verdicts.append(changed if only is None else msgspec.structs.replace(changed, **shown))
    return msgspec.structs.replace(right, lines=tuple(verdicts), story=story) if found else None


def _by_editions(
    agreement: Agreement, bill: Bill, change: Callable[[Edition], Edition], *, story: str
) -> ClaimVerdict | None:
    editions = [change(edition_on(agreement, line)) for line in bill.lines]
    allowed = agreed_lines(agreement, bill.lines, bill.place, editions=editions)
    return _differing(agreement, bill, allowed, story=story, cause="rate")


def _old_version(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """The payer never loaded the new version."""
    old = agreement.editions[0]
    return _by_editions(agreement, bill, lambda _: old, story="old_version")


def _missed_rise(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """The payer forgot the rise within the version."""

    def without(edition: Edition) -> Edition:
        return msgspec.structs.replace(edition, rises=())

    return _by_editions(agreement, bill, without, story="missed_rise")


def _schedule_itself(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """The payer pays the schedule and not the agreed percentage of it."""

    def plain(edition: Edition) -> Edition:
        return msgspec.structs.replace(
            edition, office_percent=_HUNDRED, laboratory_percent=_HUNDRED
        )

    return _by_editions(agreement, bill, plain, story="schedule_itself")


def _other_setting(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """The rate of a facility in an office, or the other way round."""
    other = "11" if bill.place == "22" else "22"
    allowed = agreed_lines(agreement, bill.lines, other)
    return _differing(agreement, bill, allowed, story="other_setting", cause="rate")


def _with_line(
    agreement: Agreement,
    bill: Bill,
    index: int,
    line: BillLine,
    *,
    story: str,
    cause: str,
    **shown: object,
) -> ClaimVerdict | None:
    """As if one line had been billed otherwise."""
    lines = [line if each.number == line.number else each for each in bill.lines]
    allowed = agreed_lines(agreement, lines, bill.place)
    return _differing(agreement, bill, allowed, story=story, cause=cause, only=index, **shown)


def _dropped_modifier(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A modifier is overlooked, and the answer repeats it or not."""
    for index, line in enumerate(bill.lines):
        for modifier in line.modifiers:
            rest = tuple(each for each in line.modifiers if each != modifier)
            changed = msgspec.structs.replace(line, modifiers=rest)
            shown = {"modifiers": rest} if random.random() < 0.5 else {}
            found = _with_line(
                agreement, bill, index, changed, story="dropped_modifier", cause="modifier", **shown
            )
            if found is not None:
                return found
    return None


def _added_modifier(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A modifier is made up."""
    index = random.randrange(len(bill.lines))
    line = bill.lines[index]
    modifier = random.choice(("80", "52", "62"))
    if line.modifiers or modifier not in dict(agreement.modifiers):
        return None
    changed = msgspec.structs.replace(line, modifiers=(modifier,))
    shown = {"modifiers": (modifier,)} if random.random() < 0.5 else {}
    return _with_line(
        agreement, bill, index, changed, story="added_modifier", cause="modifier", **shown
    )


def _ranked_by_claim_order(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """Several procedures are ranked as they stand on the claim."""
    allowed = agreed_lines(agreement, bill.lines, bill.place, in_claim_order=True)
    return _differing(
        agreement, bill, allowed, story="ranked_by_claim_order", cause="multiple_procedures"
    )


def _reduced_again(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """One line is reduced once more as one of several procedures."""
    if agreement.rounds_each_step:
        return None
    index = random.randrange(len(bill.lines))
    exact = exact_lines(agreement, bill.lines, bill.place)
    allowed = agreed_lines(agreement, bill.lines, bill.place)
    is_by_rate = fee_of(edition_on(agreement, bill.lines[index]).office, bill.lines[index])
    if is_by_rate is None or allowed[index] != half_up(exact[index]):
        return None
    allowed[index] = half_up(exact[index] * random.choice(agreement.ladder[1:]) / _HUNDRED)
    return _differing(
        agreement, bill, allowed, story="reduced_again", cause="multiple_procedures", only=index
    )


def _cut_units(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """One unit is paid, or fewer minutes; the rest is contractual or refused, as it pleases."""
    index = random.randrange(len(bill.lines))
    line = bill.lines[index]
    if line.units < 2:
        return None
    units = line.units - 15 if line.unit_code == "MJ" else 1
    changed = msgspec.structs.replace(line, units=units)
    found = _with_line(
        agreement, bill, index, changed, story="cut_units", cause="units", units=units
    )
    return _refusing(found, index, "151") if random.random() < 0.5 else found


def _silent_units(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """One unit is paid, and the answer still says all of them."""
    index = random.randrange(len(bill.lines))
    line = bill.lines[index]
    if line.units < 2 or line.unit_code == "MJ":
        return None
    changed = msgspec.structs.replace(line, units=1)
    return _with_line(agreement, bill, index, changed, story="silent_units", cause="units")


def _refusing(found: ClaimVerdict | None, index: int, reason: str) -> ClaimVerdict | None:
    """What a line lacks is told as refused, and not as contractual."""
    if found is None:
        return None
    verdict = found.lines[index]
    lacking = (verdict.expected_cents or 0) - verdict.allowed_cents
    if lacking <= 0:
        return found
    refused = msgspec.structs.replace(verdict, refusal=Refusal("CO", reason, lacking))
    lines = (*found.lines[:index], refused, *found.lines[index + 1 :])
    return msgspec.structs.replace(found, lines=lines)


_LOWER = {"99215": "99214", "99214": "99213", "99213": "99212", "99204": "99203", "99203": "99202"}


def _recoded(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A visit is paid as a lesser one."""
    for index, line in enumerate(bill.lines):
        lower = _LOWER.get(line.code)
        if lower is not None:
            changed = msgspec.structs.replace(line, code=lower)
            found = _with_line(
                agreement, bill, index, changed, story="recoded", cause="recode", code=lower
            )
            return _refusing(found, index, "150") if random.random() < 0.5 else found
    return None


def _bundled_away(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A line is called part of another, although no other line pays for it: a refusal."""
    right = as_agreed(agreement, bill, story="bundled_away")
    index = random.randrange(len(bill.lines))
    verdict = right.lines[index]
    if len(bill.lines) < 2 or not verdict.expected_cents:
        return None
    refused = msgspec.structs.replace(
        verdict,
        allowed_cents=0,
        cause="bundled",
        state="denied",
        refusal=Refusal("CO", "97", verdict.line.charge_cents, "M15"),
    )
    lines = (*right.lines[:index], refused, *right.lines[index + 1 :])
    return msgspec.structs.replace(right, lines=lines)


def _bundled_in_part(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A part of a line is called part of another."""
    index = random.randrange(len(bill.lines))
    allowed = agreed_lines(agreement, bill.lines, bill.place)
    allowed[index] = allowed[index] * random.randint(310, 690) // 1000
    found = _differing(
        agreement, bill, allowed, story="bundled_in_part", cause="bundled", only=index
    )
    return _refusing(found, index, "97")


def _swallowed_carve_out(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """A drug that is paid by its charge is paid by the schedule of everything else."""
    for index, line in enumerate(bill.lines):
        if not line.code.startswith("J"):
            continue
        edition = edition_on(agreement, line)
        fee = fee_of(edition.office, line)
        if fee is None:
            continue
        exact = fee.cents * edition.office_percent / _HUNDRED
        if agreement.rounds_each_step:
            exact = Fraction(half_up(exact))
        for rise in edition.rises:
            if rise.first_on <= line.served_on:
                exact *= (_HUNDRED + rise.percent) / _HUNDRED
                exact = Fraction(half_up(exact)) if agreement.rounds_each_step else exact
        allowed = agreed_lines(agreement, bill.lines, bill.place)
        allowed[index] = half_up(exact * line.units)
        if agreement.caps == "line":
            allowed[index] = min(allowed[index], line.charge_cents)
        return _differing(
            agreement, bill, allowed, story="swallowed_carve_out", cause="carve_out", only=index
        )
    return None


def _silent_sequestration(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """Two percent less, as Medicare would, where nobody agreed to it."""
    if agreement.sequesters:
        return None
    index = random.randrange(len(bill.lines))
    allowed = agreed_lines(agreement, bill.lines, bill.place)
    allowed[index] = half_up(Fraction(allowed[index] * 98, 100))
    return _differing(
        agreement, bill, allowed, story="silent_sequestration", cause="sequestration", only=index
    )


_OF_THE_WHOLE_CLAIM: tuple[Story, ...] = (
    _old_version,
    _missed_rise,
    _schedule_itself,
    _other_setting,
)


def _barely_short(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A cent more than is tolerated, for no reason that anybody could find."""
    index = random.randrange(len(bill.lines))
    allowed = agreed_lines(agreement, bill.lines, bill.place)
    known = {half_up(Fraction(allowed[index] * 98, 100))}
    for story in _OF_THE_WHOLE_CLAIM:
        found = story(agreement, bill, random)
        known.update([] if found is None else [found.lines[index].allowed_cents])
    allowed[index] -= tolerated_cents(agreement, allowed[index]) + 1
    if allowed[index] in known:
        return None
    return _differing(agreement, bill, allowed, story="barely_short", cause="unknown", only=index)


def _short_in_sum(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """No line lacks more than is tolerated, but all together do."""
    right = as_agreed(agreement, bill, story="short_in_sum")
    if any(verdict.state for verdict in right.lines):
        return None
    lines = []
    for verdict in right.lines:
        expected = verdict.expected_cents or 0
        off = tolerated_cents(agreement, expected) - random.randint(0, 5)
        other = edition_on(agreement, verdict.line).other_percent
        known = {
            half_up(Fraction(expected * 98, 100)),
            half_up(verdict.line.charge_cents * other / _HUNDRED),
        }
        if not 0 < off < expected or expected - off in known:
            return None
        changed = msgspec.structs.replace(
            verdict, allowed_cents=expected - off, cause="unknown", state="paid"
        )
        lines.append(changed)
    agreed = [verdict.expected_cents or 0 for verdict in lines]
    lacking = sum(agreed) - sum(verdict.allowed_cents for verdict in lines)
    if lacking <= claim_tolerated_cents(agreed):
        return None
    return msgspec.structs.replace(right, lines=tuple(lines))


def _bundled_into_one(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A line is bundled into another, which takes its charge in and is paid for itself alone."""
    taken = _taken_in(agreement, bill, random)
    if taken is None:
        return None
    carrier, *rest = taken.lines
    allowed = carrier.expected_cents or 0
    whole = allowed + (rest[0].expected_cents or 0)
    if whole - allowed <= tolerated_cents(agreement, whole):
        return None
    short = msgspec.structs.replace(
        carrier, allowed_cents=allowed, cause="bundled", state="underpaid"
    )
    return msgspec.structs.replace(taken, lines=(short, *rest), story="bundled_into_one")


def _patients_short(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """The deductible takes everything, and everything is too little."""
    story = random.choice((*_OF_THE_WHOLE_CLAIM, _added_modifier, _cut_units, _reduced_again))
    found = story(agreement, bill, random)
    if found is None or any(verdict.refusal or verdict.state for verdict in found.lines):
        return None
    return msgspec.structs.replace(found, story=f"patients_{found.story}", patient="all")


MISTAKES: tuple[Story, ...] = (
    _old_version,
    _missed_rise,
    _schedule_itself,
    _other_setting,
    _dropped_modifier,
    _added_modifier,
    _ranked_by_claim_order,
    _reduced_again,
    _cut_units,
    _silent_units,
    _recoded,
    _bundled_away,
    _bundled_in_part,
    _swallowed_carve_out,
    _silent_sequestration,
    _barely_short,
    _short_in_sum,
    _bundled_into_one,
    _patients_short,
)


# --- odd, and right all the same ---


def _all_the_patients(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """The deductible takes everything: nothing is paid, and nothing is short."""
    right = as_agreed(agreement, bill, story="all_the_patients")
    if any(verdict.state for verdict in right.lines):
        return None
    return msgspec.structs.replace(right, patient="all")


def _tolerated(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A few cents more or less, up to the last one that passes."""
    right = as_agreed(agreement, bill, story="tolerated")
    lines: list[Verdict] = []
    left = claim_tolerated_cents([verdict.expected_cents or 0 for verdict in right.lines])
    for verdict in right.lines:
        expected = verdict.expected_cents or 0
        most = min(tolerated_cents(agreement, expected), left)
        off = random.choice((-most, most, random.randint(-most, most)))
        if verdict.state or not 0 < expected + off <= verdict.line.charge_cents:
            lines.append(verdict)
        else:
            left -= abs(off)
            lines.append(msgspec.structs.replace(verdict, allowed_cents=expected + off))
    return msgspec.structs.replace(right, lines=tuple(lines))


_REFUSALS = (("CO", "197", ""), ("CO", "50", "N115"), ("CO", "16", "M51"), ("PR", "204", ""))


def _denied(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A refusal is no underpayment: one line, or the whole claim."""
    right = as_agreed(agreement, bill, story="denied")
    group, reason, remark = random.choice(_REFUSALS)
    wanted = {random.randrange(len(right.lines))}
    if random.random() < 0.3:
        wanted = set(range(len(right.lines)))
    lines = [
        msgspec.structs.replace(
            verdict,
            allowed_cents=0,
            state="denied",
            refusal=Refusal(group, reason, verdict.line.charge_cents, remark),
        )
        if index in wanted
        else verdict
        for index, verdict in enumerate(right.lines)
    ]
    return msgspec.structs.replace(right, lines=tuple(lines))


def _taken_in(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """A line is bundled into another that takes its charge in and is paid for both."""
    if len(bill.lines) < 2:
        return None
    right = as_agreed(agreement, bill, story="taken_in")
    first, second, *rest = right.lines
    if not first.expected_cents or not second.expected_cents:
        return None
    charge = second.line.charge_cents
    carrier = msgspec.structs.replace(
        first,
        allowed_cents=first.expected_cents + second.expected_cents,
        added_cents=charge,
        state="paid",
    )
    part = msgspec.structs.replace(
        second, allowed_cents=0, state="bundled", refusal=Refusal("CO", "97", charge)
    )
    return msgspec.structs.replace(right, lines=(carrier, part, *rest))


def _made_good(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A claim that was paid by the old version, then reversed and paid as agreed."""
    wrong = _old_version(agreement, bill, random)
    if wrong is None:
        return None
    return msgspec.structs.replace(as_agreed(agreement, bill, story="made_good"), before=wrong)


ODDITIES: tuple[Story, ...] = (_all_the_patients, _tolerated, _denied, _taken_in, _made_good)
