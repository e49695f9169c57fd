"""What the inner loop of an 835 leaves aside: seldom segments and odd forms of common ones."""

from edi_engine.money import parse_cents
from edi_engine.parsers.balancing import REVERSAL_STATUS
from edi_engine.parsers.elements import (
    ElementReader,
    PartyBuilder,
    element_at,
    trailing_elements,
)
from edi_engine.records.common import Contact, Party, Quantity, RemarkCode

__all__ = [
    "MEANINGLESS_NUMBERS",
    "RareSegments",
    "check_claim_head",
    "join_split_service",
    "read_party",
]

MEANINGLESS_NUMBERS = frozenset({"", "0"})
"""CLP01 of payers that lost the patient control number."""

_CLAIM_ENDS = frozenset({"BPR", "CLP", "LX", "N1", "PLB", "SE", "ST", "SVC", "TRN", "TS2", "TS3"})
_REMARK_POSITIONS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}


class RareSegments:
    """Holds the seldom segments of one claim, and of the loop (claim level or line) being read.

    `in_loop` and `in_claim` tell whether there is anything to take.
    """

    def __init__(self, elements: ElementReader) -> None:
        self._elements = elements
        self._separator = elements.delimiters.element
        self.in_loop = False
        self.in_claim = False
        self._quantities: list[Quantity] = []
        self._remarks: list[RemarkCode] = []
        self._extras: list[str] = []
        self._contacts: list[Contact] = []
        self._inpatient: tuple[str, ...] = ()
        self._outpatient: tuple[str, ...] = ()

    def take(self, text: str, ordinal: int, offset: int) -> bool:
        """Keep a segment of the claim; False when it ends the claim or begins a line."""
        elements = text.split(self._separator)
        segment_id = elements[0]
        if segment_id in _CLAIM_ENDS:
            return False
        if segment_id == "LQ":
            self.in_loop = True
            self._remarks.append(RemarkCode(element_at(elements, 1), element_at(elements, 2)))
        elif segment_id == "QTY":
            self._quantity(text, elements, (ordinal, offset))
        elif segment_id in _REMARK_POSITIONS:
            self._adjudication(segment_id, elements)
        elif segment_id == "PER":
            self.in_claim = True
            self._contacts.append(self._elements.contact(elements))
        else:
            self.keep_unknown(text, (ordinal, offset))
        return True

    def keep(self, text: str) -> None:
        """Keep a segment as text, because something in it could not be read."""
        self.in_loop = True
        self._extras.append(text)

    def keep_unknown(self, text: str, at: tuple[int, int]) -> None:
        """Keep a segment that has no place in a claim payment, with a finding."""
        self.keep(text)
        self._elements.report(
            "X12-0315", at, "", "A segment that has no place in a claim payment is kept as text."
        )

    def take_loop(
        self,
    ) -> tuple[tuple[Quantity, ...], tuple[RemarkCode, ...], tuple[str, ...]]:
        """Quantities, remarks and kept texts since the last call."""
        taken = tuple(self._quantities), tuple(self._remarks), tuple(self._extras)
        self._quantities.clear()
        self._remarks.clear()
        self._extras.clear()
        self.in_loop = False
        return taken

    def take_claim(self) -> tuple[tuple[Contact, ...], tuple[str, ...], tuple[str, ...]]:
        """Contacts, MIA and MOA since the last call."""
        taken = tuple(self._contacts), self._inpatient, self._outpatient
        self._contacts.clear()
        self._inpatient, self._outpatient = (), ()
        self.in_claim = False
        return taken

    def _quantity(self, text: str, elements: list[str], at: tuple[int, int]) -> None:
        found = self._elements.quantity_of(elements, at)
        if found is None:
            self.keep(text)
        else:
            self.in_loop = True
            self._quantities.append(found)

    def _adjudication(self, segment_id: str, elements: list[str]) -> None:
        """MIA or MOA: all elements, and their remark codes once more."""
        self.in_claim = self.in_loop = True
        if segment_id == "MIA":
            self._inpatient = trailing_elements(elements)
        else:
            self._outpatient = trailing_elements(elements)
        for position in _REMARK_POSITIONS[segment_id]:
            code = element_at(elements, position).strip()
            if code:
                self._remarks.append(RemarkCode(segment_id, code))


def read_party(elements: ElementReader, text: str) -> Party:
    """The party of one NM1 segment."""
    separator = elements.delimiters.element
    parts = text.split(separator)
    if len(parts) == 10 and " " + separator not in text and separator + " " not in text:
        _, code, entity_type, last, first, middle, prefix, suffix, qualifier, identifier = parts
        return Party(
            code,
            entity_type,
            last,
            first,
            middle,
            prefix,
            suffix,
            qualifier,
            identifier.rstrip(),
        )
    return PartyBuilder(elements, parts).build()


def check_claim_head(
    elements: ElementReader, claim: list[str], charge_cents: int, at: tuple[int, int]
) -> None:
    """Findings about a CLP; `claim` may have been filled up with empty elements."""
    if not any(claim[7:]):
        elements.report("X12-0308", at, "CLP", "The CLP has fewer than seven elements.")
    if claim[1].strip() in MEANINGLESS_NUMBERS:
        elements.report("X12-0309", at, "CLP01", "The patient control number says nothing.")
    if claim[2] == REVERSAL_STATUS and charge_cents > 0:
        elements.report("X12-0317", at, "CLP03", "A reversal has a positive charge.")


def join_split_service(
    elements: ElementReader, service: list[str], at: tuple[int, int]
) -> list[str]:
    """An SVC whose procedure was split by the element separator ("SVC*HC*99213*90.00*80.00").

    The pieces are joined when that leaves two readable amounts; else the SVC stays as it is.
    """
    qualifier, code, charge, paid = service[1], service[2], service[3], service[4]
    if len(qualifier) != 2 or "." not in charge or "." not in paid:
        return service
    if parse_cents(charge) is None or parse_cents(paid) is None:
        return service
    elements.report("X12-0314", at, "SVC01", "The procedure is split by the element separator.")
    component = elements.delimiters.component
    return [service[0], f"{qualifier}{component}{code}", *service[3:], ""]
