"""Money of remittances equals an independent count over the raw segments."""

from decimal import Decimal
from pathlib import Path

import pytest

from edi_engine.money import format_cents
from edi_engine.parsers import ParsedFile, read_bytes
from tests.parsers.naive_remittances import NaiveSums, naive_sums
from tests.parsers.x12_files import FIXTURES, SAMPLES, expanded

# A line whose procedure is split by the element separator has its amounts one element later than
# the count looks for them; a shifted provider adjustment likewise.
SPLIT = {"tertiary-payment.835", "X12-0314-procedure-split.edi", "X12-0312-provider-adjustment-shifted.edi"}  # fmt: skip # noqa: E501


def dollars(cents: int) -> Decimal:
    return Decimal(format_cents(cents))


def sums_of(found: ParsedFile) -> NaiveSums:
    payments = [one for held in found.remittance_sets for one in held.claim_payments]
    lines = [line for one in payments for line in one.lines]
    every = [
        *(adjustment for one in payments for adjustment in one.adjustments),
        *(adjustment for line in lines for adjustment in line.adjustments),
    ]
    return NaiveSums(
        len(payments),
        dollars(sum(one.charge_cents for one in payments)),
        dollars(sum(one.paid_cents for one in payments)),
        len(lines),
        dollars(sum(line.charge_cents for line in lines)),
        dollars(sum(line.paid_cents for line in lines)),
        dollars(sum(one.amount_cents for one in every)),
        dollars(
            sum(
                one.amount_cents
                for held in found.remittance_sets
                for one in held.provider_adjustments
            )
        ),
    )


def check(path: Path) -> None:
    data = expanded(path.read_bytes())
    found = read_bytes(data)
    totals = found.raw_sets
    said = sums_of(found)
    assert sum(one.claims_count for one in totals if one.source.set_type == "835") == said.claims
    assert dollars(sum(one.paid_cents for one in totals)) == said.paid
    assert dollars(sum(one.adjustment_cents for one in totals)) == said.adjusted
    expected = naive_sums(data)
    if (
        expected is None
        or path.name in SPLIT
        or any(finding.code in {"X12-0114", "X12-0117", "X12-0321"} for finding in found.findings)
    ):
        return
    assert said == expected


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_money_of_fixtures_equals_a_naive_count(path: Path) -> None:
    check(path)


@pytest.mark.skipif(not SAMPLES, reason="the public sample files are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem[:40])
def test_money_of_public_samples_equals_a_naive_count(path: Path) -> None:
    check(path)


@pytest.mark.skipif(not SAMPLES, reason="the public sample files are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem[:40])
def test_every_public_sample_yields_sets_or_findings(path: Path) -> None:
    found = read_bytes(path.read_bytes())
    assert found.raw_sets or found.findings


@pytest.mark.skipif(not SAMPLES, reason="the public sample files are not here")
def test_the_naive_count_knows_most_public_remittances() -> None:
    """The comparison would be worth little if the count left most files out."""
    counted = [path for path in SAMPLES if b"CLP" in path.read_bytes()]
    assert sum(naive_sums(path.read_bytes()) is not None for path in counted) > len(counted) * 0.8
