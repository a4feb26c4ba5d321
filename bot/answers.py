"""Answer a question about the framework by quoting it, and say where it stands.

What is presented as the framework's words (`Quoted`, and headings) is a quotation, letter for letter. What we add
stands apart, in lines and notes of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import assert_never

from bot import commands
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Code,
    Divider,
    Element,
    Emoji,
    Heading,
    Line,
    Note,
    Quoted,
    Span,
    Spans,
    Strong,
    Typed,
)
from bot.english import TEXT_MOST
from bot.framework import Entry, Framework, Group, Kind, Reading, Retired
from bot.matching import MENU_MOST, Outcome
from bot.requests import Action
from bot.understanding import Index, find, fitting_line

__all__ = [
    "MENU_MOST",
    "Answer",
    "Index",
    "all_values",
    "answer",
    "entries_card",
    "entry_card",
    "give",
    "group_card",
    "meanings",
    "named",
    "none_of_these",
    "shown",
    "source",
    "titled",
]

_LABEL_MOST = 40  #: characters of a title that still make a good button


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What we make of a question."""

    question: str  #: as it was asked
    outcome: Outcome
    entries: tuple[Entry, ...] = ()  #: best first; at most `MENU_MOST` of a menu
    confidence: float = 0.0  #: 0 to 1
    ours: bool = False  #: the question is a name or a line of what is answered, and what asks about it
    line: str = ""  #: the line of the only entry that fits the question best, if one does
    lines: Mapping[str, str] = field(default_factory=dict)  #: the same for the entries of a menu, by entry

    @property
    def exact(self) -> bool:
        """Whether the question is a name of what is answered, letter for letter."""
        return self.outcome == "answer" and self.confidence == 1


def answer(index: Index, question: str) -> Answer:
    """Say which entries the question names; the same for the same question, whatever it holds."""
    found = find(index, question)
    said = Answer(
        question=question,
        outcome=found.outcome,
        entries=found.entries,
        confidence=found.confidence,
        ours=found.outcome == "answer" and not found.learned and len(question) <= TEXT_MOST,
    )
    if said.outcome == "answer" and len(said.entries) == 1 and not said.exact:  # a mere name asks for no line
        return replace(said, line=fitting_line(index, said.entries[0], question))
    if said.outcome == "menu":
        lines = ((each.id, fitting_line(index, each, question)) for each in said.entries)
        return replace(said, lines={entry: line for entry, line in lines if line})
    return said


def shown(answer: Answer, framework: Framework, *, question: str = "", bearing: bool = False) -> Card:
    """Quote what was asked for, ask back what was meant, or say that we do not know.

    Args:
        question: the key under which what is picked is counted; "" where it is not.
        bearing: a menu shows the lines that bear on the question, too.
    """
    match answer.outcome:
        case "answer":
            return entries_card(answer.entries, framework, line=answer.line)
        case "menu":
            return _menu(answer.entries, question, answer.lines if bearing else {})
        case "unknown":
            return _unknown(framework)
    assert_never(answer.outcome)


def entry_card(entry: Entry, framework: Framework, *, line: str = "") -> Card:
    """All that the framework says about one entry, and where it says so.

    Args:
        line: of the entry, that was asked for; it stands out.
    """
    return Card((*_entry(entry, framework, line=line), *_onward(entry, framework)))


def group_card(entry: Entry, group: Group, framework: Framework) -> Card:
    """One group of an entry's lines."""
    return Card(
        (
            _headed(entry),
            *_group(group, first=False),
            Note(source(entry, _number(entry, framework))),
            *_onward(entry, framework, group),
        )
    )


def entries_card(entries: Sequence[Entry], framework: Framework, *, line: str = "") -> Card:
    """Several entries, one below the other."""
    if len(entries) == 1:
        return entry_card(entries[0], framework, line=line)
    elements: list[Element] = []
    for entry in entries:
        elements += [Divider()] if elements else []
        elements += _entry(entry, framework)
    return Card(tuple(elements))


def meanings(ids: Iterable[str], framework: Framework, zone: tzinfo) -> Card:
    """What these entries mean: as they read now, or, marked so, as they last did."""
    elements: list[Element] = []
    ids = tuple(ids)
    for id_ in ids:
        if entry := framework.entry(id_):
            said = iter(entry_card(entry, framework).elements if len(ids) == 1 else _entry(entry, framework))
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
    elements.append(Note(("Ask about any of them: ", Typed(_example(framework.taggable[0])))))
    return Card(tuple(elements))


def _retired(former: Retired, zone: tzinfo) -> Iterator[Element]:
    day = former.until.astimezone(zone)
    yield Line((Strong("No longer part of our framework."), f" It read, until {day.day} {day:%B %Y}:"))
    yield from _entry(former.entry, former.framework, offered=False)


def _entry(entry: Entry, framework: Framework, *, offered: bool = True, line: str = "") -> Iterator[Element]:
    yield _headed(entry)
    for place, group in enumerate(entry.groups):
        yield from _group(group, first=place == 0, asked=line)
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
        yield Note(("Small printing mistakes are put right here.",))
    if entry.readings:
        goes_with = _and(_read(reading, framework) for reading in entry.readings)
        yield Note((f"Our reading, not {framework.short}'s words: goes with {goes_with}.",))
    if entry.tag and offered:
        yield Line(("To thank somebody for it: ", Typed(f"kudos @colleague #{entry.tag} for …")))
    yield Note(source(entry, _number(entry, framework)))


