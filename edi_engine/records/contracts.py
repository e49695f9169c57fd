"""Contracts: what a payer promised to allow, as frozen values that pricing reads.

A contract file becomes one `Contract`; its schedules come in whole, so that pricing needs nothing
else. Money is cents, percentages and weights are exact decimals. Source: domain 5.1 to 5.3.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from edi_engine.records.claims import ClaimKind

__all__ = [
    "AnesthesiaRate",
    "BilateralRule",
    "CaseRate",
    "CodeRange",
    "Contract",
    "ContractScope",
    "CostOutlier",
    "DateBasis",
    "DayCount",
    "DayOutlier",
    "DayTier",
    "DrgRate",
    "DrgWeight",
    "Escalator",
    "FlatRate",
    "LesserOf",
    "LineSelector",
    "Method",
    "ModifierRule",
    "MultipleProcedureRule",
    "NotPayable",
    "PerDiemRate",
    "PercentOfCharge",
    "Portion",
    "RateSchedule",
    "Rounding",
    "ScheduleRate",
    "ScheduledRate",
    "StopLoss",
    "StopLossKind",
    "Term",
    "TimelyPayment",
    "Tolerance",
]


# --- who and when ---


class CodeRange(msgspec.Struct, frozen=True, gc=False):
    """Codes from first to last, both included, of the same length; one code when they are equal."""

    first: str
    last: str

    def covers(self, code: str) -> bool:
        """Whether the code, in upper case, lies in the range."""
        return len(code) == len(self.first) and self.first <= code <= self.last


class ContractScope(msgspec.Struct, frozen=True):
    """Whose claims a contract prices. An empty set means any; all that are given must hold.

    `payer_ids` are the 837's (2010BB NM109), `plans` group numbers (SBR03), `filing_indicators`
    SBR09, in upper case. `network` is a name for people.
    """

    payer_ids: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    filing_indicators: frozenset[str] = frozenset()
    billing_npis: frozenset[str] = frozenset()
    billing_tins: frozenset[str] = frozenset()
    rendering_npis: frozenset[str] = frozenset()
    kinds: frozenset[ClaimKind] = frozenset()
    network: str = ""


class DateBasis(StrEnum):
    """Which day chooses the version of a contract, its rates and escalators."""

    SERVICE = "service"
    """Each line's own first day of service."""
    ADMISSION = "admission"
    """The day of admission, else the claim's first day, for all of its lines."""


# --- schedules ---


class ScheduleRate(msgspec.Struct, frozen=True, gc=False):
    """One rate of a schedule. Empty text and None match anything; the range is inclusive.

    `amount_cents` is for one unit outside of facilities, `facility_cents` for one in a facility
    (None: the same). `modifiers` must all be on the billed line. The indicators are those of
    CMS's relative value file, empty when unknown. The practice expense portions are what
    indicator 5 reduces. `base_units` are those of anesthesia.
    `endoscopic_base` is the code of the family's base endoscopy. `intraoperative_percent` is the
    share of modifier 78. The outpatient caps are what a hospital's outpatient department would get
    for one unit, and no more is paid of its technical component; None where they take nothing off.
    `origin` names file and row.
    """

    procedure_code: str
    amount_cents: int
    modifiers: tuple[str, ...] = ()
    place_of_service: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    facility_cents: int | None = None
    multiple_procedures: str = ""
    bilateral: str = ""
    practice_expense_cents: int | None = None
    facility_practice_expense_cents: int | None = None
    endoscopic_base: str = ""
    intraoperative_percent: Decimal | None = None
    base_units: Decimal | None = None
    outpatient_cap_cents: int | None = None
    facility_outpatient_cap_cents: int | None = None
    origin: str = ""


class DrgWeight(msgspec.Struct, frozen=True, gc=False):
    """One diagnosis related group: relative weight and geometric mean length of stay in days."""

    drg: str
    weight: Decimal
    mean_days: Decimal | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    origin: str = ""


class RateSchedule(msgspec.Struct, frozen=True):
    """A named table that terms refer to: rates by procedure code, or weights by DRG.

    `is_published` tells that it is Medicare's own, which anybody may pay by.
    """

    name: str
    rates: tuple[ScheduleRate, ...] = ()
    weights: tuple[DrgWeight, ...] = ()
    is_published: bool = False


