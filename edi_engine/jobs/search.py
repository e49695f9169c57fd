"""Search from anywhere: whatever somebody types, and everything that it may mean.

A text is taken as everything that it can be (`search_meaning`): an identifier or its beginning, an
amount, a day, a patient's name, the number of a thing of ours. Where it holds several of these,
what has all of them is found too. Names forgive a wrong letter, two in long words; identifiers and
amounts forgive nothing, for the next one is somebody else's. What is found comes in groups, the
best first, with the reason.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import msgspec

from edi_engine.errors import EdiEngineError
from edi_engine.jobs.search_meaning import Meant, cleaned, parts_of, understood
from edi_engine.jobs.show.pages import Table
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.name_keys import deletion_keys, edits_between
from edi_engine.records.search import Hit, SearchKind, SearchTerm
from edi_engine.records.work import WorkItem
from edi_engine.store import Reader, Store
from edi_engine.store.search import FoundKey, PatientName
from edi_engine.store.search_together import SoughtPart

__all__ = ["SearchGroup", "SearchKeeper", "SearchResult", "make_searchable", "search"]

_TEXT_LENGTH_MAX = 200
"""Longer than any name or identifier; what is typed beyond is not looked at, and that is said."""

_WORDS_MAX = 500
"""Words that are tried for one that was typed."""

_NAMES_MAX = 2_000
_ITEMS_MAX = 500
_HITS_MAX = 5_000
"""Of one kind, however far somebody pages."""

_ROWS_PER_STEP = 1_000
"""Rows of each table made searchable in one transaction: a tenth of a second, for others wait."""

_BREATH_SECONDS = 0.05
"""Between two steps, so that who waits for the database gets it."""


class SearchGroup(msgspec.Struct, frozen=True):
    """What was found of one kind, best first; the table's first column is its number, its second
    the reason. `has_more` tells that there are others after these."""

    kind: SearchKind
    table: Table
    has_more: bool


class SearchResult(msgspec.Struct, frozen=True):
    """Groups that hold something. `understood` says as what the text was taken, `cut` that only
    its beginning was, `together` as what each of its parts was taken, of which a thing must have
    all; `unsearchable_count` are claims, payments, remittances and deposits that came
    just now and are not found by name, amount or day yet."""

    text: str
    understood: tuple[str, ...]
    groups: tuple[SearchGroup, ...]
    is_cut: bool = False
    unsearchable_count: int = 0
    together: tuple[str, ...] = ()


def search(
    store: Store, text: str, *, kind: SearchKind | None = None, limit: int = 10, offset: int = 0
) -> SearchResult:
    """Find what a text may mean; of one kind where it is given. Never raises for any text."""
    wanted = cleaned(text)
    is_cut = len(wanted) > _TEXT_LENGTH_MAX
    meant = understood(wanted[:_TEXT_LENGTH_MAX])
    parts = () if meant.number or meant.day else parts_of(wanted[:_TEXT_LENGTH_MAX])
    groups = []
    with store.reading() as reader:
        searching = _Searching(reader, meant, parts, min(offset + limit, _HITS_MAX) + 1)
        hits: dict[SearchKind, list[Hit]] = {each: searching.hits(each) for each in _TABLES}
        items = _items(reader, meant.number, hits)
        hits[SearchKind.ITEM] = [hit for hit, _ in items]
        for each in SearchKind if kind is None else (kind,):
            shown = hits[each][offset : offset + limit]
            if each is SearchKind.ITEM:
                table = _item_table(items[offset : offset + limit])
            else:
                table = _TABLES[each](reader, shown)
            if table.rows:
                groups.append(SearchGroup(each, table, len(hits[each]) > offset + limit))
        waiting = sum(reader.unsearchable_counts().values())
    return SearchResult(
        wanted,
        meant.words(),
        tuple(groups),
        is_cut,
        waiting,
        tuple(" or ".join(part.words()) for part in parts),
    )


# What is found ---


class _Searching:
    """One search in one snapshot. `limit` is how many of each kind are asked for; `parts` are those
    of a text of several, which are sought together."""

    def __init__(self, reader: Reader, meant: Meant, parts: Sequence[Meant], limit: int) -> None:
        self.reader = reader
        self.meant = meant
        self.parts = parts
        self.limit = limit
        self._sought: dict[int, list[SoughtPart]] | None = None
        self._people: dict[int, list[int]] | None = None

    def hits(self, kind: SearchKind) -> list[Hit]:
        """Of one kind, the best first, each once with its best reason."""
        finders: dict[SearchKind, Callable[[], Iterable[Hit]]] = {
            SearchKind.CLAIM: self._claims,
            SearchKind.PAYMENT: self._payments,
            SearchKind.REMITTANCE: self._remittances,
            SearchKind.DEPOSIT: self._deposits,
        }
        found: dict[int, Hit] = {}
        number = self.meant.number
        if number is not None and number[0] is kind:
            found[number[1]] = Hit(_EXACT, number[1], f"{kind.value} {number[1]}")
        for hit in (*finders[kind](), *self._together(kind)):
            known = found.get(hit.thing_id)
            if known is None or hit.rank < known.rank:
                found[hit.thing_id] = hit
        # Within a rank in the order of finding: the index gives the nearest or the newest first.
        return sorted(found.values(), key=lambda hit: hit.rank)

    def _claims(self) -> Iterable[Hit]:
        reader, key, limit = self.reader, self.meant.key, self.limit
        if key:
            for column, words in (
                ("pcn_key", "patient control number"),
                ("member_key", "member identifier"),
                ("original_reference_key", "payer claim control number it refers to"),
            ):
                yield from self._keyed(reader.claims_by_key(column, key, limit), words)
            answered = reader.claims_answered_under(key, limit)
            yield from self._keyed(answered, "payer claim control number of a payment")
        if self.meant.cents is not None:
            for claim_id in reader.claims_charged(self.meant.cents, limit):
                yield Hit(_EXACT, claim_id, "charge")
        if self.meant.day is not None:
            yield from self._of_day(SearchTerm.CLAIM_DAY, "day of service")
        yield from self._named(SearchTerm.CLAIM_NAME)

    def _payments(self) -> Iterable[Hit]:
        reader, key, limit = self.reader, self.meant.key, self.limit
        if key:
            for column, words in (
                ("pcn_key", "patient control number"),
                ("pccn_key", "payer claim control number"),
            ):
                yield from self._keyed(reader.payments_by_key(column, key, limit), words)
            loose = reader.loose_payments_by_member(key, limit)
            yield from self._keyed(loose, "member identifier")
        yield from self._of_amount(SearchTerm.PAYMENT_CENTS, "paid")
        yield from self._named(SearchTerm.PAYMENT_NAME)

    def _remittances(self) -> Iterable[Hit]:
        if self.meant.key:
            found = self.reader.remittances_by_trace(self.meant.key, self.limit)
            yield from self._keyed(found, "trace number")
        yield from self._of_amount(SearchTerm.REMITTANCE_CENTS, "payment amount")
        if self.meant.day is not None:
            yield from self._of_day(SearchTerm.REMITTANCE_DAY, "day of payment")

    def _deposits(self) -> Iterable[Hit]:
        if self.meant.key:
            found = self.reader.deposits_by_trace(self.meant.key, self.limit)
            yield from self._keyed(found, "trace number")
        yield from self._of_amount(SearchTerm.DEPOSIT_CENTS, "amount")
        if self.meant.day is not None:
            for deposit_id in self.reader.deposits_received_on(self.meant.day, self.limit):
                yield Hit(_EXACT, deposit_id, "day it was received")

    def _together(self, kind: SearchKind) -> Iterable[Hit]:
        """What has every part of the text; the nearest names first."""
        if not self.parts:
            return
        if self._sought is None:
            self._sought = _sought_by_rank(self.reader, self.parts)
        for rank, parts in self._sought.items():
            for thing_id in self.reader.things_meeting(kind, parts, self.limit):
                yield Hit(rank, thing_id, "all of its parts")

    def _keyed(self, found: Iterable[FoundKey], words: str) -> Iterable[Hit]:
        for one in found:
            if one.key == self.meant.key:
                yield Hit(_EXACT, one.thing_id, words)
            else:
                yield Hit(_BEGINS, one.thing_id, f"{words} begins so")

    def _of_amount(self, kind: SearchTerm, words: str) -> Iterable[Hit]:
        if self.meant.cents is not None:
            terms = [str(self.meant.cents)]
            for one in self.reader.things_with_term(kind, terms, self.limit):
                yield Hit(_EXACT, one.thing_id, words)

    def _of_day(self, kind: SearchTerm, words: str) -> Iterable[Hit]:
        if self.meant.day is not None:
            terms = [self.meant.day.isoformat()]
            for one in self.reader.things_with_term(kind, terms, self.limit):
                yield Hit(_EXACT, one.thing_id, words)

    def _named(self, kind: SearchTerm) -> Iterable[Hit]:
        """Names of one rank are as good as each other: of these the newest things come first."""
        if self._people is None:
            self._people = _people(self.reader, self.meant.names)
        left = self.limit
        for rank, name_ids in self._people.items():
            found = self.reader.things_with_term(kind, [str(one) for one in name_ids], left)
            left -= len(found)
            for one in found:
                yield Hit(rank, one.thing_id, _name_reason(rank))


def _sought_by_rank(reader: Reader, parts: Sequence[Meant]) -> dict[int, list[SoughtPart]]:
    """The parts as the store seeks them, once for each rank of names that the first of them may
    be; the others' names are all taken."""
    first, *others = parts
    rest = [
        SoughtPart(part.key, part.cents, part.day, tuple(_all_people(reader, part)))
        for part in others
    ]
    ranks = _people(reader, first.names)
    found = {
        rank: [SoughtPart("", None, None, tuple(name_ids)), *rest]
        for rank, name_ids in ranks.items()
    }
    if first.key or first.cents is not None or first.day is not None:
        found = {_EXACT: [SoughtPart(first.key, first.cents, first.day, ()), *rest], **found}
    return found


