"""What Kudos says, before any platform has its say: plain elements and text spans, never markup.

Every renderer is one exhaustive `match` over `Element` and `Span`, so that a new one does not pass type
checking until every platform can show it, and each escapes in its own way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from bot.model import Message


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """The framework's words, letter for letter, and nothing else. They stand nowhere else, but for titles as names."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Something as it is written, letter for letter; what is typed to Kudos is `Typed`."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Something to say to Kudos: a command where the platform has such, else a message to it that asks the same."""

    words: str  #: a command's name and what follows it, such as `kudos mine`

    @property
    def command(self) -> str:
        return f"/{self.words}"

    @property
    def message(self) -> str:
        """Without the word `kudos`, where nobody is thanked."""
        name, _, rest = self.words.partition(" ")
        return rest if name == "kudos" and rest and not rest.startswith("@") else self.words


@dataclass(frozen=True, slots=True)
class LetIn:
    """What to do to let Kudos into the place that was just named, as the end of a sentence without its full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emoji:
    """An emoji that always stands beside words: nothing is told by it alone."""

    unicode: str
    name: str  #: the platforms' short name, without colons


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person, called. Only for people the giver named: it notifies them."""

    person: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    place: str
    name: str  #: as it is called, with no sign of a platform's before it; "" when we do not know it


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLink:
    label: str | PlaceName
    message: Message


Span = str | Strong | Quoted | Code | Typed | LetIn | Emoji | Mention | PlaceName | MessageLink
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, exactly."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: sources, dates, hints."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    label: str
    short: str  #: one word for it, where there is no room for the label
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Figures, drawn as bars by each platform in its own way. Where it can't, it shows `bars_in_words`."""

    title: str
    bars: tuple[Bar, ...]


VALUE_MOST: Final = 2000  #: the `length` that a button can carry. Source: Slack, button element


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    label: str
    action: str  #: what pressing it asks for; one of the names in `bot.requests`
    value: str = ""  #: what it is about, such as a recognition's id; its `length` is at most `VALUE_MOST`
    describes: str = ""  #: the label for those who cannot see the card around it
    primary: bool = False
    confirm: str = ""  #: a question to answer before it counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    buttons: tuple[Button, ...]
    more: tuple[Button, ...] = ()  #: behind ⋯


Element = Heading | Line | Quote | Bullets | Note | Divider | Chart | Actions


@dataclass(frozen=True, slots=True)
class Card:
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    value: str
    label: str
    short: str  #: for platforms that limit the length of a label; at most 60 characters
    description: str = ""
    emoji: Emoji | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionGroup:
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleField:
    name: str
    label: str
    chosen: tuple[str, ...] = ()
    most: int
    needed: bool = True  #: it can't be left empty
    hint: str = ""
    error: str = ""  #: what has to be mended, from the first showing on


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField:
    name: str
    label: str
    groups: tuple[OptionGroup, ...]
    chosen: tuple[str, ...] = ()
    most: int
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    name: str
    label: str
    text: str = ""
    hint: str = ""
    placeholder: str = ""
    most: int  #: characters
    one_line: bool = False
    error: str = ""
    said: tuple[Line | Note, ...] | None = None  #: below it, of what it holds, anew as it is written; None: nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceField:
    name: str
    label: str
    chosen: str = ""
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickField:
    """One of a few, one of which is chosen from the start."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicksField:
    """Any of a few, or none."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...] = ()
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeField:
    """A time of day."""

    name: str
    label: str
    at: str  #: such as 09:00; "" while none is chosen
    hint: str = ""
    error: str = ""


Field = PeopleField | ChoiceField | TextField | PlaceField | PickField | TicksField | TimeField


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    title: str  #: at most 24 characters
    submit: str  #: at most 24 characters
    action: str  #: what submitting it asks for
    fields: tuple[Field, ...]
    intro: tuple[Element, ...] = ()
    context: tuple[tuple[str, str], ...] = ()  #: what comes back with the submission, unseen


# What `Bot.handle` answers with.


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """For the person who asked, and nobody else."""

    card: Card
    replace: bool = False  #: instead of what was pressed in, where nobody else reads that
    unfinished: bool = False  #: `Bot.rest` has the rest, in its own time


@dataclass(frozen=True, slots=True)
class Answer:
    """Below the message that asked, for everybody who can read that."""

    card: Card


@dataclass(frozen=True, slots=True)
class ShowHome:
    """One's own page, as it looks now."""

    card: Card


@dataclass(frozen=True, slots=True)
class OpenForm:
    form: Form


@dataclass(frozen=True, slots=True)
class Mend:
    """The submitted form stays open, with a sentence at each field that has to be mended."""

    errors: tuple[tuple[str, str], ...]
    anew: Form | None = None  #: the form with these sentences, where it has to ask for more than it did


@dataclass(frozen=True, slots=True)
class Say:
    """Below the words in an open form, instead of what was said of them before; the form stays as it is."""

    said: tuple[Line | Note, ...]


Reply = Private | Answer | ShowHome | OpenForm | Mend | Say


def length(text: str) -> int:
    """The characters of `text`, of which a platform may count an emoji as two."""
    return len(text.encode("utf-16-le", "replace")) // 2


INVITE: Final = "/invite @Kudos"  #: what lets Kudos in, where that is a command


def span_text(span: Span) -> str:
    """A span as plain text, where there are commands."""
    match span:
        case str():
            return span
        case Strong(text) | Quoted(text) | Code(text):
            return text
        case Typed():
            return span.command
        case LetIn():
            return f"type {INVITE} there"
        case Emoji():
            return span.unicode
        case Mention():
            return span.name
        case PlaceName():
            return f"#{span.name}" if span.name else "the channel"
        case MessageLink():
            return span_text(span.label)
    assert_never(span)


Wording = Callable[[Span], str]  #: how a platform says a span as plain text


def spans_text(spans: Spans, say: Wording = span_text) -> str:
    return "".join(map(say, spans))


def element_text(element: Element, say: Wording = span_text) -> str:
    """An element as plain text: one or more lines; "" when it holds nothing to read."""
    match element:
        case Heading(text):
            return text
        case Line(spans) | Note(spans):
            return spans_text(spans, say)
        case Quote(text):
            return f"“{text}”"
        case Bullets(items):
            return "\n".join(f"• {spans_text(item, say)}" for item in items)
        case Chart(title=title, bars=bars):
            return "\n".join((title, *map(bar_text, bars)))
        case Divider() | Actions():
            return ""
    assert_never(element)


def bar_text(bar: Bar) -> str:
    return f"{bar.label}: {bar.count:,}"


BAR_MOST: Final = 20  #: characters of the longest bar that is made of text


def bars_in_words(chart: Chart) -> tuple[Line, ...]:
    """A chart as lines of text: bars of characters, one for each of what is counted as long as there is room."""
    scale = max((BAR_MOST, *(bar.count for bar in chart.bars)))
    return (
        Line((Strong(chart.title),)),
        *(
            Line((f"{'■' * max(1, round(BAR_MOST * bar.count / scale))} {bar.count:,} {bar.label}",))
            for bar in chart.bars
        ),
    )


def plain(card: Card, say: Wording = span_text) -> str:
    """The card as text, complete: what a screen reader or a notification gets.

    Args:
        say: of a platform that has no commands, or calls places otherwise.
    """
    return "\n".join(filter(None, (element_text(element, say) for element in card.elements)))
