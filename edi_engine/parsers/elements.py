"""Elements and small segments to records, for every kind of set.

An `ElementReader` belongs to one transaction set. Its methods take the elements of a segment as
`text.split(delimiters.element)` gives them (so index 3 is the third element) and where the segment
stands. They never raise: what cannot be read becomes a finding and None. Messages show the shape
of a bad value, never the value. Source: 005010X221A1, X222A1, X223A2, X224A2; quirks of real files.
"""

import re
from datetime import date
from decimal import Decimal

from edi_engine.dates import parse_date, parse_date_range
from edi_engine.findings import FindingLog
from edi_engine.money import parse_cents
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.stored_text import StoredText
from edi_engine.quantities import parse_quantity
from edi_engine.records.common import (
    Adjustment,
    Amount,
    Contact,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
)
from edi_engine.records.source import SetSource
from edi_engine.redact import shape_of

__all__ = ["ElementMemory", "ElementReader", "PartyBuilder", "element_at", "trailing_elements"]

CACHE_ENTRIES_MAX = 4_096
"""Repeated texts (amounts, dates, procedures) are read once. A table that is full takes no more:
what was seen early in a file is what comes again, and a table that outgrows the processor's cache
is slower than reading. Measured: a file whose amounts never repeat reads a fifth faster with four
thousand entries than with twenty."""

NO_DATES = frozenset({"", "19000101", "00000000"})
"""What payers send for "no date": absent, not wrong."""

GROUP_CODES = frozenset({"CO", "PR", "OA", "PI", "CR"})
"""CAS01. CR is 4010's, and seen in 5010 files too."""

_TRIPLETS_MAX = 6
_OTHER_COMPONENTS = re.compile(r"[A-Za-z0-9]{1,3}([:>|^<!+\\])[A-Za-z0-9]", re.ASCII)
_DATE_FORMATS = frozenset({"D8", "RD8", "D6", "DT", "RDT", "TM"})


def element_at(elements: list[str], index: int) -> str:
    """The element at a position of the guide, or empty when the segment ends before it."""
    return elements[index] if index < len(elements) else ""


def trailing_elements(elements: list[str], first_index: int = 1) -> tuple[str, ...]:
    """The elements from a position on, empty ones at the end left out."""
    last = len(elements)
    while last > first_index and not elements[last - 1]:
        last -= 1
    return tuple(elements[first_index:last])


class ElementMemory:
    """What repeated texts mean, for all sets that use the same delimiters."""

    def __init__(self) -> None:
        self.cents: dict[str, int] = {}
        self.dates: dict[str, date] = {}
        self.quantities: dict[str, Decimal] = {}
        self.procedures: dict[str, Procedure] = {}


