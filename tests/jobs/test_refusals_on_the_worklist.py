"""Refusals from the files to the worklist: what is advised, until when, and what time changes."""

from datetime import date
from pathlib import Path

import pytest

from edi_engine.jobs.show import Page, show_work_item
from edi_engine.records.deadlines import DeadlineAnchor, DeadlineKind, DeadlineRule
from edi_engine.records.denials import DenialRule, DenialStep
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import WorkItem
from edi_engine.store import Store, open_store
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import conclude, take

CLAIM, PAYMENT, *_ = sorted(
    (GOLDEN_ROOT / "g20_answer_to_a_replacement_names_the_original").glob("*.edi")
)
"""A claim of $100.00 for March 2, sent on March 4 to TESTPAYERA, and its payment of March 20."""

SIXTY_DAYS = DeadlineRule(
    payer_id="TESTPAYERA",
    group_number="GRP100",
    kind=DeadlineKind.CORRECTED_CLAIM,
    count=60,
    anchor=DeadlineAnchor.REMITTANCE,
    source="the manual",
)
WEEK_LATER = date(2026, 3, 27)


def refusal(adjustment: str, remark: str = "", **texts: str) -> str:
    """The payment as a refusal of the whole claim with one adjustment."""
    text = PAYMENT.read_text("ascii")
    text = text.replace("BPR*I*60*C*ACH*CCP*01", "BPR*H*0*C*NON**01")
    text = text.replace("*1*100*60**12", "*4*100*0**12").replace("*100*60**1~", "*100*0**1~")
    text = text.replace("CAS*CO*45*40~", f"CAS*{adjustment}*100~")
    if remark:
        text = text.replace("REF*6R*LN1~\n", f"REF*6R*LN1~\nLQ*HE*{remark}~\n", 1)
        text = text.replace("SE*18*", "SE*19*")
    return changed(text, **texts)


def changed(text: str, **texts: str) -> str:
    for old, new in texts.items():
        text = text.replace(old, new)
    return text


def stored(folder: Path, store: Store, *contents: str) -> None:
    paths = []
    for number, content in enumerate(contents):
        path = folder / f"{number}.edi"
        path.write_text(content, "ascii")
        paths.append(path)
    take(store, paths)


def denial(store: Store) -> WorkItem:
    with store.reading() as reader:
        (item,) = [one for one in reader.work_items() if one.queue == "denial"]
    return item


def rows(page: Page, name: str) -> tuple[tuple[object, ...], ...]:
    (table,) = [table for table in page.tables if table.title == name]
    return table.rows


@pytest.mark.parametrize(
    ("adjustment", "remark", "policy", "step", "deadline"),
    [
        ("CO*4", "", ReconcilePolicy(), "corrected claim", date(2026, 9, 16)),
        ("CO*4", "", ReconcilePolicy(deadline_rules=(SIXTY_DAYS,)), "corrected claim",
         date(2026, 5, 19)),
        ("CO*16", "MA130", ReconcilePolicy(), "new claim", date(2027, 3, 2)),
        ("CO*50", "", ReconcilePolicy(appeal_days=30), "appeal", date(2026, 4, 19)),
        ("CO*29", "", ReconcilePolicy(filing_days=90), "appeal", date(2026, 9, 16)),
        ("CO*29", "", ReconcilePolicy(filing_days=1), "write off", date(2026, 9, 16)),
        ("CO*197", "", ReconcilePolicy(denial_rules=(
            DenialRule("TESTPAYERA", "CO", "197", "", "authorization", step=DenialStep.NEW_CLAIM),
        )), "new claim", date(2027, 3, 2)),
    ],
)  # fmt: skip
def test_a_refusal_comes_with_advice_and_its_deadline(
    tmp_path: Path,
    *,
    adjustment: str,
    remark: str,
    policy: ReconcilePolicy,
    step: str,
    deadline: date,
) -> None:
    with open_store(str(tmp_path / "practice.db")) as store:
        stored(tmp_path, store, CLAIM.read_text("ascii"), refusal(adjustment, remark))
        conclude(store, as_of=WEEK_LATER, policy=policy)

        item = denial(store)

        assert f"Advised: {step}." in item.reason
        assert item.deadline == deadline


def test_the_night_after_the_last_day_advises_what_is_left(tmp_path: Path) -> None:
    policy = ReconcilePolicy(deadline_rules=(SIXTY_DAYS,), appeal_days=90)
    with open_store(str(tmp_path / "practice.db")) as store:
        stored(tmp_path, store, CLAIM.read_text("ascii"), refusal("CO*4"))
        told = []
        for as_of in (date(2026, 5, 19), date(2026, 5, 20), date(2026, 6, 18), date(2026, 6, 19)):
            conclude(store, as_of=as_of, policy=policy)
            item = denial(store)
            advised = item.reason.partition("Advised: ")[2].partition(".")[0]
            told.append((advised, item.deadline, item.priority > 0))
        page = show_work_item(store, item.work_item_id)

    assert told == [
        ("corrected claim", date(2026, 5, 19), True),
        ("appeal", date(2026, 6, 18), True),
        ("appeal", date(2026, 6, 18), True),
        ("write off", date(2026, 6, 18), False),
    ]
    assert rows(page, "deadlines") == (
        (
            "appeal",
            "2026-06-18, passed",
            "90 days from the date of the remittance, 2026-03-20 (the setting policy.appeal_days)",
        ),
        (
            "corrected claim",
            "2026-05-19, passed",
            "60 days from the date of the remittance, 2026-03-20 (the manual)",
        ),
    )


def test_a_duplicate_shows_the_other_claims_for_the_same_service(tmp_path: Path) -> None:
    again = {"TEST-G20": "TEST-AGAIN", "000000148": "000000150", "TRACE149": "TRACE151"}
    other = {"ICNG20A": "ICNOTHER", "000000149": "000000151"}
    with open_store(str(tmp_path / "practice.db")) as store:
        stored(
            tmp_path,
            store,
            CLAIM.read_text("ascii"),
            changed(CLAIM.read_text("ascii"), **again),
            PAYMENT.read_text("ascii"),
            refusal("OA*18", **again, **other),
        )
        conclude(store, as_of=WEEK_LATER)
        item = denial(store)
        page = show_work_item(store, item.work_item_id)

    assert "Advised: find original." in item.reason
    ((_, number, payer, sent_on, status, paid),) = rows(page, "claims that say the same")
    assert (number, payer, sent_on, paid) == (
        "TEST-G20",
        "TEST PAYER A",
        date(2026, 3, 4),
        60_00,
    )
    assert status == "paid"
