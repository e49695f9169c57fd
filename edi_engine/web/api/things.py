"""Claims, lines, payments, remittances, sets and deposits: lists, and everything known of one."""

from datetime import date
from typing import Annotated

import msgspec

from edi_engine.jobs.claim_lists import ClaimListPage, list_claims
from edi_engine.jobs.claim_view import LineView, PaymentView, view_claim
from edi_engine.jobs.deposits import show_deposit
from edi_engine.jobs.lifelines import Lifeline
from edi_engine.jobs.remittance_advice import remittance_advice
from edi_engine.jobs.reports import AGING_BUCKETS, aging_days
from edi_engine.jobs.search import search as find
from edi_engine.jobs.show import (
    Page,
    page_as_json,
    show_line,
    show_payment,
    show_remittance,
    show_set,
    table_as_json,
)
from edi_engine.records.claim_lists import ClaimFilter, ClaimResult, HitState, OwedBy
from edi_engine.records.matching import BilledClaim
from edi_engine.records.reconciliation import ClaimReconciliation, ClaimStatus
from edi_engine.records.reports import AgingClock
from edi_engine.records.search import SearchKind
from edi_engine.web.api.calling import FileAnswer, Part
from edi_engine.web.asking import Ask

__all__ = [
    "ClaimAnswer",
    "ThingAnswer",
    "advice",
    "claim",
    "claims",
    "deposit",
    "line",
    "payment",
    "remittance",
    "search",
    "transaction_set",
]


class ThingAnswer(msgspec.Struct, frozen=True):
    """What `edi-engine show --json` prints: facts by name, tables as lists of rows, and the raw
    segments with the place they stand at."""

    title: str
    facts: dict[str, object]
    tables: dict[str, list[dict[str, object]]]
    place: str
    raw: list[dict[str, object]]


class ClaimAnswer(msgspec.Struct, frozen=True):
    """A claim as billed, line by line beside what each payer made of it. `conclusion` is None until
    the claim was reconciled; `price` is what is expected and how that came about, `lifeline` what
    happened from sending to payment."""

    claim: BilledClaim
    conclusion: ClaimReconciliation | None
    lines: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]
    price: ThingAnswer
    rest: ThingAnswer
    lifeline: Lifeline


class ClaimQuery(Part, frozen=True, kw_only=True):
    """Which claims: all of these at once. An empty `payer_id` means claims that name no payer.
    `bucket` 0 to 4 is that of the aging report, by `clock` on the day `as_of`; `days_to_answer` the
    least number from sending to the first answer, which came on the days given."""

    payer_id: str | None = None
    status: ClaimStatus | None = None
    owed_by: OwedBy | None = None
    clock: AgingClock = AgingClock.RESPONSIBILITY
    bucket: Annotated[int, msgspec.Meta(ge=0, lt=len(AGING_BUCKETS) + 1)] | None = None
    as_of: date | None = None
    answered_from: date | None = None
    answered_to: date | None = None
    result: ClaimResult | None = None
    days_to_answer: Annotated[int, msgspec.Meta(ge=0, le=99_999)] | None = None
    is_sent_known: bool = False
    hits: HitState | None = None


class SearchQuery(Part, frozen=True, kw_only=True):
    """`q` is what is looked for; `kind` only things of one kind."""

    q: str
    kind: SearchKind | None = None


class FoundGroup(msgspec.Struct, frozen=True):
    """What was found of one kind, best first."""

    kind: SearchKind
    rows: list[dict[str, object]]
    has_more: bool


class SearchAnswer(msgspec.Struct, frozen=True):
    """As what the text was taken, and what was found. `unsearchable_count` things came just now,
    and are not found by name, amount or day yet."""

    understood: tuple[str, ...]
    groups: list[FoundGroup]
    unsearchable_count: int


def claims(ask: Ask, given: ClaimQuery) -> ClaimListPage:
    """Claims by payer, status, age, who owes and what was answered, with sums."""
    return list_claims(ask.store, _filter(ask, given), limit=given.limit, offset=given.offset)


def claim(ask: Ask) -> ClaimAnswer:
    """A claim with its lines, payments, expected price, journal, work and raw segments."""
    with ask.store.looking() as store:
        view = view_claim(store, ask.number("claim"), clearinghouses=ask.policy.clearinghouses)
    return ClaimAnswer(
        view.claim,
        view.conclusion,
        view.lines,
        view.payments,
        _thing(view.price),
        _thing(view.rest),
        view.lifeline,
    )


def line(ask: Ask) -> ThingAnswer:
    """A service line with what was paid for it."""
    return _thing(show_line(ask.store, ask.number("claim"), ask.number("line")))


def payment(ask: Ask) -> ThingAnswer:
    """A claim payment with where it belongs, and why."""
    return _thing(show_payment(ask.store, ask.number("payment")))


def remittance(ask: Ask) -> ThingAnswer:
    """A remittance with its payments and provider adjustments."""
    return _thing(show_remittance(ask.store, ask.number("remittance")))


def advice(ask: Ask) -> FileAnswer:
    """The remittance advice as a page to keep or print."""
    number = ask.number("remittance")
    page = remittance_advice(ask.store, number)
    return FileAnswer(page.encode(), "text/html; charset=utf-8", f"remittance-{number}.html")


def transaction_set(ask: Ask) -> ThingAnswer:
    """A transaction set with its findings."""
    return _thing(show_set(ask.store, ask.number("set")))


def deposit(ask: Ask) -> ThingAnswer:
    """A deposit with the remittances that it pays."""
    return _thing(show_deposit(ask.store, ask.number("deposit")))


def search(ask: Ask, given: SearchQuery) -> SearchAnswer:
    """Everything that a name, a number, an amount or a day may mean."""
    found = find(ask.store, given.q, kind=given.kind, limit=given.limit, offset=given.offset)
    return SearchAnswer(
        found.understood,
        [FoundGroup(one.kind, table_as_json(one.table), one.has_more) for one in found.groups],
        found.unsearchable_count,
    )


def _filter(ask: Ask, given: ClaimQuery) -> ClaimFilter:
    bucket, owed_by = given.bucket, given.owed_by
    answered = given.answered_from or date.min, given.answered_to or date.max
    return ClaimFilter(
        payer_id=given.payer_id,
        status=given.status.value if given.status else "",
        owed_by=OwedBy.EITHER if bucket is not None and owed_by is None else owed_by,
        clock=given.clock,
        since=None if bucket is None else aging_days(bucket, given.as_of or ask.as_of),
        answered=answered if given.answered_from or given.answered_to else None,
        result=given.result,
        days_to_answer=given.days_to_answer,
        is_sent_known=given.is_sent_known,
        hits=given.hits,
    )


def _thing(page: Page) -> ThingAnswer:
    return msgspec.convert(page_as_json(page), ThingAnswer)