# --- methods ---


class ScheduledRate(msgspec.Struct, frozen=True, tag="schedule"):
    """A percentage of a schedule's rate, for each unit. Codes that the schedule does not have
    are left to the terms that follow."""

    schedule: str
    percent: Decimal = Decimal(100)


class FlatRate(msgspec.Struct, frozen=True, tag="flat"):
    """An amount for each unit, or for the line whatever its units."""

    amount_cents: int
    per_unit: bool = True


class PercentOfCharge(msgspec.Struct, frozen=True, tag="percent_of_charge"):
    """A percentage of the line's charge; units play no part."""

    percent: Decimal


class AnesthesiaRate(msgspec.Struct, frozen=True, tag="anesthesia"):
    """(base units + time units + physical status units) times the conversion factor in cents, which
    may have parts of one.

    Base units come from the schedule. Time is billed in minutes (unit code MJ) or in units (UN);
    `minutes_per_unit` make one, and tenths are kept or rounded up to a whole one.
    """

    schedule: str
    conversion_factor: Decimal
    minutes_per_unit: int = 15
    whole_units: bool = False
    physical_status: tuple[tuple[str, Decimal], ...] = ()


class CaseRate(msgspec.Struct, frozen=True, tag="case_rate"):
    """One amount for everything that the term covers, and for days beyond those included."""

    amount_cents: int
    included_days: int | None = None
    extra_day_cents: int = 0


class DayTier(msgspec.Struct, frozen=True, gc=False):
    """The rate of a day of the stay, from the first day of the tier (1 is the first) on."""

    first_day: int
    rate_cents: int


class DayCount(StrEnum):
    """How days are counted."""

    UNITS = "units"
    """Units of the covered lines with a room and board revenue code."""
    STAY = "stay"
    """Days from admission to discharge, at least one."""


class PerDiemRate(msgspec.Struct, frozen=True, tag="per_diem"):
    """An amount for each day, by tiers in order of their first day, the first being day 1."""

    tiers: tuple[DayTier, ...]
    count: DayCount = DayCount.UNITS
    day_revenue_codes: tuple[CodeRange, ...] = (CodeRange("0100", "0219"),)
    days_max: int | None = None


class CostOutlier(msgspec.Struct, frozen=True, gc=False):
    """A share of what the cost exceeds the payment and a fixed loss; cost is charge x ratio."""

    cost_to_charge: Decimal
    fixed_loss_cents: int
    percent: Decimal


class DayOutlier(msgspec.Struct, frozen=True, gc=False):
    """An amount for each day of the stay after so many."""

    after_days: int
    rate_cents: int


class DrgRate(msgspec.Struct, frozen=True, tag="drg"):
    """Base rate times the weight of the claim's DRG, with outliers."""

    schedule: str
    base_rate_cents: int
    cost_outlier: CostOutlier | None = None
    day_outlier: DayOutlier | None = None


class NotPayable(msgspec.Struct, frozen=True, tag="not_payable"):
    """An exclusion: nothing is allowed, and why."""

    reason: str = ""


Method = (
    ScheduledRate
    | FlatRate
    | PercentOfCharge
    | AnesthesiaRate
    | CaseRate
    | PerDiemRate
    | DrgRate
    | NotPayable
)
"""How a term prices what it covers. Case, per diem and DRG rates price all covered lines of a
claim together, the others each line."""


# --- terms ---


class LineSelector(msgspec.Struct, frozen=True):
    """Which lines a term covers. Empty means any; all that are given must hold.

    Codes are compared in upper case. `types_of_bill` are beginnings ("11" covers "111").
    `modifiers` must all be on the line, none of `without_modifiers` may be.
    """

    codes: tuple[CodeRange, ...] = ()
    revenue_codes: tuple[CodeRange, ...] = ()
    drgs: tuple[CodeRange, ...] = ()
    types_of_bill: tuple[str, ...] = ()
    places_of_service: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    without_modifiers: frozenset[str] = frozenset()
    kinds: frozenset[ClaimKind] = frozenset()


class LesserOf(StrEnum):
    """What the charge caps."""

    NONE = "none"
    LINE = "line"
    CLAIM = "claim"


