"""Questions are answered with the framework's own words, or not at all."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import commands, matching
from bot.answers import (
    MENU_MOST,
    Answer,
    Index,
    all_values,
    answer,
    entries_card,
    entry_card,
    group_card,
    none_of_these,
    shown,
)
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Code,
    Emoji,
    Heading,
    Line,
    Note,
    Quoted,
    Strong,
    Typed,
    plain,
    spans_text,
)
from bot.english import TEXT_MOST, plural
from bot.framework import Entry, Framework, Kind, Quotation, Source, parse

HERE = Path(__file__).parent
POLICE = parse((HERE.parent / "framework.yaml").read_text(), "framework.yaml")
LANTERN = parse((HERE / "frameworks" / "lantern.yaml").read_text(), "lantern.yaml")
INDEXES = {framework.short: Index(framework) for framework in (POLICE, LANTERN)}
BOTH = pytest.mark.parametrize("framework", [POLICE, LANTERN], ids=lambda framework: framework.short)


def ask(question: str, framework: Framework = POLICE) -> Answer:
    return answer(INDEXES[framework.short], question)


def ids(found: Answer) -> list[str]:
    return [entry.id for entry in found.entries]


def development_questions() -> list[dict[str, str]]:
    with (HERE / "eval" / "questions.dev.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_names_and_misspelt_names_are_right_and_what_is_out_of_scope_is_never_answered() -> None:
    asked, right, wrong = Counter[str](), Counter[str](), Counter[str]()
    for row in development_questions():
        found, expected = ask(row["question"]), row["expected"].split()
        hit = ids(found)[:1] == [] if expected == ["NONE"] else bool({*ids(found)[:1]} & {*expected})
        asked[row["category"]] += 1
        right[row["category"]] += hit
        wrong[row["category"]] += found.outcome == "answer" and not hit
    for category, number in asked.items():
        print(f"{category:5} {right[category]:3} of {number:3} right first, {wrong[category]} wrong")  # noqa: T201
    for category in ("name", "typo"):
        assert right[category] >= 0.98 * asked[category]
    assert not wrong.total()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # tags, short names, other names, emoji
        ("#listen", "value.listen-learn"),
        ("listen", "value.listen-learn"),
        ("what does #Listen mean?", "value.listen-learn"),
        ("#listenandlearn", "value.listen-learn"),
        ("👂", "value.listen-learn"),
        ("👂 I listen and learn #listen", "value.listen-learn"),
        ("⚖️ what is this?", "value.courageous-fair"),
        ("⚖", "value.courageous-fair"),
        (":shield:", "value.prevent-crime"),
        (":ear::skin-tone-3: meaning", "value.listen-learn"),
        ("I lead by example", "promise.lead-by-example"),
        ("do the right thing", "promise.do-right-thing"),
        ("crime prevention", "value.prevent-crime"),
        ("hard work", "promise.recognise-challenge"),
        ("selfaware", "promise.self-aware"),
        ("well being", "promise.wellbeing"),
        ("tell me more about well being", "promise.wellbeing"),
        ("what about being selfaware", "promise.self-aware"),
        ("contact details", "fact.contact"),
        ("call 101", "fact.contact"),
        # ordinals
        ("promise 4", "promise.recognise-challenge"),
        ("the fourth promise", "promise.recognise-challenge"),
        ("4th leadership promise", "promise.recognise-challenge"),
        ("Promise4", "promise.recognise-challenge"),
        ("promis no. 4 please", "promise.recognise-challenge"),
        ("4 promise", "promise.recognise-challenge"),
        ("promise #4", "promise.recognise-challenge"),
        ("number four of the leadership promises", "promise.recognise-challenge"),
        ("promise five", "promise.wellbeing"),
        ("value two", "value.friendship-service"),
        ("whats the 5th element about", "element.innovate"),
        ("remind me what promise 8 is", "promise.enable"),
        ("the last value", "value.proud"),
        ("what is the final promise?", "promise.feedback"),
        ("the fith value", "value.proud"),
        ("teh forth promise", "promise.recognise-challenge"),
        # kinds
        ("values", "section.values"),
        ("valeus", "section.values"),
        ("how many values are there?", "section.values"),
        ("what are the promises", "section.promise"),
        ("the ten leadership promises", "section.promise"),
        ("strategy elements", "section.strategy"),
        # frames and typography
        ("what does 'I listen and learn' mean?", "value.listen-learn"),
        ("What does “I’m proud of what I do” mean", "value.proud"),
        ("could you tell me what listen and learn means please", "value.listen-learn"),
        ("show me the fairness value", "value.courageous-fair"),
        ("who's dave thompson?", "fact.chief"),
        ("friendship + service", "value.friendship-service"),
        ("fair and courageous", "value.courageous-fair"),
        ("SELF-AWARE", "promise.self-aware"),
        ("what WMP expects from us", "section.values"),
        ("the promise on work and creative", "promise.creative-together"),
        ("what WMP expects from you", "section.values"),
        ("seek & value different perspectives", "promise.perspectives"),
        ("be the best they can be", "promise.enable"),
        # greetings, fillers and short forms
        ("hi kudos, what does fair mean?", "value.courageous-fair"),
        ("um what does um courageous and fair mean please thank you bye", "value.courageous-fair"),
        ("alright mate, wots promise 4", "promise.recognise-challenge"),
        ("hw many values r there", "section.values"),
        # what cannot be seen
        ("lis\u00adten and le\u00adarn", "value.listen-learn"),
        ("\u200cp\u200cr\u200co\u200cu\u200cd", "value.proud"),
        # spelling
        ("listne adn laern", "value.listen-learn"),
        ("coragus and fair", "value.courageous-fair"),
        ("wot does corageous mean", "value.courageous-fair"),
        ("proud of what i doo", "value.proud"),
        ("prowd", "value.proud"),
        ("leed by exampel", "promise.lead-by-example"),
        ("servcie objectives 2020-21", "section.objectives"),
        ("stratergy", "section.strategy"),
        ("act with precison meening", "element.precision"),
    ],
)
def test_what_is_named_is_answered(question: str, expected: str) -> None:
    found = ask(question)
    assert (found.outcome, ids(found)) == ("answer", [expected])
    assert found.question == question
    assert 0.5 <= found.confidence <= 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("the second light", "beacon.read-water"),
        ("vow 2", "pledge.share-oar"),
        ("what's crew pledge no 3?", "pledge.teach-tides"),
        ("lampe burnning", "beacon.keep-lamp"),
        ("harbour wardns", "berth.wardens"),
        ("77", "berth.ferry"),
        ("what are the beacons?", "chart.beacons"),
        ("vows", "chart.pledges"),
        ("🛎️", "beacon.answer-bell"),
    ],
)
def test_another_organisation_gets_the_same_answers(question: str, expected: str) -> None:
    found = ask(question, LANTERN)
    assert (found.outcome, ids(found)) == ("answer", [expected])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("promise 4 and 5", ["promise.recognise-challenge", "promise.wellbeing"]),
        ("values 1 to 3", ["value.prevent-crime", "value.friendship-service", "value.courageous-fair"]),
        ("values 2–4", ["value.friendship-service", "value.courageous-fair", "value.listen-learn"]),
        ("promises 1 - 10", [entry.id for entry in POLICE.of_kind("promise")]),
        ("what's the difference between a value and a promise", ["section.values", "section.promise"]),
        ("#listen #proud", ["value.listen-learn", "value.proud"]),
        ("values and promises", ["section.values", "section.promise"]),
        ("listen and proud", ["value.listen-learn", "value.proud"]),
        ("fair or proud?", ["value.courageous-fair", "value.proud"]),
        ("courage, pride and friendship", ["value.courageous-fair", "value.proud", "value.friendship-service"]),
        ("compare I prevent crime and I listen and learn", ["value.prevent-crime", "value.listen-learn"]),
        ("what is the difference between proud and fair", ["value.proud", "value.courageous-fair"]),
    ],
)
def test_several_can_be_asked_for_at_once(question: str, expected: list[str]) -> None:
    found = ask(question)
    assert (found.outcome, ids(found)) == ("answer", expected)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("i listen and learn but my boss does not", ["value.listen-learn"]),
        ("did my boss break promise 4", ["promise.recognise-challenge", "section.promise"]),
        ("promise 11", ["section.promise"]),
        ("the eleventh promise", ["section.promise"]),
        ("promises 9 to 12", ["promise.creative-together", "promise.feedback", "section.promise"]),
        ("promises 10 to 999999999", ["promise.feedback", "section.promise"]),
        ("the last promise I made", ["promise.feedback", "section.promise"]),
        ("the filth promise", ["promise.wellbeing", "section.promise"]),
        ("value 2.5", ["section.values"]),
        ("service example", ["value.friendship-service", "promise.lead-by-example"]),
        ("am I fair and proud?", ["value.courageous-fair", "value.proud"]),
        ("is this fair?", ["value.courageous-fair"]),
        ("what can I do about my pride and joy", ["value.proud"]),
        ("do we have volunteers?", ["fact.team"]),
        ("when are decisions", ["promise.decisions"]),
        ("the listen and learn promise", ["value.listen-learn", "section.promise"]),
        ("best", ["promise.enable"]),
        ("police", ["section.objectives"]),
        ("👂 :: and a pay rise", ["value.listen-learn"]),
        ("coverage", ["value.courageous-fair"]),
        ("prife", ["value.proud"]),
        ("what do the values say about cake", ["section.values"]),
        ("what does WMP expect from me?", ["section.values", "section.offers"]),
        ("why coragus and fair", ["value.courageous-fair"]),
        ("#listen or fair", ["value.listen-learn", "value.courageous-fair"]),
        ("people who are proud of what I do rarely", ["value.proud"]),
    ],
)
def test_where_other_words_are_left_over_it_asks_back(question: str, expected: list[str]) -> None:
    named = matching.find(INDEXES[POLICE.short], question)
    assert (named.outcome, [entry.id for entry in named.entries]) == ("menu", expected)
    assert 0 < named.confidence < 0.7
    found = ask(question)
    assert found.outcome == "menu"
    assert ids(found)[0] == expected[0]
    assert 0 < found.confidence < 0.7


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        " \n\t ",
        "🎉🎉🎉",
        "#",
        ":tada:",
        "<!here>",
        "what is it about",
        "number 4",
        "what is the price of parking",
        "what is section 5?",
        "section 60",
        "will I be promoted",
        "\ud800",
        "٤" * 400,
        "a " * 25_000,
    ],
)
def test_what_is_not_known_is_not_answered(question: str) -> None:
    assert ask(question) == Answer(question=question, outcome="unknown")


def test_a_kind_without_an_overview_offers_some_of_its_entries() -> None:
    found = ask("facts")
    assert found.outcome == "menu"
    assert found.entries == POLICE.of_kind("fact")[:MENU_MOST]


def test_a_bare_framework_is_no_trouble() -> None:
    """No kind has a usable label, one name holds only small words, two entries share another."""
    kind = Kind(id="k", label="", plural="", section="", kudos=False)
    source = Source(id="s", title="S", dated="undated")
    about, ours, shared = (
        Entry(
            id=id_,
            kind=kind,
            title=Quotation(text=title, printed=title),
            title_is_ours=False,
            source=source,
            section="",
            aliases=("the same old song", "gazebo", "?"),
        )
        for id_, title in (("one", "About us"), ("two", "Marquee"), ("three", "Pavilion"))
    )
    entries = (about, ours, shared)
    framework = Framework(version="1", organisation="", short="", sources=(source,), kinds=(kind,), entries=entries)
    index = Index(framework)
    assert ids(answer(index, "about us")) == ["one"]
    assert answer(index, "gazebo") == Answer(question="gazebo", outcome="menu", entries=entries, confidence=0.6)
    assert answer(index, "that song, the same and old").outcome == "menu"
    assert answer(index, "saame olld soong").outcome == "menu"
    empty = Index(Framework(version="1", organisation="", short="", sources=(), kinds=(), entries=()))
    assert answer(empty, "values 🎉").outcome == "unknown"


@given(
    st.text()
    | st.lists(st.sampled_from(["promise", "4", "values", "the", "#listen", "👂", "proud", "and", "what", "i"])).map(
        " ".join
    )
)
def test_any_text_has_one_answer(text: str) -> None:
    for framework in (POLICE, LANTERN):
        found = ask(text, framework)
        assert found == ask(text, framework)
        assert found.question == text
        assert 0 <= found.confidence <= 1
        assert (found.outcome == "unknown") == (not found.entries)
        assert found.outcome != "menu" or len(found.entries) <= MENU_MOST
        assert plain(shown(found, framework))


@BOTH
def test_every_name_finds_its_entry(framework: Framework) -> None:
    for entry in framework.entries:
        for name in (entry.title.text, entry.title.printed, entry.short, entry.tag, *entry.aliases):
            if name:
                assert ids(ask(name, framework)) == [entry.id], name
                assert ids(ask(f"What does ‘{name.upper()}’ mean?", framework)) == [entry.id], name


@BOTH
def test_every_line_finds_an_entry_that_says_it(framework: Framework) -> None:
    """Whoever quotes is answered, and never with an entry that says something else, whatever name is in the line."""
    names = {name.casefold() for entry in framework.entries for name in (entry.title.text, *entry.aliases)}
    for entry in framework.entries:
        for line in (line.text for group in entry.groups for line in group.lines):
            for question in (line, f"What does ‘{line.upper()}’ mean?", f"where does “{line}” come from"):
                found = ask(question, framework)
                says = [line in (said.text for group in each.groups for said in group.lines) for each in found.entries]
                if line.casefold() not in names and len(line) < TEXT_MOST:
                    assert found.outcome in ("answer", "menu"), question
                    assert found.outcome == "menu" or all(says), question
                    assert says[0], question


@pytest.mark.parametrize(
    ("question", "outcome", "expected"),
    [
        ("where does it say “exceed expectations”?", "answer", "value.proud"),
        ("big data", "answer", "section.how-made"),
        ("who has caring responsibilities", "menu", "offer.rewards"),
        ("2.8 million", "menu", "section.introduction"),
    ],
)
def test_a_piece_of_a_line_finds_it(question: str, outcome: str, expected: str) -> None:
    found = ask(question)
    assert (found.outcome, ids(found)[:1]) == (outcome, [expected])


@given(st.data())
def test_a_slip_in_a_long_word_of_a_title_does_not_hide_the_entry(data: st.DataObject) -> None:
    framework = data.draw(st.sampled_from([POLICE, LANTERN]))
    entry = data.draw(st.sampled_from(framework.entries))
    parts = entry.title.text.split(" ")
    long = [place for place, word in enumerate(parts) if len(word) >= 5 and word.isalpha()]
    assume(long)
    place = data.draw(st.sampled_from(long))
    word = parts[place]
    at = data.draw(st.integers(1, len(word) - 2))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slips = [
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    parts[place] = data.draw(st.sampled_from(slips))
    found = ask(" ".join(parts), framework)
    assert entry in found.entries
    assert found.outcome == "menu" or ids(found) == [entry.id]


@pytest.mark.parametrize(
    "flood", ["listen and learn ", "i ", "👂", "#listen ", "promise 4 ", "zqx", "\u0301", "ﷺ", ":ear:", "lisen lern "]
)
def test_only_the_beginning_of_a_flood_is_read(flood: str) -> None:
    """What stands behind the first few hundred characters changes nothing, and costs nothing."""
    found, begun = ask(flood * 50_000), ask((flood * 50_000)[: TEXT_MOST + 1])
    assert (found.outcome, ids(found)) == (begun.outcome, ids(begun))


# What is shown.


def quotations(framework: Framework) -> set[str]:
    """Every string that may be shown as the framework's words."""
    quoted = {
        quotation
        for entry in framework.entries
        for group in entry.groups
        for quotation in (*group.lines, *([group.heading] if group.heading else []))
    } | {entry.title for entry in framework.entries}
    return {text for quotation in quoted for text in (quotation.text, quotation.printed)}


