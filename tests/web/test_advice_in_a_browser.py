"""The remittance advice in a browser: accessible, nothing cut off, one claim on one sheet."""

import io
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from edi_engine.exports.xml_documents import advice_html
from edi_engine.parsers import read_bytes
from edi_engine.records.remittances import RemittanceSet
from edi_engine.synthetic import make_practice
from tests.exports.test_xml import ADVICE_FILE
from tests.exports.xml_making import remittances_xml
from tests.jobs.conclusions import START_ON
from tests.web.test_in_a_browser import chromium

__all__ = ["chromium"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def long_remittance() -> RemittanceSet:
    """The remittance of a practice with the most claims."""
    practice = make_practice(5, start_on=START_ON, claims_count=250)
    sets = [one for _, data in practice.files() for one in read_bytes(data).remittance_sets]
    return max(sets, key=lambda one: len(one.claim_payments))


def opened(browser: Browser, folder: Path, page: str, **options: object) -> Page:
    path = folder / "advice.html"
    path.write_text(page, encoding="utf-8")
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    found = context.new_page()
    found.goto(path.as_uri())
    return found


def small() -> str:
    return advice_html(remittances_xml(read_bytes(ADVICE_FILE.read_bytes()).remittance_sets))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768])
def test_the_advice_has_no_axe_violation_and_does_not_scroll_sideways(
    chromium: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    # axe is a script, which the page itself forbids.
    page = opened(
        chromium,
        tmp_path,
        small(),
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
    )
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_keeps_scripts_out_and_says_nothing_on_the_console(
    chromium: Browser, tmp_path: Path
) -> None:
    told: list[str] = []
    page = opened(chromium, tmp_path, small())
    page.on("console", lambda message: told.append(message.text))
    page.reload()
    assert told == []
    assert page.locator("h1").inner_text() == "Remittance advice"


def test_printed_no_claim_is_torn_and_every_sheet_has_its_number(
    chromium: Browser, tmp_path: Path, long_remittance: RemittanceSet
) -> None:
    page = opened(chromium, tmp_path, advice_html(remittances_xml([long_remittance])))
    data = page.pdf(prefer_css_page_size=True)
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(data)).pages]
    assert len(sheets) > 2
    boxes = [sheet.mediabox for sheet in PdfReader(io.BytesIO(data)).pages]
    assert {(float(box.width), float(box.height)) for box in boxes} == {(792.0, 612.0)}
    for number, text in enumerate(sheets, 1):
        assert f"Page {number} of {len(sheets)}" in text
    # Each claim's heading and its totals are on one sheet: as many of one as of the other.
    claims = [text.count("Service lines of claim") for text in sheets]
    totals = [text.count("Claim totals") for text in sheets]
    assert claims == totals
    assert sum(claims) == len(long_remittance.claim_payments)


def test_printed_nothing_is_wider_than_the_sheet(
    chromium: Browser, tmp_path: Path, long_remittance: RemittanceSet
) -> None:
    width = 960  # ten inches of a sheet on its side
    page = opened(
        chromium,
        tmp_path,
        advice_html(remittances_xml([long_remittance])),
        viewport={"width": width, "height": 700},
    )
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
