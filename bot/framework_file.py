"""What `framework.yaml` may hold, and everything that can be wrong with it.

The shape is a pydantic schema; what entries say about one another is checked on the tree itself, so that a
mistake in one place never hides another.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.data_file import shaped
from bot.errors import Problem
from bot.yaml_tree import Tree, shortened

SHORT_MOST = 60  #: characters of a short name

_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*\Z")
_EMOJI_NAME = re.compile(r"[a-z0-9_+'-]+\Z")


def bare_emoji(emoji: str) -> str:
    """An emoji without what only varies its look: skin tone, variation selector, colons."""
    name = emoji.strip(":").split("::")[0]
    return "".join(c for c in name if c != "\ufe0f" and not "\U0001f3fb" <= c <= "\U0001f3ff")


def _one_line(text: str) -> str:
    """Line breaks and runs of spaces are layout."""
    if not (joined := " ".join(text.split())):
        raise PydanticCustomError("text", "nothing is written here: write something, or remove the line")
    return joined


def _short(text: str) -> str:
    if len(text) > SHORT_MOST:
        message = "this has {length} characters; {most} at most, so make it shorter"
        raise PydanticCustomError("text", message, {"length": len(text), "most": SHORT_MOST})
    return text


def _lifted(name: str) -> BeforeValidator:
    """What is written without a name stands for `name`."""

    def lift(value: object) -> object:
        return value if isinstance(value, dict) else {name: value}

    return BeforeValidator(lift)


Text = Annotated[str, AfterValidator(_one_line)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class QuotationPart(_Part):
    text: Text
    printed: Text | None = None
    note: Text | None = None


_Quotation = Annotated[QuotationPart, _lifted("text")]


class SourcePart(_Part):
    title: Text
    dated: Text
    notes: list[Text] = []


class KindGroupPart(_Part):
    label: Text
    note: Text = ""
    dated: Text = ""


class KindPart(_Part):
    label: Text
    plural: Text
    section: Text = ""
    kudos: bool
    suggest: Literal["first", "second"] | None = None
    aliases: list[Text] = []
    groups: dict[str, KindGroupPart] = {}


class GroupPart(_Part):
    heading: _Quotation | None = None
    lines: Annotated[list[_Quotation], Field(min_length=1)]
    note: Text = ""
    dated: Text = ""


class ReadingPart(_Part):
    entry: Text
    line: Text = ""


class EntryPart(_Part):
    id: Text
    kind: Text
    source: Text
    section: Text = ""
    number: Annotated[int, Field(ge=1)] | None = None
    title: _Quotation
    title_is_ours: bool = False
    tag: Text = ""
    short: Annotated[Text, AfterValidator(_short)] = ""
    emoji: Text = ""
    emoji_name: Text = ""
    emoji_aliases: list[Text] = []
    groups: dict[str, Annotated[GroupPart, _lifted("lines")]] = {}
    lists: list[Text] = []
    printed_forms: list[Text] = []
    missing: list[Text] = []
    notes: list[Text] = []
    aliases: list[Text] = []
    our_readings: list[Annotated[ReadingPart, _lifted("entry")]] = []


class OrganisationPart(_Part):
    name: Text
    short: Text


class ContactPart(_Part):
    name: Text
    contact: Text = ""
    hours: Text = ""
    for_: Annotated[Literal["emergency", "crisis", "wrongdoing", "everyday"], Field(alias="for")]


class File(_Part):
    format: Annotated[Literal[1], Field(alias="schema")]
    organisation: OrganisationPart
    help: list[ContactPart] = []
    sources: dict[str, SourcePart]
    kinds: dict[str, KindPart]
    entries: list[EntryPart]


def load(text: str, path: str) -> File:
    """Read a framework file.

    Raises:
        FrameworkError: as for `shaped`.
    """
    return shaped(File, text, path, lambda _, tree: _disagreements(tree))


_NEEDED = {"emergency": ("contact",), "crisis": ("contact", "hours")}  # of those who help, by what for


def _disagreements(root: Tree) -> Iterator[Problem]:
    """What is wrong between the parts. A part of the wrong shape has been reported and is passed over."""
    kinds, sources = _fields(root.named("kinds")), _fields(root.named("sources"))
    entries = [entry for entry in _items(root.named("entries")) if isinstance(entry.value, dict)]
    ids = {_said(tree): entry for entry in entries for tree in _texts(entry, "id")}
    for name, named in [*sources.items(), *kinds.items(), *((said, entry.at(["id"])) for said, entry in ids.items())]:
        if not _ID.match(name):
            yield _problem(named, "an id has small letters, digits, dots and hyphens, such as value.fair: change it")
    yield from _repeated((tree, _said(tree)) for entry in entries for tree in _texts(entry, "id"))
    yield from _repeated((tree, _said(tree).casefold()) for entry in entries for tree in _texts(entry, "tag"))
    yield from _repeated(
        (tree, bare_emoji(_said(tree)))
        for entry in entries
        for tree in _texts(entry, "emoji", "emoji_name", "emoji_aliases")
    )
    yield from _repeated(
        (tree, f"{_said(entry.at(['kind']))} {tree.value}") for entry in entries if (tree := entry.named("number"))
    )
    yield from _kinds(kinds, root, entries)
    for contact in _items(root.named("help")):
        for name in _NEEDED.get(str(contact.at(["for"]).value), ()):
            if not contact.named(name):
                yield _lacking(contact, name, "somebody in need must not have to look for it, so add it")
    for entry in entries:
        yield from _unknown(entry, kinds, sources, ids)
        for tree in _texts(entry, "kind"):
            if kind := kinds.get(_said(tree)):
                yield from _unlike_its_kind(entry, kind)
        yield from _unfit_marks(entry)


def _kinds(kinds: Mapping[str, Tree], root: Tree, entries: Iterable[Tree]) -> Iterator[Problem]:
    yield from _repeated((tree, _said(tree)) for kind in kinds.values() for tree in _texts(kind, "suggest"))
    for kind in kinds.values():
        if kind.at(["kudos"]).value is False and (suggest := kind.named("suggest")):
            yield _problem(suggest, "only a kind with kudos: true can be suggested: remove the line")
    thankable = {name for name, kind in kinds.items() if kind.at(["kudos"]).value is not False}
    used = {_said(tree) for entry in entries for tree in _texts(entry, "kind")}
    if (listed := root.named("entries")) and not used & thankable:
        yield _problem(listed, "people can be thanked for none of these: add an entry of a kind with kudos: true")


def _unknown(
    entry: Tree, kinds: Mapping[str, Tree], sources: Mapping[str, Tree], ids: Mapping[str, Tree]
) -> Iterator[Problem]:
    """Names of what does not exist."""
    for name, known in (("kind", kinds), ("source", sources), ("lists", {**kinds, **ids})):
        for tree in _texts(entry, name):
            if _said(tree) not in known:
                yield _problem(tree, _nearest(tree, known))
            elif ids.get(_said(tree)) is entry:
                yield _problem(tree, "an entry can't be an overview of itself: remove the line")
    for reading in _items(entry.named("our_readings")):
        target = reading.named("entry") or reading
        if not isinstance(target.value, str):
            continue
        meant = ids.get(_said(target))
        if meant is None:
            yield _problem(target, _nearest(target, ids))
            continue
        for line in _texts(reading, "line"):
            if _said(line) not in set(_lines(meant)):
                yield _problem(line, f"{_said(target)} has no such line: copy it from there")


def _unlike_its_kind(entry: Tree, kind: Tree) -> Iterator[Problem]:
    """What an entry lacks or has too much for its kind."""
    groups = _fields(kind.named("groups"))
    for name, group in _fields(entry.named("groups")).items():
        if name not in groups:
            known = ", ".join(groups) or "none"
            yield _problem(group, f"its kind has no group {shortened(name)} (only {known}): add it there or rename it")
    match kind.at(["kudos"]).value:
        case True:
            for name in ("tag", "short", "emoji", "emoji_name"):
                if not entry.named(name):
                    yield _lacking(entry, name, "people can be thanked for this entry, so add it")
        case False:
            for name in ("tag", "emoji", "emoji_name", "emoji_aliases"):
                if tree := entry.named(name):
                    yield _problem(tree, "nobody can be thanked for this kind of entry: remove it")
        case _:
            pass  # it has been reported that the kind doesn't say so
    titled = entry.at(["title_is_ours"]).value is True
    if titled and not (kind.named("section") or entry.named("section")):
        yield _lacking(entry, "section", "the title is ours, so say where in the document the lines stand")


def _unfit_marks(entry: Tree) -> Iterator[Problem]:
    """Tags and emoji that nobody could type or put."""
    for tree in _texts(entry, "tag"):
        tag = _said(tree)
        if not (tag.isalnum() and tag[0].isalpha() and tag == tag.casefold()):
            yield _problem(tree, "a tag is one word in small letters, without # or hyphen, such as listen: change it")
    for tree in _texts(entry, "emoji"):
        if bare_emoji(_said(tree)).isascii() or any(c.isalpha() for c in _said(tree)):
            yield _problem(tree, "this is no emoji: write the emoji itself, such as 👂")
    for tree in _texts(entry, "emoji_name", "emoji_aliases"):
        if not _EMOJI_NAME.match(_said(tree)):
            yield _problem(tree, "an emoji name has no colons, capitals or spaces, such as ear: change it")


def _repeated(named: Iterable[tuple[Tree, str]]) -> Iterator[Problem]:
    first: dict[str, Tree] = {}
    for tree, key in named:
        if (other := first.setdefault(key, tree)) is not tree:
            shown = shortened(str(tree.value))
            yield _problem(tree, f"{shown} is already used in line {other.line}: choose another")


def _nearest(tree: Tree, known: Iterable[str]) -> str:
    found = get_close_matches(_said(tree), list(known), n=1)
    return f"{shortened(_said(tree))} does not exist: " + (f"did you mean {found[0]}?" if found else "correct it")


def _problem(tree: Tree, message: str) -> Problem:
    return Problem(line=tree.line, path=tree.path, message=message)


def _lacking(tree: Tree, name: str, advice: str) -> Problem:
    return Problem(line=tree.line, path=f"{tree.path}.{name}", message=f"{name} is missing: {advice}")


def _fields(tree: Tree | None) -> dict[str, Tree]:
    return tree.value if tree and isinstance(tree.value, dict) else {}


def _items(tree: Tree | None) -> tuple[Tree, ...]:
    return tree.value if tree and isinstance(tree.value, tuple) else ()


def _said(tree: Tree) -> str:
    return " ".join(str(tree.value).split())


def _texts(tree: Tree, *names: str) -> Iterator[Tree]:
    """The texts written under `names`, alone or in lists."""
    for name in names:
        if child := tree.named(name):
            for each in (child, *_items(child)):
                if isinstance(each.value, str) and each.value.strip():
                    yield each


def _lines(entry: Tree) -> Iterator[str]:
    """Every line of an entry, as it is shown."""
    for group in _fields(entry.named("groups")).values():
        for line in _items(group.named("lines") or group):
            yield _said(line.named("text") or line)
