"""Exceptions: what stops an operation, with its facts as attributes and an exit status.

What is merely wrong *in* a readable file is a `Finding` (see `findings.py`), never an exception.
No message may hold a patient's name or identifier, or a file's content.

    EdiEngineError
     +- InputError        exit 2: a path, an argument or a file that cannot be used
         +- ConflictError       somebody else changed it meanwhile
     +- SettingsError     exit 3: the settings file or the environment
     +- StoreError        exit 3: the database
     +- LockHeldError     exit 4: another run is at work
"""

from enum import IntEnum

__all__ = [
    "ConflictError",
    "EdiEngineError",
    "ExitStatus",
    "InputError",
    "LockHeldError",
    "SettingsError",
    "StoreError",
]


class ExitStatus(IntEnum):
    """What a command tells the shell. Source: design, command line."""

    DONE = 0
    NEEDS_A_PERSON = 1
    INPUT = 2
    SETTINGS_OR_STORE = 3
    LOCK_HELD = 4


class EdiEngineError(Exception):
    """Base of everything this package raises on purpose.

    `place` says where (a path, a setting, a command argument), `remedy` what to do about it.
    """

    exit_status = ExitStatus.INPUT

    def __init__(self, message: str, *, place: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    @property
    def headline(self) -> str:
        """The message as the sentence it is."""
        return self.message[:1].upper() + self.message[1:]

    @property
    def sentences(self) -> str:
        """Message and remedy, for a reader who sees the place."""
        return f"{self.headline} {self.remedy}".strip()

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{remedy}"


class InputError(EdiEngineError):
    """A path, argument or file that cannot be used at all."""


class ConflictError(InputError):
    """What somebody decides about is not as it was when they looked at it. Nothing was changed."""


class SettingsError(EdiEngineError):
    """The settings file, the environment or a flag holds something unusable."""

    exit_status = ExitStatus.SETTINGS_OR_STORE


class StoreError(EdiEngineError):
    """The database is missing, of another version, damaged or unreachable."""

    exit_status = ExitStatus.SETTINGS_OR_STORE


class LockHeldError(EdiEngineError):
    """Another run holds the lock; nothing was changed."""

    exit_status = ExitStatus.LOCK_HELD
