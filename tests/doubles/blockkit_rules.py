"""The rules a Block Kit object is checked by: small functions that report what Slack would report.

A rule looks at one value and reports a reason, in Slack's own words where they are known, with a JSON pointer.
Where the documentation leaves something open, the stricter reading is taken: lengths count UTF-16 units (an
emoji outside the basic plane is two), and a string that is given is not empty.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Report = Callable[[str, str], None]  # (reason, json pointer)
Rule = Callable[[Any, str, Report], None]


def size(text: str) -> int:
    """Measure `text` as strictly as Slack might: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(most: int, *, least: int = 1, pattern: str | None = None) -> Rule:
    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report("must be a string", at)
        elif size(value) > most:
            report(f"must be less than {most + 1} characters", at)
        elif size(value) < least:
            report(f"must be more than {least - 1} characters", at)
        elif pattern and not re.fullmatch(pattern, value):
            report(f"must match the pattern {pattern}", at)

    return rule


def integer(least: int, most: int) -> Rule:
    def rule(value: Any, at: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report("must be an integer", at)
        elif not least <= value <= most:
            report(f"must be between {least} and {most}", at)

    return rule


def number(value: Any, at: str, report: Report) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        report("must be a number", at)


def positive(value: Any, at: str, report: Report) -> None:
    """A number that takes up some of a circle."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        report("must be a number greater than 0", at)


def flag(value: Any, at: str, report: Report) -> None:
    if not isinstance(value, bool):
        report("must be a boolean", at)


def one_of(*values: str | int) -> Rule:
    def rule(value: Any, at: str, report: Report) -> None:
        if isinstance(value, bool) or value not in values:
            report(f"must be a valid enum value: {', '.join(map(str, values))}", at)

    return rule


def array(item: Rule, *, least: int = 1, most: int) -> Rule:
    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report("must be an array", at)
            return
        if len(value) > most:
            report(f"no more than {most} items allowed", at)
        if len(value) < least:
            report(f"must provide at least {least} items", at)
        for index, each in enumerate(value):
            item(each, f"{at}/{index}", report)

    return rule


def record(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *checks: Rule, tag: str | None = None
) -> Rule:
    """An object with these keys and no others; `checks` see it once its keys are known to be sound."""
    required = {"type": one_of(tag), **required} if tag else required
    known = {**required, **(optional or {})}

    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report("must be an object", at)
            return
        sound = True

        def note(reason: str, where: str) -> None:
            nonlocal sound
            sound = False
            report(reason, where)

        for key in required:
            if key not in value:
                note(f"missing required field: {key}", at)
        for key, inner in value.items():
            if key in known:
                known[key](inner, f"{at}/{key}", note)
            else:
                note(f"invalid additional property: {key}", at)
        if sound:
            for check in checks:
                check(value, at, report)

    return rule


def tagged(table: Mapping[str, Rule], kinds: Iterable[str] | None = None) -> Rule:
    """An object whose `type` names one of `kinds` (all of the table's, when not said)."""
    allowed = frozenset(table if kinds is None else kinds)

    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report("must be an object", at)
        elif not isinstance(value.get("type"), str):
            report("missing required field: type", at)
        elif value["type"] not in allowed:
            report(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            table[value["type"]](value, at, report)

    return rule


def text(most: int = 3000, *kinds: str) -> Rule:
    """A text object of at least one character; `plain_text` unless `kinds` says otherwise."""
    content = {"text": string(most)}
    plain = record(content, {"emoji": flag}, tag="plain_text")
    mrkdwn = record(content, {"verbatim": flag}, tag="mrkdwn")
    return tagged({"plain_text": plain, "mrkdwn": mrkdwn}, kinds or ("plain_text",))


EITHER_TEXT = ("plain_text", "mrkdwn")


def exactly_one_of(*keys: str) -> Rule:
    def check(value: Any, at: str, report: Report) -> None:
        if sum(key in value for key in keys) != 1:
            report(f"must define exactly one of {' or '.join(keys)}", at)

    return check
