"""Questions in people's own words are answered when it is sure, offered when not, and left alone otherwise."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.app import read_words
from bot import answers, matching
from bot.matching import MENU_MOST
from bot.understanding import Index, find
from tests.adapters.town import ROOT
from tests.conftest import FRAMEWORKS
from tests.eval import measuring

OWN = Index(FRAMEWORKS["own"], read_words(ROOT / "words.yaml", FRAMEWORKS["own"]))
LANTERN = Index(
    FRAMEWORKS["lantern"],
    read_words(Path(__file__).parent / "frameworks" / "lantern.words.yaml", FRAMEWORKS["lantern"]),
)


def ids(index: Index, question: str) -> list[str]:
    return [entry.id for entry in find(index, question).entries]


def test_what_is_named_is_answered_as_ever() -> None:
    assert find(OWN, "what does listen mean?") == find(Index(FRAMEWORKS["own"]), "what does listen mean?")
    assert find(LANTERN, "the second light").outcome == "answer"


def test_what_is_asked_in_other_words_is_found_in_another_trade_too() -> None:
    assert ids(LANTERN, "somebody must stay awake in the dark")[:1] == ["beacon.keep-lamp"]
    assert ids(LANTERN, "should we look before we rush")[:1] == ["beacon.read-water"]
    assert find(LANTERN, "what is left for supper").outcome == "unknown"


@pytest.mark.parametrize("question", ["where is the station?", "what's in my contract"])
def test_a_word_that_many_use_is_no_misspelt_name(question: str) -> None:
    assert find(OWN, question).outcome == "unknown"


def test_a_kind_that_was_hardly_typed_is_offered_and_not_answered() -> None:
    assert [find(BARE["own"], text).outcome for text in ("where is the station?", "valeus")] == ["menu", "answer"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [("honesty", "value.friendship-service"), ("racism", "value.courageous-fair"), ("humility", "value.listen-learn")],
)
def test_a_word_for_a_value_is_enough(question: str, expected: str) -> None:
    assert ids(OWN, question)[0] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [("openness", "value.listen-learn"), ("equality?", "value.courageous-fair"), ("recognition", "offer.rewards")],
)
def test_a_word_that_stands_in_a_line_is_never_refused(question: str, expected: str) -> None:
    assert ids(OWN, question)[0] == expected


def test_a_line_stands_out_where_something_was_asked_and_not_where_only_a_name_was() -> None:
    asked = answers.answer(OWN, "what does it say about admitting mistakes")
    assert "admit" in asked.line
    assert asked.line in {line.text for group in asked.entries[0].groups for line in group.lines}
    assert answers.answer(OWN, "what does I listen and learn mean?").line == ""
    assert answers.answer(OWN, "coragous n fair meaning").line == ""
    assert answers.answer(OWN, "how would a PCSO show prevent crime").line == ""
    beside = answers.answer(OWN, "what does listen and learn say about sharing mistakes")
    assert "wrong" in beside.line
    assert not beside.exact


@pytest.mark.parametrize("index", [OWN, LANTERN], ids=["own", "lantern"])
def test_no_message_of_somebody_in_distress_is_taken_for_the_frameworks_words(index: Index) -> None:
    texts = [
        text for part in ("build", "measure", "fresh") for _, kind, text in measuring.messages(part) if kind == "c"
    ]
    assert [text for text in texts if answers.answer(index, text).ours] == []


@pytest.mark.parametrize(
    ("question", "ours"),
    [
        ("I am prowd of what I do", True),
        ("what does “I am honest and I earn people's trust” mean?", True),
        ("what does it say about admitting mistakes", False),
        ("I am fair and I can't go on", False),
        ("I am fair. " * 40, False),
    ],
)
def test_what_is_named_or_quoted_is_told_from_what_people_say(question: str, ours: bool) -> None:
    assert answers.answer(OWN, question).ours is ours


BARE = {name: Index(framework) for name, framework in FRAMEWORKS.items()}


def test_without_words_a_framework_is_understood_by_its_own() -> None:
    """What is asked in its words is offered; what is not, is not known."""
    found = find(BARE["lantern"], "do we look twice before we call it calm?")
    assert (found.outcome, found.entries[0].id) == ("menu", "beacon.read-water")
    assert find(BARE["lantern"], "who peels the potatoes on Sunday mornings").outcome == "unknown"
    assert find(BARE["lantern"], "the second light").outcome == "answer"


@pytest.mark.parametrize("part", ["dev", "measure", "fresh"])
def test_without_words_it_is_never_worse_than_by_names_alone(part: str) -> None:
    """It finds more, refuses as much as before of what is not covered, and answers nothing but names outright."""
    asked = measuring.cases(f"questions.{part}.tsv")
    found = measuring.questions(BARE["own"], asked)
    named = measuring.questions(BARE["own"], asked, by=matching.find)
    for measure in ("names and misspellings: right first", "in scope: right first"):
        assert found[measure].value >= named[measure].value
    assert found["in scope: right in the first three"].value >= named["in scope: right in the first three"].value + 0.05
    assert found["in scope: refused"].value <= named["in scope: refused"].value - 0.1
    assert found["out of scope: refused outright"].value >= max(0.75, named["out of scope: refused outright"].value)
    assert found["out of scope: answered outright"].value <= 0.02
    assert found["in scope: answered outright and wrong"].value <= 0.02


@given(st.text(max_size=600), st.sampled_from(sorted(FRAMEWORKS)))
def test_without_words_only_names_are_answered_outright(text: str, name: str) -> None:
    found = find(BARE[name], text)
    assert found == find(BARE[name], text)
    assert (found.outcome == "unknown") == (not found.entries)
    assert found.outcome != "answer" or found == matching.find(BARE[name], text)
    assert found.outcome != "menu" or 0 < len(found.entries) <= MENU_MOST


def test_the_floors_are_reached_on_questions_that_were_not_built_on() -> None:
    """The README names them; `make eval` prints the figures."""
    measures = measuring.questions(OWN, measuring.cases("questions.measure.tsv"))
    fresh = measuring.questions(OWN, measuring.cases("questions.fresh.tsv"))
    assert measures["in scope: right first"].value >= 0.65
    assert measures["in scope: right in the first three"].value >= 0.8
    assert measures["in scope: answered outright and wrong"].value <= 0.02
    assert measures["in scope: refused"].value <= 0.08
    assert measures["out of scope: answered outright"].value <= 0.02
    assert measures["out of scope: refused outright"].value >= 0.85
    assert fresh["in scope: right first"].value >= 0.72
    assert fresh["in scope: right in the first three"].value >= 0.87


@given(st.text(max_size=600))
def test_the_same_question_gets_the_same_answer_whatever_it_holds(text: str) -> None:
    found = find(OWN, text)
    assert found == find(OWN, text)
    assert 0 <= found.confidence <= 1
    assert (found.outcome == "unknown") == (not found.entries)
    assert found.outcome != "menu" or len(found.entries) <= MENU_MOST


@pytest.mark.parametrize("text", ["", "?", "the", "a" * 50_000, "value " * 10_000])
def test_odd_questions_are_no_trouble(text: str) -> None:
    assert find(OWN, text).outcome in ("answer", "menu", "unknown")