def presented(card: Card) -> list[str]:
    """Every string that a card presents as the framework's words in a list."""
    return [
        span.text
        for element in card.elements
        if isinstance(element, Bullets)
        for item in element.items
        for span in item
        if isinstance(span, Quoted)
    ]


@BOTH
def test_nothing_is_presented_as_the_frameworks_words_that_is_not(framework: Framework) -> None:
    cards = [entry_card(entry, framework) for entry in framework.entries]
    cards += [shown(ask(row["question"], framework), framework) for row in development_questions()]
    cards += [entries_card(framework.entries, framework), all_values(framework), shown(ask("?", framework), framework)]
    real = quotations(framework)
    for card in cards:
        assert real.issuperset(presented(card))
        for element in card.elements:
            if isinstance(element, Line) and any(isinstance(span, Strong) for span in element.spans):
                heading = spans_text(element.spans)
                kinds = {kind.plural.casefold() for kind in framework.kinds}
                assert heading in real or heading.startswith("Missing: ") or heading.casefold() in kinds


@BOTH
def test_an_entry_is_shown_whole_with_its_source(framework: Framework) -> None:
    for entry in framework.entries:
        card = entry_card(entry, framework)
        text = plain(card)
        heading = card.elements[0]
        assert isinstance(heading, Heading)
        assert heading.text.endswith(entry.title.text)
        for group in entry.groups:
            assert {line.text for line in group.lines} <= {*presented(card)}
            assert not group.heading or Line((Quoted(group.heading.text, strong=True),)) in card.elements
            assert group.dated in text
        for ours in (*entry.missing, *entry.notes):
            assert ours in text
        for listed in map(framework.entry, entry.lists):
            assert listed
            assert (listed.title.text in presented(card)) != listed.title_is_ours
            assert listed.title.text in text
        last = next(element for element in reversed(card.elements) if isinstance(element, Note))
        for part in (entry.source.title, entry.section, entry.source.dated):
            assert part in spans_text(last.spans)
        assert (f"/kudos @colleague #{entry.tag} for …" in text) == bool(entry.tag)
        assert ("Our reading, not" in text) == bool(entry.readings)
        assert ("The heading is ours." in text) == entry.title_is_ours


