"""What Kudos says of itself: help, hello, and single sentences. Pure views."""

from collections.abc import Iterable, Sequence

from bot import answers
from bot.cards import (
    Bullets,
    Card,
    Code,
    Element,
    Emoji,
    Heading,
    LetIn,
    Line,
    Note,
    PlaceName,
    Span,
    Spans,
    Strong,
    Typed,
)
from bot.framework import Entry, Framework, Trouble
from bot.model import Place
from bot.schedule import Week


def helped(framework: Framework, *, hears: bool = True) -> Card:
    """What Kudos can do.

    Args:
        hears: the platform tells of reactions to everybody's messages, and not only to those of Kudos.
    """
    tags = ", ".join(f"#{entry.tag}" for entry in framework.taggable)
    return Card(
        (
            Heading("Kudos: thank a colleague"),
            Bullets(
                (
                    (Typed(example(framework)), " thanks them, here and now"),
                    (Typed("kudos"), " brings a form"),
                    (Typed("kudos mine"), " shows what you received and gave"),
                    (Typed("kudos undo"), " takes back your latest kudos, at any time"),
                    (Typed("kudos home"), " shows your own page and your settings"),
                    (Typed("kudos privacy"), " says what I keep about you, and what you can do about it"),
                    (Typed("kudos visibility"), " lets you choose who may see what you are thanked for"),
                    (Typed("kudos roles"), " says who looks after me here"),
                    (Typed("values"), " shows what colleagues can be thanked for"),
                    (Typed(f"values {framework.taggable[0].tag}"), " says what one of them means"),
                    (Typed("values …"), " with a question in your own words shows what our documents say"),
                    *(((Typed("kudos reactions off"), " switches thanks by emoji off here"),) if hears else ()),
                    (Typed("kudos digest"), " sets up a digest of each week here"),
                    (Typed("kudos digest preview"), " shows it to you, and nobody else"),
                )
            ),
            Line(
                (
                    "Write to me, or call me in a channel with ",
                    Code("@Kudos"),
                    ": I understand the same words there.",
                )
            ),
            *(_EVERYWHERE if hears else _ON_CARDS),
            Line(_emoji_row(framework)),
            Line(
                (
                    "Is something wrong with a kudos? Under More (⋯) on its card, ",
                    Strong("Report"),
                    " tells the moderators. Who is thanked can ",
                    Strong("Hide"),
                    " it there, and who gave it can ",
                    Strong("Withdraw"),
                    " it.",
                )
            ),
            Note((f"You can use up to three of {tags}.",)),
        )
    )


_EVERYWHERE = (Line(("Or react to a message with one of these emoji, and its author is thanked:",)),)
_ON_CARDS = (
    Line(
        (
            "Or choose ",
            Strong("Give kudos"),
            " in the menu of a message, and its author is thanked.",
        )
    ),
    Line(("On the card of a kudos, one of these emoji seconds it; from who gave it, it adds what it stands for:",)),
)


def hello(framework: Framework) -> Card:
    """Say hello to a channel, once."""
    return Card(
        (
            Line(("Hello. I pass on thanks between colleagues at ", Strong(framework.organisation), ".")),
            Line(("Try it: ", Typed(example(framework)))),
            Line(
                (
                    "I can also post a digest of each week here. Who made this channel, or is an administrator here, "
                    "sets it up with ",
                    Typed("kudos digest"),
                    ".",
                )
            ),
            Note((Typed("kudos help"), " shows what else I can do.")),
        )
    )


PROBLEMS_MOST = 10  #: problems of the framework told in one message
ENTRIES_MOST = 20  #: entries that are gone


def framework_kept(trouble: Trouble, framework: Framework) -> Card:
    """Tell an administrator why an edit of the framework is not in use."""
    return Card(
        (
            Line((Strong("The framework's file can't be used as it is now."), " Nobody else notices:")),
            Line((f"I go on with the framework I had ({_measure(framework)}). To be mended:",)),
            *_to_be_mended(trouble),
        )
    )


