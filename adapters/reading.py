"""Reading what a platform has sent: whatever is odd about it ends in one error, and in no other."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class MalformedError(Exception):
    """Signed by a platform and yet not what it sends. The message holds no word of it."""


def reading(read: Callable[P, R]) -> Callable[P, R]:
    """Whatever `read` stumbles over is malformed."""

    @functools.wraps(read)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        # OSError is what `datetime` says of a time so far away that the C library has no year for it.
        except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, StopIteration, OSError) as error:
            raise MalformedError(type(error).__name__) from None

    return careful
