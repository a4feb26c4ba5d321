"""Every card is one that Teams takes, whatever people wrote; and it calls nobody whom no giver named."""

import inspect
import unicodedata
from dataclasses import replace
from datetime import UTC
from typing import Any, get_type_hints
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams import render
from adapters.teams.texts import inert, runs
from bot import answers, giver_cards, kudos_cards
from bot.cards import (
    Actions,
    Bar,
    Bullets,
    Button,
    Card,
    Chart,
    Divider,
    Form,
    Heading,
    LetIn,
    Line,
    Mention,
    MessageLink,
    Note,
    PlaceName,
    Quote,
    Span,
    Strong,
    Typed,
    plain,
)
from bot.framework import Framework
from bot.model import Message, Recognition
from bot.requests import Action
from tests import npm
from tests.adapters.teams.conftest import Wrong
from tests.adapters.teams.examples import CALLED, TENANT, Anybody, as_text, content, golden, rendered
from tests.doubles.adaptive_lint import problems
from tests.examples import (
    ANN,
    BOB,
    CARDS,
    CEM,
    DIGESTS,
    FORMS,
    HARBOUR,
    HOMES,
    KUDOS,
    LANTERN,
    REACTION,
    THEIRS,
    VIEWS,
    person,
)
from tests.hostile import GATHERED, cards, short, texts, written_by_others

PAGES = {**CARDS, **DIGESTS, **HOMES}
AT = Message(place="19:abc@thread.tacv2", id="1772443800000")


def shown(*elements: Any, called: dict[str, str] | None = None, charts: bool = True) -> dict[str, Any]:
    """The content of a card of these elements."""
    card: dict[str, Any] = render.attachment(Card(elements), TENANT, called=called, charts=charts)["content"]
    return card


def nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for each in node for found in nodes(each)]
    if isinstance(node, dict):
        return [node, *(found for each in node.values() for found in nodes(each))]
    return []


def read(card: dict[str, Any]) -> str:
    """What stands in a card, letter for letter."""
    return "\n".join(
        "".join(run["text"] for run in node["inlines"]) if node["type"] == "RichTextBlock" else node["text"]
        for node in nodes(card["body"])
        if node.get("type") in ("RichTextBlock", "TextBlock")
    )


@pytest.mark.parametrize("name", [*rendered()])
def test_it_is_what_it_was(name: str) -> None:
    """See `examples` for how these files are written anew."""
    assert as_text(rendered()[name]) == golden(name).read_text("utf-8"), "python -m tests.adapters.teams.examples"


def test_there_is_an_example_of_every_view_and_no_other() -> None:
    views = {
        name
        for module in VIEWS
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and get_type_hints(function)["return"] in (Card, Form)
    }
    assert {name.partition("-")[0] for name in (*PAGES, *FORMS)} == views
    assert {path.name for path in golden("x").parent.iterdir()} == {golden(name).name for name in rendered()}