def _all_people(reader: Reader, part: Meant) -> list[int]:
    return [name_id for ids in _people(reader, part.names).values() for name_id in ids]


_EXACT, _NAME, _NAME_BEGINS, _BEGINS = 0, 1, 2, 3
"""Ranks. A name with wrong letters comes after all of these, by their number."""


def _people(reader: Reader, ways: Sequence[tuple[str, ...]]) -> dict[int, list[int]]:
    """Names by rank, the best first. Misspelled ones are looked for where there is an exact one,
    too: the patient may be the other."""
    ranks: dict[int, int] = {}
    for way in ways:
        for name, rank in _names_like(reader, way):
            ranks[name.name_id] = min(rank, ranks.get(name.name_id, rank))
    found: dict[int, list[int]] = {rank: [] for rank in sorted(set(ranks.values()))}
    for name_id, rank in sorted(ranks.items()):
        found[rank].append(name_id)
    return {rank: name_ids[:_NAMES_MAX] for rank, name_ids in found.items()}


def _name_reason(rank: int) -> str:
    if rank == _NAME:
        return "patient's name"
    if rank == _NAME_BEGINS:
        return "patient's name begins so"
    wrong = rank - _BEGINS
    return f"patient's name but for {wrong} letter{'s' if wrong > 1 else ''}"


