"""Claims and payments found by their keys, each key on its own, copies and strangers left out."""

from datetime import date

from edi_engine.records.keys import control_number_key, member_key, patient_control_number_key
from edi_engine.records.reconciliation import ClaimMatch, MatchOutcome
from edi_engine.store import Store
from tests.store.sample_records import (
    bill_batch,
    claim,
    claim_payment,
    load,
    remittance_batch,
)

DAY = date(2026, 1, 5)


def match(payment_id: int, outcome: MatchOutcome, claim_id: int | None) -> ClaimMatch:
    return ClaimMatch(payment_id, outcome, claim_id, "same_control_number", 1, "Because.")  # type: ignore[arg-type]


def test_claims_are_found_by_every_key(store: Store) -> None:
    long_number = "ABCDEFGHIJKLMNOPQRST"
    load(store, bill_batch(claim(1), claim(2, patient_control_number=long_number)))
    with store.reading() as reader:
        assert reader.claim_ids_by_pcn(["PCN001", "PCN999", ""]) == {"PCN001": [1]}
        assert reader.claim_ids_by_pcn_prefix([long_number[:15], "PCN001", "PCN0"]) == {
            long_number[:15]: [2],
            "PCN001": [1],
        }
        assert reader.claim_ids_by_charge_and_date([(15000, DAY), (15001, DAY)]) == {
            (15000, DAY): [1, 2]
        }
        assert reader.claim_ids_by_line_control_number(["LINE0001"]) == {"LINE0001": [1, 2]}
        assert reader.claim_ids_by_member(["MEM001", "MEM002"]) == {"MEM001": [1, 2]}
        assert reader.claim_ids_by_payer_claim_control_number(["ICN55"]) == {"ICN55": [1, 2]}
        assert reader.practice_identifiers() == ({"1999999984"}, {"990000001"})


def test_more_keys_than_fit_a_statement_are_all_looked_up(store: Store) -> None:
    load(store, bill_batch(*(claim(number) for number in range(1, 1202))))
    keys = [patient_control_number_key(f"PCN-{number:03d}") for number in range(1, 1202)]
    with store.reading() as reader:
        assert reader.claim_ids_by_pcn(keys) == {
            key: [number] for number, key in enumerate(keys, 1)
        }
        assert len(reader.claim_ids_by_pcn_prefix(keys)) == 1201
        assert len(reader.billed_claims(range(1, 1202))) == 1201


def test_a_claim_is_found_by_the_number_of_a_payment_matched_to_it(store: Store) -> None:
    load(store, bill_batch(claim(1, original_reference="")), name="bills.edi")
    load(store, remittance_batch(claim_payment(1)), name="era.edi")
    with store.writing() as writer:
        assert writer.claim_ids_by_payer_claim_control_number(["ICN1"]) == {}
        writer.write_matches([match(1, MatchOutcome.SUGGESTED, 1)])
        assert writer.claim_ids_by_payer_claim_control_number(["ICN1"]) == {}
        writer.write_matches([match(1, MatchOutcome.MATCHED, 1)])
        assert writer.claim_ids_by_payer_claim_control_number(["ICN1"]) == {"ICN1": [1]}


def test_payments_are_found_by_their_own_numbers_at_once(store: Store) -> None:
    load(store, remittance_batch(claim_payment(1), claim_payment(2)))
    with store.reading() as reader:
        assert reader.payment_ids_by_pcn(["PCN002"]) == {"PCN002": [2]}
        assert reader.payment_ids_by_pcn_prefix(["PCN001"]) == {"PCN001": [1]}
        assert reader.payment_ids_by_payer_claim_control_number(["ICN2"]) == {"ICN2": [2]}


def test_only_payments_that_no_number_of_theirs_holds_are_found_by_weaker_keys(
    store: Store,
) -> None:
    load(store, bill_batch(claim(1)), name="bills.edi")
    load(store, remittance_batch(claim_payment(1), claim_payment(2)), name="era.edi")
    pairs = [(15000, DAY)]
    with store.writing() as writer:
        assert writer.payment_ids_by_charge_and_date(pairs) == {}
        writer.write_matches([match(1, MatchOutcome.MATCHED, 1), match(2, MatchOutcome.MATCHED, 1)])
        assert writer.payment_ids_by_charge_and_date(pairs) == {(15000, DAY): [2]}
        assert writer.payment_ids_by_line_control_number(["LINE0001"]) == {"LINE0001": [2]}
        assert writer.payment_ids_by_member(["MEM002"]) == {"MEM002": [2]}
        writer.write_matches([match(1, MatchOutcome.UNMATCHED, None)])
        assert writer.payment_ids_by_member(["MEM002"]) == {"MEM002": [1, 2]}


def test_parts_of_a_split_claim_are_found_by_their_sum(store: Store) -> None:
    parts = (
        claim_payment(1, patient_control_number="LOST1", charge_cents=6000),
        claim_payment(2, patient_control_number="LOST1", charge_cents=9000),
    )
    load(store, remittance_batch(*parts))
    with store.writing() as writer:
        writer.write_matches([match(number, MatchOutcome.UNMATCHED, None) for number in (1, 2)])
        assert writer.payment_ids_by_charge_and_date([(15000, DAY)]) == {(15000, DAY): [1, 2]}


def test_keys_survive_retyping_and_mean_nothing_when_the_number_does() -> None:
    assert control_number_key(" 00ab-12/c ") == "AB12C"
    assert patient_control_number_key("0000") == ""
    assert patient_control_number_key("unknown") == ""
    assert member_key("None") == ""
    assert member_key("W 0123-45") == "W012345"
