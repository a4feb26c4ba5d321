"""What can go wrong between an app and Slack, on purpose."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from .slack_objects import Json

#: When a connection breaks: before Slack has done anything, or after, so that only the answer is lost.
Drop = Literal["before", "after"]


@dataclass(kw_only=True)
class Fault:
    """Something that happens to the next calls of a method (a pattern such as "chat.*" names several)."""

    method: str
    times: int | None = 1  # none: always
    channel: str | None = None  # only calls for this conversation
    status: int | None = None  # an HTTP status instead of an answer
    retry_after: int | None = None  # seconds, in the header of that name
    error: str = ""  # an error code instead of an answer
    delay_s: float = 0.0
    linger_s: float = 0.0  # between what Slack does and its answer, which may be out of date by then
    drop: Drop | None = None
    used: int = 0

    def meets(self, method: str, args: Json) -> bool:
        """Tell whether it happens to this call."""
        left = self.times is None or self.used < self.times
        here = self.channel is None or args.get("channel") == self.channel
        return left and here and fnmatchcase(method, self.method)

    def __str__(self) -> str:
        parts = [f"HTTP {self.status}" if self.status else "", self.error, f"drop {self.drop}" if self.drop else ""]
        parts += [
            f"delay {self.delay_s} s" if self.delay_s else "",
            f"linger {self.linger_s} s" if self.linger_s else "",
        ]
        return ", ".join(part for part in parts if part)
