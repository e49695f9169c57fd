"""YAML text -> nodes that know their line and column, every scalar being text as it was typed.

Takes the part of YAML that a person needs: mappings, lists and scalars in one document. `00123`,
`on` and `2026-01-01` stay what they are. Anchors, aliases and tags are refused, so that a text is
never larger than it looks; so are deep nesting and texts longer than any contract. What the keys
mean is read elsewhere. PyYAML is imported here alone, and only when a text is read.
Source: decision 0014.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from edi_engine.findings import FindingLog, Place

if TYPE_CHECKING:
    from yaml import Event, Mark
    from yaml._yaml import Mark as FastMark

__all__ = [
    "DEPTH_MAX",
    "TEXT_CHARACTERS_MAX",
    "YamlList",
    "YamlMap",
    "YamlNode",
    "YamlText",
    "read_yaml",
]

TEXT_CHARACTERS_MAX = 500_000
"""A contract of a hundred pages is half of it; reading so much takes some seconds."""

DEPTH_MAX = 12
"""A contract nests seven deep (terms, term, drg, cost_outlier, and lists); twice that is none."""


class YamlText(msgspec.Struct, frozen=True):
    """A scalar. Nothing after a key is empty text."""

    line: int
    column: int
    text: str


class YamlList(msgspec.Struct, frozen=True):
    """A list, in order."""

    line: int
    column: int
    items: tuple["YamlNode", ...]


class YamlMap(msgspec.Struct, frozen=True):
    """A mapping: the nodes of each key and its value by the key's text, in order."""

    line: int
    column: int
    entries: dict[str, tuple[YamlText, "YamlNode"]]


YamlNode = YamlText | YamlList | YamlMap


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """The text cannot be read any further; what is wrong is in the log."""


class _Open(msgspec.Struct):
    """A list or mapping whose end has not come; a mapping's nodes are keys and values in turn."""

    is_map: bool
    line: int
    column: int
    nodes: list[YamlNode]


def read_yaml(text: str, *, file_name: str, log: FindingLog) -> YamlNode | None:
    """The one document of a text; None when it cannot be read, the reason being in the log.

    Keys that repeat are reported and the first is kept. Never raises.
    """
    if len(text) > TEXT_CHARACTERS_MAX:
        place = Place(file_name=file_name, line=1, column=1)
        log.add(
            "CON-0102",
            place,
            f"the text has {len(text):,} characters, at most {TEXT_CHARACTERS_MAX:,} are read.",
        )
        return None
    builder = _Builder(file_name, log)
    try:
        for event in _events(text.removeprefix("\ufeff"), builder):
            builder.take(event)
    except _Refused:
        return None
    return builder.document()


def _events(text: str, builder: "_Builder") -> Iterator["Event"]:
    """What the YAML reader meets, in order; a text that is no YAML is reported and ends it."""
    import yaml  # noqa: PLC0415 - costs 17 ms, and only contracts need it

    try:
        yield from yaml.parse(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line, column = _place_of(error.problem_mark or error.context_mark)
        problem = error.problem or error.context or "it is no YAML"
        if "'\\t'" in problem:
            problem = "a tab stands where only blanks may stand"
        builder.refuse("CON-0101", line, column, f"{' '.join(problem.split())}.")
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        builder.refuse("CON-0101", line, column, "a character stands here that no text holds.")
    except (ValueError, OverflowError):
        # "\UFFFFFFFF" in quotes, a version of 5,000 digits: PyYAML lets them through as they are.
        line, column = builder.reached
        builder.refuse("CON-0101", line, column, "something after this cannot be read.")


def _place_of(mark: "Mark | FastMark | None") -> tuple[int, int]:
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


class _Builder:
    """Makes nodes of events without recursion; refuses what YAML can and a contract needs not."""

    def __init__(self, file_name: str, log: FindingLog) -> None:
        self._file_name = file_name
        self._log = log
        self._open: list[_Open] = []
        self._root: YamlNode | None = None
        self._documents = 0
        self._refused = False
        self.reached = (1, 1)

    def refuse(self, code: str, line: int, column: int, message: str) -> None:
        """Report what ends the reading. Raises _Refused."""
        self._report(code, line, column, message)
        raise _Refused

    def document(self) -> YamlNode | None:
        """The document, once all events are taken."""
        if self._refused:
            return None
        if self._root is None:
            self._report("CON-0103", 1, 1, "the file is empty, a contract is expected.")
        return self._root

    def take(self, event: "Event") -> None:
        """One event. Raises _Refused when no further one is of use."""
        import yaml  # noqa: PLC0415 - as above

        self.reached = line, column = _place_of(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                message = "a second document begins, one contract a file is expected."
                self.refuse("CON-0103", line, column, message)
        elif isinstance(event, yaml.NodeEvent):
            self._refuse_sharing(event, line, column)
            if isinstance(event, yaml.ScalarEvent):
                self._close(YamlText(line, column, event.value))
            elif isinstance(event, yaml.CollectionStartEvent):
                if len(self._open) == DEPTH_MAX:
                    message = f"this is nested more than {DEPTH_MAX} deep, as no contract is."
                    self.refuse("CON-0102", line, column, message)
                is_map = isinstance(event, yaml.MappingStartEvent)
                self._open.append(_Open(is_map, line, column, []))
            else:
                self._close(YamlText(line, column, ""))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            if done.is_map:
                self._close(self._map_of(done))
            else:
                self._close(YamlList(done.line, done.column, tuple(done.nodes)))

    def _close(self, node: YamlNode) -> None:
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self._root = node

    def _refuse_sharing(self, event: "Event", line: int, column: int) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            message = f"{anchor[:40]!r} is an anchor or alias, plain values are expected."
        elif tag is not None:
            message = f"{tag[:40]!r} is a tag, plain values are expected."
        else:
            return
        self._report("CON-0104", line, column, message)
        self._refused = True

    def _map_of(self, done: _Open) -> YamlMap:
        entries: dict[str, tuple[YamlText, YamlNode]] = {}
        for key, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            if not isinstance(key, YamlText):
                message = "a list or mapping stands where the name of a key is expected."
                self._report("CON-0103", key.line, key.column, message)
            elif key.text in entries:
                first = entries[key.text][0]
                message = f"the key {key.text[:40]!r} stands in line {first.line} already."
                self._report("CON-0105", key.line, key.column, message)
            else:
                entries[key.text] = (key, value)
        return YamlMap(done.line, done.column, entries)

    def _report(self, code: str, line: int, column: int, message: str) -> None:
        self._log.add(code, Place(file_name=self._file_name, line=line, column=column), message)
