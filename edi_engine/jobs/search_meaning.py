"""What a text that somebody typed may mean: a name, a number, an amount, a day, or several of them.

A text is taken as everything that it can be. Where it holds an amount, a day or a number beside
other words it is taken apart too: what is sought then has all of the parts.
"""

import re
from contextlib import suppress
from datetime import date, datetime

import msgspec

from edi_engine.dates import parse_date
from edi_engine.money import parse_bank_cents
from edi_engine.records.keys import control_number_key
from edi_engine.records.name_keys import name_words
from edi_engine.records.search import SearchKind

__all__ = ["Meant", "cleaned", "parts_of", "understood"]

_KEY_LENGTH_MIN = 3
"""Two characters begin a tenth of all identifiers."""

_WORD_LENGTH_MIN = 2
"""Of one word of a name at least: a single letter names half of everybody."""

_PARTS_MAX = 6
_DAY_WORDS_MAX = 3
"""Words that a day has: Mar 21, 2026."""


class Meant(msgspec.Struct, frozen=True):
    """A text as everything that it can be; empty or None where it cannot. `names` are several
    ways to cut a name into words."""

    key: str = ""
    cents: int | None = None
    day: date | None = None
    names: tuple[tuple[str, ...], ...] = ()
    number: tuple[SearchKind, int] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it can be nothing."""
        return self == Meant()

    def words(self) -> tuple[str, ...]:
        """As what it was taken, for people."""
        told = (
            (bool(self.names), "a patient's name"),
            (bool(self.key), "a number of a claim, member, payer or payment"),
            (self.cents is not None, "an amount"),
            (self.day is not None, "a day"),
            (self.number is not None, "a thing by its number here"),
        )
        return tuple(words for is_meant, words in told if is_meant)


def cleaned(text: str) -> str:
    """Printable characters, blanks between words only."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def understood(text: str) -> Meant:
    day = _day(text)
    cents = None if day is not None and not text.isdecimal() else _cents(text)
    # What is written like an amount is no number that somebody gave to something.
    key = control_number_key(text) if cents is None or text.isdecimal() else ""
    return Meant(
        key=key if len(key) >= _KEY_LENGTH_MIN else "",
        cents=cents,
        day=day,
        names=_names(text) if day is None else (),
        number=_number(text),
    )


_NUMBERED = re.compile(
    r"(claim|claim payment|payment|remittance|deposit|work item|item) ?#? ?([0-9]{1,12})",
    re.ASCII | re.IGNORECASE,
)


def _number(text: str) -> tuple[SearchKind, int] | None:
    found = _NUMBERED.fullmatch(text)
    return None if found is None else (SearchKind(found[1].lower().split()[-1]), int(found[2]))


def _cents(text: str) -> int | None:
    """An amount as people type it: "1,499", "$1499.00", "(22.50)"."""
    cents = parse_bank_cents(text)
    return None if cents is None or abs(cents) > 1 << 60 else cents


_DAY_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m.%d.%Y", "%b %d %Y", "%B %d %Y",
                "%d %b %Y", "%d %B %Y")  # fmt: skip


def _day(text: str) -> date | None:
    if text.isascii() and text.isdecimal():
        return parse_date(text) if len(text) == len("20260103") else None
    plain = text.replace(",", " ").replace(". ", " ")
    for pattern in _DAY_FORMATS:
        with suppress(ValueError):
            return datetime.strptime(" ".join(plain.split()), pattern).date()  # noqa: DTZ007 - a day
    return None


def _names(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name, and the same with a last name of several words in one: before a comma,
    after the first word, or all but the last."""
    if not any(character.isalpha() for character in text):
        return ()
    last, comma, first = text.partition(",")
    words = name_words(text)
    ways = [words, ("".join(words),)]
    if comma:
        ways.append(("".join(name_words(last)), *name_words(first)))
    elif len(words) > 2:
        ways += [(words[0], "".join(words[1:])), ("".join(words[:-1]), words[-1])]
    useful = (way for way in ways if any(len(word) >= _WORD_LENGTH_MIN for word in way))
    return tuple(dict.fromkeys(tuple(filter(None, dict.fromkeys(way))) for way in useful))


def parts_of(text: str) -> tuple[Meant, ...]:
    """The parts of a text that is no single thing: its days, its other words with a digit in them,
    and all words without one as a name. Nothing for a text of one part, or of too many."""
    words = text.split()
    found: list[Meant] = []
    name: list[str] = []
    at = 0
    while at < len(words):
        count, day = _day_at(words[at:])
        if count:
            found.append(Meant(day=day))
            at += count
            continue
        if any(character.isdigit() for character in words[at]):
            found.append(understood(words[at].strip(",;")))
        elif any(character.isalpha() for character in words[at]):
            name.append(words[at])
        at += 1
    if name:
        found.insert(0, understood(" ".join(name).strip(",;")))
    useful = tuple(part for part in found if not part.is_empty)
    return useful if len(useful) == len(found) and 1 < len(useful) <= _PARTS_MAX else ()


def _day_at(words: list[str]) -> tuple[int, date | None]:
    """How many words at the beginning are a day that is written as one, and the day."""
    for count in range(min(_DAY_WORDS_MAX, len(words)), 0, -1):
        text = " ".join(words[:count]).strip(",;")
        day = None if text.isdecimal() else _day(text)
        if day is not None:
            return count, day
    return 0, None