def _headed(entry: Entry) -> Heading:
    return Heading(f"{entry.emoji} {entry.title.text}".strip())


def _group(group: Group, *, first: bool, asked: str = "") -> Iterator[Element]:
    if group.heading:
        yield Line((Quoted(group.heading.text, strong=True),))
    elif not first:
        yield Note((f"{group.label} (our heading)",))
    yield Bullets(tuple((Quoted(line.text, strong=line.text == asked),) for line in group.lines))
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
    return (*emoji, titled(entry, strong=strong), *tag)


def titled(entry: Entry, *, strong: bool = False) -> Span:
    """A title, as what it is: a quotation, or ours."""
    title = entry.title.text
    if entry.title_is_ours:
        return Strong(title) if strong else title
    return Quoted(title, strong=strong)


def _number(entry: Entry, framework: Framework) -> str:
    if entry.number is None:
        return ""
    return f" ({entry.kind.label} {entry.number} of {len(framework.of_kind(entry.kind.id))})"


def source(entry: Entry, number: str = "") -> Spans:
    """Where an entry stands, and of when that is."""
    ours = " The heading is ours." if entry.title_is_ours else ""
    return (f"Source: {entry.source.title}, “{entry.section}”{number}; {entry.source.dated}.{ours}",)


def _menu(entries: Sequence[Entry], question: str, lines: Mapping[str, str]) -> Card:
    none = "None of these" if len(entries) > 1 else "Not this one"
    return Card(
        (
            Heading("Did you mean one of these?" if len(entries) > 1 else "Did you mean this?"),
            Bullets(tuple((*named(entry), *_bearing(lines.get(entry.id, ""))) for entry in entries)),
            Actions(
                buttons=(
                    *(_choice(entry, question) for entry in entries),
                    Button(label=none, action=Action.PICK.value, value=f"{question}/"),
                )
            ),
        )
    )


def _bearing(line: str) -> Spans:
    return (": “", Quoted(line), "”") if line else ()


def _choice(entry: Entry, question: str) -> Button:
    return Button(
        label=f"{entry.emoji} {_short(entry)}".strip(),
        action=Action.PICK.value,
        value=f"{question}/{entry.id}",
        describes=entry.title.text,
    )


def _short(entry: Entry) -> str:
    title = entry.title.text
    return title if len(title) <= _LABEL_MOST else entry.short or title


def none_of_these(framework: Framework) -> Card:
    """Say what to do instead, where nothing on offer was meant."""
    return Card(
        (
            Heading("None of these"),
            Line(("Then I don't know which one you mean, and I don't guess. Ask me in other words:",)),
            Line(("• with a title, a tag or an emoji, for example ", Typed(_example(framework.taggable[0])))),
            Line((f"• or choose from all {_thankable(framework)}: ", Typed("values"))),
        )
    )


def give(entry: Entry) -> Button:
    """Open the form with `entry` chosen."""
    label = "Give kudos for this"
    carried = commands.packed("", (f"#{entry.tag}",))
    return Button(label=label, action=Action.GIVE.value, value=carried, describes=f"{label}: {entry.title.text}")


def _onward(entry: Entry, framework: Framework, group: Group | None = None) -> Iterator[Actions]:
    """What one may want after an answer, and where one can step to from it, or from a `group` of its lines."""
    every = Button(label="All values", action=Action.VALUES.value)
    if not entry.kind.kudos:
        yield Actions(buttons=(every,))
        return
    who = "Who has shown it lately?"
    shown = Button(label=who, action=Action.LATELY.value, value=entry.id, describes=f"{who} {entry.title.text}")
    yield Actions(buttons=(give(entry), shown, every))
    alike = framework.of_kind(entry.kind.id)
    at = [each.id for each in alike].index(entry.id)
    back = (entry,) if group else alike[max(at - 1, 0) : at]
    buttons = (
        *(_part(entry, each) for each in entry.groups[1:] if group is None),
        *(_step("Back", each) for each in back),
        *(_step("Next", each) for each in alike[at + 1 : at + 2]),
    )
    if buttons:
        yield Actions(buttons=buttons)


def _part(entry: Entry, group: Group) -> Button:
    describes = f"{group.label}: {entry.title.text}"
    return Button(label=group.label, action=Action.MEANING.value, value=f"{entry.id}/{group.name}", describes=describes)


def _step(where: str, entry: Entry) -> Button:
    describes = f"{where}: {entry.title.text}"
    return Button(label=f"{where}: {_short(entry)}", action=Action.MEANING.value, value=entry.id, describes=describes)


def _unknown(framework: Framework) -> Card:
    titles = _and(f"“{source.title}”" for source in framework.sources)
    return Card(
        (
            Heading("I don't know that one"),
            Line((f"I only quote what is written in {titles}, and I don't guess. You can ask me about:",)),
            *(_offer(kind, entries[0]) for kind in framework.kinds if (entries := framework.of_kind(kind.id))),
            Line((f"All {_thankable(framework)} at a glance: ", Typed("values"))),
        )
    )


def _thankable(framework: Framework) -> str:
    return _and(kind.plural for kind in framework.kinds if kind.kudos)


def _offer(kind: Kind, entry: Entry) -> Line:
    return Line((f"• {kind.plural}, for example ", Typed(_example(entry))))


def _example(entry: Entry) -> str:
    return f"values {entry.tag or entry.title.text}"


def _and(parts: Iterable[str]) -> str:
    *front, last = parts
    return f"{', '.join(front)} and {last}" if front else last


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
