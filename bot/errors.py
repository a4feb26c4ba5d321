"""The error tree, split by whose move it is.

    KudosError
    ├── Refusal                the person can mend it; shown to them, at the field
    ├── ConfigError            the operator can mend it; stops the start
    │   └── FrameworkError     … in `framework.yaml`
    └── PlatformError          nobody did wrong; try again or report
        ├── Throttled          429: not accepted; try again after `retry_after_s`
        ├── Unreachable        not accepted; try again later
        ├── AnswerLost         perhaps accepted; look before trying again
        ├── CannotLook         we may not read back what we posted
        ├── NotAMember         we are not in that place (yet)
        ├── SwitchedOff        the workspace does not have us (any more); it may again
        └── Impossible         it will never succeed: archived, revoked, gone
    DatabaseError              the database could not carry it out; nothing is half-written
    └── NotAllowed             whoever we are to the database may not do that

A bug is none of these: it stays an ordinary exception.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class KudosError(Exception):
    """What all errors raised on purpose have in common."""


class Refusal(KudosError):  # noqa: N818 - the word of the architecture
    """What the person has to mend: pairs of a form's field ("" for the whole) and a sentence saying what to do."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(" ".join(sentence for _, sentence in faults))
        self.faults = faults


class ConfigError(KudosError):
    """Everything that is wrong with the settings, one readable line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a data file."""

    line: int  #: 1-based
    path: str  #: such as `entries[3].tag`; "" for the file as a whole
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}: {self.path}" if self.path else f"line {self.line}"
        return f"{where}: {self.message}"


class FrameworkError(ConfigError):
    """Every problem of a framework file at once."""

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.details = tuple(problems)
        super().__init__(f"{path}, {problem}" for problem in self.details)


class PlatformError(KudosError):
    """A platform did not do what we asked. The message is for the log; it holds no text of a person."""


class Throttled(PlatformError):  # noqa: N818
    """The platform said: not now (HTTP 429). Nothing was accepted."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unreachable(PlatformError):  # noqa: N818
    """Nothing was accepted: the connection was refused, or the platform answered that it failed."""


class AnswerLost(PlatformError):  # noqa: N818
    """The request went out and no answer came: it may have been carried out."""


class CannotLook(PlatformError):  # noqa: N818
    """We have no right to read back our own messages there."""


class NotAMember(PlatformError):  # noqa: N818
    """We have to be invited first."""


class SwitchedOff(PlatformError):  # noqa: N818
    """The workspace has not installed us, or not any more. What is for it waits."""


class Impossible(PlatformError):  # noqa: N818
    """It will never succeed. `reason` is the platform's word for it, such as `is_archived`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseError(KudosError):
    """The database could not carry it out (locked for too long, disk full, damaged, gone). Nothing is half-written."""


class NotAllowed(DatabaseError):  # noqa: N818
    """The role with which we are known to the database may not do that."""
