"""Words that must not be in a chat tool: their giver alone is told, and decides; nothing of them is kept."""

from dataclasses import replace

import pytest

from bot.cards import Actions, Button, Card, Form, Mend, OpenForm, PickField, Private, TextField, plain
from bot.database import Step
from bot.requests import Action, Ask, SubmitKudos, SubmitReason
from tests.doubles.world import W, World

NUMBER = "07700 900123"
WORDS = f"ringing her on {NUMBER} at night"
WITHOUT = "ringing her on […] at night"
TOLD = f"“{NUMBER}” looks like a phone number"
SECRET = "a SECRET paper that all could read"


def card(reply: object) -> Card:
    assert isinstance(reply, Private)
    return reply.card


def buttons(of: Card) -> dict[str, Button]:
    return {each.label: each for element in of.elements if isinstance(element, Actions) for each in element.buttons}


def warning(form: Form) -> tuple[str, PickField]:
    """What stands at the words, and what may be done about it."""
    at = [each.name for each in form.fields].index("reason")
    words, choice = form.fields[at : at + 2]
    assert isinstance(words, TextField)
    assert isinstance(choice, PickField)
    return words.error, choice


def labels(choice: PickField) -> list[str]:
    return [option.value for option in choice.options]


async def stopped(core: World, reason: str = WORDS, *, place: str = "general") -> Card:
    """What somebody is told who has typed that."""
    (reply,) = await core.ask(core.give("ann", "@bob", f" #0 for {reason}", place=place))
    return card(reply)


async def presses(core: World, told: Card, label: str, person: str = "ann") -> list[object]:
    button = buttons(told)[label]
    return list(await core.ask(core.press(person, Action(button.action), button.value)))


async def again(core: World, sent: SubmitKudos | SubmitReason) -> Form:
    """The form that comes back for what was sent."""
    (reply,) = await core.ask(sent)
    assert isinstance(reply, Mend)
    assert reply.anew
    assert reply.anew == await core.app.bot.again(sent, reply.errors)
    return reply.anew


def choosing(sent: SubmitKudos, form: Form, remedy: str, *, number: int = 1) -> SubmitKudos:
    return replace(sent, remedy=remedy, warned=dict(form.context)["warned"], delivery=f"{sent.delivery}/{number}")


async def counts(core: World) -> dict[tuple[str, str], int]:
    return await core.app.store.tally.guarded(W)


async def nothing_is_kept(core: World, *words: str) -> None:
    for table in await core.tables():
        rows = await core.sql(f"SELECT * FROM {table}")  # noqa: S608
        assert all(word not in str(row) for row in rows for word in words), table


