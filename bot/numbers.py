"""Which numbers stand beside the name of a kind, as in "promise 4" and "the fourth of our promises"."""

from collections.abc import Sequence
from typing import Final

from bot.english import LAST, NUMBER_SIGNS, count, ordinal
from bot.names import Mention, Word

_THROUGH: Final = frozenset({"to", "through", "till", "until"})  #: between the first and the last of several
_RANGE_MOST: Final = 100  #: numbers that are counted through
_LINKS: Final = frozenset({"of", "in", "from", "the", "our", "your"})


def numbers_beside(words: Sequence[Word], mention: Mention, *, last: int) -> tuple[list[int], set[int]]:
    """The numbers beside a kind, and the places they are at.

    Args:
        last: the highest there is.
    """
    after, used = _after(words, mention.end)
    if after:
        return after, used
    place = mention.start - 1
    while place > 0 and words[place].surface in _LINKS:
        place -= 1
    if place < 0:
        return [], set()
    surface = words[place].surface
    if (number := ordinal(surface)) is not None:
        return [number], {place}
    if surface in LAST and not mention.many:
        return [last], {place}
    signed = place > 0 and words[place - 1].surface in NUMBER_SIGNS
    # "4 promise" is a number, "the four promises" and "one value" are not.
    if (number := count(surface)) is not None and (signed or not (mention.many or surface == "one")):
        return [number], {place}
    return [], set()


def _after(words: Sequence[Word], place: int) -> tuple[list[int], set[int]]:
    numbers: list[int] = []
    used, through = set(), False
    for place_, word in enumerate(words[place:], start=place):
        if (number := count(word.surface)) is not None:
            numbers += range(numbers[-1] + 1, min(number, numbers[-1] + _RANGE_MOST)) if through else []
            numbers.append(number)
            used.add(place_)
        elif word.surface not in NUMBER_SIGNS and not (numbers and word.surface in ("and", "or", *_THROUGH)):
            break
        through = bool(numbers) and word.surface in _THROUGH
    return numbers, used
