"""What people are told of their own data, and of what they can do about it. Pure views."""

from collections.abc import Sequence

from bot.cards import Actions, Bullets, Button, Card, Heading, Line, MessageLink, Note, Quote, Strong, Typed
from bot.model import Message, Sight
from bot.questions import KEPT_DAYS as QUESTIONS_KEPT_DAYS
from bot.recipients import listed
from bot.requests import Action, Right
from bot.retention import AUDIT_MONTHS_LEAST, Retention


def privacy(retention: Retention, organisation: str, default: Sight) -> Card:
    """What is kept, why, how long and who sees it.

    Args:
        default: who may see what people were thanked for until they choose.
    """
    return Card(
        (
            Heading("Kudos and your data"),
            Line((Strong("What I keep."), " Who thanked whom, when, where, for what and in which words.")),
            Line(
                (
                    "Also who joined in, what you set, hid or reported, and your name and e-mail address. I know who "
                    "is in the private channels that I am in, and in some public ones. A question that I can't answer "
                    "I keep without your name. If I stop something that does not belong in a chat, I only count it. "
                    "I keep nothing else that is said here.",
                )
            ),
            Line(
                (
                    Strong("Why."),
                    f" So that thanks at {organisation} arrive, and can be found again.",
                )
            ),
            Line((Strong("Who sees it."), " What was said in a public channel, everybody here may read.")),
            Line(
                (
                    "What was said in a private channel, only its members, who gave it and who is thanked. There are "
                    "no points and no rankings. Your own page, ",
                    Typed("kudos home"),
                    ", is yours alone.",
                )
            ),
            Bullets(
                (
                    (
                        "You choose who may see what you are thanked for: ",
                        Typed("kudos visibility"),
                        f". Until you choose: {default.label}. To keep a single kudos from others, choose ",
                        Strong("Hide"),
                        " under More (⋯).",
                    ),
                    (
                        "If somebody reports a kudos, the moderators read it. Where none of them may, an administrator "
                        "does. They can remove it, and then say why. They do not learn who reported it.",
                    ),
                    (
                        "An administrator can keep somebody out of sight for a time, to protect them. To others it "
                        "looks like a choice of their own.",
                    ),
                    (
                        "A programme owner can see who thanks each other very often, if everybody could see it. "
                        "Nothing follows from it.",
                    ),
                    (
                        "One person alone can't make a list of who was thanked by whom: an administrator has to agree. "
                        "It holds what everybody here can see, and no words.",
                    ),
                    ("Which role you have, and whom to ask: ", Typed("kudos roles"), "."),
                    ("Auditors can read the log of what was done. It does not show them who reported a kudos.",),
                    ("Whoever runs my server can reach what is kept there.",),
                )
            ),
            Line((Strong("How long."),)),
            Bullets(
                (
                    (
                        f"The words of a kudos: {_months(retention.text_months)}. Then it is only known who thanked "
                        "whom, when and for what.",
                    ),
                    (f"Your name and address: {_days(retention.leaver_days)} after I learn that you have left.",),
                    (f"A question without an answer: {_days(QUESTIONS_KEPT_DAYS)} after somebody last asked it.",),
                    (
                        f"A log of who did what: {_months(AUDIT_MONTHS_LEAST)} at least. It holds no words of a "
                        "kudos, and ids instead of names.",
                    ),
                )
            ),
            Line((Strong("What you can do."), " At any time:")),
            _choices(),
            Note(
                (
                    "The same in words: ",
                    Typed("kudos my data"),
                    ", ",
                    Typed("kudos correct"),
                    ", ",
                    Typed("kudos erase me"),
                )
            ),
        )
    )


def _choices() -> Actions:
    return Actions(
        buttons=tuple(
            Button(label=label, action=Action.RIGHT.value, value=right.value, describes=describes)
            for label, right, describes in (
                ("Show my data", Right.DATA, "Show everything that Kudos keeps about me"),
                ("Correct", Right.CORRECT, "How to correct what Kudos keeps about me"),
                ("Erase me", Right.ERASE, "What happens when Kudos erases me"),
            )
        )
    )


def data_ready(url: str, minutes: int) -> Card:
    """A link that shows somebody what is kept about them."""
    link = MessageLink(label="Open my data", message=Message(place="", id="", url=url))
    return Card(
        (
            Line(("Here is everything I keep about you: ", link, ".")),
            Note((f"The link is for you alone. It works once, within {minutes} minutes.",)),
        )
    )


