"""Many items at once: what would be done, with count and sum; doing it; taking it back."""

from collections.abc import Mapping
from datetime import date

from edi_engine.errors import InputError
from edi_engine.jobs.work_bulk import Selection, do_bulk, preview_bulk, undo_bulk
from edi_engine.money import format_dollars
from edi_engine.records.work import Queue, Resolution, WorkStatus
from edi_engine.records.work_batches import BulkAction, BulkKind
from edi_engine.web.asking import (
    Answer,
    Ask,
    FieldError,
    HtmlPage,
    Redirect,
    address_of,
    whole_number,
)

__all__ = ["act_in_bulk", "bulk", "undo"]

_SELECTION = ("queue", "status", "whose", "payer")


def bulk(ask: Ask) -> Answer:
    """The form for the items that the worklist shows under the same filters."""
    return _page(ask.query)


def act_in_bulk(ask: Ask) -> Answer:
    """Preview what the form says, or do what was previewed."""
    form = ask.form
    try:
        action = _action(form)
        token = form.get("token", "")
        selection = _selection(ask, form)
        if not token:
            preview = preview_bulk(
                ask.store,
                selection,
                action,
                actor=ask.actor,
                as_of=ask.as_of,
                policy=ask.policy.worklist,
            )
            return _page(form, {"preview": preview})
        done = do_bulk(
            ask.store,
            selection,
            action,
            token=token,
            actor=ask.actor,
            as_of=ask.as_of,
            policy=ask.policy.worklist,
        )
    except InputError as error:
        return _page(form, {"error": FieldError(error.place, error.headline)}, 400)
    count = len(done.work_item_ids)
    notice = f"Done to {count} items, {format_dollars(done.amount_cents)} at risk."
    return Redirect(address_of("/bulk/done", batch=done.batch_id), notice)


def undo(ask: Ask) -> Answer:
    """The batch that was done, and the button that takes it back; a POST takes it back."""
    fields = ask.form or ask.query
    number = whole_number(fields.get("batch", "")) or 0
    if not ask.form:
        return HtmlPage("bulk_done.html", {"batch": number})
    undone = undo_bulk(ask.store, number, actor=ask.actor, as_of=ask.as_of)
    left = f" {len(undone.changed_since)} went on since, and stay." if undone.changed_since else ""
    return Redirect("/", f"{len(undone.undone)} items are as they were.{left}")


def _page(
    fields: Mapping[str, str],
    more: Mapping[str, object] | None = None,
    status: int = 200,
) -> HtmlPage:
    return HtmlPage(
        "bulk.html",
        {
            "given": fields,
            "selection": {name: fields.get(name, "") for name in _SELECTION},
            "kinds": [each.value for each in BulkKind],
            "resolutions": [each.value for each in Resolution],
            "preview": None,
            "error": None,
            **(more or {}),
        },
        status,
    )


def _selection(ask: Ask, form: Mapping[str, str]) -> Selection:
    queue, status = form.get("queue", ""), form.get("status", "")
    whose = form.get("whose", "")
    return Selection(
        queue=Queue(queue) if queue in {each.value for each in Queue} else None,
        statuses=(WorkStatus(status),) if status in {each.value for each in WorkStatus} else (),
        assignee=ask.actor if whose == "mine" else "" if whose == "nobody" else None,
        payer_id=form.get("payer", "").strip() or None,
    )


def _action(form: Mapping[str, str]) -> BulkAction:
    """What to do. Raises InputError with the field that is wrong as its place."""
    name = form.get("kind", "")
    if name not in {each.value for each in BulkKind}:
        raise InputError("choose what to do.", place="kind")
    kind = BulkKind(name)
    text = form.get("text", "").strip()
    if not text and kind in {BulkKind.CLOSE, BulkKind.NOTE}:
        raise InputError("write the reason or the note.", place="text")
    until = None
    if kind is BulkKind.SNOOZE:
        try:
            until = date.fromisoformat(form.get("until", "").strip())
        except ValueError:
            raise InputError("give the day they come back on.", place="until") from None
    resolution = form.get("resolution", "")
    return BulkAction(
        kind,
        text,
        until,
        Resolution(resolution)
        if kind is BulkKind.CLOSE and resolution in {each.value for each in Resolution}
        else None,
    )
