"""Work items: lists, one whole, everything that can be done to one, and to many at once."""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.saved_views import drop_view, keep_view, list_views
from edi_engine.jobs.work_bulk import (
    BulkPreview,
    BulkUndone,
    Selection,
    do_bulk,
    preview_bulk,
    undo_bulk,
)
from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.jobs.work_promises import PromiseGiven
from edi_engine.jobs.work_pull import next_item, release_item
from edi_engine.jobs.worklist import (
    assign_item,
    close_item,
    give_up_item,
    list_work,
    note_item,
    queue_totals,
    reopen_item,
    show_item,
    snooze_item,
    touch_item,
)
from edi_engine.records.users import SavedView
from edi_engine.records.work import (
    Channel,
    Queue,
    QueueTotal,
    Resolution,
    WaitingFor,
    WorkOrder,
    WorkSort,
    WorkStatus,
)
from edi_engine.records.work_batches import BulkAction, BulkKind
from edi_engine.web.api.calling import Input, Part
from edi_engine.web.asking import Ask
from edi_engine.web.pages.worklist import filters_of, query_text

__all__ = [
    "assign",
    "bulk",
    "bulk_preview",
    "bulk_undo",
    "close",
    "drop",
    "give_up",
    "item",
    "keep",
    "note",
    "pull",
    "release",
    "reopen",
    "snooze",
    "take",
    "touch",
    "views",
    "worklist",
]


class Whose(StrEnum):
    """Of whom items are: of everybody, of the token's user, or of nobody."""

    EVERYBODY = "everybody"
    MINE = "mine"
    NOBODY = "nobody"


class WorkQuery(Part, frozen=True, kw_only=True):
    """Which items. Without a status those that wait for somebody today."""

    queue: Queue | None = None
    status: WorkStatus | None = None
    whose: Whose = Whose.EVERYBODY
    payer_id: str = ""
    sort: WorkSort = WorkSort.PRIORITY
    is_reversed: bool = False


class WorkList(msgspec.Struct, frozen=True):
    """Items in the order asked for, and what waits by queue. `has_more` tells that others come
    after these."""

    items: list[WorkEntry]
    has_more: bool
    queues: list[QueueTotal]


class Seen(Input, frozen=True, kw_only=True):
    """`seen` is the `last_event_id` of the item when it was looked at: when another event came
    since, nothing is done and the answer is 409. Without it what was done meanwhile is not asked.
    """

    seen: int | None = None


class Pull(Input, frozen=True, kw_only=True):
    """From which queue; without one from all."""

    queue: Queue | None = None


class Pulled(msgspec.Struct, frozen=True):
    """The item that is in the user's hands now; None where nothing waits."""

    item: WorkEntry | None


class Note(Input, frozen=True, kw_only=True):
    text: str


class Assign(Seen, frozen=True, kw_only=True):
    """`assignee` is a login, empty for nobody."""

    assignee: str


class Snooze(Seen, frozen=True, kw_only=True):
    """The item comes back on the day `until`, or with new evidence."""

    until: date
    text: str = ""
    waiting_for: WaitingFor = WaitingFor.INTERNAL


class Promised(Input, frozen=True, kw_only=True):
    """What was promised, and for which day."""

    amount_cents: int
    due_on: date


class Touch(Seen, frozen=True, kw_only=True):
    """What was done, what came of it, and when to look again."""

    channel: Channel
    outcome: str
    next_action_on: date
    contact: str = ""
    reference: str = ""
    text: str = ""
    waiting_for: WaitingFor | None = None
    promised: Promised | None = None


class Close(Seen, frozen=True, kw_only=True):
    reason: str
    resolution: Resolution | None = None


class GiveUp(Seen, frozen=True, kw_only=True):
    reason: str


class KeepView(Input, frozen=True, kw_only=True):
    """A view's name, and its filters as the address of the worklist has them; `sort` has "-" before
    it for the other way round. One that `is_shared` is everybody's, which only managers say."""

    name: str
    queue: str = ""
    status: str = ""
    whose: str = ""
    payer: str = ""
    sort: str = ""
    is_shared: bool = False


