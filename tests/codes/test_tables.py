"""The code tables hold what they say, once each, and every class the field's rules ask for."""

import csv
from importlib import resources
from pathlib import Path

import pytest

from edi_engine.codes import (
    DENIAL_ORDER,
    AdjustmentClass,
    CodeStatus,
    PlbMeaning,
    carc,
    carc_or_unknown,
    carc_table,
    claim_filing_indicator,
    claim_status,
    denial_categories,
    denial_field,
    denial_reason,
    denial_rules,
    group_code,
    place_of_service,
    provider_adjustment,
    provider_adjustments,
    rarc_status,
    rarc_statuses,
    read_denial_rules,
    type_of_bill_label,
)
from edi_engine.codes.tables import table_rows
from edi_engine.records.denials import DenialHardness, DenialRule, DenialStep

SHARED_CODES = Path(__file__).parents[2] / "../shared/codes"

TABLES_AND_KEYS = [
    ("carc", ("code",)),
    ("rarc", ("code",)),
    ("group", ("code",)),
    ("claim_status", ("code",)),
    ("provider_adjustment", ("code",)),
    ("place_of_service", ("code",)),
    ("claim_filing_indicator", ("code",)),
    ("type_of_bill", ("part", "code")),
    ("claim_status_category", ("code",)),
    ("claim_status_reason", ("code",)),
    ("status_entity", ("code",)),
    ("interchange_note", ("code",)),
    ("acknowledgment_verdict", ("code",)),
    ("segment_fault", ("code",)),
    ("element_fault", ("code",)),
    ("set_fault", ("code",)),
    ("group_fault", ("code",)),
    ("claim_status_place", ("status",)),
    ("status_entity_loop", ("entity",)),
    ("denial_categories", ("category",)),
    ("denial_rules", ("payer_id", "group_code", "carc", "rarc")),
    ("denial_fields", ("category", "carc", "rarc")),
    (
        "deadline_rules",
        ("filing_indicator", "claim_type", "kind", "level"),
    ),
]

CLASSES_OF_THE_FIELD = [
    # reason codes, class, category
    ("1 2 3 66", AdjustmentClass.PATIENT_SHARE, "patient_share"),
    ("4 5 6 7 8 9 10 11 12 13 14", AdjustmentClass.DENIAL, "coding"),
    ("15 62 197 198 243", AdjustmentClass.DENIAL, "authorization"),
    ("16 226 227 250 251 252", AdjustmentClass.DENIAL, "missing_information"),
    ("18", AdjustmentClass.DENIAL, "duplicate"),
    ("19 20 21", AdjustmentClass.DENIAL, "other_liability"),
    ("22 109 136", AdjustmentClass.DENIAL, "other_payer"),
    ("23", AdjustmentClass.PRIOR_PAYER, "prior_payer"),
    ("24", AdjustmentClass.CAPITATION, "capitation"),
    ("26 27 31 32 33 177 200", AdjustmentClass.DENIAL, "eligibility"),
    ("29", AdjustmentClass.DENIAL, "timely_filing"),
    ("35 119 149", AdjustmentClass.DENIAL, "benefit_maximum"),
    ("39 40 49 50 55 56 57 58 167", AdjustmentClass.DENIAL, "medical_necessity"),
    ("45", AdjustmentClass.CONTRACTUAL, "contractual"),
    ("59 97 231 234 236", AdjustmentClass.BUNDLED, "bundling"),
    ("96 204 256", AdjustmentClass.DENIAL, "noncovered"),
    ("107 B15 B20", AdjustmentClass.DENIAL, "qualifying_service"),
    ("129 146 181 182 199", AdjustmentClass.DENIAL, "invalid_code"),
    ("131", AdjustmentClass.CONTRACTUAL, "reduction"),
    ("137 144 161 253 237", AdjustmentClass.REDUCTION, "reduction"),
    ("150 151 152 154 163", AdjustmentClass.DENIAL, "level_of_service"),
    ("170 171 172 183 184 185 B7", AdjustmentClass.DENIAL, "provider_enrollment"),
    ("190 A1 B9 B13 D1 D16 P1 P7 P13 P21", AdjustmentClass.DENIAL, "review"),
]


