"""Where an interchange begins and which separators it uses.

Real ISA segments are padded wrongly, wrapped at a column, short of elements or missing. So nothing
here counts characters: the element separator is what follows "ISA", the pieces are found by
splitting, and what stands between ISA15 and the next segment holds ISA16 and the terminator.
"""

import re
from collections import Counter

import msgspec

from edi_engine.parsers.delimiters import STANDARD, Delimiters

__all__ = [
    "ISA_CHARACTERS_MAX",
    "ISA_CHARACTERS_REGULAR",
    "InterchangeStart",
    "find_interchange",
    "guess_delimiters",
    "read_interchange_start",
]

ISA_CHARACTERS_REGULAR = 106
"""Length of an ISA with its terminator, by the standard."""

ISA_CHARACTERS_MAX = 1024
"""How far the end of an ISA is looked for: ten times its regular length covers every padding and
wrapping seen."""

_GUESS_CHARACTERS = 65_536
"""How much text without an ISA is looked at for separators: some hundred segments."""

_BODY_IDS = "GS|ST|BPR|TRN|BHT|CLP|CLM|SVC|NM1|N1|HL|LX|REF|DTM|SE|GE"
# Blanks are spelled out: to Python the separators 1C to 1F are white space as well.
_LIKELY_SEGMENT = re.compile(
    rf"(?:\A|[^A-Za-z0-9])(?:{_BODY_IDS})([^A-Za-z0-9\t\n\v\f\r \x85\xa0.,;'\"()])"
)
_LIKELY_SEGMENTS_MIN = 3
_ISA_ELEMENTS_MIN = 12
_LINE_ENDS = "\r\n"
_BLANKS = " \t\r\n"
_CONTROL_SEPARATORS = "\t\v\f\x1c\x1d\x1e\x1f"
"""Control characters that Python takes for white space and an ISA may name as separators."""


class InterchangeStart(msgspec.Struct, frozen=True, gc=False):
    """An ISA: its elements (index 13 is ISA13), the separators it announces and its extent.

    `regular` tells whether it has the standard's length.
    """

    elements: tuple[str, ...]
    delimiters: Delimiters
    byte_offset: int
    byte_end: int
    regular: bool

    def element(self, index: int) -> str:
        """An element without outer blanks; empty when the ISA ends before it."""
        return self.elements[index].strip(_BLANKS) if index < len(self.elements) else ""


def find_interchange(text: str, start: int, current: Delimiters | None) -> int:
    """Index of the next "ISA" that may begin an interchange, or -1.

    `current` are the separators of the text around it, None outside an interchange. A name such as
    LISA, or an element whose value is ISA, begins none.
    """
    inside = "" if current is None else current.element + current.component
    for word in ("ISA", "isa"):
        if word[1] not in text:
            continue  # of small letters most files have none, and one character is found sooner
        index = text.find(word, start)
        while index >= 0:
            before = text[index - 1] if index else "\n"
            after = text[index + 3 : index + 4]
            if (
                not before.isalnum()
                and before not in inside
                and (not after or _may_separate(after))
            ):
                return index
            index = text.find(word, index + 3)
    return -1


def read_interchange_start(
    text: str, start: int, base_offset: int, *, inside: bool = False
) -> InterchangeStart | None:
    """The ISA at an index, or None when too little of one is there to tell its separators.

    `base_offset` is the byte offset of the text's first character. `inside` another interchange
    more is asked of it: a GS or the like must follow, lest a word of a note change the separators.
    """
    head = text[start : start + ISA_CHARACTERS_MAX]
    element = head[3:4]
    if not element or not _may_separate(element):
        return None
    pieces = head.split(element, 16)
    following = re.compile(rf"(?:GS|TA1|ST|IEA|ISA){re.escape(element)}", re.IGNORECASE)
    found = following.search(head, 4)
    if found is None:
        if len(pieces) < 17 or inside:
            return None
        end = len(head) - len(pieces[16])
        last_text = pieces[16][:2]
        tail_end = end + len(last_text)
    else:
        pieces = head[: found.start()].split(element, 16)
        last_text = pieces[-1]
        tail_end = found.start()
    if len(pieces) < _ISA_ELEMENTS_MIN or any(len(pieces[at].strip()) > 2 for at in (1, 3, 5, 7)):
        return None
    rest = head[tail_end:] + text[start + len(head) : start + len(head) + ISA_CHARACTERS_MAX]
    component, segment, line_end = _last_separators(last_text, element, rest)
    elements = tuple(_without_line_ends(piece) for piece in pieces[:16])
    delimiters = Delimiters(element, component, _repetition(elements, element), segment, line_end)
    length = len(head[:tail_end].rstrip(_BLANKS)) + (segment in ("\r", "\n", "\r\n"))
    return InterchangeStart(
        elements,
        delimiters,
        base_offset + start,
        base_offset + start + tail_end,
        length == ISA_CHARACTERS_REGULAR,
    )