def _names_like(reader: Reader, words: Sequence[str]) -> Iterable[tuple[PatientName, int]]:
    """Names that have each of the words, with their rank; first those without a mistake, so that
    thousands of similar ones cannot hide them."""
    yield from _ranked(reader, words, [[word] for word in words])
    beginning = [reader.words_beginning(word, _WORDS_MAX) for word in words]
    yield from _ranked(reader, words, beginning)
    similar = [_similar(reader, word) for word in words]
    if any(similar):
        tried = [[*exact, *more] for exact, more in zip(beginning, similar, strict=True)]
        yield from _ranked(reader, words, tried)


def _similar(reader: Reader, word: str) -> list[str]:
    """Words that are another by a letter or two, the nearest first."""
    found = (
        (edits, other)
        for other in reader.words_sharing(deletion_keys(word))
        if (edits := edits_between(word, other))
    )
    return [other for _, other in sorted(found)[:_WORDS_MAX]]


def _ranked(
    reader: Reader, words: Sequence[str], tried: Sequence[Sequence[str]]
) -> Iterable[tuple[PatientName, int]]:
    edits = [
        {other: _distance(word, other) for other in others}
        for word, others in zip(words, tried, strict=True)
    ]
    for name in reader.names_with(tried, _NAMES_MAX):
        best = [min(each[word] for word in name.words if word in each) for each in edits]
        wrong = sum(distance for distance in best if distance > 0)
        if wrong:
            yield name, _BEGINS + wrong
        else:
            yield name, _NAME_BEGINS if any(distance < 0 for distance in best) else _NAME


