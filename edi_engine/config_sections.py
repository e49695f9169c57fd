"""What sections of the settings share, and sections that stand apart: see `config`."""

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from edi_engine.money import parse_cents
from edi_engine.records.policy import SilentPpoPolicy

__all__ = ["Section", "SilentPpoSettings", "dollars"]

_Percent = Annotated[int, Field(ge=1, le=100, strict=True)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class Section(BaseModel):
    """A table of the settings: frozen, and every name in it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def dollars(text: str | None) -> str | None:
    """The text, when it is an amount of dollars that is not negative. Raises ValueError."""
    cents = None if text is None else parse_cents(text)
    if text is not None and (cents is None or cents < 0):
        message = 'an amount in quotes is expected, like "500.00"'
        raise ValueError(message)
    return text


class SilentPpoSettings(Section):
    """When a discount without a contract makes work; meanings and reasons stand in
    `records/policy.py` and docs/CONTRACTS.md. `least` is in dollars."""

    least: str = "25.00"
    lines_min: Annotated[int, Field(ge=1, le=100, strict=True)] = 2
    share_percent: _Percent = 80
    discount_from_percent: _Percent = 61
    discount_to_percent: _Percent = 81
    known_payers: frozenset[_Name] = frozenset()
    known_networks: frozenset[_Name] = frozenset()

    @field_validator("least")
    @classmethod
    def _least_is_money(cls, text: str) -> str:
        return dollars(text) or text

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.discount_from_percent > self.discount_to_percent:
            message = "discount_from_percent is above discount_to_percent"
            raise ValueError(message)
        return self

    @property
    def policy(self) -> SilentPpoPolicy:
        """As the contracts take it."""
        return SilentPpoPolicy(
            least_cents=parse_cents(self.least) or 0,
            lines_min=self.lines_min,
            share_percent=self.share_percent,
            discount_from_percent=self.discount_from_percent,
            discount_to_percent=self.discount_to_percent,
            known_payers=tuple(sorted(name.upper() for name in self.known_payers)),
            known_networks=tuple(sorted(self.known_networks)),
        )
