"""Every card and every form is one that Slack takes, whatever people wrote; and it calls nobody whom no giver named."""

import html
import inspect
from dataclasses import replace
from datetime import UTC
from itertools import chain, product
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import modals, render, writing
from adapters.slack.charts import has_chart
from bot import answers, forms, giver_cards, kudos_cards, moderation_cards
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Chart,
    Code,
    Divider,
    Form,
    Heading,
    LetIn,
    Line,
    MessageLink,
    Note,
    Quote,
    Quoted,
    Strong,
    TextField,
    Typed,
    plain,
)
from bot.framework import Framework
from bot.model import Message, Recognition, clean
from bot.words import Draft
from tests.adapters.slack.examples import BASE, as_text, golden, rendered
from tests.doubles.blockkit import Surface, pings, problems
from tests.doubles.pings import markup
from tests.doubles.slack_objects import echoed
from tests.examples import (
    ANN,
    BOB,
    CARDS,
    DIGESTS,
    FORMS,
    HARBOUR,
    HOMES,
    KUDOS,
    LANTERN,
    REACTION,
    THEIRS,
    VIEWS,
    WHEN,
    person,
    stopped_in,
)
from tests.hostile import GATHERED, PEOPLE, cards, names, texts, worded, written_by_others

MESSAGES: tuple[Surface, ...] = ("message", "response")

reasons = texts.map(lambda text: clean(text)[:1500]).filter(lambda text: len(text) >= 10)


@pytest.mark.parametrize("name", [*rendered()])
def test_it_is_what_it_was(name: str) -> None:
    """See `examples` for how these files are written anew."""
    assert as_text(rendered()[name]) == golden(name).read_text("utf-8"), "python -m tests.adapters.slack.examples"


def test_there_is_an_example_of_every_view_and_no_other() -> None:
    views = {
        name
        for module in VIEWS
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and get_type_hints(function)["return"] in (Card, Form)
    }
    assert {name.partition("-")[0] for name in (*CARDS, *DIGESTS, *FORMS, *HOMES)} == views
    files = {path.name for path in golden("x").parent.iterdir()}
    assert files == {golden(name).name for name in rendered()}


@pytest.mark.parametrize("name", HOMES)
def test_slack_takes_a_page_and_it_calls_nobody(name: str) -> None:
    shown = render.home(HOMES[name](), BASE)
    assert problems(shown, "home") == []
    assert pings(shown) == set()


@pytest.mark.parametrize("name", [*CARDS, *DIGESTS, *HOMES])
def test_slack_takes_any_card_in_a_modal(name: str) -> None:
    assert problems(render.reading({**CARDS, **DIGESTS, **HOMES}[name](), BASE), "modal") == []


@pytest.mark.parametrize("name", CARDS)
def test_slack_takes_it_and_it_calls_only_whom_the_giver_named(name: str) -> None:
    card = CARDS[name]()
    shown = render.message(card, BASE)
    assert problems(shown, "message") == []
    assert pings(shown) <= {each.id for each in KUDOS.recipients}
    assert problems(render.ephemeral(card, BASE, replace=True), "response") == []
    assert problems(render.message(card, BASE, text_most=render.UPDATE_TEXT_MOST), "update") == []


def test_a_page_in_a_message_is_there_to_its_end() -> None:
    """With all that a page can hold."""
    shown = render.message(CARDS["home-in-a-message"](), BASE)
    assert shown["blocks"][-1]["elements"][0]["text"] == "Only you see this page."


@pytest.mark.parametrize("name", DIGESTS)
def test_slack_takes_a_digest_whole_with_its_chart_or_without(name: str) -> None:
    """As a new message and in the place of one; and it calls nobody unless the place says so."""
    card = DIGESTS[name]()
    for surface, most in (("message", render.TEXT_MOST), ("update", render.UPDATE_TEXT_MOST)):
        for charts in (True, False):
            shown = render.message(card, BASE, text_most=most, charts=charts)
            assert problems(shown, surface) == []  # type: ignore[arg-type]
            assert bool(pings(shown)) == (name == "weekly-mentioning")
            assert html.unescape(shown["text"]) == plain(card)
            assert has_chart(shown) == (charts and any(isinstance(each, Chart) for each in card.elements))


