"""Frameworks as somebody edits them."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import yaml

from bot.framework import Framework, parse


def edited(framework: Framework, edit: Callable[[dict[str, Any]], None]) -> Framework:
    """`framework` after its file was edited, valid again."""
    file = yaml.safe_load(framework.text)
    edit(file)
    return parse(yaml.safe_dump(file, allow_unicode=True, sort_keys=False), "edited.yaml")


def without(framework: Framework, position: int) -> Framework:
    """Without an entry that people can be thanked for."""
    gone = framework.taggable[position].id

    def edit(file: dict[str, Any]) -> None:
        file["entries"] = [each for each in file["entries"] if each["id"] != gone]
        for each in file["entries"]:
            each["our_readings"] = [
                reading
                for reading in each.get("our_readings", [])
                if (reading["entry"] if isinstance(reading, dict) else reading) != gone
            ]

    return edited(framework, edit)


def changed(framework: Framework, position: int, **values: object) -> Framework:
    """With other values of an entry that people can be thanked for; None takes one away."""
    id_ = framework.taggable[position].id

    def edit(file: dict[str, Any]) -> None:
        entry = next(each for each in file["entries"] if each["id"] == id_)
        entry.update(values)
        for name in [name for name, value in entry.items() if value is None]:
            del entry[name]

    return edited(framework, edit)


def of_another_kind(framework: Framework, position: int) -> Framework:
    """With an entry that people can't be thanked for any more, though it is still there."""
    id_ = framework.taggable[position].id

    def edit(file: dict[str, Any]) -> None:
        kind = next(each for each in file["entries"] if each["id"] == id_)["kind"]
        file["kinds"]["merely-told"] = {
            **deepcopy(file["kinds"][kind]),
            "label": "old light",
            "plural": "old lights",
            "aliases": [],
            "kudos": False,
        }
        file["kinds"]["merely-told"].pop("suggest", None)

    told = edited(framework, edit)
    marks = dict.fromkeys(("tag", "emoji", "emoji_name", "emoji_aliases"))
    return changed(told, position, kind="merely-told", **marks)
