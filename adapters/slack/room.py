"""How much Slack takes: of a text, and of a message. Pure."""

from typing import Any, Final

from bot.cards import length
from bot.shortening import beginning

BLOCKS_MOST: Final = 50
#: Characters of all its blocks. Slack does not say how many it takes: 9,597 it did, and 11,341 were too many.
#: Source: github.com/slackapi/bolt-js/issues/2867
TEXT_MOST: Final = 9_500


def holds(blocks: list[dict[str, Any]]) -> bool:
    return len(blocks) <= BLOCKS_MOST and _written(blocks) <= TEXT_MOST


def _written(node: Any) -> int:
    """The characters of all texts, as Slack seems to count them."""
    match node:
        case dict():
            return sum(
                length(each) if name == "text" and isinstance(each, str) else _written(each)
                for name, each in node.items()
            )
        case list():
            return sum(map(_written, node))
        case _:
            return 0


def cut(text: str, most: int) -> str:
    if length(text) <= most:
        return text
    room = text.encode("utf-16-le", "replace")[: 2 * most - 2].decode("utf-16-le", "ignore")
    return beginning(text, len(room)) + "…"
