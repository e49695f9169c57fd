"""The remittance advice: what a biller reads on it, that sums tie, that no text can break it."""

from pathlib import Path

import pytest

from edi_engine.exports.xml_documents import advice_html
from edi_engine.money import format_cents, parse_bank_cents
from edi_engine.parsers import read_bytes
from tests.exports.advice_reading import Advice
from tests.exports.made_up import MadeUp
from tests.exports.test_xml import ADVICE_FILE, HOSTILE, hostile_remittance
from tests.exports.xml_making import remittances_xml
from tests.golden.stories import story_files
from tests.seeds import seeds

AMOUNTS = [
    "Billed", "Allowed", "Deductible", "Coinsurance", "Copay", "Contractual", "Denied", "Other",
    "Paid",
]  # fmt: skip


def document(data: bytes = ADVICE_FILE.read_bytes(), *, held: str = "") -> str:
    found = read_bytes(data, file_name=ADVICE_FILE.name)
    return remittances_xml(found.remittance_sets[:1], held=held)


def advice(*changes: tuple[str, str], held: str = "") -> Advice:
    """The small remittance, with texts of its file exchanged."""
    data = ADVICE_FILE.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in data
        data = data.replace(before, after)
    return Advice(advice_html(document(data.encode(), held=held)))


@pytest.mark.parametrize("form", ["xml", "html"])
def test_the_small_remittance_as_it_lies_beside_it(form: str, regenerate: bool) -> None:
    found = document() if form == "xml" else advice_html(document())
    path = ADVICE_FILE.with_suffix(f".{form}")
    if regenerate:
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


def test_a_biller_finds_what_a_paper_advice_has() -> None:
    page = advice()
    for name, value in (
        ("NPI", "1999999984"), ("Tax identifier", "999999999"), ("Telephone", "8005550100"),
        ("Amount", "$400.00"), ("EFT number", "EFT0260323"), ("Date", "03/23/2026"),
        ("Method", "Electronic transfer (ACH)"), ("Patient control number", "TEST-2"),
        ("Payer claim control number", "ICN3"),
        ("Status", "Processed as primary and forwarded (19)"),
        ("Member identifier", "MEM0001"), ("Rendering provider", "DOCTOR, SAMPLE (1999999992)"),
        ("Forwarded to", "EXAMPLE SUPPLEMENTAL PLAN (EX900)"), ("Remark codes", "MA18"),
        ("Dates of service", "02/10/2026 to 02/12/2026"), ("Patient responsibility", "$57.00"),
    ):  # fmt: skip
        assert value in page.facts_named(name), name
    lines = page.table("Service lines of claim 1")
    assert lines.heads == ["Line", "Date", "Procedure", "Units", *AMOUNTS, "Codes"]
    assert lines.rows[0] == [
        "1", "03/02/2026", "99213 25", "1",
        "150.00", "100.00", "40.00", "12.00", "0.00", "50.00", "0.00", "0.00", "48.00",
        "CO-45 50.00 PR-1 40.00 PR-2 12.00",
    ]  # fmt: skip
    assert lines.rows[-1][0] == "Claim totals"
    assert page.table("Service lines of claim 2").rows[0][-1] == "CO-50 80.00 N115 M127"
    assert page.table("Service lines of claim 3").rows[0][0] == "Whole claim"
    assert page.table("Amounts beside").rows[0][:3] == ["WO", "Overpayment recovery", "ICN0"]
    assert page.warnings == []


def test_every_code_is_in_the_legend_once_and_in_words() -> None:
    page = advice()
    rows = page.table("Every code").rows
    assert [row[1] for row in rows] == [
        "1", "19", "CO", "PR", "1", "2", "3", "45", "50", "M127", "MA18", "N115", "WO",
    ]  # fmt: skip
    assert all(row[2] and "No words" not in row[2] for row in rows)
    strange = advice(("LQ*HE*M127", "LQ*HE*ZZ9"), ("CAS*CO*50*80", "CAS*CO*ZZ8*80"))
    meanings = {row[1]: row[2] for row in strange.table("Every code").rows}
    assert meanings["ZZ9"] == meanings["ZZ8"]
    assert meanings["ZZ9"].startswith("No words of ours")


def test_the_payment_is_called_by_what_it_is() -> None:
    assert advice(("*C*ACH*", "*C*CHK*")).facts_named("Check number") == ["EFT0260323"]
    assert advice(("*C*ACH*", "*C*NON*")).facts_named("Trace number") == ["EFT0260323"]
    assert advice(("*400*C*", "*400*D*")).facts_named("Direction") == [
        "taken from the payee (debit)"
    ]


