"""Claims by payer, status, age, who owes and what was answered: where every number leads."""

from edi_engine.errors import InputError
from edi_engine.jobs.claim_lists import claim_table, list_claims
from edi_engine.jobs.report_forms import Report
from edi_engine.jobs.reports import AGING_BUCKETS, aging_days
from edi_engine.records.claim_lists import ClaimFilter, ClaimResult, HitState, OwedBy
from edi_engine.records.reconciliation import ClaimStatus
from edi_engine.records.reports import AgingClock
from edi_engine.web.asked import Asked, payer_text
from edi_engine.web.asking import Answer, Ask, HtmlPage, address_of
from edi_engine.web.panels import exports_of

__all__ = ["claims", "claims_table"]

_CLAIMS_PER_PAGE = 50

_BUCKETS = ("0 to 30 days", "31 to 60", "61 to 90", "91 to 120", "over 120")


def claims(ask: Ask) -> Answer:
    """A page of claims; the filters stand in the address. What cannot be read finds nothing."""
    asked = Asked(ask.query)
    wanted = _wanted(ask, asked)
    place = ask.page_number
    found = list_claims(
        ask.store,
        wanted,
        limit=0 if asked.errors else _CLAIMS_PER_PAGE,
        offset=(place - 1) * _CLAIMS_PER_PAGE,
    )
    query: dict[str, object] = {**ask.query, "page": ""}
    pages = -(-found.totals.claims_count // _CLAIMS_PER_PAGE)
    return HtmlPage(
        "claims.html",
        {
            "found": found,
            "wanted": wanted,
            "given": ask.query,
            "errors": asked.errors,
            "payer_text": payer_text,
            "statuses": [each.value for each in ClaimStatus],
            "owers": list(OwedBy),
            "buckets": _BUCKETS,
            "clocks": list(AgingClock),
            "results": list(ClaimResult),
            "hit_states": list(HitState),
            "as_of": asked.day("as_of") or ask.as_of,
            "place": place,
            "pages": pages,
            "earlier": address_of("/claims", **query | {"page": place - 1}) if place > 1 else "",
            "later": address_of("/claims", **query | {"page": place + 1}) if place < pages else "",
            "exports": exports_of(ask, "claims", **query),
        },
        400 if asked.errors else 200,
    )


def claims_table(ask: Ask, limit: int) -> Report:
    """All claims of the same filters. Raises InputError for a question it cannot read."""
    asked = Asked(ask.query)
    wanted = _wanted(ask, asked)
    for error in asked.errors:
        raise InputError(error.message, place=error.field)
    return claim_table(ask.store, wanted, limit=limit)


def _wanted(ask: Ask, asked: Asked) -> ClaimFilter:
    as_of = asked.day("as_of") or ask.as_of
    bucket = asked.number("bucket", most=len(AGING_BUCKETS))
    owed_by = asked.choice("owed", OwedBy)
    if bucket is not None and owed_by is None:
        owed_by = OwedBy.EITHER
    status = asked.choice("status", ClaimStatus)
    return ClaimFilter(
        payer_id=asked.payer(),
        status=status.value if status else "",
        owed_by=owed_by,
        clock=asked.choice("clock", AgingClock) or AgingClock.RESPONSIBILITY,
        since=None if bucket is None else aging_days(bucket, as_of),
        answered=asked.days("answered_from", "answered_to"),
        result=asked.choice("result", ClaimResult),
        days_to_answer=asked.number("days"),
        is_sent_known=asked.text("sent") == "known",
        hits=asked.choice("hits", HitState),
    )
