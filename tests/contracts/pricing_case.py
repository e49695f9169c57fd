"""One hand-computed case of pricing, and a reader of its arithmetic.

The arithmetic of a line is text that a person checks and so does `worked_cents`: steps with ";"
between them, words before a ":" left out. "=" is exact, "->" rounds half up to cents, "x" is times
and "%" hundredths: "33.33 x 150 % = 49.995 -> 50.00; 50.00 x 3 = 150.00". The last amount counts.
"""

import ast
import re
from fractions import Fraction

import msgspec

from edi_engine.records.contracts import Contract
from edi_engine.records.matching import BilledClaim

Expected = tuple[int | None, str]
"""Allowed cents of a line, and how; None and why when it cannot be priced."""


class PricingCase(msgspec.Struct, frozen=True, kw_only=True):
    """A claim under contracts, and what each of its lines is allowed.

    `capped` are the line numbers whose charge decided, `groups` the totals of the lines priced
    together, `terms` and `versions` those of each line, None where a case does not ask.
    `because` are words that the reasons must hold.
    """

    name: str
    contracts: tuple[Contract, ...]
    billed: BilledClaim
    expected: tuple[Expected, ...]
    capped: tuple[int, ...] | None = None
    groups: tuple[int | None, ...] | None = None
    terms: tuple[str, ...] | None = None
    versions: tuple[str, ...] | None = None
    because: tuple[str, ...] = ()


def case(
    name: str,
    contracts: Contract | tuple[Contract, ...],
    billed: BilledClaim,
    *expected: Expected,
    **asked: object,
) -> PricingCase:
    """A case as the tables write it: a sentence, the contract, the claim, a pair for each line."""
    return PricingCase(
        name=name,
        contracts=contracts if isinstance(contracts, tuple) else (contracts,),
        billed=billed,
        expected=expected,
        **asked,
    )


_PERCENT = re.compile(r"([0-9.]+) %")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def worked_cents(arithmetic: str) -> int:
    """The cents that the arithmetic ends with; AssertionError where it does not add up."""
    cents = Fraction(0)
    for step in arithmetic.split(";"):
        cents = _worked_step(step.rpartition(":")[2])
    assert cents.denominator == 1, arithmetic
    return int(cents)


def _worked_step(step: str) -> Fraction:
    before, *after = re.split(r"(=|->)", step)
    cents = _value(before) * 100
    for sign, text in zip(after[::2], after[1::2], strict=True):
        left, cents = cents, _value(text) * 100
        wanted = left if sign == "=" else Fraction((left + Fraction(1, 2)) // 1)
        assert wanted == cents, f"{step.strip()}: {float(wanted)} and not {float(cents)}"
    return cents


def _value(text: str) -> Fraction:
    """What plus, minus, times, divided by and brackets make of exact numbers."""
    plain = _PERCENT.sub(r"(\1 / 100)", text).replace(" x ", " * ")
    exact = _NUMBER.sub(lambda found: f"Fraction('{found[0]}')", plain.strip())
    allowed = (
        ast.Expression,
        ast.BinOp,
        ast.UnaryOp,
        ast.operator,
        ast.unaryop,
        ast.Call,
        ast.Name,
        ast.Constant,
        ast.Load,
    )
    tree = ast.parse(exact, mode="eval")
    assert all(isinstance(node, allowed) for node in ast.walk(tree)), text
    return Fraction(eval(compile(tree, "arithmetic", "eval"), {"Fraction": Fraction}))
