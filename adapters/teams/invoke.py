"""What an invoke is answered with: the one thing that the HTTP answer of an activity may carry."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvokeAnswer:
    """The answer to an activity of type `invoke`; Teams waits five seconds for it, and asks up to three times."""

    status: int = 200
    body: Json | None = None
