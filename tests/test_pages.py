"""Somebody's own page, on a platform: it shows what is theirs alone, and follows whatever changes on it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import posts
from bot.cards import Line, MessageLink, Note, Private, ShowHome, plain
from bot.errors import AnswerLost, Impossible, PlatformError, Throttled, Unreachable
from bot.framework import Framework
from bot.home import PAGE, PAGE_IN_A_MESSAGE
from bot.model import Message, Person, PersonKind, Place, PlaceKind, Visibility
from bot.requests import Action, Joined, Learned, OpenHome, Press, SwitchReactions
from tests.doubles.platform import Method
from tests.doubles.world import KUDOS, MESSAGE, PEOPLE, ROOMS, W, World, neutral, told, world

SAID = "staying on after nights"
AGAIN = "finding the spare keys"
ADMIN = "chief@example.org"
DIRECT, SENTENCE = "direct", "sentence"


@pytest.fixture
async def core(framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Dee administers."""
    async with world(framework, tmp_path / "kudos.db", admins=frozenset({ADMIN})) as running:
        dee = replace(PEOPLE["dee"], email="Chief@Example.org")
        await running.ask(Learned(**running.asked(""), people=(dee,)))
        yield running


async def opened(core: World, *people: str) -> None:
    """They look at their pages."""
    for person in people:
        assert await core.ask(core.opens(person)) == []
    await core.deliver()


async def given(core: World, number: int = 1, *, place: str = "general", to: str = "bob", giver: str = "ann") -> None:
    for each in range(number):
        await core.ask(core.give(giver, f"@{to}", f" #0 for kudos number {each:02}", place=place))


async def turned(core: World, person: str, value: str) -> str:
    (reply,) = await core.ask(core.press(person, Action.HOME, value, place=""))
    assert isinstance(reply, ShowHome)
    return neutral(plain(reply.card), core.framework)


def links(core: World, person: str) -> list[Message]:
    return [
        span.message
        for element in core.platform.page(person).elements
        if isinstance(element, Line | Note)
        for span in element.spans
        if isinstance(span, MessageLink)
    ]


# What it shows


async def test_a_page_is_brought_about_when_it_is_opened(core: World) -> None:
    await given(core)
    await core.deliver()
    assert core.platform.published == {}
    await opened(core, "bob", "ann", "cara")
    assert "Kudos you received (1) / Ann thanked you for <0>" in core.page("bob")
    assert "Kudos you gave: none yet" in core.page("bob")
    assert "Kudos you gave (1) / You thanked Bob for <0>" in core.page("ann")
    assert "Kudos you received: none yet" in core.page("cara")
    assert "Kudos you gave: none yet" in core.page("cara")
    assert links(core, "bob") == links(core, "ann") == [await core.card()]


async def test_the_same_opening_three_times_and_many_openings_are_one_page(core: World) -> None:
    request = core.opens("bob")
    for _ in range(3):
        await core.ask(request)
    await core.deliver()
    await opened(core, "bob")
    assert len(await core.sql("SELECT id FROM outbox WHERE view = 'home'")) == 1
    assert len(core.platform.published["bob"]) <= 4


async def test_latest_first_page_by_page(core: World) -> None:
    """At the borders nothing is shown twice, and nothing is left out."""
    await given(core, 2 * PAGE + 1)
    seen: list[str] = []
    for skip in (0, PAGE, 2 * PAGE):
        page = await turned(core, "bob", f"{skip}:0")
        numbers = [f"{number:02}" for number in range(2 * PAGE + 1) if f"number {number:02}" in page]
        assert len(numbers) == (PAGE if skip < 2 * PAGE else 1)
        assert page.index(f"number {numbers[-1]}") <= page.index(f"number {numbers[0]}")
        seen += reversed(numbers)
        assert "Kudos you received (11)" in page
    assert seen == [f"{number:02}" for number in reversed(range(2 * PAGE + 1))]
    assert "number 05" in await turned(core, "ann", f"0:{PAGE}")


