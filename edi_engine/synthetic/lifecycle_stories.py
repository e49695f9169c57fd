"""Lifecycle stories: what becomes of a claim between sending and payment, told one by one.

A story sends its claims, has them acknowledged, and says how each stands in the end. Claims that
wait are either clearly overdue or clearly not, for each payer by its own speed (see
`lifecycle_payers`), so that no rule of rounding decides.
"""

from collections.abc import Callable

from edi_engine.synthetic import (
    lifecycle_stories_paid,
    lifecycle_stories_refused,
    lifecycle_stories_secondary,
    lifecycle_stories_waiting,
)
from edi_engine.synthetic.lifecycle_desk import LifeDesk

__all__ = ["STORIES"]

LifeStory = Callable[[LifeDesk], None]

STORIES: dict[str, LifeStory] = {
    name: getattr(module, name)
    for module in (
        lifecycle_stories_paid,
        lifecycle_stories_refused,
        lifecycle_stories_secondary,
        lifecycle_stories_waiting,
    )
    for name in module.__all__
    if name != "plainly_paid"
}
"""Every story by its name; a practice tells each at least once, those with turns several times."""
