"""Answer a question about the framework by quoting it, and say where it stands.

What is presented as the framework's words (quotes and bullets) is a quotation, letter for letter. What we add
stands apart, in lines and notes of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import assert_never

from bot.cards import Actions, Bullets, Button, Card, Code, Divider, Element, Emoji, Heading, Line, Note, Spans, Strong
from bot.framework import Entry, Framework, Group, Kind, Reading, Retired
from bot.matching import MENU_MOST, Outcome
from bot.understanding import Index, find

__all__ = [
    "MENU_MOST",
    "Answer",
    "Index",
    "all_values",
    "answer",
    "entries_card",
    "entry_card",
    "meanings",
    "named",
    "shown",
    "source",
]

_LABEL_MOST = 40  #: characters of a title that still make a good button


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What we make of a question."""

    question: str  #: as it was asked
    outcome: Outcome
    entries: tuple[Entry, ...] = ()  #: best first; at most `MENU_MOST` of a menu
    confidence: float = 0.0  #: 0 to 1

    @property
    def exact(self) -> bool:
        """Whether the question is a name of what is answered, letter for letter."""
        return self.outcome == "answer" and self.confidence == 1


def answer(index: Index, question: str) -> Answer:
    """Say which entries the question names; the same for the same question, whatever it holds."""
    found = find(index, question)
    return Answer(question=question, outcome=found.outcome, entries=found.entries, confidence=found.confidence)


def shown(answer: Answer, framework: Framework) -> Card:
    """Quote what was asked for, ask back what was meant, or say that we do not know."""
    match answer.outcome:
        case "answer":
            return entries_card(answer.entries, framework)
        case "menu":
            return _menu(answer.entries)
        case "unknown":
            return _unknown(framework)
    assert_never(answer.outcome)


def entry_card(entry: Entry, framework: Framework) -> Card:
    """All that the framework says about one entry, and where it says so."""
    return Card(tuple(_entry(entry, framework)))


def entries_card(entries: Sequence[Entry], framework: Framework) -> Card:
    """Several entries, one below the other."""
    elements: list[Element] = []
    for entry in entries:
        elements += [Divider()] if elements else []
        elements += _entry(entry, framework)
    return Card(tuple(elements))


def meanings(ids: Iterable[str], framework: Framework, zone: tzinfo) -> Card:
    """What these entries mean: as they read now, or, marked so, as they last did."""
    elements: list[Element] = []
    for id_ in ids:
        if entry := framework.entry(id_):
            said = _entry(entry, framework)
        elif former := framework.former(id_):
            said = _retired(former, zone)
        else:
            continue
        elements += [Divider()] if elements else []
        elements += said
    return Card(tuple(elements) or (Line(("This is no longer in our framework.",)),))


def all_values(framework: Framework) -> Card:
    """Everything a colleague can be thanked for, by kind, in the file's order."""
    kinds = [kind for kind in framework.kinds if kind.kudos]
    elements: list[Element] = [Heading(_capital(_thankable(framework)))]
    for kind in kinds:
        entries = framework.of_kind(kind.id)
        elements += [Line((Strong(_capital(kind.plural)),))] if len(kinds) > 1 else []
        elements.append(Bullets(tuple(map(named, entries))))
        elements += [Note(note) for note in dict.fromkeys(map(source, entries))]
    elements.append(Note(("Ask about any of them: ", Code(_example(framework.taggable[0])))))
    return Card(tuple(elements))


def _retired(former: Retired, zone: tzinfo) -> Iterator[Element]:
    day = former.until.astimezone(zone)
    yield Line((Strong("No longer part of our framework."), f" It read, until {day.day} {day:%B %Y}:"))
    yield from _entry(former.entry, former.framework, offered=False)


