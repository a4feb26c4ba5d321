"""A form that is shown again is the form as it was sent: for platforms that do not keep it open while it is mended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.app import read_words
from bot import forms
from bot.cards import (
    Actions,
    Card,
    ChoiceField,
    Field,
    Form,
    Mend,
    OpenForm,
    PeopleField,
    PickField,
    PlaceField,
    Private,
    TextField,
    TicksField,
    TimeField,
    plain,
    spans_text,
)
from bot.errors import Refusal, Unreachable
from bot.framework import Framework
from bot.model import PlaceKind
from bot.requests import Action, Request, SubmitDigest, SubmitKudos, SubmitReason
from bot.understanding import Index
from tests.conftest import FRAMEWORKS
from tests.doubles.world import World, neutral, world
from tests.examples import KUDOS

SAID = "staying on after nights"
LANTERN_WORDS = Path(__file__).parent / "frameworks" / "lantern.words.yaml"
Sent = SubmitKudos | SubmitReason | SubmitDigest


@pytest.fixture
async def core(request: pytest.FixtureRequest, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Ann has made #general, so that she may set up its digest."""
    async with world(getattr(request, "param", framework), tmp_path / "kudos.db") as running:
        yield running


async def opened(core: World, request: Request) -> Form:
    (reply,) = await core.ask(request)
    assert isinstance(reply, OpenForm)
    return reply.form


async def refused(core: World, sent: Sent) -> Form:
    """The form again, after what was wrong with it."""
    (reply,) = await core.ask(sent)
    assert isinstance(reply, Mend)
    return await core.app.bot.again(sent, reply.errors)


def field(form: Form, name: str) -> Field:
    return next(each for each in form.fields if each.name == name)


def said(form: Form) -> list[str]:
    """What is said below the words."""
    words = field(form, "reason")
    assert isinstance(words, TextField)
    return [spans_text(each.spans) for each in words.said or ()]


def errors(form: Form) -> dict[str, str]:
    return {each.name: each.error for each in form.fields if each.error}


def sent_as_it_is(core: World, person: str, form: Form) -> Sent:
    """What a platform sends for a form in which nobody has changed anything."""
    kept = dict(form.context)
    values: dict[str, Any] = {}
    for each in form.fields:
        match each:
            case TextField():
                values[each.name] = each.text
            case TimeField():
                values[each.name] = each.at
            case _:
                values[each.name] = each.chosen
    match form.action:
        case Action.GIVE:
            asks = isinstance(values.get("place"), str)
            return SubmitKudos(
                **core.asked(person),
                form="form",
                **{"place": kept.get("place", ""), **values},
                message=kept.get("message", ""),
                groups=tuple(kept.get("groups", "").split()),
                open_place=asks,
            )
        case Action.DIGEST:
            return SubmitDigest(**core.asked(person), place=kept["place"], **values)
        case _:
            return SubmitReason(**core.asked(person), recognition=kept["recognition"], **values)


# The same form


async def test_a_form_in_which_nothing_was_changed_is_the_form_that_was_opened(core: World) -> None:
    """Whatever it was opened for, and wherever."""
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    given = (await core.only()).id
    await core.ask(core.react("ann", 1))
    reaction = next(each.id for each in await core.ledger() if each.id != given)
    for request in (
        core.give("ann"),
        core.give("ann", f" for {SAID}"),
        core.give("ann", "@bob", "@cara", f" for {SAID}"),
        core.give("ann", "@crew", " #0"),
        core.give("ann", "@bob", f" #0 for {SAID}", place="D-ann", kind=PlaceKind.BOT),
        core.give("ann", "@bob", " #0", place="closed"),
        core.give("ann", "@bob", " #0 for it", place="attic"),
        core.about("ann"),
        core.press("ann", Action.GIVE, "", place="D-ann"),
        core.press("ann", Action.EDIT, given),
        core.press("ann", Action.SENTENCE, reaction),
        core.open_digest("ann"),
    ):
        form = await opened(core, request)
        bare = replace(form, fields=tuple(replace(each, error="") for each in form.fields))
        assert await core.app.bot.again(sent_as_it_is(core, "ann", form)) == bare


@pytest.mark.parametrize("core", [FRAMEWORKS["lantern"]], indirect=True)
async def test_what_fits_the_words_is_shown_while_nothing_is_chosen(core: World) -> None:
    """As where it is opened with words, and kept nowhere."""
    core.app.bot.index = Index(core.framework, read_words(LANTERN_WORDS, core.framework))
    text = "stayed up in foul weather so that the boat was not left in the dark"
    form = await core.app.bot.again(core.submit("ann", ["bob"], [], text))
    assert "That sounds like:" in said(form)
    typed = await opened(core, core.give("ann", "@bob", f" for {text}"))
    assert form.fields == typed.fields
    assert said(await core.app.bot.again(core.submit("ann", ["bob"], [0], text))) == []
    await core.ask(core.react("ann", 1))
    sentence = await core.app.bot.again(core.reword("ann", (await core.only()).id, text))
    assert said(sentence) == said(form)
    assert (await core.only()).reason == ""


# What has to be mended


