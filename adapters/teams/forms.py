"""Forms in, the Adaptive Cards of dialogs out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards import Form

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A person or a place to choose."""

    value: str  #: its id
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    people: Sequence[Choice] = ()  #: whom Teams may not find by itself, such as guests; it searches for all others
    places: Sequence[Choice] = ()  #: where Kudos may post


def dialog(form: Form, tenant: str, *, key: str, choices: Choices) -> Json:
    """A form as a dialog: the `value` of a task, with `title`, `height`, `width` and `card`.

    Its inputs are called as its fields are. Several that are chosen come back with commas between them. What comes
    with them: `render.ACTION`, `render.KEY`, `render.CONTEXT`, and `render.AGAIN` where it is only to be shown again.

    Args:
        key: comes back with the submission, the same however often that is sent.
    """
    raise NotImplementedError