@pytest.mark.parametrize("name", [*rendered()])
def test_teams_takes_it(name: str, wrong: Wrong) -> None:
    assert wrong(content(rendered()[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_it_holds_every_word_of_the_card_and_who_can_not_see_it_hears_them(name: str) -> None:
    card = PAGES[name]()
    message = render.message(card, TENANT)
    words = read(content(message))
    assert not {line for line in plain(card, render.said).splitlines() if line not in plain_lines(words, card)}
    spoken = content(message)["fallbackText"]
    assert spoken in (
        "\n".join(inert(line) for line in plain(card, render.said).splitlines()),
        content(message)["speak"],
    )
    assert message["summary"].removesuffix("…") in " ".join(plain(card, render.said).split())
    assert len(message["summary"]) <= render.SUMMARY_MOST


def plain_lines(words: str, card: Card) -> set[str]:
    """The lines of a card as `plain` writes them."""
    charted = {f"{bar.label}: {bar.count:,}" for each in card.elements if isinstance(each, Chart) for bar in each.bars}
    joined = words.replace("\N{NO-BREAK SPACE}", " ")
    quoted = {f"“{each.text}”" for each in card.elements if isinstance(each, Quote)}
    whole = {line for each in quoted for line in each.splitlines()}
    titles = {each.text for each in card.elements if isinstance(each, Heading) and inert(each.text) in joined}
    return {*joined.splitlines(), *whole, *titles, *charted}


@pytest.mark.parametrize("name", PAGES)
def test_no_view_makes_anything_of_what_people_wrote_or_are_called(name: str, wrong: Wrong) -> None:
    """It calls and leads to what it would with harmless words, and clients make nothing of the rest."""
    made = PAGES[name]()
    for text in GATHERED:
        hostile_, harmless = (
            render.message(written_by_others(made, each), TENANT, called=Anybody()) for each in (text, "x")
        )
        assert problems(content(hostile_)) == []
        assert "\n" not in hostile_["summary"]
        assert called_and_linked(hostile_) <= called_and_linked(harmless)
    assert wrong(content(hostile_)) == []


def called_and_linked(message: dict[str, Any]) -> set[str]:
    card = content(message)
    calls = {entity["mentioned"]["id"] for entity in card["msteams"].get("entities", [])}
    return calls | {node["url"] for node in nodes(card) if "url" in node}


@settings(max_examples=60)
@given(card=cards(AT), called=st.booleans(), charts=st.booleans())
def test_whatever_a_card_holds_teams_takes_it_and_only_mentions_call(
    card: Card, called: bool, charts: bool, wrong: Wrong
) -> None:
    ids = {"U0001": "29:one", "U0002": "87d349ed-44d7-43e1-9a83-5f2406dee5bd"} if called else {}
    made = render.attachment(card, TENANT, called=ids, charts=charts)["content"]
    assert wrong(made) == []
    entities = made["msteams"].get("entities", [])
    named = {person for person in ids if f"Mention(person='{person}'" in repr(card)}
    assert {entity["mentioned"]["id"] for entity in entities} <= {ids[person] for person in named}


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
            st.lists(texts.map(lambda name: name[:80]), min_size=2, max_size=6),
            st.lists(st.just("Ann-Kathrin <at>&</at> of the *Very* Long Name " * 2), min_size=51, max_size=51),
        ),
        "reason": texts,
        "place": texts,
    }
).map(recognition)


@settings(max_examples=12)
@given(kudos=recognitions)
def test_no_name_and_no_reason_makes_markup_a_link_or_a_mention(kudos: Recognition, wrong: Wrong) -> None:
    named = {f"29:{each.id}" for each in kudos.recipients}
    reaction = replace(kudos, message=THEIRS, tags=kudos.tags[:1])
    views = {
        "given": kudos_cards.given(kudos, LANTERN),
        "thanks": kudos_cards.thanks(kudos, LANTERN, card=THEIRS, names_place=True),
        "reactions": kudos_cards.reactions([reaction] * 100, LANTERN, THEIRS),
        "confirmed": giver_cards.confirmed(kudos, LANTERN),
        "taken back": giver_cards.taken_back(kudos),
        "stuck": giver_cards.stuck(kudos, person=kudos.recipients[0], reason="x"),
        "invite": giver_cards.invite(kudos),
        "mine": kudos_cards.mine((kudos,) * 12, (kudos,) * 12, LANTERN, totals=(12, 12), links={}, zone=UTC),
    }
    for view, card in views.items():
        made = render.attachment(card, TENANT, called=Anybody())["content"]
        assert wrong(made) == [], view
        calls = {entity["mentioned"]["id"] for entity in made["msteams"].get("entities", [])}
        assert calls <= (named if view == "given" else set()), view
        links = [node["url"] for node in nodes(made) if "url" in node]
        assert all(link.startswith(render.LINKS) for link in links), view


@given(kudos=recognitions)
def test_the_words_stand_in_the_card_letter_for_letter(kudos: Recognition) -> None:
    made = render.attachment(kudos_cards.given(kudos, LANTERN), TENANT, called=Anybody())["content"]
    (quote,) = [node for node in made["body"] if node["type"] == "Container"]
    assert "".join(run["text"] for run in quote["items"][0]["inlines"]) == kudos.reason


