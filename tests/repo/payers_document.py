"""The catalogue of docs/PAYERS.md, written from the code."""

from edi_engine.records.payer_profiles import CATALOGUE
from tests.repo.source import ROOT

__all__ = ["payers_document"]

_HEAD_ENDS = "put there.\n\n"


def payers_document() -> str:
    """The document with its catalogue as the code has it; what stands before it is written by
    hand."""
    text = (ROOT / "docs" / "PAYERS.md").read_text(encoding="utf-8")
    head = text[: text.index(_HEAD_ENDS) + len(_HEAD_ENDS)]
    return head + "\n".join(_sections())


def _sections() -> list[str]:
    found = []
    for entry in CATALOGUE:
        subject = "claim payments" if entry.kind == "payment" else "remittances"
        found.append(
            f"### `{entry.quirk}`\n\n{entry.meaning}\n\n"
            f"| counted in {subject} | |\n|---|---|\n"
            f"| for | {entry.evidence_for} |\n"
            f"| against | {entry.evidence_against} |\n"
            f"| used | {entry.use or 'Nowhere: it is shown.'} |\n"
        )
    return found