async def test_who_types_it_is_told_what_and_why_and_what_can_be_done(
    core: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    told = await stopped(core)
    text = plain(told)
    assert f"{NUMBER}: looks like a phone number" in text
    assert f"“{WITHOUT}”" in text
    assert list(buttons(told)) == ["Change the words", "Post it without them", "It is none of that"]
    assert await core.ledger() == []
    assert core.platform.posted == []
    assert await counts(core) == {("phone", "stopped"): 1}
    await nothing_is_kept(core, "900123", "ringing her on")
    assert "900123" not in caplog.text + "".join(capsys.readouterr())


async def test_the_words_can_be_changed_in_the_form(core: World) -> None:
    (reply,) = await presses(core, await stopped(core), "Change the words")
    assert isinstance(reply, OpenForm)
    error, choice = warning(reply.form)
    assert TOLD in error
    assert choice.chosen == "change"
    assert await core.ledger() == []


async def test_the_words_can_be_posted_without_them(core: World) -> None:
    (reply,) = await presses(core, await stopped(core), "Post it without them")
    assert isinstance(reply, Private)
    assert reply.replace
    assert "You thanked Bob" in plain(reply.card)
    assert (await core.only()).reason == WITHOUT
    assert await counts(core) == {("phone", "stopped"): 1, ("phone", "without"): 1}
    assert await core.sql("SELECT * FROM audit") == []
    await nothing_is_kept(core, "900123")


async def test_it_can_be_none_of_that_and_then_it_is_written_down_that_somebody_said_so(core: World) -> None:
    (reply,) = await presses(core, await stopped(core), "It is none of that")
    assert "You thanked Bob" in plain(card(reply))
    given = await core.only()
    assert given.reason == WORDS
    assert await counts(core) == {("phone", "stopped"): 1, ("phone", "keep"): 1}
    (noted,) = await core.sql("SELECT * FROM audit")
    assert (noted["actor"], noted["act"], noted["subject"], noted["detail"]) == (
        "ann",
        "guard overruled",
        given.id,
        "phone",
    )


async def test_whatever_is_pressed_twice_gives_one_kudos(core: World) -> None:
    told = await stopped(core)
    for label in ("Post it without them", "Post it without them", "It is none of that"):
        (reply,) = await presses(core, told, label)
        assert "You thanked Bob" in plain(card(reply))
    assert (await core.only()).reason == WITHOUT


async def test_a_marking_above_official_is_never_none_of_that(core: World) -> None:
    """Also not for a button that somebody has made up."""
    told = await stopped(core, SECRET)
    assert list(buttons(told)) == ["Change the words", "Post it without them"]
    carried = buttons(told)["Post it without them"].value
    (reply,) = await core.ask(core.press("ann", Action.KEEP, carried))
    assert isinstance(reply, Private)
    assert reply.replace
    assert "SECRET: looks like a protective marking above OFFICIAL" in plain(reply.card)
    assert await core.ledger() == []
    sent = core.submit("ann", ["bob"], [0], SECRET)
    form = await again(core, sent)
    assert labels(warning(form)[1]) == ["change", "without"]
    assert labels(warning(await again(core, choosing(sent, form, "keep")))[1]) == ["change", "without"]
    assert await core.ledger() == []


async def test_a_button_gives_for_whom_it_is_pressed_by_and_where_they_may(core: World) -> None:
    """A client may send what it likes."""
    told = await stopped(core)
    await presses(core, told, "Post it without them")
    (reply,) = await presses(core, told, "Post it without them", "cara")
    assert "You thanked Bob" in plain(card(reply))
    assert [each.giver.id for each in await core.ledger()] == ["ann", "cara"]
    carried = buttons(told)["Post it without them"].value.replace("general", "closed")
    (reply,) = await core.ask(core.press("dee", Action.WITHOUT, carried))
    assert "You are not in that channel. Choose another one." in plain(card(reply))
    for odd in ("", "/", "x/y/z", 'x/y/["",[]]'):
        (reply,) = await core.ask(core.press("ann", Action.KEEP, odd))
        assert "not given yet" in plain(card(reply))
    assert len(await core.ledger()) == 2


async def test_what_is_left_has_to_say_something(core: World) -> None:
    (reply,) = await presses(core, await stopped(core, NUMBER), "Post it without them")
    assert "at least 10 characters" in plain(card(reply))
    assert await core.ledger() == []


async def test_where_more_is_missing_the_form_asks_for_all_of_it(core: World) -> None:
    (reply,) = await core.ask(core.give("ann", f"for {WORDS}"))
    assert isinstance(reply, OpenForm)
    people, words, choice, *_ = reply.form.fields
    assert isinstance(people, type(reply.form.fields[0]))
    assert people.error
    assert isinstance(words, TextField)
    assert words.error.count(TOLD) == 1
    assert isinstance(choice, PickField)
    assert await counts(core) == {("phone", "stopped"): 1}


async def test_what_no_button_can_carry_is_in_the_form(core: World) -> None:
    (reply,) = await core.ask(core.give("ann", "@bob", f" #0 for {WORDS} {chr(34) * 1300} yes"))
    assert isinstance(reply, OpenForm)
    assert TOLD in warning(reply.form)[0]


async def test_a_message_is_answered_with_the_same_and_still_stands(core: World) -> None:
    ask = core.said("ann", "kudos ", "@bob", f" #0 for {WORDS}")
    (reply,) = await core.ask(ask)
    told = card(reply)
    assert "Your message still stands where you wrote it. Please delete it there." in plain(told)
    await presses(core, told, "Post it without them")
    assert (await core.only()).reason == WITHOUT


async def test_the_form_stays_and_asks(core: World) -> None:
    sent = core.submit("ann", ["bob"], [0], WORDS)
    form = await again(core, sent)
    error, choice = warning(form)
    assert TOLD in error
    assert labels(choice) == ["change", "without", "keep"]
    assert choice.hint == f"Without them it reads: “{WITHOUT}”"
    assert await core.ledger() == []
    await nothing_is_kept(core, "900123", "ringing her on")
    await core.ask(choosing(sent, form, "without"))
    assert (await core.only()).reason == WITHOUT


async def test_a_choice_is_about_what_was_shown(core: World) -> None:
    sent = core.submit("ann", ["bob"], [0], WORDS)
    form = await again(core, sent)
    other = replace(choosing(sent, form, "keep"), reason=f"{WORDS} and about AB12 CDE")
    error, choice = warning(await again(core, other))
    assert "AB12 CDE" in error
    assert choice.chosen == "keep"
    assert await core.ledger() == []
    await core.ask(choosing(sent, form, "keep", number=2))
    assert (await core.only()).reason == WORDS
    assert await counts(core) == {("phone", "stopped"): 2, ("vehicle", "stopped"): 1, ("phone", "keep"): 1}


async def test_the_same_delivery_again_is_counted_once(core: World) -> None:
    sent = core.submit("ann", ["bob"], [0], WORDS)
    for _ in range(3):
        await again(core, sent)
    assert await counts(core) == {("phone", "stopped"): 1}
    form = await again(core, sent)
    for _ in range(3):
        await core.ask(choosing(sent, form, "keep"))
    assert await counts(core) == {("phone", "stopped"): 1, ("phone", "keep"): 1}


async def test_other_faults_of_a_form_are_told_beside_it(core: World) -> None:
    (reply,) = await core.ask(core.submit("ann", [], [0], WORDS))
    assert isinstance(reply, Mend)
    assert [name for name, _ in reply.errors] == ["recipients", "reason"]
    assert reply.anew


async def test_what_may_not_be_previewed_either(core: World) -> None:
    sent = core.submit("ann", ["bob"], [0], WORDS)
    shown = await core.app.bot.preview(sent)
    assert isinstance(shown, Mend)
    assert TOLD in str(shown)
    form = await core.app.bot.again(sent, shown.errors)
    shown = await core.app.bot.preview(choosing(sent, form, "without"))
    assert isinstance(shown, Card)
    assert WITHOUT in plain(shown)
    assert await counts(core) == {("phone", "stopped"): 1}


@pytest.mark.parametrize("first", [True, False])
async def test_new_words_are_looked_at_too(core: World, *, first: bool) -> None:
    """Of a kudos, and the sentence added to a reaction."""
    if first:
        await core.ask(core.react("ann", 0))
    else:
        await core.ask(core.give("ann", "@bob", " #0 for staying on after nights"))
    before = await core.only()
    sent = core.reword("ann", before.id, WORDS)
    form = await again(core, sent)
    assert TOLD in warning(form)[0]
    assert form.context[0] == ("recognition", before.id)
    warned = dict(form.context)["warned"]
    for remedy, reason in (("without", WITHOUT), ("keep", WORDS)):
        await core.ask(replace(sent, delivery=f"{remedy}", remedy=remedy, warned=warned))
        assert (await core.only()).reason == reason
    assert await counts(core) == {("phone", "stopped"): 1, ("phone", "without"): 1, ("phone", "keep"): 1}


async def test_only_its_giver_is_told_of_new_words(core: World) -> None:
    await core.ask(core.give("ann", "@bob", " #0 for staying on after nights"))
    (reply,) = await core.ask(core.reword("bob", (await core.only()).id, WORDS))
    assert isinstance(reply, Mend)
    assert TOLD not in str(reply)
    assert await counts(core) == {}


async def test_a_question_that_holds_it_is_answered_and_not_kept(core: World) -> None:
    for question in ("is a covert entry brave", "what does the chis unit eat", "what is for lunch"):
        await core.ask(Ask(**core.asked("ann"), question=question.replace("chis", "CHIS")))
    assert [each["text"] for each in await core.sql("SELECT text FROM question")] == ["what is for lunch"]


async def test_a_warning_is_worth_more_than_its_count(core: World) -> None:
    await core.app.store.write(Step("DROP TABLE guarded", {}))
    assert NUMBER in plain(await stopped(core))
