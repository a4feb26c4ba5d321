"""What follows a question: the next step, who has shown it lately, and the count of what was asked in vain."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import Actions, Answer, Button, Card, MessageLink, Note, OpenForm, Private, plain
from bot.database import Sqlite, Step
from bot.errors import DatabaseError
from bot.framework import Framework
from bot.model import Message, Person, PersonKind, Visibility
from bot.questions import Question, key, summed
from bot.requests import Action, Ask, Learned
from tests.doubles.world import PEOPLE, ROOMS, W, World, neutral, world
from tests.frameworks import without
from tests.test_renewing import use

SAID = "staying on after nights"
UNKNOWN = "what is for lunch?"
NOBODY = "No kudos for it yet that everybody here can read. Yours could be the first."


@pytest.fixture
def menu(core: World) -> str:
    """A question that is answered with a menu."""
    return f"did my boss break {core.entry(0).title.text} and {core.entry(1).title.text}"


async def asks(core: World, question: str, person: str = "ann") -> Card:
    (reply,) = await core.ask(Ask(**core.asked(person), question=question))
    assert isinstance(reply, Private)
    return reply.card


async def presses(core: World, button: Button, person: str = "ann", place: str = "general") -> Private:
    (reply,) = await core.ask(core.press(person, Action(button.action), button.value, place))
    assert isinstance(reply, Private)
    return reply


def button(card: Card, label: str) -> Button:
    """The button whose label begins so."""
    found = [each for each in buttons(card) if each.label.startswith(label)]
    assert found, [each.label for each in buttons(card)]
    return found[0]


def buttons(card: Card) -> list[Button]:
    return [each for element in card.elements if isinstance(element, Actions) for each in element.buttons]


async def counted(core: World) -> tuple[Question, ...]:
    return summed(await core.app.store.tally.questions())


# Steps


async def test_one_steps_to_the_behaviours_and_on_to_the_next_value_and_back(core: World) -> None:
    """In place of what was pressed, where nobody else reads that."""
    first, second = core.framework.of_kind(core.entry(0).kind.id)[:2]
    card = await asks(core, f"#{first.tag}")
    reply = await presses(core, button(card, first.groups[1].label))
    assert reply.replace
    lines = [line.text for line in first.groups[1].lines]
    assert all(line in plain(reply.card) for line in lines)
    assert first.groups[0].lines[0].text not in plain(reply.card)
    reply = await presses(core, button(reply.card, "Next"))
    assert reply.replace
    assert second.groups[0].lines[0].text in plain(reply.card)
    back = await presses(core, button(reply.card, "Back"))
    assert back.card == card


async def test_a_step_that_leads_nowhere_any_more(core: World) -> None:
    for value in ("no.such", "no.such/lines", "", "/", "/x"):
        assert await core.says(core.press("ann", Action.MEANING, value)) == "This is no longer in our framework."
    entry = core.entry(0)
    whole = core.press("ann", Action.MEANING, f"{entry.id}/no-such-lines")
    assert entry.groups[0].lines[0].text in await core.says(whole)


async def test_all_values_are_one_press_away(core: World) -> None:
    reply = await presses(core, button(await asks(core, f"#{core.entry(0).tag}"), "All values"))
    assert not reply.replace
    assert reply.card == await asks(core, "")


async def test_what_is_retired_leads_nowhere(core: World) -> None:
    entry = core.entry(0)
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    await use(core, without(core.framework, 0))
    card = await asks(core, f"#{entry.tag}")
    assert "No longer part of our framework" in plain(card)
    assert buttons(card) == []
    reply = await core.says(core.press("ann", Action.LATELY, entry.id))
    assert reply.startswith("No longer part of our framework")


# Give kudos for this


@pytest.mark.parametrize(("place", "wanted"), [("news", "news"), ("D-ann", "general"), ("", "general")])
async def test_the_form_opens_with_the_entry_and_the_channel_that_the_answer_was_read_in(
    core: World, place: str, wanted: str
) -> None:
    """Elsewhere it asks where, with the usual channel chosen."""
    await core.ask(core.said("ann", "help", place="D-ann"))
    give = button(await asks(core, f"#{core.entry(2).tag}"), "Give kudos for this")
    (reply,) = await core.ask(core.press("ann", Action(give.action), give.value, place))
    assert isinstance(reply, OpenForm)
    shown = await core.says(core.press("ann", Action(give.action), give.value, place))
    if place == "news":
        assert shown == "form: entries [2]"
        assert dict(reply.form.context)["place"] == wanted
    else:
        assert shown == f"form: entries [2] place [{wanted}]"


# Who has shown it lately?


async def lately(core: World, entry: int = 0, person: str = "dee", **more: str) -> str:
    return await core.says(core.press(person, Action.LATELY, core.entry(entry).id, **more))


async def test_the_three_latest_are_shown_with_words_day_and_link(core: World) -> None:
    for number in range(4):
        await core.ask(core.give("ann", "@bob", f" #0 for good deed number {number}"))
    await core.ask(core.give("ann", "@cara", f" #1 for {SAID}"))
    await core.deliver()
    reply = await presses(core, button(await asks(core, f"#{core.entry(0).tag}", "dee"), "Who has shown"), "dee")
    one = "Ann thanked Bob / “good deed number {}” / 2 March 2026 · see it"
    shown = " / ".join(one.format(number) for number in (3, 2, 1))
    end = "These are the latest that everybody here can read."
    assert neutral(plain(reply.card), core.framework) == f"Lately: <0> / {shown} / {end}"
    links = [
        span.message
        for element in reply.card.elements
        if isinstance(element, Note)
        for span in element.spans
        if isinstance(span, MessageLink)
    ]
    cards = {each.message for each in core.platform.posted if each.message.place == "general"}
    assert len(links) == 3
    assert cards.issuperset(links)
    assert core.entry(0).tag in button(reply.card, "Give kudos for this").value


async def test_an_emoji_is_a_kudos_too_and_leads_to_the_message(core: World) -> None:
    await core.ask(core.react("ann", 0))
    assert "Ann thanked Bob / 2 March 2026, with an emoji · see it" in await lately(core)


async def test_where_there_is_none_it_is_kindly_said(core: World) -> None:
    assert await lately(core) == f"Lately: <0> / {NOBODY}"
    assert await lately(core, place="") == f"Lately: <0> / {NOBODY}"


async def test_what_not_everybody_may_read_is_not_shown_to_anybody(core: World) -> None:
    """Not even to its giver: private places, conversations, what was taken back, and tags that were taken off."""
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}", place="closed"))
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}", place="hidden"))
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}", place="between-us"))
    await core.ask(core.react("fay", 0, to=Message(place="closed", id="1"), author="ann"))
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    await core.ask(core.undo("ann"))
    await core.deliver(after_s=700)
    for person in ("ann", "bob", "fay", "dee"):
        assert await lately(core, person=person) == f"Lately: <0> / {NOBODY}"
        assert await lately(core, person=person, place="closed") == f"Lately: <0> / {NOBODY}"


async def test_an_entry_that_the_giver_has_taken_off_is_not_shown_any_more(core: World) -> None:
    await core.ask(core.give("ann", "@bob", f" #0 #1 for {SAID}"))
    await core.deliver()
    for standing in (True, False):
        await core.ask(core.react("ann", 0, to=await core.card(), author="kudos", standing=standing))
    assert NOBODY in await lately(core)
    assert SAID in await lately(core, 1)


async def test_a_channel_that_has_become_private_is_private_to_those_outside_it(core: World) -> None:
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}", place="news"))
    await core.deliver()
    assert SAID in await lately(core)
    now_private = replace(ROOMS["news"], visibility=Visibility.PRIVATE)
    await core.ask(Learned(**core.asked(""), places=(now_private,), members=(("news", "ann", True),)))
    assert NOBODY in await lately(core)
    assert SAID in await lately(core, person="ann")


async def test_a_guest_reads_of_the_channels_they_are_in(core: World) -> None:
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    assert NOBODY in await lately(core, person="guest")
    await core.ask(Learned(**core.asked(""), members=(("general", "guest", True),)))
    assert SAID in await lately(core, person="guest")


async def test_nothing_of_another_workspace_is_shown(core: World) -> None:
    other = "test:2"
    people = tuple(replace(PEOPLE[name], workspace=other) for name in ("ann", "bob"))
    room = replace(ROOMS["general"], workspace=other)
    await core.ask(Learned(workspace=other, person="", delivery="", people=people, places=(room,)))
    given = replace(core.give("ann", "@bob", f" #0 for {SAID}"), workspace=other, place=room)
    await core.ask(given)
    assert NOBODY in await lately(core)
    press = replace(core.press("ann", Action.LATELY, core.entry(0).id), workspace=other)
    assert SAID in await core.says(press)


async def test_who_may_not_ask_is_not_told(core: World) -> None:
    for action in (Action.LATELY, Action.PICK, Action.VALUES, Action.MEANING):
        assert "another organisation" in await core.says(core.press("stranger", action, core.entry(0).id))


async def test_what_nobody_can_be_thanked_for_nobody_has_shown(core: World) -> None:
    told = next(entry for entry in core.framework.entries if not entry.kind.kudos)
    assert "Lately" not in await core.says(core.press("ann", Action.LATELY, told.id))
    assert await core.says(core.press("ann", Action.LATELY, "\0")) == "This is no longer in our framework."


# What was asked in vain


async def test_what_is_not_known_is_counted_and_what_is_answered_is_not(core: World) -> None:
    await asks(core, UNKNOWN)
    await asks(core, "What  is for LUNCH?", "bob")
    for answered in ("", f"#{core.entry(0).tag}", core.entry(1).title.text):
        await asks(core, answered)
    (question,) = await counted(core)
    assert (question.text, question.unknown, question.menus) == (UNKNOWN, 2, 0)


async def test_a_menu_counts_what_is_picked_and_that_it_was_none_of_these(core: World, menu: str) -> None:
    card = await asks(core, menu)
    choice, none = buttons(card)[0], buttons(card)[-1]
    picked = choice.value.partition("/")[2]
    assert choice.value.startswith(key(W, menu))
    assert menu not in str(buttons(card))
    reply = await presses(core, choice)
    assert not reply.replace
    entry = core.framework.entry(picked)
    assert entry
    assert entry.title.text in plain(reply.card)
    assert button(reply.card, "All values").action == "values"
    await presses(core, choice, "bob")
    reply = await presses(core, none)
    assert "in other words" in plain(reply.card)
    assert "/values" in plain(reply.card)
    (question,) = await counted(core)
    assert (question.menus, question.none, question.picked) == (1, 1, ((picked, 2),))


async def test_each_is_counted_once_however_often_it_is_delivered(framework: Framework, tmp_path: Path) -> None:
    async with world(framework, tmp_path / "kudos.db", processes=2) as core:
        ask = Ask(**core.asked("ann"), question=UNKNOWN)
        said = core.said("ann", "why is the sky blue?")
        press = core.press("ann", Action.PICK, f"{key(W, UNKNOWN)}/")
        for request in (ask, said, press):
            for app in (core.app, *core.twins) * 2:
                await app.bot.handle(request)
        found = {(each.text, each.unknown, each.none) for each in await counted(core)}
        assert found == {(UNKNOWN, 1, 1), ("why is the sky blue?", 1, 0)}


async def test_a_message_that_is_answered_for_all_to_read_is_counted_too(core: World, menu: str) -> None:
    (reply,) = await core.ask(core.said("ann", menu))
    assert isinstance(reply, Answer)
    reply_ = await presses(core, buttons(reply.card)[-1], "bob")
    assert "in other words" in plain(reply_.card)
    (question,) = await counted(core)
    assert (question.menus, question.none) == (1, 1)


@pytest.mark.parametrize("personal", ["is PC Smith fair?", "ring 0121 496 0000", "ask Ann Lee about the rota"])
async def test_what_may_point_to_somebody_is_answered_but_not_kept(core: World, personal: str) -> None:
    lee = Person(workspace=W, id="lee", name="Ann Lee")
    await core.ask(Learned(**core.asked(""), people=(lee,)))
    card = await asks(core, personal)
    assert "I don't know that one" in plain(card)
    assert await counted(core) == ()


async def test_a_menu_for_a_question_that_is_not_kept_works_and_counts_nothing(core: World, menu: str) -> None:
    card = await asks(core, f"{menu}, PC Smith")
    none = buttons(card)[-1]
    assert none.value == "/"
    assert "in other words" in plain((await presses(core, none)).card)
    choice = button(card, core.entry(0).emoji)
    assert core.entry(0).title.text in plain((await presses(core, choice)).card)
    assert await counted(core) == ()


async def test_a_button_that_was_tampered_with_counts_nothing(core: World) -> None:
    """Neither for an entry that there is not, nor for a question that was not asked."""
    await asks(core, UNKNOWN)
    for value in (f"{key(W, UNKNOWN)}/no.such", f"{key(W, 'other')}/", "no-key/", f"\0/{core.entry(0).id}", "x" * 2000):
        await core.ask(core.press("ann", Action.PICK, value))
    (question,) = await counted(core)
    assert (question.none, question.picked) == (0, ())


async def test_nobody_of_another_organisation_is_counted(core: World) -> None:
    assert "another organisation" in await core.says(Ask(**core.asked("stranger"), question=UNKNOWN))
    assert PEOPLE["stranger"].kind is PersonKind.STRANGER
    assert await counted(core) == ()


async def test_no_row_says_who_asked_and_when(core: World) -> None:
    await asks(core, UNKNOWN)
    rows = await core.sql("SELECT * FROM question")
    assert "ann" not in str(rows)
    assert "general" not in str(rows)
    (delivery,) = await core.sql("SELECT id, fact FROM delivery")
    assert delivery["fact"] == ""
    assert "delivery-" not in delivery["id"]


class Full(Sqlite):
    """A disk on which nothing more can be counted."""

    async def write(self, *steps: Step) -> list[int]:
        if any("INTO question" in step.sql for step in steps):
            raise DatabaseError("the disk is full")
        return await super().write(*steps)


async def test_an_answer_is_worth_more_than_its_count(framework: Framework, tmp_path: Path) -> None:
    async with world(framework, tmp_path / "kudos.db", database=Full) as core:
        assert "I don't know that one" in plain(await asks(core, UNKNOWN))
        assert await counted(core) == ()