@pytest.mark.parametrize("name", FORMS)
def test_slack_takes_the_form(name: str) -> None:
    assert problems(modals.modal(FORMS[name](), {"reply": "https://hooks.slack.com/x"}, BASE), "modal") == []


@pytest.mark.parametrize("name", [*CARDS, *DIGESTS, *HOMES])
def test_no_view_makes_anything_of_what_people_wrote_or_are_called(name: str) -> None:
    """It calls, leads to and styles what it would with harmless words, and nothing else."""
    made = {**CARDS, **DIGESTS, **HOMES}[name]()
    for text in GATHERED:
        card, harmless = (written_by_others(made, each) for each in (text, "x"))
        for shown in (render.ephemeral, render.reading, render.home):
            hostile, plain_ = (shown(each, BASE) for each in (card, harmless))
            assert (pings(hostile), markup(hostile)) == (pings(plain_), markup(plain_))
        assert "<" not in render.message(card, BASE)["text"]


@pytest.mark.parametrize("name", FORMS)
def test_nor_does_a_form(name: str) -> None:
    for text in GATHERED:
        hostile, plain_ = (modals.modal(written_by_others(FORMS[name](), each), {}, BASE) for each in (text, "x"))
        assert (pings(hostile), markup(hostile)) == (set(), markup(plain_))


@pytest.mark.parametrize("name", CARDS)
def test_who_can_not_see_it_hears_all_of_it(name: str) -> None:
    """`text` is all that a screen reader or a notification gets."""
    card = CARDS[name]()
    said = render.message(card, BASE)["text"]
    for element in card.elements:
        match element:
            case Quote(text):
                assert render.message(Card((Quote(text),)), BASE)["text"] in said
            case Line(spans) | Note(spans):
                for span in spans:
                    if isinstance(span, Strong | Quoted | Code | Typed | LetIn):
                        assert render.message(Card((Line((span,)),)), BASE)["text"] in said
            case _:
                pass


def recognition(given: dict[str, Any]) -> Recognition:
    giver, *people = given["people"]
    return replace(
        KUDOS,
        giver=person("U9999", giver),
        recipients=tuple(person(f"U{number:04}", name) for number, name in enumerate(people, start=1)),
        reason=given["reason"],
        place=replace(HARBOUR, name=given["place"]),
        seconders=tuple(person(f"U8{number:03}", name) for number, name in enumerate(people)),
    )


recognitions = st.fixed_dictionaries(
    {
        "people": st.one_of(
            st.lists(names, min_size=2, max_size=6),
            st.lists(st.just("Ann-Kathrin <&> 👩\u200d🚀 of the *Very* Long Name " * 2), min_size=51, max_size=51),
        ),
        "reason": reasons,
        "place": names,
    }
).map(recognition)


@settings(max_examples=25)
@given(kudos=recognitions)
def test_no_name_and_no_reason_makes_a_card_that_slack_refuses_or_that_calls_others(kudos: Recognition) -> None:
    named = {each.id for each in kudos.recipients}
    reaction = replace(kudos, message=THEIRS, tags=kudos.tags[:1])
    views = {
        "given": kudos_cards.given(kudos, LANTERN),
        "given from a reaction": kudos_cards.given(reaction, LANTERN),
        "thanks": kudos_cards.thanks(kudos, LANTERN, card=THEIRS, names_place=True),
        "reactions": kudos_cards.reactions([reaction] * 100, LANTERN, THEIRS),
        "one reaction": kudos_cards.reactions([reaction], LANTERN, THEIRS),
        "confirmed": giver_cards.confirmed(kudos, LANTERN),
        "taken back": giver_cards.taken_back(kudos),
        "noticed": giver_cards.reaction_noticed(reaction, LANTERN),
        "stuck": giver_cards.stuck(kudos, person=kudos.recipients[0], reason="x"),
        "invite": giver_cards.invite(kudos),
    }
    for view, card in views.items():
        shown = render.message(card, BASE)
        assert problems(shown, "message") == [], view
        assert pings(shown) <= (named if view.startswith("given") else set()), view
        update = render.message(card, BASE, text_most=render.UPDATE_TEXT_MOST)
        assert problems(update, "update") == [], view
    mine = kudos_cards.mine((kudos,) * 12, (kudos,) * 12, LANTERN, totals=(12, 12), links={}, zone=UTC)
    assert problems(render.ephemeral(mine, BASE), "response") == []
    assert pings(render.ephemeral(mine, BASE)) == set()