class ElementReader:
    """Reads elements of one set. `memory` may be that of other sets with the same delimiters."""

    def __init__(
        self,
        source: SetSource,
        delimiters: Delimiters,
        log: FindingLog,
        memory: ElementMemory | None = None,
    ) -> None:
        self.source = source
        self.delimiters = delimiters
        self.log = log
        self.stored = StoredText(delimiters)
        memory = memory or ElementMemory()
        self._cents = memory.cents
        self._dates = memory.dates
        self._quantities = memory.quantities
        self._procedures = memory.procedures
        self._other_component_told = False
        self.reports_count = 0

    def report(self, code: str, at: tuple[int, int], element: str, message: str) -> None:
        """A finding at `at`, the (segment ordinal, byte offset) of a segment of this set."""
        self.reports_count += 1
        self.log.add(code, self.source.place(at[0], at[1], element), message)

    # Values.

    def cents(self, text: str, at: tuple[int, int], element: str) -> int | None:
        """Cents of an amount; None when absent, and with a finding (X12-0201) when unreadable."""
        found = self._cents.get(text)
        if found is None and text:
            found = parse_cents(text)
            if found is None:
                found = parse_cents(text.strip())
            if found is None:
                self.report(
                    "X12-0201", at, element, f"'{shape_of(text)}' is not an exact dollar amount."
                )
                return None
            if len(self._cents) < CACHE_ENTRIES_MAX:
                self._cents[text] = found
        return found

    def required_cents(self, text: str, at: tuple[int, int], element: str) -> int:
        """As `cents`, but an absent amount is a finding (X12-0202) too; zero stands for both."""
        if not text:
            self.report("X12-0202", at, element, "The amount is absent; zero is used.")
            return 0
        return self.cents(text, at, element) or 0

    def day(self, text: str, at: tuple[int, int], element: str) -> date | None:
        """A single date; None when absent or 1900-01-01, and with a finding when unreadable."""
        found = self._dates.get(text)
        if found is None and text not in NO_DATES:
            found = parse_date(text.strip())
            if found is None:
                self.report("X12-0203", at, element, f"'{shape_of(text)}' is not a date.")
                return None
            self._remember_date(text, found)
        return found

    def _remember_date(self, text: str, found: date) -> None:
        if len(self._dates) < CACHE_ENTRIES_MAX:
            self._dates[text] = found

    def quantity(self, text: str, at: tuple[int, int], element: str) -> Decimal | None:
        """A quantity; None when absent, and with a finding (X12-0204) when unreadable."""
        found = self._quantities.get(text)
        if found is None and text:
            found = parse_quantity(text.strip())
            if found is None:
                self.report("X12-0204", at, element, f"'{shape_of(text)}' is not a number.")
                return None
            if len(self._quantities) < CACHE_ENTRIES_MAX:
                self._quantities[text] = found
        return found

    def components(self, text: str, at: tuple[int, int], element: str) -> list[str]:
        """Parts of a composite; an empty text gives one empty part.

        Some files announce one component separator in ISA16 and use another. A text without the
        announced one that begins like a composite ("HC>99213", "11>B>1") is split by what it uses.
        """
        component = self.delimiters.component
        if component in text:
            return text.split(component)
        other = _OTHER_COMPONENTS.match(text)
        if other is None or other[1] == self.delimiters.element:
            return [text]
        if not self._other_component_told:
            self._other_component_told = True
            self.report(
                "X12-0205",
                at,
                element,
                f"Composites are separated by '{other[1]}', ISA16 announces '{component}'.",
            )
        return text.split(other[1])

    def procedure(self, text: str, at: tuple[int, int], element: str) -> Procedure | None:
        """A procedure composite, qualifier:code:modifiers::description; None when empty."""
        found = self._procedures.get(text)
        if found is not None or not text:
            return found
        parts = self.components(text, at, element)
        modifiers = tuple(part.strip() for part in parts[2:6] if part.strip())
        if len(parts) == 1 and len(text) > 2:
            # No qualifier at all: the text is the code itself.
            found = Procedure("", text.strip())
        else:
            code = parts[1].strip() if len(parts) > 1 else ""
            description = parts[6] if len(parts) > 6 else ""
            found = Procedure(parts[0].strip(), code, modifiers, description)
        if not found.code or not found.qualifier:
            missing = "qualifier" if found.code else "code"
            self.report("X12-0206", at, element, f"The procedure has no {missing}.")
            return found
        if len(self._procedures) < CACHE_ENTRIES_MAX:
            self._procedures[text] = found
        return found

    # Small segments.

    def reference(self, elements: list[str]) -> Reference:
        """REF. The value keeps inner blanks and loses outer ones."""
        return Reference(
            element_at(elements, 1), element_at(elements, 2).strip(), element_at(elements, 3)
        )

    def amount(self, elements: list[str], at: tuple[int, int]) -> Amount | None:
        """AMT, or None with a finding when its amount cannot be read."""
        cents = self.cents(element_at(elements, 2), at, "AMT02")
        return None if cents is None else Amount(element_at(elements, 1), cents)

    def quantity_of(self, elements: list[str], at: tuple[int, int]) -> Quantity | None:
        """QTY, or None with a finding when its number cannot be read."""
        quantity = self.quantity(element_at(elements, 2), at, "QTY02")
        return None if quantity is None else Quantity(element_at(elements, 1), quantity)

    def contact(self, elements: list[str]) -> Contact:
        """PER. Numbers without a qualifier are kept, empty pairs are not."""
        numbers = tuple(
            (elements[index], element_at(elements, index + 1))
            for index in range(3, min(len(elements), 9), 2)
            if elements[index] or element_at(elements, index + 1)
        )
        return Contact(element_at(elements, 1), element_at(elements, 2).strip(), numbers)

    def event_date(self, elements: list[str], at: tuple[int, int]) -> EventDate | None:
        """DTM (835) or DTP (837); None when it holds no date.

        DTM*472*20240105, DTM*150*20240105*0800, DTM*232****RD8*20240105-20240107,
        DTP*472*D8*20240105 and DTP*434*RD8*... An unreadable date is a finding (X12-0203), a time
        without a date (format TM) and "no date" (1900-01-01) are none.
        """
        qualifier = element_at(elements, 1)
        date_format, text, time = "", element_at(elements, 2), element_at(elements, 3)
        name = "DTM02"
        if text in _DATE_FORMATS:
            if elements[0] == "DTM":
                self.report("X12-0207", at, name, "DTM is written with a date format, as a DTP.")
            date_format, text, time, name = text, time, "", f"{elements[0]}03"
        elif not text and len(elements) > 6:
            date_format, text, time, name = elements[5], elements[6], "", "DTM06"
        text = text.strip()
        if date_format == "TM" or text in NO_DATES:
            return None
        return self._event_date(qualifier, text, time, at, name)

    def _event_date(
        self, qualifier: str, text: str, time: str, at: tuple[int, int], name: str
    ) -> EventDate | None:
        if "-" in text:
            days = parse_date_range(text)
            if days is None:
                self.report("X12-0203", at, name, f"'{shape_of(text)}' is not a range of dates.")
                return None
            return EventDate(qualifier, days[0], days[1], time)
        if len(text) == 12 and text.isdigit():
            text, time = text[:8], text[8:]
        found = self.day(text, at, name)
        return None if found is None else EventDate(qualifier, found, found, time)

    def adjustments(self, elements: list[str], at: tuple[int, int]) -> tuple[Adjustment, ...]:
        """All triplets of a CAS, in order; gaps are stepped over with a finding, never stopped at.

        A triplet whose amount cannot be read is left out with an error finding (X12-0201); one
        with an amount but no reason counts, because the money does.
        """
        return tuple(adjustment for _, adjustment in self.placed_adjustments(elements, at))

    def placed_adjustments(
        self, elements: list[str], at: tuple[int, int]
    ) -> list[tuple[int, Adjustment]]:
        """What `adjustments` gives, each with the index of the element that its amount is."""
        group_code = element_at(elements, 1)
        if group_code not in GROUP_CODES:
            self.report(
                "X12-0208", at, "CAS01", f"'{shape_of(group_code)}' is no adjustment group."
            )
        found: list[tuple[int, Adjustment]] = []
        gap_index = 0
        for index in range(2, len(elements), 3):
            reason, amount = elements[index].strip(), element_at(elements, index + 1)
            quantity = self.quantity(element_at(elements, index + 2), at, f"CAS{index + 2:02d}")
            if not reason and not amount:
                gap_index = gap_index or index
                continue
            if gap_index:
                self.report("X12-0209", at, f"CAS{gap_index:02d}", "A gap before more triplets.")
                gap_index = 0
            if not reason:
                self.report("X12-0210", at, f"CAS{index:02d}", "An amount without a reason code.")
            if not amount:
                self.report("X12-0211", at, f"CAS{index + 1:02d}", "A reason without an amount.")
                continue
            cents = self.cents(amount, at, f"CAS{index + 1:02d}")
            if cents is not None:
                adjustment = Adjustment(group_code, reason, cents, quantity, at[0], at[1])
                found.append((index + 1, adjustment))
        if len(elements) > 2 + 3 * _TRIPLETS_MAX:
            self.report("X12-0212", at, "CAS20", "More than six triplets; all are counted.")
        return found


