"""The geographic practice cost indices of one Medicare locality, from CMS's Addendum E as CSV.

A locality is named by its contractor (MAC) and number, because numbers repeat across the country;
where a number or a state and number name one alone, they suffice. Never chooses among several.
Source: GPCI2025 of RVU25D.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from edi_engine.contracts.cms_tables import CellReader, CmsRow, Heading, read_table
from edi_engine.findings import FindingLog, Place
from edi_engine.quantities import format_quantity

__all__ = ["Locality", "read_locality"]

_INDEX_BELOW = 10
"""Indices lie around 1; the highest of 2025 is 2.5 (malpractice in Miami)."""

_CHOICES_MAX = 12
"""How many localities a message names."""

_VALUE_CHARACTERS_MAX = 24
"""How much of what was asked for a message shows."""

_MAC, _STATE, _NUMBER, _NAME = "MAC", "STATE", "LOCALITY NUMBER", "LOCALITY NAME"
_WORK, _EXPENSE, _MALPRACTICE = "PW GPCI", "PE GPCI", "MP GPCI"
_NO_FLOOR = "PW GPCI WITHOUT FLOOR"

_WITH_FLOOR_TEXT = re.compile(r"\b(?:PW|WORK) GPCI WITH 1\.0 (?:WORK )?FLOOR$")
_PLAIN_TEXT = re.compile(r"\b(?:PW|WORK) GPCI$")
_NO_FLOOR_TEXT = re.compile(r"\b(?:PW|WORK) GPCI WITHOUT 1\.0 (?:WORK )?FLOOR$")

_HEADINGS = (
    Heading(_MAC, (re.compile(r"\bMAC$"), re.compile(r"\b(?:CONTRACTOR|CARRIER)(?: NUMBER)?$"))),
    Heading(_STATE, (re.compile(r"\bSTATE$"),), required=False),
    Heading(_NUMBER, (re.compile(r"\bLOCALITY NUMBER$"), re.compile(r"\bLOCALITY$"))),
    Heading(_NAME, (re.compile(r"\bLOCALITY NAME$"),)),
    Heading(_WORK, (_WITH_FLOOR_TEXT, _PLAIN_TEXT, _NO_FLOOR_TEXT)),
    Heading(_EXPENSE, (re.compile(r"\bPE GPCI$"),)),
    Heading(_MALPRACTICE, (re.compile(r"\b(?:MP|MALPRACTICE) GPCI$"),)),
    Heading(_NO_FLOOR, (_NO_FLOOR_TEXT,), required=False),
)

_MAC_TEXT = re.compile(r"[0-9]{4,5}", re.ASCII)
_NUMBER_TEXT = re.compile(r"[0-9]{1,2}", re.ASCII)
_CHOICE = re.compile(
    r"(?:(?P<mac>[0-9]{4,5})[ /:-]+|(?P<joined>[0-9]{5})|(?P<state>[A-Z]{2})[ /:-]+)?"
    r"(?P<number>[0-9]{1,2})",
    re.ASCII,
)


class Locality(msgspec.Struct, frozen=True):
    """One locality: MAC of five digits, number of two, and its three indices. `work_unfloored` is
    the work index without the floor of 1.0, None when the file has one work index only."""

    mac: str
    state: str
    number: str
    name: str
    work: Decimal
    practice_expense: Decimal
    malpractice: Decimal
    work_unfloored: Decimal | None = None

    @property
    def key(self) -> str:
        """How the locality is named in full: "10112-00"."""
        return f"{self.mac}-{self.number}"

    def __str__(self) -> str:
        return " ".join(word for word in (self.key, self.state, self.name) if word)


def read_locality(text: str, locality: str, log: FindingLog, *, file_name: str) -> Locality | None:
    """The locality that was asked for ("10112-00", "AL 00" or "00"), or None with the reason.

    All rows are read, and all their mistakes reported. Zeros that a spreadsheet cut from the front
    of a MAC or a number are put back. With two work indices, the one with the floor is taken and
    that is told. Never raises.
    """
    table = read_table(text, _HEADINGS, log, file_name=file_name)
    if table is None:
        return None
    localities = _localities(table.rows, log, file_name)
    wanted = _CHOICE.fullmatch(locality.strip().upper())
    found = [] if wanted is None else [known for known in localities if _fits(known, wanted)]
    place = Place(file_name=file_name, element=_NUMBER.lower())
    shown = repr(locality.strip()[:_VALUE_CHARACTERS_MAX])
    if not found:
        near = localities if wanted is None else _near(localities, wanted)
        log.add("FEE-0207", place, f"no row is of the locality {shown}; {_choices(near)}.")
        return None
    if len(found) > 1:
        log.add(
            "FEE-0208", place, f"{len(found)} rows are of the locality {shown}; {_choices(found)}."
        )
        return None
    chosen = found[0]
    if chosen.work_unfloored is not None and chosen.work_unfloored != chosen.work:
        message = (
            f"{chosen} has a work index of {format_quantity(chosen.work)} with the floor and of "
            f"{format_quantity(chosen.work_unfloored)} without; the one with the floor is used."
        )
        log.add("FEE-0209", Place(file_name=file_name, element=_WORK.lower()), message)
    return chosen


def _localities(rows: Sequence[CmsRow], log: FindingLog, file_name: str) -> list[Locality]:
    localities: dict[str, Locality] = {}
    for row in rows:
        reader = CellReader(row, log, file_name)
        locality = _locality_of(reader)
        if reader.failed:
            continue
        if locality.key in localities:
            reader.report("FEE-0206", _NUMBER, f"is there twice as {locality.key}.")
            continue
        localities[locality.key] = locality
    return list(localities.values())


def _locality_of(reader: CellReader) -> Locality:
    for column, pattern in ((_MAC, _MAC_TEXT), (_NUMBER, _NUMBER_TEXT)):
        if pattern.fullmatch(reader.text(column)) is None:
            reader.report("FEE-0203", column, "is no number of a contractor or locality.")
    unfloored = reader.number(_NO_FLOOR, _INDEX_BELOW) if reader.text(_NO_FLOOR) else None
    return Locality(
        mac=reader.text(_MAC).zfill(5),
        state=reader.text(_STATE),
        number=reader.text(_NUMBER).zfill(2),
        name=reader.text(_NAME).rstrip("*"),
        work=reader.number(_WORK, _INDEX_BELOW),
        practice_expense=reader.number(_EXPENSE, _INDEX_BELOW),
        malpractice=reader.number(_MALPRACTICE, _INDEX_BELOW),
        work_unfloored=unfloored,
    )


def _fits(locality: Locality, wanted: re.Match[str]) -> bool:
    mac = wanted["mac"] or wanted["joined"] or ""
    return (
        locality.number == wanted["number"].zfill(2)
        and (not mac or locality.mac == mac.zfill(5))
        and (not wanted["state"] or locality.state == wanted["state"])
    )


def _near(localities: Sequence[Locality], wanted: re.Match[str]) -> Sequence[Locality]:
    """Those with the number that was asked for, else all."""
    number = wanted["number"].zfill(2)
    return [known for known in localities if known.number == number] or localities


def _choices(localities: Sequence[Locality]) -> str:
    names = [str(known) for known in localities[:_CHOICES_MAX]]
    more = len(localities) - len(names)
    return "to choose from: " + ("; ".join([*names, f"{more} more"] if more else names) or "none")