@pytest.mark.parametrize("value", ["999999999:999999999", f"{2 * PAGE}:{2 * PAGE}", "nonsense", "-5:-5", ""])
async def test_past_the_end_is_the_last_page_and_nonsense_the_first(core: World, value: str) -> None:
    """So it is too where kudos were taken back while somebody was leafing."""
    await given(core, PAGE + 1)
    page = await turned(core, "bob", value)
    assert ("6 to 6 of 6" in page) == value[:1].isdigit()
    assert ("1 to 5 of 6" in page) != value[:1].isdigit()
    assert "Kudos you received: none yet" in await turned(core, "cara", value)


async def test_turning_a_page_touches_nobody_elses(core: World) -> None:
    await opened(core, "bob", "ann")
    before = {person: len(pages) for person, pages in core.platform.published.items()}
    await turned(core, "bob", "5:0")
    await core.deliver()
    assert {person: len(pages) for person, pages in core.platform.published.items()} == before


# Privacy


async def test_only_ones_own_and_nothing_of_another_workspace(core: World) -> None:
    core.platform.workspaces |= {"test:2"}
    people = tuple(replace(each, workspace="test:2") for each in PEOPLE.values())
    rooms = tuple(replace(each, workspace="test:2") for each in ROOMS.values())
    await core.ask(Learned(workspace="test:2", person="", delivery="", people=people, places=rooms))
    there = core.give("ann", "@bob", f" #1 for {AGAIN}")
    await core.ask(replace(there, workspace="test:2", place=rooms[0]))
    await given(core, to="cara")
    await opened(core, "bob", "ann")
    assert "none yet" in core.page("bob")
    assert AGAIN not in core.page("bob") + core.page("ann")
    assert "Kudos you gave (1) / You thanked Cara" in core.page("ann")


async def test_private_kudos_are_on_the_pages_of_their_people_alone(core: World) -> None:
    await given(core, place="closed")
    await opened(core, "ann", "bob", "fay", "dee")
    for person in ("ann", "bob"):
        assert "number 00" in core.page(person)
    for person in ("fay", "dee"):
        assert "number 00" not in core.page(person)
        assert "closed" not in core.page(person)


async def test_who_is_not_in_a_private_place_gets_no_link_into_it(core: World) -> None:
    """Neither on the page nor in the list: thanked in the form from there, they need not know the place."""
    about = Message(place="hidden", id="said-in-secret")
    await core.ask(core.submit("ann", ["bob"], [0], SAID, place="hidden", message=about.id))
    await core.deliver()
    await opened(core, "ann", "bob")
    assert links(core, "ann") == [about]
    assert SAID in core.page("bob")
    assert links(core, "bob") == []
    await core.ask(Learned(**core.asked(""), members=(("hidden", "bob", True),)))
    await opened(core, "bob")
    assert links(core, "bob") == [about]


async def test_what_one_reacted_to_is_linked_for_both_wherever_it_stands(core: World) -> None:
    there = Message(place="closed", id="1")
    await core.ask(core.react("fay", 0, to=there, author="bob"))
    await opened(core, "fay", "bob")
    assert links(core, "fay") == links(core, "bob") == [there]
    assert "with an emoji" in core.page("bob")


async def test_withdrawn_kudos_are_gone_from_both_pages_and_from_the_numbers(core: World) -> None:
    await given(core, 2)
    await opened(core, "ann", "bob")
    assert "(2)" in core.page("bob")
    await core.ask(core.undo("ann"))
    await core.deliver()
    for person in ("ann", "bob"):
        assert "(1)" in core.page(person)
        assert "number 01" not in core.page(person)


# Followed


async def _give(core: World) -> None:
    await core.ask(core.give("ann", "@bob", " and ", "@cara", f" #0 for {AGAIN}"))


async def _by_form(core: World) -> None:
    await core.ask(core.submit("ann", ["bob", "cara"], [0], AGAIN))


async def _edit(core: World) -> None:
    await core.ask(core.reword("ann", (await core.only()).id, AGAIN))


async def _withdraw(core: World) -> None:
    await core.ask(core.press("ann", Action.WITHDRAW, (await core.only()).id))


async def _second(core: World) -> None:
    await core.ask(core.press("eli", Action.SECOND, (await core.only()).id))


