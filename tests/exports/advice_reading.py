"""Reads a remittance advice as a browser takes it apart: tables, facts, warnings."""

from html.parser import HTMLParser

import msgspec

_VOID = {"meta", "br", "col"}


class AdviceTable(msgspec.Struct):
    """A table: its caption, and rows of cells; `scopes` are those of its head cells."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    scopes: list[str]


class Advice(HTMLParser):
    """The page taken apart. Raises AssertionError for tags that are closed in disorder."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.tables: list[AdviceTable] = []
        self.warnings: list[str] = []
        self.facts: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[tuple[str, str]] = []
        self._part = ""
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        given = dict(attrs)
        if tag == "table":
            self.tables.append(AdviceTable("", [], [], []))
        elif tag == "tr" and not self._is_in("thead"):
            self.tables[-1].rows.append([])
        elif tag == "th":
            self.tables[-1].scopes.append(given.get("scope") or "")
        if tag in {"th", "td", "caption", "dt", "dd", "p"}:
            self._part = ""
        if tag == "br":
            self._part += " "
        if tag not in _VOID:
            self._open.append((tag, given.get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        opened, styled = self._open.pop()
        assert opened == tag, f"{opened} is closed by {tag}"
        words = " ".join(self._part.split())
        if tag == "caption":
            self.tables[-1].caption = words
        elif tag in {"th", "td"}:
            (self.tables[-1].heads if self._is_in("thead") else self.tables[-1].rows[-1]).append(
                words
            )
        elif tag == "dt":
            self.facts.append((words, ""))
        elif tag == "dd":
            self.facts[-1] = (self.facts[-1][0], words)
        elif tag == "p" and styled == "warning":
            self.warnings.append(words)

    def handle_data(self, data: str) -> None:
        self._part += data
        if not self._is_in("style"):
            self.text += data

    def _is_in(self, tag: str) -> bool:
        return any(opened == tag for opened, _ in self._open)

    def table(self, caption: str) -> AdviceTable:
        (found,) = [one for one in self.tables if one.caption.startswith(caption)]
        return found

    def facts_named(self, name: str) -> list[str]:
        return [value for fact, value in self.facts if fact == name]
