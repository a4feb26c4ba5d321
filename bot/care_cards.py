"""What is said to somebody who needs a person rather than a quotation. Pure views.

All of it is in our own words, and says so; what the framework says stands apart, below a line or above it.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from bot.answers import Answer, shown
from bot.cards import Card, Divider, Element, Heading, Line, Note, Strong
from bot.care import Notice
from bot.framework import Contact, Framework

SURE_ENOUGH: Final = 0.9  #: of an answer, to be set before somebody who is at the end of their strength

_NUMBER: Final = "999"  #: unless the organisation names another one
_SAMARITANS: Final = Contact(
    name="Samaritans", contact="116 123", hours="free, day and night, every day of the year", purpose="crisis"
)


def calm(answer: Answer, framework: Framework) -> Card:
    """Who can help now, and only then what was asked, where we are sure of it."""
    named = framework.help_for("crisis")
    # Who names another emergency number is in another country, and so are those whom they name.
    known = any(_digits(_SAMARITANS) in _digits(each) for each in named) or (named and _number(framework) != _NUMBER)
    elements: list[Element] = [
        Heading("You don't have to carry this alone"),
        Line(("What you wrote sounds hard. I am only a program, but there are people who will listen, now:",)),
        Line((Strong(f"Call {_number(framework)}"), " if you or somebody else may be in danger.")),
        *_named((*named, *(() if known else (_SAMARITANS,)))),
        Line(("You can call them for yourself, or because you are worried about somebody.",)),
        Note(
            (
                f"These are my own words, not {framework.short}'s documents. I show them to you alone, tell nobody, "
                "and keep no note of what you wrote. The chat you wrote it in may keep a copy.",
            )
        ),
        Line(("You matter. What you asked can wait.",)),
    ]
    if answer.outcome == "answer" and answer.confidence >= SURE_ENOUGH:
        elements += [Divider(), *shown(answer, framework).elements]
    return Card(tuple(elements))


def heeding(notice: Notice | None, answer: Answer, framework: Framework, *, question: str = "") -> Card:
    """The answer, and what has to be said before or after it.

    Args:
        question: the key under which what is picked is counted; "" where it is not.
    """
    match notice:
        case None:
            return shown(answer, framework, question=question)
        case Notice.CRISIS:
            return calm(answer, framework)
        case Notice.EMERGENCY:
            return _urgent(answer, framework)
        case Notice.WRONGDOING | Notice.SITUATION:
            said = shown(answer, framework, question=question, bearing=True)
            return Card((*said.elements, Divider(), *_whom_to_ask(notice, answer, framework)))
    assert_never(notice)


def _urgent(answer: Answer, framework: Framework) -> Card:
    number = _number(framework)
    silent = "If you can't speak, call from a mobile and press 55 when you are asked. " if number == _NUMBER else ""
    ours: list[Element] = [
        Line((Strong(f"If this is happening now, call {number}."), " I can't call anybody for you.")),
        Note((f"{silent}These are my own words, not the framework's.",)),
    ]
    if answer.outcome == "answer":  # what we don't know, or would have to ask, is no use to somebody in a hurry
        ours += [Divider(), *shown(answer, framework).elements]
    return Card(tuple(ours))


def _whom_to_ask(notice: Notice, answer: Answer, framework: Framework) -> Iterable[Element]:
    if answer.outcome == "answer":
        yield Note(
            ("The words above are from the framework. They are not advice on your case. The words below are mine.",)
        )
        yield Line(("For advice, talk to your line manager, or to another manager you trust.",))
    else:
        yield Note(("The words below are mine.",))
        yield Line(
            ("I can't advise you on a case. Please talk to your line manager, or to another manager you trust.",)
        )
    yield from _named(framework.help_for("everyday"))
    if notice is Notice.WRONGDOING:
        there = framework.help_for("wrongdoing")
        whom = "these people:" if there else "a manager you trust. They know whose job it is to look into it."
        yield Line((f"If you think somebody has done wrong, you can tell {whom}",))
        yield from _named(there)


def _number(framework: Framework) -> str:
    """What to call in an emergency."""
    return next((each.contact for each in framework.help_for("emergency")), _NUMBER)


def _named(contacts: Iterable[Contact]) -> Iterable[Element]:
    for each in contacts:
        contact = f": {each.contact}" if each.contact else ""
        hours = f" ({each.hours})" if each.hours else ""
        yield Line((Strong(each.name), f"{contact}{hours}") if contact or hours else (Strong(each.name),))


def _digits(contact: Contact) -> str:
    return "".join(filter(str.isdecimal, contact.contact))
