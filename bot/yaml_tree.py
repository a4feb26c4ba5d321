"""YAML without its surprises: text, lists and named values, each with its line. Pure.

A data file is edited by people who don't know YAML. So nothing is guessed: what YAML would silently read as
something else than text is a problem, as are repeated names, anchors, tags and whatever else lets a small file
say more than one sees. Problems are collected, not raised, so that all can be shown at once.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from bot.errors import Problem

BYTES_MOST = 256 * 1024  #: of one file
DEPTH_MOST = 20  #: lists and named values inside one another

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it: ten times faster

# What neither YAML nor a reader can take: controls, invisible line ends, halves of characters, byte order marks.
_UNREADABLE = re.compile(
    "[^\\t\\n\\x20-\\x7e\\xa0-\\u2027\\u202f-\\u2065\\u206a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd"
    "\\U00010000-\\U0010ffff]"
)
_WHOLE_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")
_MEANS = "tag:yaml.org,2002:"
_Events = Iterator[yaml.Event]
Doubts = dict[tuple[int, str], Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A value of the file, and where it stands."""

    line: int  #: 1-based; for a named value the line of its name
    path: str  #: such as `entries[3].tag`; "" for the whole
    value: "str | int | bool | tuple[Tree, ...] | dict[str, Tree] | None"

    def named(self, name: str) -> "Tree | None":
        """The value of that name, if there is one."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def at(self, steps: Sequence[str | int]) -> "Tree":
        """The value reached by `steps`, or as near to it as the file goes."""
        tree = self
        for step in steps:
            match tree.value, step:
                case dict() as names, str() if step in names:
                    tree = names[step]
                case tuple() as items, int():
                    tree = items[step]
                case _:
                    pass
        return tree

    def plain(self) -> object:
        """The value as lists, dicts, text, numbers, booleans and None."""
        match self.value:
            case dict() as names:
                return {name: tree.plain() for name, tree in names.items()}
            case tuple() as items:
                return [tree.plain() for tree in items]
            case scalar:
                return scalar


@dataclass(slots=True, kw_only=True)
class Document:
    """What came of reading a text."""

    tree: Tree | None = None  #: None when the file is empty or not YAML
    problems: list[Problem] = field(default_factory=list)
    doubts: Doubts = field(default_factory=dict)
    """Problems with a single value, by its line and path. Who knows what is wanted there may know better."""


def read(text: str, *, bytes_most: int = BYTES_MOST) -> Document:
    """Read one document, whatever it holds, and collect every problem. Never raises."""
    reader = _Reader()
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > bytes_most:
        reader.report(1, "", f"the file has {size:,} bytes; {bytes_most:,} at most, so make it shorter")
    else:
        reader.read(text)
    return reader.document


def in_quotes(value: object) -> str:
    """Advice for a value that YAML takes for something else than text."""
    shown = str(value).lower() if isinstance(value, bool) else shortened(str(value))
    return f'YAML does not read {shown} as text: put it in quotes, "{shown}"'


def shortened(text: str) -> str:
    """A text short enough to be shown in a message."""
    return text if len(text) <= 40 else f"{text[:39]}…"


class _Stop(Exception):  # noqa: N818 - no error: the problem is reported, and the rest can't be read
    pass


class _Reader:
    def __init__(self) -> None:
        self.document = Document()

    def report(self, line: int, path: str, message: str) -> None:
        self.document.problems.append(Problem(line=line, path=path, message=message))

    def _doubt(self, line: int, path: str, message: str) -> None:
        self.document.doubts.setdefault((line, path), Problem(line=line, path=path, message=message))

    def read(self, text: str) -> None:
        loader = _Loader(self._readable(text))
        self._resolve = loader.resolve
        events = iter(loader.get_event, None)
        try:
            next(events)  # the stream's start
            if isinstance(next(events), yaml.StreamEndEvent):
                self.report(1, "", "the file is empty: restore it from a copy")
                return
            tree = self._tree(next(events), events, "", 1)
            next(events)  # the document's end
            if not isinstance(more := next(events), yaml.StreamEndEvent):
                self.report(_line(more), "", "a second document starts here: remove the line with ---")
            self.document.tree = tree
        except _Stop:
            pass
        except yaml.YAMLError as error:
            self._syntax(error)
        finally:
            loader.dispose()

    def _readable(self, text: str) -> str:
        """The text with each unreadable character reported and replaced, so that reading can go on."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        line, counted = 1, 0
        for found in _UNREADABLE.finditer(text):
            line += text.count("\n", counted, found.start())
            counted = found.start()
            self.report(line, "", f"{_code(found)} is unreadable: remove it")
        return _UNREADABLE.sub("\ufffd", text)

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        begun = f" in what begins in line {start.line + 1}" if start and start.line + 1 != line else ""
        what = getattr(error, "problem", None) or "it is not YAML"
        advice = "check quotes, colons, dashes and how far the lines are indented"
        self.report(line, "", f"this can't be read ({what}){begun}: {advice}")

    def _tree(self, event: yaml.Event, events: _Events, path: str, depth: int) -> Tree:
        return self._value(event, events, path, depth, _line(event))

    def _value(self, event: yaml.Event, events: _Events, path: str, depth: int, line: int) -> Tree:
        """The value that starts with `event`, which is said to stand in `line`."""
        value: str | int | bool | tuple[Tree, ...] | dict[str, Tree] | None
        if depth > DEPTH_MOST:
            self.report(line, path, f"this lies more than {DEPTH_MOST} levels deep: check indentation and brackets")
            raise _Stop
        self._bare(event, line, path)
        match event:
            case yaml.AliasEvent():
                self._doubt(line, path, f"*{event.anchor} stands for something elsewhere: write it out here")
                value = None
            case yaml.ScalarEvent():
                value = self._scalar(event, line, path)
            case yaml.SequenceStartEvent():
                value = self._list(events, path, depth)
            case _:
                value = self._names(events, path, depth)
        return Tree(line=line, path=path, value=value)

    def _bare(self, event: yaml.Event, line: int, path: str) -> None:
        """Report what YAML can hang on a value: an anchor, a tag."""
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            if event.anchor is not None:
                self.report(line, path, f"&{shortened(event.anchor)} is not used here: remove it")
            if event.tag is not None:
                self.report(line, path, f"the tag {shortened(event.tag)} is not used here: remove it")

    def _list(self, events: _Events, path: str, depth: int) -> tuple[Tree, ...]:
        items: list[Tree] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._tree(event, events, f"{path}[{len(items)}]", depth + 1))
        return tuple(items)

    def _names(self, events: _Events, path: str, depth: int) -> dict[str, Tree]:
        names: dict[str, Tree] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = _line(event)
            name = self._name(event, events, path, depth)
            inner = f"{path}.{shortened(name)}" if path else shortened(name)
            tree = self._value(next(events), events, inner, depth + 1, line)
            if first := names.get(name):
                message = f"{shortened(name)} is already written in line {first.line}: remove one of the two"
                self.report(line, inner, message)
            else:
                names[name] = tree
        return names

    def _name(self, event: yaml.Event, events: _Events, path: str, depth: int) -> str:
        """What stands before a colon. Whatever is no plain word is reported."""
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._tree(event, events, path, depth + 1)
            self.report(line, path, "only a word can stand before a colon: write one, or put the line in quotes")
            return "?"
        self._bare(event, line, path)
        match self._means(event):
            case "merge":
                self.report(line, path, "<< can't take things over from elsewhere: write them out here")
            case "null":
                self.report(line, path, "nothing stands before this colon: write a word, or remove the line")
            case "str" if found := _UNREADABLE.search(event.value):
                self.report(line, path, f"{_code(found)} is unreadable: remove it")
            case "str":
                pass
            case _:
                self.report(line, path, in_quotes(event.value))
        return _UNREADABLE.sub("\ufffd", event.value)

    def _scalar(self, event: yaml.ScalarEvent, line: int, path: str) -> str | int | bool | None:
        text = event.value
        match self._means(event):
            case "str":
                if found := _UNREADABLE.search(text):
                    self._doubt(line, path, f"{_code(found)} is unreadable: remove it")
                return _UNREADABLE.sub("\ufffd", text)
            case "int" if _WHOLE_NUMBER.match(text):
                return int(text)
            case "bool" if text in ("true", "false"):
                return text == "true"
            case "null":
                self._doubt(line, path, "nothing is written here: write something, or remove the line")
                return None
            case _:
                self._doubt(line, path, in_quotes(text))
                return text

    def _means(self, event: yaml.ScalarEvent) -> str:
        """What YAML takes a text for: `str`, `int`, `bool`, `null`, `merge` and the like."""
        if event.style or event.tag is not None:
            return "str"
        return str(self._resolve(yaml.ScalarNode, event.value, event.implicit)).removeprefix(_MEANS)


def _code(found: re.Match[str]) -> str:
    return f"the character U+{ord(found[0]):04X}"


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
