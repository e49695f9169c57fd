"""Contracts and claims for the tests of pricing: short to write, complete.

A procedure is written as code and modifiers ("27447-50-80"), codes of a selector as ranges with
blanks between them ("80048-89398 36415"). Every name is invented; amounts are cents.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from edi_engine.records.claims import ClaimKind
from edi_engine.records.contracts import (
    CodeRange,
    Contract,
    ContractScope,
    DrgWeight,
    Escalator,
    LineSelector,
    Method,
    ModifierRule,
    MultipleProcedureRule,
    Portion,
    RateSchedule,
    ScheduledRate,
    ScheduleRate,
    StopLoss,
    StopLossKind,
    Term,
)
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimId

SERVED_ON = date(2026, 3, 10)
CHARGE = 90_000_00
"""What a line charges unless told otherwise: far above every rate, so that it caps none."""


# --- contracts ---


def rate(procedure: str, cents: int, **fields: object) -> ScheduleRate:
    """A row of a schedule; percentages and units may be written as text."""
    code, *modifiers = procedure.split("-")
    for name in ("intraoperative_percent", "base_units"):
        if name in fields:
            fields[name] = Decimal(str(fields[name]))
    return ScheduleRate(code, cents, tuple(modifiers), **fields)


def weight(drg: str, relative: str, **fields: object) -> DrgWeight:
    return DrgWeight(drg, Decimal(relative), **fields)


def ranges(text: str) -> tuple[CodeRange, ...]:
    """ "0100-0219 0278" as code ranges."""
    pairs = (piece.split("-") for piece in text.split())
    return tuple(CodeRange(pair[0], pair[-1]) for pair in pairs)


def term(
    name: str,
    method: Method,
    *,
    codes: str = "",
    revenue: str = "",
    drgs: str = "",
    bills: str = "",
    places: str = "",
    modifiers: str = "",
    without: str = "",
    kinds: Sequence[ClaimKind] = (),
    **fields: object,
) -> Term:
    """A term with its selector written as text."""
    selector = LineSelector(
        codes=ranges(codes),
        revenue_codes=ranges(revenue),
        drgs=ranges(drgs),
        types_of_bill=tuple(bills.split()),
        places_of_service=frozenset(places.split()),
        modifiers=frozenset(modifiers.split()),
        without_modifiers=frozenset(without.split()),
        kinds=frozenset(kinds),
    )
    return Term(name, method, selector, **fields)


def fees(percent: str = "100", **fields: object) -> Term:
    """So many percent of the schedule "fees"."""
    return term("fees", ScheduledRate("fees", Decimal(percent)), **fields)


def contract(
    *terms: Term,
    rates: Sequence[ScheduleRate] = (),
    weights: Sequence[DrgWeight] = (),
    scope: ContractScope | None = None,
    **fields: object,
) -> Contract:
    """A contract of payer A for 2026; its one schedule, "fees", is its only term without others."""
    fields = {
        "key": "alpha",
        "name": "Sample Payer A",
        "version": "2026",
        "effective_from": date(2026, 1, 1),
    } | fields
    return Contract(
        scope=ContractScope(payer_ids=frozenset({"PAYERA"})) if scope is None else scope,
        terms=terms or (fees(),),
        schedules=(RateSchedule("fees", tuple(rates), tuple(weights)),),
        **fields,
    )


def modifier(code: str, percent: str) -> ModifierRule:
    return ModifierRule(code, Decimal(percent))


def several(
    ladder: str,
    *,
    name: str = "several",
    indicators: str = "",
    codes: str = "",
    portion: Portion = Portion.WHOLE,
) -> MultipleProcedureRule:
    """A rule for multiple procedures, its ladder written "100 50 25"."""
    return MultipleProcedureRule(
        name,
        tuple(Decimal(percent) for percent in ladder.split()),
        portion,
        frozenset(indicators.split()),
        ranges(codes),
    )


def escalator(first_on: str, percent: str, *terms: str) -> Escalator:
    return Escalator(date.fromisoformat(first_on), Decimal(percent), frozenset(terms))


def first_dollar(threshold_cents: int, percent: str) -> StopLoss:
    return StopLoss(StopLossKind.FIRST_DOLLAR, threshold_cents, Decimal(percent))


def second_dollar(threshold_cents: int, percent: str) -> StopLoss:
    return StopLoss(StopLossKind.SECOND_DOLLAR, threshold_cents, Decimal(percent))


# --- claims ---


def line(
    procedure: str = "",
    charge_cents: int = CHARGE,
    *,
    units: str | None = "1",
    unit_code: str = "UN",
    revenue: str = "",
    place: str = "11",
    on: str | None = SERVED_ON.isoformat(),
) -> BilledLine:
    """A line as billed; its claim numbers it."""
    code, *modifiers = procedure.split("-")
    served_on = None if on is None else date.fromisoformat(on)
    return BilledLine(
        line_number=0,
        procedure_qualifier="HC" if code else "",
        procedure_code=code,
        modifiers=tuple(modifiers),
        revenue_code=revenue,
        units=None if units is None else Decimal(units),
        unit_code=unit_code,
        charge_cents=charge_cents,
        service_from=served_on,
        service_to=served_on,
        place_of_service=place,
        line_item_control_number="",
    )


def claim(*lines: BilledLine, **fields: object) -> BilledClaim:
    """A professional claim to payer A, its lines numbered from 1."""
    days = [each.service_from for each in lines if each.service_from is not None]
    fields = {
        "claim_id": ClaimId(1),
        "kind": ClaimKind.PROFESSIONAL,
        "patient_control_number": "TEST0001",
        "frequency_code": "1",
        "original_reference": "",
        "payer_id": "PAYERA",
        "payer_name": "SAMPLE PAYER A",
        "payer_sequence": 1,
        "subscriber_id": "MEM0001",
        "patient_last_name": "TESTPATIENT",
        "patient_first_name": "ALFA",
        "billing_npi": "1999999984",
        "billing_tin": "990000001",
        "rendering_npi": "1999999992",
        "charge_cents": sum(each.charge_cents for each in lines),
        "sent_on": None,
        "service_from": min(days, default=None),
        "service_to": max(days, default=None),
        "lines": tuple(
            replace(each, line_number=number) for number, each in enumerate(lines, start=1)
        ),
    } | fields
    return BilledClaim(**fields)


def room(charge_cents: int, days: str, *, revenue: str = "0120") -> BilledLine:
    """Room and board for so many days."""
    return line("", charge_cents, units=days, unit_code="DA", revenue=revenue, place="")


def ancillary(revenue: str, charge_cents: int, procedure: str = "") -> BilledLine:
    """Any other line of a hospital's claim."""
    return line(procedure, charge_cents, revenue=revenue, place="")


def stay(admitted: str, discharged: str, *lines: BilledLine, **fields: object) -> BilledClaim:
    """An inpatient claim; its lines are dated by it."""
    first, last = date.fromisoformat(admitted), date.fromisoformat(discharged)
    dated = tuple(replace(each, service_from=first, service_to=last) for each in lines)
    fields = {
        "kind": ClaimKind.INSTITUTIONAL,
        "type_of_bill": "111",
        "admitted_on": first,
        "service_from": first,
        "service_to": last,
    } | fields
    return claim(*dated, **fields)
