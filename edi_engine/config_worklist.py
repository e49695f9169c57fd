"""Settings of the worklist: assignment rules, clocks, promises, the daily quota.

Apart from `config`, which takes them in, for their number.
"""

import re
from typing import Annotated, Self

from pydantic import (
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from edi_engine.config_sections import Section, dollars
from edi_engine.money import parse_cents
from edi_engine.records.policy import AssignmentRule, WorklistPolicy
from edi_engine.records.work import Queue
from edi_engine.records.work_clocks import ClockLimit, ClockUnit, QueueClocks

__all__ = ["AssignmentSettings", "ClockSettings", "WorklistSettings"]

_LIMIT = re.compile(r"([0-9]{1,4}) business (day|hour)s?", re.ASCII)
_LIMIT_MAX = {ClockUnit.BUSINESS_DAYS: 260, ClockUnit.BUSINESS_HOURS: 2_600}
"""A year of work: a longer clock is a mistake."""

_TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class AssignmentSettings(Section):
    """Items that go to somebody by themselves; fields left out fit any. Amounts are in dollars."""

    payer_id: str = ""
    queue: Queue | None = None
    patient_from: str = ""
    patient_to: str = ""
    amount_from: str | None = None
    amount_below: str | None = None
    assignees: tuple[str, ...] = ()
    skill: str = ""

    @field_validator("amount_from", "amount_below")
    @classmethod
    def _is_money(cls, text: str | None) -> str | None:
        return dollars(text)

    @model_validator(mode="after")
    def _goes_to_somebody(self) -> Self:
        if not (self.assignees or self.skill):
            message = "it goes to nobody: name assignees or a skill"
            raise ValueError(message)
        return self

    @property
    def rule(self) -> AssignmentRule:
        """As the worklist takes it."""
        return AssignmentRule(
            payer_id=self.payer_id,
            queue=self.queue,
            patient_from=self.patient_from,
            patient_to=self.patient_to,
            least_cents=None if self.amount_from is None else parse_cents(self.amount_from),
            below_cents=None if self.amount_below is None else parse_cents(self.amount_below),
            assignees=self.assignees,
            skill=self.skill,
        )


class ClockSettings(Section):
    """The clocks of one queue; meanings stand in `records/work_clocks.py` and docs/WORKLIST.md."""

    first_touch: str | None = None
    next_touch: str | None = None

    @field_validator("first_touch", "next_touch")
    @classmethod
    def _is_a_time(cls, text: str | None) -> str | None:
        if text is not None and cls.limit(text) is None:
            message = 'a time up to a year is expected, like "2 business days" or'
            raise ValueError(f'{message} "4 business hours"')
        return text

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.first_touch is None and self.next_touch is None:
            message = "it has no clock: give first_touch or next_touch"
            raise ValueError(message)
        return self

    @staticmethod
    def limit(text: str | None) -> ClockLimit | None:
        """The limit that a text says; None for none, and for a text that is no limit."""
        found = _LIMIT.fullmatch(text or "")
        if found is None:
            return None
        count, unit = int(found[1]), ClockUnit(f"business_{found[2]}s")
        return ClockLimit(count, unit) if 1 <= count <= _LIMIT_MAX[unit] else None


class WorklistSettings(Section):
    """How people share the work; meanings stand in `records/policy.py` and docs/WORKLIST.md."""

    lease_minutes: Annotated[int, Field(ge=1, le=1_440, strict=True)] = 30
    touches_before_stop: Annotated[int, Field(ge=1, le=100, strict=True)] = 3
    low_value_cents: Annotated[int, Field(ge=0, le=10_000_00, strict=True)] = 1_000
    rules: tuple[AssignmentSettings, ...] = ()
    skills: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    bulk_items_max: Annotated[int, Field(ge=1, le=100_000, strict=True)] = 500
    sample_percent: Annotated[int, Field(ge=0, le=100, strict=True)] = 10
    clocks: dict[Queue, ClockSettings] = Field(default_factory=dict)
    manager: Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)] = ""
    opens: _TimeOfDay = "08:00"
    closes: _TimeOfDay = "17:00"
    promise_grace_days: Annotated[int, Field(ge=0, le=60, strict=True)] = 3
    young_percent: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    young_days: Annotated[int, Field(ge=1, le=365, strict=True)] = 30

    @field_validator("clocks")
    @classmethod
    def _queues_have_clocks(cls, clocks: dict[Queue, ClockSettings]) -> dict[Queue, ClockSettings]:
        if Queue.DEADLINE in clocks:
            message = "deadline shows items of other queues: give those a clock"
            raise ValueError(message)
        return clocks

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if _minute(self.opens) >= _minute(self.closes):
            message = "closes is not after opens"
            raise ValueError(message)
        return self

    @property
    def policy(self) -> WorklistPolicy:
        """As the jobs take it."""
        values = self.model_dump(exclude={"rules", "skills", "clocks", "opens", "closes"})
        return WorklistPolicy(
            **values,
            clocks=tuple(
                QueueClocks(queue, one.limit(one.first_touch), one.limit(one.next_touch))
                for queue, one in sorted(self.clocks.items())
            ),
            opens_minute=_minute(self.opens),
            closes_minute=_minute(self.closes),
            rules=tuple(one.rule for one in self.rules),
            skills=tuple(sorted(self.skills.items())),
        )


def _minute(time_of_day: str) -> int:
    hour, minute = time_of_day.split(":")
    return int(hour) * 60 + int(minute)
