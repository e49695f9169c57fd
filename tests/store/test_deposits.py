"""Deposits in the store: facts once, conclusions replaced, decisions kept, on every dialect."""

from datetime import date

from edi_engine.records.deposits import (
    ANY_REMITTANCE,
    BankFormat,
    BankSpan,
    Deposit,
    DepositEvidence,
    DepositId,
    DepositMatch,
    DepositStatus,
    RemittanceDeposit,
    RemittanceDepositStatus,
)
from edi_engine.records.matching import RemittanceId
from edi_engine.records.reports import Subject
from edi_engine.store import Store
from edi_engine.store.deposits import BothSides
from tests.store.sample_records import claim_payment, load, load_bank, remittance_batch, work_item

DAY = date(2026, 1, 15)
NOTHING = BothSides(frozenset(), frozenset())


def deposit(ordinal: int, cents: int, trace: str) -> Deposit:
    return Deposit(ordinal, DAY, cents, "1990000003", "EXAMPLE PLAN", trace, True, "1990000003",
                   "ACH", "R1", "0002", "HCCLAIMPMT", ordinal, 95 * ordinal, 94)  # fmt: skip


def test_deposits_are_kept_and_known_again(store: Store) -> None:
    first, second = deposit(1, 500, "0012"), deposit(2, -700, "13")
    load_bank(store, "one", first, second)
    load_bank(store, "two", deposit(1, 500, "12"))
    with store.reading() as reader:
        found = reader.deposits()
        assert [one.deposit for one in found.values()] == [first, second]
        assert {one.file_name for one in found.values()} == {"one"}
        assert reader.bank_spans() == [BankSpan(BankFormat.NACHA, DAY, DAY)] * 2
        assert reader.pending_reassociation().deposit_ids == {1, 2}
        assert reader.deposits_of_file(2) == (1, 1)
        assert reader.reassociation_between(DAY, DAY) == BothSides(frozenset({1, 2}), frozenset())


def test_partners_share_a_trace_number_or_a_link(store: Store) -> None:
    load(store, remittance_batch(claim_payment(1)), name="era")
    with store.writing() as writer:
        awaited = writer.awaited_remittances([1])
        writer.note_awaited([1], awaited)
        (trace,) = (one.trace_number for one in awaited.values())
    load_bank(store, "bank", deposit(1, 500, f"000{trace}"), deposit(2, 500, "other"))
    with store.reading() as reader:
        both = BothSides(frozenset({1}), frozenset({1}))
        assert reader.reassociation_partners(BothSides(frozenset(), frozenset({1}))) == both
        assert reader.reassociation_partners(BothSides(frozenset({1}), frozenset())) == both
        assert reader.reassociation_partners(
            BothSides(frozenset({2}), frozenset())
        ) == NOTHING._replace(deposit_ids=frozenset({2}))
    with store.writing() as writer:
        writer.add_deposit_decision(2, 1, is_link=True, decided_by="kim", decided_at="now", note="")
    with store.reading() as reader:
        found = reader.reassociation_partners(BothSides(frozenset({2}), frozenset()))
        assert found == BothSides(frozenset({2}), frozenset({1}))


def test_conclusions_are_replaced_on_both_sides(store: Store) -> None:
    load(store, remittance_batch(claim_payment(1)), name="era")
    load_bank(store, "bank", deposit(1, 500, "12"))
    match = DepositMatch(
        DepositId(1), DepositStatus.MATCHED, (RemittanceId(1),), "trace_amount", 0, "It agrees.",
        (DepositEvidence("amount", "5.00", "5.00", agrees=True),), (),
    )  # fmt: skip
    other = RemittanceDeposit(
        RemittanceId(1), RemittanceDepositStatus.MATCHED, (DepositId(1),), "trace_amount", 0, "So."
    )
    with store.writing() as writer:
        writer.note_awaited([1], writer.awaited_remittances([1]))
        writer.write_deposit_matches([match])
        writer.write_remittance_deposits([other])
        writer.write_reassociation_clocks({1: DAY}, {1: None})
        writer.clear_pending_reassociation()
    with store.reading() as reader:
        assert reader.deposit_matches([1]) == {1: match}
        assert reader.remittance_deposits([1]) == {1: other}
        assert reader.reassociation_due(DAY) == BothSides(frozenset({1}), frozenset())
        assert reader.pending_reassociation() == NOTHING
    left = DepositMatch(DepositId(1), DepositStatus.OTHER_MONEY, candidates=(RemittanceId(1),))
    with store.writing() as writer:
        writer.write_deposit_matches([left])
        writer.mark_other_money_pending()
    with store.reading() as reader:
        assert reader.deposit_matches([1]) == {1: left}
        assert reader.remittance_deposits([1])[RemittanceId(1)].deposit_ids == ()
        assert reader.reassociation_due(DAY) == NOTHING
        assert reader.pending_reassociation().deposit_ids == {1}