@given(kudos=recognitions)
def test_the_words_stand_in_the_card_letter_for_letter(kudos: Recognition) -> None:
    (quote,) = [
        element
        for block in render.message(kudos_cards.given(kudos, LANTERN), BASE)["blocks"]
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_quote"
    ]
    assert "".join(map(read, quote["elements"])) == kudos.reason


def read(piece: dict[str, Any]) -> str:
    """A piece of a text, as somebody has typed it."""
    if piece["type"] == "text":
        return str(piece["text"])
    tone = f":skin-tone-{piece['skin_tone']}:" if "skin_tone" in piece else ""
    return f":{piece['name']}:{tone}"


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("What a night :tada:", ["tada"]),
        (":tada: what a night (:ring_buoy:)!", ["tada", "ring_buoy"]),
        (":tada::+1::skin-tone-3: thanks", ["tada", "+1 3"]),
        ("from 12:30:00 to 13:00, a note:this:one and :nobody", []),
        (":: : x : :: :Not: :é:", []),
        (":a: " * 60, ["a"] * 50),
    ],
)
def test_emoji_that_slack_tells_of_by_name_are_emoji_again(text: str, emoji: list[str]) -> None:
    """It shows none for a name in a text."""
    for element in (Quote(text), Line((text,)), Bullets(((text,),))):
        shown = render.message(Card((element,)), BASE)
        assert problems(shown, "message") == []
        (part,) = shown["blocks"][0]["elements"]
        pieces = part["elements"] if part["type"] != "rich_text_list" else part["elements"][0]["elements"]
        assert "".join(map(read, pieces)) == text
        found = [each for each in pieces if each["type"] == "emoji"]
        assert [f"{each['name']} {each.get('skin_tone', '')}".rstrip() for each in found] == emoji
    (styled,) = render.message(Card((Line((Strong(":tada:"),)),)), BASE)["blocks"][0]["elements"][0]["elements"]
    assert styled["type"] == "text"  # what people are called is left as it is


@settings(max_examples=50)
@given(
    reason=st.one_of(texts, st.just("x" * 3000), st.just("&" * 3000)).map(lambda text: text[:3000]),
    fault=texts,
    people=st.integers(0, 50),
    left_out=st.lists(names, max_size=60),
)
def test_no_draft_makes_a_form_that_slack_refuses(reason: str, fault: str, people: int, left_out: list[str]) -> None:
    if len(reason.encode("utf-16-le", "replace")) > 6000:
        reason = reason[:1500]  # see `test_lookups` for what no form can hold
    draft = Draft(
        recipients=tuple(f"U{number:04}" for number in range(people)),
        entries=tuple(entry.id for entry in LANTERN.taggable[:3]),
        reason=reason,
    )
    faults = [(name, fault) for name in ("recipients", "entries", "reason", "place")]
    form = forms.give(draft, LANTERN, faults=faults, place=HARBOUR.id, open_place=True, left_out=left_out)
    view = modals.modal(form, {"reply": "https://hooks.slack.com/commands/T/1/" + "x" * 100}, BASE)
    assert problems(view, "modal") == []
    for shown in (forms.edit(replace(KUDOS, reason=reason)), forms.sentence(replace(REACTION, recipients=(ANN, BOB)))):
        assert problems(modals.modal(shown, {"reply": "https://x"}, BASE), "modal") == []


@settings(max_examples=50)
@given(card=cards(Message(place="C0001", id="1772443800.000100")))
def test_whatever_a_card_holds_slack_takes_it_and_only_mentions_call(card: Card) -> None:
    shown = render.ephemeral(card, BASE)
    assert problems(shown, "response") == []
    assert problems(render.message(card, BASE, charts=True), "message") == []
    assert pings(shown) <= {each for each in PEOPLE if f"Mention(person='{each}'" in repr(card)}
    assert markup(shown) == markup(render.ephemeral(worded(card, "x"), BASE))