@given(text=texts)
def test_runs_hold_a_text_letter_for_letter_and_no_function(text: str) -> None:
    made = runs(text, weight="Bolder")
    assert "".join(run["text"] for run in made) == text
    assert not any("{{" in run["text"] or "<at" in run["text"].casefold() for run in made)


@settings(max_examples=300)
@given(text=texts)
def test_inert_text_reads_the_same_and_is_never_markup(text: str, library: npm.Script) -> None:
    made = inert(text)
    assert library({"card": {"type": "AdaptiveCard", "version": "1.5"}, "texts": [made]}) == []
    assert inert(made) == made
    seen = made.replace("\N{WORD JOINER}", "")
    visible = "".join(c for c in text if c.isspace() or (unicodedata.category(c) != "Cc" and c != "\N{WORD JOINER}"))
    assert len(seen) == len(" ".join(visible.split()))
    assert [c for c in seen if c.isalnum() and c.isascii()] == [c for c in text if c.isalnum() and c.isascii()]


def test_somebody_is_called_once_and_named_after_that() -> None:
    cem = Mention(person=CEM.id, name="Cem")
    made = shown(Line(("For ", cem)), Note((cem, " and ", cem)), called=CALLED)
    assert [node["text"] for node in made["body"] if node["type"] == "TextBlock"] == ["For <at>Cem</at>"]
    assert made["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Cem</at>", "mentioned": {"id": "29:U0003", "name": "Cem"}}
    ]
    assert read(made) == "For <at>Cem</at>\nCem and Cem"


def test_two_people_of_one_name_are_told_apart() -> None:
    line = Line(tuple(Mention(person=each.id, name="Jo Ng") for each in (BOB, CEM)))
    first, second = shown(line, called=CALLED)["msteams"]["entities"]
    assert first["text"] != second["text"]
    assert first["text"] == second["text"].replace("\N{WORD JOINER}", "")


def test_who_has_no_id_in_teams_is_named_and_not_called() -> None:
    made = shown(Line((Mention(person="U0404", name="Gone"), " and ", Mention(person=BOB.id, name=" "))), called=CALLED)
    assert "entities" not in made["msteams"]
    assert [run["text"] for run in made["body"][0]["inlines"]] == ["Gone", " and ", " "]


@given(name=short)
def test_no_name_breaks_a_mention(name: str) -> None:
    made = shown(Line((Strong(name), " thanked ", Mention(person=BOB.id, name=name), " for it")), called=CALLED)
    assert problems(made) == []
    assert len(made["msteams"].get("entities", [])) == bool(inert(name))


def test_links_of_a_line_that_calls_somebody_stand_below_it() -> None:
    line = Line((Mention(person=BOB.id, name="Bob"), ": ", MessageLink(label="see it", message=AT)))
    block, links = shown(line, called=CALLED)["body"]
    assert block["text"] == "<at>Bob</at>: see it"
    (run,) = links["inlines"]
    assert (run["text"], run["selectAction"]["url"]) == ("see it", render.permalink(AT, TENANT))


def test_a_link_leads_to_the_message_in_a_channel_or_a_chat() -> None:
    chat = Message(place="19:abc@thread.v2", id="1")
    channel, other = (urlsplit(render.permalink(where, TENANT)) for where in (AT, chat))
    assert channel.path == "/l/message/19%3Aabc%40thread.tacv2/1772443800000"
    assert parse_qs(channel.query) == {"tenantId": [TENANT]}
    assert parse_qs(other.query) == {"tenantId": [TENANT], "context": ['{"contextType":"chat"}']}


