"""Medicare's fees from the files that CMS publishes and a practice supplies -> rates of a schedule.

The fee of a code is (work x work index + practice expense x its index + malpractice x its index) x
conversion factor, once with the practice expense outside of facilities and once with that in them,
exact until it is rounded half up to cents: so come the fees that CMS publishes for a locality.
With the values for OPPS in their place the same gives what caps imaging.
Not applied: the work adjustor of 2007 and 2008, limiting charges. Anesthesia has no relative values
here.
Source: document of RVU25D. Tried on fees that CMS published for Alabama, Alaska and Miami in 2025,
and on the 6,322 prices of OPPSCAP October 2025 whose localities both files have: its codes of the
fee schedule are those that are capped here.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from edi_engine.contracts.cms_gpci import Locality, read_locality
from edi_engine.contracts.cms_rvu import (
    FACTOR_BELOW,
    RelativeValueFile,
    RelativeValues,
    read_relative_values,
)
from edi_engine.contracts.cms_tables import places_of
from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.records.contracts import ScheduleRate

__all__ = ["read_cms_schedule"]

_FACTOR_PLACES_MAX = 6


def read_cms_schedule(
    rvu_text: str,
    gpci_text: str,
    *,
    locality: str,
    conversion_factor: Decimal | None,
    name: str,
    rvu_file: str,
    gpci_file: str,
) -> tuple[tuple[ScheduleRate, ...], tuple[Finding, ...]]:
    """The locality's rates in the order of the relative value file, and all mistakes of both files.

    `locality` is "10112-00", or a number that one locality alone has. `conversion_factor`, in
    dollars, is the contract's; None takes the one in each row of the file. `name` is the
    schedule's and told when it comes out empty. Without a locality or a factor there are no rates.
    Never raises. Files with any error finding should not replace those in use.
    """
    log = FindingLog()
    file = read_relative_values(
        rvu_text, log, file_name=rvu_file, needs_factor=conversion_factor is None
    )
    place = read_locality(gpci_text, locality, log, file_name=gpci_file)
    usable = _check_factor(conversion_factor, file, log, rvu_file)
    if file is None or place is None or not usable:
        return (), log.take()
    origin = rvu_file or "relative value file"
    rates = tuple(_rates(file, place, conversion_factor, origin))
    if not rates:
        log.add("FEE-0211", Place(file_name=rvu_file), f"no row gives a rate to {name!r}.")
    return rates, log.take()


def _check_factor(
    given: Decimal | None, file: RelativeValueFile | None, log: FindingLog, file_name: str
) -> bool:
    """Whether there is a conversion factor to multiply with."""
    place = Place(file_name=file_name, element="conv factor")
    if given is None:
        if file is None or file.factor_columns == 1:
            return True
        found = "two or more columns" if file.factor_columns else "no column"
        message = f"the contract gives no conversion factor and {found} of the file is headed so."
        log.add("FEE-0210", place, message)
        return False
    exact = given.is_finite() and 0 < given < FACTOR_BELOW
    if not exact or places_of(given) > _FACTOR_PLACES_MAX:
        expected = f"more than 0 and less than {FACTOR_BELOW}, with six places at most"
        message = f"the contract's conversion factor '{str(given)[:24]}' is not {expected}."
        log.add("FEE-0210", place, message)
        return False
    return True


def _rates(
    file: RelativeValueFile, locality: Locality, given: Decimal | None, origin: str
) -> Iterator[ScheduleRate]:
    for values in file.values:
        factor = values.conversion_factor if given is None else given
        if factor is not None:
            yield _rate_of(values, locality, factor, f"{origin} row {values.row}")


def _rate_of(
    values: RelativeValues, locality: Locality, factor: Decimal, origin: str
) -> ScheduleRate:
    work = values.work * locality.work
    malpractice = values.malpractice * locality.malpractice
    outside = values.practice_expense * locality.practice_expense
    inside = values.facility_practice_expense * locality.practice_expense
    amount_cents = _cents(work + outside + malpractice, factor)
    facility_cents = _cents(work + inside + malpractice, factor)
    cap_cents, facility_cap_cents = _caps(values, locality, factor)
    return ScheduleRate(
        procedure_code=values.code,
        amount_cents=amount_cents,
        modifiers=(values.modifier,) if values.modifier else (),
        facility_cents=facility_cents,
        multiple_procedures=values.multiple_procedures,
        bilateral=values.bilateral,
        practice_expense_cents=_cents(outside, factor),
        facility_practice_expense_cents=_cents(inside, factor),
        endoscopic_base=values.endoscopic_base,
        intraoperative_percent=values.intraoperative_percent,
        outpatient_cap_cents=_if_below(cap_cents, amount_cents),
        facility_outpatient_cap_cents=_if_below(facility_cap_cents, facility_cents),
        origin=f"{origin}, locality {locality.key}",
    )


def _caps(
    values: RelativeValues, locality: Locality, factor: Decimal
) -> tuple[int | None, int | None]:
    """What a hospital would get for it, outside of and in a facility; None without."""
    found = values.outpatient
    if found is None:
        return None, None
    fixed = values.work * locality.work + found.malpractice * locality.malpractice
    outside = found.practice_expense * locality.practice_expense
    inside = found.facility_practice_expense * locality.practice_expense
    return _cents(fixed + outside, factor), _cents(fixed + inside, factor)


def _if_below(cap_cents: int | None, amount_cents: int) -> int | None:
    """A cap that may take something off, even from what is not reduced for another reason."""
    return cap_cents if cap_cents is not None and cap_cents < amount_cents else None


def _cents(adjusted: Decimal, factor: Decimal) -> int:
    dollars = adjusted * factor
    return int((dollars * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