def _distance(word: str, other: str) -> int:
    """Wrong letters; -1 for a word that only goes on."""
    if word == other:
        return 0
    return -1 if other.startswith(word) else edits_between(word, other) or 0


def _items(
    reader: Reader, number: tuple[SearchKind, int] | None, hits: dict[SearchKind, list[Hit]]
) -> list[tuple[Hit, WorkItem]]:
    """Work items about what was found, the most important first."""

    def ids(kind: SearchKind) -> list[int]:
        return sorted(hit.thing_id for hit in hits[kind][:_ITEMS_MAX])

    found = reader.work_items_of(
        claim_ids=ids(SearchKind.CLAIM),
        claim_payment_ids=ids(SearchKind.PAYMENT),
        remittance_ids=ids(SearchKind.REMITTANCE),
        remittance_deposit_ids=ids(SearchKind.REMITTANCE),
        deposit_ids=ids(SearchKind.DEPOSIT),
    )
    found.sort(key=lambda item: (-item.priority, item.work_item_id))
    items = [(Hit(_EXACT, item.work_item_id, f"about {_subject(item)}"), item) for item in found]
    named = reader.work_item(number[1]) if number and number[0] is SearchKind.ITEM else None
    if named is not None:
        items.insert(0, (Hit(_EXACT, named.work_item_id, f"item {named.work_item_id}"), named))
    return items


def _subject(item: WorkItem) -> str:
    """What an item is about, from its key: "claim:17/..." is claim 17."""
    return item.item_key.partition("/")[0].replace(":", " ").replace("_", " ")


# What is shown ---

_TEXT, _NUMBER, _MONEY, _DAY = (
    ColumnKind.TEXT,
    ColumnKind.NUMBER,
    ColumnKind.MONEY,
    ColumnKind.DAY,
)


def _named_patient(last_name: str, first_name: str) -> str:
    return ", ".join(filter(None, (last_name, first_name)))


def _table(
    title: str, columns: Sequence[tuple[str, ColumnKind]], rows: Iterable[tuple[object, ...]]
) -> Table:
    """The reason comes last in the rows, and is shown second: a narrow window hides the end."""
    return Table(
        title,
        (columns[0], ("found by", _TEXT), *columns[1:]),
        tuple((row[0], row[-1], *row[1:-1]) for row in rows),
    )


def _claim_table(reader: Reader, hits: Sequence[Hit]) -> Table:
    rows = reader.found_claims([hit.thing_id for hit in hits])
    return _table(
        "claims",
        (
            ("claim", _NUMBER),
            ("patient", _TEXT),
            ("patient control number", _TEXT),
            ("member", _TEXT),
            ("payer", _TEXT),
            ("service from", _DAY),
            ("charge", _MONEY),
            ("balance", _MONEY),
        ),
        (
            (hit.thing_id, _named_patient(*row[:2]), *row[2:], hit.reason)
            for hit in hits
            if (row := rows.get(hit.thing_id)) is not None
        ),
    )


