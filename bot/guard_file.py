"""The files of the guard: what must not be said in a chat tool, as data that a force can add to. Pure.

Patterns are for RE2, which reads any text in time that grows with its length alone, whatever the pattern. So a force's
own can't hold anything up; and each is tried when the file is read.
"""

import functools
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Annotated, Final, Literal

import re2
from pydantic import BaseModel, ConfigDict, Field

from bot.data_file import shaped
from bot.errors import Problem
from bot.framework_file import Text
from bot.guard import Check, Guard, Kind, Rule
from bot.yaml_tree import Tree

PATTERN_MOST: Final = 1000  #: characters
PATTERNS_MOST: Final = 200  #: patterns and words of one kind

_NAME: Final = r"^[a-z][a-z_]{0,29}$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _KindPart(_Part):
    looks_like: Text | None = None
    patterns: list[Text] = []
    words: list[Text] = []
    unless: list[Text] = []
    check: Literal["phone"] | None = None
    none_of_it: bool = True


class _File(_Part):
    format: Annotated[Literal[1], Field(alias="schema")]
    kinds: dict[Annotated[str, Field(pattern=_NAME)], _KindPart] = {}


def parse(text: str, path: str, base: Guard | None = None) -> Guard:
    """Read what must not be said from the text of its file, added to `base`; `path` only names the file in messages.

    Raises:
        FrameworkError: the file can't be used. It holds every problem, with line and path, ordered by line.
    """
    known = {kind.name: kind for kind in base.kinds} if base else {}
    file = shaped(_File, text, path, lambda file, tree: _unusable(file, tree, known) if file else ())
    found = {name: _kind(name, part, known.get(name)) for name, part in file.kinds.items()}
    return Guard(tuple((known | found).values()))


@functools.cache
def shipped() -> Guard:
    """What every force starts with."""
    return parse((resources.files("bot") / "guard.yaml").read_text("utf-8"), "guard.yaml")


def _kind(name: str, part: _KindPart, before: Kind | None) -> Kind:
    """The kind as the file has it, added to what it was; whoever adds to one can't make it weaker but by `unless`."""
    rule = Rule(patterns=(*part.patterns, *map(_word, part.words)), unless=tuple(part.unless))
    if before is None:
        return Kind(
            name=name,
            looks_like=part.looks_like or "",
            rule=rule,
            check=Check(part.check) if part.check else None,
            none_of_it=part.none_of_it,
        )
    return Kind(
        name=name,
        looks_like=part.looks_like or before.looks_like,
        rule=Rule(
            patterns=(*before.rule.patterns, *rule.patterns),
            unless=(*before.rule.unless, *rule.unless),
        ),
        check=before.check,
        none_of_it=before.none_of_it and part.none_of_it,
    )


def _word(word: str) -> str:
    """A word or a phrase as a pattern: it is one by itself, and in capitals only where it is written so."""
    spaced = r"\s{1,3}".join(map(re2.escape, word.split()))
    return rf"\b(?-i:({spaced}))\b" if word.isupper() else rf"\b({spaced})\b"


def _unusable(file: _File, tree: Tree, known: Mapping[str, Kind]) -> Iterator[Problem]:
    """What a schema can't tell."""
    for name, part in file.kinds.items():
        here = tree.at(["kinds", name])
        if part.looks_like is None and name not in known:
            yield Problem(line=here.line, path=here.path, message="say what it looks like: looks_like is missing")
        if len(part.patterns) + len(part.words) + len(part.unless) > PATTERNS_MOST:
            yield Problem(line=here.line, path=here.path, message=f"{PATTERNS_MOST} patterns and words at most")
        for list_, patterns in (("patterns", part.patterns), ("unless", part.unless)):
            for place, pattern in enumerate(patterns):
                at = tree.at(["kinds", name, list_, place])
                if message := _wrong(pattern, finds=list_ == "patterns"):
                    yield Problem(line=at.line, path=at.path, message=message)


def _wrong(pattern: str, *, finds: bool) -> str:
    """What is wrong with a pattern; "" if it can be used."""
    if len(pattern) > PATTERN_MOST:
        return f"a pattern has {PATTERN_MOST:,} characters at most"
    try:
        compiled = re2.compile(pattern, Rule.options())
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else error.args[0]
        return f"this is no pattern that RE2 knows: {reason}"
    if finds and compiled.search(""):
        return "this finds something where there is nothing"
    return ""
