"""How many lines a contract prices in a second: `python -m benchmarks.pricing`.

A contract as real ones are: ten thousand rates with facility amounts, percentages by kind of
service, an escalator, a ladder for multiple procedures, modifiers, carve-outs, a percentage of
charge for the rest. The claims carry one to six lines; a tenth of the lines have a modifier that
changes the price. Every line is priced with all its steps. The records are in memory: what reading
them from the store takes is part of `benchmarks.reconcile`.
"""

import argparse
import statistics
import time
from datetime import date
from decimal import Decimal
from random import Random

from benchmarks.results import FOLDER, machine, pin_to_one_core, write_between
from edi_engine.contracts import ContractBook, price_claim
from edi_engine.records.claims import ClaimKind
from edi_engine.records.contracts import (
    CodeRange,
    Contract,
    ContractScope,
    Escalator,
    LineSelector,
    MultipleProcedureRule,
    PercentOfCharge,
    RateSchedule,
    ScheduledRate,
    ScheduleRate,
    Term,
)
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimId

__all__ = ["main"]

_FIRST_CODE, _CODES_COUNT = 10_000, 10_000
_DAYS = [date(2026, month, day) for month in range(1, 13) for day in (3, 17)]
_CHANGING = ("80", "62", "AS", "50")
_TELLING = ("RT", "59", "25", "GP")


def agreed() -> Contract:
    """The contract, the same every time."""
    random = Random(7)
    rates = tuple(
        ScheduleRate(
            str(code),
            cents := random.randrange(20_00, 2_000_00),
            facility_cents=cents * 7 // 10,
            multiple_procedures="2" if code % 3 == 0 else "0",
            bilateral="1" if code % 3 == 0 else "0",
            origin=f"fees.csv row {code}",
        )
        for code in range(_FIRST_CODE, _FIRST_CODE + _CODES_COUNT)
    )
    return Contract(
        key="example-ppo",
        name="Example PPO",
        version="2026",
        scope=ContractScope(payer_ids=frozenset({"EX001"})),
        effective_from=date(2026, 1, 1),
        terms=(
            Term(
                "drugs",
                PercentOfCharge(Decimal(60)),
                LineSelector(codes=(CodeRange("J0000", "J9999"),)),
            ),
            Term(
                "surgery",
                ScheduledRate("fees", Decimal(130)),
                LineSelector(codes=(CodeRange("10000", "14999"),)),
            ),
            Term("fees", ScheduledRate("fees", Decimal(112))),
            Term("rest", PercentOfCharge(Decimal(45))),
        ),
        schedules=(RateSchedule("fees", rates),),
        multiple_procedures=(
            MultipleProcedureRule(
                "surgery", (Decimal(100), Decimal(50), Decimal(25)), indicators=frozenset({"2"})
            ),
        ),
        escalators=(Escalator(date(2026, 7, 1), Decimal("2.5")),),
    )


def billed(claims_count: int) -> list[BilledClaim]:
    """The claims, the same every time."""
    random = Random(11)
    return [_claim(ClaimId(number), random) for number in range(1, claims_count + 1)]


def _claim(claim_id: ClaimId, random: Random) -> BilledClaim:
    day = random.choice(_DAYS)
    lines = tuple(_line(number, day, random) for number in range(1, random.randrange(2, 8)))
    return BilledClaim(
        claim_id=claim_id,
        kind=ClaimKind.PROFESSIONAL,
        patient_control_number=f"BENCH{claim_id}",
        frequency_code="1",
        original_reference="",
        payer_id="EX001",
        payer_name="EXAMPLE PAYER",
        payer_sequence=1,
        subscriber_id="",
        patient_last_name="",
        patient_first_name="",
        billing_npi="",
        billing_tin="",
        rendering_npi="",
        charge_cents=sum(line.charge_cents for line in lines),
        sent_on=day,
        service_from=day,
        service_to=day,
        lines=lines,
    )


def _line(number: int, day: date, random: Random) -> BilledLine:
    code = str(random.randrange(_FIRST_CODE, _FIRST_CODE + _CODES_COUNT))
    kind = random.random()
    modifiers: tuple[str, ...] = ()
    if kind < 0.1:
        modifiers = (random.choice(_CHANGING),)
    elif kind < 0.4:
        modifiers = (random.choice(_TELLING),)
    elif kind < 0.45:
        code = f"J{random.randrange(1000, 9999)}"
    return BilledLine(
        line_number=number,
        procedure_qualifier="HC",
        procedure_code=code,
        modifiers=modifiers,
        revenue_code="",
        units=Decimal(random.choice((1, 1, 1, 2, 3))),
        unit_code="UN",
        charge_cents=random.randrange(50_00, 4_000_00),
        service_from=day,
        service_to=day,
        place_of_service=random.choice(("11", "11", "22")),
        line_item_control_number="",
    )


def measure(claims_count: int, rounds: int) -> tuple[int, int]:
    """Lines, and lines priced in a processor second, the median of the rounds."""
    claims = billed(claims_count)
    lines_count = sum(len(claim.lines) for claim in claims)
    speeds = []
    for _ in range(rounds):
        book = ContractBook([agreed()])
        started = time.process_time()
        for claim in claims:
            price_claim(book, claim)
        speeds.append(lines_count / (time.process_time() - started))
    return lines_count, int(statistics.median(speeds))


def main() -> None:
    """Measure and print one sentence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    options = parser.parse_args()
    pin_to_one_core()
    lines_count, speed = measure(options.claims, options.rounds)
    text = (
        f"\n{lines_count:,} lines of {options.claims:,} claims: **{speed:,} lines a processor "
        f"second**.\n\nMeasured {machine()}.\n\n"
    )
    print(text)
    if options.write:
        write_between(FOLDER / "RESULTS.md", "pricing", text)


if __name__ == "__main__":
    main()
