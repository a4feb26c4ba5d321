"""What a card or a form presents as the framework's words, and what of it is ours: who mixes them up is caught."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.cards import (
    Actions,
    Bullets,
    Card,
    Chart,
    ChoiceField,
    Code,
    Divider,
    Element,
    Emoji,
    Form,
    Heading,
    Line,
    Note,
    Quote,
    Quoted,
    Span,
    TextField,
    Typed,
    span_text,
)
from bot.framework import Entry, Framework

LINE_LEAST = 4  #: words of a line that nobody writes by chance

#: Headings of our own, all of them: who writes a new one says here that it is no quotation.
OUR_HEADINGS = re.compile(
    r"Kudos: thank a colleague|Did you mean (?:one of these|this)\?|None of these|I don't know that one|"
    r"You don't have to carry this alone|Your settings|For administrators: messages|"
    r"Digests you look after|Kudos you (?:received|gave)(?: \(\d+\)|: none yet)|"
    r"Reported kudos(?: \(\d+\)|: none)|Removed lately|"
    r"Kudos and your data|What I keep about you(?:, part \d+ of \d+)?|Something is wrong\?|Erase everything about you\?"
)


@dataclass(frozen=True)
class Original:
    """What a framework says, in every version that may be shown."""

    frameworks: tuple[Framework, ...]
    also: frozenset[str] = frozenset()  #: titles of entries that are gone, and what colleagues wrote

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for framework in self.frameworks for entry in framework.entries)

    @cached_property
    def quotations(self) -> frozenset[str]:
        """Every `text` and every `printed`."""
        found = {entry.title for entry in self.entries if not entry.title_is_ours}
        for group in (group for entry in self.entries for group in entry.groups):
            found |= {*group.lines, *([group.heading] if group.heading else [])}
        return frozenset(text for each in found for text in (each.text, each.printed)) | self.also

    @cached_property
    def titles(self) -> frozenset[str]:
        return frozenset(entry.title.text for entry in self.entries)

    @cached_property
    def names(self) -> frozenset[str]:
        """What may stand between “ and ” in a sentence of ours: titles, lines, documents and their sections."""
        places = {name for entry in self.entries for name in (entry.section, entry.source.title)}
        return self.quotations | self.titles | places

    @cached_property
    def ours(self) -> frozenset[str]:
        """What the file says in our own name."""
        of_entries = {text for entry in self.entries for text in (*entry.missing, *entry.notes)}
        return frozenset(of_entries | {group.note for entry in self.entries for group in entry.groups})

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        lines = {line for entry in self.entries for group in entry.groups for line in group.lines}
        found = {text.casefold() for line in lines for text in (line.text, line.printed)}
        titles = {text.casefold() for entry in self.entries for text in (entry.title.text, entry.title.printed)}
        return tuple(line for line in found - titles if len(line.split()) >= LINE_LEAST)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(kind.plural.casefold() for framework in self.frameworks for kind in framework.kinds)

    def wrong(self, shown: Card | Form) -> list[str]:
        """Everything in `shown` that is presented as the framework's words and is not, or is and is not presented so.

        What colleagues wrote themselves (`Quote`) is neither.
        """
        if isinstance(shown, Form):
            return [*self._in_elements(_read_in(shown)), *self._in_fields(shown)]
        return self._in_elements(shown.elements)

    def _in_elements(self, elements: Iterable[Element]) -> list[str]:
        return [wrong for element in elements for wrong in self._in_element(element)]

    def _in_element(self, element: Element) -> Iterator[str]:
        match element:
            case Heading(text):
                yield from self._in_heading(text)
            case Line(spans) | Note(spans):
                yield from self._in_spans(spans)
            case Bullets(items):
                for item in items:
                    yield from self._in_spans(item)
            case Actions():
                for button in (*element.buttons, *element.more):
                    yield from self._in_ours(f"{button.label}\n{button.describes}\n{button.confirm}")
            case Chart():
                yield from self._in_ours(element.title)
                named = self.titles | self.also | {"Others"}
                yield from (f"bar: {bar.label}" for bar in element.bars if bar.label not in named)
            case Quote() | Divider():
                pass

    def _in_heading(self, text: str) -> Iterator[str]:
        title = self._without_emoji(text.removeprefix("Lately: "))
        if title not in self.titles and title.casefold() not in self._kinds_listed and not OUR_HEADINGS.fullmatch(text):
            yield f"heading: {text}"

    @cached_property
    def _kinds_listed(self) -> frozenset[str]:
        """The heading of all that people can be thanked for: its kinds, one or several."""
        kinds = [[kind.plural for kind in framework.kinds if kind.kudos] for framework in self.frameworks]
        return self._kinds | {f"{', '.join(plurals[:-1])} and {plurals[-1]}".casefold() for plurals in kinds}

    def _without_emoji(self, text: str) -> str:
        for emoji in {entry.emoji for entry in self.entries if entry.emoji}:
            text = text.removeprefix(f"{emoji} ")
        return text

    def _in_spans(self, spans: Iterable[Span]) -> Iterator[str]:
        ours = []
        for span in spans:
            if isinstance(span, Quoted):
                ours.append("\N{OBJECT REPLACEMENT CHARACTER}")
                if span.text not in self.quotations:
                    yield f"no quotation: {span.text}"
            elif not isinstance(span, Code | Typed | Emoji):
                ours.append(span_text(span))
        yield from self._in_ours("".join(ours))

    def _in_ours(self, text: str) -> Iterator[str]:
        for own in self.ours:
            text = text.replace(own, "") if own else text
        for named in re.findall("“([^”]*)”", text):
            if named not in self.names | {"\N{OBJECT REPLACEMENT CHARACTER}"}:
                yield f"no name: {named}"
        text = re.sub("“[^”]*”", "", text).casefold()
        yield from (f"a line amid our words: {line}" for line in self._lines if line in text)

    def _in_fields(self, form: Form) -> Iterator[str]:
        for field in form.fields:
            yield from self._in_ours(f"{field.label}\n{field.hint}\n{field.error}")
            if isinstance(field, ChoiceField):
                for option in (option for group in field.groups for option in group.options):
                    if option.label not in self.titles:
                        yield f"option: {option.label}"
                    line = option.description.partition(f"#{self._tag(option.value)}")[2].removeprefix(" · ")
                    if line and line not in self.quotations:
                        yield f"description: {option.description}"

    def _tag(self, id_: str) -> str:
        return next(entry.tag for entry in self.entries if entry.id == id_)


def _read_in(form: Form) -> tuple[Element, ...]:
    """What a form says besides its fields' own labels."""
    said = [field.said or () for field in form.fields if isinstance(field, TextField)]
    return (*form.intro, *(element for each in said for element in each))


def quoted(shown: Card | Form) -> list[str]:
    """Everything that is presented as the framework's words, letter for letter."""
    elements = _read_in(shown) if isinstance(shown, Form) else shown.elements
    spans: list[Span] = []
    for element in elements:
        match element:
            case Line(own) | Note(own):
                spans += own
            case Bullets(items):
                spans += (span for item in items for span in item)
            case _:
                pass
    return [span.text for span in spans if isinstance(span, Quoted)]
