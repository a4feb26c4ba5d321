"""Another trade, with its own framework and words: the same program answers, offers, refuses, suggests and cares.

`tests/frameworks/` holds what the invented keepers of a lighthouse say, how they speak, and a table of what they ask
and thank for, written apart from their words.
"""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.app import read_words
from bot import answers, care_cards, forms, home, notices, suggest
from bot.answers import answer, shown
from bot.cards import Actions, Card, ChoiceField, Form, element_text, plain
from bot.care import Notice
from bot.framework import Framework
from bot.understanding import Index, find
from bot.words import Draft
from tests.conftest import FRAMEWORKS, ROOT
from tests.eval import measuring
from tests.examples import CARDS, FORMS, HOMES
from tests.test_home import BLANK

LANTERN = FRAMEWORKS["lantern"]
HERE = Path(__file__).parent / "frameworks"
WORDS = read_words(HERE / "lantern.words.yaml", LANTERN)
INDEX = Index(LANTERN, WORDS)
ASKED = measuring.cases("../frameworks/lantern.questions.tsv")
GIVEN = measuring.cases("../frameworks/lantern.kudos.tsv")

#: What only the organisation that we ship a framework of would say.
ANOTHERS = re.compile(
    r"\b(?:police|professional standards|west midlands|wmp|force|officers?|sergeants?|constables?|promises?|values?|"
    r"people deal|leadership)\b",
    re.IGNORECASE,
)
OURS = re.compile(r"/values\b|All values")  #: a command and a button of the program itself


def test_its_words_speak_of_every_entry() -> None:
    for entry in LANTERN.entries:
        own = WORDS.entries[entry.id]
        assert len(own.questions) >= 12, entry.id
        assert not entry.kind.kudos or len(own.kudos) >= 8, entry.id
    assert sum(map(len, WORDS.not_covered.values())) >= 80
    learned = {text for own in WORDS.entries.values() for text in (*own.questions, *own.kudos)}
    assert learned.isdisjoint(case.text for case in (*ASKED, *GIVEN)), "what is measured was not learned"


def test_what_its_people_ask_is_understood() -> None:
    measures = measuring.questions(INDEX, ASKED)
    assert measures["names and misspellings: right first"].value == 1
    assert measures["in scope: right first"].value >= 0.8
    assert measures["in scope: right in the first three"].value >= 0.85
    assert measures["in scope: answered outright and wrong"].value <= 0.04
    assert measures["in scope: refused"].value <= 0.15
    assert measures["out of scope: answered outright"].value == 0
    assert measures["out of scope: refused outright"].value >= 0.9


def test_what_they_thank_for_is_suggested() -> None:
    measures = measuring.kudos(INDEX.suggester, GIVEN)
    assert measures["kudos: right in the first 1"].value >= 0.6
    assert measures["kudos that fit nothing: silent"].value >= 0.9


def test_it_answers_offers_and_refuses() -> None:
    outcomes = {find(INDEX, case.text).outcome for case in ASKED}
    assert outcomes == {"answer", "menu", "unknown"}


def text_of(made: Card | Form) -> str:
    """Everything that can be read in it."""
    if isinstance(made, Card):
        buttons = [
            f"{button.label} {button.describes}"
            for element in made.elements
            if isinstance(element, Actions)
            for button in (*element.buttons, *element.more)
        ]
        return "\n".join((plain(made), *buttons))
    options = [
        f"{group.label} {option.label} {option.short} {option.description}"
        for field in made.fields
        if isinstance(field, ChoiceField)
        for group in field.groups
        for option in group.options
    ]
    texts = [f"{field.label} {field.hint} {getattr(field, 'placeholder', '')}" for field in made.fields]
    return "\n".join((made.title, made.submit, *map(element_text, made.intro), *texts, *options))


def everything(framework: Framework, index: Index) -> list[Card | Form]:
    found = [answer(index, case.text) for case in ASKED]
    made: list[Card | Form] = [shown(each, framework) for each in found]
    made += [care_cards.heeding(notice, each, framework) for notice in Notice for each in found[:12]]
    made += [answers.entries_card(framework.entries, framework), answers.all_values(framework)]
    made += [answers.none_of_these(framework), notices.helped(framework), notices.hello(framework)]
    made.append(home.home(BLANK, framework, ZoneInfo("Europe/London")))
    for case in GIVEN:
        suggested = index.suggester.suggest(case.text)
        draft = Draft(reason=case.text)
        made.append(forms.give(draft, framework, place="C1", open_place=True, suggested=suggested))
    return made


@pytest.mark.parametrize("bare", [False, True], ids=["with words", "without"])
def test_nothing_of_another_organisation_is_ever_said(bare: bool) -> None:
    for made in everything(LANTERN, Index(LANTERN) if bare else INDEX):
        assert not ANOTHERS.search(OURS.sub("", text_of(made))), text_of(made)


@pytest.mark.parametrize("view", [*CARDS, *HOMES, *FORMS])
def test_no_view_speaks_of_another_organisation(view: str) -> None:
    made = next(each[view] for each in (CARDS, HOMES, FORMS) if view in each)()
    assert isinstance(made, Card | Form)
    assert not ANOTHERS.search(OURS.sub("", text_of(made)))


def test_the_same_check_finds_our_own_organisation_in_our_own_framework() -> None:
    """So that it does not pass because it looks at nothing."""
    own = FRAMEWORKS["own"]
    index = Index(own, read_words(ROOT / "words.yaml", own))
    assert any(ANOTHERS.search(OURS.sub("", text_of(made))) for made in everything(own, index))


def test_its_own_people_help() -> None:
    unknown = answer(INDEX, "what is for supper")
    lost = plain(care_cards.heeding(Notice.CRISIS, unknown, LANTERN))
    assert lost.index("The harbour chaplain: 0199 498 0001 (day and night)") < lost.index("Samaritans")
    wrong = plain(care_cards.heeding(Notice.WRONGDOING, unknown, LANTERN))
    assert "The Wardens' Bench: bench@example.org (on market days)" in wrong
    assert "The mate on watch" in wrong
    own = plain(care_cards.heeding(Notice.WRONGDOING, unknown, FRAMEWORKS["own"]))
    assert "Professional Standards" in own


def test_suggestions_are_its_own() -> None:
    found = INDEX.suggester.suggest(GIVEN[0].text)
    assert found == suggest.NOTHING or {entry.id for entry in found.first} <= {entry.id for entry in LANTERN.taggable}