class PartyBuilder:
    """Gathers what follows an NM1 or N1 until the next one, then makes the `Party`."""

    def __init__(self, reader: ElementReader, elements: list[str]) -> None:
        """`elements` are those of the NM1 or N1."""
        self._reader = reader
        if elements[0] == "N1":
            self._names = [element_at(elements, 1), "2", element_at(elements, 2), "", "", "", ""]
            self._identifier = [element_at(elements, 3), element_at(elements, 4)]
        else:
            self._names = [element_at(elements, index) for index in range(1, 8)]
            self._identifier = [element_at(elements, 8), element_at(elements, 9)]
        self._address: list[str] = []
        self._place = ["", "", "", ""]
        self._born_on: date | None = None
        self._gender = ""
        self._taxonomy = ""
        self.references: list[Reference] = []
        self.contacts: list[Contact] = []

    @property
    def entity_code(self) -> str:
        """NM101 or N101."""
        return self._names[0]

    def add(self, elements: list[str], at: tuple[int, int]) -> bool:
        """Take N2, N3, N4, REF, PER, DMG or PRV; False when the segment is another one."""
        segment_id = elements[0]
        if segment_id == "N3":
            self._address.extend(text.strip() for text in elements[1:3] if text.strip())
        elif segment_id == "N4":
            self._place = [element_at(elements, index).strip() for index in range(1, 5)]
        elif segment_id == "REF":
            self.references.append(self._reader.reference(elements))
        elif segment_id == "PER":
            self.contacts.append(self._reader.contact(elements))
        elif segment_id == "DMG":
            self._born_on = self._reader.day(element_at(elements, 2), at, "DMG02")
            self._gender = element_at(elements, 3)
        elif segment_id == "PRV":
            self._taxonomy = element_at(elements, 3).strip()
        elif segment_id == "N2":
            self._names[2] = " ".join(
                text.strip() for text in (self._names[2], *elements[1:3]) if text.strip()
            )
        else:
            return False
        return True

    def build(self) -> Party:
        """The party as gathered so far; outer blanks of names and identifiers are dropped."""
        entity_code, entity_type, last, first, middle, prefix, suffix = (
            text.strip() for text in self._names
        )
        city, state, postal_code, country = self._place
        return Party(
            entity_code,
            entity_type,
            last,
            first,
            middle,
            prefix,
            suffix,
            self._identifier[0].strip(),
            self._identifier[1].strip(),
            tuple(self._address),
            city,
            state,
            postal_code,
            country,
            self._born_on,
            self._gender,
            self._taxonomy,
            tuple(self.references),
            tuple(self.contacts),
        )
