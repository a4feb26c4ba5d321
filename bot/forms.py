"""The forms people fill in. Pure views: what was said so far goes in, a form comes out, with nothing lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot import guard_cards
from bot.cards import (
    ChoiceField,
    Emoji,
    Field,
    Form,
    Line,
    MessageLink,
    Note,
    Option,
    OptionGroup,
    PeopleField,
    PickField,
    PlaceField,
    Quoted,
    Spans,
    TextField,
)
from bot.framework import KUDOS_TAGS_MOST, Entry, Framework
from bot.guard import Stopped
from bot.kudos import REASON_LEAST, REASON_MOST
from bot.model import Message, Recognition, Roster, clean
from bot.recipients import RECIPIENTS_MOST, listed
from bot.requests import Action
from bot.suggest import NOTHING, Suggested
from bot.words import Draft

TEXT_MOST: Final = 3000  #: characters that every platform's form can hold. Source: Slack, plain_text_input
SHOWN_FIRST: Final = 2  #: entries of the first kind that are suggested
SHOWN_SECOND: Final = 1  #: … and of the second
DESCRIPTION_MOST: Final = 75  #: characters: what every platform shows. Source: Slack, option object

Said = tuple[Line | Note, ...]

_FITTING: Final = "May fit your words"
_SAY_MORE: Final = "A little more would mean a lot: what did they do, for whom, and what did it change?"


def give(
    draft: Draft,
    framework: Framework,
    *,
    faults: Iterable[tuple[str, str]] = (),
    place: str | None,
    open_place: bool,
    message: Message | None = None,
    suggested: Suggested = NOTHING,
    groups: Iterable[Roster] = (),
    left_out: Sequence[str] = (),
    dropped_self: bool = False,
    stopped: Stopped | None = None,
    remedy: str = "",
) -> Form:
    """The form of a kudos, holding what was said, with a sentence at each field that has to be mended.

    Args:
        place: where it is posted, as far as that is known.
        open_place: the giver chooses where.
        message: what it is about; not told where the giver chooses, for others may not read it there.
        suggested: what the words show; offered first and never chosen.
        groups: whose people are among the recipients of `draft`, all of them.
        left_out: people, said in words, whom the form does not hold.
        dropped_self: the giver was among those to be thanked.
        stopped: what of their words may not belong here; `remedy`: what they have chosen to do about it.
    """
    error = dict(faults)
    if left_out:
        error["recipients"] = f"{error.get('recipients', '')} Not chosen here: {listed(left_out)}.".strip()
    groups = tuple(groups)
    hints = []
    if groups:
        hints.append(f"With the people of {listed([f'@{group.name}' for group in groups])}, as it is now.")
    if dropped_self:
        hints.append("I left you out: a kudos thanks others.")
    about = message if message and not open_place else None
    kept = {
        "place": "" if open_place else place,
        "message": about.id if about else "",
        "groups": " ".join(group.id for group in groups),
        **_told(stopped),
    }
    where = (
        PlaceField(
            name="place",
            label="Where should colleagues read it?",
            chosen=place or "",
            hint="I'll let them know, too.",
            error=error.get("place", ""),
        ),
    )
    return Form(
        title="Give kudos",
        submit="Give kudos",
        action=Action.GIVE.value,
        fields=(
            PeopleField(
                name="recipients",
                label="Who do you want to thank?",
                chosen=draft.recipients,
                most=RECIPIENTS_MOST,
                hint=" ".join(hints),
                error=error.get("recipients", ""),
            ),
            _reason_field(
                "What did they do?",
                draft.reason,
                _with(error.get("reason", ""), stopped),
                said=() if draft.entries else said(draft.reason, suggested),
            ),
            *_choice(stopped, remedy),
            ChoiceField(
                name="entries",
                label="What did they show?",
                groups=_options(framework, suggested),
                chosen=draft.entries,
                most=KUDOS_TAGS_MOST,
                hint=f"Choose what they showed: one to {_number(KUDOS_TAGS_MOST)}.",
                error=error.get("entries", ""),
            ),
            *(where if open_place else ()),
        ),
        intro=(Note(("About ", MessageLink(label="this message", message=about))),) if about else (),
        context=tuple((name, value) for name, value in kept.items() if value),
    )


def edit(recognition: Recognition, stopped: Stopped | None = None, remedy: str = "") -> Form:
    """New words for a kudos."""
    return Form(
        title="Edit your words",
        submit="Save",
        action=Action.EDIT.value,
        fields=(
            _reason_field("What did they do?", recognition.reason, _with("", stopped)),
            *_choice(stopped, remedy),
        ),
        context=(("recognition", recognition.id), *_told(stopped).items()),
    )


def sentence(
    recognition: Recognition,
    suggested: Suggested = NOTHING,
    stopped: Stopped | None = None,
    remedy: str = "",
) -> Form:
    """Words for a kudos that was a mere reaction."""
    people = ", ".join(person.name for person in recognition.recipients)
    return Form(
        title="Add a sentence",
        submit="Give kudos",
        action=Action.SENTENCE.value,
        fields=(
            _reason_field(
                f"What did {people} do?"[:150],
                recognition.reason,
                _with("", stopped),
                said=said(recognition.reason, suggested),
            ),
            *_choice(stopped, remedy),
        ),
        context=(("recognition", recognition.id), *_told(stopped).items()),
    )


def to_mend(form: Form, errors: Iterable[tuple[str, str]]) -> Form:
    """The same with each sentence of `errors` at its field; what belongs to no field of it stands at the first."""
    names = [field.name for field in form.fields]
    found: dict[str, list[str]] = {}
    for name, sentence in errors:
        found.setdefault(name if name in names else names[0], []).append(sentence)

    def mended(field: Field) -> Field:
        return replace(field, error=" ".join(found[field.name])) if field.name in found else field

    return replace(form, fields=tuple(map(mended, form.fields)))


def _with(error: str, stopped: Stopped | None) -> str:
    """What is wrong with the words, with what was stopped in them, once."""
    told = guard_cards.sentence(stopped) if stopped else ""
    return error if told in error else f"{error} {told}".strip()


def _choice(stopped: Stopped | None, remedy: str) -> tuple[PickField, ...]:
    return (guard_cards.choice(stopped, remedy),) if stopped else ()


def _told(stopped: Stopped | None) -> dict[str, str]:
    """What comes back with the form: what its reader was told."""
    return {"warned": stopped.key} if stopped else {}


def said(reason: str, suggested: Suggested) -> Said:
    """What is said of a reason: what it sounds like, else, where it says nothing specific, one friendly hint."""
    if suggested.vague and len(clean(reason)) >= REASON_LEAST:
        return (Note((_SAY_MORE,)),)
    return tuple(_fitting(suggested))


def _reason_field(label: str, text: str, error: str = "", *, said: Said | None = None) -> TextField:
    return TextField(
        name="reason",
        label=label,
        text=text,
        placeholder="Stayed on after a long shift to help us finish",
        hint=f"{REASON_LEAST} to {REASON_MOST:,} characters. Leave out anything confidential, please.",
        most=REASON_MOST,
        error=error,
        said=said,
    )


def _fitting(suggested: Suggested) -> Iterator[Line | Note]:
    """What the words sound like: at most two entries, with the line that fits, and one of the second kind."""
    if suggested.first:
        yield Note(("That sounds like:",))
    for entry in suggested.first[:SHOWN_FIRST]:
        line = suggested.lines.get(entry.id)
        yield Line((*_named(entry), *((": “", Quoted(line), "”") if line else ())))
    for entry in suggested.second[:SHOWN_SECOND]:
        yield Line(("And perhaps: ", *_named(entry)))


def _named(entry: Entry) -> Spans:
    return (Emoji(unicode=entry.emoji, name=entry.emoji_name), " ", Quoted(entry.title.text, strong=True))


def _options(framework: Framework, suggested: Suggested = NOTHING) -> tuple[OptionGroup, ...]:
    """By kind; those that fit come first, in a group of their own."""
    fitting = (*suggested.first[:SHOWN_FIRST], *suggested.second[:SHOWN_SECOND])
    groups: dict[str, list[Option]] = {_FITTING: list(map(_option, fitting))} if fitting else {}
    for entry in framework.taggable:
        if entry not in fitting:
            plural = entry.kind.plural
            groups.setdefault(plural[:1].upper() + plural[1:], []).append(_option(entry))
    return tuple(OptionGroup(label=label, options=tuple(options)) for label, options in groups.items())


def _option(entry: Entry) -> Option:
    return Option(
        value=entry.id,
        label=entry.title.text,
        short=entry.short,
        description=_description(entry),
        emoji=Emoji(unicode=entry.emoji, name=entry.emoji_name),
    )


def _description(entry: Entry) -> str:
    """The tag and, where it fits whole, the first line of the entry: a quotation is never cut."""
    counted = f"{entry.kind.label.capitalize()} {entry.number} · #{entry.tag}" if entry.number else f"#{entry.tag}"
    for line in (line.text for group in entry.groups for line in group.lines):
        if len(f"{counted} · {line}") <= DESCRIPTION_MOST:
            return f"{counted} · {line}"
    return counted[:DESCRIPTION_MOST]


def _number(number: int) -> str:
    return ("none", "one", "two", "three")[number]
