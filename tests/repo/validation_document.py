"""The table of docs/VALIDATION.md, written from the code."""

from edi_engine.exports.acknowledgment_answers import ANSWERS, Answer
from edi_engine.findings import FINDING_KINDS
from tests.repo.source import ROOT

__all__ = ["validation_document"]

_HEAD_ENDS = "one in IK4 the element.\n\n"


def validation_document() -> str:
    """The document with its table as the code has it; what stands before it is written by hand."""
    text = (ROOT / "docs" / "VALIDATION.md").read_text(encoding="utf-8")
    head = text[: text.index(_HEAD_ENDS) + len(_HEAD_ENDS)]
    names = {kind.code: kind.name.replace("-", " ") for kind in FINDING_KINDS}
    rows = [_row(code, answer, names.get(code, "all others")) for code, answer in ANSWERS.items()]
    return head + "\n".join(
        ["| finding | | | IK3 | IK4 | why |", "|---|---|---|---|---|---|", *rows, ""]
    )


def _row(code: str, answer: Answer, name: str) -> str:
    segment_code = answer.segment_code or ("8" if answer.element_code else "")
    shown = code if name != "all others" else f"{code}..."
    cells = (shown, name, answer.verdict.value, segment_code, answer.element_code, answer.reason)
    return f"| {' | '.join(cells)} |"
