"""Everything known about one thing, down to the raw segments. One module per kind of thing."""

from edi_engine.jobs.show.appeals import show_appeal_page
from edi_engine.jobs.show.claims import claim_page, line_page, show_claim, show_line
from edi_engine.jobs.show.files import show_file, show_set
from edi_engine.jobs.show.pages import (
    Fact,
    Page,
    RawSegment,
    Table,
    page_as_json,
    report_as_json,
    shown,
    table_as_json,
)
from edi_engine.jobs.show.payments import show_payment, show_remittance
from edi_engine.jobs.show.profiles import profile_page
from edi_engine.jobs.show.work import promise_line, show_work_item

__all__ = [
    "Fact",
    "Page",
    "RawSegment",
    "Table",
    "claim_page",
    "line_page",
    "page_as_json",
    "profile_page",
    "promise_line",
    "report_as_json",
    "show_appeal_page",
    "show_claim",
    "show_file",
    "show_line",
    "show_payment",
    "show_remittance",
    "show_set",
    "show_work_item",
    "shown",
    "table_as_json",
]
