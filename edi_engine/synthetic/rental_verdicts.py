"""Payers without a contract of ours: some use another's, most just take a discount.

And payers with one that go by the rates of another, or treat us as out of their network. Each story
gives the claim as it was sent, what was decided, and the truth about the discount.
"""

from collections.abc import Callable
from random import Random

import msgspec

from edi_engine.synthetic.agreed_lines import agreed_lines, edition_on, tolerated_cents
from edi_engine.synthetic.agreements import Agreement
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.physician_verdicts import as_agreed
from edi_engine.synthetic.verdicts import ClaimVerdict, Refusal, Verdict

__all__ = [
    "DISCOUNT_SHAPES",
    "ORDINARY_DISCOUNTS",
    "RENTED_DISCOUNTS",
    "Rented",
    "out_of_network",
    "rates_of_another",
]

DISCOUNT_SHAPES = ("visit", "surgery", "image")
"""Claims whose lines are priced by rates of a schedule."""
_NETWORK = "SAMPLE PREFERRED NETWORK"
_STRANGE_NETWORK = "DEMO RENTAL ACCESS"


def _payer(name: str, payer_id: str, originator: int) -> PayerProfile:
    return PayerProfile(
        name=name,
        payer_id=payer_id,
        originator_id=f"19900001{originator:02d}",
        filing_indicator="CI",
        remit_filing_indicator="12",
        kinds="P",
        weight=1,
        remit_id=payer_id,
        states_allowed=True,
    )


_RENTER = _payer("EXAMPLE RENTAL BENEFITS", "CP104", 4)
_MUTUAL = _payer("SAMPLE MUTUAL", "CP105", 5)


class Rented(msgspec.Struct, frozen=True):
    """A claim of a payer without a contract, and whether its discount makes work. `network` is what
    the remittance names, `contract` the one of ours whose rates were allowed, with its version."""

    bill: Bill
    verdict: ClaimVerdict
    is_work: bool
    network: str = ""
    contract: str = ""


Story = Callable[[Agreement, Bill, Random], Rented | None]


def _sent_to(payer: PayerProfile, bill: Bill) -> Bill:
    patient = msgspec.structs.replace(bill.patient, payer=payer)
    return msgspec.structs.replace(bill, payer=payer, patient=patient)


def _allowed(
    bill: Bill,
    cents: list[int],
    *,
    story: str,
    contract_class: str = "",
    repriced_number: str = "",
) -> ClaimVerdict:
    """These amounts; nobody can say what should have been."""
    lines = [Verdict(line, None, allowed) for line, allowed in zip(bill.lines, cents, strict=True)]
    return ClaimVerdict(
        tuple(lines), story=story, contract_class=contract_class, repriced_number=repriced_number
    )


def _agreed(agreement: Agreement, bill: Bill) -> list[int] | None:
    """What the agreement gives, where it is below every charge and for services that differ."""
    cents = agreed_lines(agreement, bill.lines, bill.place)
    pairs = zip(cents, bill.lines, strict=True)
    services = {(line.code, line.modifiers) for line in bill.lines}
    if len(services) < 2 or not all(0 < own < line.charge_cents for own, line in pairs):
        return None
    return cents


def _contract(agreement: Agreement, bill: Bill) -> str:
    return f"{agreement.key} {edition_on(agreement, bill.lines[0]).version}"


def _some(agreement: Agreement, bill: Bill, random: Random, low: int, high: int) -> list[int]:
    """A share of each charge, a cent beside what the agreement gives where it hits that."""
    agreed = agreed_lines(agreement, bill.lines, bill.place)
    found = []
    for line, own in zip(bill.lines, agreed, strict=True):
        cents = line.charge_cents * random.randint(low, high) // 100
        found.append(cents + 1 if cents == own else cents)
    return found


def _rented_rates(agreement: Agreement, bill: Bill, _: Random) -> Rented | None:
    """The rates of our contract with somebody else, without a word."""
    cents = _agreed(agreement, bill)
    if cents is None:
        return None
    bill = _sent_to(_RENTER, bill)
    verdict = _allowed(bill, cents, story="rented_rates")
    return Rented(bill, verdict, True, contract=_contract(agreement, bill))


def _our_network_named(agreement: Agreement, bill: Bill, random: Random) -> Rented | None:
    """The name of our network, and amounts of the payer's own."""
    bill = _sent_to(_RENTER, bill)
    cents = _some(agreement, bill, random, 40, 70)
    verdict = _allowed(bill, cents, story="our_network_named", contract_class=_NETWORK)
    return Rented(bill, verdict, True, network=_NETWORK)


