"""What is written from a file comes back whole: sets, findings, raw bytes, matching views."""

import random

from edi_engine.records.matching import (
    ClaimId,
    ClaimPaymentId,
    RemittanceId,
    billed_claim,
    paid_claim,
)
from edi_engine.records.stored import FileState
from edi_engine.store import Store
from tests.store.sample_records import (
    bill_batch,
    claim,
    claim_payment,
    load,
    remittance,
    remittance_batch,
)


def test_a_file_is_found_by_its_digest_with_its_counts(store: Store) -> None:
    file_id = load(store, bill_batch(claim(1), claim(2)))
    with store.reading() as reader:
        found = reader.file(file_id)
        assert found is not None
        assert reader.file_by_digest(found.digest) == found
        assert reader.files() == [found]
        assert found.state is FileState.LOADED
        assert (found.counts.sets, found.counts.claims, found.counts.service_lines) == (1, 2, 4)
        assert reader.file_by_digest("f" * 64) is None


def test_raw_bytes_come_back_from_any_place(store: Store) -> None:
    raw = random.Random(5).randbytes(600_000)
    file_id = load(store, raw=raw)
    with store.reading() as reader:
        for offset, length in ((0, 10), (262_140, 10), (262_144, 1), (599_990, 50), (0, 600_000)):
            assert reader.raw_segments(file_id, offset, length) == raw[offset : offset + length]


def test_a_billed_claim_comes_back_as_its_matching_view(store: Store) -> None:
    claims = (claim(1), claim(2, coverage=None, other_payers=(), lines=()))
    load(store, bill_batch(*claims))
    with store.reading() as reader:
        assert reader.billed_claims([1, 2, 99]) == {
            ClaimId(1): billed_claim(claims[0], ClaimId(1)),
            ClaimId(2): billed_claim(claims[1], ClaimId(2)),
        }


def test_a_claim_payment_comes_back_as_its_matching_view(store: Store) -> None:
    payments = (claim_payment(1), claim_payment(2, lines=(), parties=(), adjustments=()))
    load(store, remittance_batch(*payments))
    with store.reading() as reader:
        found = reader.paid_claims([2, 1])
    for payment_id, payment in enumerate(payments, 1):
        wanted = paid_claim(payment, remittance(), ClaimPaymentId(payment_id), RemittanceId(1))
        assert found[ClaimPaymentId(payment_id)] == wanted


def test_findings_and_sets_come_back_with_their_places(store: Store) -> None:
    batch = remittance_batch(claim_payment())
    file_id = load(store, batch)
    with store.reading() as reader:
        (found,) = reader.findings(file_id)
        (stored_set,) = reader.sets_of_file(file_id)
        assert reader.findings_of_set(stored_set.set_id) == [found]
    assert found.code == batch.findings[0].code
    assert found.place.file_name == "a.edi"
    assert found.place.element == "BPR02"
    assert (found.left_cents, found.right_cents) == (1, 2)
    assert stored_set.balanced is True
    assert stored_set.state == "read"


def test_a_set_in_many_pieces_is_one_set(store: Store) -> None:
    whole = remittance_batch(claim_payment(1), claim_payment(2))
    pieces = [
        type(whole)(whole.source, remittance=whole.remittance),
        type(whole)(whole.source, claim_payments=whole.claim_payments[:1]),
        type(whole)(whole.source, claim_payments=whole.claim_payments[1:]),
        type(whole)(whole.source, ended=whole.ended),
    ]
    file_id = load(store, *pieces)
    with store.reading() as reader:
        assert [found.claims_count for found in reader.sets_of_file(file_id)] == [2]
        assert reader.payment_ids_of_remittance(1) == [1, 2]
        assert reader.pending_payment_ids() == [1, 2]


def test_a_nul_in_a_file_does_not_stop_it_from_loading(store: Store) -> None:
    odd = claim(1, patient_control_number="PCN\x00001")
    lines = (claim_payment(1).lines[0],)
    payment = claim_payment(1, payer_claim_control_number="ICN\x001", lines=lines)
    load(store, bill_batch(odd), raw=b"ISA*\x00", name="bills.edi")
    load(store, remittance_batch(payment), raw=b"ISA*00\x00", name="era.edi")
    with store.reading() as reader:
        number = reader.billed_claims([1])[ClaimId(1)].patient_control_number
        assert number.replace("\x00", "\ufffd") == "PCN\ufffd001"
        assert reader.claim_ids_by_pcn(["PCN001"]) == {"PCN001": [1]}
        assert len(reader.paid_claims([1])[ClaimPaymentId(1)].lines[0].adjustments) == 2