def test_a_slip_of_the_print_and_what_is_lost_are_said() -> None:
    text = plain(entry_card(ask("nurture").entries[0], POLICE))
    assert "Printed as “Nuture and Support”." in text
    assert "Missing: Only the element's name is in the text we were given" in text
    assert "“look after themselves and others” in “Creating a shared story”" in text
    assert "Small printing mistakes are put right here." in plain(shown(ask("prevent"), POLICE))


def test_a_promise_says_that_there_is_no_more() -> None:
    text = plain(shown(ask("promise 4"), POLICE))
    assert "The document says this and no more about it." in text
    assert "(leadership promise 4 of 10)" in text
    assert "goes with “I am proud of what I do” and “I am courageous and fair”." in text


def test_a_value_fits_on_a_phone() -> None:
    for entry in POLICE.of_kind("value"):
        assert len(plain(entry_card(entry, POLICE))) < 1200


def test_a_menu_offers_buttons_and_the_same_as_text() -> None:
    found = ask("work")
    card = shown(found, POLICE, question="key")
    assert card.elements[0] == Heading("Did you mean one of these?")
    actions = card.elements[-1]
    assert isinstance(actions, Actions)
    assert [(b.action, b.value) for b in actions.buttons] == [("pick", f"key/{id_}") for id_ in [*ids(found), ""]]
    assert actions.buttons[-1].label == "None of these"
    assert len(found.entries) <= 3
    assert all(len(button.label) <= 75 for button in actions.buttons)
    assert presented(card) == [entry.title.text for entry in found.entries if not entry.title_is_ours]
    one = Answer(question="is this fair?", outcome="menu", entries=POLICE.taggable[:1], confidence=0.6)
    assert shown(one, POLICE).elements[0] == Heading("Did you mean this?")


