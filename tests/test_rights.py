"""What people may ask about their own data: what is kept, a copy for their eyes only, how to correct, to be erased."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import own_data, privacy, rights_cards
from bot.cards import plain
from bot.framework import Framework
from bot.model import Person, Place, Recognition, Sight, Visibility
from bot.own_data import OwnData, as_data, parts, readable
from bot.privacy import Seen
from bot.requests import Action, Learned, Right
from bot.retention import Retention, months_before
from bot.rights import Means
from tests.doubles.world import PEOPLE, ROOMS, W, World, told, world

SAID = "staying on with us after nights"


async def test_what_is_kept_is_said_with_the_real_settings(framework: Framework, tmp_path: Path) -> None:
    means = Means(retention=Retention(text_months=1, leaver_days=31))
    async with world(framework, tmp_path / "kudos.db", means=means) as core:
        said = await core.says(core.said("ann", "privacy", place="D-ann"))
        assert "The words of a kudos: 1 month." in said
        assert "31 days after I learn that you have left" in said
        assert "no points and no rankings" in said
        assert said == await core.says(core.right("bob", Right.PRIVACY))
        assert said == await core.says(core.press("bob", Action.RIGHT, "privacy"))


async def test_the_words_that_ask_for_a_right(core: World) -> None:
    for words, begins in (
        ("privacy", "Kudos and your data"),
        ("my data", "Everything I keep about you comes"),
        ("correct", "Something is wrong?"),
        ("erase me", "Erase everything about you?"),
        ("Delete my data!", "Erase everything about you?"),
    ):
        assert (await core.says(core.said("ann", words, place="D-ann"))).startswith(begins), words


async def test_a_copy_comes_to_its_owner_alone_in_parts(core: World) -> None:
    for number in range(40):
        giver = ("fay", "ann")[number % 2]  # so many of one would be a flood
        await core.ask(core.give(giver, "@bob", "#0", f" for {SAID}, time {number:02} of many, and so on"))
    await core.ask(core.give("fay", "@bob", "#0", f" for {SAID} in secret", place="closed"))
    await core.ask(core.undo("ann"))
    await core.deliver(100)
    request = core.right("bob", Right.DATA)
    assert "comes to our own conversation, in " in await core.says(request)
    await core.ask(request)
    before = {each.key for each in core.platform.posted}
    await core.deliver(100)
    sent = [each for each in core.platform.posted if each.key not in before]
    assert {each.message.place for each in sent} == {"D-bob"}
    assert len(sent) > 2
    numbers = [f"part {number} of {len(sent)}" for number in range(1, len(sent) + 1)]
    assert all(number in each.text for number, each in zip(numbers, sent, strict=True))
    whole = "\n".join(each.text for each in sent)
    assert all(f"time {number:02} of" in whole for number in range(39))
    assert "time 39" not in whole  # taken back: nobody sees it any more
    assert "in secret" in whole
    assert "Kudos you received (40)" in whole
    await core.ask(core.right("ann", Right.DATA))
    await core.deliver(100)
    theirs = "\n".join(each.text for each in core.platform.posted if each.message.place == "D-ann")
    assert "time 39" in theirs  # one's own words, as long as they are kept
    assert "Seen by nobody: it was taken back." in theirs
    assert "in secret" not in theirs


async def test_a_copy_tells_what_was_hidden_and_reported(core: World) -> None:
    await core.ask(core.give("ann", "@bob", "#0", f" for {SAID}"))
    id_ = (await core.only()).id
    await core.ask(core.press("bob", Action.HIDE, id_))
    await core.ask(core.press("bob", Action.REPORT, id_))
    own = await core.app.bot.rights.data(W, "bob")
    (hidden,), (reported,) = as_data(own)["hidden"], as_data(own)["reported"]
    assert hidden["kudos"] == reported["kudos"] == id_
    told = dict(readable(own))
    assert told["Kudos in which you hide that you are thanked"] == (f"since {hidden['at'][:10]}",)
    assert told["Kudos you reported"] == (f"{reported['at'][:10]}: not decided yet",)
    assert "The log of who did what." in told["Not in here"][0]
    others = as_data(await core.app.bot.rights.data(W, "ann"))
    assert others["hidden"] == others["reported"] == []


async def test_a_copy_holds_the_words_that_were_changed(core: World) -> None:
    """They are kept as long as the others; whoever received the kudos is not given them."""
    await core.ask(core.give("ann", "@bob", "#0", f" for {SAID}"))
    id_ = (await core.only()).id
    await core.ask(core.reword("ann", id_, "for mending the gate with us at night"))
    (earlier,) = as_data(await core.app.bot.rights.data(W, "ann"))["earlier_words"]
    assert (earlier["kudos"], earlier["words"]) == (id_, SAID)
    (told,) = dict(readable(await core.app.bot.rights.data(W, "ann")))["Words that you have changed"]
    assert told == f"until {earlier['until'][:10]}: “{SAID}”"
    assert as_data(await core.app.bot.rights.data(W, "bob"))["earlier_words"] == []


async def test_how_to_correct_names_the_administrators(framework: Framework, tmp_path: Path) -> None:
    async with world(framework, tmp_path / "kudos.db", admins=frozenset({"chief@example.org"})) as core:
        assert "an administrator of Kudos" in await core.says(core.right("ann", Right.CORRECT))
        dee = replace(PEOPLE["dee"], email="Chief@Example.org")
        await core.ask(Learned(**core.asked(""), people=(dee,)))
        assert "an administrator: Dee" in await core.says(core.right("ann", Right.CORRECT))


async def test_it_is_asked_once_more_before_anybody_is_erased(core: World) -> None:
    await core.ask(core.give("ann", "@bob", "#0", f" for {SAID}"))
    (reply,) = await core.ask(core.right("ann", Right.ERASE))
    assert "This can't be undone." in told([reply], core.framework)
    assert await core.app.store.erasures.open() == []
    assert "don't know this button" in await core.says(core.press("ann", Action.RIGHT, "of another release"))


async def test_strangers_have_nothing_to_ask_for(core: World) -> None:
    for right in Right:
        assert "another organisation" in (await core.says(core.right("stranger", right))).replace("’", "'")
    assert await core.app.store.erasures.open() == []


async def test_every_act_is_noted_by_ids_alone(core: World) -> None:
    await core.ask(core.right("ann", Right.DATA))
    await core.ask(core.right("ann", Right.ERASE_NOW))
    rows = await core.sql("SELECT actor, act, subject, detail, origin FROM audit ORDER BY at, id")
    assert [tuple(row.values()) for row in rows] == [
        ("ann", "asked for their data", "ann", "", "test"),
        ("ann", "asked to be erased", "ann", "", "test"),
    ]


# Views and rules


def _own(**more: object) -> OwnData:
    nothing = {
        "made_at": datetime(2026, 3, 2, tzinfo=UTC),
        "accounts": (Person(workspace=W, id="ann", name="Ann"),),
        **dict.fromkeys(("given", "received", "seconded", "settings", "roles", "channels"), ()),
        "reactions": 0,
    }
    return OwnData(**{**nothing, **more})  # type: ignore[arg-type]


def test_nothing_kept_is_said_too() -> None:
    (part,) = parts(_own())
    assert "Kudos you gave (0):\nnone" in part
    assert as_data(_own())["kudos_given"] == []


async def test_where_something_was_said_is_told_to_who_said_it(core: World) -> None:
    await core.ask(core.give("fay", "@bob", "#0", f" for {SAID}", place="closed"))
    (one,) = await core.ledger()
    fay, bob = (_own(accounts=(PEOPLE[each],), given=(one,)) for each in ("fay", "bob"))
    assert as_data(fay)["kudos_given"][0]["where"] == "#closed"
    assert as_data(bob)["kudos_given"][0]["where"] == "a private place"
    named = replace(one, visibility=Visibility.PUBLIC, place=Place(workspace=W, id="x"))
    assert as_data(replace(bob, given=(named,)))["kudos_given"][0]["where"] == "a private place"
    seconded = replace(one, seconders=(PEOPLE["cara"],), reason="")
    (line,) = dict(readable(replace(bob, given=(seconded,))))["Kudos you gave (1)"]
    assert line.endswith("Seconded by Cara.")


async def test_a_copy_names_no_place_that_the_message_itself_did_not(core: World) -> None:
    """A guest sees the channels they are in and no others; and one that is private by now may be called anything."""

    async def where(person: str) -> str:
        return str(as_data(await core.app.bot.rights.data(W, person))["kudos_received"][0]["where"])

    await core.ask(core.give("ann", "@bob", "@guest", "#0", f" for {SAID}", place="news"))
    await core.deliver(1)
    assert "news" not in core.texts("guest")[0]
    assert (await where("bob"), await where("guest")) == ("#news", "a private place")
    closed = replace(ROOMS["news"], name="the-arrest", visibility=Visibility.PRIVATE)
    await core.ask(Learned(**core.asked(""), places=(closed,)))
    assert await where("bob") == "a private place"
    assert as_data(await core.app.bot.rights.data(W, "ann"))["kudos_given"][0]["where"] == "#the-arrest"


async def test_who_may_see_it_is_told_as_it_is(core: World) -> None:
    """Of what others have chosen a copy says nothing."""
    await core.ask(core.give("ann", "@bob", "#0", f" for {SAID}"))
    (one,) = await core.ledger()

    def seen_by(kept: Recognition, person: str) -> str:
        own = _own(accounts=(PEOPLE[person],), given=(kept,))
        return str(as_data(own)["kudos_given"][0]["seen_by"])

    everybody = "everybody in the workspace"
    me, channels = (privacy.kept(one, Seen(sights={"bob": each})) for each in (Sight.ME, Sight.CHANNELS))
    assert seen_by(one, "bob") == everybody
    assert {seen_by(each, "ann") for each in (one, me, channels)} == {everybody}
    assert seen_by(me, "bob") == "who gave it and who is thanked"
    assert seen_by(channels, "bob") == "who gave it, who is thanked, and people in channels that you are in"
    among_few = replace(channels, visibility=Visibility.DIRECT)
    assert seen_by(among_few, "bob") == "who gave it and who is thanked"
    assert seen_by(replace(one, removed=True), "bob") == "the moderators alone: they removed it"
    assert seen_by(replace(one, withdrawn=True), "bob") == "nobody: it was taken back"


def test_what_is_long_goes_on_in_the_next_message() -> None:
    long = _own(channels=("x" * (3 * own_data.PART_MOST),))
    found = parts(long)
    assert all(len(each) <= own_data.PART_MOST for each in found)
    assert "".join(found).count("x") >= 3 * own_data.PART_MOST


def test_a_message_or_several() -> None:
    assert "in a message." in plain(rights_cards.data_sent(1))
    assert "in 2 messages." in plain(rights_cards.data_sent(2))
    assert plain(rights_cards.data_part("x", 1, 1)).startswith("What I keep about you\n")


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [("2026-03-31", 1, "2026-02-28"), ("2026-01-15", 1, "2025-12-15"), ("2024-02-29", 24, "2022-02-28")],
)
def test_months_before(moment: str, months: int, before: str) -> None:
    assert months_before(datetime.fromisoformat(moment), months) == datetime.fromisoformat(before)
