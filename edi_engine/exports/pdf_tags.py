"""Tags of a PDF: which drawn lines are one paragraph, in which order, and what is no content.

ReportLab has no tags of its own, but writes any object it is given. What is used of it beside its
interface (the document, the page and its stream of operators) is used here alone, and a test reads
the tags back. Source: ISO 32000-1, 14.7 and 14.8; docs/decisions/0015.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFtrue
from reportlab.pdfgen.canvas import Canvas

__all__ = ["PdfTags"]


class PdfTags:
    """Collects what is drawn on a canvas; `finish` writes the structure.

    A paragraph is named by a number of the caller's; it may go on over pages. Paragraphs are read
    in the order in which they were first drawn.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._tags: dict[int, str] = {}
        self._marks: dict[int, list[tuple[int, int]]] = {}
        self._of_pages: list[list[int]] = [[]]

    @contextmanager
    def paragraph(self, number: int, tag: str) -> Iterator[None]:
        """Draw lines of a paragraph; `tag` is P or H1."""
        page = self._of_pages[-1]
        self._tags.setdefault(number, tag)
        self._marks.setdefault(number, []).append((len(self._of_pages) - 1, len(page)))
        self._canvas._code.append(f"/{tag} <</MCID {len(page)}>> BDC")
        page.append(number)
        yield
        self._canvas._code.append("EMC")

    @contextmanager
    def no_content(self) -> Iterator[None]:
        """Draw what is not to be read: page numbers."""
        self._canvas._code.append("/Artifact BMC")
        yield
        self._canvas._code.append("EMC")

    def end_page(self) -> None:
        """End a page of the canvas."""
        self._canvas.showPage()
        self._of_pages.append([])

    def finish(self) -> None:
        """Write the structure; the canvas is to be saved next."""
        document = self._canvas._doc
        pages = [document.Reference(page) for page in document.Pages.pages]
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        whole = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName("Document")})
        root_reference, whole_reference = document.Reference(root), document.Reference(whole)
        elements = {}
        for number, marks in self._marks.items():
            content = [
                PDFDictionary({"Type": PDFName("MCR"), "Pg": pages[page], "MCID": mark})
                for page, mark in marks
            ]
            element = {"Type": PDFName("StructElem"), "S": PDFName(self._tags[number])}
            element |= {"P": whole_reference, "K": PDFArray(content)}
            elements[number] = document.Reference(PDFDictionary(element))
        whole.dict |= {"P": root_reference, "K": PDFArray(list(elements.values()))}
        parents: list[object] = []
        for place, (page, numbers) in enumerate(
            zip(document.Pages.pages, self._of_pages, strict=False)
        ):
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents, page.Tabs = place, PDFName("S")
            parents += [place, PDFArray([elements[number] for number in numbers])]
        tree = document.Reference(PDFDictionary({"Nums": PDFArray(parents)}))
        root.dict |= {"K": whole_reference, "ParentTree": tree}
        root.dict |= {"ParentTreeNextKey": len(document.Pages.pages)}
        catalog = document.Catalog
        catalog.StructTreeRoot = root
        catalog.MarkInfo = PDFDictionary({"Marked": PDFtrue})
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
