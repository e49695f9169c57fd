"""The schedules that a contract file names: what it says of each, and its files read.

A kind of schedule is a way of writing rates down. Every kind becomes the same `RateSchedule`, so
that a further kind needs a line in `_FILES` and a branch in `read_schedule`, and no other change.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum

import msgspec

from edi_engine.contracts.cms_drg import read_drg_weights as read_medicare_weights
from edi_engine.contracts.cms_files import read_cms_schedule
from edi_engine.contracts.contract_fields import FieldReader, shown
from edi_engine.contracts.contract_values import (
    CONVERSION_FACTOR,
    FILE_NAME,
    TEXT,
    choice,
)
from edi_engine.contracts.schedule_csv import read_base_units, read_drg_weights, read_rates
from edi_engine.findings import Finding
from edi_engine.records.contracts import DrgWeight, RateSchedule

__all__ = ["ScheduleKind", "ScheduleSource", "read_schedule", "read_sources"]


class ScheduleKind(StrEnum):
    """How the rates of a schedule are written down."""

    RATES = "rates"
    """A CSV of amounts by procedure code."""
    BASE_UNITS = "base_units"
    """A CSV of the base units of anesthesia by procedure code."""
    DRG_WEIGHTS = "drg_weights"
    """A CSV of weights by DRG."""
    MEDICARE_DRG = "medicare_drg"
    """CMS's table of MS-DRG weights (Table 5)."""
    MEDICARE = "medicare"
    """CMS's relative values and geographic indices, times a conversion factor."""


_FILES: Mapping[ScheduleKind, tuple[str, ...]] = {
    ScheduleKind.RATES: ("file",),
    ScheduleKind.BASE_UNITS: ("file",),
    ScheduleKind.DRG_WEIGHTS: ("file",),
    ScheduleKind.MEDICARE_DRG: ("file",),
    ScheduleKind.MEDICARE: ("rvu", "gpci"),
}
"""The keys of each kind that name a file."""


_WEIGHTS: Mapping[
    ScheduleKind, Callable[..., tuple[tuple[DrgWeight, ...], tuple[Finding, ...]]]
] = {
    ScheduleKind.DRG_WEIGHTS: read_drg_weights,
    ScheduleKind.MEDICARE_DRG: read_medicare_weights,
}


class ScheduleSource(msgspec.Struct, frozen=True):
    """What a contract says of a schedule. `files` are names by key, relative to the contract;
    `locality` and `conversion_factor` (dollars) are those of a medicare schedule; without a factor
    that of the file holds. `kind` is None after a mistake."""

    name: str
    kind: ScheduleKind | None
    files: tuple[tuple[str, str], ...]
    locality: str = ""
    conversion_factor: Decimal | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all of its files are named."""
        return self.kind is not None and len(self.files) == len(_FILES[self.kind])


def read_sources(reader: FieldReader) -> tuple[tuple[ScheduleSource, FieldReader], ...]:
    """The schedules of a contract with the mappings they stand in, in order.

    One whose kind or files cannot be read is kept with the files that can, so that the terms
    that name it are not called wrong too.
    """
    inner = reader.inner("schedules")
    if inner is None:
        return ()
    found = []
    for key, (key_node, node) in inner.node.entries.items():
        inner.scalar("schedules", key_node, TEXT)
        one = inner.mapping(key, node, f"schedule {shown(key)}")
        if one is not None:
            found.append((_source(key, one), one))
    return tuple(found)


def _source(name: str, reader: FieldReader) -> ScheduleSource:
    node = reader.require("kind")
    kind = None if node is None else reader.scalar("kind", node, choice(ScheduleKind))
    keys = _FILES[kind] if kind is not None else ("file",)
    files = [(key, reader.required(key, FILE_NAME, "")) for key in keys]
    locality, factor = "", None
    if kind is ScheduleKind.MEDICARE:
        locality = reader.required("locality", TEXT, "")
        factor = reader.value("conversion_factor", CONVERSION_FACTOR)
    if kind is not None:
        reader.done()
    return ScheduleSource(
        name,
        kind,
        tuple((key, file_name) for key, file_name in files if file_name),
        locality,
        factor,
    )


def read_schedule(
    source: ScheduleSource,
    texts: Mapping[str, str],
    *,
    payer_ids: frozenset[str],
) -> tuple[RateSchedule, tuple[Finding, ...]]:
    """A schedule from the texts of its files by key, all of them being there, and what is wrong
    in these. `payer_ids` in upper case are the contract's."""
    names = dict(source.files)
    if source.kind is ScheduleKind.MEDICARE:
        rates, findings = read_cms_schedule(
            texts["rvu"],
            texts["gpci"],
            locality=source.locality,
            conversion_factor=source.conversion_factor,
            name=source.name,
            rvu_file=names["rvu"],
            gpci_file=names["gpci"],
        )
        return RateSchedule(source.name, rates=rates, is_published=True), findings
    file_name, text = names["file"], texts["file"]
    if source.kind is not None and source.kind in _WEIGHTS:
        weights, findings = _WEIGHTS[source.kind](text, file_name=file_name)
        is_published = source.kind is ScheduleKind.MEDICARE_DRG
        return RateSchedule(source.name, weights=weights, is_published=is_published), findings
    if source.kind is ScheduleKind.BASE_UNITS:
        rates, findings = read_base_units(text, file_name=file_name)
    else:
        rates, findings = read_rates(text, file_name=file_name, payer_ids=payer_ids)
    return RateSchedule(source.name, rates=rates), findings
