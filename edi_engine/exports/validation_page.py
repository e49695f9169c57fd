"""A page that shows files with their findings marked, as one HTML text that needs nothing else.

Every segment stands on a line with its ordinal; the element at fault is marked, and the finding's
words stand below it; an index at the top leads down. The page asks for nothing from elsewhere, runs
no script, and escapes everything. It holds the content of the files, and says so.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec
from jinja2 import Environment, StrictUndefined, Template

from edi_engine.findings import Finding, Severity
from edi_engine.records.validation import CheckRun, PageSegment

__all__ = ["FINDINGS_SHOWN_MAX", "PageFile", "validation_page"]

FINDINGS_SHOWN_MAX = 2_000
"""How many findings of one file a page lists."""

_SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}
_ELEMENT = re.compile(r"([A-Z0-9]{2,3}?)([0-9]{2})(?:-([0-9]{1,2}))?", re.ASCII)


class PageFile(msgspec.Struct, frozen=True):
    """One file to show. `segments` are some or all of its `segments_count`, in order."""

    name: str
    words: str
    checks: tuple[CheckRun, ...]
    findings: tuple[Finding, ...]
    segments: tuple[PageSegment, ...]
    segments_count: int


class _Said(msgspec.Struct, frozen=True):
    code: str
    severity: str
    sign: str
    place: str
    element: str
    message: str
    remedy: str
    anchor: str


class _Part(msgspec.Struct, frozen=True):
    text: str
    is_marked: bool


class _Row(msgspec.Struct, frozen=True):
    anchor: str
    ordinal: str
    parts: tuple[_Part, ...]
    findings: tuple[_Said, ...]
    is_cut: bool
    gap: bool


class _File(msgspec.Struct, frozen=True):
    name: str
    summary: str
    checks: tuple[CheckRun, ...]
    findings: tuple[_Said, ...]
    findings_left_out: int
    segments: tuple[_Row, ...]
    gap_words: str


class _Page(msgspec.Struct, frozen=True):
    title: str
    summary: str
    files: tuple[_File, ...]


def validation_page(files: Sequence[PageFile]) -> str:
    """The page as HTML. The same files give the same text."""
    title = f"Findings in {files[0].name}" if len(files) == 1 else f"Findings in {len(files)} files"
    counts = Counter(one.severity for file in files for one in file.findings)
    page = _Page(title, _counted(counts), tuple(_file(n, one) for n, one in enumerate(files, 1)))
    return _template().render(page=page)


@cache
def _template() -> Template:
    text = resources.files(__package__).joinpath("page_templates", "validation.html")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text.read_text("utf-8"))


def _counted(counts: Counter[Severity]) -> str:
    if not counts:
        return "Nothing is wrong."
    told = [
        f"{counts[one]} {one.value}{'s' if counts[one] != 1 and one is not Severity.INFO else ''}"
        for one in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        if counts[one]
    ]
    return f"Found: {', '.join(told)}."


def _file(number: int, file: PageFile) -> _File:
    starts = [one.byte_offset for one in file.segments]
    by_row: dict[int, list[Finding]] = defaultdict(list)
    said: list[_Said] = []
    for one in file.findings[:FINDINGS_SHOWN_MAX]:
        index = bisect_right(starts, one.place.byte_offset) - 1
        anchor = f"f{number}s{file.segments[index].byte_offset}" if index >= 0 else ""
        if index >= 0:
            by_row[index].append(one)
        said.append(_said(one, anchor))
    rows = tuple(_rows(number, file, by_row))
    shown = len(file.segments)
    gap_words = ""
    if shown < file.segments_count:
        gap_words = (
            f"The file has {file.segments_count} segments; the {shown} around the findings are "
            "shown."
        )
    counts = Counter(one.severity for one in file.findings)
    return _File(
        file.name,
        f"{file.words}. {_counted(counts)}",
        file.checks,
        tuple(said),
        max(len(file.findings) - FINDINGS_SHOWN_MAX, 0),
        rows,
        gap_words,
    )


def _said(one: Finding, anchor: str) -> _Said:
    return _Said(
        one.code,
        one.severity.value,
        _SIGNS[one.severity],
        str(one.place),
        one.place.element,
        one.message,
        one.remedy,
        anchor,
    )


def _rows(number: int, file: PageFile, by_row: dict[int, list[Finding]]) -> list[_Row]:
    rows = []
    is_whole = len(file.segments) == file.segments_count
    previous: PageSegment | None = None
    for index, one in enumerate(file.segments):
        found = by_row.get(index, [])
        gap = not is_whole and (previous is None or not _follows(previous, one))
        rows.append(
            _Row(
                f"f{number}s{one.byte_offset}",
                _ordinal(one),
                _parts(one, found),
                tuple(_said(each, "") for each in found),
                one.is_cut,
                gap and index > 0,
            )
        )
        previous = one
    return rows


def _follows(first: PageSegment, second: PageSegment) -> bool:
    """Whether two rows are neighbours in the file, as far as their ordinals tell."""
    if first.set_ordinal == second.set_ordinal and first.set_ordinal:
        return second.segment_ordinal == first.segment_ordinal + 1
    return second.segment_ordinal <= 1


def _ordinal(one: PageSegment) -> str:
    return f"{one.set_ordinal} · {one.segment_ordinal}" if one.set_ordinal else "–"


def _parts(segment: PageSegment, findings: Sequence[Finding]) -> tuple[_Part, ...]:
    """The segment's text cut where something is marked; separators stay outside the marks."""
    marked = _marked(segment, findings)
    texts = segment.text.split(segment.element)
    if 0 in marked:
        return (_Part(texts[0], True), *_rest(segment, texts, marked))
    return (_Part(texts[0], False), *_rest(segment, texts, marked))


def _rest(segment: PageSegment, texts: list[str], marked: dict[int, set[int]]) -> list[_Part]:
    parts: list[_Part] = []
    for position, text in enumerate(texts[1:], 1):
        parts.append(_Part(segment.element, False))
        components = marked.get(position)
        if components is None:
            parts.append(_Part(text, False))
        elif 0 in components:
            parts.append(_Part(text or "(empty)", True))
        else:
            parts += _components(segment, text, components)
    return parts


def _components(segment: PageSegment, text: str, marked: set[int]) -> list[_Part]:
    parts: list[_Part] = []
    for number, component in enumerate(text.split(segment.component), 1):
        if number > 1:
            parts.append(_Part(segment.component, False))
        is_marked = number in marked
        parts.append(_Part((component or "(empty)") if is_marked else component, is_marked))
    return parts


def _marked(segment: PageSegment, findings: Sequence[Finding]) -> dict[int, set[int]]:
    """Elements at fault and their components, 0 for the whole; element 0 is the segment's id.

    What is missing behind the segment's end, or is told of another segment, marks the id.
    """
    marked: dict[int, set[int]] = {}
    texts = segment.text.split(segment.element)
    for one in findings:
        named = _ELEMENT.fullmatch(one.place.element)
        position = int(named[2]) if named and named[1] == texts[0] else 0
        if position >= len(texts):
            position = 0
        component = int(named[3] or 0) if named and position else 0
        if position and component > len(texts[position].split(segment.component)):
            component = 0
        marked.setdefault(position, set()).add(component)
    return marked