def test_a_button_asks_for_its_form_or_is_a_universal_action() -> None:
    buttons = tuple(Button(label=each.value, action=each.value, value="7") for each in Action)
    acts = {act["title"]: act for row in shown(Actions(buttons=buttons))["body"] for act in row["actions"]}
    for action in Action:
        act = acts[action.value]
        data = {"action": action.value, "value": "7"}
        if action in (Action.GIVE, Action.EDIT, Action.SENTENCE, Action.DIGEST, Action.REMOVE):
            assert act["type"] == "Action.Submit"
            assert act["data"] == {"msteams": {"type": "task/fetch"}, **data}
        else:
            assert (act["type"], act["verb"], act["data"]) == ("Action.Execute", action.value, data)
            assert act["fallback"] == {"type": "Action.Submit", "title": action.value, "data": data}


def test_a_button_that_asks_back_shows_its_question_first() -> None:
    sure = Button(label="Undo", action=Action.UNDO.value, value="7", describes="Undo it", confirm="Really *undo*?")
    ((act,),) = (row["actions"] for row in shown(Actions(buttons=(sure,)))["body"])
    assert (act["type"], act["title"], act["tooltip"]) == ("Action.ShowCard", "Undo", "Undo it")
    assert act["card"]["body"][0]["text"] == "Really ∗undo∗?"
    assert [(each["title"], each["verb"]) for each in act["card"]["actions"]] == [("Yes: Undo", "undo")]


def test_no_button_is_lost_however_many_there_are() -> None:
    buttons = tuple(Button(label=str(number), action=Action.PICK.value, value=str(number)) for number in range(13))
    rows = [row["actions"] for row in shown(Actions(buttons=buttons, more=buttons[:2]))["body"]]
    assert [len(row) for row in rows] == [5, 5, 5]
    assert [act.get("mode") for act in rows[2]] == [*[None] * 3, "secondary", "secondary"]
    for first, second in ((5, 1), (2, 4)):
        full = shown(Actions(buttons=buttons[:first], more=buttons[:second]))["body"]
        assert [len(row["actions"]) for row in full] == [first, second]


def test_the_button_that_matters_stands_out() -> None:
    plain_, primary = (Button(label="x", action=Action.GIVE.value, primary=each) for each in (False, True))
    (row,) = shown(Actions(buttons=(plain_, primary)))["body"]
    assert [act.get("style") for act in row["actions"]] == [None, "positive"]


def test_a_chart_is_drawn_with_its_figures_below_and_in_words_elsewhere() -> None:
    chart = Chart(
        title="What for", bars=(Bar(label="I *lead*", short="lead", count=1200), Bar(label="b", short="b", count=3))
    )
    title, drawn, figures = shown(chart)["body"]
    assert read({"body": [title, figures]}) == "What for\nI *lead*: 1,200 · b: 3"
    assert drawn["data"] == [{"x": "I ∗lead∗", "y": 1200}, {"x": "b", "y": 3}]
    assert "■ 3 b" in read({"body": [drawn["fallback"]]})
    in_words = shown(chart, charts=False)["body"]
    assert read({"body": in_words}) == read({"body": [title, drawn["fallback"]]})
    assert read({"body": shown(Chart(title="Nothing", bars=()))["body"]}) == "Nothing"


def test_a_divider_is_a_line_above_what_follows_it() -> None:
    made = shown(Divider(), Line(("a",)), Divider(), Quote(""), Line(("b",)), Divider())["body"]
    assert [node.get("separator", False) for node in made] == [False, True]


def test_small_print_ends_what_it_belongs_to() -> None:
    made = shown(Line(("a",)), Note(("b",)), Line(("c",)))["body"]
    assert [node["spacing"] for node in made] == ["Small", "Small", "Medium"]
    assert made[1]["inlines"][0] == {"type": "TextRun", "text": "b", "size": "Small", "isSubtle": True}