async def _tag(core: World) -> None:
    await core.ask(core.react("ann", 1, to=await core.card(), author=KUDOS))


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        (_give, {"ann", "bob", "cara"}),
        (_by_form, {"ann", "bob", "cara"}),
        (_edit, {"ann", "bob", "cara"}),
        (_withdraw, {"ann", "bob", "cara"}),
        (_second, {"ann", "bob", "cara"}),
        (_tag, {"ann", "bob", "cara"}),
    ],
)
async def test_a_change_is_followed_by_the_opened_pages_of_those_concerned(
    core: World, change: Callable[[World], Awaitable[None]], concerned: set[str]
) -> None:
    """And by no others: not by Dee's and Fay's, and not by Cara's, which was never opened."""
    if change not in (_give, _by_form):
        await core.ask(core.give("ann", "@bob", " and ", "@cara", f" #0 for {SAID}"))
    await opened(core, "ann", "bob", "dee", "fay")
    before = {person: len(pages) for person, pages in core.platform.published.items()}
    await change(core)
    await core.deliver()
    after = {person: len(pages) for person, pages in core.platform.published.items()}
    assert {person for person, number in after.items() if number > before.get(person, 0)} == concerned - {"cara"}
    await core.deliver(after_s=3600)
    assert {person: len(pages) for person, pages in core.platform.published.items()} == after, "nothing is polled"


async def test_a_reaction_is_followed_and_so_is_taking_it_off(core: World) -> None:
    await opened(core, "ann", "bob", "cara")
    await core.ask(core.react("ann", 0))
    await core.deliver()
    assert "Ann thanked you for <0>" in core.page("bob")
    assert "You thanked Bob for <0>" in core.page("ann")
    await core.ask(core.react("ann", 0, standing=False))
    await core.deliver()
    assert "none yet" in core.page("bob")
    assert "You thanked" not in core.page("ann")
    assert len(core.platform.published["cara"]) == 1


async def test_the_same_change_three_times_is_followed_once(core: World) -> None:
    await opened(core, "bob")
    request = core.give("ann", "@bob", f" #0 for {SAID}")
    for _ in range(3):
        await core.ask(request)
    await core.deliver()
    assert len(core.platform.published["bob"]) == 2


async def test_what_changes_while_the_page_is_on_its_way_is_on_the_next(core: World) -> None:
    await opened(core, "bob")
    await given(core)

    async def meanwhile() -> None:
        await core.ask(core.give("ann", "@bob", f" #1 for {AGAIN}"))

    core.platform.meanwhile = meanwhile
    await core.deliver()
    assert "(2)" in core.page("bob")


# In a message


async def test_a_page_that_was_asked_for_in_words_is_the_answer(core: World) -> None:
    """For the eyes of who asks, wherever they do; nothing is put up that would have to follow."""
    await given(core)
    for place in ("D-bob", "general"):
        (reply,) = await core.ask(core.said("bob", "home", place=place))
        assert isinstance(reply, Private)
        shown = neutral(plain(reply.card), core.framework)
        assert "Kudos you received (1) / Ann thanked you for <0>" in shown
        assert shown.endswith("What colleagues can be thanked for: /values / Only you see this page.")
    await core.deliver()
    assert core.platform.published == {}


async def test_what_is_pressed_in_a_message_is_answered_in_it(core: World) -> None:
    most = PAGE_IN_A_MESSAGE
    for number in range(most + 1):
        await core.ask(core.give("ann", "@bob", f" #0 for helping {number} times"))
    (older,) = await core.ask(core.press("bob", Action.HOME, f"{most}:0", place="D-bob"))
    assert isinstance(older, Private)
    assert older.replace
    assert f"{most + 1} to {most + 1} of {most + 1}" in plain(older.card)
    (off,) = await core.ask(core.press("bob", Action.SETTING, f"{DIRECT}:0", place="D-bob"))
    assert isinstance(off, Private)
    assert off.replace
    assert "A message from Kudos when somebody thanks me: off" in plain(off.card)


