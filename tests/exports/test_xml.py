"""XML of claims and remittances: nothing is lost, the schema holds, no text can break it."""

from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from edi_engine.errors import EdiEngineError
from edi_engine.exports import xml_documents
from edi_engine.exports.xml_documents import advice_html, schema_mistakes, schema_text
from edi_engine.exports.xml_text import XmlText
from edi_engine.money import format_cents
from edi_engine.parsers import read_bytes
from tests.exports.made_up import MadeUp
from tests.exports.xml_making import claims_xml, remittances_xml
from tests.exports.xml_reading import as_written, claims_of, parsed, remittance_sets_of
from tests.golden.stories import story_files
from tests.seeds import seeds

ADVICE_FILE = Path(__file__).parents[2] / "fixtures" / "advice" / "visit_refusal_and_stay.edi"
SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
HOSTILE = (
    "A&B <script>alert(1)</script> \"quoted\" 'single' ]]> <!-- -- > &amp; &#0; %x; \\",
    "NUL \x00, bell \x07, escape \x1b, delete \x7f, next line \x85, C1 \x9f",
    "half \ud800 and \udfff, no character \ufffe \uffff, right to left \u202e, zero \u200b",
    "line\rfeed\nand\ttab",
    "x" * 10_000,
    "\U0001f9fe \u738b \u00e9",
)


