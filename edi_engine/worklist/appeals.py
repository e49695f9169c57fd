"""Appeals as rules: which level comes when, what may be filed, what an answer opens.

Pure: each takes an appeal and gives it as it is afterwards with the event that records it; what
makes no sense raises InputError and changes nothing. Days are calendar days from the decision,
both ends as dates: who counts from receipt has some days more, which is on the safe side.
Source: domain 6.3, feature 66.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from edi_engine.errors import InputError
from edi_engine.money import CENTS_MAX, format_dollars
from edi_engine.records.appeals import (
    Appeal,
    AppealEvent,
    AppealEventKind,
    AppealLadder,
    AppealLevel,
    AppealMethod,
    AppealOutcome,
)

__all__ = [
    "AppealStanding",
    "Filing",
    "NextLevel",
    "amended",
    "answered",
    "filed",
    "next_level",
    "remaining_cents",
    "standing_of",
]

_TEXT_LENGTH_MAX = 2_000
_TRACKING_LENGTH_MAX = 80
"""Longer than any confirmation number seen, shorter than a note."""

_BROUGHT_SOMETHING = frozenset({AppealOutcome.OVERTURNED, AppealOutcome.PARTLY})
_OPENS_NEXT = frozenset({AppealOutcome.UPHELD, AppealOutcome.NO_RESPONSE, AppealOutcome.PARTLY})


class Filing(msgspec.Struct, frozen=True):
    """What is filed: `level` None for the one whose turn it is, `response_due_on` None for the
    ladder's days."""

    method: AppealMethod
    filed_on: date
    disputed_cents: int
    tracking_number: str = ""
    level: int | None = None
    response_due_on: date | None = None
    note: str = ""


class NextLevel(msgspec.Struct, frozen=True):
    """A level that is open, the last day to file it, and what is left to dispute."""

    level: int
    name: str
    due_on: date
    disputed_cents: int


class AppealStanding(msgspec.Struct, frozen=True):
    """What an appeal leaves to do on its item; `deadline` None when nothing lapses meanwhile."""

    next_action: str
    deadline: date | None


def filed(
    filing: Filing,
    earlier: Sequence[Appeal],
    ladder: AppealLadder,
    *,
    appeal: Appeal,
    response_days: int | None,
    actor: str,
    happened_at: datetime,
) -> tuple[Appeal, AppealEvent]:
    """The appeal that is filed after these earlier ones of the same work, oldest first.

    `appeal` brings the identity (claim, item, payer, baseline). `response_days` are those of the
    payer, None for those of the level.
    """
    number = _level_to_file(filing, earlier, ladder)
    level = ladder.levels[number - 1]
    _check_amount("the amount in dispute", filing.disputed_cents, minimum=1)
    if filing.disputed_cents < level.minimum_cents:
        raise InputError(_too_small(level, filing.disputed_cents), place="--amount")
    days = level.response_days if response_days is None else response_days
    due_on = filing.response_due_on or filing.filed_on + timedelta(days=days)
    if due_on < filing.filed_on:
        raise InputError(
            "the answer would be due before the appeal was filed.",
            place="--due",
            remedy="Give a later day.",
        )
    made = msgspec.structs.replace(
        appeal,
        ladder=ladder.name,
        level=number,
        level_name=level.name,
        method=filing.method,
        tracking_number=_text(filing.tracking_number, "tracking number", _TRACKING_LENGTH_MAX),
        disputed_cents=filing.disputed_cents,
        filed_on=filing.filed_on,
        response_due_on=due_on,
        note=_text(filing.note, "note", _TEXT_LENGTH_MAX),
    )
    words = (
        f"Level {number} ({level.name}) by {filing.method.value} on {filing.filed_on.isoformat()},"
        f" {format_dollars(filing.disputed_cents)} in dispute;"
        f" the answer is due on {due_on.isoformat()}."
    )
    last = earlier[-1] if earlier else None
    if last is not None and last.next_due_on is not None and filing.filed_on > last.next_due_on:
        words += f" It was to be filed by {last.next_due_on.isoformat()}."
    said = _with(words, made.note)
    return made, AppealEvent(happened_at, AppealEventKind.FILED, actor, said)


def _level_to_file(filing: Filing, earlier: Sequence[Appeal], ladder: AppealLadder) -> int:
    last = earlier[-1] if earlier else None
    if last is None:
        number = filing.level or 1
        if not 0 < number <= len(ladder.levels):
            raise InputError(
                f"the {ladder.name} ladder has {len(ladder.levels)} levels.",
                place="--level",
                remedy="Name one of them.",
            )
        return number
    if last.is_pending:
        raise InputError(
            f"level {last.level} still waits for its answer.",
            place=f"appeal {last.appeal_id}",
            remedy="Record what came of it first (appeals answer): withdrawn or no_response too.",
        )
    if last.outcome is AppealOutcome.WITHDRAWN:
        number = last.level
    else:
        number = next_level(last, ladder).level
    if filing.level not in {None, number}:
        raise InputError(
            f"it is the turn of level {number}.", place="--level", remedy="Leave --level out."
        )
    return number


