"""Conversations with Kudos, on two organisations' frameworks.

Each is played in four ways, and must end in the same ledger and the same posts: every delivery once; every
delivery three times; what arrives in no certain order, in another order; and every delivery at two processes at once.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Throttled
from bot.framework import Framework
from bot.model import Message, PlaceKind, Recognition
from bot.requests import Action, Group, Request, Unresolved
from tests.doubles.world import MESSAGE, World, neutral, told, world

SAID = "staying on after nights"
AGAIN = "finding the spare keys"
TOLD = "I'll let them know."


@dataclass(frozen=True, slots=True)
class Step:
    """One request, made from what is known by then."""

    make: Callable[[World], Request | Awaitable[Request]]
    says: str | None = None  #: what comes back, as text; None where that depends on the order


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """Requests that a platform may deliver in any order; their times stay as they are listed."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """Time passes, and the outbox works."""

    after_s: float = 0


@dataclass(frozen=True, slots=True)
class Arranged:
    """Something happens to the platform."""

    change: Callable[[World], None]


Part = Step | AnyOrder | Delivered | Arranged


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    claim: str
    parts: tuple[Part, ...]
    ledger: tuple[str, ...]
    posts: dict[str, list[str]]  #: what stands in the end, by room or person


# The words of a conversation.


def digest(person: str, word: str, *, place: str = "general", says: str | None) -> Step:
    return Step(lambda world: world.digest(person, word, place), says)


def digest_form(person: str, *, place: str = "general", says: str) -> Step:
    return Step(lambda world: world.open_digest(person, place), says)


def digest_set_up(person: str, *, says: str, **filled: Any) -> Step:
    return Step(lambda world: world.submit_digest(person, **filled), says)


def give(
    person: str, *words: object, place: str = "general", says: str | None, kind: PlaceKind = PlaceKind.CHANNEL
) -> Step:
    return Step(lambda world: world.give(person, *words, place=place, kind=kind), says)


def submit(
    person: str,
    to: Sequence[str],
    entries: Sequence[int],
    reason: str = SAID,
    *,
    place: str = "general",
    groups: Sequence[str] = (),
    says: str,
) -> Step:
    return Step(lambda world: world.submit(person, to, entries, reason, place=place, groups=groups), says)


def react(
    person: str, entry: int | str, *, author: str = "bob", tone: int = 0, says: str | None = None, to: Message = MESSAGE
) -> Step:
    return Step(lambda world: world.react(person, entry, author=author, tone=tone, to=to), says)


def unreact(person: str, entry: int, *, tone: int = 0, says: str | None = None) -> Step:
    return Step(lambda world: world.react(person, entry, tone=tone, standing=False), says)


def on_card(person: str, entry: int, *, off: bool = False, tone: int = 0) -> Step:
    async def make(world: World) -> Request:
        return world.react(person, entry, to=await world.card(), author="kudos", tone=tone, standing=not off)

    return Step(make, "")


def press(person: str, action: Action, says: str | None, *, place: str = "general") -> Step:
    async def make(world: World) -> Request:
        return world.press(person, action, (await world.ledger())[-1].id, place=place)

    return Step(make, says)


def reword(person: str, reason: str, says: str) -> Step:
    async def make(world: World) -> Request:
        return world.reword(person, (await world.only()).id, reason)

    return Step(make, says)


def undo(person: str, says: str) -> Step:
    return Step(lambda world: world.undo(person), says)


def joined(place: str) -> Step:
    return Step(lambda world: world.joined(place), "")


def confirmed(entries: str = "<0>", to: str = "Bob", where: str = "It is posted in #general.") -> str:
    return f"Thank you. You thanked {to} for: / {entries} / {where} {TOLD}"


def waits(place: str) -> str:
    return f"I am not in #{place} yet, so its card is waiting. To let me in, type /invite @Kudos there. /"


NOTICED = "Your reaction thanks Bob for <0>. / Say what they did, and it becomes a kudos that everyone here can read."
GONE = "This kudos is not shown any more."
CARD = f"Ann thanked Bob for: / <0> / “{SAID}”"
THANKS = f"Ann thanked you in #general for: / <0> / “{SAID}”"
REACTION = "Colleagues thanked you with a reaction to your message: / <0> from Ann"
BACK = "Taken back: your kudos to Bob for <0>. / You can give it again at any time with /kudos."
HELLO = (
    "Hello. I pass on thanks between colleagues at <organisation>. / "
    "Try it: /kudos @colleague #0 for what they did / "
    "I can also post a digest of each week here. Who made this channel, or is an administrator here, sets it up with "
    "/kudos digest. / /kudos help shows what else I can do."
)
FOR_COLLEAGUES = (
    "I pass on thanks between colleagues at <organisation>. "
    "You are with another organisation, so I can't do this for you."
)
AS_PROPOSED = "day [0] at [09:00] zone [Europe/London] scope [workspace] extras [chart]"
NO_ZONE = "I know no time zone called “Neverland”. Write a city's, such as Europe/London."
NEXT_DUE = "The next one is due on Monday 9 March at 09:00. It tells of the week from Monday 2 to Sunday 8 March."
AFTER_NEXT = "The next one is due on Monday 16 March at 09:00. It tells of the week from Monday 9 to Sunday 15 March."
DIGEST_ON = f"The digest in #general is on. / {NEXT_DUE}"
LEFT_OUT = "The digest of the week from Monday 2 to Sunday 8 March is left out in #general."
ALL_WORDS = (
    "• /kudos digest opens its form / • /kudos digest preview shows you the digest, and nobody else / "
    "• /kudos digest now posts it now / • /kudos digest skip leaves the next one out; unskip puts it back / "
    "• /kudos digest off switches it off / • /kudos digest on switches it on again"
)
NOT_YOURS = (
    "can set up its digest, and so can the administrators here and those of Kudos. "
    "Please ask one of them. Everybody here can look at it: just tell me digest preview."
)
NO_CHANNEL = "A digest belongs to a channel. Type this in the channel where it should be posted."
NOT_IN_AWAY = "I am not in that channel yet, so I can't post there. Add me to it, please, and then try again."
NOT_THEIRS = "Only the person who gave this kudos can {}."
FORM = f"form: recipients [bob] entries [0] reason [{SAID}]"

STANDS = f"ann thanks bob for 0: {SAID} [general, public]"
ONE_CARD = {"general": [CARD], "bob": [THANKS]}
TAKEN = {"general": [GONE], "bob": [GONE]}
DONE = Delivered()
LATER = Delivered(after_s=700)
GIVEN = (give("ann", "@bob", f" #0 for {SAID}", says=confirmed()), DONE)
NOTHING: tuple[str, ...] = ()

CONVERSATIONS = (
    # Giving by command
    Conversation(claim="a kudos by command", parts=GIVEN, ledger=(STANDS,), posts=ONE_CARD),
    Conversation(
        claim="several people, several entries: one act is one recognition, and each is told once",
        parts=(
            give(
                "ann",
                "@bob",
                " and ",
                "@cara",
                " ",
                "@bob",
                f" #1 #0 {SAID}",
                says=confirmed("<1> / <0>", "Bob and Cara"),
            ),
            DONE,
        ),
        ledger=(f"ann thanks bob, cara for 1 0: {SAID} [general, public]",),
        posts={
            "general": [f"Ann thanked Bob and Cara for: / <1> / <0> / “{SAID}”"],
            "bob": [f"Ann thanked you and 1 other in #general for: / <1> / <0> / “{SAID}”"],
            "cara": [f"Ann thanked you and 1 other in #general for: / <1> / <0> / “{SAID}”"],
        },
    ),
    Conversation(
        claim="oneself among others is dropped, and said",
        parts=(
            give(
                "ann",
                "@ann",
                " ",
                "@bob",
                f" #0 {SAID}",
                says=f"{confirmed()} / You were on the list too. I left you out: a kudos thanks others.",
            ),
            DONE,
        ),
        ledger=(STANDS,),
        posts=ONE_CARD,
    ),
    Conversation(
        claim="the same kudos twice on purpose is two",
        parts=(*GIVEN, give("ann", "@bob", f" #0 for {SAID}", says=confirmed()), DONE),
        ledger=(STANDS, STANDS),
        posts={"general": [CARD, CARD], "bob": [THANKS, THANKS]},
    ),
    Conversation(
        claim="markup in the words is words",
        parts=(give("ann", "@bob", " #0 for <!channel> & *all* of us", says=confirmed()), DONE),
        ledger=("ann thanks bob for 0: <!channel> & *all* of us [general, public]",),
        posts={
            "general": ["Ann thanked Bob for: / <0> / “<!channel> & *all* of us”"],
            "bob": ["Ann thanked you in #general for: / <0> / “<!channel> & *all* of us”"],
        },
    ),
    # What has to be mended opens the form, with everything that was said
    Conversation(
        claim="whatever a command lacks is asked for in the form, with all that was said",
        parts=(
            give("ann", says="form: "),
            give(
                "ann",
                "@bob",
                " #0",
                says="form: recipients [bob] entries [0] reason [] (Say what they did, in at least 10 characters.)",
            ),
            give(
                "ann",
                "@bob",
                f" {SAID}",
                says=f"form: recipients [bob] reason [{SAID}]",
            ),
            give(
                "ann",
                f"#0 for {SAID}",
                says=f"form: recipients [] (Choose at least one colleague to thank.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@bob",
                " #0 short",
                says="form: recipients [bob] entries [0] reason [short] "
                "(Say what they did, in at least 10 characters.)",
            ),
            give(
                "ann",
                "@bob",
                f" #0 {'x' * 1501}",
                says=f"form: recipients [bob] entries [0] reason [{'x' * 1501}] "
                "(That is 1,501 characters. Please shorten it to 1,500 or fewer.)",
            ),
            give(
                "ann",
                "@bob",
                f" #0 {'x' * 3001}",
                says="That is 3,001 characters, and a kudos has room for 1,500. / "
                f"Nothing is lost: here are your words. Shorten them and send them again. / Bob, #0: / “{'x' * 3001}”",
            ),
            give(
                "ann",
                "a big hand for ",
                "@bob",
                " #0",
                says="form: recipients [bob] "
                "(Is this whom you want to thank? Check the names here.) entries [0] reason [a big hand for @Bob]",
            ),
            give(
                "ann",
                Unresolved("@nights"),
                f" #0 for {SAID}",
                says="form: recipients [] (I can't tell who @nights is. "
                f"Choose the people you mean here.) entries [0] reason [{SAID}]",
            ),
            DONE,
        ),
        ledger=NOTHING,
        posts={},
    ),
    Conversation(
        claim="who cannot be thanked is refused by name, and the others stay chosen",
        parts=(
            give(
                "ann",
                "@ann",
                f" #0 for {SAID}",
                says="form: recipients [] (You can't thank only yourself. "
                f"Choose the colleague you want to thank.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@bob",
                " ",
                "@robot",
                f" #0 for {SAID}",
                says="form: recipients [bob] (Robot can't be thanked: "
                f"it's an app. Choose somebody else.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@gone",
                f" #0 for {SAID}",
                says="form: recipients [] (Gone can't be thanked: "
                f"the account is switched off. Choose somebody else.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@stranger",
                f" #0 for {SAID}",
                says="form: recipients [] (Stranger can't be thanked: "
                f"they are in another organisation. Choose somebody else.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                *(f"@p{n}" for n in range(52)),
                f" #0 for {SAID}",
                says="form: recipients [50 people] (That is 52 "
                "people; one kudos can thank up to 50. Choose fewer. Not chosen here: Person 50 and Person 51.) "
                f"entries [0] reason [{SAID}]",
            ),
            DONE,
        ),
        ledger=NOTHING,
        posts={},
    ),
    # Giving by form
    Conversation(
        claim="a kudos by form",
        parts=(submit("ann", ["bob"], [0], says=confirmed()), DONE),
        ledger=(STANDS,),
        posts=ONE_CARD,
    ),
    Conversation(
        claim="a form says at each field what has to be mended",
        parts=(
            submit(
                "ann",
                [],
                [],
                "short",
                place="",
                says="mend: recipients: Choose at least one colleague to thank.; "
                "entries: Choose what they showed: at least one.; "
                "reason: Say what they did, in at least 10 characters.; "
                "place: Choose the channel where colleagues should read it.",
            ),
            submit(
                "ann", ["bob"], [0], place="attic", says="mend: place: That channel is archived. Choose another one."
            ),
            submit(
                "ann",
                ["bob", "nobody"],
                [0],
                says="mend: recipients: I don't know one of these people. Choose people of this organisation.",
            ),
            DONE,
        ),
        ledger=NOTHING,
        posts={},
    ),
    # Where
    Conversation(
        claim="in a private channel it stays there, among its members",
        parts=(
            give("ann", "@bob", f" #0 for {SAID}", place="closed", says=confirmed(where="It is posted in #closed.")),
            give(
                "ann",
                "@cara",
                f" #0 for {AGAIN}",
                place="closed",
                says="form: recipients [cara] (Cara isn't in this "
                "private conversation, so they couldn't read it. Choose members, or give it somewhere else.) "
                f"entries [0] reason [{AGAIN}]",
            ),
            DONE,
        ),
        ledger=(f"ann thanks bob for 0: {SAID} [closed, private]",),
        posts={"closed": [CARD], "bob": [f"Ann thanked you in #closed for: / <0> / “{SAID}”"]},
    ),
    Conversation(
        claim="the bot's own conversation asks where, with the default",
        parts=(
            give("ann", "@bob", f" #0 for {SAID}", place="D-ann", kind=PlaceKind.BOT, says=f"{FORM} place [general]"),
            submit("ann", ["bob"], [0], place="news", says=confirmed(where="It is posted in #news.")),
            DONE,
        ),
        ledger=(f"ann thanks bob for 0: {SAID} [news, public]",),
        posts={"news": [CARD], "bob": [f"Ann thanked you in #news for: / <0> / “{SAID}”"]},
    ),
    Conversation(
        claim="in people's own conversations nothing is posted, by command and by form",
        parts=(
            give(
                "ann",
                "@bob",
                f" #0 for {SAID}",
                place="D-bob-ann",
                kind=PlaceKind.BOT,
                says=confirmed(where="Nothing is posted in this conversation."),
            ),
            give(
                "ann",
                "@bob",
                place="D-bob-cara",
                kind=PlaceKind.CONVERSATION,
                says="form: recipients [bob] reason [] (Say what they did, in at least 10 characters.)",
            ),
            submit(
                "ann",
                ["bob"],
                [0],
                AGAIN,
                place="D-bob-cara",
                says=confirmed(where="Nothing is posted in this conversation."),
            ),
            DONE,
        ),
        ledger=(
            f"ann thanks bob for 0: {SAID} [D-bob-ann, direct]",
            f"ann thanks bob for 0: {AGAIN} [D-bob-cara, direct]",
        ),
        posts={"bob": [f"Ann thanked you for: / <0> / “{SAID}”", f"Ann thanked you for: / <0> / “{AGAIN}”"]},
    ),
    Conversation(
        claim="where Kudos is not a member the card waits for it, and the recipients are told",
        parts=(
            give("ann", "@bob", f" #0 for {SAID}", place="away", says=confirmed(where=waits("away"))),
            DONE,
            joined("away"),
            joined("away"),
            DONE,
        ),
        ledger=(f"ann thanks bob for 0: {SAID} [away, public]",),
        posts={"away": [HELLO, CARD], "bob": [f"Ann thanked you in #away for: / <0> / “{SAID}”"]},
    ),
    Conversation(
        claim="a card that waits and is taken back never appears",
        parts=(
            give("ann", "@bob", f" #0 for {SAID}", place="away", says=None),
            undo("ann", BACK),
            joined("away"),
            DONE,
        ),
        ledger=(f"ann thanks bob for 0: {SAID} [away, public] withdrawn",),
        posts={"away": [HELLO]},
    ),
    Conversation(
        claim="a private channel that Kudos is not in is named to nobody outside it",
        parts=(give("ann", "@cara", f" #0 for {SAID}", place="hidden", says=None), DONE),
        ledger=(f"ann thanks cara for 0: {SAID} [hidden, private]",),
        posts={"cara": [f"Ann thanked you for: / <0> / “{SAID}”"]},
    ),
    Conversation(
        claim="Kudos is put out of a channel: the giver is told once how to let it in, and the card waits",
        parts=(
            Arranged(lambda world: world.platform.change("general", joined=False)),
            give("ann", "@bob", f" #0 for {SAID}", says=confirmed()),
            DONE,
            joined("general"),
            DONE,
        ),
        ledger=(STANDS,),
        posts={
            "general": [HELLO, CARD],
            "bob": [THANKS],
            "ann": [
                "Your kudos to Bob is kept. / I am not in #general, so its card is waiting. "
                "To let me in, type /invite @Kudos there."
            ],
        },
    ),
    # Groups
    Conversation(
        claim="a group thanks whoever is in it then, the giver left out, and is shown as the group with the number",
        parts=(
            give("ann", "@crew", f" #0 for {SAID}", says=confirmed(to="@crew (2 people)")),
            Arranged(lambda world: world.platform.regroup("crew", "ann", "dee")),
            DONE,
            give("ann", "@crew", f" #0 for {AGAIN}", says=confirmed(to="@crew (1 person)")),
            DONE,
        ),
        ledger=(
            f"ann thanks bob, cara for 0: {SAID} [general, public]",
            f"ann thanks dee for 0: {AGAIN} [general, public]",
        ),
        posts={
            "general": [
                f"Ann thanked @crew (2 people) for: / <0> / “{SAID}”",
                f"Ann thanked @crew (1 person) for: / <0> / “{AGAIN}”",
            ],
            "bob": [f"Ann thanked you and 1 other (@crew) in #general for: / <0> / “{SAID}”"],
            "cara": [f"Ann thanked you and 1 other (@crew) in #general for: / <0> / “{SAID}”"],
            "dee": [f"Ann thanked you (@crew) in #general for: / <0> / “{AGAIN}”"],
        },
    ),
    Conversation(
        claim="people and groups together: each is told once, and who was named is named",
        parts=(
            give(
                "eli",
                "@bob",
                ", ",
                "@crew",
                " and ",
                "@pair",
                f" #0 for {SAID} with ",
                Group("response", "response"),
                says=confirmed(to="Bob, @crew (3 people) and @pair (2 people)"),
            ),
            DONE,
        ),
        ledger=(f"eli thanks bob, ann, cara, dee for 0: {SAID} with @response [general, public]",),
        posts={
            "general": [f"Eli thanked Bob, @crew (3 people) and @pair (2 people) for: / <0> / “{SAID} with @response”"],
            **{
                person: [
                    "Eli thanked you and 3 others (@crew and @pair among them) in #general for: "
                    f"/ <0> / “{SAID} with @response”"
                ]
                for person in ("ann", "bob", "cara", "dee")
            },
        },
    ),
    Conversation(
        claim="a group that cannot be thanked is refused with what to do instead, and nothing said is lost",
        parts=(
            give(
                "ann",
                "@bob",
                " and ",
                "@response",
                f" #0 for {SAID}",
                says="form: recipients [bob] (@response has 51 people, and one kudos can thank up to 50. "
                f"Choose a smaller group, or name the colleagues you mean.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@only-ann",
                f" #0 for {SAID}",
                says="form: recipients [] (There is nobody to thank in @only-ann but you. "
                f"Choose the colleague you want to thank.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@eli",
                " ",
                "@shift",
                f" #0 for {SAID}",
                says="form: recipients [50 people] (That is 51 people; one kudos can thank up to 50. "
                f"Choose fewer. Not chosen here: Person 49.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@mixed",
                f" #0 for {SAID}",
                says="form: recipients [bob] (Stranger can't be thanked: they are in another organisation. "
                f"Choose somebody else.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                Group("gone-group", "old-crew"),
                f" #0 for {SAID}",
                says="form: recipients [] (I can't find @old-crew any more. Choose the people you mean here.) "
                f"entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "a big hand for ",
                "@pair",
                " #0",
                says="form: recipients [cara, dee] (Is this whom you want to thank? Check the names here.) "
                "entries [0] reason [a big hand for @pair]",
            ),
            give(
                "ann",
                Unresolved("@here", everybody=True),
                f" #0 for {SAID}",
                says="form: recipients [] (A kudos thanks people you name, or a group, and not @here. "
                f"Choose the people you mean here.) entries [0] reason [{SAID}]",
            ),
            give(
                "ann",
                "@crew",
                f" #0 for {SAID}",
                place="closed",
                says="form: recipients [bob] (Cara isn't in this private conversation, so they couldn't read it. "
                "Choose members, or give it somewhere else. Not chosen here: 1 person of @crew.) "
                f"entries [0] reason [{SAID}]",
            ),
            DONE,
        ),
        ledger=NOTHING,
        posts={},
    ),
    Conversation(
        claim="a form filled in with a group thanks the group while all of it are chosen, and else the people chosen",
        parts=(
            give(
                "ann",
                "@crew",
                " #0",
                says="form: recipients [bob, cara] entries [0] reason [] "
                "(Say what they did, in at least 10 characters.)",
            ),
            submit("ann", ["bob", "cara"], [0], groups=["crew"], says=confirmed(to="@crew (2 people)")),
            submit("ann", ["bob"], [0], groups=["crew"], says=confirmed()),
            Arranged(lambda world: world.platform.regroup("crew", "ann", "bob", "dee")),
            submit("ann", ["bob", "cara"], [1], groups=["crew"], says=confirmed("<1>", "Bob and Cara")),
            DONE,
        ),
        ledger=(
            f"ann thanks bob, cara for 0: {SAID} [general, public]",
            STANDS,
            f"ann thanks bob, cara for 1: {SAID} [general, public]",
        ),
        posts={
            "general": [
                f"Ann thanked @crew (2 people) for: / <0> / “{SAID}”",
                CARD,
                f"Ann thanked Bob and Cara for: / <1> / “{SAID}”",
            ],
            "bob": [
                f"Ann thanked you and 1 other (@crew) in #general for: / <0> / “{SAID}”",
                THANKS,
                f"Ann thanked you and 1 other in #general for: / <1> / “{SAID}”",
            ],
            "cara": [
                f"Ann thanked you and 1 other (@crew) in #general for: / <0> / “{SAID}”",
                f"Ann thanked you and 1 other in #general for: / <1> / “{SAID}”",
            ],
        },
    ),
    # Other organisations and guests
    Conversation(
        claim="somebody of another organisation gives, asks and changes nothing, and is told so",
        parts=(
            give("stranger", "@bob", f" #0 for {SAID}", says=FOR_COLLEAGUES),
            give("stranger", says=FOR_COLLEAGUES),
            submit("stranger", ["bob"], [0], says=f"mend: recipients: {FOR_COLLEAGUES}"),
            *GIVEN,
            press("stranger", Action.SECOND, FOR_COLLEAGUES),
            press("stranger", Action.EXPLAIN, FOR_COLLEAGUES),
            press("stranger", Action.EDIT, FOR_COLLEAGUES),
            press("stranger", Action.WITHDRAW, FOR_COLLEAGUES),
            undo("stranger", FOR_COLLEAGUES),
            reword("stranger", AGAIN, f"mend: reason: {FOR_COLLEAGUES}"),
            react("stranger", 0, says=""),
            on_card("stranger", 1),
            DONE,
        ),
        ledger=(STANDS,),
        posts=ONE_CARD,
    ),
    Conversation(
        claim="guests thank and are thanked; a channel is named to them only where we know that they are in it",
        parts=(
            give("ann", "@guest", f" #0 for {SAID}", says=confirmed(to="Guest")),
            give("guest", "@bob", f" #0 for {SAID}", says=confirmed()),
            give(
                "guest",
                "@bob",
                f" #0 for {SAID}",
                place="D-guest",
                kind=PlaceKind.BOT,
                says=FORM,
            ),
            DONE,
        ),
        ledger=(
            f"ann thanks guest for 0: {SAID} [general, public]",
            f"guest thanks bob for 0: {SAID} [general, public]",
        ),
        posts={
            "general": [f"Ann thanked Guest for: / <0> / “{SAID}”", f"Guest thanked Bob for: / <0> / “{SAID}”"],
            "guest": [f"Ann thanked you for: / <0> / “{SAID}”"],
            "bob": [f"Guest thanked you in #general for: / <0> / “{SAID}”"],
        },
    ),
    # Taking back
    Conversation(
        claim="undo takes back the latest only, however often it is delivered",
        parts=(
            give("ann", "@bob", f" #1 for {AGAIN}", says=confirmed("<1>")),
            *GIVEN,
            undo("ann", BACK),
            DONE,
        ),
        ledger=(f"ann thanks bob for 1: {AGAIN} [general, public]", f"{STANDS} withdrawn"),
        posts={
            "general": [f"Ann thanked Bob for: / <1> / “{AGAIN}”", GONE],
            "bob": [f"Ann thanked you in #general for: / <1> / “{AGAIN}”", GONE],
        },
    ),
    Conversation(
        claim="undo twice takes back two, and then there is nothing left",
        parts=(
            *GIVEN,
            *GIVEN,
            undo("ann", BACK),
            undo("ann", BACK),
            undo("ann", "You have no kudos to take back."),
            DONE,
        ),
        ledger=(f"{STANDS} withdrawn", f"{STANDS} withdrawn"),
        posts={"general": [GONE, GONE], "bob": [GONE, GONE]},
    ),
    Conversation(
        claim="undone before it was posted, it is never posted",
        parts=(GIVEN[0], press("ann", Action.UNDO, BACK), DONE),
        ledger=(f"{STANDS} withdrawn",),
        posts={},
    ),
    Conversation(
        claim="the giver alone withdraws; others are told so privately; giving again works",
        parts=(
            *GIVEN,
            press("bob", Action.WITHDRAW, NOT_THEIRS.format("take it back")),
            press("ann", Action.WITHDRAW, BACK),
            press("ann", Action.EXPLAIN, GONE),
            press("ann", Action.EDIT, GONE),
            press("cara", Action.SECOND, GONE),
            give("ann", "@bob", f" #0 for {SAID}", says=confirmed()),
            DONE,
        ),
        ledger=(f"{STANDS} withdrawn", STANDS),
        posts={"general": [GONE, CARD], "bob": [GONE, THANKS]},
    ),
    # Changing
    Conversation(
        claim="card and messages follow new words; only the giver finds them",
        parts=(
            *GIVEN,
            press("cara", Action.EDIT, NOT_THEIRS.format("change it")),
            press("ann", Action.EDIT, f"form: reason [{SAID}]"),
            reword("cara", AGAIN, f"mend: reason: {NOT_THEIRS.format('change it')}"),
            reword("ann", "short", "mend: reason: Say what they did, in at least 10 characters."),
            reword("ann", AGAIN, "Saved. The card and the messages about it will change, too."),
            DONE,
        ),
        ledger=(f"ann thanks bob for 0: {AGAIN} [general, public]",),
        posts={
            "general": [f"Ann thanked Bob for: / <0> / “{AGAIN}”"],
            "bob": [f"Ann thanked you in #general for: / <0> / “{AGAIN}”"],
        },
    ),
    # Reactions on a card
    Conversation(
        claim="the giver's emoji on the card adds entries, at most three, and taking them off never leaves it empty",
        parts=(
            *GIVEN,
            AnyOrder(
                (
                    on_card("ann", 1),
                    on_card("ann", 0),
                    on_card("ann", 2),
                    on_card("ann", 3),
                    on_card("ann", 1, off=True),
                    on_card("ann", 0, off=True),
                    on_card("ann", 2, off=True),
                    on_card("ann", 3, off=True),
                    on_card("ann", 1, tone=3),
                )
            ),
            DONE,
        ),
        ledger=(f"ann thanks bob for 1: {SAID} [general, public]",),
        posts={
            "general": [f"Ann thanked Bob for: / <1> / “{SAID}”"],
            "bob": [f"Ann thanked you in #general for: / <1> / “{SAID}”"],
        },
    ),
    Conversation(
        claim="others second with emoji and button, and the last word of each counts",
        parts=(
            *GIVEN,
            AnyOrder(
                (
                    on_card("cara", 1),
                    on_card("dee", 0),
                    press("dee", Action.SECOND, ""),
                    on_card("eli", 2),
                    on_card("eli", 2, off=True),
                    press("fay", Action.SECOND, ""),
                    on_card("bob", 0),
                    on_card("robot", 0),
                    on_card("stranger", 0),
                    on_card("nobody", 0),
                )
            ),
            press("bob", Action.SECOND, "This kudos is yours already: others can second it."),
            press("ann", Action.SECOND, "This kudos is yours already: others can second it."),
            DONE,
        ),
        ledger=(f"{STANDS} seconded by cara, fay",),
        posts={"general": [f"{CARD} / Seconded by Cara and Fay"], "bob": [THANKS]},
    ),
    Conversation(
        claim="other emoji on a card do nothing",
        parts=(
            *GIVEN,
            Step(
                lambda world: world.react("cara", "tada", to=Message(place="general", id="general.1"), author="kudos"),
                "",
            ),
            DONE,
        ),
        ledger=(STANDS,),
        posts=ONE_CARD,
    ),
    # Reactions on a colleague's message
    Conversation(
        claim="an entry's emoji on a message is a kudos without a card, told after ten minutes",
        parts=(react("ann", 0, says=NOTICED), DONE, LATER),
        ledger=("ann thanks bob for 0:  [general, public]",),
        posts={"bob": [REACTION]},
    ),
    Conversation(
        claim="react, unreact, react ends at one",
        parts=(AnyOrder((react("ann", 0), unreact("ann", 0), react("ann", 0))), LATER),
        ledger=("ann thanks bob for 0:  [general, public]",),
        posts={"bob": [REACTION]},
    ),
    Conversation(
        claim="react, unreact ends at none, and nothing is told",
        parts=(
            react("ann", 0, says=NOTICED),
            AnyOrder((unreact("ann", 0), react("ann", 0, tone=2), unreact("ann", 0, tone=2))),
            LATER,
        ),
        ledger=("ann thanks bob for 0:  [general, public] withdrawn",),
        posts={},
    ),
    Conversation(
        claim="a kudos stands while any skin tone of its emoji stands",
        parts=(
            AnyOrder(
                (
                    react("ann", 0),
                    react("ann", 0, tone=2),
                    unreact("ann", 0),
                    react("ann", 0, tone=5),
                    unreact("ann", 0, tone=2),
                )
            ),
            LATER,
        ),
        ledger=("ann thanks bob for 0:  [general, public]",),
        posts={"bob": [REACTION]},
    ),
    Conversation(
        claim="everybody's reactions to one message are told in one message, and later ones mend it",
        parts=(
            react("ann", 0, says=NOTICED),
            react("cara", 1, says=None),
            LATER,
            react("dee", 0, says=None),
            LATER,
        ),
        ledger=(
            "ann thanks bob for 0:  [general, public]",
            "cara thanks bob for 1:  [general, public]",
            "dee thanks bob for 0:  [general, public]",
        ),
        posts={"bob": [f"{REACTION} / <1> from Cara / <0> from Dee"]},
    ),
    Conversation(
        claim="what means nothing is ignored in silence",
        parts=(
            react("bob", 0, says=""),
            react("ann", 0, author="", says=""),
            react("ann", 0, author="robot", says=""),
            react("ann", 0, author="stranger", says=""),
            react("ann", 0, author="gone", says=""),
            react("ann", 0, author="nobody", says=""),
            react("nobody", 0, says=""),
            react("stranger", 0, says=""),
            react("robot", 0, says=""),
            react("ann", "tada", says=""),
            unreact("ann", 0, says=""),
            LATER,
        ),
        ledger=NOTHING,
        posts={},
    ),
    Conversation(
        claim="a sentence makes a full kudos of a reaction, with a card",
        parts=(
            react("ann", 0, says=NOTICED),
            LATER,
            press("cara", Action.SENTENCE, NOT_THEIRS.format("add to it")),
            press("ann", Action.SENTENCE, "form: "),
            reword("ann", SAID, confirmed()),
            DONE,
        ),
        ledger=(STANDS,),
        posts={"general": [f"{CARD} / About this message"], "bob": [f"{REACTION} / “{SAID}”"]},
    ),
    Conversation(
        claim="taking the emoji back takes the words with it, and putting it back brings them back",
        parts=(
            react("ann", 0, says=NOTICED),
            reword("ann", SAID, confirmed()),
            DONE,
            unreact(
                "ann",
                0,
                says="You took your reaction back, and with it your kudos to Bob. / "
                "Put the emoji back, and your kudos comes back with your words.",
            ),
            DONE,
            reword(
                "ann",
                AGAIN,
                "mend: reason: This kudos was taken back, so it can't be changed. You can give a new one.",
            ),
            react("ann", 0, says=""),
            LATER,
        ),
        ledger=(STANDS,),
        posts={"general": [f"{CARD} / About this message"], "bob": [f"{REACTION} / “{SAID}”"]},
    ),
    Conversation(
        claim="withdrawn by hand, a reaction that still stands does not bring it back; a new one does",
        parts=(
            react("ann", 0, says=NOTICED),
            LATER,
            undo("ann", BACK),
            DONE,
            AnyOrder((unreact("ann", 0), react("ann", 0))),
            LATER,
        ),
        ledger=("ann thanks bob for 0:  [general, public]",),
        posts={"bob": [REACTION]},
    ),
    Conversation(
        claim="withdrawn by hand, it stays so while only older emoji stand",
        parts=(
            react("ann", 0, says=NOTICED),
            react("ann", 0, tone=2, says=""),
            LATER,
            undo("ann", BACK),
            unreact("ann", 0, tone=2, says=""),
            LATER,
        ),
        ledger=("ann thanks bob for 0:  [general, public] withdrawn",),
        posts={"bob": [GONE]},
    ),
    Conversation(
        claim="another skin tone on the message leaves alone what the giver did on the card",
        parts=(
            react("ann", 0, says=NOTICED),
            reword("ann", SAID, confirmed()),
            DONE,
            on_card("ann", 1),
            react("ann", 0, tone=4, says=""),
            LATER,
        ),
        ledger=(f"ann thanks bob for 0 1: {SAID} [general, public]",),
        posts={
            "general": [f"Ann thanked Bob for: / <0> / <1> / “{SAID}” / About this message"],
            "bob": [f"{REACTION} / “{SAID}”"],
        },
    ),
    # Setting up the digest of a channel
    Conversation(
        claim="the digest of a channel is set up in a form by who made it, and left alone by others",
        parts=(
            digest_form("ann", says=f"form: state [on] {AS_PROPOSED}"),
            digest_set_up("ann", zone="Neverland", says=f"mend: zone: {NO_ZONE}"),
            digest_set_up("ann", says=f"Saved. / {DIGEST_ON}"),
            digest_form("bob", says=f"Ann, who made that channel, {NOT_YOURS}"),
            digest_set_up("bob", state="off", says=f"mend: state: Ann, who made that channel, {NOT_YOURS}"),
            digest("bob", "off", says=f"Ann, who made that channel, {NOT_YOURS}"),
            digest("bob", "preview", says=None),
            digest_form("eli", says=f"form: state [on] {AS_PROPOSED}"),
            DONE,
        ),
        ledger=NOTHING,
        posts={},
    ),
    Conversation(
        claim="a digest is skipped, switched off and on again by a word",
        parts=(
            digest("ann", "skip", says="No digest has been set up in #general yet."),
            digest_set_up("ann", says=f"Saved. / {DIGEST_ON}"),
            digest("ann", "skip", says=f"{LEFT_OUT} / {AFTER_NEXT} / To put it back: /kudos digest unskip"),
            digest("ann", "unskip", says=f"{DIGEST_ON} / To switch it off: /kudos digest off"),
            digest("ann", "off", says="The digest in #general is off. / To switch it on: /kudos digest on"),
            digest("eli", "on", says=f"{DIGEST_ON} / To switch it off: /kudos digest off"),
            digest("ann", "please", says=f"I don't know /kudos digest please. There is: / {ALL_WORDS}"),
            DONE,
        ),
        ledger=NOTHING,
        posts={},
    ),
    Conversation(
        claim="there is no digest in a conversation, nor where Kudos is not",
        parts=(
            digest_form("ann", place="D-ann", says=NO_CHANNEL),
            digest("ann", "preview", place="D-ann", says=NO_CHANNEL),
            digest_form("eli", place="away", says=NOT_IN_AWAY),
            digest("eli", "now", place="away", says=NOT_IN_AWAY),
            digest_set_up("eli", place="away", says=f"mend: state: {NOT_IN_AWAY}"),
            DONE,
        ),
        ledger=NOTHING,
        posts={},
    ),
    # When the platform is not at its best
    Conversation(
        claim="told to slow down, it tries again later",
        parts=(
            Arranged(lambda world: world.platform.fail("send", Throttled("429", retry_after_s=30), target="general")),
            *GIVEN,
            Delivered(after_s=31),
        ),
        ledger=(STANDS,),
        posts=ONE_CARD,
    ),
    Conversation(
        claim="one thing after another, for months: nothing stands twice, nothing is forgotten",
        parts=(
            *GIVEN,
            on_card("cara", 0),
            reword("ann", AGAIN, "Saved. The card and the messages about it will change, too."),
            DONE,
            on_card("ann", 2),
            Delivered(after_s=90 * 86_400),
            press(
                "ann",
                Action.WITHDRAW,
                "Taken back: your kudos to Bob for <0> and <2>. / You can give it again at any time with /kudos.",
            ),
            DONE,
        ),
        ledger=(f"ann thanks bob for 0 2: {AGAIN} [general, public] withdrawn seconded by cara",),
        posts=TAKEN,
    ),
)

WAYS = ("once", "three times", "in another order", "at two processes at once")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextlib.asynccontextmanager
async def played(framework: Framework, path: Path, way: str) -> AsyncIterator["Player"]:
    processes = 2 if way == WAYS[-1] else 1
    async with world(framework, path, processes=processes) as running:
        yield Player(running, way)


@dataclass(frozen=True, slots=True)
class Player:
    world: World
    way: str

    async def play(self, parts: Iterable[Part]) -> None:
        for part in parts:
            match part:
                case Step():
                    await self._deliver(await self._made(part), part.says)
                case AnyOrder(steps):
                    requests = [await self._made(step) for step in steps]
                    if self.way == "in another order":
                        random.Random(len(requests)).shuffle(requests)
                    if self.world.twins:
                        await asyncio.gather(*(self._deliver(request, None) for request in requests))
                        continue
                    for request in requests:
                        await self._deliver(request, None)
                case Delivered(after_s):
                    for _ in range(3 if self.way == "three times" else 1):
                        await self.world.deliver(after_s)
                case Arranged(change):
                    change(self.world)

    async def _made(self, step: Step) -> Request:
        made = step.make(self.world)
        return await made if isinstance(made, Awaitable) else made

    async def _deliver(self, request: Request, says: str | None) -> None:
        if self.world.twins:
            apps = (self.world.app, *self.world.twins)
            await asyncio.gather(*(app.bot.handle(request) for app in apps))
            return
        replies = await self.world.ask(request)
        if says is not None:
            assert told(replies, self.world.framework) == says
        if self.way != "once":
            for _ in range(2):
                await self.world.ask(request)


def row(recognition: Recognition, framework: Framework) -> str:
    """A recognition in one line."""
    positions = {entry.id: str(position) for position, entry in enumerate(framework.taggable)}
    line = (
        f"{recognition.giver.id} thanks {', '.join(each.id for each in recognition.recipients)}"
        f" for {' '.join(positions[tag.entry] for tag in recognition.tags)}: {recognition.reason}"
        f" [{recognition.place.id}, {recognition.visibility}]"
    )
    seconders = ", ".join(each.id for each in recognition.seconders)
    return line + (" withdrawn" if recognition.withdrawn else "") + (f" seconded by {seconders}" if seconders else "")


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.claim)
async def test_conversation(conversation: Conversation, way: str, any_framework: Framework, tmp_path: Path) -> None:
    """The same rows and the same posts, on any framework, however the platform delivers."""
    async with played(any_framework, tmp_path / "kudos.db", way) as player:
        await player.play(conversation.parts)
        running = player.world
        assert [row(each, any_framework) for each in await running.ledger()] == list(conversation.ledger)
        stands: dict[str, list[str]] = {}
        for posted in running.platform.posted:
            where = posted.message.place.removeprefix("D-")
            stands.setdefault(where, []).append(neutral(posted.text, any_framework))
        wanted = {where: sorted(texts) for where, texts in conversation.posts.items()}
        assert {where: sorted(texts) for where, texts in stands.items()} == wanted
        left = {each["state"] for each in await running.sql("SELECT state FROM outbox")}
        assert left <= {"done", "waiting"}, "nothing is left behind"
