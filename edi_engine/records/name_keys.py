"""Names as they are searched for: words without accents and punctuation, and keys by which two
words that differ by a letter or two find each other.

A key is what a word leaves when letters are taken out. Words within so many edits of each other
share a key when as many letters are taken out of both (symmetric deletion); only their first seven
letters make keys, so that a long word has no more of them. Whoever finds a word by a key counts the
edits, for words further apart share keys, too. Source: W. Garbe's SymSpell, as published.
"""

import unicodedata
from collections.abc import Iterable
from itertools import combinations

__all__ = ["deletion_keys", "edits_allowed", "edits_between", "name_words", "searched_words"]

_WORDS_MAX = 8
_LETTERS_MAX = 40
"""What a hostile file can put into the keys by one name."""

_KEYED_LETTERS = 7
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 3, 6
"""Of shorter words nothing would be left to tell them by."""

_SPELLED_OUT = str.maketrans(
    {
        "Ø": "O",
        "Ł": "L",
        "Đ": "D",
        "Æ": "AE",
        "Œ": "OE",
        "Þ": "TH",
        "Ð": "D",
        "'": "",
        "’": "",
        ".": "",
    }
)
"""Letters that are no letter with an accent, and marks within a word: O'Neil is ONEIL."""


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name in order: upper case letters and digits, without accents."""
    spelled = text.upper().translate(_SPELLED_OUT)
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in unicodedata.normalize("NFKD", spelled)
        if not unicodedata.combining(letter)
    )
    return tuple(word[:_LETTERS_MAX] for word in plain.upper().split()[:_WORDS_MAX])


def searched_words(last_name: str, first_name: str) -> tuple[str, ...]:
    """Words by which somebody is found, each once, the last name's first. A last name of several
    words is a word as a whole, too: DE LA CRUZ is DELACRUZ."""
    last, first = name_words(last_name), name_words(first_name)
    whole = ("".join(last)[:_LETTERS_MAX],) if len(last) > 1 else ()
    return tuple(dict.fromkeys((*last, *whole, *first)))


def edits_allowed(word: str) -> int:
    """How many letters may be wrong in a word of this length: 0 below three, 2 from six on."""
    return (len(word) >= _ONE_EDIT_FROM) + (len(word) >= _TWO_EDITS_FROM)


def deletion_keys(word: str) -> frozenset[str]:
    """The keys of a word: at most 29."""
    letters = word[:_KEYED_LETTERS]
    return frozenset(_without(letters, range(edits_allowed(word) + 1)))


def _without(letters: str, counts: Iterable[int]) -> Iterable[str]:
    for count in counts:
        for gone in combinations(range(len(letters)), count):
            yield "".join(letter for place, letter in enumerate(letters) if place not in gone)


def edits_between(one: str, other: str) -> int | None:
    """Letters put in, left out, changed, or swapped with the next one that lead from a word to
    another; None when they are more than both words allow."""
    most = min(edits_allowed(one), edits_allowed(other))
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, counterpart in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1] if row[-1] <= most else None
