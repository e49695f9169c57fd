"""What is believed of a payer: counts of evidence turned into learned quirks, by one threshold.

Pure and without memory: the same counts give the same profile, whatever was believed before.
"""

from collections.abc import Iterable, Sequence

from edi_engine.records.payer_profiles import CATALOGUE, LearnedQuirk, Quirk, QuirkTally

__all__ = ["OPPORTUNITIES_MIN", "SHARE_PERCENT_MIN", "learn", "opportunities"]

OPPORTUNITIES_MIN = 20
"""Fewer chances to show a quirk prove nothing: with twenty, a payer that does a thing every other
time passes once in 50,000."""

SHARE_PERCENT_MIN = 95
"""A quirk is what a payer does nearly always; the rest are clerks, systems and files on the way."""


def learn(tallies: Iterable[QuirkTally]) -> tuple[LearnedQuirk, ...]:
    """The quirks that one payer has shown at least so often and in such a share, in order."""
    return tuple(
        one
        for one in opportunities(tallies)
        if one.opportunities_count >= OPPORTUNITIES_MIN
        and one.seen_count * 100 >= one.opportunities_count * SHARE_PERCENT_MIN
    )


def opportunities(tallies: Iterable[QuirkTally]) -> list[LearnedQuirk]:
    """How often each quirk was seen, of so many opportunities; those never seen are there too.

    For a quirk with a value each value that was seen stands by itself. A control number that came
    back whole says nothing about a cut that would have left it whole.
    """
    by_quirk: dict[Quirk, list[QuirkTally]] = {}
    for one in tallies:
        by_quirk.setdefault(one.quirk, []).append(one)
    return [
        made
        for entry in CATALOGUE
        if entry.quirk in by_quirk
        for made in (_by_value if entry.has_value else _without_value)(by_quirk[entry.quirk])
    ]


def _without_value(found: Sequence[QuirkTally]) -> list[LearnedQuirk]:
    days = [day for one in found for day in (one.first_on, one.last_on) if day is not None]
    seen = sum(one.seen_count for one in found)
    against = sum(one.against_count for one in found)
    first_on, last_on = min(days, default=None), max(days, default=None)
    return [LearnedQuirk(found[0].quirk, 0, seen, seen + against, first_on, last_on)]


def _by_value(found: Sequence[QuirkTally]) -> list[LearnedQuirk]:
    made = []
    seen_count = sum(one.seen_count for one in found)
    for one in found:
        if one.seen_count:
            longer = sum(each.against_count for each in found if each.value > one.value)
            made.append(
                LearnedQuirk(
                    one.quirk,
                    one.value,
                    one.seen_count,
                    seen_count + longer,
                    one.first_on,
                    one.last_on,
                )
            )
    return made or _without_value(found)
