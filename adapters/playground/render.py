"""Cards as HTML. Every text is escaped where it is put in; nothing anybody writes becomes markup."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlencode

from markupsafe import Markup

from adapters.playground.workspace import HOME, LOBBY
from bot.cards import (
    INVITE,
    Actions,
    Bullets,
    Button,
    Card,
    Chart,
    Code,
    Divider,
    Element,
    Emoji,
    Heading,
    LetIn,
    Line,
    Mention,
    MessageLink,
    Note,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Strong,
    Typed,
    span_text,
)
from bot.requests import Group, Named, Unresolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Who looks, and where: what every link and every button carries along."""

    person: str
    place: str  #: as it is called in addresses
    once: str  #: makes the same press, sent again by the browser, the same delivery

    def to(
        self, *, place: str = "", person: str = "", message: str = "", say: str = "", form: str = "", note: str = ""
    ) -> str:
        """The address of a place, a message, or this page with something in the box, or a form or a note open."""
        query = {"as": person or self.person, "in": place or self.place, "say": say, "form": form, "note": note}
        fragment = f"#{message}" if message else ""
        return "/?" + urlencode({name: value for name, value in query.items() if value}) + fragment

    def home(self) -> str:
        """The address that opens one's own page."""
        return "/home?" + urlencode({"as": self.person})

    def hidden(self, **more: str) -> Markup:
        """The same for a form."""
        values = {"as": self.person, "in": self.place, "once": self.once, **more}
        return joined(
            Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in values.items()
        )


def elements(parts: Iterable[Element], here: Here, message: str, *, level: int = 3) -> Markup:
    """What a card or the head of a form is made of."""
    return joined(_element(part, here, message, level) for part in parts)


def card(card: Card, here: Here, message: str, *, level: int = 3) -> Markup:
    """A card that stands as `message`; its headings are of this `level`."""
    return elements(card.elements, here, message, level=level)


def reading(card: Card, here: Here, message: str, *, close: str) -> Markup:
    """A card in a dialog."""
    return Markup(
        '<div class="form"><div class="fields body">{}</div>'
        '<div class="form-end"><a class="button primary" href="{}" autofocus>Close</a></div></div>'
    ).format(elements(card.elements, here, message), close)


def chat(words: Iterable[str | Named | Group | Unresolved], here: Here) -> Markup:
    """What a colleague wrote."""
    parts: list[Span] = []
    for word in words:
        match word:
            case Named(person, name):
                parts.append(Mention(person=person, name=name))
            case Group(name=name):
                parts.append(f"@{name}")
            case Unresolved(text) | str(text):
                parts.append(text)
    return Markup('<p class="text">{}</p>').format(_spans(parts, here))


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _spans(spans: Iterable[Span], here: Here) -> Markup:
    parts: list[Markup] = []
    before: Span = ""
    for span in spans:
        # An emoji stays on one line with the word it stands beside.
        beside = isinstance(before, Emoji) and isinstance(span, str) and span.startswith(" ")
        parts.append(_span(f"\N{NO-BREAK SPACE}{span[1:]}" if beside and isinstance(span, str) else span, here))
        before = span
    return joined(parts)


def _span(span: Span, here: Here) -> Markup:
    match span:
        case str():
            return Markup("{}").format(span)
        case Strong(text):
            return Markup("<strong>{}</strong>").format(text)
        case Quoted(text, strong):
            return _span(Strong(text) if strong else text, here)
        case Typed():
            return _say(span.command, here)
        case LetIn():
            return Markup("type {} there").format(_say(INVITE, here))
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Emoji():
            return Markup('<span class="emoji" aria-hidden="true">{}</span>').format(span.unicode)
        case Mention():
            own = " you" if span.person == here.person else ""
            return Markup('<span class="mention{}">@{}</span>').format(own, span.name)
        case PlaceName():
            return Markup('<a href="{}">{}</a>').format(here.to(place=span.place), span_text(span))
        case MessageLink(label=label):
            target = here.to(place=span.message.place, message=span.message.id)
            return Markup('<a href="{}">{}</a>').format(target, span_text(label))
    assert_never(span)


def _say(text: str, here: Here) -> Markup:
    """Something to type, and a click puts it where one types."""
    return Markup('<a class="say" href="{}" title="Put it in the message box"><code>{}</code></a>').format(
        here.to(place=LOBBY if here.place == HOME else "", say=text), text
    )


def _element(element: Element, here: Here, message: str, level: int = 3) -> Markup:
    match element:
        case Heading(text):
            return Markup("<h{0}>{1}</h{0}>").format(level, text)
        case Line(spans):
            kind = Markup(' class="entry"') if spans and isinstance(spans[0], Emoji) else ""
            return Markup("<p{}>{}</p>").format(kind, _spans(spans, here))
        case Quote(text):
            return Markup("<blockquote>{}</blockquote>").format(text)
        case Bullets(items):
            return Markup("<ul>{}</ul>").format(
                joined(Markup("<li>{}</li>").format(_spans(item, here)) for item in items)
            )
        case Note(spans):
            return Markup('<p class="note">{}</p>').format(_spans(spans, here))
        case Divider():
            return Markup("<hr>")
        case Chart():
            return _chart(element)
        case Actions():
            return _actions(element, here, message)
    assert_never(element)


def _chart(chart: Chart) -> Markup:
    """A table, so that it reads as one; its bars are there to be seen only."""
    most = max((bar.count for bar in chart.bars), default=0)
    rows = (
        Markup(
            '<tr><th scope="row">{}</th><td><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none"'
            ' aria-hidden="true"><rect width="{}" height="10"></rect></svg><span>{}</span></td></tr>'
        ).format(bar.label, max(1, round(100 * bar.count / max(1, most))), f"{bar.count:,}")
        for bar in chart.bars
    )
    return Markup(
        '<table class="chart"><caption>{}</caption><thead class="unseen"><tr><th scope="col">For</th>'
        '<th scope="col">Kudos</th></tr></thead><tbody>{}</tbody></table>'
    ).format(chart.title, joined(rows))


def _actions(actions: Actions, here: Here, message: str) -> Markup:
    more = Markup("")
    if actions.more:
        more = Markup(
            '<details class="menu" name="menu"><summary class="button quiet" aria-label="More">'
            '<span aria-hidden="true">⋯</span></summary><div class="menu-items">{}</div></details>'
        ).format(joined(map(_button, actions.more)))
    return Markup('<form class="actions" method="post" action="/press">{}{}{}</form>').format(
        here.hidden(message=message), joined(map(_button, actions.buttons)), more
    )


def _button(button: Button) -> Markup:
    words = button.label.lstrip("".join(c for c in button.label if not c.isascii())).strip()
    described = Markup(' aria-label="{}"').format(button.describes) if words and words in button.describes else ""
    pressed = Markup('<button class="button{}" name="press" value="{} {}"{}>{}</button>').format(
        " primary" if button.primary else "",
        button.action,
        button.value,
        described,
        f"Yes: {button.label}" if button.confirm else button.label,
    )
    if not button.confirm:
        return pressed
    return Markup(
        '<details class="menu" name="menu"><summary class="button">{}</summary>'
        '<div class="menu-items"><p>{}</p>{}</div></details>'
    ).format(button.label, button.confirm, pressed)
