"""What a payer usually allows, told from its own answers where nobody has its contract."""

from datetime import date

import msgspec

__all__ = ["AllowedAnswer", "InferredRate", "RateChange", "ServiceKey"]


class ServiceKey(msgspec.Struct, frozen=True, gc=False, order=True):
    """A service as a payer prices it. `modifiers` are sorted and in upper case."""

    payer_id: str
    procedure_code: str
    modifiers: tuple[str, ...]
    place_of_service: str


class AllowedAnswer(msgspec.Struct, frozen=True, gc=False):
    """What was allowed for one unit of a service, on its first day of service."""

    service: ServiceKey
    unit_cents: int
    served_on: date
    claim_id: int
    line_number: int


class InferredRate(msgspec.Struct, frozen=True, gc=False):
    """The amount of one unit that a payer allows most often.

    `same_count` of `count` answers gave exactly this amount, from `first_on` to `last_on`;
    `lowest_cents` and `highest_cents` are the ends of what it allowed.
    """

    service: ServiceKey
    unit_cents: int
    same_count: int
    count: int
    lowest_cents: int
    highest_cents: int
    first_on: date
    last_on: date

    @property
    def same_percent(self) -> int:
        """How many of a hundred answers gave the amount, rounded down."""
        return 100 * self.same_count // self.count


class RateChange(msgspec.Struct, frozen=True, gc=False):
    """A payer allows another amount for a service from a day of service on.

    `claim_ids` are the claims that were answered by the new amount, in order.
    """

    service: ServiceKey
    before_cents: int
    before_count: int
    after_cents: int
    after_count: int
    since: date
    claim_ids: tuple[int, ...]

    @property
    def lost_cents(self) -> int:
        """What the change took, as far as it has been answered; negative for more money."""
        return (self.before_cents - self.after_cents) * self.after_count
