"""How people ask and thank: the words of `words.yaml`, joined to the framework by id. Nothing of it is ever quoted.

They live apart from the framework so that an edit to one can never change the other. Another organisation brings
its own file, or none: then questions are understood by the framework's own words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.data_file import shaped
from bot.errors import Problem
from bot.framework import Entry, Framework, version
from bot.framework_file import Text
from bot.yaml_tree import Tree

BYTES_MOST: Final = 1024 * 1024  #: of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWords:
    """How people speak of one entry."""

    keywords: tuple[str, ...] = ()  #: words that point to it
    questions: tuple[str, ...] = ()  #: as people ask for it
    cues: tuple[str, ...] = ()  #: words for doing it, in a kudos
    kudos: tuple[str, ...] = ()  #: as people thank for it
    lines: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    #: words that point to a line: by the name of its group, for each line of the group in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    version: str = ""  #: a hash of the file's content; "" where there is none
    entries: Mapping[str, EntryWords] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()  #: words that mean the same here
    not_covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: questions by topics of no entry
    unspecific: tuple[str, ...] = ()  #: kudos that fit no entry
    text: str = field(default="", repr=False, compare=False)  #: the file's content


NONE: Final = Vocabulary()


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _EntryPart(_Part):
    keywords: list[Text] = []
    questions: list[Text] = []
    cues: list[Text] = []
    kudos: list[Text] = []
    lines: dict[str, list[list[Text]]] = {}


class _File(_Part):
    format: Annotated[Literal[1], Field(alias="schema")]
    entries: dict[str, _EntryPart] = {}
    synonyms: list[list[Text]] = []
    not_covered: dict[str, list[Text]] = {}
    unspecific: list[Text] = []


def parse(text: str, path: str, framework: Framework) -> Vocabulary:
    """Read a vocabulary for `framework` from the text of its file; `path` only names the file in messages.

    Raises:
        FrameworkError: the file can't be used. It holds every problem, with line and path, ordered by line.
    """
    file = shaped(_File, text, path, lambda _, tree: _unknown(tree, framework), bytes_most=BYTES_MOST)
    return Vocabulary(
        version=version(text),
        text=text,
        entries={
            id_: EntryWords(
                keywords=tuple(part.keywords),
                questions=tuple(part.questions),
                cues=tuple(part.cues),
                kudos=tuple(part.kudos),
                lines={group: tuple(map(tuple, lines)) for group, lines in part.lines.items()},
            )
            for id_, part in file.entries.items()
        },
        synonyms=tuple(map(tuple, file.synonyms)),
        not_covered={topic: tuple(questions) for topic, questions in file.not_covered.items()},
        unspecific=tuple(file.unspecific),
    )


def _unknown(root: Tree, framework: Framework) -> Iterator[Problem]:
    """Words for entries that the framework does not have."""
    entries = root.named("entries")
    for id_, tree in (entries.value if entries and isinstance(entries.value, dict) else {}).items():
        entry = framework.entry(id_)
        if entry is None:
            message = f"the framework has no entry {id_}: correct the id, or remove these words"
            yield Problem(line=tree.line, path=tree.path, message=message)
        else:
            yield from _misplaced(tree, entry)


def _misplaced(root: Tree, entry: Entry) -> Iterator[Problem]:
    """Words for lines that the entry does not have, or not all of which have a place."""
    numbers = {group.name: len(group.lines) for group in entry.groups}
    lines = root.named("lines") if isinstance(root.value, dict) else None
    for name, tree in (lines.value if lines and isinstance(lines.value, dict) else {}).items():
        if name not in numbers:
            message = f"{entry.id} has no group {name}: correct the name, or remove these words"
            yield Problem(line=tree.line, path=tree.path, message=message)
        elif isinstance(tree.value, tuple) and len(tree.value) != numbers[name]:
            message = (
                f"{entry.id} has {numbers[name]} lines in {name}, and here are words for {len(tree.value)}: "
                "write one list for each line, in the framework's order, [] for a line without words"
            )
            yield Problem(line=tree.line, path=tree.path, message=message)


def examples(framework: Framework, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    """Texts and the entry each of them asks for; "" for what no entry covers."""
    for entry in framework.entries:
        yield from ((text, entry.id) for text in (entry.title.text, entry.short, *entry.aliases) if text)
        yield from ((line.text, entry.id) for group in entry.groups for line in group.lines)
        words = vocabulary.entries.get(entry.id)
        if words:
            yield from ((text, entry.id) for text in (*words.keywords, *words.questions))
    for questions in vocabulary.not_covered.values():
        yield from ((text, "") for text in questions)
    for id_, words in vocabulary.entries.items():
        if framework.entry(id_) is None:  # it went with an edit of the framework, which these words have yet to follow
            yield from ((text, "") for text in words.questions)
