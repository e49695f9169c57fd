"""All reports as pages, and every table as a file to take along."""

from edi_engine.errors import InputError
from edi_engine.jobs.report_forms import Report
from edi_engine.jobs.reports import (
    PERIOD_REPORT_NAMES,
    REPORT_MEANINGS,
    REPORT_NAMES,
    aging,
    report,
)
from edi_engine.jobs.show import Table
from edi_engine.jobs.tables import TABLE_ROWS_MAX, TableFile, TableForm, table_file, work_table
from edi_engine.records.reports import AgingClock
from edi_engine.web.asked import Asked
from edi_engine.web.asking import Answer, Ask, Download, HtmlPage, address_of
from edi_engine.web.pages.claim_list import claims_table
from edi_engine.web.pages.dashboard import DASHBOARD_TABLES, dashboard_table
from edi_engine.web.pages.done_items import DONE_TABLES, done_table
from edi_engine.web.pages.worklist import find_work
from edi_engine.web.panels import exports_of

__all__ = ["export", "exported", "one_report", "reports"]

_ROWS_PER_PAGE = 200


def reports(_ask: Ask) -> Answer:
    """Every report by name, with what it says."""
    return HtmlPage(
        "reports.html", {"reports": [(name, REPORT_MEANINGS[name]) for name in REPORT_NAMES]}
    )


def one_report(ask: Ask) -> Answer:
    """A page of a report's rows."""
    name = ask.path["name"]
    asked = Asked(ask.query)
    found = _report(ask, asked, name)
    place = ask.page_number
    first = (place - 1) * _ROWS_PER_PAGE
    query = {field: ask.query.get(field, "") for field in ("clock", "as_of", "from", "to")}
    later = first + _ROWS_PER_PAGE < len(found.rows)
    path = f"/reports/{name}"
    return HtmlPage(
        "report.html",
        {
            "name": name,
            "meaning": found.dataset.meaning,
            "table": Table(
                f"{len(found.rows)} rows",
                tuple((column.meaning, column.kind) for column in found.dataset.columns),
                found.rows[first : first + _ROWS_PER_PAGE],
            ),
            "clocks": list(AgingClock) if name == "aging" else [],
            "is_of_a_time": name in PERIOD_REPORT_NAMES,
            "as_of": ask.query.get("as_of") or ask.as_of.isoformat(),
            "errors": asked.errors,
            "given": ask.query,
            "place": place,
            "earlier": address_of(path, **query, page=place - 1) if place > 1 else "",
            "later": address_of(path, **query, page=place + 1) if later else "",
            "exports": exports_of(ask, name, **query),
        },
        400 if asked.errors else 200,
    )


def export(ask: Ask) -> Answer:
    """A table as a file, with what its page was asked with."""
    return Download(*exported(ask))


def exported(ask: Ask) -> TableFile:
    """The file that an address of /exports or /api/exports names."""
    name, form = ask.path["table"], ask.path["form"]
    if form not in {each.value for each in TableForm}:
        raise InputError("there is no such form of a table.", place=form, remedy="Use csv or xlsx.")
    return table_file(_table(ask, name), TableForm(form))


def _table(ask: Ask, name: str) -> Report:
    if name in DASHBOARD_TABLES:
        return dashboard_table(ask, name)
    if name in DONE_TABLES:
        return done_table(ask, name)
    if name == "claims":
        return claims_table(ask, TABLE_ROWS_MAX + 1)
    if name == "worklist":
        return work_table(find_work(ask, limit=TABLE_ROWS_MAX + 1))
    asked = Asked(ask.query)
    found = _report(ask, asked, name)
    for error in asked.errors:
        raise InputError(error.message, place=error.field)
    return found


def _report(ask: Ask, asked: Asked, name: str) -> Report:
    """The report, as of the day and with the clock or days asked for. What cannot be read is told
    in `asked`, and the report is that of today."""
    as_of = asked.day("as_of") or ask.as_of
    if name == "aging":
        clock = asked.choice("clock", AgingClock) or AgingClock.RESPONSIBILITY
        return aging(ask.store, as_of=as_of, clock=clock)
    first_on, last_on = None, None
    if name in PERIOD_REPORT_NAMES:
        first_on, last_on = asked.day("from"), asked.day("to")
        if first_on is not None and first_on > (last_on or as_of):
            asked.refuse("to", "The last day is before the first.")
            first_on, last_on = None, None
    return report(
        ask.store, name, as_of=as_of, policy=ask.policy, first_on=first_on, last_on=last_on
    )