class BulkRequest(Input, frozen=True, kw_only=True):
    """What to do to the items of a selection. `text` is the login, the reason or the note; `until`
    the day of a snooze."""

    kind: BulkKind
    text: str = ""
    until: date | None = None
    resolution: Resolution | None = None
    waiting_for: WaitingFor | None = None
    queue: Queue | None = None
    status: WorkStatus | None = None
    whose: Whose = Whose.EVERYBODY
    payer_id: str = ""


class BulkDo(BulkRequest, frozen=True, kw_only=True):
    """`token` is the preview's: it holds only for what was previewed."""

    token: str


def worklist(ask: Ask, given: WorkQuery) -> WorkList:
    """The items of a queue, in the order asked for."""
    assignee = _assignee(ask, given.whose)
    found = list_work(
        ask.store,
        as_of=ask.as_of,
        policy=ask.policy,
        queue=given.queue,
        statuses=(given.status,) if given.status else (),
        assignee=assignee,
        payer_id=given.payer_id or None,
        order=WorkOrder(given.sort, given.is_reversed),
        limit=given.limit + 1,
        offset=given.offset,
    )
    return WorkList(
        found[: given.limit],
        len(found) > given.limit,
        queue_totals(ask.store, as_of=ask.as_of, assignee=assignee),
    )


def item(ask: Ask) -> WorkEntry:
    """A work item with its history."""
    return _item(ask)


def pull(ask: Ask, given: Pull) -> Pulled:
    """Put the most important item into the user's hands.

    Nobody else gets it for the time of the lease.
    """
    return Pulled(
        next_item(
            ask.store,
            actor=ask.actor,
            as_of=ask.as_of,
            queue=given.queue,
            policy=ask.policy.worklist,
        )
    )


def note(ask: Ask, given: Note) -> WorkEntry:
    """Write a note on an item."""
    if not given.text.strip():
        raise InputError("the note is empty.", place="text", remedy="Write the note.")
    number = ask.number("item")
    note_item(ask.store, number, given.text, actor=ask.actor, policy=ask.policy.worklist)
    return _item(ask)


def assign(ask: Ask, given: Assign) -> WorkEntry:
    """Give an item to somebody, or back to nobody."""
    assign_item(
        ask.store,
        ask.number("item"),
        given.assignee.strip(),
        actor=ask.actor,
        seen=given.seen,
    )
    return _item(ask)


def take(ask: Ask, given: Seen) -> WorkEntry:
    """Make an item the user's own."""
    assign_item(ask.store, ask.number("item"), ask.actor, actor=ask.actor, seen=given.seen)
    return _item(ask)


def snooze(ask: Ask, given: Snooze) -> WorkEntry:
    """Put an item off until a day."""
    snooze_item(
        ask.store,
        ask.number("item"),
        given.until,
        actor=ask.actor,
        as_of=ask.as_of,
        text=given.text,
        waiting_for=given.waiting_for,
        seen=given.seen,
    )
    return _item(ask)


def touch(ask: Ask, given: Touch) -> WorkEntry:
    """Write down what was done about an item.

    It waits until the day of its next action.
    """
    if not given.outcome.strip():
        raise InputError("the outcome is empty.", place="outcome", remedy="Write what came of it.")
    promised = given.promised
    if promised is not None and promised.amount_cents <= 0:
        raise InputError("a promise is of more than nothing.", place="promised.amount_cents")
    touch_item(
        ask.store,
        ask.number("item"),
        given.channel,
        given.outcome,
        next_action_on=given.next_action_on,
        contact=given.contact,
        reference=given.reference,
        text=given.text,
        waiting_for=given.waiting_for,
        promised=PromiseGiven(promised.amount_cents, promised.due_on) if promised else None,
        actor=ask.actor,
        as_of=ask.as_of,
        policy=ask.policy,
        seen=given.seen,
    )
    return _item(ask)