def answered(
    appeal: Appeal,
    outcome: AppealOutcome,
    ladder: AppealLadder,
    *,
    decided_on: date,
    overturned_cents: int = 0,
    note: str = "",
    actor: str,
    happened_at: datetime,
) -> tuple[Appeal, AppealEvent]:
    """The appeal with what came of it. An answer is recorded once; a mistake in it is amended."""
    if not appeal.is_pending:
        raise InputError(
            f"it is answered already: {appeal.outcome.value}.",
            place=f"appeal {appeal.appeal_id}",
            remedy="Amend it with appeals correct.",
        )
    if decided_on < appeal.filed_on:
        raise InputError(
            "the answer would be older than the appeal.",
            place="--on",
            remedy="Give the day of the decision.",
        )
    made = _with_outcome(appeal, outcome, ladder, decided_on, overturned_cents)
    made = msgspec.structs.replace(made, note=_text(note, "note", _TEXT_LENGTH_MAX) or made.note)
    words = _with(_outcome_words(made), note.strip())
    return made, AppealEvent(happened_at, AppealEventKind.ANSWERED, actor, words)


def _with_outcome(
    appeal: Appeal,
    outcome: AppealOutcome,
    ladder: AppealLadder,
    decided_on: date,
    overturned_cents: int,
) -> Appeal:
    if outcome is AppealOutcome.PENDING:
        raise InputError("pending is no answer.", place="--outcome", remedy="Say what came of it.")
    _check_amount("the money overturned", overturned_cents, minimum=0)
    if outcome in _BROUGHT_SOMETHING and not overturned_cents:
        raise InputError(
            f"{outcome.value} brings money.",
            place="--overturned",
            remedy="Give what the payer said that it will pay more.",
        )
    if overturned_cents and outcome not in _BROUGHT_SOMETHING:
        raise InputError(
            f"{outcome.value} brings no money.",
            place="--overturned",
            remedy="Leave the amount out, or say overturned or partly.",
        )
    made = msgspec.structs.replace(
        appeal,
        outcome=outcome,
        decided_on=decided_on,
        overturned_cents=overturned_cents,
        next_level_name="",
        next_due_on=None,
    )
    try:
        following = next_level(made, ladder)
    except InputError:
        return made
    return msgspec.structs.replace(
        made, next_level_name=following.name, next_due_on=following.due_on
    )


def amended(
    appeal: Appeal,
    ladder: AppealLadder,
    *,
    method: AppealMethod | None = None,
    tracking_number: str | None = None,
    disputed_cents: int | None = None,
    response_due_on: date | None = None,
    outcome: AppealOutcome | None = None,
    decided_on: date | None = None,
    overturned_cents: int | None = None,
    reason: str,
    actor: str,
    happened_at: datetime,
) -> tuple[Appeal, AppealEvent]:
    """The appeal with what was recorded wrongly put right; the event has both values.

    An outcome can be put right only where there is one. `reason` is needed.
    """
    reason = _text(reason, "reason", _TEXT_LENGTH_MAX)
    if not reason:
        raise InputError("the reason is empty.", place="--reason", remedy="Say it in a few words.")
    changed = appeal
    if method is not None:
        changed = msgspec.structs.replace(changed, method=method)
    if tracking_number is not None:
        number = _text(tracking_number, "tracking number", _TRACKING_LENGTH_MAX)
        changed = msgspec.structs.replace(changed, tracking_number=number)
    if disputed_cents is not None:
        _check_amount("the amount in dispute", disputed_cents, minimum=1)
        changed = msgspec.structs.replace(changed, disputed_cents=disputed_cents)
    if response_due_on is not None:
        if response_due_on < appeal.filed_on:
            raise InputError("that is before it was filed.", place="--due", remedy="")
        changed = msgspec.structs.replace(changed, response_due_on=response_due_on)
    if outcome is not None or decided_on is not None or overturned_cents is not None:
        if appeal.decided_on is None:
            raise InputError(
                "it is not answered yet.",
                place=f"appeal {appeal.appeal_id}",
                remedy="Record the answer with appeals answer.",
            )
        changed = _with_outcome(
            changed,
            outcome or appeal.outcome,
            ladder,
            decided_on or appeal.decided_on,
            appeal.overturned_cents if overturned_cents is None else overturned_cents,
        )
    elif disputed_cents is not None and appeal.decided_on is not None:
        changed = _with_outcome(
            changed, appeal.outcome, ladder, appeal.decided_on, appeal.overturned_cents
        )
    differences = _differences(appeal, changed)
    if not differences:
        raise InputError("nothing is changed.", place=f"appeal {appeal.appeal_id}", remedy="")
    words = f"{'; '.join(differences)}. {reason}"
    return changed, AppealEvent(happened_at, AppealEventKind.CORRECTED, actor, words)


