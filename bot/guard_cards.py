"""What the giver is told of words that were stopped, and what they can choose. Pure views."""

from typing import Final

from bot.cards import Actions, Bullets, Button, Card, Line, Note, Option, PickField, Quote, Strong
from bot.guard import Finding, Remedy, Stopped
from bot.requests import Action
from bot.shortening import beginning

SHOWN_MOST: Final = 5  #: findings that are named
FOUND_MOST: Final = 60  #: characters of one that are shown
WITHOUT_MOST: Final = 1500  #: characters of the words without them that are shown

_LABELS: Final = {
    Remedy.CHANGE: "I change the words",
    Remedy.WITHOUT: "Post it without them",
    Remedy.KEEP: "It is none of that",
}
_NEVER: Final = "Some of it I never post, whatever is meant by it. Please put it another way."


def sentence(stopped: Stopped) -> str:
    """Which words, and why."""
    found = [f"“{_short(each)}” looks like {each.kind.looks_like}" for each in _shown(stopped)]
    more = _more(stopped)
    return f"This may not belong in a chat tool: {'; '.join(found)}{f'; and {more} more' if more else ''}."


def choice(stopped: Stopped, chosen: str = "") -> PickField:
    """What is to be done about it, in a form.

    Args:
        chosen: as the form was sent.
    """
    remedies = _remedies(stopped)
    return PickField(
        name="remedy",
        label="What shall I do?",
        options=tuple(Option(value=each.value, label=_LABELS[each], short=_LABELS[each]) for each in remedies),
        chosen=chosen if chosen in remedies else Remedy.CHANGE.value,
        hint=f"Without them it reads: “{_cut(stopped.without)}”{'' if stopped.none_of_it else f' {_NEVER}'}",
    )


def warned(stopped: Stopped, *, change: str, carried: str, still_said: bool) -> Card:
    """Tell the giver alone, and offer what they can do.

    Args:
        change: what the button carries that opens the form; `carried`: what the others carry.
        still_said: the words stand in a message of theirs.
    """
    more = _more(stopped)
    found = [(Strong(_short(each)), f": looks like {each.kind.looks_like}") for each in _shown(stopped)]
    actions = {Remedy.CHANGE: Action.GIVE, Remedy.WITHOUT: Action.WITHOUT, Remedy.KEEP: Action.KEEP}
    buttons = tuple(
        Button(
            label="Change the words" if each is Remedy.CHANGE else _LABELS[each],
            action=actions[each].value,
            value=change if each is Remedy.CHANGE else carried,
            primary=each is Remedy.CHANGE,
        )
        for each in _remedies(stopped)
    )
    return Card(
        (
            Line(("Your kudos is not given yet: some of it may not belong in a chat tool.",)),
            Bullets((*found, *(((f"and {more} more",),) if more else ()))),
            Line(("Without them it reads:",)),
            Quote(_cut(stopped.without)),
            *(
                (Note(("Your message still stands where you wrote it. Please delete it there.",)),)
                if still_said
                else ()
            ),
            *(() if stopped.none_of_it else (Note((_NEVER,)),)),
            Note(("Only you see this. I keep nothing of it.",)),
            Actions(buttons=buttons),
        )
    )


def _remedies(stopped: Stopped) -> tuple[Remedy, ...]:
    kept = (Remedy.KEEP,) if stopped.none_of_it else ()
    return (Remedy.CHANGE, Remedy.WITHOUT, *kept)


def _shown(stopped: Stopped) -> tuple[Finding, ...]:
    return stopped.findings[:SHOWN_MOST]


def _more(stopped: Stopped) -> int:
    return max(0, len(stopped.findings) - SHOWN_MOST)


def _short(finding: Finding) -> str:
    text = " ".join(finding.text.split())
    return text if len(text) <= FOUND_MOST else f"{beginning(text, FOUND_MOST)}…"


def _cut(text: str) -> str:
    return text if len(text) <= WITHOUT_MOST else f"{beginning(text, WITHOUT_MOST)}…"
