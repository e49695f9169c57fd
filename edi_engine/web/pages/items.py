"""One work item: why it is there, what was done, and what can be done about it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from edi_engine.errors import ConflictError, InputError
from edi_engine.jobs.appeals import (
    APPEALABLE_QUEUES,
    Filing,
    answer_appeal,
    appeals_of_item,
    file_appeal,
)
from edi_engine.jobs.show import show_work_item
from edi_engine.jobs.work_promises import PromiseGiven
from edi_engine.jobs.work_pull import release_item
from edi_engine.jobs.worklist import (
    assign_item,
    close_item,
    give_up_item,
    note_item,
    reopen_item,
    show_item,
    snooze_item,
    touch_item,
)
from edi_engine.money import parse_cents
from edi_engine.records.appeals import AppealMethod, AppealOutcome
from edi_engine.records.work import SETTLED, Channel, Resolution, WaitingFor, WorkItem
from edi_engine.web.asking import Answer, Ask, FieldError, HtmlPage, Redirect, whole_number

__all__ = ["act_on_item", "item"]


def item(ask: Ask) -> Answer:
    """The page of an item."""
    return _page(ask, ask.number("item"))


def act_on_item(ask: Ask) -> Answer:
    """Do what the form says, and go on; or show the page again with what is wrong."""
    number = ask.number("item")
    action = _ACTIONS.get(ask.form.get("action", ""))
    if action is None:
        return _page(ask, number, error=FieldError("action", "Choose what to do."))
    try:
        notice = action(ask, number)
    except _FieldProblemError as problem:
        return _page(ask, number, error=problem.error)
    except InputError as error:
        status = 409 if isinstance(error, ConflictError) else 400
        told = FieldError("", error.sentences)
        return _page(ask, number, error=told, status=status)
    back = ask.form.get("back", "")
    return Redirect(back if back.startswith("/?") else f"/items/{number}", notice)


def _page(ask: Ask, number: int, *, error: FieldError | None = None, status: int = 400) -> HtmlPage:
    def now() -> datetime:
        return ask.now

    with ask.store.looking() as store:
        entry = show_item(store, number, as_of=ask.as_of, policy=ask.policy, now=now)
        page = show_work_item(store, number, as_of=ask.as_of, policy=ask.policy, now=now)
        appeals = appeals_of_item(store, number)
    return HtmlPage(
        "item.html",
        {
            "entry": entry,
            "page": page,
            "is_settled": entry.item.status in SETTLED,
            "is_mine": entry.lease is not None and entry.lease.holder == ask.actor,
            "channels": [each.value for each in Channel],
            "waiting": [each.value for each in WaitingFor],
            "resolutions": [each.value for each in Resolution],
            "methods": [each.value for each in AppealMethod],
            "outcomes": [each.value for each in AppealOutcome if each is not AppealOutcome.PENDING],
            "pending": [one for one in appeals if one.is_pending],
            "is_appealable": _is_appealable(entry.item),
            "error": error,
            "given": ask.form if error else {},
        },
        status if error else 200,
    )


def _is_appealable(item: WorkItem) -> bool:
    """Whether a letter to the payer may settle it."""
    return item.claim_id is not None and item.queue in APPEALABLE_QUEUES


class _FieldProblemError(Exception):
    """A field that cannot be used."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.error = FieldError(field, message)


def _text(form: Mapping[str, str], field: str, wanted: str) -> str:
    text = form.get(field, "").strip()
    if not text:
        raise _FieldProblemError(field, wanted)
    return text


def _day(form: Mapping[str, str], field: str, wanted: str) -> date:
    try:
        return date.fromisoformat(form.get(field, "").strip())
    except ValueError:
        raise _FieldProblemError(field, wanted) from None


def _seen(form: Mapping[str, str]) -> int | None:
    """The newest event that stood on the page the form was on."""
    return whole_number(form.get("seen", ""))


def _note(ask: Ask, number: int) -> str:
    text = _text(ask.form, "text", "Write the note.")
    note_item(ask.store, number, text, actor=ask.actor, policy=ask.policy.worklist)
    return "The note is kept."


def _assign(ask: Ask, number: int) -> str:
    to = ask.form.get("assignee", "").strip()
    assign_item(ask.store, number, to, actor=ask.actor, seen=_seen(ask.form))
    return f"It is {to}'s now." if to else "It is nobody's now."


def _take(ask: Ask, number: int) -> str:
    assign_item(ask.store, number, ask.actor, actor=ask.actor, seen=_seen(ask.form))
    return "It is yours now."


def _snooze(ask: Ask, number: int) -> str:
    form = ask.form
    until = _day(form, "until", "Give the day on which it shall come back.")
    snooze_item(
        ask.store,
        number,
        until,
        actor=ask.actor,
        as_of=ask.as_of,
        text=form.get("text", "").strip(),
        waiting_for=_waiting_for(form) or WaitingFor.INTERNAL,
        seen=_seen(form),
    )
    return f"It comes back on {until.isoformat()}, or with new evidence."


