"""Segments of a claim payment, one at a time: the forms the inner loop leaves aside.

Everything here may be slow: it sees each text for the first time, or a form that few payers send.
What is read goes into tables by the segment's text, where the inner loop finds it again.
"""

from decimal import Decimal
from typing import TypeVar

from edi_engine.money import parse_cents
from edi_engine.parsers.balancing import REVERSAL_STATUS
from edi_engine.parsers.elements import (
    CACHE_ENTRIES_MAX,
    GROUP_CODES,
    ElementMemory,
    ElementReader,
    PartyBuilder,
    element_at,
    trailing_elements,
)
from edi_engine.records.common import (
    Adjustment,
    Amount,
    Contact,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
    RemarkCode,
)

__all__ = [
    "CLAIM_ENDS",
    "LOOP_REPEATS_MAX",
    "MEANINGLESS_NUMBERS",
    "NO_SERVICE",
    "ClaimMemory",
    "ClaimSegmentReader",
    "KnownAdjustment",
    "Service",
    "has_split_procedure",
]

LOOP_REPEATS_MAX = 500
"""How many DTM, AMT or REF one loop keeps as records, each; further ones are kept as text. The
guide allows at most fifteen."""

MEANINGLESS_NUMBERS = frozenset({"", "0"})
"""CLP01 of payers that lost the patient control number."""

Service = tuple[Procedure, int, int, str, Decimal | None, Procedure | None, Decimal | None]
"""SVC: procedure, charge, paid, revenue code, paid units, submitted procedure and its units."""

NO_SERVICE: Service = (Procedure("", ""), 0, 0, "", None, None, None)

KnownAdjustment = tuple[str, str, int, int]
"""A CAS of one triplet: group, reason, cents, and the cents again when they are the patient's."""

CLAIM_ENDS = frozenset({"BPR", "CLP", "LX", "N1", "PLB", "SE", "ST", "SVC", "TRN", "TS2", "TS3"})
"""Segments that are part of the claim or line before them no more."""

_PATIENT_CODES = frozenset({"QC", "IL", "74"})
_REMARK_POSITIONS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}

_Value = TypeVar("_Value")


class ClaimMemory:
    """What repeated segments mean, by their text, for all sets that use the same delimiters.

    `pairs` and `qualifiers` are kept by the text before the last element. Each holds
    `CACHE_ENTRIES_MAX` at most.
    """

    def __init__(self) -> None:
        self.elements = ElementMemory()
        self.adjustments: dict[str, KnownAdjustment] = {}
        self.pairs: dict[str, tuple[str, str]] = {}
        self.amounts: dict[str, tuple[Amount, ...]] = {}
        self.dates: dict[str, tuple[EventDate, ...]] = {}
        self.parties: dict[str, Party] = {}
        self.qualifiers: dict[str, str] = {}
        self.remarks: dict[str, tuple[RemarkCode]] = {}
        self.services: dict[str, Service] = {}