@pytest.mark.parametrize(("words", "said"), [("kudos mine", "@Kudos mine"), ("kudos @a", "@Kudos kudos @a")])
def test_where_others_are_kudos_is_called(words: str, said: str) -> None:
    """It hears nothing else there; and everything alone."""
    card = Card((Line((Mention(person="B", name="Bob"), " types ", Typed(words))), Note((Typed(words),))))
    made = render.message(card, TENANT, shared=True, called={"B": "29:b"})
    assert read(content(made)) == f"<at>Bob</at> types {said}\n{said}"
    assert content(made)["fallbackText"] == f"Bob types {said}\n{said}"
    assert made["summary"] == f"Bob types {said} {said}"
    assert "@Kudos" not in str(render.message(card, TENANT))


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Typed("kudos mine"), "mine"),
        (Typed("values lamp"), "values lamp"),
        (Typed("kudos @colleague"), "kudos @colleague"),
        (PlaceName(place="x", name="harbour"), "harbour"),
        (PlaceName(place="x", name=""), "the channel"),
        (PlaceName(place="19:x@thread.v2", name=""), "the group chat"),
        (MessageLink(label=PlaceName(place="x", name="harbour"), message=Message(place="x", id="1")), "harbour"),
        (LetIn(), "add the app Kudos to that team or chat"),
        ("plain", "plain"),
    ],
)
def test_it_is_said_as_one_says_it_in_teams(span: Span, said: str) -> None:
    assert read(shown(Line((span,)))) == said
    assert render.summary(Card((Line((span,)),))) == said


def test_a_card_is_shown_anew_to_whom_it_looks_otherwise() -> None:
    made = content(rendered()["given-refreshed"])["refresh"]
    assert made["userIds"] == ["29:U0001"]
    assert (made["action"]["verb"], made["action"]["data"]) == ("refresh", {"value": KUDOS.id})


@pytest.mark.parametrize("words", [300, 3000, 30_000])
@pytest.mark.parametrize("acts", [True, False])
def test_what_does_not_fit_says_less_and_says_so(words: int, acts: bool, wrong: Wrong) -> None:
    """First what is said twice, then the end of the card; never its buttons, and nothing in silence."""
    people = tuple((f"Person Number {number} with a name",) for number in range(words // 10))
    buttons = (Actions(buttons=(Button(label="Give", action=Action.GIVE.value),)),) if acts else ()
    card = Card(
        (Heading("All"), Chart(title="c", bars=(Bar(label="a", short="a", count=1),)), Bullets(people), *buttons)
    )
    made = render.attachment(card, TENANT)["content"]
    assert wrong(made) == []
    whole = all(name in read(made) for (name,) in people)
    assert whole != ("the rest is left out" in read(made))
    assert bool([node for node in made["body"] if node["type"] == "ActionSet"]) == acts
    assert whole == (words < 3000)


def test_a_card_whose_first_line_does_not_fit_still_fits() -> None:
    for size in (30_000, 26_000, 25_000):
        made = shown(Line(("x" * size,)), Actions(buttons=(Button(label="y", action="give", value="z" * size),)))
        assert render.size(made) <= render.CARD_MOST
        assert "the rest is left out" in read(made)


def test_every_entry_of_both_frameworks_can_be_answered(any_framework: Framework, wrong: Wrong) -> None:
    for entry in any_framework.entries:
        made = render.attachment(answers.entry_card(entry, any_framework), TENANT)["content"]
        assert wrong(made) == [], entry.id
        for group in entry.groups:
            assert all(line.text in read(made) for line in group.lines), entry.id
    assert wrong(render.attachment(answers.all_values(any_framework), TENANT)["content"]) == []


def test_only_whom_the_giver_named_is_called() -> None:
    for name, card in PAGES.items():
        made = render.attachment(card(), TENANT, called=Anybody())["content"]
        calls = {entity["mentioned"]["id"] for entity in made["msteams"].get("entities", [])}
        assert calls <= {f"29:{each.id}" for each in KUDOS.recipients} or name == "weekly-mentioning"
    assert ANN.id not in str(REACTION.recipients)


@pytest.mark.parametrize("one", ["👩\u200d🚀", "🇬🇧", "e\u0301"])
def test_a_notification_takes_no_emoji_apart(one: str) -> None:
    for before in ("", "x", "xx", "xxx"):
        said = render.summary(Card((Line((before + one * 200,)),)))
        assert not said.removesuffix("…").replace(one, "").replace("x", "")
