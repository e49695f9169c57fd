"""Invented people, places and identifiers. Nobody here can be mistaken for somebody.

Last names are a word that means "not real" glued to a plant or a landform; identifiers come from
ranges chosen for this package. National provider identifiers carry a valid check digit, because
validators compute it.
"""

from datetime import date, timedelta
from random import Random

import msgspec

__all__ = [
    "CITY",
    "FIRST_NAMES",
    "NAME_MARKS",
    "POSTAL_CODE",
    "STATE",
    "Person",
    "Provider",
    "make_npi",
    "make_person",
    "npi_check_digit",
]

NAME_MARKS = ("TEST", "SAMPLE", "EXAMPLE", "DEMO", "MOCK")
"""Every last name of a synthetic person begins with one of these."""

# fmt: off
_NAME_ROOTS = (
    "ALDER", "BROOK", "CEDAR", "DUNE", "ELM", "FERN", "GROVE", "HILL", "IRIS", "JUNIPER", "KELP",
    "LARCH", "MEADOW", "NETTLE", "OAK", "PINE", "QUINCE", "REED", "SEDGE", "THISTLE", "UPLAND",
    "VALE", "WILLOW", "YARROW",
)

FIRST_NAMES = (
    "ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT", "GOLF", "HOTEL", "INDIA", "JULIET",
    "KILO", "LIMA", "NOVEMBER", "OSCAR", "PAPA", "QUEBEC", "ROMEO", "SIERRA", "TANGO", "UNIFORM",
    "VICTOR", "WHISKEY", "XRAY", "YANKEE", "ZULU",
)
# fmt: on

CITY = "SAMPLETOWN"
STATE = "OH"
POSTAL_CODE = "440010001"

_NPI_BASE = 199_990_000
_NPI_COUNT = 10_000


class Person(msgspec.Struct, frozen=True, gc=False):
    """A natural person, all of it invented."""

    last_name: str
    first_name: str
    middle_name: str
    born_on: date
    gender: str
    street: str


class Provider(msgspec.Struct, frozen=True, gc=False):
    """A billing, rendering or other provider. `first_name` is empty for an organisation."""

    name: str
    first_name: str
    npi: str
    tin: str
    taxonomy: str
    street: str


def npi_check_digit(nine_digits: str) -> str:
    """The tenth digit of an NPI: Luhn over "80840" and the nine digits. Source: 45 CFR 162.406."""
    total = 0
    for position, digit in enumerate(reversed("80840" + nine_digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def make_npi(index: int) -> str:
    """The index-th identifier of the invented range, valid by its check digit."""
    nine = str(_NPI_BASE + index % _NPI_COUNT)
    return nine + npi_check_digit(nine)


def make_person(random: Random, *, last_name: str = "", age_years_max: int = 95) -> Person:
    """A person born at most so many years before 2020; a last name may be shared in a family."""
    name = last_name or random.choice(NAME_MARKS) + random.choice(_NAME_ROOTS)
    first_name, middle_name = random.sample(FIRST_NAMES, 2)
    born_on = date(2020, 1, 1) - timedelta(days=random.randint(30, age_years_max * 365))
    return Person(
        last_name=name,
        first_name=first_name,
        middle_name=middle_name[0] if random.random() < 0.4 else "",
        born_on=born_on,
        gender=random.choice("MF"),
        street=f"{random.randint(1, 999)} SAMPLE ST",
    )
