"""Letters say the facts and nothing else: golden texts, hostile names, mistakes with their line."""

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from edi_engine.errors import InputError
from edi_engine.exports.letter_pdf import letter_pdf
from edi_engine.exports.letters import LETTER_WIDTH, as_text, set_letter
from edi_engine.jobs.letters import letter_templates
from edi_engine.records.letters import LetterKind
from tests.exports.letter_facts import facts_for

GOLDEN = Path(__file__).parents[2] / "fixtures" / "letters"
OURS = letter_templates(None)
KINDS = list(LetterKind)
HOSTILE = "{{ 7*7 }}{% include 'x' %}{# gone #} <b>&amp;</b> ${x} %s \\n"


@pytest.mark.parametrize("kind", KINDS)
def test_the_letter_of_each_kind(kind: LetterKind, regenerate: bool) -> None:
    text = as_text(set_letter(OURS, kind.value, facts_for(kind)))
    path = GOLDEN / f"{kind.value}.txt"
    if regenerate:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_every_golden_letter_has_its_kind() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {kind.value for kind in KINDS}
    assert {name for name in OURS if not name.startswith("_")} == {kind.value for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_names_every_fact_that_the_payer_needs(kind: LetterKind) -> None:
    text = " ".join(set_letter(OURS, kind.value, facts_for(kind)).split())
    for fact in (
        "ALFA TESTPATIENT", "MEM0001", "ICN1", "TEST-1", "March 2, 2026", "TEST PAYER A",
        "TEST CLINIC", "1999999984", "Exhibits", "[to be added]",
    ):  # fmt: skip
        assert fact in text
    assert facts_for(kind).disputed in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_can_do_without_what_is_not_known(kind: LetterKind) -> None:
    names = (
        "practice_phone", "practice_tin", "patient_born_on", "subscriber_name", "group_number",
        "payer_claim_control_number", "sent_on", "days_from_service_to_sending",
        "interchange_control_number", "prior_authorization", "expected", "short", "contract",
    )  # fmt: skip
    lists = (
        "practice_address", "payer_address", "diagnoses", "lines", "reasons", "steps", "payments",
        "earlier", "exhibits",
    )  # fmt: skip
    empty = dict.fromkeys(names, "") | dict.fromkeys(lists, ())
    text = as_text(set_letter(OURS, kind.value, facts_for(kind, **empty)))
    assert not re.search(r" [.,;]|\(\)|\[\]|None|  for ", text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_name_is_printed_as_it_is(kind: LetterKind) -> None:
    facts = facts_for(kind, patient_name=HOSTILE, practice_name=HOSTILE, payer_name=HOSTILE)
    raw = set_letter(OURS, kind.value, facts)
    assert raw.splitlines()[0] == HOSTILE
    assert f"  Patient                     {HOSTILE}" in raw.splitlines()
    made = letter_pdf(raw, title="Appeal")
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.data)).pages)
    assert "".join(HOSTILE.split()) in "".join(read.split())


