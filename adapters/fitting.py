"""Cards that are too long for a platform, with less and less in them. Pure."""

from collections.abc import Sequence

from bot.cards import Actions, Bullets, Element, Note


def shorter(elements: Sequence[Element], rest: Note) -> list[list[Element]]:
    """The same card with less and less in it, which `rest` says; what can be done stays."""
    parts: list[Element] = []
    for element in elements:
        parts += [Bullets((item,)) for item in element.items] if isinstance(element, Bullets) else [element]
    acts = parts[-1:] if isinstance(parts[-1], Actions) else []
    return [*([*parts[:most], rest, *acts] for most in reversed(range(len(parts) - len(acts)))), [rest]]
