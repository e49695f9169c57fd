"""Prices as pages: a claim's arithmetic step by step, and the history under another contract."""

from collections.abc import Iterable, Iterator

from edi_engine.contracts import format_exact
from edi_engine.jobs.pricing import ClaimPrice, WhatIf
from edi_engine.jobs.show.pages import Fact, Page, Table
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledLine
from edi_engine.records.pricing import PricedClaim, PriceStep

__all__ = ["price_page", "what_if_page"]

_TEXT, _NUMBER, _MONEY, _DAY = (
    ColumnKind.TEXT,
    ColumnKind.NUMBER,
    ColumnKind.MONEY,
    ColumnKind.DAY,
)


def price_page(found: ClaimPrice) -> Page:
    """What the claim's lines should be allowed, and how that came about."""
    claim, price = found.claim, found.price
    by_schedule = {each.line_number: each for each in found.by_schedule}
    facts = [
        Fact("payer", f"{claim.payer_name} ({claim.payer_id})"),
        Fact("service from", claim.service_from, _DAY),
        Fact("type of bill", claim.type_of_bill),
        Fact("drg", claim.drg),
        Fact("payer's drg", ", ".join(found.payer_drgs)),
        Fact("charge", claim.charge_cents, _MONEY),
    ]
    if by_schedule:
        facts.append(Fact("expected by", "the fee schedule; no contract is for this claim"))
        facts.append(
            Fact("expected", sum(each.allowed_cents for each in by_schedule.values()), _MONEY)
        )
    elif price.reason:
        facts.append(Fact("not priced", price.reason))
    else:
        facts.append(Fact("expected", price.allowed_cents, _MONEY))
    if found.by_payer_drg is not None and not found.by_payer_drg.reason:
        theirs = found.by_payer_drg.allowed_cents
        facts.append(
            Fact("expected by the payer's drg", theirs, _MONEY)
            if theirs is not None
            else Fact("expected by the payer's drg", "the contract has no price for it")
        )
    tables = [_lines(price, claim.lines, by_schedule)]
    steps = tuple(_schedule_steps(by_schedule.values()) if by_schedule else _steps(price))
    if steps:
        tables.append(
            Table(
                "steps",
                (("line", _TEXT), ("step", _TEXT), ("amount", _TEXT), ("clause", _TEXT)),
                steps,
            )
        )
    return Page(f"Price of claim {claim.claim_id}", tuple(facts), tuple(tables))


def _lines(
    price: PricedClaim, billed: Iterable[BilledLine], by_schedule: dict[int, ExpectedAllowed]
) -> Table:
    rows = []
    for line, priced in zip(billed, price.lines, strict=True):
        other = by_schedule.get(line.line_number)
        contract = f"{priced.contract} {priced.version}" if priced.contract else ""
        rows.append(
            (
                line.line_number,
                ":".join(filter(None, (line.procedure_code, *line.modifiers))) or line.revenue_code,
                line.charge_cents,
                priced.allowed_cents if other is None else other.allowed_cents,
                contract if other is None else other.source,
                priced.term,
                "" if other is not None else _remark(priced.reason, priced.is_capped, priced.group),
            )
        )
    return Table(
        "lines",
        (
            ("line", _NUMBER),
            ("code", _TEXT),
            ("charge", _MONEY),
            ("expected", _MONEY),
            ("contract", _TEXT),
            ("term", _TEXT),
            ("remark", _TEXT),
        ),
        tuple(rows),
    )


def _remark(reason: str, is_capped: bool, group: int | None) -> str:
    words = [reason] if reason else []
    if is_capped:
        words.append("The charge is below the contract's rate: raise it, or money is given away.")
    if group is not None and not reason:
        words.append("A share of a rate for several lines.")
    return " ".join(words)


def _steps(price: PricedClaim) -> Iterator[tuple[object, ...]]:
    for group in price.groups:
        lines = ", ".join(map(str, group.line_numbers))
        yield from _rows(f"{lines} together", group.steps, group.clause)
    for line in price.lines:
        yield from _rows(str(line.line_number), line.steps, line.clause)
    yield from _rows("claim", price.steps, "")


def _rows(where: str, steps: Iterable[PriceStep], clause: str) -> Iterator[tuple[object, ...]]:
    for step in steps:
        yield where, step.words, format_exact(step.amount), step.clause or clause
        clause = ""


def _schedule_steps(expected: Iterable[ExpectedAllowed]) -> Iterator[tuple[object, ...]]:
    for each in expected:
        yield str(each.line_number), each.explanation, "", each.source


_ROWS_SHOWN = 50


def what_if_page(found: WhatIf) -> Page:
    """The two sums, and the codes that make the difference."""
    return Page(
        f"What if {found.contract} {found.version} had been in force",
        (
            Fact("claims", found.claims_count, _NUMBER),
            Fact("lines priced by both", found.compared_lines_count, _NUMBER),
            Fact("expected now", found.now_cents, _MONEY),
            Fact("expected then", found.then_cents, _MONEY),
            Fact("difference", found.then_cents - found.now_cents, _MONEY),
            Fact("lines priced only then", found.newly_priced_lines_count, _NUMBER),
            Fact("expected for these", found.newly_priced_cents, _MONEY),
            Fact("answered lines", found.answered_lines_count, _NUMBER),
            Fact("allowed for these", found.allowed_cents, _MONEY),
            Fact("expected for these then", found.answered_then_cents, _MONEY),
        ),
        (
            Table(
                "codes, largest difference first",
                (
                    ("code", _TEXT),
                    ("lines", _NUMBER),
                    ("now", _MONEY),
                    ("then", _MONEY),
                    ("difference", _MONEY),
                ),
                tuple(
                    (
                        row.code,
                        row.lines_count,
                        row.now_cents,
                        row.then_cents,
                        row.difference_cents,
                    )
                    for row in found.rows[:_ROWS_SHOWN]
                ),
                note=_left_out(len(found.rows)),
            ),
            Table(
                "lines without a price then",
                (("why", _TEXT), ("lines", _NUMBER)),
                found.unpriced,
            ),
        ),
    )


def _left_out(count: int) -> str:
    left = count - _ROWS_SHOWN
    return f"{left} more codes; --json has them all." if left > 0 else ""