async def test_where_reactions_are_not_heard_nothing_is_to_be_set_about_them(core: World) -> None:
    asks = SwitchReactions(**core.asked("ann"), place=ROOMS["general"], on=False)
    assert "when I thank with an emoji" in await core.says(core.said("bob", "home", place="D-bob"))
    core.app.deaf.add("test")
    assert "when I thank with an emoji" not in await core.says(core.said("bob", "home", place="D-bob"))
    assert "Or choose Give kudos in the menu of a message" in await core.says(core.said("bob", "help", place="D-bob"))
    assert "so there is nothing to switch" in await core.says(asks)
    assert await core.sql("SELECT name FROM setting WHERE name <> 'visibility'") == []


# Settings


async def switched(core: World, person: str, value: str, *, place: str = "") -> str:
    return await core.says(core.press(person, Action.SETTING, value, place=place))


async def test_without_direct_messages_there_is_none_and_the_page_shows_it(core: World) -> None:
    await opened(core, "bob")
    assert await switched(core, "bob", f"{DIRECT}:0") == ""
    await core.deliver()
    assert "A message from Kudos when somebody thanks me: off" in core.page("bob")
    await given(core)
    await core.ask(core.react("cara", 1))
    await core.deliver(after_s=700)
    assert core.platform.texts("bob") == []
    assert "Kudos you received (2)" in core.page("bob")
    assert len(core.platform.texts("general")) == 1
    await switched(core, "bob", f"{DIRECT}:1")
    await given(core)
    await core.deliver()
    assert len(core.platform.texts("bob")) == 1


async def test_nobody_elses_messages_are_switched_off(core: World) -> None:
    await switched(core, "bob", f"{DIRECT}:0")
    await core.ask(core.give("ann", "@bob", " and ", "@cara", f" #0 for {SAID}"))
    await core.deliver()
    assert core.platform.texts("bob") == []
    assert len(core.platform.texts("cara")) == 1


async def test_earlier_messages_are_mended_all_the_same(core: World) -> None:
    await given(core)
    await core.ask(core.react("cara", 1))
    await core.deliver(after_s=700)
    assert len(core.platform.texts("bob")) == 2
    await switched(core, "bob", f"{DIRECT}:0")
    recognition = next(each for each in await core.ledger() if each.reason)
    await core.ask(core.press("ann", Action.WITHDRAW, recognition.id))
    await core.ask(core.react("cara", 1, standing=False))
    await core.deliver()
    assert core.platform.texts("bob") == ["This kudos is not shown any more."] * 2


async def test_without_the_offer_a_reaction_says_nothing_and_counts(core: World) -> None:
    await switched(core, "ann", f"{SENTENCE}:0")
    assert await core.says(core.react("ann", 0)) == ""
    assert "Your reaction thanks Bob" in await core.says(core.react("cara", 0))
    assert len(await core.ledger()) == 2
    await switched(core, "ann", f"{SENTENCE}:1")
    assert "Your reaction thanks Bob" in await core.says(core.react("ann", 1))


async def test_the_same_press_three_times_switches_once(core: World) -> None:
    await opened(core, "bob")
    press = core.press("bob", Action.SETTING, f"{DIRECT}:0", place="")
    for _ in range(3):
        assert await core.ask(press) == []
    await core.deliver()
    assert len(await core.sql("SELECT id FROM setting WHERE name <> 'visibility'")) == 1
    assert len(core.platform.published["bob"]) == 2


async def test_of_two_presses_the_later_counts_whichever_arrives_first(core: World) -> None:
    off = core.press("bob", Action.SETTING, f"{DIRECT}:0", place="")
    on = core.press("bob", Action.SETTING, f"{DIRECT}:1", place="")
    for press in (on, off):
        await core.ask(press)
    await opened(core, "bob")
    assert "when somebody thanks me: on" in core.page("bob")


@pytest.mark.parametrize("value", ["", "direct", "direct:", "direct:2", "reactions:0", "sentence:0:1", ":1", "\0:1"])
async def test_a_setting_that_there_is_not_is_refused_in_words(core: World, value: str) -> None:
    assert "I don't know this setting any more" in await switched(core, "bob", value)
    assert await core.sql("SELECT id FROM setting WHERE name <> 'visibility'") == []


# Administrators


