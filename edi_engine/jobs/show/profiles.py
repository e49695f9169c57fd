"""A payer's profile as a page: its quirks with their evidence, examples, versions, declarations."""

from collections.abc import Iterator

from edi_engine.jobs.payer_profiles import PayerProfileView, QuirkExample, QuirkStanding
from edi_engine.jobs.show.pages import Fact, Page, Table
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.payer_profiles import ProfileVersion

__all__ = ["profile_page"]

_TEXT, _DAY, _NUMBER = ColumnKind.TEXT, ColumnKind.DAY, ColumnKind.NUMBER


def profile_page(view: PayerProfileView) -> Page:
    """The page; quirks that were never seen and that nobody speaks of are left out."""
    told = [one for one in view.quirks if one.seen_count or one.state]
    return Page(
        title=f"payer {view.payer}",
        facts=(
            Fact("name", ", ".join(view.names)),
            Fact("as of", view.as_of, _DAY),
        ),
        tables=(_quirks(told), _examples(told), _versions(view), _declarations(view)),
    )


def _named(quirk: str, value: int) -> str:
    return f"{quirk} {value}" if value else quirk


def _quirks(told: list[QuirkStanding]) -> Table:
    return Table(
        "quirks",
        (
            ("quirk", _TEXT),
            ("state", _TEXT),
            ("used", _TEXT),
            ("seen", _NUMBER),
            ("of", _NUMBER),
            ("first seen", _DAY),
            ("last seen", _DAY),
        ),
        tuple(
            (
                _named(one.quirk, one.value),
                one.state or "counted",
                "yes" if one.is_used else "no",
                one.seen_count,
                one.opportunities_count,
                one.first_on,
                one.last_on,
            )
            for one in told
        ),
    )


def _examples(told: list[QuirkStanding]) -> Table:
    return Table(
        "examples, newest first",
        (("quirk", _TEXT), ("seen in", _TEXT), ("place", _TEXT)),
        tuple(
            (
                _named(one.quirk, one.value),
                f"{example.kind} {example.identifier}",
                _place(example),
            )
            for one in told
            for example in one.examples
        ),
    )


def _place(example: QuirkExample) -> str:
    place = example.place
    if place is None:
        return ""
    return (
        f"{place.file_name}, set {place.set_control_number}, segment {place.segment_ordinal},"
        f" byte {place.byte_offset}"
    )


def _versions(view: PayerProfileView) -> Table:
    return Table(
        "versions",
        (
            ("version", _NUMBER),
            ("believed on", _DAY),
            ("quirk", _TEXT),
            ("seen", _NUMBER),
            ("of", _NUMBER),
        ),
        tuple(row for one in view.versions for row in _of_version(one)),
    )


def _of_version(version: ProfileVersion) -> Iterator[tuple[object, ...]]:
    if not version.quirks:
        yield version.version, version.believed_on, "none", None, None
    for one in version.quirks:
        told = _named(one.quirk, one.value)
        yield version.version, version.believed_on, told, one.seen_count, one.opportunities_count


def _declarations(view: PayerProfileView) -> Table:
    return Table(
        "declarations",
        (
            ("quirk", _TEXT),
            ("said", _TEXT),
            ("from", _DAY),
            ("to", _DAY),
            ("by", _TEXT),
            ("at", _TEXT),
            ("note", _TEXT),
        ),
        tuple(
            (
                _named(one.quirk, one.value),
                "denied" if one.is_denied else "declared",
                one.effective_from,
                one.effective_to,
                one.declared_by,
                one.declared_at,
                one.note,
            )
            for one in view.declarations
        ),
    )