@pytest.mark.parametrize(("table", "key_columns"), TABLES_AND_KEYS)
def test_a_table_has_no_key_twice_and_no_ragged_row(
    table: str, key_columns: tuple[str, ...]
) -> None:
    text = resources.files("edi_engine.codes").joinpath(f"{table}.csv").read_text("utf-8")
    header, *rows = csv.reader(text.splitlines())
    keys = [tuple(row[header.index(column)] for column in key_columns) for row in rows]
    assert len(keys) == len(set(keys))
    assert all(len(row) == len(header) for row in rows)
    assert rows


@pytest.mark.parametrize(("codes", "adjustment_class", "category"), CLASSES_OF_THE_FIELD)
def test_a_reason_has_the_class_and_category_of_the_field(
    codes: str, adjustment_class: AdjustmentClass, category: str
) -> None:
    for code in codes.split():
        entry = carc(code)
        assert entry is not None, code
        assert (entry.adjustment_class, entry.category) == (adjustment_class, category), code


def test_every_reason_code_has_a_category_with_owner_and_action() -> None:
    categories = denial_categories()
    for entry in carc_table().values():
        assert entry.category in categories, entry.code
        is_refusal = entry.adjustment_class in {AdjustmentClass.DENIAL, AdjustmentClass.BUNDLED}
        hardness = categories[entry.category].hardness
        assert (hardness is not DenialHardness.NONE) == is_refusal or entry.category == "review"
    assert all(category.owner and category.action for category in categories.values())
    assert {category.preventable for category in categories.values()} <= {
        "yes",
        "no",
        "partly",
        "unknown",
    }
    assert {category.scenario for category in categories.values()} == {
        "missing_documentation",
        "invalid_data",
        "not_covered",
        "not_separately_payable",
        "review",
        "none",
    }
    assert {category.recoverable for category in categories.values()} == {
        "high",
        "medium",
        "low",
        "none",
        "unknown",
    }


def test_labels_are_short_and_ours() -> None:
    assert all(0 < len(entry.label) <= 48 for entry in carc_table().values())


@pytest.mark.skipif(not SHARED_CODES.is_dir(), reason="the reference code lists are not here")
@pytest.mark.parametrize(
    ("file_name", "ours"),
    [
        ("carc_status_2026-08-17.csv", lambda: {c: e.status for c, e in carc_table().items()}),
        ("rarc_status_2026-08-17.csv", rarc_statuses),
    ],
)
def test_values_and_statuses_equal_the_public_list(file_name: str, ours: object) -> None:
    with (SHARED_CODES / file_name).open(newline="", encoding="utf-8") as stream:
        listed = {row["code"]: CodeStatus(row["status"]) for row in csv.DictReader(stream)}
    assert callable(ours)
    assert ours() == listed


@pytest.mark.skipif(not SHARED_CODES.is_dir(), reason="the reference code lists are not here")
def test_provider_adjustment_reasons_equal_those_of_the_guide() -> None:
    path = SHARED_CODES / "plb_adjustment_reason_vista.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        assert set(provider_adjustments()) == {row["code"] for row in csv.DictReader(stream)}


def test_an_unknown_reason_is_refused_money_for_review() -> None:
    assert carc("X99") is None
    unknown = carc_or_unknown("X99")
    assert unknown.adjustment_class is AdjustmentClass.DENIAL
    assert unknown.category == "other"
    assert denial_reason("CO", "X99").category.category == "other"


def test_a_refusal_on_the_patient_is_liable_to_the_patient() -> None:
    reason = denial_reason("PR", "96")
    assert reason.patient_liable
    assert reason.category.category == "noncovered"
    assert "patient" in reason.action
    assert not denial_reason("CO", "96").patient_liable


