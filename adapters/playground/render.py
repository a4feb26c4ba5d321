"""Cards and forms as HTML. Every text is escaped where it is put in; nothing anybody writes becomes markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, assert_never
from urllib.parse import urlencode

from markupsafe import Markup

from adapters.playground.workspace import HOME, LOBBY
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Chart,
    ChoiceField,
    Code,
    Divider,
    Element,
    Emoji,
    Field,
    Form,
    Heading,
    Line,
    Mention,
    MessageLink,
    Note,
    Option,
    PeopleField,
    PlaceField,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Strong,
    TextField,
)
from bot.requests import Group, Named, Unresolved

LEAD: Final = "field-"  #: what the HTML ids of form fields start with
INTRO: Final = "dialog-intro"  #: the HTML id of what a form begins with


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
        return _joined(
            Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in values.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Somebody or some place to choose in a form."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    people: Sequence[Choice]
    places: Sequence[Choice]


def card(card: Card, here: Here, message: str, *, level: int = 3) -> Markup:
    """A card that stands as `message`; its headings are of this `level`."""
    return _joined(_element(element, here, message, level) for element in card.elements)


def reading(card: Card, here: Here, message: str, *, close: str) -> Markup:
    """A card in a dialog."""
    return Markup(
        '<div class="form"><div class="fields body">{}</div>'
        '<div class="form-end"><a class="button primary" href="{}" autofocus>Close</a></div></div>'
    ).format(_joined(_element(element, here, message) for element in card.elements), close)


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


def form(form: Form, here: Here, choices: Choices, *, id_: str, close: str) -> Markup:
    """A form, up to its buttons; the first field to mend has the focus, and all of them are named at the top."""
    erring = [field for field in form.fields if field.error]
    first = (erring or list(form.fields))[:1]
    intro = _joined(_element(element, here, "") for element in form.intro)
    return Markup(
        '<form class="form" method="post" action="/form">{hidden}{erring}<div class="fields">{intro}{fields}</div>'
        '<div class="form-end"><a class="button quiet" href="{close}">Cancel</a>'
        '<button class="button primary">{submit}</button></div></form>'
    ).format(
        hidden=here.hidden(form=id_),
        erring=_erring(erring),
        intro=Markup('<div class="intro" id="{}">{}</div>').format(INTRO, intro) if intro else "",
        fields=_joined(_field(field, choices, here, focus=field in first) for field in form.fields),
        close=close,
        submit=form.submit,
    )


def _erring(fields: Sequence[Field]) -> Markup:
    if not fields:
        return Markup("")
    links = (Markup('<a href="#{}{}">{}</a>').format(LEAD, field.name, field.label) for field in fields)
    return Markup('<p class="error" role="alert">Nothing is lost. Please check: {}</p>').format(
        Markup(" · ").join(links)
    )


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _spans(spans: Iterable[Span], here: Here) -> Markup:
    parts: list[Markup] = []
    before: Span = ""
    for span in spans:
        # An emoji stays on one line with the word it stands beside.
        beside = isinstance(before, Emoji) and isinstance(span, str) and span.startswith(" ")
        parts.append(_span(f"\N{NO-BREAK SPACE}{span[1:]}" if beside and isinstance(span, str) else span, here))
        before = span
    return _joined(parts)


def _span(span: Span, here: Here) -> Markup:
    match span:
        case str():
            return Markup("{}").format(span)
        case Strong(text):
            return Markup("<strong>{}</strong>").format(text)
        case Quoted(text, strong):
            return _span(Strong(text) if strong else text, here)
        case Code(text) if text.startswith("/"):
            return Markup('<a class="say" href="{}" title="Put it in the message box"><code>{}</code></a>').format(
                here.to(place=LOBBY if here.place == HOME else "", say=text), text
            )
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Emoji():
            return Markup('<span class="emoji" aria-hidden="true">{}</span>').format(span.unicode)
        case Mention():
            own = " you" if span.person == here.person else ""
            return Markup('<span class="mention{}">@{}</span>').format(own, span.name)
        case PlaceName():
            name = f"#{span.name}" if span.name else "the channel"
            return Markup('<a href="{}">{}</a>').format(here.to(place=span.place), name)
        case MessageLink():
            target = here.to(place=span.message.place, message=span.message.id)
            return Markup('<a href="{}">{}</a>').format(target, span.label)
    assert_never(span)


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
                _joined(Markup("<li>{}</li>").format(_spans(item, here)) for item in items)
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
    ).format(chart.title, _joined(rows))


def _actions(actions: Actions, here: Here, message: str) -> Markup:
    more = Markup("")
    if actions.more:
        more = Markup(
            '<details class="menu" name="menu"><summary class="button quiet" aria-label="More">'
            '<span aria-hidden="true">⋯</span></summary><div class="menu-items">{}</div></details>'
        ).format(_joined(map(_button, actions.more)))
    return Markup('<form class="actions" method="post" action="/press">{}{}{}</form>').format(
        here.hidden(message=message), _joined(map(_button, actions.buttons)), more
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


def _field(field: Field, choices: Choices, here: Here, *, focus: bool) -> Markup:
    match field:
        case PeopleField():
            people = _joined(
                _tick(field.name, choice, field.chosen, radio=False, focus=focus and not at)
                for at, choice in enumerate(choices.people)
            )
            return _fieldset(field, Markup('<div class="ticks people">{}</div>').format(people))
        case ChoiceField():
            groups = _joined(
                _group(field, at, group.label, group.options, focus=focus) for at, group in enumerate(field.groups)
            )
            return _fieldset(field, groups)
        case PlaceField():
            places = _joined(
                _tick(field.name, choice, (field.chosen,), radio=True, focus=focus and not at)
                for at, choice in enumerate(choices.places)
            )
            return _fieldset(field, Markup('<div class="ticks places">{}</div>').format(places))
        case TextField():
            return _text(field, here, focus=focus)
    assert_never(field)


def _fieldset(field: PeopleField | ChoiceField | PlaceField, inner: Markup) -> Markup:
    return Markup('<fieldset id="{id}"{described}><legend>{label}</legend>{words}{inner}</fieldset>').format(
        id=LEAD + field.name, described=_described(field), label=field.label, words=_words(field), inner=inner
    )


def _text(field: TextField, here: Here, *, focus: bool) -> Markup:
    below = Markup("")
    if field.said is not None:
        below = Markup('<div class="said" id="{}-said" role="status">{}</div>').format(
            LEAD + field.name, said(field.said, here)
        )
    return Markup(
        '<div class="field"><label for="{id}">{label}</label>{words}'
        '<textarea id="{id}" name="{name}" rows="4" placeholder="{placeholder}"{described}{invalid}{focus}>\n'
        "{text}</textarea>{below}</div>"
    ).format(
        below=below,
        id=LEAD + field.name,
        name=field.name,
        label=field.label,
        words=_words(field),
        placeholder=field.placeholder,
        described=_described(field),
        invalid=Markup(' aria-invalid="true"') if field.error else "",
        focus=Markup(" autofocus") if focus else "",
        text=field.text,
    )


def said(elements: Iterable[Element], here: Here) -> Markup:
    """What stands below the words in a form."""
    return _joined(_element(element, here, "") for element in elements)


def _words(field: Field) -> Markup:
    """What stands between a field's label and the field."""
    hint, error = Markup(""), Markup("")
    if field.hint:
        hint = Markup('<p class="hint" id="{}-hint">{}</p>').format(LEAD + field.name, field.hint)
    if field.error:
        error = Markup('<p class="error" id="{}-error">{}</p>').format(LEAD + field.name, field.error)
    return hint + error


