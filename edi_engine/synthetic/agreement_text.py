"""Agreements as the files that a practice would load: YAML terms and CSV schedules.

The format is that of docs/CONTRACTS.md, written here by hand and never by the engine.
"""

from collections.abc import Iterable
from fractions import Fraction

from edi_engine.synthetic.agreement_maker import DAY_TERM, DELIVERY_TERM, HEART_TERM, JOINT_TERM
from edi_engine.synthetic.agreements import (
    Agreement,
    Edition,
    Fee,
    HospitalAgreement,
    HospitalEdition,
    Rise,
    StopLossTerm,
)

__all__ = ["hospital_files", "physician_files"]

Files = list[tuple[str, str]]
"""Names, with folders, and texts; a contract stands behind the schedules that it names."""


_RATE_COLUMNS = (
    "procedure_code",
    "modifiers",
    "effective_from",
    "effective_to",
    "allowed_amount",
    "facility_amount",
    "multiple_procedures",
    "bilateral",
    "practice_expense_amount",
    "facility_practice_expense_amount",
    "endoscopic_base",
)


def _decimal(value: Fraction) -> str:
    """A fraction with at most four places, as text."""
    whole = value * 10_000
    if whole.denominator != 1:
        raise ValueError(f"{value} has more than four places")
    units, places = divmod(whole.numerator, 10_000)
    return f"{units}.{places:04d}".rstrip("0").rstrip(".")


def _dollars(cents: int | None) -> str:
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"


def _percents(ladder: Iterable[Fraction]) -> str:
    return ", ".join(f"{_decimal(each)}%" for each in ladder)


def _head(
    agreement: Agreement | HospitalAgreement, edition: Edition | HospitalEdition
) -> list[str]:
    lines = [
        f"contract: {agreement.key}",
        f"name: {agreement.name}",
        f'version: "{edition.version}"',
        f"effective_from: {edition.first_on.isoformat()}",
    ]
    if edition.last_on is not None:
        lines.append(f"effective_to: {edition.last_on.isoformat()}")
    return lines


def _rises(rises: Iterable[Rise]) -> list[str]:
    lines = ["escalators:"]
    for number, rise in enumerate(rises, 1):
        lines += [
            f"  - effective_from: {rise.first_on.isoformat()}",
            f"    percent: {_decimal(rise.percent)}%",
            f"    clause: Article 7.{number}",
        ]
        if rise.terms:
            lines.append(f"    terms: [{', '.join(rise.terms)}]")
    return lines


def physician_files(agreement: Agreement) -> Files:
    """A contract file for each version and the schedules of its own."""
    files: Files = []
    for edition in agreement.editions:
        stem = f"{agreement.key}-{edition.version}"
        files += [
            (f"{stem}/office.csv", _rate_rows(edition.office)),
            (f"{stem}/laboratory.csv", _rate_rows(edition.laboratory)),
            (f"{stem}/anesthesia.csv", _base_rows(edition.anesthesia)),
            (f"{stem}.yaml", "\n".join(_physician_lines(agreement, edition, stem)) + "\n"),
        ]
    return files


def _rate_rows(fees: Iterable[Fee]) -> str:
    rows = [",".join(_RATE_COLUMNS)]
    for fee in fees:
        cells = (
            fee.code,
            fee.modifier,
            "" if fee.first_on is None else fee.first_on.isoformat(),
            "" if fee.last_on is None else fee.last_on.isoformat(),
            _dollars(fee.cents),
            _dollars(fee.facility_cents),
            fee.multiple,
            fee.bilateral,
            _dollars(fee.expense_cents),
            _dollars(fee.facility_expense_cents),
            fee.base,
        )
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def _base_rows(fees: Iterable[Fee]) -> str:
    return "procedure_code,base_units\n" + "".join(f"{fee.code},{fee.base_units}\n" for fee in fees)


def _physician_lines(agreement: Agreement, edition: Edition, stem: str) -> list[str]:
    lines = [
        *_head(agreement, edition),
        "applies_to:",
        f"  payer_ids: {agreement.payer.payer_id}",
        "  kinds: professional",
        "schedules:",
        *_schedule("office", "rates", f"{stem}/office.csv"),
        *_schedule("laboratory", "rates", f"{stem}/laboratory.csv"),
        *_schedule("anesthesia", "base_units", f"{stem}/anesthesia.csv"),
        "terms:",
        *_term("Cosmetic surgery", "codes: 15820-15823"),
        "    not_payable: Cosmetic surgery is excluded.",
        *_term("Drugs", "codes: J0000-J9999"),
        f"    percent_of_charge: {_decimal(edition.drug_percent)}%",
        *_term("Anesthesia", "codes: 00100-01999"),
        "    anesthesia:",
        "      schedule: anesthesia",
        f"      conversion_factor: {_decimal(edition.anesthesia_factor / 100)}",
        "      physical_status:",
        "        P3: 1",
        "        P4: 2",
        *_term("Kits", "codes: A4550"),
        "    flat:",
        f"      amount: {_dollars(edition.kit_cents)}",
        "      per_unit: no",
        *_term("Screening", "codes: G0442"),
        f"    flat: {_dollars(edition.screening_cents)}",
        *_term("Laboratory", "codes: 80047-89398"),
        "    schedule: laboratory",
        f"    percent: {_decimal(edition.laboratory_percent)}%",
        *_term("Physicians"),
        "    schedule: office",
        f"    percent: {_decimal(edition.office_percent)}%",
        *_term("Everything else"),
        f"    percent_of_charge: {_decimal(edition.other_percent)}%",
        "modifiers:",
        *(f"  {modifier}: {_decimal(percent)}%" for modifier, percent in agreement.modifiers),
        f"bilateral: {_decimal(agreement.bilateral)}%",
        "multiple_procedures:",
        *_ladder("Surgery", "2", "whole", agreement.ladder),
    ]
    if agreement.expense_ladder:
        lines += _ladder("Therapy", "5", "practice_expense", agreement.expense_ladder)
    if agreement.has_endoscopy:
        lines += _ladder("Endoscopy", "3", "endoscopy", agreement.ladder)
    lines += [
        *_rises(edition.rises),
        f"lesser_of: {agreement.caps}",
        f"rounding: {'step' if agreement.rounds_each_step else 'line'}",
    ]
    if agreement.sequesters:
        lines.append("sequestration: 2%")
    if agreement.in_time is not None:
        lines += [
            "timely_payment:",
            f"  discount_days: {agreement.in_time.discount_days}",
            f"  discount_percent: {_decimal(agreement.in_time.discount_percent)}%",
            f"  interest_after_days: {agreement.in_time.interest_days}",
            f"  interest_percent: {_decimal(agreement.in_time.interest_percent)}%",
            "  clause: Article 9",
        ]
    return [
        *lines,
        "tolerance:",
        "  line:",
        f"    amount: {_dollars(agreement.tolerance_cents)}",
        f"    percent: {_decimal(agreement.tolerance_percent)}%",
    ]


