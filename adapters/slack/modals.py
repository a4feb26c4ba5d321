"""Forms in, modals of Block Kit out. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, assert_never

from adapters.slack import render
from adapters.slack.room import cut
from bot.cards import (
    ChoiceField,
    Element,
    Field,
    Form,
    Option,
    PeopleField,
    PickField,
    PlaceField,
    TextField,
    TicksField,
    TimeField,
    length,
)
from bot.forms import TEXT_MOST

Json = dict[str, Any]

HINT_MOST: Final = 2000
SAID: Final = "said"  #: what the ids of such blocks begin with
AS_IT_IS_WRITTEN: Final = {"trigger_actions_on": ["on_character_entered"]}
RADIOS_MOST: Final = 3  #: to choose one from, side by side; more are a menu


def modal(form: Form, kept: Mapping[str, str], base: str) -> Json:
    """A form as a modal view.

    Args:
        kept: comes back with the submission, beside the form's own context.
    """
    blocks = render.in_blocks(form.intro, base)
    for field in form.fields:
        if field.error:
            blocks.append(
                {
                    "type": "section",
                    "text": {"type": "plain_text", "text": cut(f"⚠️ {field.error}", render.CONTEXT_MOST), "emoji": True},
                }
            )
        blocks.append(_input(field))
        if isinstance(field, TextField) and field.said:
            blocks += said(field.said, base)
    return {
        "type": "modal",
        "callback_id": form.action,
        "title": {"type": "plain_text", "text": form.title},
        "submit": {"type": "plain_text", "text": form.submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": json.dumps({**dict(form.context), **kept}),
        "blocks": blocks,
    }


def said(elements: Iterable[Element], base: str) -> list[Json]:
    """What is said below the words in a form; other blocks have other ids, which tell what is there already."""
    blocks = render.in_blocks(elements, base)
    digest = hashlib.blake2b(json.dumps(blocks).encode(), digest_size=8).hexdigest()
    return [{**block, "block_id": f"{SAID}-{digest}-{place}"} for place, block in enumerate(blocks)]


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": {"type": "plain_text", "text": field.label},
        "element": {"action_id": field.name, **_element(field)},
    }
    if isinstance(field, TextField) and field.said is not None:
        block["dispatch_action"] = True
    if field.hint:
        block["hint"] = {"type": "plain_text", "text": cut(field.hint, HINT_MOST)}
    if isinstance(field, TicksField) or (isinstance(field, PeopleField) and not field.needed):
        block["optional"] = True
    return block


def _element(field: Field) -> Json:
    match field:
        case PeopleField(chosen=chosen, most=most):
            initial: Json = {"initial_users": list(chosen)} if chosen else {}
            return {"type": "multi_users_select", "max_selected_items": most, **initial}
        case ChoiceField(groups=groups, chosen=chosen, most=most):
            options = {option.value: _option(option) for group in groups for option in group.options}
            initial = {"initial_options": [options[value] for value in chosen]} if chosen else {}
            return {
                "type": "multi_static_select",
                "max_selected_items": most,
                "option_groups": [
                    {
                        "label": {"type": "plain_text", "text": cut(group.label, render.OPTION_MOST)},
                        "options": [options[option.value] for option in group.options],
                    }
                    for group in groups
                ],
                **initial,
            }
        case PickField(options=given, chosen=chosen):
            listed = {option.value: _option(option) for option in given}
            initial = {"initial_option": listed[chosen]} if chosen in listed else {}
            kind = "radio_buttons" if len(listed) <= RADIOS_MOST else "static_select"
            return {"type": kind, "options": list(listed.values()), **initial}
        case TicksField(options=given, chosen=ticked):
            listed = {option.value: _option(option) for option in given}
            initial = {"initial_options": [listed[value] for value in ticked]} if ticked else {}
            return {"type": "checkboxes", "options": list(listed.values()), **initial}
        case TimeField(at=at):
            return {"type": "timepicker", **({"initial_time": at} if at else {})}
        case TextField(text=text, most=most, one_line=True):
            return {"type": "plain_text_input", "max_length": most, **({"initial_value": text} if text else {})}
        case TextField(text=text, placeholder=placeholder, said=said_):
            # The bound on a kudos is checked on submission, so that a text that is too long can be shortened here.
            initial = {"initial_value": text} if text else {}
            hint: Json = {"placeholder": {"type": "plain_text", "text": placeholder}} if placeholder else {}
            told: Json = {} if said_ is None else {"dispatch_action_config": AS_IT_IS_WRITTEN}
            box: Json = {"type": "plain_text_input", "multiline": True, "max_length": TEXT_MOST}
            return {**box, **told, **hint, **initial}
        case PlaceField(chosen=chosen):
            initial = {"initial_conversation": chosen} if chosen else {}
            channels = {"include": ["public", "private"], "exclude_external_shared_channels": True}
            return {"type": "conversations_select", "filter": channels, **initial}
    assert_never(field)


def _option(option: Option) -> Json:
    emoji = f"{option.emoji.unicode} " if option.emoji else ""
    # Slack tells of an emoji by its name, and has to take that back where a form is changed while it is open.
    room = render.OPTION_MOST - (length(f":{option.emoji.name}: ") if option.emoji else 0)
    text = option.label if length(option.label) <= room else cut(option.short, room)
    block: Json = {
        "text": {"type": "plain_text", "text": emoji + text, "emoji": True},
        "value": option.value,
    }
    if option.description:
        block["description"] = {"type": "plain_text", "text": cut(option.description, render.OPTION_MOST)}
    return block


def errors(faults: Iterable[tuple[str, str]], fields: Iterable[str]) -> dict[str, str]:
    """Sentences by the input they belong to; what belongs to no input of the form stands at the first."""
    names = list(fields)
    found: dict[str, str] = {}
    for name, sentence in faults:
        found.setdefault(name if name in names else names[0], sentence)
    return found