def _payment_table(reader: Reader, hits: Sequence[Hit]) -> Table:
    rows = reader.found_payments([hit.thing_id for hit in hits])
    return _table(
        "claim payments",
        (
            ("claim payment", _NUMBER),
            ("patient", _TEXT),
            ("patient control number", _TEXT),
            ("payer claim control number", _TEXT),
            ("payer", _TEXT),
            ("paid on", _DAY),
            ("charge", _MONEY),
            ("paid", _MONEY),
            ("claim", _NUMBER),
            ("match", _TEXT),
        ),
        (
            (
                hit.thing_id,
                _named_patient(*row[:2]),
                *row[2:9],
                (row[9] or "not reconciled yet").replace("_", " "),
                hit.reason,
            )
            for hit in hits
            if (row := rows.get(hit.thing_id)) is not None
        ),
    )


def _remittance_table(reader: Reader, hits: Sequence[Hit]) -> Table:
    rows = reader.found_remittances([hit.thing_id for hit in hits])
    return _table(
        "remittances",
        (
            ("remittance", _NUMBER),
            ("payer", _TEXT),
            ("trace number", _TEXT),
            ("paid on", _DAY),
            ("amount", _MONEY),
            ("claim payments", _NUMBER),
            ("held because", _TEXT),
        ),
        (
            (hit.thing_id, *row, hit.reason)
            for hit in hits
            if (row := rows.get(hit.thing_id)) is not None
        ),
    )


def _deposit_table(reader: Reader, hits: Sequence[Hit]) -> Table:
    rows = reader.found_deposits([hit.thing_id for hit in hits])
    return _table(
        "deposits",
        (
            ("deposit", _NUMBER),
            ("originator", _TEXT),
            ("trace number", _TEXT),
            ("received on", _DAY),
            ("amount", _MONEY),
            ("status", _TEXT),
        ),
        (
            (hit.thing_id, *row[:4], (row[4] or "not looked at yet").replace("_", " "), hit.reason)
            for hit in hits
            if (row := rows.get(hit.thing_id)) is not None
        ),
    )


def _item_table(items: Iterable[tuple[Hit, WorkItem]]) -> Table:
    return _table(
        "work items",
        (
            ("item", _NUMBER),
            ("what", _TEXT),
            ("status", _TEXT),
            ("at risk", _MONEY),
            ("deadline", _DAY),
            ("next action", _TEXT),
        ),
        (
            (
                hit.thing_id,
                item.cause.replace("_", " "),
                item.status.value.replace("_", " "),
                item.amount_at_risk_cents,
                item.deadline,
                item.next_action,
                hit.reason,
            )
            for hit, item in items
        ),
    )


_TABLES: dict[SearchKind, Callable[[Reader, Sequence[Hit]], Table]] = {
    SearchKind.CLAIM: _claim_table,
    SearchKind.PAYMENT: _payment_table,
    SearchKind.REMITTANCE: _remittance_table,
    SearchKind.DEPOSIT: _deposit_table,
}


# Making things searchable ---


def make_searchable(store: Store, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Bring names, amounts and days of everything stored up to date, in short transactions; how
    many rows there were. Raises LockHeldError when another writer does not let go."""
    done = 0
    while not stop():
        with store.reading() as reader:
            if not reader.unsearchable_counts():
                break
        with store.writing() as writer:
            done += writer.make_searchable(_ROWS_PER_STEP)
    return done


_PAUSE_SECONDS = 2.0


class SearchKeeper:
    """Keeps everything searchable from a thread of its own, for as long as the context lasts."""

    def __init__(self, store: Store, *, pause_seconds: float = _PAUSE_SECONDS) -> None:
        self._store = store
        self._pause_seconds = pause_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="search", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with suppress(EdiEngineError):  # the nightly run is writing: a moment later, then
                make_searchable(self._store, stop=lambda: self._stopped.wait(_BREATH_SECONDS))
            if self._stopped.wait(self._pause_seconds):
                break
