"""A letter as PDF: letter size, page numbers, text that can be selected and searched.

Nothing in the text is read as markup. Paragraphs are set in Helvetica and wrapped, lines that begin
with two blanks are tables in Courier. Each line of the letter is a tagged paragraph, so that a
screen reader reads it whole and in order; page numbers are not read. The same letter gives the same
bytes: no clock is asked, and the file says nothing of a patient outside of its pages.
Source: docs/decisions/0015-letters-by-jinja2-and-reportlab.md.
"""

import io
import unicodedata
from collections.abc import Iterator
from itertools import groupby

import msgspec
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from edi_engine.exports.pdf_tags import PdfTags

__all__ = ["LetterPdf", "letter_pdf"]

_WIDTH, _HEIGHT = map(int, LETTER)
_MARGIN = 72
_FOOT = 40
_TEXT_FONT, _TEXT_SIZE, _TEXT_LEADING = "Helvetica", 11, 15
_BOLD_FONT = "Helvetica-Bold"
_TABLE_FONT, _TABLE_SIZE, _TABLE_LEADING = "Courier", 9, 12
_GAP = 7
"""Height of a blank line. Everything here is in whole points."""

_HANGING = "    "
"""Before what did not fit into the first line of a table's row."""

_SUBJECT = "Re: "
"""A line that begins so is set in bold: what the letter is about."""


class LetterPdf(msgspec.Struct, frozen=True):
    """The file, and how many characters its fonts have no sign for: printed without their accents,
    or as "?"."""

    data: bytes
    pages_count: int
    replaced_count: int


class _Line(msgspec.Struct, frozen=True):
    text: str
    font: str = _TEXT_FONT
    size: int = _TEXT_SIZE
    leading: int = _TEXT_LEADING
    paragraph: int = 0
    """Which line of the letter it is of: a reader reads these together."""


def letter_pdf(letter: str, *, title: str) -> LetterPdf:
    """The letter as `set_letter` gives it. `title` stands in the file's properties."""
    text, replaced = _printable(letter)
    pages = list(_pages(_lines(text)))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=LETTER, invariant=1, lang="en-US")
    canvas.setTitle(_printable(title)[0])
    canvas.setCreator("edi-engine")
    tags = PdfTags(canvas)
    for number, page in enumerate(pages, 1):
        _draw(canvas, page, tags)
        with tags.no_content():
            canvas.setFont(_TEXT_FONT, 8)
            canvas.drawCentredString(_WIDTH / 2, _FOOT, f"Page {number} of {len(pages)}")
        tags.end_page()
    tags.finish()
    canvas.save()
    return LetterPdf(stream.getvalue(), len(pages), replaced)


def _draw(canvas: Canvas, page: list[_Line], tags: PdfTags) -> None:
    height = _HEIGHT - _MARGIN
    for paragraph, found in groupby(page, lambda line: line.paragraph):
        lines = list(found)
        if not lines[0].text:
            height -= sum(line.leading for line in lines)
            continue
        with tags.paragraph(paragraph, "H1" if lines[0].font == _BOLD_FONT else "P"):
            for line in lines:
                height -= line.leading
                canvas.setFont(line.font, line.size)
                canvas.drawString(_MARGIN, height, line.text)


def _lines(letter: str) -> Iterator[_Line]:
    for number, text in enumerate(letter.splitlines()):
        if not text:
            yield _Line("", leading=_GAP, paragraph=number)
        elif text.startswith("  "):
            for piece in _table_pieces(text[2:]):
                yield _Line(piece, _TABLE_FONT, _TABLE_SIZE, _TABLE_LEADING, number)
        else:
            font = _BOLD_FONT if text.startswith(_SUBJECT) else _TEXT_FONT
            for piece in _wrapped(text, font):
                yield _Line(piece, font, paragraph=number)


def _table_pieces(text: str) -> Iterator[str]:
    width = int((_WIDTH - 2 * _MARGIN) / stringWidth("0", _TABLE_FONT, _TABLE_SIZE))
    while len(text) > width:
        cut = text.rfind(" ", width // 2, width + 1)
        cut = width if cut < 0 else cut
        yield text[:cut]
        text = _HANGING + text[cut:].lstrip()
    yield text


def _wrapped(text: str, font: str) -> Iterator[str]:
    """The paragraph in lines; a word wider than the page is cut."""
    width = _WIDTH - 2 * _MARGIN
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if stringWidth(longer, font, _TEXT_SIZE) <= width:
            line = longer
            continue
        if line:
            yield line
        *cut, line = _word_pieces(word, font)
        yield from cut
    yield line


def _word_pieces(word: str, font: str) -> list[str]:
    """A word in pieces that fit on a line; one character does in any case."""
    pieces, start = [], 0
    for end in range(1, len(word)):
        # No piece is longer than a line has room for, so each look is at a few dozen characters.
        if stringWidth(word[start : end + 1], font, _TEXT_SIZE) > _WIDTH - 2 * _MARGIN:
            pieces.append(word[start:end])
            start = end
    return [*pieces, word[start:]]


def _pages(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    space = _HEIGHT - 2 * _MARGIN
    page: list[_Line] = []
    used = 0
    for line in lines:
        if page and used + line.leading > space:
            yield page
            page, used = [], 0
        if page or line.text:  # no page begins with a gap
            page.append(line)
            used += line.leading
    yield page


def _printable(text: str) -> tuple[str, int]:
    """The text in the characters of the standard fonts, and how many had to be replaced."""
    replaced = 0
    pieces: list[str] = []
    for character in text:
        if character == "\n" or _has_sign(character):
            pieces.append(character)
            continue
        replaced += 1
        plain = "".join(
            part
            for part in unicodedata.normalize("NFKD", character)
            if _has_sign(part) and not unicodedata.combining(part)
        )
        pieces.append(plain or "?")
    return "".join(pieces), replaced


def _has_sign(character: str) -> bool:
    if not character.isprintable():
        return False
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
