"""All stories by name, and how many of each a practice gets."""

from collections.abc import Callable
from random import Random

from edi_engine.synthetic import (
    stories_history,
    stories_later_payer,
    stories_payment,
    stories_shape,
    stories_strangers,
)
from edi_engine.synthetic.desk import Desk
from edi_engine.synthetic.rates import MessRates

__all__ = ["FILE_MESSES", "STORIES", "quota", "story_plan"]

Story = Callable[[Desk], None]

STORIES: dict[str, Story] = {
    name: getattr(module, name)
    for module in (
        stories_payment,
        stories_shape,
        stories_history,
        stories_later_payer,
        stories_strangers,
    )
    for name in module.__all__
    if name in MessRates.__struct_fields__
}
"""Story functions by the name of their rate."""

FILE_MESSES = ("unbalanced_sign", "duplicate_file", "duplicate_payment_file")
"""Rates that concern payments and files instead of claims."""

_ALL_HAPPEN_FROM = 200


def quota(per_thousand: int, claims_count: int, random: Random) -> int:
    """How often something with this rate happens: the fraction left over is drawn by lot.

    From 200 claims on, what has a rate happens at least once.
    """
    whole, rest = divmod(per_thousand * claims_count, 1000)
    count = whole + (1 if random.randrange(1000) < rest else 0)
    at_least = 1 if per_thousand and claims_count >= _ALL_HAPPEN_FROM else 0
    return max(count, at_least)


def story_plan(rates: MessRates, claims_count: int, random: Random) -> list[Story]:
    """One story a claim, in a random order; claims without a story are simply paid."""
    plan: list[Story] = []
    for name, story in STORIES.items():
        plan += [story] * quota(getattr(rates, name), claims_count, random)
    random.shuffle(plan)
    del plan[claims_count:]
    plan += [stories_payment.paid] * (claims_count - len(plan))
    random.shuffle(plan)
    return plan