async def test_what_is_wrong_with_a_kudos_is_said_at_its_field_and_nothing_is_lost(core: World) -> None:
    form = await refused(core, core.submit("ann", ["bob", "gone"], [], " short "))
    assert errors(form) == {
        "recipients": "Gone can't be thanked: the account is switched off. Choose somebody else.",
        "entries": "Choose what they showed: at least one.",
        "reason": "Say what they did, in at least 10 characters.",
    }
    people, words = field(form, "recipients"), field(form, "reason")
    assert isinstance(people, PeopleField)
    assert isinstance(words, TextField)
    assert (people.chosen, words.text) == (("bob", "gone"), " short ")


async def test_where_it_can_not_be_given_any_more_the_form_asks_where(core: World) -> None:
    form = await refused(core, core.submit("ann", ["bob"], [0], SAID, place="attic"))
    where = field(form, "place")
    assert isinstance(where, PlaceField)
    assert (where.chosen, where.error) == ("attic", "That channel is archived. Choose another one.")
    nowhere = await refused(core, core.submit("ann", ["bob"], [0], SAID, place=""))
    assert errors(nowhere).keys() == {"place"}


async def test_an_entry_that_is_gone_is_not_chosen_any_more(core: World) -> None:
    sent = core.submit("ann", ["bob"], [0], SAID)
    form = await refused(core, replace(sent, entries=(*sent.entries, "no.such")))
    choice = field(form, "entries")
    assert isinstance(choice, ChoiceField)
    assert (choice.chosen, choice.error) == (sent.entries, "One of these is no longer in use. Choose from the list.")


def test_a_sentence_about_nothing_in_particular_stands_at_the_first_field() -> None:
    form = forms.edit(KUDOS)
    both = forms.to_mend(form, [("", "One."), ("nowhere", "Two.")])
    assert errors(both) == {"reason": "One. Two."}
    assert forms.to_mend(form, []) == form


async def test_new_words_that_are_too_few_stand_where_they_were_written(core: World) -> None:
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    form = await refused(core, core.reword("ann", (await core.only()).id, "short"))
    words = field(form, "reason")
    assert isinstance(words, TextField)
    assert (form.title, words.text) == ("Edit your words", "short")
    assert words.error == "Say what they did, in at least 10 characters."


async def test_new_words_for_what_was_taken_back_meanwhile_are_not_lost(core: World) -> None:
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    await core.ask(core.undo("ann"))
    form = await refused(core, core.reword("ann", (await core.only()).id, "words that took an hour"))
    words = field(form, "reason")
    assert isinstance(words, TextField)
    assert words.text == "words that took an hour"
    assert words.error.startswith("This kudos was taken back")


async def test_what_is_wrong_with_a_digest_is_said_at_its_field_and_nothing_is_lost(core: World) -> None:
    sent = core.submit_digest("ann", state="off", day="9", at="half nine", zone="Londn", people=("bob",), extras=())
    form = await refused(core, sent)
    assert errors(form).keys() == {"day", "at", "zone"}
    at, zone, people, state, day, extras = (
        field(form, name) for name in ("at", "zone", "people", "state", "day", "extras")
    )
    assert isinstance(at, TimeField)
    assert isinstance(zone, TextField)
    assert isinstance(people, PeopleField)
    assert isinstance(state, PickField)
    assert isinstance(day, PickField)
    assert isinstance(extras, TicksField)
    assert (at.at, zone.text, people.chosen, state.chosen, extras.chosen) == ("half nine", "Londn", ("bob",), "off", ())
    assert day.chosen == "0", "what can't be chosen is not"
    assert await core.sql("SELECT id FROM setting WHERE name <> 'visibility'") == []


# Who may


async def test_only_who_may_fill_it_in_sees_it_again(core: World) -> None:
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    theirs = (await core.only()).id
    for sent, why in (
        (core.submit("stranger", ["bob"], [0], SAID), "You are with another organisation"),
        (core.reword("stranger", theirs, SAID), "You are with another organisation"),
        (core.reword("bob", theirs, SAID), "I can't find this kudos any more."),
        (core.reword("ann", "no-such", SAID), "I can't find this kudos any more."),
        (core.submit_digest("bob"), "Ann, who made that channel, can set up its digest"),
        (core.submit_digest("ann", place="hidden"), "I am not in "),
    ):
        with pytest.raises(Refusal, match=why):
            await core.app.bot.again(sent)


async def test_people_who_can_not_be_looked_up_stay_chosen(core: World) -> None:
    core.platform.fail("people", Unreachable("503"))
    people = field(await core.app.bot.again(core.submit("ann", ["new"], [0], SAID)), "recipients")
    assert isinstance(people, PeopleField)
    assert people.chosen == ("new",)


async def test_a_form_is_shown_as_the_card_it_would_become_and_nothing_is_given(core: World) -> None:
    """What it lacks is said as on submitting it; on the card there is nothing to press."""
    sent = core.submit("ann", ["bob"], [0], SAID)
    card = await core.app.bot.preview(sent)
    assert isinstance(card, Card)
    assert neutral(plain(card), core.framework) == f"Ann thanked Bob for: / <0> / “{SAID}”"
    assert not any(isinstance(each, Actions) for each in card.elements)
    assert await core.ledger() == []
    lacking = core.submit("ann", ["ann"], [], "short")
    mended = await core.app.bot.preview(lacking)
    assert [mended] == await core.ask(lacking)
    assert await core.ledger() == []
    (given,) = await core.ask(sent)
    assert isinstance(given, Private)
    assert isinstance(await core.app.bot.preview(sent), Card)
    assert len(await core.ledger()) == 1