@pytest.mark.parametrize("path", story_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_story_follows_the_schema_and_reads_back_whole(path: Path) -> None:
    found = read_bytes(path.read_bytes(), file_name=path.name)
    claims, remittances = claims_xml(found.claims), remittances_xml(found.remittance_sets)
    assert schema_mistakes(claims) == schema_mistakes(remittances) == ()
    assert claims_of(claims) == [as_written(one) for one in found.claims]
    assert remittance_sets_of(remittances) == [as_written(one) for one in found.remittance_sets]


@pytest.mark.parametrize("seed", seeds(6, 200))
def test_whatever_a_reader_can_read_follows_the_schema_and_reads_back(seed: int) -> None:
    made = MadeUp(seed)
    claims, sets = made.claims(), [made.remittance_set(), made.remittance_set()]
    assert claims_of(claims_xml(claims)) == [as_written(one) for one in claims]
    assert remittance_sets_of(remittances_xml(sets)) == [as_written(one) for one in sets]
    assert schema_mistakes(claims_xml(claims)) == schema_mistakes(remittances_xml(sets)) == ()


def hostile_remittance(text: str) -> str:
    """The document of a remittance with this text wherever a text can stand."""
    return remittances_xml([_with_text(MadeUp(3).remittance_set(), text)], held=text)


def _with_text(value: object, text: str) -> object:
    if isinstance(value, msgspec.Struct):
        return type(value)(
            *(_with_text(getattr(value, name), text) for name in value.__struct_fields__)
        )
    if isinstance(value, tuple):
        return tuple(_with_text(item, text) for item in value)
    return text if type(value) is str else value


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_can_break_a_document(text: str) -> None:
    remittance = hostile_remittance(text)
    claims = claims_xml([_with_text(one, text) for one in MadeUp(3).claims()])  # type: ignore[misc]
    shown = "".join(
        one if one.isprintable() or one in "\t\n\r\x85\u202e\u200b" else "\ufffd" for one in text
    )
    for document in (remittance, claims):
        assert schema_mistakes(document) == ()
        root = parsed(document)
        texts = {one.text for one in root.iter() if not len(one)}
        assert shown in texts
        assert len([one for one in root.iter() if one.tag.endswith("script")]) == 0


@given(st.text(st.characters(), max_size=40))
def test_any_text_is_read_back_or_replaced_sign_by_sign(text: str) -> None:
    xml = XmlText()
    xml.start_document("claims")
    xml.text("note", text, words=text)
    xml.end()
    found = ElementTree.fromstring(xml.take().encode())
    if not text:
        assert len(found) == 0
        return
    for read in (found[0].text or "", found[0].attrib["words"]):
        assert len(read) == len(text)
        assert all(b in {a, "\ufffd"} for a, b in zip(text, read, strict=True))
        assert all(b == a for a, b in zip(text, read, strict=True) if a.isprintable())


@pytest.mark.parametrize("cents", [0, 1, -1, 10, -1250, 9_999_999_999, -9_999_999_999])
def test_money_has_two_places(cents: int) -> None:
    xml = XmlText()
    xml.money("paid", cents)
    assert f"<paid>{format_cents(cents)}</paid>" in xml.take()


@pytest.fixture(scope="module")
def advice_document() -> str:
    found = read_bytes(ADVICE_FILE.read_bytes(), file_name=ADVICE_FILE.name)
    return remittances_xml(found.remittance_sets)


MISTAKES = {
    "money without places": (">48.00<", ">48<"),
    "money with an exponent": (">48.00<", ">4.8E1<"),
    "an element that is not known": ("<paid>48.00</paid>", "<payed>48.00</payed>"),
    "an element that is missing": ("<paid>48.00</paid>", ""),
    "elements in another order": ("<charge>150.00</charge>\n", ""),
    "a day that is none": (">2026-03-02<", ">2026-02-30<"),
    "a day in another form": (">2026-03-02<", ">03/02/2026<"),
    "an attribute that is not known": ("<line_payment ", '<line_payment colour="red" '),
    "a kind that there is not": ('kind="contractual"', 'kind="friendly"'),
    "a text of no length": ("<reference>ICN0</reference>", "<reference></reference>"),
    "another namespace": ("urn:edi-engine:records:1", "urn:edi-engine:records:2"),
    "a document that ends too soon": ("</remittances>", ""),
}


@pytest.mark.parametrize(("before", "after"), MISTAKES.values(), ids=MISTAKES)
def test_the_schema_finds(before: str, after: str, advice_document: str) -> None:
    assert schema_mistakes(advice_document) == ()
    assert before in advice_document
    assert schema_mistakes(advice_document.replace(before, after)) != ()


def test_mistakes_repeat_no_value(advice_document: str) -> None:
    wrong = advice_document.replace("TESTPATIENT", "TESTPATIENT<SECRET/>")
    told = " ".join(schema_mistakes(wrong))
    assert "line " in told
    assert "SECRET" not in told
    assert "TESTPATIENT" not in told


def test_every_element_attribute_and_type_of_the_schema_is_explained() -> None:
    root = ElementTree.fromstring(schema_text())
    named = [one for one in root.iter() if "name" in one.attrib]
    silent = [
        one.attrib["name"]
        for one in named
        if not (one.findtext(f"{SCHEMA}annotation/{SCHEMA}documentation") or "").strip()
    ]
    assert len(named) > 250
    assert silent == []


def test_a_document_is_written_piece_by_piece_in_the_order_of_the_file() -> None:
    xml = XmlText()
    pieces = []
    xml.start_document("claims")
    for number in range(3):
        xml.text("note", str(number))
        pieces.append(xml.take())
        assert pieces[-1].count("<note>") == 1
    xml.end()
    pieces.append(xml.take())
    reader = ElementTree.XMLPullParser()
    for piece in pieces:
        reader.feed(piece)
    reader.close()
    notes = [element.text for _, element in reader.read_events() if element.tag.endswith("note")]
    assert notes == ["0", "1", "2"]


GROWING = "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "LAUGH" * 10}">' for n in range(10)
)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE remittances [<!ENTITY secret SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE remittances SYSTEM "http://127.0.0.1:9/remittances.dtd">',
        f"<!DOCTYPE remittances [{GROWING}]>",
    ],
    ids=["entity of a file", "definition on a server", "entities that grow"],
)
def test_a_document_with_a_document_type_is_refused(doctype: str, advice_document: str) -> None:
    head, mark, rest = advice_document.partition("<remittances")
    with pytest.raises(EdiEngineError, match="document type"):
        advice_html(head + doctype + mark + rest)
    with pytest.raises(EdiEngineError, match="document type"):
        schema_mistakes(head + doctype + mark + rest)


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_a_stylesheet_may_read_nothing(scheme: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret>SECRET</secret>")
    address = secret.as_uri() if scheme == "file" else "http://127.0.0.1:9/secret.xml"
    sheet = xml_documents._sheet(
        b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        b'<xsl:template match="/"><o><xsl:copy-of select="document(\'%s\')"/></o></xsl:template>'
        b"</xsl:stylesheet>" % address.encode()
    )
    with pytest.raises(etree.XSLTApplyError):
        sheet(etree.fromstring("<a/>"))
