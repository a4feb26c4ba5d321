"""The line that fits a text is found by its own words and its cues, and left out where none surely fits."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.app import read_words
from bot.framework import Entry, Quotation
from bot.understanding import Index, fitting_line
from tests.adapters.town import ROOT
from tests.conftest import FRAMEWORKS
from tests.eval import measuring

LANTERN = FRAMEWORKS["lantern"]
WORDS = read_words(Path(__file__).parent / "frameworks" / "lantern.words.yaml", LANTERN)
LAMP = LANTERN.taggable[0]
SAID = "they stayed up the whole night, nobody was left in the dark"
CUED = "Nobody at sea waits in the dark for us"
OWN = Index(FRAMEWORKS["own"], read_words(ROOT / "words.yaml", FRAMEWORKS["own"]))


def test_cues_find_the_line_in_a_kudos_and_in_a_question() -> None:
    index = Index(LANTERN, WORDS)
    assert index.suggester.fitting_line(LAMP, SAID) == CUED
    assert fitting_line(index, LAMP, SAID) == CUED


def test_a_lines_own_words_find_it() -> None:
    line = LAMP.groups[0].lines[0].text
    assert fitting_line(Index(LANTERN, WORDS), LAMP, line) == line


@pytest.mark.parametrize("text", ["", "zzz", "what is for supper"])
def test_where_none_surely_fits_none_is_shown(text: str) -> None:
    index = Index(LANTERN, WORDS)
    assert fitting_line(index, LAMP, text) == ""
    assert index.suggester.fitting_line(LAMP, text) == ""


def test_without_words_nothing_is_suggested() -> None:
    index = Index(LANTERN)
    assert index.suggester.fitting_line(LAMP, SAID) == ""


def test_cues_go_with_their_line_whatever_it_says_by_now() -> None:
    """An edit of the quotation changes nothing about the words that point to it."""
    edited = replace(LAMP.groups[0], lines=(Quotation(text="Said anew", printed="x"), *LAMP.groups[0].lines[1:]))
    entry = replace(LAMP, groups=(edited, *LAMP.groups[1:]))
    entries = tuple(entry if each.id == LAMP.id else each for each in LANTERN.entries)
    assert fitting_line(Index(replace(LANTERN, entries=entries), WORDS), entry, SAID) == "Said anew"


def test_cues_are_left_out_where_the_group_has_other_lines_by_now() -> None:
    """The framework may change while the words stay: nobody can tell which line they then belong to."""
    longer = replace(LAMP.groups[0], lines=(Quotation(text="A new line", printed="x"), *LAMP.groups[0].lines))
    entry = replace(LAMP, groups=(longer, *LAMP.groups[1:]))
    entries = tuple(entry if each.id == LAMP.id else each for each in LANTERN.entries)
    assert fitting_line(Index(replace(LANTERN, entries=entries), WORDS), entry, "stayed up the whole night") == ""


def test_the_floors_are_reached_on_texts_that_were_not_built_on() -> None:
    measures = measuring.lines(OWN, measuring.line_cases("lines.measure.tsv", FRAMEWORKS["own"]))
    assert measures["line of a kudos: a fitting one shown"].value >= 0.25
    assert measures["line of a kudos: of those shown, fitting"].value >= 0.75
    assert measures["line of a question: a fitting one shown"].value >= 0.4
    assert measures["line of a question: of those shown, fitting"].value >= 0.75


@given(st.text(max_size=400), st.sampled_from(FRAMEWORKS["own"].entries))
def test_only_whole_lines_of_the_entry_are_shown(text: str, entry: Entry) -> None:
    lines = {line.text for group in entry.groups for line in group.lines}
    assert fitting_line(OWN, entry, text) in {"", *lines}
