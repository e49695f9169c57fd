"""The table of calls in docs/API.md, written from the code."""

from edi_engine.web.api import API_ROUTES
from edi_engine.web.api.calling import contract_of
from tests.repo.source import ROOT

__all__ = ["api_document"]

_HEAD_ENDS = "The table is written by `make docs`.\n\n"


def api_document() -> str:
    """The document with its calls as the code has them; what stands before is written by hand."""
    text = (ROOT / "docs" / "API.md").read_text(encoding="utf-8")
    head = text[: text.index(_HEAD_ENDS) + len(_HEAD_ENDS)]
    rows = [
        f"| {route.method} | `{route.path.replace(':int', '')}` | {route.permission.value} "
        f"| {contract_of(route.endpoint).summary} |"
        for route in API_ROUTES
    ]
    return head + "\n".join(["| | address | needs | |", "|---|---|---|---|", *rows, ""])
