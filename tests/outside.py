"""What an outsider can see, over all surfaces of both platforms: so that one world can be held against another.

Two worlds in which the same is asked at the same times are the same but for what is not asked in one of them; see `at`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.exporting import Exporting
from bot.requests import Action, Mine, Named, Request
from bot.roles import Authority
from tests.both import ADMIN, Both, T
from tests.doubles.world import W, World

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
ALONE = "walking the new ones through the form"
SHARED = "the handover sheet that all of us can read"
BACK = "This kudos is not shown any more."
PLAIN = "staying on after nights"

ROOMS = ("general", "news", "hall")

Seen = dict[str, Any]  #: what is seen, by surface


async def told(two: Both, request: Request) -> str:
    """The answer, with everything that is on it."""
    return bare(repr(await two.core.ask(request)))


def bare(text: str) -> str:
    """Without the ids of messages and kudos, and without times."""
    text = re.sub(r"\b[0-9a-f]{32}\b", "<id>", text)
    text = re.sub(r"\b(general|hall|closed|news|D-[\w-]+)\.\d+", r"\1.<id>", text)
    return re.sub(r"datetime\.datetime\([^)]*\)+", "<time>", text)


async def outside(two: Both, *, besides: Iterable[str] = ()) -> Seen:
    """Everything that Dee sees in the first workspace, and the former guest in the tenant; and Bob of others.

    Args:
        besides: views of messages to Bob that are about what he is thanked for himself.
    """
    app, core = two.core.app, two.core
    seen: Seen = {}
    for name, platform in (("here", core.platform), ("there", two.teams)):
        for room in ROOMS:
            cards = [each for each in platform.posted if each.message.place == room]
            seen[f"{name} {room}"] = [
                sorted(map(bare, map(repr, each.card.elements))) if each.view == "digest" else bare(repr(each.card))
                for each in cards
            ]
    table = exporting(two.core)
    for workspace, room in ((W, "general"), (W, "news"), (T, "general"), (T, "hall")):
        seen[f"preview {workspace} {room}"] = bare(repr(await app.bot.digesting.preview(workspace, room)))
    for workspace in (W, T):
        seen[f"export {workspace}"] = [row async for row in table.rows(workspace)]
    for position in range(3):
        entry = core.entry(position).id
        seen[f"lately {position}"] = await told(two, core.press("dee", Action.LATELY, entry))
        seen[f"lately there {position}"] = await told(two, two.press("guest", Action.LATELY, entry))
    seen["mine"] = await told(two, Mine(**core.asked("dee")))
    seen["Bob's own"] = await told(two, Mine(**core.asked("bob")))
    seen["Bob's own there"] = await told(two, two.mine("bob"))
    seen["Bob's page"] = bare(repr(core.platform.page("bob")))
    for name, platform in (("here", core.platform), ("there", two.teams)):
        direct = [each for each in platform.posted if each.message.place in ("D-bob", "D-t-bob")]
        seen[f"to Bob {name}"] = [bare(repr(each.card)) for each in direct if each.view not in besides]
    seen["presses"] = await _presses(two)
    return seen


def exporting(core: World) -> Exporting:
    """As the command line has it."""
    store = core.app.store
    authority = Authority(
        roles=store.roles, directory=store.directory, accounts=store.accounts, admins=frozenset({ADMIN})
    )
    return Exporting(store=store, authority=authority, clock=core.clock, zone=UTC)


async def _presses(two: Both) -> set[str]:
    """What comes of the buttons of any kudos, and of one that never was, for those who may only read."""
    ids = [(each.workspace, each.id) for each in await two.all()]
    found = set()
    for workspace, id_ in (*ids, (W, "0" * 32), (T, "0" * 32)):
        for action in (Action.OWN, Action.EXPLAIN, Action.EDIT, Action.SENTENCE):
            press = two.press("guest", action, id_) if workspace == T else two.core.press("dee", action, id_)
            found.add(await told(two, press))
    return found


def holding(seen: Seen, *words: str) -> set[str]:
    """The surfaces on which any of these words stand."""
    return {name for name, what in seen.items() if any(word in str(what) for word in words)}


def differing(one: Seen, other: Seen) -> dict[str, tuple[object, object]]:
    """The surfaces that differ, and how."""
    return {name: (one[name], other[name]) for name in other if one[name] != other[name]}


def but_gaps(seen: Seen) -> Seen:
    """The same without the cards that say no more than that one stood there."""
    return {
        name: [each for each in what if BACK not in each] if isinstance(what, list) else what
        for name, what in seen.items()
    }


def at(two: Both, number: int) -> None:
    """What is asked from here on has these times and ids, whatever was asked before."""
    two.core.number = 100 * number
    two.core.clock.at = MONDAY - timedelta(days=6) + timedelta(minutes=number)


async def gives(
    two: Both, giver: str, to: list[str], said: str, entry: int, *, there: bool = False, posted: bool = True
) -> None:
    """A kudos in #general of either workspace, with its card."""
    core = two.core
    if there:
        ask = two.give(giver, to[0], said, entry=entry)
        await core.ask(replace(ask, words=(*(Named(f"t-{each}") for each in to[1:]), *ask.words)))
    else:
        await core.ask(core.give(giver, *(f"@{each}" for each in to), f"#{entry}", f"for {said}"))
    if posted:
        await core.deliver(1)


async def skip(two: Both) -> None:
    """Nothing is asked, so that what is asked later has the same time and id."""
    two.core.asked("")
    await two.core.deliver(1)
