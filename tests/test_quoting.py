"""Nothing invented: every line of the framework that is shown anywhere reads as the framework has it, and is marked so.

`Quoted` marks it. The checker is tried out first, on cards that are wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.app import read_words
from bot import answers, care_cards, forms, home, lately, notices, vocabulary
from bot.answers import answer, shown
from bot.cards import Bullets, Card, Form, Heading, Line, Note, Quoted, Strong
from bot.care import Notice
from bot.framework import Entry, Framework, Quotation, parse
from bot.kudos_cards import excerpt
from bot.understanding import Index
from bot.vocabulary import Vocabulary
from bot.words import Draft
from tests.conftest import FRAMEWORKS, ROOT
from tests.eval import measuring
from tests.examples import CARDS, FORMS, GONE, HOMES, REASON, RENEWED, RISKY, SECRET, stopped_in
from tests.quoting import Original, quoted
from tests.test_home import BLANK

LONDON = ZoneInfo("Europe/London")
FILES = {"own": ROOT / "words.yaml", "lantern": Path(__file__).parent / "frameworks" / "lantern.words.yaml"}
EACH = pytest.mark.parametrize("name", sorted(FRAMEWORKS))
LANTERN = FRAMEWORKS["lantern"]


@cache
def index(name: str) -> Index:
    return Index(FRAMEWORKS[name], read_words(FILES[name], FRAMEWORKS[name]))


@cache
def original(name: str) -> Original:
    return Original((FRAMEWORKS[name],))


TABLES = (
    "questions.dev.tsv",
    "questions.measure.tsv",
    "questions.fresh.tsv",
    "../frameworks/lantern.questions.tsv",
)


def asked(tables: Sequence[str] = TABLES) -> list[str]:
    """Everything that anybody asks in the tables of questions, and odd things."""
    return [*(case.text for table in tables for case in measuring.cases(table)), "", "?", "value 3", "everything"]


def given_for() -> list[str]:
    return [case.text for table in ("kudos.dev.tsv", "kudos.fresh.tsv") for case in measuring.cases(table)]


def of_entries(framework: Framework) -> list[Card]:
    """Every entry alone, in part, with each of its lines asked for, and among others."""
    cards = [answers.entries_card(framework.entries, framework), answers.all_values(framework)]
    for entry in framework.entries:
        lines = [line.text for group in entry.groups for line in group.lines]
        cards += [answers.entry_card(entry, framework, line=line) for line in ("", *lines)]
        cards += [answers.group_card(entry, group, framework) for group in entry.groups]
        cards.append(answers.meanings([entry.id], framework, LONDON))
    cards += [lately.lately(entry, (), links={}, zone=LONDON) for entry in framework.taggable]
    return [*cards, answers.meanings([each.id for each in framework.entries], framework, LONDON)]


def of_the_bot(framework: Framework) -> list[Card]:
    return [
        home.home(BLANK, framework, LONDON),
        notices.helped(framework),
        notices.hello(framework),
        notices.framework_lacks(framework.taggable),
        answers.none_of_these(framework),
    ]


def form(reason: str, of: Index) -> Form:
    return forms.give(
        Draft(reason=reason), of.framework, place="C1", open_place=False, suggested=of.suggester.suggest(reason)
    )


# The checker


def entry_of(framework: Framework) -> Entry:
    return next(entry for entry in framework.taggable if entry.groups and len(entry.groups[0].lines[0].text) > 20)


@EACH
@pytest.mark.parametrize("slip", ["{}.", "{} ", " {}", "{} every day", "not {}"])
def test_a_line_that_was_changed_is_caught(name: str, slip: str) -> None:
    framework, entry = FRAMEWORKS[name], entry_of(FRAMEWORKS[name])
    first = entry.groups[0]
    wrong = replace(first.lines[0], text=slip.format(first.lines[0].text))
    group = replace(first, lines=(wrong, *first.lines[1:]))
    changed = replace(entry, groups=(group, *entry.groups[1:]))
    assert original(name).wrong(answers.entry_card(entry, framework)) == []
    assert original(name).wrong(answers.entry_card(changed, framework)) == [f"no quotation: {wrong.text}"]


@EACH
def test_a_title_or_a_heading_that_was_changed_is_caught(name: str) -> None:
    framework, entry = FRAMEWORKS[name], entry_of(FRAMEWORKS[name])
    title = Quotation(text=f"{entry.title.text} always", printed=entry.title.printed)
    changed = replace(entry, title=title)
    assert original(name).wrong(Card((Bullets((answers.named(changed),)),)))
    assert any("heading" in wrong for wrong in original(name).wrong(answers.entry_card(changed, framework)))


@EACH
def test_a_line_that_is_not_marked_as_one_is_caught(name: str) -> None:
    line = entry_of(FRAMEWORKS[name]).groups[0].lines[0].text
    for elements in ((Line((line,)),), (Note((f"So: {line.upper()}",)),), (Bullets(((Strong(line),),)),)):
        assert original(name).wrong(Card(elements)) == [f"a line amid our words: {line.casefold()}"]
    assert original(name).wrong(Card((Line((Quoted(line),)),))) == []


@EACH
def test_what_only_looks_like_a_quotation_is_caught(name: str) -> None:
    assert original(name).wrong(Card((Heading("We never sleep"),)))
    assert original(name).wrong(Card((Note(("As it says, “we never sleep”.",)),)))
    assert original(name).wrong(Card((Line((Quoted("We never sleep"),)),)))


# Everything that is shown


@EACH
def test_every_answer_and_menu_to_every_question_quotes(name: str) -> None:
    framework, lines = FRAMEWORKS[name], set[str]()
    for of, questions in ((index(name), asked()), (Index(framework), asked(TABLES[2:]))):
        found = [answer(of, question) for question in questions]
        for card in dict.fromkeys(shown(each, framework, question="key") for each in found):
            assert original(name).wrong(card) == []
            lines.update(quoted(card))
    assert len(lines) > 14


@EACH
def test_every_entry_and_whatever_leads_on_from_it_quotes(name: str) -> None:
    framework = FRAMEWORKS[name]
    cards = [*of_entries(framework), *of_the_bot(framework)]
    for card in cards:
        assert original(name).wrong(card) == []
    assert {line for card in cards for line in quoted(card)} >= {
        line.text for entry in framework.entries for group in entry.groups for line in group.lines
    }


@EACH
def test_what_stands_around_an_answer_where_care_is_needed_is_ours(name: str) -> None:
    framework = FRAMEWORKS[name]
    for question in ("value 1", "what is for supper", framework.taggable[0].title.text):
        for notice in (None, *Notice):
            found = answer(index(name), question)
            card = care_cards.heeding(notice, found, framework)
            assert original(name).wrong(card) == []
            assert {*quoted(card)} <= {*quoted(shown(found, framework))}


@EACH
def test_every_suggestion_in_every_form_quotes(name: str) -> None:
    lines = set[str]()
    for reason in (*given_for(), "", "thanks!"):
        opened = form(reason, index(name))
        assert original(name).wrong(opened) == []
        lines.update(quoted(opened))
    assert lines


@pytest.mark.parametrize("view", [*CARDS, *HOMES, *FORMS])
def test_every_view_quotes(view: str) -> None:
    """As it is rendered for Slack, where every view has its example; also what is retired, and read otherwise then."""
    views: dict[str, Callable[[], Card | Form]] = {**CARDS, **HOMES, **FORMS}
    made = views[view]()
    stopped = [stopped_in(text) for text in (RISKY, SECRET)]
    theirs = {
        excerpt(REASON),
        *(each.without for each in stopped),
        *(f.text for each in stopped for f in each.findings),
    }
    also = frozenset({*(tag.title for tag in GONE.tags), *theirs})
    versions = Original((LANTERN, RENEWED, *(each.framework for each in RENEWED.retired)), also)
    assert versions.wrong(made) == []


@given(text=st.text(max_size=400), name=st.sampled_from(sorted(FRAMEWORKS)))
def test_whatever_is_asked_or_written_only_quotations_are_quoted(text: str, name: str) -> None:
    assert original(name).wrong(shown(answer(index(name), text), FRAMEWORKS[name])) == []
    assert {*quoted(form(text, index(name)))} <= original(name).quotations


# Quotations and search words know nothing of each other

WORDS = FILES["lantern"].read_text("utf-8")
SAID = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=60).filter(str.strip)


def spoken(of: Vocabulary) -> list[str]:
    """Every text of the words, from wherever it stands."""
    texts = [text for own in of.entries.values() for text in (*own.keywords, *own.questions, *own.cues, *own.kudos)]
    texts += [text for questions in of.not_covered.values() for text in questions]
    return [*texts, *of.unspecific, *(word for same in of.synonyms for word in same)]


@settings(max_examples=25)
@given(data=st.data(), said=SAID)
def test_an_edit_of_the_words_changes_no_quotation(data: st.DataObject, said: str) -> None:
    """Whatever is written there, even a line of the framework with a slip, an answer quotes the framework."""
    said = data.draw(st.sampled_from([said, "We keep the lamp burning brightly", "Nobody at sea waits for us"]))
    old = data.draw(st.sampled_from(spoken(vocabulary.parse(WORDS, "w", LANTERN))))
    file = yaml.safe_load(WORDS)
    edited = vocabulary.parse(yaml.safe_dump(_with(file, old, said), allow_unicode=True), "w", LANTERN)
    assert " ".join(said.split()) in spoken(edited)
    of = Index(LANTERN, edited)
    for entry in LANTERN.entries:
        assert shown(answer(of, entry.title.text), LANTERN) == shown(
            answer(index("lantern"), entry.title.text), LANTERN
        )
    for question in (old, said):
        assert original("lantern").wrong(shown(answer(of, question), LANTERN)) == []
        assert {*quoted(form(question, of))} <= original("lantern").quotations


@settings(max_examples=25)
@given(data=st.data(), said=SAID)
def test_an_edit_of_a_quotation_changes_no_search_word(data: st.DataObject, said: str) -> None:
    lines = [line.text for entry in LANTERN.entries for group in entry.groups for line in group.lines]
    old = data.draw(st.sampled_from(lines))
    file = _with(yaml.safe_load(LANTERN.text), old, said)
    file["entries"] = [{**entry, "our_readings": []} for entry in file["entries"]]
    edited = parse(yaml.safe_dump(file, allow_unicode=True), "edited.yaml")
    assert old not in {line.text for entry in edited.entries for group in entry.groups for line in group.lines}
    before, after = (vocabulary.parse(WORDS, "w", framework) for framework in (LANTERN, edited))
    assert before == after
    assert spoken(before) == spoken(after)


def _with(value: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The same file with another text in place of one."""

    def put(value: Any) -> Any:
        match value:
            case dict():
                return {name: put(each) for name, each in value.items()}
            case list():
                return [put(each) for each in value]
            case _:
                return new if value == old else value

    made: dict[str, Any] = put(value)
    assert made != value
    return made
