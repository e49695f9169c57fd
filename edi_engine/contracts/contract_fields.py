"""Mappings of a contract file, read key by key; every mistake is told with its line and column.

Reading goes on after a mistake: a value that cannot be used is told and a stand-in is given back,
so that one run finds all of them. Whoever makes a record of the values must ask the log first.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TypeVar

from edi_engine.contracts.contract_values import TEXT, Form
from edi_engine.contracts.yaml_nodes import YamlList, YamlMap, YamlNode, YamlText
from edi_engine.findings import FindingLog, Place

__all__ = ["FieldReader", "Mistakes", "shown"]

_Value = TypeVar("_Value")

_SHOWN_CHARACTERS_MAX = 40
"""How much of what was read a message shows."""
_SUGGESTIONS_MAX = 100
"""Unknown keys for which the nearest is looked up; a file with more is another kind of file."""


def shown(text: str) -> str:
    """A text as messages show it."""
    short = text[:_SHOWN_CHARACTERS_MAX]
    return repr(short if len(text) <= _SHOWN_CHARACTERS_MAX else f"{short}...")


class Mistakes:
    """What is wrong in one file, told with the place of a node."""

    def __init__(self, log: FindingLog, file_name: str) -> None:
        self._log = log
        self.file_name = file_name

    def add(self, code: str, node: YamlNode, message: str) -> None:
        """Tell of one mistake."""
        place = Place(file_name=self.file_name, line=node.line, column=node.column)
        self._log.add(code, place, message)

    def count(self, code: str) -> int:
        """How many of a kind there were."""
        return self._log.counts.get(code, 0)


class FieldReader:
    """Reads a mapping's keys. A key with nothing after it counts as not written.

    `what` names the mapping in messages: "the contract", "term 'Implants'". `asked` are the keys
    that were asked for, in order; after the last one `done` tells of all others that are written.
    """

    def __init__(self, node: YamlMap, what: str, mistakes: Mistakes) -> None:
        self.node = node
        self.what = what
        self.mistakes = mistakes
        self.asked: dict[str, None] = {}

    def get(self, key: str) -> YamlNode | None:
        """The node after a key, None when nothing is written there."""
        self.asked[key] = None
        if key not in self.node.entries:
            return None
        value = self.node.entries[key][1]
        return None if isinstance(value, YamlText) and not value.text else value

    def at(self, key: str) -> YamlNode:
        """Where a mistake of a key is told: its value, or the mapping when it is not written."""
        entry = self.node.entries.get(key)
        return entry[1] if entry is not None else self.node

    def require(self, key: str) -> YamlNode | None:
        """The node after a key that must be written."""
        found = self.get(key)
        if found is None:
            self.mistakes.add("CON-0107", self.at(key), f"{self.what} has no {key}.")
        return found

    def value(self, key: str, form: Form[_Value]) -> _Value | None:
        """A value, None when it is not written or cannot be read."""
        node = self.get(key)
        return None if node is None else self.scalar(key, node, form)

    def required(self, key: str, form: Form[_Value], stand_in: _Value) -> _Value:
        """A value that must be written; the stand-in after a mistake."""
        node = self.require(key)
        found = None if node is None else self.scalar(key, node, form)
        return stand_in if found is None else found

    def text(self, key: str) -> str:
        """Words, empty when they are not written."""
        return self.value(key, TEXT) or ""

    def values(self, key: str, form: Form[_Value], *, split: bool = True) -> tuple[_Value, ...]:
        """Values of a list, or of one scalar with commas between them; each once, in order."""
        return tuple(dict.fromkeys(self.series(key, form, split=split)))

    def series(self, key: str, form: Form[_Value], *, split: bool = True) -> tuple[_Value, ...]:
        """The same for values of which one may stand twice."""
        node = self.get(key)
        if node is None:
            return ()
        found: list[_Value] = []
        for item in node.items if isinstance(node, YamlList) else (node,):
            if not isinstance(item, YamlText):
                self._wrong_shape(key, item, "a value or a list of values")
                continue
            for part in item.text.split(",") if split else (item.text,):
                piece = YamlText(item.line, item.column, part.strip())
                value = self.scalar(key, piece, form)
                if value is not None:
                    found.append(value)
        return tuple(found)

    def scalar(self, key: str, node: YamlNode, form: Form[_Value]) -> _Value | None:
        """The value of a node, None after a mistake."""
        if not isinstance(node, YamlText):
            self._wrong_shape(key, node, f"one value, {form.expected},")
            return None
        found = form.parse(node.text.strip())
        if found is None:
            self.mistakes.add(form.code, node, f"{key}: {shown(node.text)} is not {form.expected}.")
        return found

    def inner(self, key: str, what: str = "") -> "FieldReader | None":
        """The mapping after a key."""
        node = self.get(key)
        return None if node is None else self.mapping(key, node, what)

    def inners(self, key: str, what: str) -> "Iterator[FieldReader]":
        """The mappings of a list after a key; a single one needs no list."""
        node = self.get(key)
        if node is None:
            return
        for number, item in enumerate(node.items if isinstance(node, YamlList) else (node,), 1):
            found = self.mapping(key, item, f"{what} {number}")
            if found is not None:
                yield found

    def mapping(self, key: str, node: YamlNode, what: str = "") -> "FieldReader | None":
        """A node that must be a mapping."""
        if not isinstance(node, YamlMap):
            self._wrong_shape(key, node, "keys and values")
            return None
        return FieldReader(node, what or key, self.mistakes)

    def done(self) -> None:
        """Tell of every key that has no meaning here."""
        for key, (node, _) in self.node.entries.items():
            if key not in self.asked:
                self.mistakes.add("CON-0106", node, self._unknown(key))

    def _unknown(self, key: str) -> str:
        message = f"{self.what} has no key {shown(key)}"
        near: list[str] = []
        if self.mistakes.count("CON-0106") < _SUGGESTIONS_MAX:
            near = get_close_matches(key.lower()[:_SHOWN_CHARACTERS_MAX], self.asked, n=1)
        if near:
            return f"{message}; is {near[0]} meant?"
        if key[:1].isdigit():
            return f"{message}; is it the rest of an amount? Inside braces it needs quotes."
        return f"{message}; it has {', '.join(self.asked)}."

    def _wrong_shape(self, key: str, node: YamlNode, expected: str) -> None:
        kinds = {YamlText: "a single value", YamlList: "a list", YamlMap: "keys and values"}
        read = shown(node.text) if isinstance(node, YamlText) else kinds[type(node)]
        self.mistakes.add("CON-0103", node, f"{key}: {read} stands where {expected} is expected.")
