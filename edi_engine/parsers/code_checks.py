"""Compares the codes of claims, remittances and claim statuses with our tables.

Codes on public lists (adjustment reasons, remark codes, places of service ...) are looked up; codes
of lists that may not be passed on (CPT, CDT, revenue codes ...) are judged by their form; a few are
held against the day of service. Never an error: what a list does not know may be new. The same code
at the same element is told once for each set, with the number of times it comes.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO

import msgspec

from edi_engine.codes.code_dates import code_dates
from edi_engine.dates import parse_date_range
from edi_engine.findings import Place
from edi_engine.parsers.code_lists import judge_code, judge_form
from edi_engine.parsers.faults import FaultAt, FaultLog, shown_value
from edi_engine.parsers.set_walk import SetPiece, walk_sets
from edi_engine.parsers.units import UnitFinder

__all__ = ["CODE_ELEMENTS", "check_codes"]

_DAYS = frozenset({"472", "434", "232", "233", "150", "151", "435"})
_DIFFERENT_MAX = 5_000
"""How many different codes of one set are told apart. All tables together hold fewer."""

CODE_ELEMENTS = {
    "CAS01": "1033",
    "CAS02": "1034",
    "CLM05": "1331",
    "CLP02": "1029",
    "CLP06": "1032",
    "HI": "1271",
    "LQ02": "1271",
    "MIA": "127",
    "MOA": "127",
    "PLB03": "426",
    "SBR09": "1032",
    "SV1": "234",
    "SV105": "1331",
    "SV2": "234",
    "SV201": "234",
    "SV3": "234",
    "SVC": "234",
    "SVD": "234",
    "STC": "1271",
}
"""The number of the data element at the places that are checked."""


class _Asked(msgspec.Struct, frozen=True, gc=False):
    """One code to judge: where it stands in its segment, of which list or form, and its value."""

    element: int
    component: int
    value: str
    list_name: str = ""
    form: str = ""
    dated: str = ""


def check_codes(stream: BinaryIO, *, file_name: str, file_digest: str) -> FaultLog:
    """Findings about codes, set by set, in the order of their first places. Never raises."""
    out = FaultLog()
    current: _SetCodes | None = None
    for piece in walk_sets(stream, Place(file_name, file_digest)):
        if current is None or current.place.set_ordinal != piece.head.place.set_ordinal:
            current = _SetCodes(piece, out)
        current.take(piece)
    return out


class _Told(msgspec.Struct):
    code: str
    place: Place
    message: str
    segment_id: str
    at: FaultAt
    unit: tuple[str, str]
    count: int = 1


class _SetCodes:
    """The codes of one set."""

    def __init__(self, piece: SetPiece, out: FaultLog) -> None:
        self.place = piece.head.place
        self._out = out
        self._readers = _READERS if piece.head.set_type in {"277", "835", "837"} else {}
        self._units = UnitFinder(piece.head.set_type)
        self._told: dict[tuple[str, str, int, str], _Told] = {}
        self._dated: list[tuple[_Asked, str, Place]] = []
        self._days: list[date] = []

    def take(self, piece: SetPiece) -> None:
        element, component = piece.delimiters.element, piece.delimiters.component
        for index, text in enumerate(piece.texts):
            segment_id = text[:3].rstrip(element)
            if segment_id in {"CLM", "CLP", "HL"}:
                self._close_claim()
            reader = self._readers.get(segment_id)
            if reader is None:
                if segment_id in {"TRN", "HL"}:
                    self._units.take(text.split(element))
                continue
            elements = text.split(element)
            if elements[0] != segment_id:
                continue
            self._units.take(elements)
            place = msgspec.structs.replace(
                self.place,
                segment_ordinal=piece.first_ordinal + index,
                byte_offset=piece.offsets[index],
            )
            if segment_id in {"DTP", "DTM"}:
                self._take_day(elements)
                continue
            for asked in reader(elements, component):
                self._judge(asked, segment_id, place)
        if piece.is_last:
            self._close_claim()
            self._tell()

    def _take_day(self, elements: list[str]) -> None:
        if _at(elements, 1) not in _DAYS:
            return
        days = parse_date_range(_at(elements, 3 if elements[0] == "DTP" else 2))
        if days is not None:
            self._days += days

    def _judge(self, asked: _Asked, segment_id: str, place: Place) -> None:
        if asked.dated:
            self._dated.append((asked, segment_id, place))
        if not asked.value:
            return
        if asked.list_name:
            found = judge_code(asked.list_name, asked.value)
            if found is not None:
                self._note(*found, asked, segment_id, place)
        elif asked.form:
            words = judge_form(asked.form, asked.value)
            if words is not None:
                self._note("CODE-0103", words, asked, segment_id, place)

    def _close_claim(self) -> None:
        """Hold what was read of a claim against its days of service."""
        dated, days = self._dated, self._days
        self._dated, self._days = [], []
        if not days:
            return
        for asked, segment_id, place in dated:
            known = code_dates(asked.dated, asked.value)
            if known is not None and not known.holds(min(days), max(days)):
                edge = (
                    f"since {known.first_on}"
                    if known.first_on is not None
                    else f"until {known.last_on}"
                )
                words = (
                    f"{shown_value(asked.value)} ({known.label}) is in use {edge}, "
                    "and the service was on another day."
                )
                self._note("CODE-0104", words, asked, segment_id, place)

    def _note(self, code: str, message: str, asked: _Asked, segment_id: str, place: Place) -> None:
        key = (code, segment_id, asked.element, asked.value)
        told = self._told.get(key)
        if told is not None:
            told.count += 1
        elif len(self._told) < _DIFFERENT_MAX:
            reference = CODE_ELEMENTS.get(
                f"{segment_id}{asked.element:02d}", CODE_ELEMENTS.get(segment_id, "")
            )
            if asked.list_name == "status_entity":
                reference = "98"
            elif segment_id == "CAS" and asked.element > 1:
                reference = CODE_ELEMENTS["CAS02"]
            elif asked.form == "modifier":
                reference = "1339"
            at = FaultAt("", asked.element, asked.component, reference, asked.value)
            self._told[key] = _Told(code, place, message, segment_id, at, self._units.unit)

    def _tell(self) -> None:
        for told in sorted(self._told.values(), key=lambda one: one.place.segment_ordinal):
            times = f" It comes {told.count} times in this set." if told.count > 1 else ""
            self._out.unit = told.unit
            self._out.add(told.code, told.place, told.message + times, told.segment_id, told.at)
        self._told.clear()


# One reader for each kind of segment.


def _cas(elements: list[str], _: str) -> Iterator[_Asked]:
    for index in range(2, len(elements), 3):
        yield _Asked(index, 0, elements[index], "carc")


def _clp(elements: list[str], _: str) -> Iterator[_Asked]:
    yield _Asked(2, 0, _at(elements, 2), "claim_status")
    yield _Asked(6, 0, _at(elements, 6), "filing_indicator")


def _lq(elements: list[str], _: str) -> Iterator[_Asked]:
    if _at(elements, 1) == "HE":
        yield _Asked(2, 0, _at(elements, 2), "rarc")


def _mia(elements: list[str], _: str) -> Iterator[_Asked]:
    for index in (5, 20, 21, 22, 23):
        yield _Asked(index, 0, _at(elements, index), "rarc")


def _moa(elements: list[str], _: str) -> Iterator[_Asked]:
    for index in range(3, 8):
        yield _Asked(index, 0, _at(elements, index), "rarc")


def _plb(elements: list[str], component: str) -> Iterator[_Asked]:
    for index in range(3, min(len(elements), 15), 2):
        code = elements[index].partition(component)[0]
        yield _Asked(index, 1, code, "provider_adjustment")


def _sbr(elements: list[str], _: str) -> Iterator[_Asked]:
    yield _Asked(9, 0, _at(elements, 9), "filing_indicator")


def _clm(elements: list[str], component: str) -> Iterator[_Asked]:
    parts = _at(elements, 5).split(component)
    if _at(parts, 1) == "B":
        yield _Asked(5, 1, parts[0], "place_of_service", dated="place_of_service")
    elif _at(parts, 1) == "A" and len(parts[0]) == 2:
        yield _Asked(5, 1, parts[0][0], "bill_facility")
        yield _Asked(5, 1, parts[0][1], "bill_care")
    if len(parts) > 2:
        yield _Asked(5, 3, parts[2], "frequency")


def _procedure(text: str, component: str, element: int) -> Iterator[_Asked]:
    """The procedure composite at an element, by the form of its qualifier."""
    parts = text.split(component)
    form = {"HC": "hcpcs", "NU": "revenue", "N4": "ndc"}.get(parts[0], "")
    if form and len(parts) > 1:
        yield _Asked(element, 2, parts[1], form=form)
        for number in range(3, min(len(parts) + 1, 7)):
            yield _Asked(element, number, parts[number - 1], form="modifier")


def _svc(elements: list[str], component: str) -> Iterator[_Asked]:
    yield from _procedure(_at(elements, 1), component, 1)
    yield from _procedure(_at(elements, 6), component, 6)
    yield _Asked(4, 0, _at(elements, 4), form="revenue")


def _sv1(elements: list[str], component: str) -> Iterator[_Asked]:
    yield from _procedure(_at(elements, 1), component, 1)
    place = _at(elements, 5)
    yield _Asked(5, 0, place, "place_of_service", dated="place_of_service" if place else "")


def _sv2(elements: list[str], component: str) -> Iterator[_Asked]:
    yield _Asked(1, 0, _at(elements, 1), form="revenue")
    yield from _procedure(_at(elements, 2), component, 2)


def _sv3(elements: list[str], _: str) -> Iterator[_Asked]:
    yield _Asked(3, 0, _at(elements, 3), "place_of_service")


def _svd(elements: list[str], component: str) -> Iterator[_Asked]:
    yield from _procedure(_at(elements, 3), component, 3)
    yield _Asked(4, 0, _at(elements, 4), form="revenue")


_DIAGNOSES = {
    "ABK": "icd10", "ABF": "icd10", "ABJ": "icd10", "APR": "icd10", "ABN": "icd10",
    "BBR": "icd10_procedure", "BBQ": "icd10_procedure",
    "BK": "icd9", "BF": "icd9", "BJ": "icd9", "PR": "icd9", "BN": "icd9",
}  # fmt: skip


def _hi(elements: list[str], component: str) -> Iterator[_Asked]:
    for index in range(1, min(len(elements), 13)):
        parts = elements[index].split(component)
        if code_dates("diagnosis", parts[0]) is not None:
            yield _Asked(index, 1, parts[0], dated="diagnosis")
        form = _DIAGNOSES.get(parts[0], "")
        if form and len(parts) > 1:
            yield _Asked(index, 2, parts[1], form=form)


def _stc(elements: list[str], component: str) -> Iterator[_Asked]:
    """The reason and the entity of each status; its category is the reader's to judge."""
    for index in (1, 10, 11):
        parts = _at(elements, index).split(component)
        yield _Asked(index, 2, _at(parts, 1), "status_reason")
        yield _Asked(index, 3, _at(parts, 2), "status_entity")


def _day(_: list[str], __: str) -> Iterator[_Asked]:
    return iter(())


_READERS: dict[str, Callable[[list[str], str], Iterator[_Asked]]] = {
    "CAS": _cas,
    "CLM": _clm,
    "CLP": _clp,
    "DTM": _day,
    "DTP": _day,
    "HI": _hi,
    "LQ": _lq,
    "MIA": _mia,
    "MOA": _moa,
    "PLB": _plb,
    "SBR": _sbr,
    "STC": _stc,
    "SV1": _sv1,
    "SV2": _sv2,
    "SV3": _sv3,
    "SVC": _svc,
    "SVD": _svd,
}


def _at(elements: list[str], index: int) -> str:
    return elements[index] if index < len(elements) else ""