def test_a_title_that_is_too_long_for_a_button_is_shortened_there() -> None:
    long = next(entry for entry in POLICE.taggable if len(entry.title.text) > 40)
    card = shown(Answer(question="?", outcome="menu", entries=(long,), confidence=0.5), POLICE)
    (choice, none) = buttons(card)
    assert long.short in choice.label
    assert choice.describes == long.title.text
    assert none.label == "Not this one"


def buttons(card: Card) -> list[Button]:
    return [button for element in card.elements if isinstance(element, Actions) for button in element.buttons]


@BOTH
def test_from_one_answer_one_steps_through_its_kind_and_back(framework: Framework) -> None:
    """Each entry of a kind once, in the file's order; each group of lines; nothing more behind the last."""
    for kind in (kind for kind in framework.kinds if kind.kudos):
        alike = framework.of_kind(kind.id)
        for before, entry, after in zip([None, *alike], alike, [*alike[1:], None], strict=False):
            offered = {each.label.partition(":")[0]: each.value for each in buttons(entry_card(entry, framework))}
            assert offered.pop("Back", None) == (before and before.id)
            assert offered.pop("Next", None) == (after and after.id)
            assert offered.pop("Who has shown it lately?") == entry.id
            assert commands.unpacked(offered.pop("Give kudos for this")) == ("", (f"#{entry.tag}",))
            assert offered.pop("All values") == ""
            assert [*offered.values()] == [f"{entry.id}/{group.name}" for group in entry.groups[1:]]
            for group in entry.groups[1:]:
                card = group_card(entry, group, framework)
                assert presented(card) == [line.text for line in group.lines]
                assert entry.source.title in plain(card)
                steps = [(each.label.partition(":")[0], each.value) for each in buttons(card)][3:]
                assert steps == [("Back", entry.id), *([("Next", after.id)] if after else [])]


