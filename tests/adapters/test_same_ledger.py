"""One table of conversations, held in Slack, in Teams and at the playground: each ends in the same ledger.

Each act comes three times, by the platform's own door: signed requests, signed tokens, a page's form.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.stages import ANN, BOB, CAT, STAGES, Stage

SAID = "staying on after nights"
AGAIN = "finding the spare keys"
GIVEN = f"ann thanks bob for 0: {SAID} [public]"

Act = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    claim: str
    acts: tuple[Act, ...]
    ledger: tuple[str, ...]


def says(who: str, text: str) -> Act:
    return lambda stage: stage.say(who, text)


def fills(who: str, whom: tuple[str, ...], entries: tuple[int, ...], reason: str) -> Act:
    return lambda stage: stage.fill(who, whom, entries, reason)


def presses(who: str, label: str) -> Act:
    return lambda stage: stage.press(who, label)


def edits(who: str, reason: str) -> Act:
    return lambda stage: stage.edit(who, reason)


def reacts(who: str, entry: int, *, off: bool = False) -> Act:
    return lambda stage: stage.react(who, entry, off=off)


GIVES = says(ANN, f"@bob #0 for {SAID}")
CONVERSATIONS = (
    Conversation(claim="a kudos that is typed", acts=(GIVES,), ledger=(GIVEN,)),
    Conversation(
        claim="several people and entries are one kudos",
        acts=(says(ANN, f"@cat and @bob #1 #0 for {SAID}"),),
        ledger=(f"ann thanks cat, bob for 1 0: {SAID} [public]",),
    ),
    Conversation(
        claim="oneself among others is left out",
        acts=(says(ANN, f"@ann @bob #0 for {SAID}"),),
        ledger=(GIVEN,),
    ),
    Conversation(
        claim="markup in the words is words",
        acts=(says(ANN, "@bob #0 for *all* of us, `always` & _every_ time"),),
        ledger=("ann thanks bob for 0: *all* of us, `always` & _every_ time [public]",),
    ),
    Conversation(
        claim="what lacks something is no kudos yet",
        acts=(says(ANN, "@bob #0"), says(ANN, f"@ann #0 for {SAID}"), says(ANN, f"@bob for {SAID}")),
        ledger=(),
    ),
    Conversation(
        claim="a kudos by form",
        acts=(fills(ANN, (BOB, CAT), (0, 2), SAID),),
        ledger=(f"ann thanks bob, cat for 0 2: {SAID} [public]",),
    ),
    Conversation(
        claim="the same on purpose is two, and undo takes back the latest",
        acts=(GIVES, says(ANN, f"@cat #1 for {AGAIN}"), says(ANN, "undo")),
        ledger=(GIVEN, f"ann thanks cat for 1: {AGAIN} [public] withdrawn"),
    ),
    Conversation(
        claim="others second, and once more takes it back",
        acts=(GIVES, presses(CAT, "Second this"), presses(BOB, "Second this"), presses(ANN, "Second this")),
        ledger=(f"{GIVEN} seconded by cat",),
    ),
    Conversation(
        claim="seconded and taken back",
        acts=(GIVES, presses(CAT, "Second this"), presses(CAT, "Second this")),
        ledger=(GIVEN,),
    ),
    Conversation(
        claim="an emoji on a card tags from its giver and seconds from anybody else",
        acts=(GIVES, reacts(ANN, 1), reacts(CAT, 2)),
        ledger=(f"ann thanks bob for 0 1: {SAID} [public] seconded by cat",),
    ),
    Conversation(
        claim="taken off again, the emoji takes it back",
        acts=(GIVES, reacts(ANN, 1), reacts(CAT, 2), reacts(ANN, 1, off=True), reacts(CAT, 2, off=True)),
        ledger=(GIVEN,),
    ),
    Conversation(
        claim="the giver finds better words",
        acts=(GIVES, edits(ANN, AGAIN)),
        ledger=(f"ann thanks bob for 0: {AGAIN} [public]",),
    ),
    Conversation(
        claim="only the giver withdraws",
        acts=(GIVES, presses(CAT, "Withdraw"), presses(BOB, "Withdraw")),
        ledger=(GIVEN,),
    ),
    Conversation(
        claim="the giver withdraws, and gives it again",
        acts=(GIVES, presses(ANN, "Withdraw"), GIVES),
        ledger=(f"{GIVEN} withdrawn", GIVEN),
    ),
)


@pytest.mark.parametrize("stage", STAGES)
async def test_each_conversation_ends_in_the_same_ledger(stage: str, framework: Framework, tmp_path: Path) -> None:
    """One after the other in one place, so that each leaves alone what was before it."""
    async with STAGES[stage](framework, tmp_path) as platform:
        for conversation in CONVERSATIONS:
            before = platform.ledger()
            for act in conversation.acts:
                await act(platform)
            after = platform.ledger()
            assert after[: len(before)] == before, conversation.claim
            assert after[len(before) :] == list(conversation.ledger), conversation.claim