@given(text=texts)
def test_small_print_that_slack_parses_has_no_marks_but_ours(text: str) -> None:
    """Beside a link it can't be plain text."""
    link = MessageLink(label=text, message=THEIRS)
    note = Card((Note((text, Strong(text), Quoted(text, strong=True), " ", Code(text), Typed(text), link)),))
    shown, harmless = (render.ephemeral(each, BASE)["blocks"] for each in (note, worded(note, "x")))
    assert markup(shown) == markup(harmless)


@given(text=texts)
def test_the_text_of_a_message_calls_nobody_and_reads_as_it_was_written(text: str) -> None:
    """Slack parses `text`: nothing in it is a mention, and what Slack shows is what was written."""
    message = render.message(Card((Line((text,)),)), BASE)
    assert not pings({"text": message["text"]})
    assert "<" not in message["text"]
    assert message["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(text=texts, most=st.integers(20, 4000))
def test_a_text_is_cut_where_slack_would_refuse_it_and_never_inside_an_escape(text: str, most: int) -> None:
    cut = render.message(Card((Line((text,)),)), BASE, text_most=most)["text"]
    assert len(cut.encode("utf-16-le", "replace")) <= 2 * most
    whole = cut.removesuffix("…")
    assert not whole.count("&") > whole.count(";")


@pytest.mark.parametrize(("title", "length"), [*product("x👩", (1, 75, 76, 150, 151, 400))])
def test_titles_at_the_limits_and_past_them(title: str, length: int) -> None:
    text = title * length
    card = Card(
        (
            Heading(text),
            Line((Strong(text),)),
            Note((text,)),
            Actions(
                buttons=(Button(label=text, action="second", describes=text),),
                more=(Button(label=text, action="edit"),),
            ),
        )
    )
    shown = render.message(card, BASE)
    assert problems(shown, "message") == []
    assert text in shown["text"]


@pytest.mark.parametrize("length", [1, 25, 26, 300, 301])
def test_a_button_that_asks_back_does_so_before_it_counts(length: int) -> None:
    sure = Button(label="F" * length, action="withdraw", value="7", confirm="?" * length)
    shown = render.message(Card((Line(("Forget it",)), Actions(buttons=(sure,)))), BASE)
    assert problems(shown, "message") == []
    (button,) = shown["blocks"][1]["elements"]
    asked, yes = (button["confirm"][name]["text"] for name in ("text", "confirm"))
    assert (asked[0], yes[:6], len(asked)) == ("?", "Yes: F", min(length, 300))


LEFT_OUT = "There is more than fits into one message of Slack: the rest is left out."


def test_words_that_were_stopped_are_quoted_in_a_form_that_slack_takes() -> None:
    """However Slack counts an emoji."""
    reason = f"{'👍' * 1450} ring 07700 900123"
    for form in (
        forms.give(Draft(reason=reason), LANTERN, place="C0001", open_place=False, stopped=stopped_in(reason)),
        forms.edit(replace(KUDOS, reason="x" * 10), stopped_in(reason)),
    ):
        assert problems(modals.modal(form, {}, BASE), "modal") == []


def test_what_a_message_does_not_hold_is_left_out_and_that_is_said() -> None:
    """What somebody writes to Kudos is answered with a message, which holds less than the answer to a command."""
    long = replace(KUDOS, reason="a word and another, " * 75, tags=(*KUDOS.tags, replace(KUDOS.tags[0], entry="x")))
    waiting = moderation_cards.Reported(recognition=long, reports=1, first_at=WHEN)
    removed = moderation_cards.Removed(recognition=long, reason="a word, " * 60, at=WHEN, restorable=True)
    for card in (
        kudos_cards.mine((long,) * 10, (long,) * 10, LANTERN, totals=(10, 10), links={}, zone=UTC),
        moderation_cards.reports((waiting,) * 4, (removed,) * 4, LANTERN, UTC),
        Card((*(Line((text,)) for text in ("x" * 1500,) * 7), Actions(buttons=(Button(label="Go", action="undo"),)))),
        Card(tuple(each for n in range(30) for each in (Heading(f"{n}"), Divider()))),
    ):
        shown = render.message(card, BASE)
        assert problems(shown, "message") == []
        assert shown["text"] == html.escape(plain(card), quote=False)
        kinds = [block["type"] for block in shown["blocks"]]
        assert ("actions" in kinds[-1:]) == isinstance(card.elements[-1], Actions)
        assert LEFT_OUT in str(shown["blocks"][-2:])
        assert LEFT_OUT not in str(render.ephemeral(card, BASE))


def test_nothing_is_left_out_of_a_message_that_holds_it_all() -> None:
    card = Card(tuple(Line((text,)) for text in ("x" * 1500,) * 6))
    assert LEFT_OUT not in str(render.message(card, BASE))


@pytest.mark.parametrize("one", ["👩\u200d🚀", "🇬🇧", "e\u0301"])
def test_no_emoji_is_taken_apart_where_a_title_is_cut(one: str) -> None:
    for before in ("", "x", "xx", "xxx"):
        (block,) = render.message(Card((Heading(before + one * 150),)), BASE)["blocks"]
        assert not block["text"]["text"].removesuffix("…").replace(one, "").replace("x", "")


def _read_while_written(form: Form) -> bool:
    return any(isinstance(field, TextField) and field.said is not None for field in form.fields)


@pytest.mark.parametrize("name", [name for name, made in FORMS.items() if _read_while_written(made())])
def test_an_open_form_says_something_else_below_the_words_and_is_the_same_in_all_else(name: str) -> None:
    """Slack tells of it with names for emoji and with & < > escaped; and takes what we make of that."""
    sent = modals.modal(FORMS[name](), {"reply": "https://hooks.slack.com/x"}, BASE)
    told = {**echoed(sent), "id": "V1", "hash": "1.a", "state": {"values": {}}}
    told["blocks"] = [{"block_id": f"b{at}", **block} for at, block in enumerate(told["blocks"])]
    said = modals.said((Note(("That sounds like:",)), Line((Strong("R&D <x>"),))), BASE)
    again = writing.saying(told, said)
    assert problems(again, "modal") == []
    assert writing.says(again) == [block["block_id"] for block in said]
    assert writing.saying({**told, "blocks": again["blocks"]}, said)["blocks"] == again["blocks"]
    without = writing.saying({**told, "blocks": again["blocks"]}, [])
    assert writing.says(without) == []
    assert echoed(without)["blocks"] == told["blocks"]
    assert set(again) == {"type", "callback_id", "title", "submit", "close", "private_metadata", "blocks"}


def test_only_what_is_said_anew_has_other_ids() -> None:
    one, other = (modals.said((Note((text,)),), BASE)[0]["block_id"] for text in ("one", "other"))
    assert one != other
    assert modals.said((Note(("one",)),), BASE)[0]["block_id"] == one


@pytest.mark.parametrize("length", [1, 60, 75])
def test_an_option_shows_its_title_or_else_its_short_name(any_framework: Framework, length: int) -> None:
    for entry in any_framework.taggable:
        long = replace(entry, title=replace(entry.title, text="t" * (length + 20)), short="s" * min(length, 60))
        view = modals.modal(
            forms.give(Draft(), replace(any_framework, entries=(long,)), place="C0001", open_place=False), {}, BASE
        )
        assert problems(view, "modal") == []


def test_every_entry_of_both_frameworks_can_be_answered(any_framework: Framework) -> None:
    """As an answer to a command, and in the message that a button brings."""
    for entry in any_framework.entries:
        shown = render.ephemeral(answers.entry_card(entry, any_framework), BASE)
        assert problems(shown, "response") == [], entry.id
        assert not pings(shown)
        for line in chain.from_iterable(group.lines for group in entry.groups):
            assert line.text in str(shown["blocks"]) or repr(line.text)[1:-1] in str(shown["blocks"]), entry.id
    assert problems(render.ephemeral(answers.all_values(any_framework), BASE), "response") == []


def test_an_error_that_belongs_to_no_field_stands_at_the_first() -> None:
    assert modals.errors([("", "a"), ("reason", "b"), ("place", "c")], ["recipients", "reason"]) == {
        "recipients": "a",
        "reason": "b",
    }


def test_a_text_field_holds_more_than_a_kudos_so_that_it_can_be_shortened_there() -> None:
    (field,) = forms.edit(KUDOS).fields
    assert isinstance(field, TextField)
    (block,) = modals.modal(forms.edit(KUDOS), {}, BASE)["blocks"]
    assert block["element"]["max_length"] > field.most