@BOTH
def test_kudos_are_offered_only_for_what_can_be_tagged_and_where_one_entry_is_answered(framework: Framework) -> None:
    for entry in framework.entries:
        labels = [each.label for each in buttons(entries_card([entry], framework))]
        assert ("Give kudos for this" in labels) == (entry in framework.taggable)
        assert entry in framework.taggable or labels == ["All values"]
    assert buttons(entries_card(framework.taggable[:2], framework)) == []


def test_an_only_one_of_its_kind_leads_nowhere_else() -> None:
    only = next(entry for entry in POLICE.taggable if not entry.groups)
    alone = replace(POLICE, entries=(only,))
    assert [each.action for each in buttons(entry_card(only, alone))] == ["give", "lately", "values"]


@BOTH
def test_where_nothing_on_offer_was_meant_it_says_what_to_do(framework: Framework) -> None:
    text = plain(none_of_these(framework))
    assert "in other words" in text
    assert f"/values {framework.taggable[0].tag}" in text
    assert text.endswith(": /values")


@BOTH
def test_not_knowing_shows_what_it_can_answer(framework: Framework) -> None:
    card = shown(ask("?", framework), framework)
    examples = [
        span.words.removeprefix("values").strip()
        for element in card.elements
        if isinstance(element, Line)
        for span in element.spans
        if isinstance(span, Typed)
    ]
    *examples, everything = examples
    assert everything == ""
    assert [ask(example, framework).entries[0].kind for example in examples] == [*framework.kinds]
    assert all(ask(example, framework).outcome == "answer" for example in examples)
    assert all(kind.plural in plain(card) for kind in framework.kinds)


@BOTH
def test_all_values_are_listed_in_the_files_order(framework: Framework) -> None:
    card = all_values(framework)
    items = [item for element in card.elements if isinstance(element, Bullets) for item in element.items]
    assert items == [
        (Emoji(unicode=e.emoji, name=e.emoji_name), " ", Quoted(e.title.text), " ", Code(f"#{e.tag}"))
        for kind in framework.kinds
        for e in framework.taggable
        if e.kind == kind
    ]
    assert any(isinstance(element, Note) for element in card.elements)


@pytest.mark.parametrize(
    ("one", "many"), [("value", "values"), ("duty", "duties"), ("way", "ways"), ("wish", "wishes")]
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many