def words_kept(trouble: Trouble) -> Card:
    """Tell an administrator why an edit of the search words is not in use."""
    return Card(
        (
            Line((Strong("The file of search words can't be used as it is now."), " Nothing I quote depends on it.")),
            Line(("I go on without what was changed in it. To be mended:",)),
            *_to_be_mended(trouble),
        )
    )


def _to_be_mended(trouble: Trouble) -> Iterable[Element]:
    shown = trouble.problems[:PROBLEMS_MOST]
    yield Bullets(tuple((problem,) for problem in shown))
    if more := len(trouble.problems) - len(shown):
        yield Note((f"And {more} more. ", Code("kudos check"), " lists them all."))
    yield Note(("Mend the file where it is; nothing has to be restarted. I tell you when it is in use.",))


def framework_mended(framework: Framework) -> Card:
    """Tell an administrator who knows of trouble that it is over."""
    return Card((Line((f"The framework's file is fine again, and in use: {_measure(framework)}.",)),))


def words_mended() -> Card:
    """Tell an administrator who knows of trouble with the search words that it is over."""
    return Card((Line(("The file of search words is fine again, and in use.",)),))


def framework_lacks(gone: Sequence[Entry]) -> Card:
    """Tell an administrator what went out of use with the framework before: perhaps nobody meant it."""
    more = len(gone) - ENTRIES_MOST
    return Card(
        (
            Line(("The new framework is in use. These entries are no longer in it:",)),
            Bullets(tuple((answers.titled(entry), " (", Code(entry.id), ")") for entry in gone[:ENTRIES_MOST])),
            *((Note((f"And {more} more.",)),) if more > 0 else ()),
            Note(("If that was not meant, put them back into the file; nothing has to be restarted.",)),
        )
    )


def digest_paused(place: Place | None, reason: str, week: Week) -> Card:
    """Tell who set a digest up why it does not come, and what to do.

    Args:
        place: None where the reader may not know it, or not any more.
        reason: the platform's word, or the name of our own error.
    """
    where: Spans = (PlaceName(place=place.id, name=place.name),) if place else ("a channel",)
    why, remedy = _PAUSES.get(reason, _PAUSED_SOMEHOW)
    return Card(
        (
            Line(
                (
                    "I could not post the weekly digest in ",
                    *where,
                    f", which you set up: {why}. So I paused it.",
                )
            ),
            Line(remedy),
            Note((f"It was the digest of the week from {week.monday.day} {week.monday:%B %Y}.",)),
        )
    )


_AGAIN: Spans = ("Then set the digest up there again with ", Typed("kudos digest"), ".")
_PAUSED_SOMEHOW: tuple[str, Spans] = (
    "the platform does not let me post there",
    ("Somebody who looks after the channel can allow it. ", *_AGAIN),
)
_PAUSES: dict[str, tuple[str, Spans]] = {
    "NotAMember": (
        "I am not in that channel any more",
        ("To let me in, ", LetIn(), ". It then goes on by itself."),
    ),
    "is_archived": (
        "the channel is archived",
        ("When it is used again and I am in it, the digest goes on by itself.",),
    ),
    "restricted_action": (
        "only some people may post there",
        ("Somebody who looks after the channel can let me post. ", *_AGAIN),
    ),
}


def reactions_switched(place: Place, *, on: bool) -> Card:
    state = "An emoji of ours on a message is a kudos here again." if on else "Emoji on messages are just emoji here."
    back = "off" if on else "on"
    return Card(
        (
            Line((state,)),
            Note(
                (
                    f"To switch it {back} in ",
                    PlaceName(place=place.id, name=place.name),
                    ": ",
                    Typed(f"kudos reactions {back}"),
                )
            ),
        )
    )


def said(sentence: str) -> Card:
    """A single sentence."""
    return Card((Line((sentence,)),))


def example(framework: Framework) -> str:
    return f"kudos @colleague #{framework.taggable[0].tag} for what they did"


def _measure(framework: Framework) -> str:
    return f"{len(framework.entries)} entries, version {framework.version}"


def _emoji_row(framework: Framework) -> Spans:
    spans: list[Span] = []
    for entry in framework.taggable:
        spans += [Emoji(unicode=entry.emoji, name=entry.emoji_name), f" {entry.tag}  "]
    return tuple(spans)
