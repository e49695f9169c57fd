"""What a dental claim says of teeth, surfaces, areas, procedures and orthodontics.

Teeth are numbered as on the dental claim form (code list JP): 1 to 32, A to T, and for teeth that
are supernumerary 51 to 82 and AS to TS. Procedure codes are judged by their form only: D and four
digits. Source: 005010X224A2, segments TOO, DN1, DN2, SV3 and CLM; the universal tooth numbering.
"""

from edi_engine.findings import Place
from edi_engine.parsers.faults import FaultAt, FaultLog, shown_value
from edi_engine.quantities import parse_quantity

__all__ = ["DentalValues", "is_front_tooth", "is_tooth"]

_PRIMARY = "ABCDEFGHIJKLMNOPQRST"
_FRONT = frozenset(
    [*map(str, range(6, 12)), *map(str, range(22, 28)), *"CDEFGH", *"MNOPQR"],
)
_SURFACES = frozenset("MODBLFI")
_AREAS = frozenset(
    "00 01 02 03 04 05 06 07 08 09 10 20 30 40 L R".split()  # noqa: SIM905 - reads as the list
)
_SURFACES_OF = {
    "D2140": 1, "D2150": 2, "D2160": 3, "D2161": 4,
    "D2330": 1, "D2331": 2, "D2332": 3, "D2335": 4,
    "D2391": 1, "D2392": 2, "D2393": 3, "D2394": 4,
}  # fmt: skip
"""Fillings, and on how many surfaces at least each is done."""


def is_tooth(text: str) -> bool:
    """Whether a text is a tooth of the universal numbering; leading zeros are allowed."""
    if text.isascii() and text.isdecimal() and len(text) <= 2:
        return 1 <= int(text) <= 32 or 51 <= int(text) <= 82
    return text[:1] in _PRIMARY and bool(text) and text[1:] in {"", "S"}


def is_front_tooth(text: str) -> bool:
    """Whether it is an incisor or a cuspid; supernumerary teeth count as the tooth beside them."""
    if text.isdecimal():
        number = int(text)
        return str(number - 50 if number > 50 else number) in _FRONT
    return text.removesuffix("S") in _FRONT if len(text) == 2 else text in _FRONT