class StopLossKind(StrEnum):
    """What a percentage is paid of, once the charges exceed the threshold."""

    FIRST_DOLLAR = "first_dollar"
    """Of all charges, instead of the rate."""
    SECOND_DOLLAR = "second_dollar"
    """Of the charges above the threshold, on top of the rate."""


class StopLoss(msgspec.Struct, frozen=True, gc=False):
    """Relief for costly cases: beyond a threshold of charges a percentage of them is paid."""

    kind: StopLossKind
    threshold_cents: int
    percent: Decimal


class Term(msgspec.Struct, frozen=True):
    """One term. A line is priced by the first term that covers it, in the order written.

    `name` is unique in the contract; `clause` is the place in the paper. `lesser_of` overrides
    the contract's. Stop-loss counts the charges of the lines that the term covers, so what is
    carved out before does not count.
    """

    name: str
    method: Method
    selector: LineSelector = LineSelector()
    clause: str = ""
    lesser_of: LesserOf | None = None
    stop_loss: StopLoss | None = None


class ModifierRule(msgspec.Struct, frozen=True, gc=False):
    """A modifier pays a percentage of the rate (16 for an assistant surgeon, 120 for 22)."""

    modifier: str
    percent: Decimal
    clause: str = ""


class BilateralRule(msgspec.Struct, frozen=True, gc=False):
    """Both sides of one procedure pay a percentage of one side, on one line or on two."""

    percent: Decimal = Decimal(150)
    clause: str = ""


class Portion(StrEnum):
    """What a multiple procedure rule reduces."""

    WHOLE = "whole"
    PRACTICE_EXPENSE = "practice_expense"
    TECHNICAL = "technical"
    PROFESSIONAL = "professional"
    ENDOSCOPY = "endoscopy"


class MultipleProcedureRule(msgspec.Struct, frozen=True):
    """Several procedures of one day: the highest rate is paid by the first percentage, the next
    by the second, and the last percentage holds for all that follow.

    Covers rates with one of the `indicators` (CMS's column), or lines that the selector covers.
    `ENDOSCOPY` pays of a family's second and later ones only what exceeds their base.
    """

    name: str
    ladder: tuple[Decimal, ...]
    portion: Portion = Portion.WHOLE
    indicators: frozenset[str] = frozenset()
    codes: tuple[CodeRange, ...] = ()
    clause: str = ""


class Escalator(msgspec.Struct, frozen=True, gc=False):
    """From a day on, the rates of these terms (empty: of all) change by so many percent, on top
    of earlier ones. Percentages of charge do not change."""

    first_on: date
    percent: Decimal
    terms: frozenset[str] = frozenset()
    clause: str = ""


class TimelyPayment(msgspec.Struct, frozen=True, gc=False):
    """A discount for paying within so many days, interest for paying later than others.

    Days count from the day the claim was sent. Interest is simple, of the payment, over 365 days.
    """

    discount_days: int | None = None
    discount_percent: Decimal = Decimal(0)
    interest_after_days: int | None = None
    interest_percent: Decimal = Decimal(0)
    clause: str = ""


class Tolerance(msgspec.Struct, frozen=True, gc=False):
    """The larger of an amount and hundredths of a percent of what is expected passes."""

    cents: int
    basis_points: int


class Rounding(StrEnum):
    """Where half a cent rounds up: at the end of a line (or of a claim's rate), or at each step."""

    LINE = "line"
    STEP = "step"


class Contract(msgspec.Struct, frozen=True):
    """One version of a contract. Both days are included.

    `key` is the same in all versions, `version` tells them apart. `origin` is the file's name.
    """

    key: str
    name: str
    version: str
    scope: ContractScope
    effective_from: date
    terms: tuple[Term, ...]
    effective_to: date | None = None
    dated_by: DateBasis = DateBasis.SERVICE
    schedules: tuple[RateSchedule, ...] = ()
    modifiers: tuple[ModifierRule, ...] = ()
    bilateral: BilateralRule | None = None
    multiple_procedures: tuple[MultipleProcedureRule, ...] = ()
    escalators: tuple[Escalator, ...] = ()
    lesser_of: LesserOf = LesserOf.LINE
    rounding: Rounding = Rounding.LINE
    sequestration_percent: Decimal | None = None
    timely_payment: TimelyPayment | None = None
    line_tolerance: Tolerance | None = None
    claim_tolerance: Tolerance | None = None
    origin: str = ""
