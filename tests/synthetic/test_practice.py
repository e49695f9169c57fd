"""The synthetic practice: what it promises about its files and its truth."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from edi_engine.synthetic import MessRates, Practice, make_practice, plain_payers, shuffled_payers
from edi_engine.synthetic.people import NAME_MARKS, npi_check_digit
from tests.synthetic import x12_sums

START_ON = date(2024, 1, 1)
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=SEEDS)
def practice(request: pytest.FixtureRequest) -> Practice:
    return make_practice(request.param, start_on=START_ON)


def test_the_same_seed_makes_the_same_bytes_and_truth() -> None:
    first = make_practice(7, start_on=START_ON, claims_count=120)
    second = make_practice(7, start_on=START_ON, claims_count=120)
    assert first == second
    assert first.files() == second.files()


def test_different_seeds_make_different_practices() -> None:
    first = make_practice(7, start_on=START_ON, claims_count=60)
    second = make_practice(8, start_on=START_ON, claims_count=60)
    assert first.files() != second.files()
    assert first.billing_npis != second.billing_npis


def test_an_impossible_size_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_practice(1, start_on=START_ON, claims_count=0)


def test_file_names_are_unique_and_name_no_patient(practice: Practice) -> None:
    names = [name for name, _ in practice.files()]
    assert len(set(names)) == len(names)
    assert all(name.endswith(".edi") for name in names)
    assert not any(mark in name for name in names for mark in NAME_MARKS)


def test_every_mess_happens_in_a_default_month(practice: Practice) -> None:
    happened = {mess.name for mess in practice.truth.messes if mess.places}
    assert set(MessRates.__struct_fields__) <= happened


def test_every_habit_of_the_payers_shows(practice: Practice) -> None:
    habits = {
        "truncated_control_number",
        "prefixed_control_number",
        "padded_control_number",
        "stripped_control_number",
        "dropped_modifiers",
        "omitted_line_numbers",
        "positional_line_numbers",
        "reordered_lines",
        "joined_middle_name",
        "member_suffix",
    }
    assert all(len(practice.truth.mess(habit)) >= 3 for habit in habits)


def test_provider_adjustments_of_every_meaning_happen(practice: Practice) -> None:
    meanings = {entry.meaning for entry in practice.truth.provider_adjustments}
    assert meanings == {"takeback", "postponed", "carried", "interest", "capitation", "other"}
    takebacks = [e for e in practice.truth.provider_adjustments if e.meaning == "takeback"]
    assert {entry.traceable for entry in takebacks} == {True, False}


def test_sets_are_grouped_in_every_way(practice: Practice) -> None:
    shapes = Counter()
    for name, data in practice.files():
        tags = Counter(segment[0] for segment in x12_sums.segments_of(data))
        if tags["ST"] > 1:
            kind = "837" if "_837" in name else "835"
            shapes[kind, "ISA" if tags["ISA"] > 1 else "GS" if tags["GS"] > 1 else "ST"] += 1
    assert {shape for _, shape in shapes} == {"ISA", "GS", "ST"}
    assert {kind for kind, _ in shapes} == {"835", "837"}


def test_set_control_numbers_are_unique_in_a_file_and_counts_are_right(practice: Practice) -> None:
    for _, data in practice.files():
        segments = x12_sums.segments_of(data)
        starts = [segment[2] for segment in segments if segment[0] == "ST"]
        assert len(set(starts)) == len(starts)
        begin = 0
        for index, segment in enumerate(segments):
            if segment[0] == "ST":
                begin = index
            elif segment[0] == "SE":
                assert segment[1:] == [str(index - begin + 1), segments[begin][2]]


def test_interchange_control_numbers_are_never_used_twice(practice: Practice) -> None:
    copies = {d.file_name for d in practice.truth.duplicate_files if d.kind == "same_bytes"}
    numbers = [
        segment[13]
        for name, data in practice.files()
        if name not in copies
        for segment in x12_sums.segments_of(data)
        if segment[0] == "ISA"
    ]
    assert len(set(numbers)) == len(numbers)


def test_every_claim_is_the_sum_of_its_lines(practice: Practice) -> None:
    for _, data in practice.claim_files:
        for _, billed in x12_sums.claims(data):
            assert all(claim.charge == sum(claim.lines) for claim in billed)


def test_every_remittance_balances_but_those_the_truth_names(practice: Practice) -> None:
    named = {
        (truth.file_name, truth.set_control_number): truth.unbalanced
        for truth in practice.truth.remittances
        if truth.unbalanced
    }
    copies = {d.file_name: d.original_file_name for d in practice.truth.duplicate_files}
    assert set(named.values()) == {"line", "transaction"}
    for name, data in practice.remittance_files:
        for remittance in x12_sums.remittances(data):
            level = named.get((copies.get(name, name), remittance.control_number), "")
            wrong = _failing_levels(remittance)
            assert wrong == ({"line", "claim"} if level == "line" else {level} - {""})


def _failing_levels(remittance: x12_sums.RemittanceSums) -> set[str]:
    wrong = set()
    for claim in remittance.claims:
        on_lines = sum(line.adjusted for line in claim.lines)
        if claim.charge - claim.adjusted - on_lines != claim.paid:
            wrong.add("claim")
        if any(line.charge - line.adjusted != line.paid for line in claim.lines):
            wrong.add("line")
        if claim.lines:
            assert claim.charge == sum(line.charge for line in claim.lines)
    paid = sum(claim.paid for claim in remittance.claims)
    if paid - sum(amount for _, amount in remittance.provider) != remittance.payment:
        wrong.add("transaction")
    return wrong


def test_no_payment_is_negative(practice: Practice) -> None:
    for _, data in practice.remittance_files:
        assert all(remittance.payment >= 0 for remittance in x12_sums.remittances(data))


def test_patient_responsibility_is_stated_as_adjusted_except_on_reversals(
    practice: Practice,
) -> None:
    for _, data in practice.remittance_files:
        for remittance in x12_sums.remittances(data):
            for claim in remittance.claims:
                if claim.status == "22":
                    assert not claim.stated_patient
                else:
                    assert x12_sums.cents(claim.stated_patient) == claim.patient


def test_the_truth_knows_every_claim_payment_by_its_place(practice: Practice) -> None:
    copies = {d.file_name for d in practice.truth.duplicate_files if d.kind == "same_bytes"}
    places = [
        (name, remittance.control_number, ordinal)
        for name, data in practice.remittance_files
        if name not in copies
        for remittance in x12_sums.remittances(data)
        for ordinal in range(1, len(remittance.claims) + 1)
    ]
    known = [
        (p.payment.file_name, p.payment.set_control_number, p.payment.claim_ordinal)
        for p in practice.truth.pairs
    ]
    assert sorted(places) == sorted(known)


def test_every_true_pair_points_to_a_claim_in_the_files(practice: Practice) -> None:
    billed = {
        (name, number, ordinal)
        for name, data in practice.claim_files
        for number, found in x12_sums.claims(data)
        for ordinal in range(1, len(found) + 1)
    }
    for pair in practice.truth.pairs:
        if pair.claim is None:
            assert pair.reason in {"other_practice", "paper", "recycled"}
            continue
        assert not pair.reason
        key = (pair.claim.file_name, pair.claim.set_control_number, pair.claim.claim_ordinal)
        assert key in billed


def test_payments_in_the_truth_equal_those_in_the_files(practice: Practice) -> None:
    in_files = {
        (name, remittance.control_number, ordinal): claim
        for name, data in practice.remittance_files
        for remittance in x12_sums.remittances(data)
        for ordinal, claim in enumerate(remittance.claims, 1)
    }
    paid: defaultdict[object, int] = defaultdict(int)
    for pair in practice.truth.pairs:
        if pair.claim is not None and pair.duplicate_of is None:
            key = pair.payment
            claim = in_files[key.file_name, key.set_control_number, key.claim_ordinal]
            paid[pair.claim, pair.payer_sequence] += claim.paid
    in_truth: defaultdict[object, int] = defaultdict(int)
    for line in practice.truth.lines:
        in_truth[line.claim, line.payer_sequence] += line.paid_cents
    assert {key: value for key, value in paid.items() if value} == {
        key: value for key, value in in_truth.items() if value
    }


def test_charges_in_the_truth_equal_those_in_the_files(practice: Practice) -> None:
    billed = {
        (name, number, ordinal): claim
        for name, data in practice.claim_files
        for number, found in x12_sums.claims(data)
        for ordinal, claim in enumerate(found, 1)
    }
    for line in practice.truth.lines:
        key = (line.claim.file_name, line.claim.set_control_number, line.claim.claim_ordinal)
        if line.line_number:
            assert billed[key].lines[line.line_number - 1] == line.charge_cents


def test_every_answered_line_is_accounted_for_to_the_cent(practice: Practice) -> None:
    by_claim: defaultdict[object, int] = defaultdict(int)
    for line in practice.truth.lines:
        if line.state in ("unanswered", "reversed"):
            assert line.paid_cents == line.allowed_cents == line.contractual_cents == 0
            continue
        parts = (
            line.paid_cents
            + line.contractual_cents
            + line.patient_responsibility_cents
            + line.denied_cents
            + line.other_cents
        )
        by_claim[line.claim, line.payer_sequence] += line.charge_cents - parts
        if line.uncertain != "claim_level":
            assert parts == line.charge_cents
    assert not any(by_claim.values())


def test_states_say_what_the_amounts_say(practice: Practice) -> None:
    for line in practice.truth.lines:
        if line.state == "denied":
            assert line.paid_cents == line.allowed_cents == 0
            assert line.denial_category
        elif line.state == "patient":
            assert line.paid_cents == 0 < line.allowed_cents == line.patient_responsibility_cents
        elif line.state in ("underpaid", "overpaid"):
            assert line.variance_cents is not None
            assert abs(line.variance_cents) > 100
            assert (line.variance_cents > 0) == (line.state == "underpaid")
        elif line.state == "zero_charge":
            assert line.charge_cents == 0
        else:
            assert line.state in {"paid", "bundled", "reversed", "unanswered"}


def test_every_line_state_and_denial_category_happens(practice: Practice) -> None:
    states = {line.state for line in practice.truth.lines}
    assert states == {
        "paid",
        "underpaid",
        "overpaid",
        "denied",
        "patient",
        "bundled",
        "zero_charge",
        "reversed",
        "unanswered",
    }
    categories = {line.denial_category for line in practice.truth.lines}
    assert len(categories) >= 12


def test_all_names_are_invented(practice: Practice) -> None:
    places = {"IL", "QC", "82", "71", "74"}
    for _, data in practice.files():
        for segment in x12_sums.segments_of(data):
            if segment[0] == "NM1" and segment[1] in places:
                assert segment[3].startswith(NAME_MARKS)
            elif segment[0] == "N3":
                assert "SAMPLE" in segment[1]
            elif segment[0] == "N1" or (segment[0] == "NM1" and segment[2] == "2"):
                name = segment[2] if segment[0] == "N1" else segment[3]
                assert any(mark in name for mark in NAME_MARKS)


def test_provider_identifiers_are_valid_and_of_the_invented_range(practice: Practice) -> None:
    found = set()
    for _, data in practice.files():
        for segment in x12_sums.segments_of(data):
            if "XX" in segment[:-1]:
                found.add(segment[segment.index("XX") + 1])
    assert len(found) > 5
    assert all(npi[:5] == "19999" and npi_check_digit(npi[:9]) == npi[9] for npi in found)


def test_a_practice_without_messes_is_simply_paid() -> None:
    practice = make_practice(
        4, start_on=START_ON, claims_count=50, messes=MessRates.none(), payers=plain_payers()
    )
    assert practice.truth.messes == ()
    assert len(practice.truth.pairs) == 50
    assert {line.state for line in practice.truth.lines} <= {"paid", "zero_charge", "patient"}


def test_the_fee_schedule_prices_what_the_truth_expects(practice: Practice) -> None:
    header, *rows = practice.fee_schedule_csv().splitlines()
    assert header == (
        "payer_id,procedure_code,modifiers,place_of_service,effective_from,effective_to,"
        "allowed_amount"
    )
    assert len(rows) == len(set(rows)) > 100
    assert any(line.expected_cents is not None for line in practice.truth.lines)
    with_modifiers = [row for row in rows if row.split(",")[2]]
    with_place = [row for row in rows if row.split(",")[3]]
    assert with_modifiers
    assert with_place


def test_services_of_every_kind_are_billed(practice: Practice) -> None:
    tags = Counter()
    for _, data in practice.claim_files:
        for segment in x12_sums.segments_of(data):
            tags[segment[0]] += 1
            if segment[0] == "SV1" and segment[3] == "MJ":
                tags["minutes"] += 1
    wanted = ("SV1", "SV2", "SV3", "TOO", "LIN", "CTP", "CL1", "SVD", "minutes")
    assert all(tags[tag] for tag in wanted)


def test_payers_with_drawn_habits_still_balance_and_are_the_same_for_a_seed() -> None:
    assert shuffled_payers(3) == shuffled_payers(3) != shuffled_payers(4)
    practice = make_practice(9, start_on=START_ON, claims_count=200, payers=shuffled_payers(9))
    unbalanced = sum(bool(remittance.unbalanced) for remittance in practice.truth.remittances)
    failing = sum(
        bool(_failing_levels(remittance))
        for name, data in practice.remittance_files
        if not name.endswith(("_copy.edi", "_again.edi"))
        for remittance in x12_sums.remittances(data)
    )
    assert failing == unbalanced
