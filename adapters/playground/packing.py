"""Cards and forms as JSON and back: how the playground keeps what was sent to it, as a chat platform would."""

import json
from dataclasses import fields
from typing import Any, Final

from bot import cards
from bot.model import Message

_RECORDS: Final[dict[str, type[Any]]] = {
    record.__name__: record
    for record in (
        cards.Card,
        cards.Heading,
        cards.Line,
        cards.Quote,
        cards.Bullets,
        cards.Note,
        cards.Divider,
        cards.Chart,
        cards.Bar,
        cards.Actions,
        cards.Button,
        cards.Strong,
        cards.Quoted,
        cards.Code,
        cards.Typed,
        cards.LetIn,
        cards.Emoji,
        cards.Mention,
        cards.PlaceName,
        cards.MessageLink,
        Message,
        cards.Form,
        cards.PeopleField,
        cards.ChoiceField,
        cards.TextField,
        cards.PlaceField,
        cards.PickField,
        cards.TicksField,
        cards.TimeField,
        cards.Option,
        cards.OptionGroup,
    )
}


def packed(record: cards.Card | cards.Form) -> str:
    """The record as text; `card` and `form` are the inverse."""
    return json.dumps(_plain(record), ensure_ascii=False, separators=(",", ":"))


def card(text: str) -> cards.Card:
    record = _record(json.loads(text))
    if not isinstance(record, cards.Card):
        raise TypeError("not a card")
    return record


def form(text: str) -> cards.Form:
    record = _record(json.loads(text))
    if not isinstance(record, cards.Form):
        raise TypeError("not a form")
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if type(value).__name__ in _RECORDS:
        named = {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
        return {"": type(value).__name__, **named}
    return value


def _record(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_record(each) for each in value)
    if isinstance(value, dict):
        return _RECORDS[value[""]](**{name: _record(each) for name, each in value.items() if name})
    return value
