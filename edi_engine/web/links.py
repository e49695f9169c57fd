"""Where the things that pages name are shown."""

__all__ = ["link_to"]

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