def _may_separate(character: str) -> bool:
    """Whether a character may stand between elements."""
    return not character.isalnum() and (not character.isspace() or character in _CONTROL_SEPARATORS)


def _without_line_ends(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _repetition(elements: tuple[str, ...], element: str) -> str:
    """ISA11 where it is a separator; 4010 has the letter U there."""
    text = elements[11].strip(_BLANKS) if len(elements) > 11 else ""
    return text if len(text) == 1 and not text.isalnum() and text != element else ""


def _last_separators(last_text: str, element: str, rest: str) -> tuple[str, str, str]:
    """Component separator, terminator and line end, from the text between ISA15 and the next
    segment. `rest` is what follows it, where the terminator can be seen again."""
    core = last_text.strip(" \r\n")
    if len(core) > 2 or core[-1:] == "\t":  # a lone tab in front may be the component separator
        core = core.strip(_BLANKS)
    blanks = last_text[len(last_text.rstrip(_BLANKS)) :]
    line_end = blanks if not blanks.strip(_LINE_ENDS) else ""
    if len(core) >= 2:
        if not core[-1].isascii() and not core[1:].replace(core[-1], "").isascii():
            return core[0], core[1:], line_end  # a terminator of several bytes
        component = core[0] if not core[0].isalnum() else core[-2]
        return component if component != element else STANDARD.component, core[-1], line_end
    has_line_end = any(character in blanks for character in _LINE_ENDS)
    repeated = core and re.search(
        rf"{re.escape(core)}\s*(?:ST|TA1|GE|IEA|BPR|BHT){re.escape(element)}", rest
    )
    if core and (repeated or core == STANDARD.segment):
        return STANDARD.component, core, line_end
    component = core or STANDARD.component
    if has_line_end:
        return component, "\r\n" if "\r\n" in blanks else blanks.strip(" \t")[0], ""
    guessed = _guess_terminator(rest, element)
    return component, guessed, ""


def guess_delimiters(text: str) -> Delimiters | None:
    """Separators of segments that stand without an ISA; None when there are no such segments."""
    sample = text[:_GUESS_CHARACTERS]
    votes = Counter(found[1] for found in _LIKELY_SEGMENT.finditer(sample))
    for element, count in votes.most_common(3):
        first = re.match(rf"\s*(?:{_BODY_IDS}){re.escape(element)}\w", sample)
        # Random bytes hold a segment id here and there; a file begins with one, or holds several.
        readable = element.isprintable() or element in _CONTROL_SEPARATORS
        if readable and (first or count >= _LIKELY_SEGMENTS_MIN):
            segment = _guess_terminator(sample, element)
            line_end = ""
            found = re.search(rf"{re.escape(segment)}([\r\n]+)", sample)
            if found and segment not in _LINE_ENDS:
                line_end = found[1]
            return Delimiters(element, STANDARD.component, "", segment, line_end)
    return None


def _guess_terminator(text: str, element: str) -> str:
    """What most often stands right before a well-known segment."""
    before = re.compile(
        rf"([^A-Za-z0-9{_BLANKS}])?([\r\n]*)[ \t]*(?:{_BODY_IDS}){re.escape(element)}"
    )
    votes: Counter[str] = Counter()
    for found in before.finditer(text):
        if found[1] and found[1] != element:
            votes[found[1]] += 1
        elif found[2] and not found[1]:
            votes["\r\n" if "\r\n" in found[2] else found[2][0]] += 1
    return votes.most_common(1)[0][0] if votes else STANDARD.segment