@pytest.mark.parametrize(
    ("person", "administers"),
    [
        (PEOPLE["eli"], False),
        (replace(PEOPLE["eli"], email="somebody@example.org"), False),
        (replace(PEOPLE["eli"], email=ADMIN), True),
        (replace(PEOPLE["eli"], email="CHIEF@example.ORG"), True),
        (replace(PEOPLE["eli"], email=ADMIN, active=False), False),
        (replace(PEOPLE["eli"], email=ADMIN, kind=PersonKind.GUEST), False),
        (replace(PEOPLE["eli"], name=ADMIN), False),
    ],
    ids=repr,
)
async def test_who_administers_is_an_active_member_with_that_verified_address(
    core: World, person: Person, administers: bool
) -> None:
    await core.ask(Learned(**core.asked(""), people=(person,)))
    await opened(core, person.id)
    assert ("For administrators" in core.page(person.id)) == administers


async def test_people_of_another_organisation_have_no_page(core: World) -> None:
    asked = OpenHome(**core.asked("stranger"))
    assert "another organisation" in await core.says(asked)
    await core.deliver()
    assert "stranger" not in core.platform.published


async def test_somebody_unknown_until_now_has_a_page_too(core: World) -> None:
    core.platform.people_["new"] = Person(workspace=W, id="new", name="New")
    await opened(core, "new")
    assert "Kudos you received: none yet" in core.page("new")
    assert "For administrators" not in core.page("new")


async def test_a_card_that_waits_for_an_invitation_is_told_of_until_it_has_arrived(core: World) -> None:
    await opened(core, "dee", "bob")
    assert "Nothing is held up." in core.page("dee")
    await given(core, place="away")
    await core.deliver()
    assert "1 message is waiting until I am let into #away." in core.page("dee")
    assert "#away" not in core.page("bob").partition("Your settings")[2]
    await core.ask(core.joined("away"))
    await core.deliver()
    assert len(core.platform.texts("away")) == 2
    assert "Nothing is held up." in core.page("dee")


async def test_where_an_invitation_was_not_told_of_it_shows_once_it_is_known(core: World) -> None:
    await opened(core, "dee")
    await given(core, place="away")
    core.platform.change("away", joined=True)
    await core.ask(Learned(**core.asked(""), places=(core.platform.rooms["away"],)))
    await core.deliver()
    assert "Nothing is held up." in core.page("dee")


async def test_private_places_are_not_told_apart(core: World) -> None:
    """That something was said there is nobody else's business."""
    other = Place(workspace=W, id="vault", name="vault", visibility=Visibility.PRIVATE)
    await core.ask(Learned(**core.asked(""), places=(other,)))
    core.platform.rooms["vault"] = other
    await opened(core, "dee")
    for place in ("hidden", "away", "vault"):
        await core.ask(core.submit("ann", ["bob"], [0], SAID, place=place))
    await core.deliver()
    page = core.page("dee")
    assert "2 messages are waiting until I am let into private channels." in page
    assert "1 message is waiting until I am let into #away." in page
    for secret in ("hidden", "vault", SAID):
        assert secret not in page
    assert all("vault" not in repr(element) for element in core.platform.page("dee").elements)


async def test_what_can_never_arrive_and_what_is_unknown_is_told_with_the_reason(core: World) -> None:
    await opened(core, "dee")
    core.platform.fail("send", Impossible("is_archived"), target="general")
    await given(core)
    core.platform.may_look = False
    core.platform.fail("send", AnswerLost("cut"), target="news")
    await given(core, place="news")
    await core.deliver()
    assert "1 message is late" in core.page("dee")
    await core.deliver(after_s=10)
    page = core.page("dee")
    assert "1 message is impossible to deliver: the channel is archived." in page
    assert "1 message is perhaps delivered" in page
    assert "late" not in page


async def test_what_is_late_is_told_and_when_it_has_arrived_too(core: World) -> None:
    await opened(core, "dee")
    core.platform.fail("send", Unreachable("503"), target="general")
    await given(core)
    await core.deliver()
    assert "1 message is late, the oldest since 09:30 on 2 March. I keep trying." in core.page("dee")
    shown = len(core.platform.published["dee"])
    core.platform.fail("send", Unreachable("503"), target="general")
    await core.deliver(after_s=2)
    assert len(core.platform.published["dee"]) == shown, "it is no news that it still does not work"
    await core.deliver(after_s=10)
    assert "Nothing is held up." in core.page("dee")