WARNINGS = {
    "the payment is another": (
        ("BPR*I*400*", "BPR*I*410.5*"),
        "The parts do not add up to the payment: it differs by $10.50.",
    ),
    "the payment is less": (
        ("BPR*I*400*", "BPR*I*399.99*"),
        "The parts do not add up to the payment: it differs by -$0.01.",
    ),
    "the signs are turned around": (
        ("BPR*I*400*", "BPR*I*526*"),
        (
            "The parts add up to the payment only when the provider adjustments are added: this"
            " payer has turned their signs around."
        ),
    ),
    "the payment is unreadable": (
        ("BPR*I*400*", "BPR*I*4OO*"),
        "The payment amount is missing or unreadable, so nothing can be compared with it.",
    ),
    "a claim does not add up": (
        ("CAS*CO*50*80~", "CAS*CO*50*70~"),
        "This claim does not add up: its charge, adjustments and payment differ by $10.00.",
    ),
}


@pytest.mark.parametrize(("change", "said"), WARNINGS.values(), ids=WARNINGS)
def test_what_does_not_tie_is_said_with_the_amount(change: tuple[str, str], said: str) -> None:
    assert advice(change).warnings == [said]


def test_a_line_that_does_not_add_up_says_so_in_its_row() -> None:
    page = advice(("CAS*CO*50*80~", "CAS*CO*50*70~"))
    assert page.table("Service lines of claim 2").rows[0][-1].endswith("does not add up by 10.00")


def test_a_remittance_that_does_not_count_says_so_first() -> None:
    assert advice(held="It repeats remittance 2.").warnings == [
        "This remittance is held and does not count. It repeats remittance 2."
    ]


def cents(text: str) -> int:
    found = parse_bank_cents(text)
    assert found is not None, text
    return found


def assert_ties(page: Advice, payment_cents: int | None) -> None:
    """Every row adds up or says by how much it does not; rows make totals, totals the payment."""
    claims = [one for one in page.tables if one.caption.startswith("Service lines")]
    totals = []
    for table in claims:
        *rows, total = [[cents(text) for text in row[-10:-1]] for row in table.rows]
        assert [sum(column) for column in zip(*rows, strict=True)] == total
        totals.append(total)
        for row, shown in zip(rows, table.rows, strict=False):
            billed, _, *taken, paid = row
            left = billed - sum(taken) - paid
            assert shown[-1].endswith(f"does not add up by {grouped(left)}") is (left != 0)
    if claims:
        (together,) = page.table("All claims").rows
        sums = [sum(column) for column in zip(*totals, strict=True)]
        assert [cents(text) for text in together[1:]] == sums
    balance = dict(page.table("What the payment").rows)
    paid = sum(total[-1] for total in totals)
    assert cents(balance["Paid on claims"]) == paid
    adjusted = cents(balance["Less provider adjustments"])
    assert cents(balance["Payment that follows from these"]) == paid - adjusted
    if payment_cents is not None:
        assert cents(balance["Payment as stated"]) == payment_cents
        assert cents(balance["Difference"]) == payment_cents - paid + adjusted
        assert (payment_cents != paid - adjusted) == any(
            "The parts" in text for text in page.warnings
        )


def grouped(amount_cents: int) -> str:
    text = format_cents(abs(amount_cents))
    return f"{'-' if amount_cents < 0 else ''}{int(text[:-3]):,}{text[-3:]}"


@pytest.mark.parametrize("path", story_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_sums_on_every_story_tie(path: Path) -> None:
    for whole in read_bytes(path.read_bytes(), file_name=path.name).remittance_sets:
        page = Advice(advice_html(remittances_xml([whole])))
        assert_ties(page, whole.remittance.payment_amount_cents)


@pytest.mark.parametrize("seed", seeds(6, 120))
def test_the_sums_tie_whatever_the_amounts_are(seed: int) -> None:
    whole = MadeUp(seed).remittance_set()
    assert_ties(
        Advice(advice_html(remittances_xml([whole]))), whole.remittance.payment_amount_cents
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_markup(text: str) -> None:
    page = Advice(advice_html(hostile_remittance(text)))
    assert not {"script", "img", "iframe", "link", "a", "form", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert "\x00" not in page.text
    assert "\ud800" not in page.text
    assert len(page.text) > 500


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = advice()
    assert "script" not in page.tags
    assert not {"src", "href", "action"} & {name for name, _ in page.attributes}
    policies = [value for name, value in page.attributes if name == "content" and "src" in value]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_tables_can_be_read_by_a_screen_reader() -> None:
    page = advice()
    assert ("lang", "en") in page.attributes
    assert page.tags.count("table") == page.tags.count("caption") == page.tags.count("thead") == 7
    for table in page.tables:
        assert table.caption
        assert set(table.scopes) == {"col", "row"}
        assert all(table.heads)
    captions = [table.caption for table in page.tables]
    assert len(set(captions)) == len(captions)


def test_the_same_remittance_gives_the_same_page() -> None:
    assert advice_html(document()) == advice_html(document())