def _differences(before: Appeal, after: Appeal) -> list[str]:
    shown: dict[str, Callable[[Appeal], str]] = {
        "method": lambda one: one.method.value,
        "tracking number": lambda one: one.tracking_number or "none",
        "amount in dispute": lambda one: format_dollars(one.disputed_cents),
        "answer due": lambda one: one.response_due_on.isoformat(),
        "outcome": lambda one: one.outcome.value,
        "decided on": lambda one: "" if one.decided_on is None else one.decided_on.isoformat(),
        "overturned": lambda one: format_dollars(one.overturned_cents),
    }
    return [
        f"{name}: {show(before)} becomes {show(after)}"
        for name, show in shown.items()
        if show(before) != show(after)
    ]


def remaining_cents(appeal: Appeal) -> int:
    """What is still in dispute after what the payer gave; never negative."""
    return max(appeal.disputed_cents - appeal.overturned_cents, 0)


def next_level(appeal: Appeal, ladder: AppealLadder) -> NextLevel:
    """The level after this one, with its last day.

    Raises InputError, saying why, when it is not open: no answer yet, the payer gave in, we took
    the appeal back, it was the last level, or too little is left.
    """
    place = f"appeal {appeal.appeal_id}"
    if appeal.decided_on is None:
        raise InputError(
            "there is no answer yet that could be appealed.",
            place=place,
            remedy=f"It is due on {appeal.response_due_on.isoformat()}; then record no_response.",
        )
    if appeal.outcome not in _OPENS_NEXT:
        raise InputError(
            f"it was {appeal.outcome.value}: there is nothing to appeal.", place=place, remedy=""
        )
    if appeal.level >= len(ladder.levels):
        raise InputError(
            f"level {appeal.level} ({appeal.level_name}) is the last of the {ladder.name} ladder.",
            place=place,
            remedy="",
        )
    left = remaining_cents(appeal)
    level = ladder.levels[appeal.level]
    if not left:
        raise InputError("nothing is left in dispute.", place=place, remedy="")
    if left < level.minimum_cents:
        raise InputError(_too_small(level, left), place=place, remedy="")
    due_on = appeal.decided_on + timedelta(days=level.file_days)
    return NextLevel(appeal.level + 1, level.name, due_on, left)


def _too_small(level: AppealLevel, cents: int) -> str:
    return (
        f"{format_dollars(cents)} in dispute is too small: the {level.name} wants"
        f" {format_dollars(level.minimum_cents)}."
    )


def standing_of(appeals: Sequence[Appeal]) -> AppealStanding | None:
    """What the newest of an item's appeals (oldest first) leaves to do; None when nothing does."""
    if not appeals:
        return None
    last = appeals[-1]
    level = f"level {last.level} appeal ({last.level_name})"
    if last.is_pending:
        due_on = last.response_due_on.isoformat()
        return AppealStanding(
            f"Wait for the answer to the {level}, due on {due_on}; then ask for it.", None
        )
    if last.outcome is AppealOutcome.WITHDRAWN:
        return None
    following = ""
    if last.next_due_on is not None:
        name, due_on = last.next_level_name, last.next_due_on.isoformat()
        following = f"File level {last.level + 1} ({name}) by {due_on}."
    if last.outcome in _BROUGHT_SOMETHING:
        money = format_dollars(last.overturned_cents)
        words = f"Watch for the {money} that the {level} brought, and ask for it when it is late."
        return AppealStanding(_with(words, following), last.next_due_on)
    end = f"The {level} was the last; decide whether to write it off."
    return AppealStanding(following or end, last.next_due_on)


def _outcome_words(appeal: Appeal) -> str:
    on = "" if appeal.decided_on is None else f" on {appeal.decided_on.isoformat()}"
    words = f"Level {appeal.level} ({appeal.level_name}): {appeal.outcome.value}{on}"
    if appeal.overturned_cents:
        words += f", {format_dollars(appeal.overturned_cents)} overturned"
    if appeal.next_due_on is not None:
        words += f"; {appeal.next_level_name} is open until {appeal.next_due_on.isoformat()}"
    return f"{words.replace('no_response', 'no response')}."


def _check_amount(what: str, cents: int, *, minimum: int) -> None:
    if not minimum <= cents <= CENTS_MAX:
        raise InputError(
            f"{what} is {format_dollars(cents)}.",
            place="--amount" if minimum else "--overturned",
            remedy=f"Give an amount from {format_dollars(minimum)} on.",
        )


def _text(text: str, what: str, length_max: int) -> str:
    text = " ".join(text.split())
    if len(text) > length_max:
        raise InputError(
            f"the {what} has {len(text)} characters, more than {length_max}.",
            remedy="Shorten it.",
        )
    return text


def _with(words: str, more: str) -> str:
    return f"{words} {more}".rstrip()