def test_text_letters_are_wrapped_and_tables_are_not() -> None:
    text = as_text("word " * 60 + "\n\n  " + "x" * 100 + "\n")
    lines = text.splitlines()
    assert all(len(line) <= LETTER_WIDTH for line in lines if not line.startswith("  "))
    assert lines[-1] == "  " + "x" * 100


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("Dear\n{{ doctor }}", 2, "there is no 'doctor'"),
        ("a\nb\n{% if false %}{{ nobody }}{% endif %}", 3, "there is no 'nobody'"),
        ("a\n{% for x in lines %}\n{{ x.price }}\n{% endfor %}", 3, "there is no 'price'"),
        ("a\n{% if %}", 2, "cannot be read"),
        ("a\n{{ patient_name", 2, "cannot be read"),
        ("a\n{% for x in lines %}", 2, "cannot be read"),
        ("\n\n{{ ''.__class__.__mro__ }}", 3, "no letter needs"),
        ("\n{{ lines.__class__ }}", 2, "no letter needs"),
        ("\n{% include 'elsewhere' %}", 2, "what is not there"),
        ("\n{{ 1 / 0 }}", 2, "ZeroDivisionError"),
        ("\n{{ patient_name + 1 }}", 2, "TypeError"),
        ("\n{{ range(999999999) | list }}", 2, "OverflowError"),
        ("\n{% set f = [] %}{{ f.append(1) }}", 2, "no letter needs"),
        ("\n{{ {}[patient_name] }}", 2, "names something"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(template: str, line: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        set_letter({**OURS, "denial": template}, "denial", facts_for(LetterKind.DENIAL))
    assert f"template denial line {line}: " in str(caught.value)
    assert said in str(caught.value)
    assert "TESTPATIENT" not in str(caught.value)


def test_a_mistake_in_a_part_is_told_in_the_part() -> None:
    with pytest.raises(InputError, match=r"template _foot line 2: there is no 'mistake'"):
        set_letter({**OURS, "_foot": "\n{{ mistake }}"}, "denial", facts_for(LetterKind.DENIAL))
    part = "\n\n{% for x in lines %}{{ x.cost }}{% endfor %}"
    with pytest.raises(InputError, match=r"template _foot line 3: there is no 'cost'"):
        set_letter({**OURS, "_foot": part}, "denial", facts_for(LetterKind.DENIAL))


def test_a_letter_that_never_ends_is_stopped() -> None:
    endless = "{% for a in range(900) %}{% for b in range(900) %}words\n{% endfor %}{% endfor %}"
    with pytest.raises(InputError, match="more than 400000 characters"):
        set_letter({**OURS, "denial": endless}, "denial", facts_for(LetterKind.DENIAL))
    with pytest.raises(InputError, match="more than 100000 characters"):
        set_letter({**OURS, "denial": "x" * 100_001}, "denial", facts_for(LetterKind.DENIAL))


def test_there_is_no_such_template() -> None:
    with pytest.raises(InputError, match="authorization, bundling"):
        set_letter(OURS, "praise", facts_for(LetterKind.DENIAL))


def pdf_of(letter: str) -> PdfReader:
    return PdfReader(io.BytesIO(letter_pdf(letter, title="Appeal (denial)").data))


def test_a_pdf_has_the_text_of_the_letter_on_letter_size_pages() -> None:
    raw = set_letter(OURS, "underpayment", facts_for(LetterKind.UNDERPAYMENT))
    reader = pdf_of(raw)
    page = reader.pages[0]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == (612.0, 792.0)
    read = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for word in raw.split():
        assert word in read
    assert "Page 1 of" in read


def test_the_same_letter_gives_the_same_pdf_and_says_nothing_of_the_patient_outside() -> None:
    raw = set_letter(OURS, "denial", facts_for(LetterKind.DENIAL))
    assert letter_pdf(raw, title="Appeal").data == letter_pdf(raw, title="Appeal").data
    said = str(dict(pdf_of(raw).metadata or {}))
    assert "Appeal (denial)" in said
    assert "TESTPATIENT" not in said
    assert "2026" not in said


def test_a_long_letter_has_numbered_pages() -> None:
    reader = pdf_of("".join(f"Paragraph {number}.\n\n" for number in range(200)))
    assert len(reader.pages) > 2
    texts = [page.extract_text() for page in reader.pages]
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
    assert all(f"Paragraph {number}." in " ".join(texts) for number in range(200))


def test_what_the_fonts_have_no_sign_for_is_printed_plainly_and_counted() -> None:
    made = letter_pdf("JOSÉ NGUYỄN 王\n", title="Appeal")
    assert made.replaced_count == 2
    assert "JOSÉ NGUYEN ?" in PdfReader(io.BytesIO(made.data)).pages[0].extract_text()


def test_a_word_wider_than_the_page_is_cut_and_whole() -> None:
    made = letter_pdf("W" * 400 + "\n\n  " + "T" * 300 + "\n\n", title="Appeal")
    text = PdfReader(io.BytesIO(made.data)).pages[0].extract_text()
    assert text.count("W") == 400
    assert text.count("T") == 300


def test_an_empty_letter_is_a_page() -> None:
    assert len(pdf_of("\n").pages) == 1


def read_by_tags(reader: PdfReader) -> list[tuple[str, str]]:
    """Tag and text of each element in the order of the structure, as a screen reader takes them:
    the operators of a page between BDC and EMC by their MCID."""
    marked = []
    for page in reader.pages:
        content = page.get_contents().get_data().decode("cp1252")  # type: ignore[union-attr]
        found = re.findall(r"^/(\w+) <</MCID (\d+)>> BDC\n(.*?)^EMC", content, re.M | re.S)
        texts = {
            int(mark): " ".join(re.findall(r"\((.*?)\) Tj", drawn)) for _, mark, drawn in found
        }
        marked.append(texts)
        assert len(texts) == len(found)
    root = reader.trailer["/Root"]
    whole = root["/StructTreeRoot"]["/K"]
    assert whole["/S"] == "/Document"
    pages = [page.indirect_reference for page in reader.pages]
    read = []
    for number, element in enumerate(whole["/K"]):
        pieces = []
        for mark in element.get_object()["/K"]:
            place = pages.index(mark.raw_get("/Pg"))
            pieces.append(marked[place].pop(mark["/MCID"]))
            of_page = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
            assert of_page[2 * place] == reader.pages[place]["/StructParents"] == place
            assert of_page[2 * place + 1][mark["/MCID"]] == element, number
        read.append((element.get_object()["/S"], " ".join(pieces)))
    assert not any(marked), "something is marked that the structure does not have"
    return read


def test_a_screen_reader_reads_the_paragraphs_in_order_and_whole() -> None:
    long = " ".join(f"word{number}" for number in range(900))
    reader = pdf_of(f"Dear payer,\n\nRe: Claim ABC\n\n{long}\n\n  line  amount\n  1     10.00\n")
    assert len(reader.pages) > 1
    assert read_by_tags(reader) == [
        ("/P", "Dear payer,"),
        ("/H1", "Re: Claim ABC"),
        ("/P", long),
        ("/P", "line  amount"),
        ("/P", "1     10.00"),
    ]


@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_is_tagged_and_says_its_title_and_language(kind: LetterKind) -> None:
    raw = set_letter(OURS, kind.value, facts_for(kind))
    reader = pdf_of(raw)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"] == "en-US"
    assert len(read_by_tags(reader)) == len([line for line in raw.splitlines() if line])


def test_page_numbers_are_no_content() -> None:
    for page in pdf_of("Dear payer,\n").pages:
        content = page.get_contents().get_data()  # type: ignore[union-attr]
        assert b"/Artifact BMC\n" in content
        assert content.index(b"/Artifact BMC") < content.index(b"Page 1 of 1")
