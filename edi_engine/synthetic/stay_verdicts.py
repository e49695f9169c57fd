"""How payers decide hospital claims: as agreed, rightly but oddly, or with one mistake."""

from collections.abc import Callable
from fractions import Fraction
from random import Random

import msgspec

from edi_engine.synthetic.agreed_lines import half_up
from edi_engine.synthetic.agreed_stays import StayPrice, edition_of_stay, is_implant, price_stay
from edi_engine.synthetic.agreement_maker import DAY_TERM
from edi_engine.synthetic.agreements import HospitalAgreement
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.verdicts import ClaimVerdict, GroupVerdict, Refusal, Verdict

__all__ = ["STAY_MISTAKES", "STAY_ODDITIES", "stay_as_agreed"]

Story = Callable[[HospitalAgreement, Bill, Random], ClaimVerdict | None]


def stay_as_agreed(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict:
    """Everything allowed as agreed."""
    return _verdict(price_stay(bill, edition_of_stay(agreement, bill)), bill, random)


def _verdict(price: StayPrice, bill: Bill, random: Random) -> ClaimVerdict:
    lines = [
        Verdict(line, price.own.get(line.number), price.own.get(line.number, 0))
        for line in bill.lines
    ]
    group = None
    if price.together:
        group = GroupVerdict(price.together, price.together_cents, price.together_cents)
    manners = ("first", "share") if group is None else ("first", "share", "claim")
    return ClaimVerdict(
        tuple(lines),
        group=group,
        drg=bill.drg,
        manner=random.choice(manners),
        patient=random.choice(("none", "coinsurance", "copay")),
    )


def _together(
    agreement: HospitalAgreement, bill: Bill, random: Random, cents: int, *, story: str, cause: str
) -> ClaimVerdict | None:
    """As agreed but for the rate of the lines together; None when that makes no difference."""
    right = stay_as_agreed(agreement, bill, random)
    group = right.group
    if group is None or abs(cents - group.expected_cents) <= agreement.group_tolerance_cents:
        return None
    changed = msgspec.structs.replace(group, allowed_cents=cents, cause=cause)
    return msgspec.structs.replace(right, group=changed, story=story)


def _old_version(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """The payer never loaded the new version."""
    cents = price_stay(bill, agreement.editions[0]).together_cents
    return _together(agreement, bill, random, cents, story="old_version", cause="rate")


def _missed_rise(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """The payer forgot the rise within the version."""
    edition = msgspec.structs.replace(edition_of_stay(agreement, bill), rises=())
    cents = price_stay(bill, edition).together_cents
    return _together(agreement, bill, random, cents, story="missed_rise", cause="rate")


def _no_relief(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A costly stay is paid like any other: no stop-loss, no outlier."""
    edition = edition_of_stay(agreement, bill)
    cents = price_stay(bill, edition, has_relief=False).together_cents
    return _together(agreement, bill, random, cents, story="no_relief", cause="stop_loss")


def _a_day_less(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """The payer counts a day less."""
    edition = edition_of_stay(agreement, bill)
    if price_stay(bill, edition).term != DAY_TERM:
        return None
    cents = price_stay(bill, edition, days_less=1).together_cents
    return _together(agreement, bill, random, cents, story="a_day_less", cause="per_diem_days")


def _other_drg(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """The payer takes another diagnosis group and says so."""
    edition = edition_of_stay(agreement, bill)
    groups = [each.drg for each in edition.groups]
    if bill.drg not in groups:
        return None
    drg = random.choice([each for each in groups if each != bill.drg])
    cents = price_stay(bill, edition, drg=drg).together_cents
    found = _together(agreement, bill, random, cents, story="other_drg", cause="drg_change")
    return None if found is None else msgspec.structs.replace(found, drg=drg)


def _two_percent_less(
    agreement: HospitalAgreement, bill: Bill, random: Random
) -> ClaimVerdict | None:
    """Two percent less, as Medicare would, where nobody agreed to it."""
    right = price_stay(bill, edition_of_stay(agreement, bill)).together_cents
    cents = half_up(Fraction(right * 98, 100))
    return _together(
        agreement, bill, random, cents, story="silent_sequestration", cause="sequestration"
    )


def _swallowed_carve_out(
    agreement: HospitalAgreement, bill: Bill, random: Random
) -> ClaimVerdict | None:
    """An implant that is paid by its own term is said to be in the rate of the stay."""
    right = stay_as_agreed(agreement, bill, random)
    if right.group is None or not any(is_implant(line) for line in bill.lines):
        return None
    lines = [
        msgspec.structs.replace(verdict, allowed_cents=0, cause="carve_out")
        if is_implant(verdict.line)
        else verdict
        for verdict in right.lines
    ]
    return msgspec.structs.replace(right, lines=tuple(lines), story="swallowed_carve_out")


STAY_MISTAKES: tuple[Story, ...] = (
    _old_version,
    _missed_rise,
    _no_relief,
    _a_day_less,
    _other_drg,
    _two_percent_less,
    _swallowed_carve_out,
)


def _tolerated(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A few dollars more or less, up to the last cent that passes."""
    right = stay_as_agreed(agreement, bill, random)
    if right.group is None:
        return None
    most = agreement.group_tolerance_cents
    cents = right.group.expected_cents + random.choice((-most, most, random.randint(-most, most)))
    group = msgspec.structs.replace(right.group, allowed_cents=cents)
    return msgspec.structs.replace(right, group=group, story="tolerated")


def _denied(agreement: HospitalAgreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """The whole stay is refused."""
    right = stay_as_agreed(agreement, bill, random)
    lines = [
        msgspec.structs.replace(
            verdict,
            allowed_cents=0,
            state="denied",
            refusal=Refusal("CO", "197", verdict.line.charge_cents),
        )
        for verdict in right.lines
    ]
    group = None if right.group is None else msgspec.structs.replace(right.group, allowed_cents=0)
    return msgspec.structs.replace(
        right, lines=tuple(lines), group=group, story="denied", manner="first"
    )


STAY_ODDITIES: tuple[Story, ...] = (_tolerated, _denied)