def _schedule(name: str, kind: str, file_name: str) -> list[str]:
    return [f"  {name}:", f"    kind: {kind}", f"    file: {file_name}"]


def _term(name: str, *conditions: str) -> list[str]:
    lines = [f"  - name: {name}"]
    if conditions:
        lines += ["    when:", *(f"      {each}" for each in conditions)]
    return lines


def _ladder(name: str, indicator: str, portion: str, ladder: Iterable[Fraction]) -> list[str]:
    return [
        f"  - name: {name}",
        f"    indicators: {indicator}",
        f"    portion: {portion}",
        f"    ladder: [{_percents(ladder)}]",
    ]


def hospital_files(agreement: HospitalAgreement) -> Files:
    """A contract file for each version and its table of weights."""
    files: Files = []
    for edition in agreement.editions:
        stem = f"{agreement.key}-{edition.version}"
        weights = "".join(f"{each.drg},{_decimal(each.weight)}\n" for each in edition.groups)
        files += [
            (f"{stem}/weights.csv", f"drg,weight\n{weights}"),
            (f"{stem}.yaml", "\n".join(_hospital_lines(agreement, edition, stem)) + "\n"),
        ]
    return files


def _hospital_lines(agreement: HospitalAgreement, edition: HospitalEdition, stem: str) -> list[str]:
    drgs = ", ".join(each.drg for each in edition.groups)
    lines = [
        *_head(agreement, edition),
        "dated_by: admission",
        "applies_to:",
        f"  payer_ids: {agreement.payer.payer_id}",
        "  kinds: institutional",
        "schedules:",
        *_schedule("weights", "drg_weights", f"{stem}/weights.csv"),
        "terms:",
        *_term("Implants", "revenue_codes: 0274-0278"),
        f"    percent_of_charge: {_decimal(edition.implant_percent)}%",
        "    lesser_of: none",
        *_term(DELIVERY_TERM, "drgs: 765-768", "types_of_bill: 11"),
        "    case_rate:",
        f"      amount: {_dollars(edition.delivery_cents)}",
        f"      included_days: {edition.delivery_days}",
        f"      extra_day: {_dollars(edition.delivery_extra_cents)}",
        *_term(HEART_TERM, "drgs: 231-236", "types_of_bill: 11"),
        f"    case_rate: {_dollars(edition.heart_cents)}",
        *_stop_loss(edition.heart_stop_loss),
        *_term(JOINT_TERM, f"drgs: [{drgs}]", "types_of_bill: 11"),
        "    drg:",
        "      schedule: weights",
        f"      base_rate: {_dollars(edition.base_cents)}",
        "      cost_outlier:",
        f"        cost_to_charge: {_decimal(edition.cost_to_charge)}",
        f"        fixed_loss: {_dollars(edition.fixed_loss_cents)}",
        f"        percent: {_decimal(edition.outlier_percent)}%",
        "      day_outlier:",
        f"        after_days: {edition.outlier_days}",
        f"        rate: {_dollars(edition.outlier_day_cents)}",
        *_term(DAY_TERM, "types_of_bill: 11"),
        "    per_diem:",
        "      tiers:",
    ]
    for first_day, cents in edition.tiers:
        lines += [f"        - from_day: {first_day}", f"          rate: {_dollars(cents)}"]
    return [
        *lines,
        *_stop_loss(edition.day_stop_loss),
        *_term("Outpatients"),
        f"    percent_of_charge: {_decimal(edition.outpatient_percent)}%",
        *_rises(edition.rises),
        "lesser_of: none",
        "tolerance:",
        "  line:",
        f"    amount: {_dollars(agreement.tolerance_cents)}",
        "  claim:",
        f"    amount: {_dollars(agreement.group_tolerance_cents)}",
    ]


def _stop_loss(relief: StopLossTerm) -> list[str]:
    return [
        "    stop_loss:",
        f"      kind: {'first_dollar' if relief.is_first_dollar else 'second_dollar'}",
        f"      above: {_dollars(relief.above_cents)}",
        f"      percent: {_decimal(relief.percent)}%",
    ]