def _touch(ask: Ask, number: int) -> str:
    form = ask.form
    channel = form.get("channel", "")
    if channel not in {each.value for each in Channel}:
        raise _FieldProblemError("channel", "Choose how you worked on it.")
    touch_item(
        ask.store,
        number,
        Channel(channel),
        _text(form, "outcome", "Write what came of it."),
        next_action_on=_day(form, "next_action_on", "Give the day of the next action."),
        contact=form.get("contact", ""),
        reference=form.get("reference", ""),
        text=form.get("text", ""),
        waiting_for=_waiting_for(form),
        promised=_promise(form),
        actor=ask.actor,
        as_of=ask.as_of,
        policy=ask.policy,
        seen=_seen(form),
    )
    return "It is written down; the item comes back on the day you gave."


def _promise(form: Mapping[str, str]) -> PromiseGiven | None:
    """What was promised, where the form says so."""
    amount = form.get("promised", "").strip()
    if not amount and not form.get("promised_on", "").strip():
        return None
    cents = _cents(amount)
    if cents is None or cents <= 0:
        raise _FieldProblemError("promised", "Give the amount, like 120.00.")
    return PromiseGiven(cents, _day(form, "promised_on", "Give the day it was promised for."))


def _waiting_for(form: Mapping[str, str]) -> WaitingFor | None:
    name = form.get("waiting_for", "")
    return WaitingFor(name) if name in {each.value for each in WaitingFor} else None


def _close(ask: Ask, number: int) -> str:
    name = ask.form.get("resolution", "")
    close_item(
        ask.store,
        number,
        _text(ask.form, "reason", "Write why it is done."),
        actor=ask.actor,
        as_of=ask.as_of,
        resolution=Resolution(name) if name in {each.value for each in Resolution} else None,
        seen=_seen(ask.form),
    )
    return "It is closed. New evidence opens it again."


def _give_up(ask: Ask, number: int) -> str:
    give_up_item(
        ask.store,
        number,
        _text(ask.form, "reason", "Write why it is not worth more work."),
        actor=ask.actor,
        as_of=ask.as_of,
        policy=ask.policy.worklist,
        seen=_seen(ask.form),
    )
    return "It is given up. A manager may look at it."


def _file_appeal(ask: Ask, number: int) -> str:
    form = ask.form
    method = form.get("method", "")
    if method not in {each.value for each in AppealMethod}:
        raise _FieldProblemError("method", "Choose how it was sent.")
    amount, due = form.get("amount", "").strip(), form.get("due", "").strip()
    cents = _cents(amount) if amount else None
    if amount and (cents is None or cents <= 0):
        raise _FieldProblemError("amount", "Give the amount, like 120.00.")
    filed_on = form.get("filed_on", "").strip()

    def filing(at_risk_cents: int) -> Filing:
        return Filing(
            method=AppealMethod(method),
            filed_on=_day(form, "filed_on", "Give the day it was sent.") if filed_on else ask.as_of,
            disputed_cents=at_risk_cents if cents is None else cents,
            tracking_number=form.get("tracking_number", "").strip(),
            response_due_on=_day(form, "due", "Give the day the answer is due.") if due else None,
            note=form.get("text", "").strip(),
        )

    filed = file_appeal(
        ask.store,
        filing,
        work_item_id=number,
        policy=ask.site.settings.appeals.policy,
        actor=ask.actor,
        as_of=ask.as_of,
        seen=_seen(form),
    )
    return f"Appeal {filed.appeal.appeal_id} is recorded. {filed.events[0].text}"


def _answer_appeal(ask: Ask, number: int) -> str:
    form = ask.form
    outcome, appeal_id = form.get("outcome", ""), whole_number(form.get("appeal", ""))
    if outcome not in {each.value for each in AppealOutcome}:
        raise _FieldProblemError("outcome", "Choose what came of it.")
    if appeal_id not in {one.appeal_id for one in appeals_of_item(ask.store, number)}:
        raise _FieldProblemError("outcome", "This item has no such appeal.")
    amount, decided_on = form.get("overturned", "").strip(), form.get("decided_on", "").strip()
    cents = _cents(amount) if amount else 0
    if cents is None or cents < 0:
        raise _FieldProblemError("overturned", "Give the amount, like 120.00.")
    answered = answer_appeal(
        ask.store,
        appeal_id,
        AppealOutcome(outcome),
        decided_on=_day(form, "decided_on", "Give the day.") if decided_on else ask.as_of,
        overturned_cents=cents,
        note=form.get("text", "").strip(),
        policy=ask.site.settings.appeals.policy,
        actor=ask.actor,
        as_of=ask.as_of,
        seen=_seen(form),
    )
    return answered.events[0].text


def _cents(text: str) -> int | None:
    """An amount as people type it."""
    return parse_cents(text.replace(",", "").removeprefix("$"))


def _reopen(ask: Ask, number: int) -> str:
    reopen_item(ask.store, number, actor=ask.actor, as_of=ask.as_of, seen=_seen(ask.form))
    return "It is open again."


def _release(ask: Ask, number: int) -> str:
    release_item(ask.store, number, actor=ask.actor)
    return "It is out of your hands; others may get it."


_ACTIONS: Mapping[str, Callable[[Ask, int], str]] = {
    "note": _note,
    "assign": _assign,
    "take": _take,
    "snooze": _snooze,
    "touch": _touch,
    "close": _close,
    "give_up": _give_up,
    "reopen": _reopen,
    "release": _release,
    "file_appeal": _file_appeal,
    "answer_appeal": _answer_appeal,
}
