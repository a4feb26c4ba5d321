"""Forms in, the Adaptive Cards of dialogs out. Pure.

An input is called as its field is, has a label, and below it a hint. What has to be mended is said at the top and
again right above each input. Where a form shows what fits the words in it, Teams asks for nothing by itself: it would
do so before showing that, too, so that what is missing is said by the core alone.

Source: adaptivecards.io/explorer; learn.microsoft.com/microsoftteams/platform/task-modules-and-cards, people picker
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from adapters.teams.render import ACTION, AGAIN, CARD, CONTEXT, KEY, Sheet, body, outline
from adapters.teams.texts import inert, runs
from bot.cards import (
    ChoiceField,
    Field,
    Form,
    Option,
    PeopleField,
    PickField,
    PlaceField,
    TextField,
    TicksField,
    TimeField,
)
from bot.forms import TEXT_MOST

Json = dict[str, Any]

RADIOS_MOST: Final = 3  #: to choose one from, one below the other; more are a menu
SHOW: Final = "What does this show?"
_OLD: Final = "This form needs a newer version of Teams."
_MISSING: Final = "This can't be left empty."
_NOWHERE: Final = "Where you are"  #: a place whose name we do not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A person or a place to choose."""

    value: str  #: its id
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    people: Sequence[Choice] = ()  #: whom Teams may not find by itself, such as guests; it searches for all others
    places: Sequence[Choice] = ()  #: where Kudos may post


def dialog(form: Form, tenant: str, *, key: str, choices: Choices, shared: bool = False) -> Json:
    """A form as a dialog: the `value` of a task, with `title`, `height`, `width` and `card`.

    Several that are chosen come back with commas between them. What comes with the inputs: `render.ACTION`,
    `render.KEY`, `render.CONTEXT`, and `render.AGAIN` where the form is only to be shown again.

    Args:
        key: comes back with the submission, the same however often that is sent.
        shared: it opens where others are.
    """
    sheet = Sheet(tenant=tenant, shared=shared)
    data = {ACTION: form.action, KEY: key, CONTEXT: dict(form.context)}
    asking = not any(isinstance(field, TextField) and field.said is not None for field in form.fields)
    parts = [*_erring(form), *body(form.intro, sheet)]
    for field in form.fields:
        first, *others = [*_words(field.error, color="Attention"), _input(field, choices, asking=asking)]
        parts += [{**first, "spacing": "Large"}, *others]
        parts += _words(field.hint, size="Small", isSubtle=True)
        if isinstance(field, TextField) and field.said is not None:
            parts += [*body(field.said, sheet), _again(data)]
    send = {"type": "Action.Submit", "title": inert(form.submit), "style": "positive", "data": data}
    content = {**outline(parts, _OLD), "actions": [send]}
    height = "large" if len(form.fields) > 1 else "medium"
    return {
        "title": form.title,
        "height": height,
        "width": "medium",
        "card": {"contentType": CARD, "content": content},
    }


def _erring(form: Form) -> Iterator[Json]:
    labels = " · ".join(field.label for field in form.fields if field.error)
    if labels:
        yield from _words(f"Nothing is lost. Please check: {labels}", color="Attention", weight="Bolder")


def _words(text: str, **style: object) -> Iterator[Json]:
    if text:
        text = f"⚠️ {text}" if "color" in style else text
        yield {"type": "RichTextBlock", "spacing": "Small", "inlines": runs(text, **style)}


def _again(data: Json) -> Json:
    act = {"type": "Action.Submit", "title": SHOW, "data": {**data, AGAIN: True}}
    return {"type": "ActionSet", "spacing": "Small", "actions": [act]}


def _input(field: Field, choices: Choices, *, asking: bool) -> Json:
    needed = {"isRequired": True, "errorMessage": _MISSING} if asking and _needed(field) else {}
    return {**_element(field, choices), "id": field.name, "label": inert(field.label), **needed}


def _needed(field: Field) -> bool:
    match field:
        case PeopleField(needed=needed):
            return needed
        case TicksField():
            return False
        case ChoiceField() | TextField() | PlaceField() | PickField() | TimeField():
            return True
    assert_never(field)


def _element(field: Field, choices: Choices) -> Json:
    match field:
        case PeopleField(chosen=chosen):
            found = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
            return {
                **_choices(_listed(choices.people), chosen, several=True),
                "placeholder": "Search for people",
                "choices.data": found,
            }
        case ChoiceField(groups=groups, chosen=chosen):
            titles = (_option(option, described=False) for group in groups for option in group.options)
            return _choices(titles, chosen, several=True, style="expanded")
        case PickField(options=given, chosen=one):
            style = "expanded" if len(given) <= RADIOS_MOST else "compact"
            return _choices(map(_option, given), (one,), style=style)
        case TicksField(options=given, chosen=chosen):
            return _choices(map(_option, given), chosen, several=True, style="expanded")
        case PlaceField(chosen=one):
            listed = choices.places
            if one and all(place.value != one for place in listed):
                listed = (Choice(value=one, label=_NOWHERE), *listed)
            return {**_choices(_listed(listed), (one,) if one else ()), "placeholder": "Choose a channel"}
        case TimeField(at=at):
            return {"type": "Input.Time", **({"value": at} if at else {})}
        case TextField(text=text, most=most, one_line=True):
            return {"type": "Input.Text", "maxLength": most, **({"value": text} if text else {})}
        case TextField(text=text, placeholder=placeholder):
            # The bound on a kudos is checked on submission, so that a text that is too long can be shortened here.
            hint = {"placeholder": placeholder} if placeholder else {}
            held = {"value": text} if text else {}
            return {"type": "Input.Text", "isMultiline": True, "maxLength": TEXT_MOST, **hint, **held}
    assert_never(field)


def _choices(options: Iterable[Json], chosen: Iterable[str], *, several: bool = False, style: str = "compact") -> Json:
    value = ",".join(chosen)
    return {
        "type": "Input.ChoiceSet",
        "style": style,
        "isMultiSelect": several,
        "wrap": True,
        "choices": list(options),
        **({"value": value} if value else {}),
    }


def _listed(choices: Iterable[Choice]) -> Iterator[Json]:
    yield from ({"title": inert(choice.label) or choice.value, "value": choice.value} for choice in choices)


def _option(option: Option, *, described: bool = True) -> Json:
    """A choice. Of many with a description each, a narrow screen would show a wall of words."""
    emoji = f"{option.emoji.unicode}\N{NO-BREAK SPACE}" if option.emoji else ""
    label = f"{option.label} · {option.description}" if described and option.description else option.label
    return {"title": emoji + inert(label), "value": option.value}
