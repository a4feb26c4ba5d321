"""The words of a kudos suggest what they show; nothing where they say too little."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.app import read_words
from bot import forms
from bot.cards import ChoiceField, TextField, spans_text
from bot.framework import Framework
from bot.ranking import Reading
from bot.suggest import FIRST_MOST, NOTHING, SECOND_MOST, Suggester
from bot.vocabulary import NONE
from bot.words import Draft
from tests.adapters.town import ROOT
from tests.conftest import FRAMEWORKS
from tests.eval import measuring


def suggester(name: str, path: Path) -> Suggester:
    words = read_words(path, FRAMEWORKS[name])
    return Suggester(FRAMEWORKS[name], words, Reading(words.synonyms))


OWN = suggester("own", ROOT / "words.yaml")
LANTERN = suggester("lantern", Path(__file__).parent / "frameworks" / "lantern.words.yaml")


def test_it_suggests_in_another_trade_too() -> None:
    found = LANTERN.suggest("stayed up in foul weather so that the boat was not left in the dark")
    assert found.first[0].id == "beacon.keep-lamp"
    assert found.second == ()  # nobody has written words for the second kind


@pytest.mark.parametrize("text", ["", "happy birthday to the cook", "👏", "zzz qqq xxx"])
def test_what_says_too_little_suggests_nothing(text: str) -> None:
    found = LANTERN.suggest(text)
    assert (found.first, found.second, found.lines) == ((), (), {})


@pytest.mark.parametrize("text", ["cheers everybody", "happy birthday to the cook", "👏"])
def test_words_that_say_nothing_specific_are_told_from_those_that_fit_nothing(text: str) -> None:
    assert LANTERN.suggest(text).vague
    long = "the painter gilded seven brass buckles while whistling hornpipes beneath the forward hatch"
    assert LANTERN.suggest(long) == NOTHING


def test_without_words_nothing_is_suggested() -> None:
    assert Suggester(FRAMEWORKS["lantern"], NONE, Reading()).suggest("stayed up all night") == NOTHING


def test_the_floors_are_reached_on_kudos_that_were_not_built_on() -> None:
    measures = measuring.kudos(OWN, measuring.cases("kudos.measure.tsv"))
    assert measures["kudos: right in the first 1"].value >= 0.65
    assert measures["kudos: right in the first 2"].value >= 0.85
    assert measures["kudos: right in the first 3"].value >= 0.95
    assert measures["kudos that fit nothing: silent"].value >= 0.82


@given(st.text(max_size=600))
def test_only_what_can_be_tagged_is_suggested_and_only_quoted(text: str) -> None:
    found = OWN.suggest(text)
    framework: Framework = FRAMEWORKS["own"]
    assert {*found.first, *found.second} <= {*framework.taggable}
    assert len(found.first) <= FIRST_MOST
    assert len(found.second) <= SECOND_MOST
    for entry, line in found.lines.items():
        known = framework.entry(entry)
        assert known
        assert line in {each.text for group in known.groups for each in group.lines}


def form_of(text: str, entries: tuple[str, ...] = ()) -> tuple[str, ChoiceField]:
    form = forms.give(
        Draft(reason=text, entries=entries),
        FRAMEWORKS["own"],
        place="C1",
        open_place=False,
        suggested=OWN.suggest(text) if not entries else NOTHING,
    )
    choice = next(field for field in form.fields if isinstance(field, ChoiceField))
    reason = next(field for field in form.fields if isinstance(field, TextField))
    return " / ".join(spans_text(each.spans) for each in reason.said or ()), choice


def test_the_form_offers_what_fits_first_and_chooses_nothing() -> None:
    intro, choice = form_of("she told me straight that my interview was weak and then helped me to get better")
    assert intro.startswith("That sounds like: / ")
    assert choice.groups[0].label == "May fit your words"
    assert choice.chosen == ()
    values = [option.value for group in choice.groups for option in group.options]
    assert sorted(values) == sorted(entry.id for entry in FRAMEWORKS["own"].taggable)


def test_who_says_nothing_specific_gets_one_friendly_hint() -> None:
    intro, choice = form_of("thanks for everything!")
    assert intro == "A little more would mean a lot: what did they do, for whom, and what did it change?"
    assert "May fit your words" not in {group.label for group in choice.groups}


def test_who_has_chosen_is_left_alone() -> None:
    assert form_of("thanks for everything!", (FRAMEWORKS["own"].taggable[0].id,))[0] == ""


def test_an_entry_without_words_speaks_for_itself() -> None:
    words = read_words(Path(__file__).parent / "frameworks" / "lantern.words.yaml", FRAMEWORKS["lantern"])
    own = words.entries["beacon.read-water"]
    few = replace(own, questions=own.questions[:4], kudos=own.kudos[:2])
    some = replace(words, entries={"beacon.read-water": few})
    found = Suggester(FRAMEWORKS["lantern"], some, Reading()).suggest("looked at the tide table and stopped us in time")
    assert found.first[0].id == "beacon.read-water"