class ClaimSegmentReader:
    """Reads single segments and holds the seldom ones of the claim and loop being read.

    `in_loop` and `in_claim` tell whether there is anything for `take_loop` and `take_claim`.
    """

    def __init__(self, elements: ElementReader, memory: ClaimMemory) -> None:
        self.memory = memory
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

    # Segments that the inner loop knows by their first letters.

    def adjustments(self, text: str, at: tuple[int, int]) -> tuple[Adjustment, ...] | None:
        """A CAS; None when the segment is another one and ends the claim."""
        head, _, last = text.rpartition(self._separator)
        pair = self.memory.pairs.get(head)
        if pair is not None:
            cents = parse_cents(last)
            if cents is not None:
                group_code, reason_code = pair
                if len(self.memory.adjustments) < CACHE_ENTRIES_MAX:
                    patient_cents = cents if group_code == "PR" else 0
                    known = (group_code, reason_code, cents, patient_cents)
                    self.memory.adjustments[text] = known
                return (Adjustment(group_code, reason_code, cents, None, at[0], at[1]),)
        elements = text.split(self._separator)
        if elements[0] != "CAS":
            return () if self.take(text, at) else None
        found = self._elements.adjustments(elements, at)
        if len(found) == 1 and len(elements) == 4:
            group_code, reason_code = found[0].group_code, found[0].reason_code
            if reason_code and group_code in GROUP_CODES:
                _remember(self.memory.pairs, head, (group_code, reason_code))
        if len(found) < sum(map(bool, elements[3::3])):
            self.keep(text)
        return found

    def dates(self, text: str, at: tuple[int, int]) -> tuple[EventDate, ...]:
        """A DTM; nothing, and the text kept, when it holds no date."""
        elements = text.split(self._separator)
        if elements[0] != "DTM":
            self.keep_unknown(text, at)
            return ()
        found = self._elements.event_date(elements, at)
        if found is None:
            self.keep(text)
            return ()
        if len(elements) == 3:
            _remember(self.memory.dates, text, (found,))
        return (found,)

    def amounts(self, text: str, at: tuple[int, int]) -> tuple[Amount, ...]:
        """An AMT; nothing, and the text kept, when its amount cannot be read."""
        head, _, last = text.rpartition(self._separator)
        qualifier = self.memory.qualifiers.get(head)
        if qualifier is not None:
            cents = parse_cents(last)
            if cents is not None:
                known = (Amount(qualifier, cents),)
                if len(self.memory.amounts) < CACHE_ENTRIES_MAX:
                    self.memory.amounts[text] = known
                return known
        elements = text.split(self._separator)
        if elements[0] != "AMT":
            self.keep_unknown(text, at)
            return ()
        found = self._elements.amount(elements, at)
        if found is None:
            self.keep(text)
            return ()
        if len(elements) == 3:
            _remember(self.memory.qualifiers, head, found.qualifier)
        return (found,)

    def references(self, text: str, head: str, at: tuple[int, int]) -> tuple[Reference, ...]:
        """A REF; `head` is its text before the last element."""
        elements = text.split(self._separator)
        if elements[0] != "REF":
            self.keep_unknown(text, at)
            return ()
        if len(elements) == 3:
            _remember(self.memory.qualifiers, head, elements[1])
        return (self._elements.reference(elements),)

    def party(self, text: str) -> Party:
        """An NM1. Patients are not remembered: they seldom come twice."""
        parts = text.split(self._separator)
        if len(parts) == 10 and " " not in text:
            _, code, kind, last, first, middle, prefix, suffix, qualifier, identifier = parts
            found = Party(code, kind, last, first, middle, prefix, suffix, qualifier, identifier)
        else:
            found = PartyBuilder(self._elements, parts).build()
        if found.entity_code not in _PATIENT_CODES:
            _remember(self.memory.parties, text, found)
        return found

    def service(self, text: str, at: tuple[int, int]) -> Service:
        """An SVC; amounts that cannot be read count as zero, with findings."""
        service = text.split(self._separator)
        length = len(service)
        if 3 < length < 7:
            # Nearly every line: a known procedure, two plain amounts, perhaps units.
            memory = self.memory
            procedure = memory.elements.procedures.get(service[1])
            charge_cents, paid_cents = parse_cents(service[2]), parse_cents(service[3])
            units = memory.elements.quantities.get(service[5]) if length == 6 else None
            if (
                procedure is not None
                and charge_cents is not None
                and paid_cents is not None
                and (units is not None or length < 6)
            ):
                revenue_code = service[4].strip() if length > 4 else ""
                found = (procedure, charge_cents, paid_cents, revenue_code, units, None, None)
                if len(memory.services) < CACHE_ENTRIES_MAX:
                    memory.services[text] = found
                return found
        return self._service(text, service, at)

    def _service(self, text: str, service: list[str], at: tuple[int, int]) -> Service:
        """An SVC in any form, with findings for what cannot be read."""
        reader = self._elements
        reports_before = reader.reports_count
        service += [""] * (8 - len(service))
        if len(service[1]) == 2:
            service = self._join_split(service, at)
        procedure = reader.procedure(service[1], at, "SVC01")
        if procedure is None:
            procedure = NO_SERVICE[0]
            reader.report("X12-0206", at, "SVC01", "The line names no procedure.")
        found = (
            procedure,
            reader.required_cents(service[2], at, "SVC02"),
            reader.required_cents(service[3], at, "SVC03"),
            service[4].strip(),
            reader.quantity(service[5], at, "SVC05"),
            reader.procedure(service[6], at, "SVC06"),
            reader.quantity(service[7], at, "SVC07"),
        )
        if reader.reports_count == reports_before:
            _remember(self.memory.services, text, found)
        return found

    def _join_split(self, service: list[str], at: tuple[int, int]) -> list[str]:
        """An SVC whose procedure was split by the element separator ("SVC*HC*99213*90.00*80.00").

        The pieces are joined when that leaves two readable amounts; else it stays as it is.
        """
        if not has_split_procedure(service):
            return service
        message = "The procedure is split by the element separator."
        self._elements.report("X12-0314", at, "SVC01", message)
        component = self._elements.delimiters.component
        return [service[0], f"{service[1]}{component}{service[2]}", *service[3:], ""]

    def check_claim(self, claim: list[str], charge_cents: int, at: tuple[int, int]) -> None:
        """Findings about a CLP; `claim` may have been filled up with empty elements."""
        reader = self._elements
        if not any(claim[7:]):
            reader.report("X12-0308", at, "CLP07", "The CLP has fewer than seven elements.")
        if claim[1].strip() in MEANINGLESS_NUMBERS:
            reader.report("X12-0309", at, "CLP01", "The patient control number says nothing.")
        if claim[2] == REVERSAL_STATUS and charge_cents > 0:
            reader.report("X12-0317", at, "CLP03", "A reversal has a positive charge.")

    # Seldom segments.

    def take(self, text: str, at: tuple[int, int]) -> bool:
        """Keep a segment of the claim; False when it ends the claim or begins a line."""
        elements = text.split(self._separator)
        segment_id = elements[0]
        if segment_id in CLAIM_ENDS:
            return False
        if segment_id == "LQ":
            remark = RemarkCode(element_at(elements, 1), element_at(elements, 2).strip())
            _remember(self.memory.remarks, text, (remark,))
            self.add_remark(remark)
        elif segment_id == "QTY":
            self._quantity(text, elements, at)
        elif segment_id in _REMARK_POSITIONS:
            self._adjudication(segment_id, elements)
        elif segment_id == "PER":
            self.in_claim = True
            self._contacts.append(self._elements.contact(elements))
        else:
            self.keep_unknown(text, at)
        return True

    def add_remark(self, remark: RemarkCode) -> None:
        """An LQ of the loop being read."""
        self.in_loop = True
        self._remarks.append(remark)

    def keep(self, text: str) -> None:
        """Keep a segment as text, because something in it could not be read."""
        self.in_loop = True
        self._extras.append(self._elements.stored.of(text))

    def keep_unknown(self, text: str, at: tuple[int, int]) -> None:
        """Keep a segment that has no place in a claim payment, with a finding."""
        self.keep(text)
        message = "A segment that has no place in a claim payment is kept as text."
        self._elements.report("X12-0315", at, "", message)

    def keep_repeat(self, text: str, at: tuple[int, int]) -> None:
        """Keep one segment too many of its kind as text, with a finding."""
        self.keep(text)
        message = f"More than {LOOP_REPEATS_MAX} segments of one kind; this one is kept as text."
        self._elements.report("X12-0322", at, text[:3], message)

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


def has_split_procedure(service: list[str]) -> bool:
    """Whether the procedure of an SVC of eight elements at least stands in two of them, which
    leaves two readable amounts behind it."""
    charge, paid = service[3], service[4]
    return (
        len(service[1]) == 2
        and "." in charge
        and "." in paid
        and parse_cents(charge) is not None
        and parse_cents(paid) is not None
    )


def _remember(known: dict[str, _Value], text: str, found: _Value) -> None:
    """Keep what was read for the next time, while there is room."""
    if len(known) < CACHE_ENTRIES_MAX:
        known[text] = found
