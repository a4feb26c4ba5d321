"""How cards call those who are thanked: people by name, groups with the number of people in them. Pure views."""

from collections.abc import Iterable

from bot.cards import Mention, Span, Spans, Strong
from bot.model import Person, Recognition
from bot.recipients import group_text, listed


def recipients(recognition: Recognition) -> Spans:
    """Who was named is called; a group is mere text, for it would call whoever is in it by then."""
    parts: list[Span] = [Mention(person=person.id, name=person.name) for person in recognition.named]
    parts += [Strong(group_text(group)) for group in recognition.groups]
    return joined([(part,) for part in parts])


def joined(parts: Iterable[Spans]) -> Spans:
    """`A`, `A and B`, `A, B and C`."""
    first, *others = parts
    spans: list[Span] = [*first]
    for position, part in enumerate(others, start=1):
        spans += [" and " if position == len(others) else ", ", *part]
    return tuple(spans)


def recipient_names(recognition: Recognition) -> str:
    """Each group, and of the people named at most three and then how many more."""
    return listed([*_some(recognition.named), *map(group_text, recognition.groups)])


def people(people: Iterable[Person]) -> str:
    """Names, at most three and then how many more."""
    return listed(_some(people))


def company(recognition: Recognition) -> str:
    """With whom one of those who are thanked shares it; "" where they were alone."""
    others = len(recognition.recipients) - 1
    said = f" and {others} other{'s' if others > 1 else ''}" if others else ""
    if not recognition.groups:
        return said
    among = " among them" if recognition.named else ""
    return f"{said} ({listed([f'@{group.name}' for group in recognition.groups])}{among})"


def _some(people: Iterable[Person]) -> list[str]:
    names = [person.name for person in people]
    return names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} others"]
