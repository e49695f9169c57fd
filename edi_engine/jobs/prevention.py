"""Refusals of a week for those whose work they come from: what to look at so that they stop.

Counts what was refused, also what was made good since. Who causes a refusal is the owner of its
category, where to look is said by `codes`. Source: domain feature 70.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from edi_engine.codes import carc_or_unknown, denial_categories, denial_field
from edi_engine.errors import InputError
from edi_engine.records.projects import PreventionClock, RefusedLine
from edi_engine.store import Reader, Store

__all__ = [
    "OWNERS",
    "OwnerPack",
    "PreventionPack",
    "RefusedCombination",
    "prevention",
    "prevention_of",
]

OWNERS = tuple(sorted({found.owner for found in denial_categories().values()}))
"""The teams whose processes cause refusals, in alphabetical order."""

DAYS = 7
"""A pack is made every week unless days are given."""


class RefusedCombination(msgspec.Struct, frozen=True):
    """Refusals with the same reason, provider, procedure and entry to look at.

    `provider_npi` is the rendering provider's, else the billing one's. `field`, `place` and `check`
    are those of `DenialField`. `claims_count` counts claims, `lines_count` lines, a claim refused
    as a whole being one; `refused_cents` is what they should have brought.
    """

    owner: str
    reason_code: str
    reason: str
    preventable: str
    procedure_code: str
    provider_npi: str
    field: str
    place: str
    check: str
    claims_count: int
    lines_count: int
    refused_cents: int


class OwnerPack(msgspec.Struct, frozen=True):
    """The combinations of one owner, most money first, with their totals."""

    owner: str
    claims_count: int
    lines_count: int
    refused_cents: int
    combinations: tuple[RefusedCombination, ...]


class PreventionPack(msgspec.Struct, frozen=True):
    """Refusals of the days from `first_on` to `last_on` by owner, most money first."""

    first_on: date
    last_on: date
    clock: PreventionClock
    owners: tuple[OwnerPack, ...]

    @property
    def combinations(self) -> tuple[RefusedCombination, ...]:
        """Those of all owners, in their order."""
        return tuple(one for pack in self.owners for one in pack.combinations)


def prevention(
    store: Store,
    *,
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    clock: PreventionClock = PreventionClock.SEEN,
    owner: str = "",
) -> PreventionPack:
    """Refusals of these days; without days of the week that ends with `as_of`.

    Raises InputError for days the wrong way round.
    """
    with store.reading() as reader:
        return prevention_of(
            reader, as_of=as_of, since=since, until=until, clock=clock, owner=owner
        )


def prevention_of(
    reader: Reader,
    *,
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    clock: PreventionClock = PreventionClock.SEEN,
    owner: str = "",
) -> PreventionPack:
    """The same from a snapshot that is open already."""
    last_on = until or as_of
    first_on = since or last_on - timedelta(days=DAYS - 1)
    if first_on > last_on:
        raise InputError(
            f"the first day, {first_on}, is after the last, {last_on}.",
            place="prevention",
            remedy="Give --from a day before --to (or before --as-of).",
        )
    groups: dict[str, list[_Refusal]] = defaultdict(list)
    for line in reader.refused_lines(first_on, last_on, clock):
        found = _refusal(line)
        if not owner or found.owner == owner:
            groups[found.owner].append(found)
    packs = [_pack(name, refusals) for name, refusals in groups.items()]
    packs.sort(key=lambda pack: (-pack.refused_cents, pack.owner))
    return PreventionPack(first_on, last_on, clock, tuple(packs))


class _Refusal(msgspec.Struct, frozen=True):
    """A refused line with its owner and what it is grouped by: a combination without numbers."""

    line: RefusedLine
    owner: str
    combination: RefusedCombination


def _refusal(line: RefusedLine) -> _Refusal:
    adjustment, *remarks = line.term.split("/")
    reason_code = adjustment.partition("-")[2] if "CLP02" not in adjustment else ""
    category = denial_categories().get(line.category) or denial_categories()["other"]
    field = denial_field(category.category, reason_code, remarks)
    label = carc_or_unknown(reason_code).label if reason_code else "Refused without a reason code"
    return _Refusal(
        line,
        category.owner,
        RefusedCombination(
            category.owner,
            reason_code,
            label,
            category.preventable,
            line.procedure_code,
            line.provider_npi,
            field.field,
            field.place,
            field.check,
            claims_count=0,
            lines_count=0,
            refused_cents=0,
        ),
    )


def _pack(owner: str, refusals: Iterable[_Refusal]) -> OwnerPack:
    by_combination: dict[RefusedCombination, list[RefusedLine]] = defaultdict(list)
    for one in refusals:
        by_combination[one.combination].append(one.line)
    combinations = [
        msgspec.structs.replace(
            combination,
            claims_count=_claims_count(lines),
            lines_count=len(lines),
            refused_cents=sum(line.refused_cents for line in lines),
        )
        for combination, lines in by_combination.items()
    ]
    combinations.sort(
        key=lambda one: (
            -one.refused_cents,
            -one.lines_count,
            *(one.reason_code, one.procedure_code, one.provider_npi, one.field),
        )
    )
    every = [line for lines in by_combination.values() for line in lines]
    return OwnerPack(
        owner,
        _claims_count(every),
        len(every),
        sum(one.refused_cents for one in combinations),
        tuple(combinations),
    )


def _claims_count(lines: Iterable[RefusedLine]) -> int:
    return len({line.claim_id for line in lines})