def test_a_remark_makes_the_action_more_specific() -> None:
    plain = denial_reason("CO", "16")
    unprocessable = denial_reason("CO", "16", ["N1", "MA130"])
    assert plain.category.category == unprocessable.category.category == "missing_information"
    assert "appealed" in unprocessable.action
    assert unprocessable.action != plain.action
    assert denial_reason("CO", "16", ["MA04"]).category.category == "other_payer"


@pytest.mark.parametrize(
    ("code", "meaning", "payer_sequence", "forwarded"),
    [
        ("1", "processed", 1, False),
        ("2", "processed", 2, False),
        ("3", "processed", 3, False),
        ("4", "refused", None, False),
        ("19", "processed", 1, True),
        ("20", "processed", 2, True),
        ("21", "processed", 3, True),
        ("22", "reversal", None, False),
        ("23", "not_ours", None, True),
        ("25", "predetermination", None, False),
    ],
)
def test_claim_status_codes_say_payer_sequence_and_forwarding(
    code: str, meaning: str, payer_sequence: int | None, forwarded: bool
) -> None:
    entry = claim_status(code)
    assert entry is not None
    assert (entry.meaning, entry.payer_sequence, entry.forwarded) == (
        meaning,
        payer_sequence,
        forwarded,
    )


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("WO", PlbMeaning.TAKEBACK),
        ("FB", PlbMeaning.FORWARDING),
        ("L6", PlbMeaning.INTEREST),
        ("72", PlbMeaning.REFUND),
        ("IR", PlbMeaning.WITHHOLDING),
        ("CV", PlbMeaning.PASS_THROUGH),
        ("CT", PlbMeaning.CAPITATION),
    ],
)
def test_provider_adjustment_reasons_have_a_meaning(code: str, meaning: PlbMeaning) -> None:
    entry = provider_adjustment(code)
    assert entry is not None
    assert entry.meaning is meaning


def test_small_tables_answer_and_unknown_codes_are_none() -> None:
    group = group_code("CR")
    assert group is not None
    assert group.status is CodeStatus.DEACTIVATED
    assert place_of_service("11") is not None
    filing = claim_filing_indicator("MB")
    assert filing is not None
    assert filing.meaning == "medicare"
    assert rarc_status("MA130") is CodeStatus.CURRENT
    assert claim_status("99") is None
    assert place_of_service("00") is None
    assert claim_filing_indicator("?") is None
    assert rarc_status("N99999") is None


@pytest.mark.parametrize(
    ("type_of_bill", "label"),
    [
        ("131", "Hospital, outpatient, original"),
        ("0117", "Hospital, inpatient with Part A, replacement"),
        ("", ""),
        ("13", ""),
    ],
)
def test_a_type_of_bill_reads_as_words(type_of_bill: str, label: str) -> None:
    assert type_of_bill_label(type_of_bill) == label


@pytest.mark.parametrize("place", range(len(DENIAL_ORDER)))
def test_a_more_telling_rule_of_a_refusal_wins_over_every_later_one(place: int) -> None:
    """All rules from this place of the order on are there; the first of them counts."""
    rules = tuple(
        DenialRule(
            "PAYER1" if "payer" in named else "",
            "CO" if "group" in named else "",
            "4",
            "N1" if "remark" in named else "",
            "coding",
            action=" ".join(named) or "reason alone",
        )
        for named in DENIAL_ORDER[place:]
    )

    for order in (rules, rules[::-1]):
        found = denial_reason("CO", "4", ["N1"], payer_id="PAYER1", own_rules=order)
        assert found.action == (" ".join(DENIAL_ORDER[place]) or "reason alone")


def test_of_several_remarks_the_first_with_a_rule_counts() -> None:
    assert denial_reason("CO", "16", ["N1", "M51", "MA04"]).category.category == "invalid_code"
    assert denial_reason("CO", "16", ["MA04", "M51"]).category.category == "other_payer"