class DentalValues:
    """Follows the claims of one set and tells what is wrong in them."""

    def __init__(self, out: FaultLog) -> None:
        self._out = out
        self._teeth: set[str] = set()
        self._line: tuple[str, Place, int] | None = None
        self._orthodontics: Place | None = None
        self._is_placed = False
        self._is_predetermination = False

    def take(self, elements: list[str], component: str, place: Place) -> None:
        """The next segment of the set."""
        segment_id = elements[0]
        if segment_id in {"CLM", "HL"}:
            self.close()
            self._is_predetermination = segment_id == "CLM" and _at(elements, 19) == "PB"
        elif segment_id == "DTP":
            self._take_date(elements, place)
        elif segment_id == "DN1":
            self._take_orthodontics(elements, place)
        elif segment_id == "DN2":
            self._check_tooth(elements, 1, place)
        elif segment_id == "LX":
            self._close_line()
        elif segment_id == "SV3":
            self._take_procedure(elements, component, place)
        elif segment_id == "TOO":
            self._take_tooth(elements, component, place)

    def close(self) -> None:
        """The claim is over."""
        self._close_line()
        if self._orthodontics is not None and not self._is_placed:
            message = "Orthodontic treatment (DN1) stands without DTP*452."
            self._out.add("DENT-0108", self._orthodontics, message, "DN1")
        self._orthodontics = None
        self._is_placed = False

    def _close_line(self) -> None:
        if self._line is not None:
            code, place, surfaces = self._line
            least = _SURFACES_OF.get(code, 0)
            if surfaces < least:
                message = f"The procedure is done on {least} surfaces; {surfaces} are told."
                at = FaultAt("2400", 1, 2, "234", code)
                self._out.add("DENT-0110", place, message, "SV3", at)
        self._line = None
        self._teeth = set()

    def _take_date(self, elements: list[str], place: Place) -> None:
        if _at(elements, 1) == "452":
            self._is_placed = True
        elif _at(elements, 1) == "472" and self._is_predetermination:
            message = "The claim is a predetermination (CLM19 PB); nothing was done yet."
            at = FaultAt("", 1, 0, "374", "472")
            self._out.add("DENT-0109", place, message, "DTP", at)

    def _take_orthodontics(self, elements: list[str], place: Place) -> None:
        whole, left = (parse_quantity(_at(elements, index)) for index in (1, 2))
        if whole is None and left is None:
            return
        self._orthodontics = place
        if whole is not None and left is not None and left > whole:
            message = f"{left} months remain of {whole}."
            at = FaultAt("2300", 2, 0, "380", _at(elements, 2))
            self._out.add("DENT-0107", place, message, "DN1", at)

    def _take_procedure(self, elements: list[str], component: str, place: Place) -> None:
        parts = _at(elements, 1).split(component)
        code = _at(parts, 1)
        if parts[0] == "AD" and not (
            len(code) == 5 and code[0] == "D" and code[1:].isascii() and code[1:].isdecimal()
        ):
            hint = ", perhaps in a capital letter" if code[:1] == "d" else ""
            message = f"{shown_value(code)} is not D and four digits{hint}."
            self._out.add("DENT-0106", place, message, "SV3", FaultAt("2400", 1, 2, "234", code))
        self._line = (code, place, 0)
        areas = _at(elements, 4)
        for index, area in enumerate(areas.split(component) if areas else [], 1):
            if area and area not in _AREAS:
                message = f"{shown_value(area)} is no area of the oral cavity."
                at = FaultAt("2400", 4, index, "1361", area)
                self._out.add("DENT-0105", place, message, "SV3", at)

    def _take_tooth(self, elements: list[str], component: str, place: Place) -> None:
        tooth = _at(elements, 2)
        is_known = self._check_tooth(elements, 2, place)
        if tooth and tooth in self._teeth:
            at = FaultAt("2400", 2, 0, "1271", tooth)
            self._out.add("DENT-0104", place, "The line names this tooth twice.", "TOO", at)
        self._teeth.add(tooth)
        told: set[str] = set()
        text = _at(elements, 3)
        for index, surface in enumerate(text.split(component) if text else [], 1):
            at = FaultAt("2400", 3, index, "1369", surface)
            if not surface:
                continue
            if surface in told:
                message = f"{shown_value(surface)} is told twice of this tooth."
                self._out.add("DENT-0104", place, message, "TOO", at)
            told.add(surface)
            self._check_surface(surface, tooth if is_known else "", place, at)
        if self._line is not None:
            code, line_place, most = self._line
            self._line = (code, line_place, max(most, len(set("".join(told)) & _SURFACES)))

    def _check_tooth(self, elements: list[str], position: int, place: Place) -> bool:
        tooth = _at(elements, position)
        if not tooth or is_tooth(tooth):
            return bool(tooth)
        hint = ""
        if "-" in tooth and all(map(is_tooth, tooth.split("-"))):
            hint = "; a range is written as one segment for each tooth"
        elif is_tooth(tooth.upper()):
            hint = "; perhaps in a capital letter"
        message = f"{shown_value(tooth)} is no tooth of the universal numbering{hint}."
        at = FaultAt("", position, 0, "127" if elements[0] == "DN2" else "1271", tooth)
        self._out.add("DENT-0101", place, message, elements[0], at)
        return False

    def _check_surface(self, surface: str, tooth: str, place: Place, at: FaultAt) -> None:
        if surface not in _SURFACES:
            together = len(surface) > 1 and set(surface) <= _SURFACES
            hint = "; surfaces are written as components, M:O:D" if together else ""
            message = f"{shown_value(surface)} is no surface of a tooth{hint}."
            self._out.add("DENT-0102", place, message, "TOO", at)
        elif tooth and surface == ("O" if is_front_tooth(tooth) else "I"):
            kind = "a front tooth" if surface == "O" else "a back tooth"
            message = f"'{surface}' is no surface of {kind}."
            self._out.add("DENT-0103", place, message, "TOO", at)


def _at(elements: list[str], index: int) -> str:
    return elements[index] if index < len(elements) else ""