async def test_what_nobody_has_sent_for_a_minute_is_late(core: World) -> None:
    """As when the program did not run; what only waits for its turn, or is being gathered, is not."""
    await given(core)
    await core.ask(core.react("cara", 1))
    page = await turned(core, "dee", "0:0")
    assert "Nothing is held up." in page
    core.clock.move(120)
    page = await turned(core, "dee", "0:0")
    assert "2 messages are late, the oldest since 09:30" in page
    await core.deliver()
    assert "Nothing is held up." in await turned(core, "dee", "0:0")


async def test_a_card_mended_long_after_it_was_posted_is_not_late_since_then(core: World) -> None:
    await given(core)
    await core.deliver()
    core.clock.move(timedelta(days=30).total_seconds())
    core.platform.fail("mend", Unreachable("503"), target="general")
    await core.ask(core.reword("ann", (await core.only()).id, AGAIN))
    await core.deliver()
    assert "1 message is late, the oldest since 10:30 on 1 April" in await turned(core, "dee", "0:0")


async def test_the_administrators_of_one_workspace_hear_nothing_of_another(core: World) -> None:
    core.platform.workspaces |= {"test:2"}
    await opened(core, "dee")
    rooms = tuple(replace(each, workspace="test:2") for each in ROOMS.values())
    people = tuple(replace(each, workspace="test:2") for each in PEOPLE.values())
    await core.ask(Learned(workspace="test:2", person="", delivery="", people=people, places=rooms))
    await core.ask(replace(core.give("ann", "@bob", f" #0 for {SAID}", place="away"), workspace="test:2"))
    await opened(core, "dee")
    assert "Nothing is held up." in core.page("dee")


# When the platform is not at its best


@pytest.mark.parametrize(
    ("error", "done", "after_s"),
    [
        (Throttled("429", retry_after_s=30), False, 31),
        (Unreachable("down"), False, 2),
        (AnswerLost("500"), False, 2),
        (AnswerLost("500"), True, 2),
        (TimeoutError(), True, 2),
    ],
    ids=repr,
)
async def test_a_page_that_did_not_arrive_is_sent_again(
    core: World, error: PlatformError | TimeoutError, done: bool, after_s: float
) -> None:
    """It replaces the one before as a whole, so that twice is no harm. And administrators have other worries."""
    await opened(core, "dee")
    methods: tuple[Method, ...] = ("send", "mend")
    for number, method in enumerate(methods, start=1):
        await given(core, giver="bob", to="ann")
        core.platform.fail(method, error, target="@bob", done=done)
        await opened(core, "bob")
        await core.deliver(after_s=after_s)
        assert core.platform.faults == []
        assert f"Kudos you gave ({number})" in core.page("bob")
        assert "late" not in core.page("dee")
    assert {row["state"] for row in await core.sql("SELECT state FROM outbox WHERE view = 'home'")} == {"done"}


async def test_a_parked_page_lives_again_when_it_is_opened(core: World) -> None:
    core.platform.fail("send", Impossible("not_enabled"), target="@bob")
    await opened(core, "bob", "dee")
    assert [row["state"] for row in await core.sql("SELECT state FROM outbox WHERE fact = 'bob'")] == ["parked"]
    await given(core)
    await core.deliver()
    assert "bob" not in core.platform.published
    assert "Nothing is held up." in core.page("dee")
    await opened(core, "bob")
    assert "Kudos you received (1)" in core.page("bob")


async def test_two_processes_bring_about_one_page(framework: Framework, tmp_path: Path) -> None:
    async with world(framework, tmp_path / "kudos.db", processes=2) as core:
        await opened(core, "bob")
        await given(core)
        await core.deliver()
        assert "(1)" in core.page("bob")
        assert len(core.platform.published["bob"]) == 2


# Pressed on the page


async def test_a_press_on_the_page_does_what_it_does_on_a_card(core: World) -> None:
    await given(core)
    recognition = (await core.only()).id
    assert await core.says(core.press("ann", Action.GIVE, "", place="")) == "form: place [general]"
    assert await core.says(core.press("ann", Action.EDIT, recognition, place="")) == "form: reason [kudos number 00]"
    assert "Taken back" in await core.says(core.press("ann", Action.WITHDRAW, recognition, place=""))
    assert (await core.only()).withdrawn


