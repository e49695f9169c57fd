"""What a synthetic payer agreed to pay, as the maker of contract practices knows it.

Nothing here is a record of the engine: the contract files are written from these values, and what
a payer should allow is reckoned from them by the maker's own arithmetic. Rates are whole cents,
percentages exact fractions of one hundred (112.5 is 112.5 %). Days are included.
"""

from datetime import date
from fractions import Fraction

import msgspec

from edi_engine.synthetic.payers import PayerProfile

__all__ = [
    "Agreement",
    "DiagnosisGroup",
    "Edition",
    "Fee",
    "HospitalAgreement",
    "HospitalEdition",
    "Rise",
    "StopLossTerm",
    "TimeTerm",
]


class Fee(msgspec.Struct, frozen=True, gc=False):
    """One row of a schedule. `multiple` and `bilateral` are CMS's indicators, `base` is the base
    endoscopy of a family, `base_units` are those of anesthesia."""

    code: str
    cents: int = 0
    modifier: str = ""
    facility_cents: int | None = None
    multiple: str = ""
    bilateral: str = ""
    expense_cents: int | None = None
    facility_expense_cents: int | None = None
    base: str = ""
    base_units: int = 0
    first_on: date | None = None
    last_on: date | None = None


class Rise(msgspec.Struct, frozen=True, gc=False):
    """From a day on the rates of these terms (empty: of all) change by so many percent."""

    first_on: date
    percent: Fraction
    terms: tuple[str, ...] = ()


class Edition(msgspec.Struct, frozen=True):
    """One version of an agreement with physicians."""

    version: str
    first_on: date
    last_on: date | None
    office_percent: Fraction
    laboratory_percent: Fraction
    drug_percent: Fraction
    other_percent: Fraction
    office: tuple[Fee, ...]
    laboratory: tuple[Fee, ...]
    anesthesia: tuple[Fee, ...]
    anesthesia_factor: Fraction
    kit_cents: int
    screening_cents: int
    rises: tuple[Rise, ...] = ()


class TimeTerm(msgspec.Struct, frozen=True, gc=False):
    """A discount within so many days of sending, and simple interest a year after so many."""

    discount_days: int
    discount_percent: Fraction
    interest_days: int
    interest_percent: Fraction


class Agreement(msgspec.Struct, frozen=True):
    """An agreement with physicians in all its versions, the oldest first.

    `ladder` is for several surgeries of a day, `expense_ladder` for the practice expense of
    therapies; `has_endoscopy` tells that families of endoscopies are paid by their base.
    """

    key: str
    name: str
    payer: PayerProfile
    editions: tuple[Edition, ...]
    modifiers: tuple[tuple[str, Fraction], ...]
    bilateral: Fraction
    ladder: tuple[Fraction, ...]
    expense_ladder: tuple[Fraction, ...]
    has_endoscopy: bool
    caps: str
    """What the charge caps: "line", "claim" or "none"."""
    rounds_each_step: bool
    sequesters: bool
    tolerance_cents: int
    tolerance_percent: Fraction
    in_time: TimeTerm | None = None


class StopLossTerm(msgspec.Struct, frozen=True, gc=False):
    """Beyond so many charges a percentage of all of them, or of those above, is paid."""

    is_first_dollar: bool
    above_cents: int
    percent: Fraction


class DiagnosisGroup(msgspec.Struct, frozen=True, gc=False):
    """A DRG and its weight."""

    drg: str
    weight: Fraction


class HospitalEdition(msgspec.Struct, frozen=True):
    """One version of an agreement with a hospital."""

    version: str
    first_on: date
    last_on: date | None
    tiers: tuple[tuple[int, int], ...]
    """First day and rate of each tier."""
    day_stop_loss: StopLossTerm
    delivery_cents: int
    delivery_days: int
    delivery_extra_cents: int
    heart_cents: int
    heart_stop_loss: StopLossTerm
    groups: tuple[DiagnosisGroup, ...]
    base_cents: int
    cost_to_charge: Fraction
    fixed_loss_cents: int
    outlier_percent: Fraction
    outlier_days: int
    outlier_day_cents: int
    implant_percent: Fraction
    outpatient_percent: Fraction
    rises: tuple[Rise, ...] = ()


class HospitalAgreement(msgspec.Struct, frozen=True):
    """An agreement with a hospital in all its versions, the oldest first."""

    key: str
    name: str
    payer: PayerProfile
    editions: tuple[HospitalEdition, ...]
    tolerance_cents: int
    group_tolerance_cents: int