def _entry(entry: Entry, framework: Framework, *, offered: bool = True) -> Iterator[Element]:
    yield Heading(f"{entry.emoji} {entry.title.text}".strip())
    for place, group in enumerate(entry.groups):
        yield from _group(group, first=place == 0)
    if entry.lists:
        yield Bullets(tuple(named(listed) for id_ in entry.lists if (listed := framework.entry(id_))))
    if not (entry.groups or entry.lists or entry.missing or entry.title_is_ours):
        yield Line(("The document says this and no more about it.",))
    for missing in entry.missing:
        yield Line((Strong("Missing:"), f" {missing}"))
    for note in entry.notes:
        yield Note((note,))
    if entry.title.printed != entry.title.text:
        yield Note((f"Printed as “{entry.title.printed}”.",))
    if any(line.printed != line.text for group in entry.groups for line in group.lines):
        yield Note(("Small slips of the print are mended here.",))
    if entry.readings:
        goes_with = _and(_read(reading, framework) for reading in entry.readings)
        yield Note((f"Our reading, not {framework.short}'s words: goes with {goes_with}.",))
    if entry.tag and offered:
        yield Line(("To thank somebody for it: ", Code(f"/kudos @colleague #{entry.tag} for …")))
    yield Note(source(entry, _number(entry, framework)))


def _group(group: Group, *, first: bool) -> Iterator[Element]:
    if group.heading:
        yield Line((Strong(group.heading.text),))
    elif not first:
        yield Note((f"{group.label} (our heading)",))
    yield Bullets(tuple((line.text,) for line in group.lines))
    ours = [f"Dated {group.dated}." if group.dated else "", f"{_capital(group.note)}." if group.note else ""]
    if any(ours):
        yield Note((" ".join(filter(None, ours)),))


def _read(reading: Reading, framework: Framework) -> str:
    other = framework.entry(reading.entry)
    title = f"“{other.title.text}”" if other else reading.entry
    return f"“{reading.line}” in {title}" if reading.line else title


def named(entry: Entry, *, strong: bool = False) -> Spans:
    """An entry with its emoji and its tag, in one line."""
    emoji: Spans = (Emoji(unicode=entry.emoji, name=entry.emoji_name), " ") if entry.emoji else ()
    tag: Spans = (" ", Code(f"#{entry.tag}")) if entry.tag else ()
    return (*emoji, Strong(entry.title.text) if strong else entry.title.text, *tag)


def _number(entry: Entry, framework: Framework) -> str:
    if entry.number is None:
        return ""
    return f" ({entry.kind.label} {entry.number} of {len(framework.of_kind(entry.kind.id))})"


def source(entry: Entry, number: str = "") -> Spans:
    """Where an entry stands, and of when that is."""
    ours = " The heading is ours." if entry.title_is_ours else ""
    return (f"Source: {entry.source.title}, “{entry.section}”{number}; {entry.source.dated}.{ours}",)


def _menu(entries: Sequence[Entry]) -> Card:
    return Card(
        (
            Heading("Did you mean one of these?" if len(entries) > 1 else "Did you mean this?"),
            Bullets(tuple(map(named, entries))),
            Actions(buttons=tuple(map(_choice, entries))),
        )
    )


def _choice(entry: Entry) -> Button:
    title = entry.title.text
    short = title if len(title) <= _LABEL_MOST else entry.short or title
    return Button(label=f"{entry.emoji} {short}".strip(), action="meaning", value=entry.id, describes=title)


def _unknown(framework: Framework) -> Card:
    titles = _and(f"“{source.title}”" for source in framework.sources)
    return Card(
        (
            Heading("I don't know that one"),
            Line((f"I only quote what is written in {titles}, and I don't guess. You can ask me about:",)),
            *(_offer(kind, entries[0]) for kind in framework.kinds if (entries := framework.of_kind(kind.id))),
            Line((f"All {_thankable(framework)} at a glance: ", Code("/values"))),
        )
    )


def _thankable(framework: Framework) -> str:
    return _and(kind.plural for kind in framework.kinds if kind.kudos)


def _offer(kind: Kind, entry: Entry) -> Line:
    return Line((f"• {kind.plural}, for example ", Code(_example(entry))))


def _example(entry: Entry) -> str:
    return f"/values {entry.tag or entry.title.text}"


def _and(parts: Iterable[str]) -> str:
    *front, last = parts
    return f"{', '.join(front)} and {last}" if front else last


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