def close(ask: Ask, given: Close) -> WorkEntry:
    """Say that an item is done, and why."""
    close_item(
        ask.store,
        ask.number("item"),
        _reason(given.reason),
        actor=ask.actor,
        as_of=ask.as_of,
        resolution=given.resolution,
        seen=given.seen,
    )
    return _item(ask)


def give_up(ask: Ask, given: GiveUp) -> WorkEntry:
    """Say that an item is not worth more work, and why."""
    give_up_item(
        ask.store,
        ask.number("item"),
        _reason(given.reason),
        actor=ask.actor,
        as_of=ask.as_of,
        policy=ask.policy.worklist,
        seen=given.seen,
    )
    return _item(ask)


def reopen(ask: Ask, given: Seen) -> WorkEntry:
    """Open an item again."""
    reopen_item(ask.store, ask.number("item"), actor=ask.actor, as_of=ask.as_of, seen=given.seen)
    return _item(ask)


def release(ask: Ask) -> WorkEntry:
    """Let go of an item in hand, so that others may get it."""
    release_item(ask.store, ask.number("item"), actor=ask.actor)
    return _item(ask)


def bulk_preview(ask: Ask, given: BulkRequest) -> BulkPreview:
    """How many items something would be done to, with their sum; nothing is changed."""
    return preview_bulk(
        ask.store,
        _selection(ask, given),
        _bulk_action(given),
        actor=ask.actor,
        as_of=ask.as_of,
        policy=ask.policy.worklist,
    )


def bulk(ask: Ask, given: BulkDo) -> BulkPreview:
    """Do to all items of a selection what was previewed, or to none."""
    return do_bulk(
        ask.store,
        _selection(ask, given),
        _bulk_action(given),
        token=given.token,
        actor=ask.actor,
        as_of=ask.as_of,
        policy=ask.policy.worklist,
    )


def bulk_undo(ask: Ask) -> BulkUndone:
    """Give the items of a batch back what it took; those that went on since stay."""
    return undo_bulk(ask.store, ask.number("batch"), actor=ask.actor, as_of=ask.as_of)


def views(ask: Ask) -> list[SavedView]:
    """The user's saved views of the worklist, and those that are shared."""
    return list_views(ask.store, ask.user)


def keep(ask: Ask, given: KeepView) -> SavedView:
    """Keep a view of the worklist under a name."""
    filters = filters_of(msgspec.structs.asdict(given))
    return keep_view(
        ask.store,
        ask.user,
        name=given.name,
        query=query_text(filters),
        is_shared=given.is_shared,
    )


def drop(ask: Ask) -> SavedView:
    """Forget a view."""
    return drop_view(ask.store, ask.user, ask.number("view"))


def _item(ask: Ask) -> WorkEntry:
    return show_item(ask.store, ask.number("item"), as_of=ask.as_of, policy=ask.policy)


def _assignee(ask: Ask, whose: Whose) -> str | None:
    return {Whose.EVERYBODY: None, Whose.MINE: ask.actor, Whose.NOBODY: ""}[whose]


def _reason(text: str) -> str:
    if not text.strip():
        raise InputError("the reason is empty.", place="reason", remedy="Write why.")
    return text.strip()


def _selection(ask: Ask, given: BulkRequest) -> Selection:
    return Selection(
        queue=given.queue,
        statuses=(given.status,) if given.status else (),
        assignee=_assignee(ask, given.whose),
        payer_id=given.payer_id or None,
    )


def _bulk_action(given: BulkRequest) -> BulkAction:
    if not given.text.strip() and given.kind in {BulkKind.CLOSE, BulkKind.NOTE}:
        raise InputError("write the reason or the note.", place="text")
    if given.until is None and given.kind is BulkKind.SNOOZE:
        raise InputError("give the day they come back on.", place="until")
    return BulkAction(
        given.kind,
        given.text.strip(),
        given.until if given.kind is BulkKind.SNOOZE else None,
        given.resolution if given.kind is BulkKind.CLOSE else None,
        given.waiting_for if given.kind is BulkKind.SNOOZE else None,
    )
