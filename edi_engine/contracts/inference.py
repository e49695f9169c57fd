"""Rates told from a payer's own answers, and the day on which it began to pay otherwise. Pure.

For payers whose contract nobody has loaded. An amount is taken only when most answers give exactly
this one; what is inferred is labelled so and proves nothing. Source: domain feature 56, golden
scenarios G44 and G45.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from edi_engine.dates import lies_within
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.inference import AllowedAnswer, InferredRate, RateChange, ServiceKey
from edi_engine.records.matching import BilledClaim, BilledLine

__all__ = ["InferencePolicy", "InferredRates", "find_rate_changes", "infer_rates", "service_of"]


class InferencePolicy(msgspec.Struct, frozen=True):
    """How much evidence an inferred rate needs.

    Ten answers of a year of which four in five agree: fewer are luck, and more scatter means that
    something else (a plan, a provider) decides. A change needs three answers at the new amount in a
    row, so that one mistake of the payer raises nobody.
    """

    answers_min: int = 10
    same_percent_min: int = 80
    window_days: int = 365
    before_min: int = 5
    after_min: int = 3


_USUAL = InferencePolicy()


def service_of(payer_id: str, line: BilledLine) -> ServiceKey:
    """The service that a billed line is."""
    return ServiceKey(
        payer_id.strip().upper(),
        line.procedure_code.upper(),
        tuple(sorted({modifier.upper() for modifier in line.modifiers})),
        line.place_of_service,
    )


def infer_rates(
    answers: Iterable[AllowedAnswer], *, as_of: date, policy: InferencePolicy = _USUAL
) -> list[InferredRate]:
    """Rates with enough evidence, by service. After a change only what came since counts."""
    first_on = as_of - timedelta(days=policy.window_days)
    found = []
    for service, series in _series(answers):
        start = _change_at(series, policy)
        recent = [each for each in series[start or 0 :] if first_on <= each.served_on <= as_of]
        rate = _rate(service, recent, policy)
        if rate is not None:
            found.append(rate)
    return found


def find_rate_changes(
    answers: Iterable[AllowedAnswer], *, policy: InferencePolicy = _USUAL
) -> list[RateChange]:
    """The last change of every service that a payer began to pay otherwise, by service."""
    found = []
    for service, series in _series(answers):
        start = _change_at(series, policy)
        if start is None:
            continue
        before, after = _mode(series[:start]), _mode(series[start:])
        hit = sorted({one.claim_id for one in series[start:] if one.unit_cents == after[0]})
        found.append(
            RateChange(
                service=service,
                before_cents=before[0],
                before_count=before[1],
                after_cents=after[0],
                after_count=after[1],
                since=series[start].served_on,
                claim_ids=tuple(hit),
            )
        )
    return found


def _series(
    answers: Iterable[AllowedAnswer],
) -> list[tuple[ServiceKey, list[AllowedAnswer]]]:
    """Answers by service, each in order of the day of service, claim and line."""
    groups: dict[ServiceKey, list[AllowedAnswer]] = {}
    for answer in answers:
        groups.setdefault(answer.service, []).append(answer)
    for series in groups.values():
        series.sort(key=lambda one: (one.served_on, one.claim_id, one.line_number))
    return sorted(groups.items(), key=lambda pair: pair[0])


def _rate(
    service: ServiceKey, series: Sequence[AllowedAnswer], policy: InferencePolicy
) -> InferredRate | None:
    if len(series) < policy.answers_min:
        return None
    cents, same = _mode(series)
    if 100 * same < policy.same_percent_min * len(series):
        return None
    amounts = [one.unit_cents for one in series]
    return InferredRate(
        service=service,
        unit_cents=cents,
        same_count=same,
        count=len(series),
        lowest_cents=min(amounts),
        highest_cents=max(amounts),
        first_on=series[0].served_on,
        last_on=series[-1].served_on,
    )


def _mode(series: Sequence[AllowedAnswer]) -> tuple[int, int]:
    """The commonest amount and how often it came; the lower one on a tie."""
    counts = Counter(one.unit_cents for one in series)
    return min(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _change_at(series: Sequence[AllowedAnswer], policy: InferencePolicy) -> int | None:
    """Where the last part begins that is paid by another amount than the part before it.

    The split under which most answers have the commonest amount of their part; both parts must
    agree within themselves, and the last part begins with its own amount.
    """
    count = len(series)
    if count < policy.before_min + policy.after_min:
        return None
    before, after = _running_modes(series), _running_modes(series[::-1])[::-1]
    best: tuple[int, int] | None = None
    for start in range(policy.before_min, count - policy.after_min + 1):
        (left, left_count), (right, right_count) = before[start - 1], after[start]
        if left == right or series[start].unit_cents != right:
            continue
        if left_count < policy.before_min or 100 * left_count < policy.same_percent_min * start:
            continue
        if right_count < policy.after_min or 100 * right_count < policy.same_percent_min * (
            count - start
        ):
            continue
        score = left_count + right_count
        if best is None or score >= best[0]:
            best = (score, start)
    return None if best is None else best[1]


def _running_modes(series: Sequence[AllowedAnswer]) -> list[tuple[int, int]]:
    """The commonest amount, and how often it came, up to and with each answer; the one that was
    commonest before on a tie."""
    counts: Counter[int] = Counter()
    modes: list[tuple[int, int]] = []
    mode = 0
    for one in series:
        counts[one.unit_cents] += 1
        if counts[one.unit_cents] > counts[mode]:
            mode = one.unit_cents
        modes.append((mode, counts[mode]))
    return modes


class InferredRates:
    """Inferred rates, asked for one billed line; built once."""

    def __init__(self, rates: Iterable[InferredRate]) -> None:
        self._rates = {rate.service: rate for rate in rates}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was inferred."""
        return not self._rates

    def expected(self, claim: BilledClaim, line: BilledLine) -> ExpectedAllowed | None:
        """What the payer usually allows for the line, None where that is not known.

        The same code, modifiers and place, whole units, and a day of service not before the
        evidence begins; never above the charge.
        """
        rate = self._rates.get(service_of(claim.payer_id, line))
        units = line.units if line.units is not None else 1
        if rate is None or units != int(units) or units <= 0:
            return None
        if not lies_within(line.service_from, rate.first_on, None):
            return None
        cents = min(rate.unit_cents * int(units), line.charge_cents)
        source = f"inferred from {rate.count} answers, {rate.same_percent} % of them alike"
        return ExpectedAllowed(
            line_number=line.line_number,
            allowed_cents=cents,
            source=source,
            explanation=f"{source}: x {int(units)}",
            is_inferred=True,
        )
