"""Forms as HTML. Every text is escaped where it is put in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from markupsafe import Markup

from adapters.playground.render import Here, elements, joined
from bot.cards import (
    ChoiceField,
    Field,
    Form,
    Option,
    PeopleField,
    PickField,
    PlaceField,
    TextField,
    TicksField,
    TimeField,
)

RADIOS_MOST: Final = 3  #: to choose one from, one below the other; more are a menu
LEAD: Final = "field-"  #: what the HTML ids of form fields start with
INTRO: Final = "dialog-intro"  #: the HTML id of what a form begins with


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


def form(form: Form, here: Here, choices: Choices, *, id_: str, close: str) -> Markup:
    """A form, up to its buttons; the first field to mend has the focus, and all of them are named at the top."""
    erring = [field for field in form.fields if field.error]
    first = (erring or list(form.fields))[:1]
    intro = elements(form.intro, here, "")
    return Markup(
        '<form class="form" method="post" action="/form">{hidden}{erring}<div class="fields">{intro}{fields}</div>'
        '<div class="form-end"><a class="button quiet" href="{close}">Cancel</a>'
        '<button class="button primary">{submit}</button></div></form>'
    ).format(
        hidden=here.hidden(form=id_),
        erring=_erring(erring),
        intro=Markup('<div class="intro" id="{}">{}</div>').format(INTRO, intro) if intro else "",
        fields=joined(_field(field, choices, here, focus=field in first) for field in form.fields),
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


def _field(field: Field, choices: Choices, here: Here, *, focus: bool) -> Markup:
    match field:
        case PeopleField():
            people = joined(
                _tick(field.name, choice, field.chosen, radio=False, focus=focus and not at)
                for at, choice in enumerate(choices.people)
            )
            return _fieldset(field, Markup('<div class="ticks people">{}</div>').format(people))
        case ChoiceField():
            groups = joined(
                _group(field, at, group.label, group.options, focus=focus) for at, group in enumerate(field.groups)
            )
            return _fieldset(field, groups)
        case PlaceField():
            places = joined(
                _tick(field.name, choice, (field.chosen,), radio=True, focus=focus and not at)
                for at, choice in enumerate(choices.places)
            )
            return _fieldset(field, Markup('<div class="ticks places">{}</div>').format(places))
        case PickField(options=options) if len(options) > RADIOS_MOST:
            return _input(field, _menu(field, focus=focus))
        case PickField(options=options, chosen=chosen):
            return _fieldset(field, _ticks(field.name, options, (chosen,), radio=True, focus=focus))
        case TicksField(options=options, chosen=chosen):
            return _fieldset(field, _ticks(field.name, options, chosen, radio=False, focus=focus))
        case TimeField(at=at):
            return _input(field, _one_line(field, "time", at, focus=focus))
        case TextField(text=text, one_line=True):
            return _input(field, _one_line(field, "text", text, focus=focus))
        case TextField():
            return _input(field, _text(field, here, focus=focus))
    assert_never(field)


def _fieldset(field: PeopleField | ChoiceField | PlaceField | PickField | TicksField, inner: Markup) -> Markup:
    return Markup('<fieldset id="{id}"{described}><legend>{label}</legend>{words}{inner}</fieldset>').format(
        id=LEAD + field.name, described=_described(field), label=field.label, words=_words(field), inner=inner
    )


def _input(field: TextField | PickField | TimeField, inner: Markup) -> Markup:
    return Markup('<div class="field"><label for="{id}">{label}</label>{words}{inner}</div>').format(
        id=LEAD + field.name, label=field.label, words=_words(field), inner=inner
    )


def _text(field: TextField, here: Here, *, focus: bool) -> Markup:
    below = Markup("")
    if field.said is not None:
        below = Markup('<div class="said" id="{}-said" role="status">{}</div>').format(
            LEAD + field.name, elements(field.said, here, "")
        )
    return Markup('<textarea rows="4" placeholder="{placeholder}"{attributes}>\n{text}</textarea>{below}').format(
        placeholder=field.placeholder, attributes=_attributes(field, focus=focus), text=field.text, below=below
    )


def _one_line(field: TextField | TimeField, kind: str, value: str, *, focus: bool) -> Markup:
    return Markup('<input type="{kind}" value="{value}" autocomplete="off"{attributes}>').format(
        kind=kind, value=value, attributes=_attributes(field, focus=focus)
    )


def _menu(field: PickField, *, focus: bool) -> Markup:
    options = joined(
        Markup('<option value="{}"{}>{}</option>').format(
            option.value, Markup(" selected") if option.value == field.chosen else "", option.label
        )
        for option in field.options
    )
    return Markup("<select{}>{}</select>").format(_attributes(field, focus=focus), options)


def _attributes(field: TextField | PickField | TimeField, *, focus: bool) -> Markup:
    return Markup(' id="{id}" name="{name}"{described}{invalid}{focus}').format(
        id=LEAD + field.name,
        name=field.name,
        described=_described(field),
        invalid=Markup(' aria-invalid="true"') if field.error else "",
        focus=Markup(" autofocus") if focus else "",
    )


def _ticks(name: str, options: Iterable[Option], chosen: Sequence[str], *, radio: bool, focus: bool) -> Markup:
    ticks = joined(
        _tick(
            name,
            Choice(value=option.value, label=option.label, detail=option.description),
            chosen,
            radio=radio,
            focus=focus and not at,
        )
        for at, option in enumerate(options)
    )
    return Markup('<div class="ticks">{}</div>').format(ticks)


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
    ticks = joined(
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
