"""What is shown to whom, and what a page is made of."""

import pytest

from tests.adapters.playground.visitor import Visitor, text_of

HOSTILE = "</p><script>alert(1)</script> {{ 7*7 }} &lt; \"'@tom"


async def test_the_first_page_needs_no_choice(amara: Visitor) -> None:
    async with amara.session.get(amara.address) as response:
        html = await response.text()
    assert response.status == 200
    assert "Amara Okafor" in html
    assert "<h1>#general</h1>" in html


@pytest.mark.parametrize(
    ("person", "place"),
    [("nobody", "nowhere"), ("rotabot", "general"), ("owen", "general"), ("", ""), ("<b>", "kudos-tom")],
)
async def test_an_address_of_nothing_leads_to_the_first_page(amara: Visitor, person: str, place: str) -> None:
    page = await amara.as_(person).at(place).look()
    assert page.status == 200
    assert "<title>#general" in page.html
    assert '<input type="hidden" name="as" value="amara">' in page.html


async def test_a_private_channel_is_shown_to_its_members_only(amara: Visitor) -> None:
    assert (await amara.at("surprise-for-dot").look()).says("Ten years of Dot")
    dot = await amara.as_("dot").at("surprise-for-dot").look()
    assert not dot.says("Ten years of Dot")
    assert not dot.says("surprise-for-dot")
    assert "#general" in dot.html


async def test_a_conversation_is_shown_to_the_two_only(amara: Visitor) -> None:
    assert (await amara.as_("tom").at("amara-tom").look()).says("bring biscuits")
    assert not (await amara.as_("dot").at("amara-tom").look()).says("bring biscuits")


async def test_nothing_can_be_done_in_a_place_that_is_not_ones_own(amara: Visitor) -> None:
    secret = (await amara.at("surprise-for-dot").look()).message("Ten years of Dot")
    before = len((await amara.at("surprise-for-dot").look()).messages)
    await amara.as_("dot").at("surprise-for-dot").say("I know!")
    await amara.as_("dot").at("surprise-for-dot").react(secret, "👍")
    await amara.as_("dot").react(secret, "👍")
    after = await amara.at("surprise-for-dot").look()
    assert len(after.messages) == before
    assert "Dot Pearce" not in after.message("Ten years of Dot").text


async def test_a_note_is_shown_to_one_person_who_can_dismiss_it(amara: Visitor) -> None:
    page = await amara.say("/kudos help")
    note = page.last
    assert note.private
    for somebody in ("tom", "amara"):
        assert (await amara.as_("tom").look()).messages[-1].id != note.id
        after = await amara.as_(somebody).do("/dismiss", ("message", note.id))
    assert note.id not in {each.id for each in after.messages}


async def test_an_ordinary_message_cannot_be_dismissed(amara: Visitor) -> None:
    page = await amara.look()
    after = await amara.do("/dismiss", ("message", page.messages[0].id))
    assert after.messages[0].id == page.messages[0].id


async def test_what_is_written_is_shown_as_it_was_written(amara: Visitor) -> None:
    page = await amara.say(HOSTILE)
    assert "<script>alert" not in page.html
    assert "\"'@Tom Bexley" in page.last.text
    assert "</p><script>alert(1)</script> {{ 7*7 }} &lt;" in page.last.text
    page = await amara.say(f"/kudos @tom #listen for {HOSTILE} and more")
    assert "<script>alert" not in page.html
    assert "<script>alert(1)</script> {{ 7*7 }} &lt;" in page.messages[-2].text


async def test_what_is_wanted_in_the_box_stands_there_unsent(amara: Visitor) -> None:
    page = await amara.look(say=f"/kudos {HOSTILE}")
    assert "<script>alert" not in page.html
    assert 'value="/kudos &lt;/p&gt;' in page.html


async def test_messages_of_one_person_stand_under_one_name(amara: Visitor) -> None:
    await amara.say("One")
    page = await amara.say("Two")
    assert 'class="message follows"' in page.html
    assert (await amara.say("  ")).last.id == page.last.id


async def test_an_unknown_command_is_answered_and_not_posted(amara: Visitor) -> None:
    page = await amara.say("/giphy thanks")
    assert page.last.private
    assert "I don't know /giphy" in page.last.text


async def test_too_long_a_reason_comes_back_whole(amara: Visitor) -> None:
    words = "kind " * 700
    page = await amara.say(f"/kudos @tom #listen for {words}")
    assert words.strip() in page.last.text


async def test_commands_and_completions_speak_of_the_framework_that_is_loaded(anywhere: Visitor) -> None:
    page = await anywhere.look()
    assert page.status == 200
    assert "Seconded by Tom Bexley and Grace Adeyemi" in page.last.text
    police = "West Midlands Police" in text_of(page.html)
    assert ("#lamp" in page.html) is not police


async def test_the_page_says_when_it_has_changed(amara: Visitor) -> None:
    async def version() -> str:
        async with amara.session.get(f"{amara.address}/version") as response:
            return await response.text()

    first = await version()
    assert f'data-version="{first}"' in (await amara.look()).html
    assert await version() == first
    await amara.say("Something new")
    assert int(await version()) > int(first)