@pytest.mark.parametrize("action", [Action.EDIT, Action.SENTENCE, Action.WITHDRAW, Action.UNDO])
async def test_nobody_changes_anothers_kudos_from_their_page(core: World, action: Action) -> None:
    """Of a public one they hear whose it is; of a private one not even that it exists."""
    await given(core)
    await given(core, place="closed")
    public, private = await core.ledger()
    assert "Only the person who gave" in await core.says(core.press("eli", action, public.id, place=""))
    refused = await core.says(core.press("eli", action, private.id, place=""))
    assert refused in ("This kudos is not shown any more.", "I can't find this kudos any more.")
    assert refused == await core.says(core.press("eli", action, "no-such", place=""))
    assert not any(each.withdrawn for each in await core.ledger())


async def test_what_is_private_is_explained_to_nobody_else(core: World) -> None:
    await given(core, place="closed")
    recognition = (await core.only()).id
    assert "not shown any more" in await core.says(core.press("eli", Action.EXPLAIN, recognition, place=""))
    assert "not shown any more" in await core.says(core.press("eli", Action.SECOND, recognition, place=""))
    assert "<0>" in await core.says(core.press("bob", Action.EXPLAIN, recognition, place=""))


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("", "form: place [general]"),
        ("no JSON", "form: place [general]"),
        ('["general",["@"]]', "form: reason [@]"),
        ('["closed",[["n","bob",""]," for it"]]', "form: recipients [bob] reason [it]"),
        ('["",[["n","nobody",""]]]', "form: place [general]"),
        ('["",[["n","gone",""],["n","robot",""],["n","eli",""]]]', "form: place [general]"),
        ('["attic",[" for it"]]', "form: reason [it] place [general]"),
        ("[" * 1000, "form: place [general]"),
    ],
    ids=lambda value: value[:12],
)
async def test_whatever_the_button_carries_opens_the_form(core: World, value: str, form: str) -> None:
    """With colleagues who can be thanked, and never with oneself."""
    assert await core.says(core.press("eli", Action.GIVE, value, place="D-eli")) == form


# Messages and shortcuts


async def test_a_message_gives_once_in_however_many_events_it_arrives(core: World) -> None:
    said = core.said("ann", "kudos ", "@bob", f" #0 for {SAID}")
    first = await core.says(said)
    assert "You thanked Bob for: / <0> / It is posted in #general." in first
    assert await core.says(said) == await core.says(replace(said, delivery="another")) == ""
    await core.deliver()
    assert len(await core.ledger()) == len(core.platform.texts("general")) == 1


async def test_a_question_is_answered_for_everybody_and_once(core: World) -> None:
    said = core.said("ann", "what does #0 mean?")
    assert (await core.says(said)).startswith("answer: ")
    assert await core.says(said) == ""
    assert "answer: Kudos: thank a colleague" in await core.says(core.said("ann", "help"))
    assert not (await core.says(core.said("ann", "mine"))).startswith("answer")


async def test_an_answer_that_could_not_be_given_is_given_when_the_message_comes_again(core: World) -> None:
    said = core.said("ann", "kudos ", "@bob", f" #0 for {SAID}")
    first = await core.says(said)
    await core.app.bot.unanswered(said)
    assert await core.says(said) == first
    assert await core.says(said) == ""
    assert len(await core.ledger()) == 1


async def test_in_the_conversation_with_kudos_a_button_asks_where(core: World) -> None:
    said = core.said("ann", "kudos ", "@bob", f" #0 for {SAID}", place="D-ann")
    (reply,) = await core.ask(said)
    assert told([reply], core.framework) == (
        "Your kudos is not given yet: / • Choose the channel where colleagues should read it. / "
        "The form holds what you wrote."
    )
    assert await core.ledger() == []


async def test_where_it_is_archived_the_form_asks_where(core: World) -> None:
    assert "is archived. Choose another one" in await core.says(
        core.said("ann", "kudos ", "@bob", f" #0 for {SAID}", place="attic")
    )