def test_a_practices_rule_stands_in_place_of_ours() -> None:
    own = (DenialRule("", "", "16", "MA130", "coding"),)
    found = denial_reason("CO", "16", ["MA130"], own_rules=own)
    assert found.category.category == "coding"
    assert found.step is DenialStep.CORRECTED_CLAIM


def test_every_rule_of_ours_names_codes_that_exist() -> None:
    for rule in denial_rules():
        assert carc(rule.carc) is not None, rule
        assert not rule.rarc or rarc_status(rule.rarc) is not None, rule
        assert rule.category in denial_categories(), rule
        assert rule.action.endswith("."), rule


def test_a_sheet_of_ones_own_rules_is_read_whole() -> None:
    text = resources.files("edi_engine.codes").joinpath("denial_rules.csv").read_text("utf-8")

    rules, mistakes = read_denial_rules(text)

    assert (rules, mistakes) == (denial_rules(), [])


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("", ["row 1: the column carc is missing; the column category is missing: the columns"]),
        ("carc,category,colour\n", ["row 1: there is no column 'colour': the columns are"]),
        ("carc,category,carc\n", ["row 1: a column stands twice"]),
        ("carc,category\n16\n", ["row 2: 1 cells where the header has 2"]),
        ("carc,category\n\n16X,coding\n", ["row 3: carc '16X' is no reason code"]),
        ("carc,category,step\n16,coding,pay\n", ["row 2: step 'pay' is unknown: give one of"]),
        ("carc,category,kind\n16,coding,odd\n", ["row 2: kind 'odd' is unknown"]),
        ("carc,category,hardness\n16,coding,x\n", ["row 2: hardness 'x' is unknown"]),
        ("carc,category,group_code\n16,coding,XX\n", ["row 2: group_code 'XX' is unknown"]),
        (f"carc,category,action\n16,coding,{'x' * 301}\n", ["row 2: the action is longer"]),
        (
            "carc,category\n16,coding\n4,coding\n16,review\n",
            ["row 4: the same payer, group, carc and rarc as row 2: keep one of them"],
        ),
        (
            "carc,category\nQ,nothing\n16,\n",
            ["row 2: carc 'Q'", "row 2: category 'nothing'", "row 3: category ''"],
        ),
    ],
)
def test_every_mistake_of_a_sheet_is_told_with_row_and_remedy(
    text: str, mistakes: list[str]
) -> None:
    _, found = read_denial_rules(text)

    assert len(found) == len(mistakes)
    for told, expected in zip(found, mistakes, strict=True):
        assert told.startswith(expected)


def test_every_kind_of_refusal_points_at_something_to_check() -> None:
    fields = table_rows("denial_fields")
    named = {row["category"] for row in fields if row["category"]}
    kinds = denial_categories().items()
    assert named == {name for name, kind in kinds if kind.hardness is not DenialHardness.NONE}
    for row in fields:
        assert [bool(row[column]) for column in ("category", "carc", "rarc")].count(True) == 1, row
        assert not row["carc"] or carc(row["carc"]) is not None, row
        assert not row["rarc"] or rarc_status(row["rarc"]) is not None, row
        assert row["check"].endswith("."), row
        assert row["field"] or not row["place"], row


@pytest.mark.parametrize(
    ("category", "reason_code", "remarks", "field"),
    [
        ("authorization", "197", (), "Authorization or referral number"),
        ("authorization", "288", (), "Referral number"),
        ("missing_information", "16", ("N290",), "Rendering provider's NPI"),
        ("missing_information", "16", ("N1", "M76"), "Diagnosis codes"),
        ("coding", "7", (), "Sex"),
        ("coding", "7", ("N329",), "Date of birth"),
        ("eligibility", "", (), "Member number and plan"),
        ("no such category", "X99", (), ""),
    ],
)
def test_a_refusal_points_at_the_entry_of_the_claim(
    category: str, reason_code: str, remarks: tuple[str, ...], field: str
) -> None:
    assert denial_field(category, reason_code, remarks).field == field
