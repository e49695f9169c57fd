"""What a refusal means for the work: category, owner, kind, and what to do first.

Looked up by payer, remark, group and reason code, the most specific rule first (`DENIAL_ORDER`);
at the same place a practice's own rule stands before ours, and without a rule the category of the
reason holds. What a single claim's facts add, `worklist` weighs. Source: domain 6.2, feature 63.
"""

import csv
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import msgspec

from edi_engine.codes.tables import carc_or_unknown, carc_table, table_rows
from edi_engine.records.denials import DenialHardness, DenialKind, DenialRule, DenialStep

__all__ = [
    "DENIAL_ORDER",
    "DenialCategory",
    "DenialReason",
    "denial_categories",
    "denial_reason",
    "denial_rules",
    "read_denial_rules",
]

PATIENT_ACTION = "Check the benefit and any signed notice; then bill the patient or the next payer."
"""What to do first when the payer says that the patient owes what it refused."""

DENIAL_ORDER = (
    ("payer", "remark", "group"),
    ("payer", "remark"),
    ("payer", "group"),
    ("payer",),
    ("remark", "group"),
    ("remark",),
    ("group",),
    (),
)
"""What a rule names besides the reason code, most specific first: a payer outweighs a remark, a
remark the group. Of several remarks the first that has a rule counts."""


class DenialCategory(msgspec.Struct, frozen=True):
    """A kind of refusal. `owner` is the team whose process causes it; `preventable` is yes, no,
    partly or unknown; `recoverable` high, medium, low, none or unknown; `scenario` one of the four
    business scenarios of CAQH CORE 360 (missing_documentation, invalid_data, not_covered,
    not_separately_payable), or review, or none for what is no refusal."""

    category: str
    label: str
    scenario: str
    owner: str
    preventable: str
    recoverable: str
    hardness: DenialHardness
    kind: DenialKind
    step: DenialStep
    action: str


class DenialReason(msgspec.Struct, frozen=True):
    """A refusal explained: its category, and for exactly these codes how hard and of what kind it
    is, what to do (`step`) and how (`action`).

    `patient_liable` says that the group code puts it on the patient (PR).
    """

    category: DenialCategory
    action: str
    patient_liable: bool
    hardness: DenialHardness
    kind: DenialKind
    step: DenialStep
    group_code: str = ""
    reason_code: str = ""
    remark_codes: tuple[str, ...] = ()


@cache
def denial_categories() -> dict[str, DenialCategory]:
    """Every category that a reason code may have, by name."""
    return {
        row["category"]: msgspec.convert(row, DenialCategory)
        for row in table_rows("denial_categories")
    }


@cache
def denial_rules() -> tuple[DenialRule, ...]:
    """The rules that come with the engine, for single reasons."""
    return tuple(_rule(row) for row in table_rows("denial_rules"))


def denial_reason(
    group_code: str,
    reason_code: str,
    remark_codes: Sequence[str] = (),
    *,
    payer_id: str = "",
    own_rules: tuple[DenialRule, ...] = (),
) -> DenialReason:
    """The reason of a refusal; an unknown code gives category "other".

    `own_rules` are the practice's, of which no two have the same key.
    """
    rule = _rule_of(group_code, reason_code, tuple(remark_codes), payer_id, own_rules)
    name = rule.category if rule is not None else carc_or_unknown(reason_code).category
    entry = denial_categories().get(name) or denial_categories()["other"]
    patient_liable = group_code == "PR"
    action = rule.action if rule is not None else ""
    if not action:
        action = PATIENT_ACTION if patient_liable else entry.action
    return DenialReason(
        entry,
        action,
        patient_liable,
        (rule.hardness if rule is not None else None) or entry.hardness,
        (rule.kind if rule is not None else None) or entry.kind,
        (rule.step if rule is not None else None) or entry.step,
        group_code,
        reason_code,
        tuple(remark_codes),
    )


