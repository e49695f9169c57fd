"""An independent count of an 837: charges by splitting the text, nothing of the parsers used."""

import re
from decimal import Decimal, InvalidOperation

SERVICE_CHARGES = {"SV1": 2, "SV2": 3, "SV3": 2}
AMOUNT = re.compile(r"[+-]?(\d{0,8})(\.\d{0,2}0*)?")


class NaiveClaim:
    """One CLM with the charges of what follows it."""

    def __init__(self, number: str, charge: Decimal) -> None:
        self.number = number
        self.charge = charge
        self.line_charges: list[Decimal] = []


def naive_claims(data: bytes) -> list[NaiveClaim] | None:
    """The claims of all 837 sets; None when the file is not one interchange after another."""
    text = data.decode("latin-1")
    start = text.find("ISA")
    if start < 0:
        return None
    element = text[start + 3 : start + 4]
    head = text[start:].split(element, 16)
    if len(head) < 17 or len(head[16]) < 2:
        return None
    terminator = head[16][1]
    claims: list[NaiveClaim] = []
    in_claims = False
    for segment in text[start:].split(terminator):
        elements = segment.strip().split(element)
        name = elements[0]
        if name == "ST":
            in_claims = elements[1:2] == ["837"]
        elif in_claims and name == "CLM":
            claims.append(NaiveClaim(at(elements, 1).strip(), amount(at(elements, 2))))
        elif in_claims and name in SERVICE_CHARGES and claims:
            claims[-1].line_charges.append(amount(at(elements, SERVICE_CHARGES[name])))
    return claims


def at(elements: list[str], index: int) -> str:
    return elements[index] if index < len(elements) else ""


def amount(text: str) -> Decimal:
    """The amount, or zero when it is none that exact cents can hold."""
    try:
        return Decimal(text.strip()) if AMOUNT.fullmatch(text.strip()) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
