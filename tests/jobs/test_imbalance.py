"""What would balance a remittance is told wherever a person meets it, on either database."""

from pathlib import Path

import pytest

from edi_engine.jobs.show import Page, page_as_json, show_payment, show_remittance
from edi_engine.store import Store
from tests.jobs.conclusions import conclude, take
from tests.parsers.x12_files import CLAIM, LINE, remittance
from tests.store.conftest import (
    databases,
    empty_url,
    postgres_server,
    postgres_with_tables,
    store,
    store_url,
)

__all__ = [
    "databases",
    "empty_url",
    "postgres_server",
    "postgres_with_tables",
    "store",
    "store_url",
]


def told(page: Page) -> list[tuple[object, ...]]:
    """Hypothesis, segment, element, before and after of each edit on a page."""
    return [row[1:6] for table in page.tables if table.title == "what would balance it"
            for row in table.rows]  # fmt: skip


def reasons(store: Store) -> list[str]:
    with store.reading() as reader:
        items = reader.work_items_of(remittance_ids=[1])
        return [item.reason for item in items if item.cause == "unbalanced_remittance"]


def taken(store: Store, folder: Path, text: str) -> None:
    path = folder / "era.835"
    path.write_text(text)
    take(store, [path])
    conclude(store)


def test_the_sign_of_a_provider_adjustment_is_named(store: Store, tmp_path: Path) -> None:
    plb = "PLB*1*20261231*CV:CP*1.27~"
    taken(store, tmp_path, remittance(CLAIM + LINE, paid="81.27", after=plb))
    assert reasons(store) == [
        (
            "The payment is $81.27, but its claims and adjustments add up to $78.73: $2.54 off. It"
            " balances if the sign of the provider adjustment CV is turned: -1.27 for 1.27"
            " (PLB04, segment 14)."
        )
    ]
    page = show_remittance(store, 1)
    assert told(page)[0] == ("sign_inverted", 14, "PLB04", 127, -127)
    assert page_as_json(page)["tables"]["what_would_balance_it"][0]["after"] == "-1.27"  # type: ignore[index]
    assert told(show_payment(store, 1)) == []


def test_a_claim_that_fails_says_what_would_balance_it(store: Store, tmp_path: Path) -> None:
    wrong = CLAIM + LINE.replace("45*20", "45*-20")
    right = (CLAIM + LINE).replace("TEST-1", "TEST-2")
    taken(store, tmp_path, remittance(wrong + right, paid="160"))
    assert reasons(store) == [
        (
            "Amounts inside its claims do not add up; its findings say which. A claim balances if"
            " the sign of the adjustment CO-45 of line 1 is turned: 20.00 for -20.00"
            " (CAS03, segment 12)."
        )
    ]
    edits = told(show_payment(store, 1))
    assert edits[0] == ("sign_inverted", 12, "CAS03", -2000, 2000)
    assert told(show_payment(store, 2)) == []
    assert set(edits) <= set(told(show_remittance(store, 1)))


@pytest.mark.parametrize("paid", ["80", "79.99"])
def test_without_an_explanation_nothing_is_added(store: Store, tmp_path: Path, paid: str) -> None:
    taken(store, tmp_path, remittance(CLAIM + LINE, paid=paid))
    assert not any("balances if" in reason for reason in reasons(store))