async def test_reactions_are_switched_only_in_a_channel(core: World) -> None:
    assert "Type this in the channel" in await core.says(core.said("ann", "reactions off", place="D-ann"))
    assert "just emoji here" in await core.says(core.said("ann", "reactions off"))
    assert await core.says(core.react("ann", 0)) == ""
    assert await core.ledger() == []


@pytest.mark.parametrize("person", ["stranger", "robot", "nobody"])
async def test_who_could_not_type_a_command_is_not_answered(core: World, person: str) -> None:
    """Somebody of another organisation, met in a shared channel, switches nothing off and thanks nobody."""
    for words in (("help",), ("reactions off",), ("kudos ", "@bob", f" #0 for {SAID}")):
        assert await core.says(core.said(person, *words)) == ""
    assert await core.ledger() == []
    assert await core.sql("SELECT id FROM setting WHERE name <> 'visibility'") == []


async def test_who_is_not_known_yet_is_looked_up_or_answered_later(core: World) -> None:
    core.platform.people_["new"] = Person(workspace=W, id="new", name="New")
    said = core.said("new", "kudos ", "@bob", f" #0 for {SAID}")
    core.platform.fail("people", Unreachable("down"))
    with pytest.raises(Unreachable):
        await core.ask(said)
    assert "You thanked Bob" in await core.says(said)


async def test_undo_and_mine_are_private_and_done_once(core: World) -> None:
    await given(core, 2)
    undo = core.said("ann", "undo")
    assert (await core.says(undo)).startswith("Taken back")
    assert await core.says(undo) == ""
    assert [each.withdrawn for each in await core.ledger()] == [False, True]
    assert "Kudos you gave (1)" in await core.says(core.said("ann", "kudos mine", place="closed"))


async def test_a_shortcut_opens_the_form_for_the_author_of_the_message(core: World) -> None:
    assert await core.says(core.about("ann")) == "form: recipients [bob]"
    for author in ("", "ann", "gone", "robot", "stranger", "nobody"):
        assert await core.says(core.about("ann", author=author)) == "form: "
    core.platform.fail("people", Unreachable("down"))
    assert await core.says(core.about("ann", author="later")) == "form: recipients [later]"


async def test_a_kudos_about_a_message_says_so_where_the_message_stands(core: World) -> None:
    await core.ask(core.submit("ann", ["bob"], [0], SAID, message=MESSAGE.id))
    await core.deliver()
    assert "About this message" in core.texts("general")[0]
    assert "About this message" in core.texts("bob")[0]
    assert (await core.only()).message == MESSAGE


async def test_a_message_between_people_is_told_of_nowhere(core: World) -> None:
    """Nothing is posted there; where the giver chooses another place, the message is not named."""
    there = Message(place="D-ann-cara", id="1")
    core.platform.rooms["D-ann-cara"] = Place(workspace=W, id="D-ann-cara", kind=PlaceKind.CONVERSATION)
    assert await core.says(core.about("ann", there, author="cara", place="D-ann-cara")) == "form: recipients [cara]"
    await core.ask(core.submit("ann", ["bob"], [0], SAID, place="D-ann-cara", message="1"))
    await core.deliver()
    assert [each.message.place for each in core.platform.posted] == ["D-bob"]
    assert "About" not in core.texts("bob")[0]
    await opened(core, "ann", "bob")
    assert links(core, "bob") == []
    assert links(core, "ann") == [there]


async def test_joining_tells_the_administrators_pages(core: World) -> None:
    await opened(core, "dee")
    await core.ask(Joined(**core.asked(KUDOS), place=ROOMS["general"]))
    await core.deliver()
    assert len(core.platform.published["dee"]) == 2


async def test_a_page_is_rendered_for_its_owner(core: World) -> None:
    row = posts.post(W, posts.HOME, "bob", person="bob", due_at=core.clock())
    card = await core.app.bot.render(row)
    assert card
    assert "Your settings" in plain(card)
    press = Press(**core.asked("bob"), action=Action.HOME, value="0:0", place="", at=core.clock())
    assert await turned(core, "bob", press.value) == neutral(plain(card), core.framework)
