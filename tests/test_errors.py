"""Errors carry place, fact, remedy and the status a shell sees."""

import pytest

from edi_engine.errors import (
    EdiEngineError,
    ExitStatus,
    InputError,
    LockHeldError,
    SettingsError,
    StoreError,
)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (InputError, ExitStatus.INPUT),
        (SettingsError, ExitStatus.SETTINGS_OR_STORE),
        (StoreError, ExitStatus.SETTINGS_OR_STORE),
        (LockHeldError, ExitStatus.LOCK_HELD),
    ],
)
def test_each_error_has_its_exit_status(kind: type[EdiEngineError], status: ExitStatus) -> None:
    assert kind("x").exit_status is status


def test_an_error_reads_as_place_fact_and_remedy() -> None:
    error = InputError("is empty.", place="day1.835", remedy="Ask for the file again.")
    assert str(error) == "day1.835: is empty. Ask for the file again."