def _described(field: Field) -> Markup:
    ids = [f"{LEAD}{field.name}-{part}" for part, text in (("error", field.error), ("hint", field.hint)) if text]
    return Markup(' aria-describedby="{}"').format(" ".join(ids)) if ids else Markup("")


def _group(field: ChoiceField, at: int, label: str, options: Iterable[Option], *, focus: bool) -> Markup:
    ticks = _joined(
        _tick(
            field.name,
            Choice(value=option.value, label=option.label, detail=option.description),
            field.chosen,
            radio=False,
            focus=focus and not at and not place,
            emoji=option.emoji.unicode if option.emoji else "",
        )
        for place, option in enumerate(options)
    )
    return Markup('<div class="ticks entries" role="group" aria-label="{0}"><p class="group">{0}</p>{1}</div>').format(
        label, ticks
    )


def _tick(name: str, choice: Choice, chosen: Sequence[str], *, radio: bool, focus: bool, emoji: str = "") -> Markup:
    return Markup(
        '<label class="tick"><input type="{kind}" name="{name}" value="{value}"{checked}{focus}>{emoji}'
        '<span class="tick-words"><span>{label}</span>{detail}</span></label>'
    ).format(
        kind="radio" if radio else "checkbox",
        name=name,
        value=choice.value,
        checked=Markup(" checked") if choice.value in chosen else "",
        focus=Markup(" autofocus") if focus else "",
        emoji=Markup('<span class="emoji" aria-hidden="true">{}</span>').format(emoji) if emoji else "",
        label=choice.label,
        detail=Markup('<span class="detail">{}</span>').format(choice.detail) if choice.detail else "",
    )
