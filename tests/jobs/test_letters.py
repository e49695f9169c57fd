"""Letters from what is stored: the facts of a refusal, of a contract's price, of a second level."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.appeals import Filing, answer_appeal, file_appeal
from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.letters import Letter, letter_kind, letter_templates, write_letter
from edi_engine.jobs.worklist import show_item
from edi_engine.records.appeals import AppealMethod, AppealOutcome, AppealPolicy
from edi_engine.records.contracts import ContractScope
from edi_engine.records.letters import LetterKind
from edi_engine.records.work import Queue, WorkItem
from edi_engine.store import Store
from tests.acknowledgment_files import Sent, status_file
from tests.contracts.contract_making import contract, fees, rate
from tests.jobs.appeal_story import AFTER, database, overturn
from tests.jobs.conclusions import conclude
from tests.jobs.copies import store
from tests.jobs.test_acknowledge import run
from tests.store.sample_records import work_item

__all__ = ["database", "store"]

DAY = date(2026, 3, 25)
NOW = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)
POLICY = AppealPolicy()
GOLDEN = Path(__file__).parent / "letter_of_a_refusal.txt"


def item_of(store: Store, cause: str = "denied") -> WorkItem:
    with store.reading() as reader:
        (item,) = [one for one in reader.work_items() if one.cause == cause]
        return item


def letter(store: Store, item: WorkItem, **more: object) -> Letter:
    options: dict[str, object] = {
        "templates": letter_templates(None),
        "policy": POLICY,
        "actor": "kim",
        "as_of": DAY,
        "now": lambda: NOW,
    }
    return write_letter(store, item.work_item_id, **{**options, **more})  # type: ignore[arg-type]


def test_the_letter_of_a_refusal(store: Store, regenerate: bool) -> None:
    made = letter(store, item_of(store))
    assert made.kind is LetterKind.MEDICAL_NECESSITY
    if regenerate:
        GOLDEN.write_text(made.text, encoding="utf-8")
    assert made.text == GOLDEN.read_text(encoding="utf-8")


def test_the_same_day_gives_the_same_letter_as_text_and_pdf(store: Store, tmp_path: Path) -> None:
    item = item_of(store)
    made = []
    for number in (1, 2):
        for suffix in ("txt", "PDF"):
            path = tmp_path / f"{number}.{suffix}"
            letter(store, item, path=path)
            made.append(path.read_bytes())
    assert made[:2] == made[2:]
    assert made[1].startswith(b"%PDF-")
    events = show_item(store, item.work_item_id).events
    assert events[-1].text == "Letter written: medical necessity, $100.00 in dispute."
    assert [event.kind for event in events].count(events[-1].kind) == 4


def test_a_letter_that_is_only_shown_changes_nothing(store: Store) -> None:
    item = item_of(store)
    letter(store, item)
    assert item_of(store) == item


def test_no_file_is_overwritten(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_text("mine")
    with pytest.raises(InputError, match="already"):
        letter(store, item_of(store), path=path)
    assert path.read_text() == "mine"
    with pytest.raises(InputError, match="cannot be written"):
        letter(store, item_of(store), path=tmp_path / "nowhere" / "letter.pdf")
    assert len(show_item(store, item_of(store).work_item_id).events) == 1


def test_an_underpayment_gives_the_arithmetic_and_what_is_short(
    store: Store, tmp_path: Path
) -> None:
    fees = tmp_path / "fees.csv"
    fees.write_text(
        "payer_id,procedure_code,modifiers,place_of_service,effective_from,effective_to,"
        "allowed_amount\nTESTPAYERA,99213,,,2026-01-01,,95.00\n"
    )
    load_fee_schedule(store, fees, now=lambda: NOW)
    overturn(store, tmp_path, paid=80)
    conclude(store, as_of=AFTER)
    made = letter(store, item_of(store, "underpaid"), as_of=AFTER)
    assert made.kind is LetterKind.UNDERPAYMENT
    words = " ".join(made.text.split())
    assert "You allowed $80.00 for this claim." in words
    assert "By the agreed fee schedule it is $95.00, which leaves $15.00 unpaid." in words
    assert "fee schedule fees.csv row 2" in words
    assert "ICNG27B" in words
    assert "In dispute $15.00" in words


def test_a_contract_stands_with_its_clauses(store: Store, tmp_path: Path) -> None:
    agreed = contract(
        fees(codes="99213", clause="exhibit B, section 2"),
        rates=[rate("99213", 95_00)],
        scope=ContractScope(payer_ids=frozenset({"TESTPAYERA"})),
        key="test-plan",
    )
    with store.writing() as writer:
        writer.add_contract(agreed, text="", schedules=(), digest="", loaded_at=NOW.isoformat())
        writer.mark_pending_claims([item_of(store).claim_id or 0])
    overturn(store, tmp_path, paid=80)
    made = letter(store, item_of(store, "underpaid"), as_of=AFTER)
    words = " ".join(made.text.split())
    assert "By contract test-plan" in words
    assert "it is $95.00, which leaves $15.00 unpaid." in words
    assert "exhibit B, section 2" in words


def test_after_an_answer_the_letter_is_for_the_next_level(store: Store) -> None:
    item = item_of(store)
    file_appeal(
        store,
        Filing(AppealMethod.PORTAL, DAY, 100_00, "TRACK-1"),
        work_item_id=item.work_item_id,
        policy=POLICY,
        actor="kim",
        as_of=DAY,
        now=lambda: NOW,
    )
    first = letter(store, item)
    assert first.kind is LetterKind.MEDICAL_NECESSITY
    assert "first level" in first.text
    assert "appealed before" not in first.text
    answer_appeal(
        store,
        1,
        AppealOutcome.PARTLY,
        decided_on=date(2026, 4, 8),
        overturned_cents=30_00,
        policy=POLICY,
        actor="kim",
        as_of=date(2026, 4, 8),
        now=lambda: NOW,
    )
    second = letter(store, item_of(store), as_of=date(2026, 4, 9))
    assert second.kind is LetterKind.SECOND_LEVEL
    words = " ".join(second.text.split())
    assert "Re: Appeal, level 2 (second level)" in words
    assert "your decision of April 8, 2026 on our appeal number TRACK-1" in words
    assert "In dispute $70.00" in words


@pytest.mark.parametrize(
    ("cause", "queue", "detail", "kind"),
    [
        ("denied", Queue.DENIAL, "authorization", "authorization"),
        ("denied", Queue.DENIAL, "timely_filing", "timely_filing"),
        ("partially_denied", Queue.DENIAL, "bundling", "bundling"),
        ("denied", Queue.DENIAL, "duplicate", "duplicate"),
        ("denied", Queue.DENIAL, "missing_information", "denial"),
        ("recoded", Queue.UNDERPAY, "", "underpayment"),
        ("reversal_incomplete", Queue.CREDIT, "", "takeback"),
        ("takeback_without_notice", Queue.PLB, "", "takeback"),
    ],
)
def test_the_kind_is_told_from_the_item(cause: str, queue: Queue, detail: str, kind: str) -> None:
    item = msgspec.structs.replace(
        work_item("claim:1/denied/1"), cause=cause, queue=queue, detail=detail
    )
    assert letter_kind(item, []) == kind


@pytest.mark.parametrize("cause", ["below_usual", "no_response", "patient_balance"])
def test_what_no_letter_settles_has_none(cause: str) -> None:
    queue = Queue.UNDERPAY if cause == "below_usual" else Queue.NO_RESPONSE
    item = msgspec.structs.replace(work_item("claim:1/x/1"), cause=cause, queue=queue)
    with pytest.raises(InputError):
        letter_kind(item, [])


def test_a_practice_brings_its_own_templates(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "medical_necessity.txt").write_text("Dear {{ payer_name }},\n{{ disputed }}!\n")
    made = letter(store, item_of(store), templates=letter_templates(folder))
    assert made.text == "Dear TEST PAYER A,\n$100.00!\n"
    (folder / "_foot.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        letter_templates(folder)
    with pytest.raises(InputError, match="no such folder"):
        letter_templates(tmp_path / "nowhere")


def test_a_letter_against_a_refusal_as_late_lists_the_proof_that_is_at_hand(store: Store) -> None:
    item = item_of(store)
    asked = letter(store, item, kind=LetterKind.TIMELY_FILING).text
    assert "Acceptance report of the clearinghouse or payer" in asked
    sent = Sent("TEST-G27", 100, served_on=date(2026, 3, 2), payer="TESTPAYERA", member="MEM0001")
    said = "STC*A2:20*20260306*WQ*100~REF*1K*ICNG27~"
    run(store, [status_file([(sent, said)], on=date(2026, 3, 6), payer=True)])
    proven = " ".join(letter(store, item, kind=LetterKind.TIMELY_FILING).text.split())
    assert (
        "Proof of timely filing: the 837 as sent, 277CA of SAMPLE HEALTH PLAN of March 6, 2026,"
        " claim ICNG27" in proven
    )
    assert "Acceptance report" not in proven