def data_sent(number: int) -> Card:
    """It comes in messages, where no link can be given."""
    how = "a message" if number == 1 else f"{number} messages"
    return Card((Line((f"Everything I keep about you comes to our own conversation, in {how}. Only you see it.",)),))


def data_part(text: str, number: int, of: int) -> Card:
    """A part of what is kept about who reads it."""
    title = "What I keep about you" if of == 1 else f"What I keep about you, part {number} of {of}"
    return Card((Heading(title), Quote(text)))


def correct(admins: Sequence[str]) -> Card:
    """How to put right what is wrong."""
    who = "one of the administrators" if len(admins) > 1 else "an administrator"
    who = f"{who}: {listed(admins)}" if admins else "an administrator of Kudos"
    return Card(
        (
            Heading("Something is wrong?"),
            Bullets(
                (
                    (
                        "Words you wrote: find the kudos with ",
                        Typed("kudos home"),
                        " and choose ",
                        Strong("Edit the words"),
                        ".",
                    ),
                    ("Your name or address: change it in your profile on this platform. I follow within a day.",),
                    (
                        "Words a colleague wrote about you: ",
                        Strong("Report"),
                        ", under More (⋯) on the kudos, asks the moderators to remove them. ",
                        Strong("Hide"),
                        " keeps them from others.",
                    ),
                    (f"Anything else: please write to {who}.",),
                )
            ),
        )
    )


def erase_first() -> Card:
    """What happens, before it does."""
    return Card(
        (
            Heading("Erase everything about you?"),
            Bullets(
                (
                    ("All words you wrote in kudos go, also from messages in channels.",),
                    ("Your colleagues keep the thanks, but not your words or your name.",),
                    (
                        "Words about you alone go too. Where you were one of several, you are taken out. What "
                        "colleagues wrote there may still hold your first name.",
                    ),
                    ("My messages to you lose their content. Your settings, your name and your address go.",),
                    (
                        "What is left is a count, and the id of your account in two lists: who did what, and who was "
                        "erased.",
                    ),
                )
            ),
            Line((Strong("This can't be undone."), " It takes a few minutes.")),
            Line(
                (
                    "If you keep your account here, the platform goes on telling me your name, as it does of "
                    "everybody. If you use me again, you start afresh.",
                )
            ),
            Actions(
                buttons=(
                    Button(
                        label="Erase me",
                        action=Action.RIGHT.value,
                        value=Right.ERASE_NOW.value,
                        describes="Erase everything that Kudos keeps about me",
                        confirm="Erase everything about you? This can't be undone.",
                    ),
                    Button(label="Show my data first", action=Action.RIGHT.value, value=Right.DATA.value),
                )
            ),
        )
    )


def erasing() -> Card:
    """It has been asked for, and is being done."""
    return Card((Line(("I am erasing everything about you. That takes a few minutes. Take care, and thank you.",)),))


def kept_for_now() -> Card:
    """It can't be done while a legal hold stands."""
    return Card(
        (
            Line(
                (
                    "I have noted that you want to be erased. For now I have to keep it, for legal reasons. That says "
                    "nothing about you as a colleague.",
                )
            ),
            Line(("As soon as I may, I erase it; you need not ask again. An administrator can tell you more.",)),
        )
    )


def passed_on() -> Card:
    """It waits for an administrator."""
    return Card(
        (
            Line(("I have noted that you want to be erased, and told the administrators. They see to it.",)),
            Line(("You need not ask again.",)),
        )
    )


def wish(name: str) -> Card:
    """Tell an administrator that somebody waits to be erased."""
    return Card(
        (
            Line((Strong(name), " has asked me to erase everything about them. By law that must not wait long.")),
            Line(("I can't do it yet: ERASURES_FILE is not set, or can't be written. As soon as it can, I do it.",)),
        )
    )


def wish_done() -> Card:
    """What an administrator was told is over."""
    return Card((Line(("Somebody asked me to erase everything about them. It is done.",)),))


def erased() -> Card:
    """What stands where somebody was told something before they were erased."""
    return Card((Line(("What stood here has been erased.",)),))


def _months(number: int) -> str:
    return "1 month" if number == 1 else f"{number} months"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