def _repriced(agreement: Agreement, bill: Bill, random: Random) -> Rented | None:
    """A repricer of a network that we do not know."""
    bill = _sent_to(_RENTER, bill)
    verdict = _allowed(
        bill,
        _some(agreement, bill, random, 40, 70),
        story="repriced",
        contract_class=_STRANGE_NETWORK,
        repriced_number=f"RP{bill.serial:06d}",
    )
    return Rented(bill, verdict, True, network=_STRANGE_NETWORK)


def _called_out_of_network(agreement: Agreement, bill: Bill, random: Random) -> Rented | None:
    """Out of network, the patient bears a part of the rest, and a contract's discount is taken."""
    bill = _sent_to(_RENTER, bill)
    verdict = _allowed(bill, _some(agreement, bill, random, 20, 24), story="called_out_of_network")
    lines = [
        msgspec.structs.replace(each, refusal=Refusal("PR", "45", each.line.charge_cents // 20))
        for each in verdict.lines
    ]
    return Rented(bill, msgspec.structs.replace(verdict, lines=tuple(lines)), True)


RENTED_DISCOUNTS: tuple[Story, ...] = (
    _rented_rates,
    _our_network_named,
    _repriced,
    _called_out_of_network,
)


def _plain_discount(agreement: Agreement, bill: Bill, random: Random) -> Rented | None:
    """A discount of a payer whose contract nobody loaded."""
    bill = _sent_to(_MUTUAL, bill)
    cents = _some(agreement, bill, random, 19, 75)
    return Rented(bill, _allowed(bill, cents, story="plain_discount"), False)


def _plan_named(agreement: Agreement, bill: Bill, random: Random) -> Rented | None:
    """The same, and its answers name a class of contract and refer to it, as many do."""
    bill = _sent_to(_MUTUAL, bill)
    cents = _some(agreement, bill, random, 40, 75)
    verdict = _allowed(bill, cents, story="plan_named", contract_class="MUTUAL CHOICE A")
    lines = [msgspec.structs.replace(each, remark="N381") for each in verdict.lines]
    return Rented(bill, msgspec.structs.replace(verdict, lines=tuple(lines)), False)


def _one_equal_amount(agreement: Agreement, bill: Bill, random: Random) -> Rented | None:
    """One of the amounts is that of our contract with somebody else, by chance."""
    if len(bill.lines) < 2 or _agreed(agreement, bill) is None:
        return None
    bill = _sent_to(_MUTUAL, bill)
    cents = _some(agreement, bill, random, 40, 75)
    cents[0] = agreed_lines(agreement, bill.lines, bill.place)[0]
    return Rented(bill, _allowed(bill, cents, story="one_equal_amount"), False)


def _by_law(agreement: Agreement, bill: Bill, random: Random) -> Rented | None:
    """Rates and a repricer, but the No Surprises Act says what is allowed."""
    found = _rented_rates(agreement, bill, random)
    if found is None:
        return None
    lines = [msgspec.structs.replace(each, remark="N830") for each in found.verdict.lines]
    verdict = msgspec.structs.replace(
        found.verdict, lines=tuple(lines), story="by_law", repriced_number=f"RP{bill.serial:06d}"
    )
    return Rented(found.bill, verdict, False)


ORDINARY_DISCOUNTS: tuple[Story, ...] = (
    _plain_discount,
    _plan_named,
    _one_equal_amount,
    _by_law,
)


def rates_of_another(agreement: Agreement, other: Agreement, bill: Bill) -> ClaimVerdict | None:
    """A payer with a contract of ours goes by the rates of another one."""
    cents = _agreed(other, bill)
    if cents is None:
        return None
    right = as_agreed(agreement, bill)
    lines = []
    for verdict, allowed in zip(right.lines, cents, strict=True):
        expected = verdict.expected_cents or 0
        if abs(allowed - expected) <= tolerated_cents(agreement, expected):
            return None
        lines.append(msgspec.structs.replace(verdict, allowed_cents=allowed, cause="silent_ppo"))
    return msgspec.structs.replace(right, lines=tuple(lines), story="rates_of_another")


def out_of_network(agreement: Agreement, bill: Bill, random: Random) -> ClaimVerdict | None:
    """A payer with a contract of ours allows what it likes and leaves the rest to the patient."""
    right = as_agreed(agreement, bill)
    lines = []
    for verdict in right.lines:
        expected = verdict.expected_cents or 0
        allowed = expected * random.randint(310, 440) // 1000 + 7
        if expected - allowed <= tolerated_cents(agreement, expected):
            return None
        above = Refusal("PR", "45", verdict.line.charge_cents - allowed)
        lines.append(
            msgspec.structs.replace(
                verdict, allowed_cents=allowed, cause="out_of_network", refusal=above
            )
        )
    return msgspec.structs.replace(right, lines=tuple(lines), story="out_of_network")