def read_denial_rules(text: str) -> tuple[tuple[DenialRule, ...], list[str]]:
    """A practice's own rules from CSV, and what is wrong with them, each with row and remedy.

    Columns as in our own table, any order; `carc` and `category` are needed, what is left empty
    takes the category's own. Row 1 is the header. With any mistake the rules are not to be used.
    """
    reader = csv.reader(text.splitlines())
    header = [name.strip() for name in next(reader, [])]
    unknown = sorted(set(header) - set(_COLUMNS))
    missing = sorted({"carc", "category"} - set(header))
    if unknown or missing or len(set(header)) != len(header):
        told = [f"the column {name} is missing" for name in missing]
        told += [f"there is no column {name!r}" for name in unknown]
        told = told or ["a column stands twice"]
        return (), [f"row 1: {'; '.join(told)}: the columns are {', '.join(_COLUMNS)}"]
    rules: dict[tuple[str, ...], DenialRule] = {}
    rows: dict[tuple[str, ...], int] = {}
    mistakes: list[str] = []
    for number, cells in enumerate(reader, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            mistakes.append(
                f"row {number}: {len(cells)} cells where the header has {len(header)}: quote cells"
                " that hold commas"
            )
            continue
        row = dict.fromkeys(_COLUMNS, "") | {
            name: cell.strip() for name, cell in zip(header, cells, strict=True)
        }
        wrong = _mistakes_of(row)
        if wrong:
            mistakes += [f"row {number}: {each}" for each in wrong]
            continue
        rule = _rule(row)
        if rule.key in rules:
            mistakes.append(
                f"row {number}: the same payer, group, carc and rarc as row {rows[rule.key]}:"
                " keep one of them"
            )
            continue
        rules[rule.key] = rule
        rows[rule.key] = number
    return tuple(rules.values()), mistakes


_COLUMNS = (
    "payer_id",
    "group_code",
    "carc",
    "rarc",
    "category",
    "hardness",
    "kind",
    "step",
    "action",
)
_GROUPS = ("", "CO", "PR", "OA", "PI", "CR")
_ACTION_LENGTH_MAX = 300
"""What stands on a screen in two or three lines."""


def _mistakes_of(row: dict[str, str]) -> list[str]:
    """What is wrong in one row, with what is expected."""
    wrong = []
    if row["carc"] not in carc_table():
        wrong.append(f"carc {row['carc']!r} is no reason code: give one of the public list")
    names = tuple(denial_categories())
    for column, allowed in (
        ("group_code", _GROUPS),
        ("category", names),
        ("hardness", ("", *DenialHardness)),
        ("kind", ("", *DenialKind)),
        ("step", ("", *DenialStep)),
    ):
        if row[column] not in allowed:
            choices = ", ".join(str(each) for each in allowed if each)
            wrong.append(f"{column} {row[column]!r} is unknown: give one of {choices}")
    if len(row["action"]) > _ACTION_LENGTH_MAX:
        wrong.append(f"the action is longer than {_ACTION_LENGTH_MAX} characters: shorten it")
    return wrong


def _rule(row: dict[str, str]) -> DenialRule:
    return DenialRule(
        payer_id=row["payer_id"],
        group_code=row["group_code"],
        carc=row["carc"],
        rarc=row["rarc"],
        category=row["category"],
        hardness=DenialHardness(row["hardness"]) if row["hardness"] else None,
        kind=DenialKind(row["kind"]) if row["kind"] else None,
        step=DenialStep(row["step"]) if row["step"] else None,
        action=row["action"],
    )


@lru_cache(maxsize=8)
def _by_key(own_rules: tuple[DenialRule, ...]) -> dict[tuple[str, ...], DenialRule]:
    """Rules by key; a practice's own in place of ours."""
    return {rule.key: rule for rule in (*denial_rules(), *own_rules)}


def _rule_of(
    group_code: str,
    reason_code: str,
    remark_codes: tuple[str, ...],
    payer_id: str,
    own_rules: tuple[DenialRule, ...],
) -> DenialRule | None:
    rules = _by_key(own_rules)
    for named in DENIAL_ORDER:
        if "payer" in named and not payer_id:
            continue
        payer = payer_id if "payer" in named else ""
        group = group_code if "group" in named else ""
        remarks: Iterable[str] = remark_codes if "remark" in named else ("",)
        for remark in remarks:
            found = rules.get((payer, remark, group, reason_code))
            if found is not None:
                return found
    return None