def test_what_waits_for_its_other_side_is_listed(store: Store) -> None:
    load(store, remittance_batch(claim_payment(1)), name="era")
    load_bank(store, "bank", deposit(1, 500, "12"), deposit(2, 700, "13"))
    with store.writing() as writer:
        writer.note_awaited([1], writer.awaited_remittances([1]))
        writer.write_deposit_matches([
            DepositMatch(DepositId(1), DepositStatus.NO_REMITTANCE),
            DepositMatch(DepositId(2), DepositStatus.REPEATED),
        ])  # fmt: skip
    with store.reading() as reader:
        assert list(reader.remittances_without_deposit()) == [1]
        assert list(reader.deposits_without_remittance()) == [1]
        assert reader.practice_totals().deposits == (
            ("no_remittance", 1, 500),
            ("repeated", 1, 700),
        )


def test_remittances_that_changed_are_put_together_again(store: Store) -> None:
    load(store, remittance_batch(claim_payment(1)), name="era")
    with store.writing() as writer:
        for _ in range(2):
            writer.mark_pending_remittances([1])
            writer.mark_pending_remittances_for_reassociation()
            assert writer.pending_reassociation() == NOTHING._replace(remittance_ids=frozenset({1}))
        writer.clear_pending_remittances([1])
        writer.clear_pending_reassociation()
        writer.mark_pending_remittances_for_reassociation()
        assert writer.pending_reassociation() == NOTHING


def test_work_about_a_deposit_names_who_sent_it(store: Store) -> None:
    load_bank(store, "bank", deposit(1, 500, "12"))
    one = work_item("deposit:1/eft_era_gap/1")
    with store.reading() as reader:
        assert reader.subjects([one]) == {
            one.item_key: Subject(payer_name="EXAMPLE PLAN", trace_number="12")
        }


def test_what_does_not_count_is_dropped(store: Store) -> None:
    load(store, remittance_batch(claim_payment(1)), name="era")
    with store.writing() as writer:
        writer.note_awaited([1], writer.awaited_remittances([1]))
        writer.hold_remittance(1, "a copy")
        assert writer.awaited_remittances([1]) == {}
        writer.note_awaited([1], {})
        assert writer.remittance_deposits([1]) == {}


def test_decisions_stand_until_they_are_revoked(store: Store) -> None:
    load_bank(store, "bank", deposit(1, 500, "12"))
    with store.writing() as writer:
        writer.clear_pending_reassociation()
        number = writer.add_deposit_decision(
            1, ANY_REMITTANCE, is_link=False, decided_by="kim", decided_at="then", note="cash"
        )
        (found,) = writer.deposit_decisions([1])
        assert (found.deposit_decision_id, found.is_link, found.note) == (number, False, "cash")
        assert writer.pending_reassociation() == BothSides(frozenset({1}), frozenset())
        ended = writer.revoke_deposit_decision(number, revoked_by="lee", revoked_at="now")
        assert ended == (1, 0)
        assert writer.revoke_deposit_decision(number, revoked_by="lee", revoked_at="now") is None
        assert writer.deposit_decisions([1]) == []


def test_payers_are_remembered_once(store: Store) -> None:
    load(store, remittance_batch(claim_payment(1)), name="era")
    with store.writing() as writer:
        awaited = writer.awaited_remittances([1])
        assert writer.note_deposit_payers(awaited.values())
        assert not writer.note_deposit_payers(awaited.values())
        ids, names = writer.deposit_payers()
    assert ids
    assert names
