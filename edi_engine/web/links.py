"""Where the things that pages name are shown."""

from edi_engine.records.numbers import NumberPlace
from edi_engine.web.asking import address_of

__all__ = ["in_file", "link_to"]

_PLACES = {
    "work item": "/items/{}",
    "item": "/items/{}",
    "claim": "/claims/{}",
    "claim id": "/claims/{}",
    "claim payment": "/payments/{}",
    "traced claim id": "/claims/{}",
    "remittance": "/remittances/{}",
    "remittance id": "/remittances/{}",
    "file": "/files/{}",
    "deposit": "/deposits/{}",
    "set": "/sets/{}",
    "run": "/runs/{}",
}


def link_to(name: str, value: object) -> str:
    """The address of what a fact or column of this name shows, empty for what has no page."""
    place = _PLACES.get(name)
    return place.format(value) if place and isinstance(value, int) else ""


def in_file(place: NumberPlace) -> str:
    """The address that shows an amount in its file, its element marked."""
    return address_of(
        f"/files/{place.file_id}/at/{place.byte_offset}",
        number=place.number.value,
        nth=place.nth if place.nth > 1 else None,
    )
