"""What people asked in vain is kept only where it points to nobody, and is told most asked first."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.app import read_words
from bot.questions import (
    TEXT_MOST,
    Counted,
    Outcome,
    Question,
    became,
    keepable,
    key,
    normalised,
    perhaps_names,
    summed,
)
from bot.understanding import Index
from tests.conftest import FRAMEWORKS, ROOT

MONDAY, TUESDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\u200b",
        "x" * (TEXT_MOST + 1),
        "does @ann share our values",
        "is <@U0123> fair",
        "write to ann.lee@police.example",
        "what does #operation-heron mean",
        "is https://example.org/a1 fair",
        "see www.example.org",
        "who owns 0789",
        "the plan of 2016",
        "call 07 70 09 00 12 3",
        "call (0121) 49-60",
        "collar number 12 34 56",
        "call ٠٧٧٠",
        "was BD51 SMR stolen",
        "was bd51smr stolen",
        "was a123 bcd stolen",
        "was ABC 12D stolen",
        "who lives at B4 6NQ",
        "who lives at sw1a1aa",
        "is PC Smith fair",
        "is pc smith fair",
        "is Sgt. O’Neill fair",
        "does PC 42 listen",
        "ＰＣ Ｓｍｉｔｈ",
        "p\u200bc smith",
        "thank Mrs\nLee",
        "the inspector Jones",
        "is det/sgt patel fair",
        # phone numbers and addresses, also in disguise
        "ring oh seven seven double nine one",
        "ring zero-one-two-one four",
        "write to ann at example dot org",
        "write to ann(at)example.org",
        "is example.co.uk ours",
        "who lives at 12 high street",
        "who lives at 7b, old mill lane",
        "who lives at flat 3",
        "what about B4-6NQ",
        # days, as of birth
        "dob 3/5/85",
        "dob secret",
        "born on some day",
        "what happened on 3.5.85",
        "what happened on 3 - 5 - 1985",
        "what happened on the 3rd of may",
        "what happened on may 3",
        "3 dec was bad",
        # what is filed by a number
        "what became of log 98",
        "what became of log no. 987",
        "crime ref: 12",
        "is incident number 7 closed",
        "collar 987 is rude",
        "is the one with shoulder number 42 fair",
        "what about WM21/98",
        "what about 98/21",
        "did AB12 do it",
        "is wm987 fair",
        "was bd51.smr stolen",
        # names
        "what was op heron about",
        "what is operation heron",
        "the lad called jamie",
        "somebody named tilly",
        "did John Smith do it",
        "is my boss Tilly fair?",
        "is it fair. and Tilly-Mae is not",
        "is (Tilly) fair",
        "ask Tilly's mum",
        "ask O’Neill",
    ],
)
def test_a_text_that_may_point_to_somebody_is_not_kept(text: str) -> None:
    assert not keepable(text)


@pytest.mark.parametrize(
    "text",
    [
        "can I wear a beard",
        "promise #4",
        "promise 4 and 5",
        "call 101",
        "🎉",
        "who is the sergeant",
        "what does the inspector do",
        "the other miss",
        "x" * TEXT_MOST,
        "vielfalt und würde?",
        "the 10th promise",
        "the 21st",
        "what is 24/7 cover",
        "promise number 4",
        "is it called off",
        "may I",
        "may we share 4 cars",
        "who decides, and what is decided",
        "WHAT DO WE STAND FOR",
        "can I",
        "one or two of us",
        "look at that dot",
    ],
)
def test_other_questions_are(text: str) -> None:
    assert keepable(text)


def test_a_word_that_many_use_is_nobodys_name() -> None:
    """However it is written: whoever asks in titles asks for no person."""
    assert keepable("what does Kindness mean", frozenset({"kindness"}))
    assert not keepable("what does Kindness mean")
    assert keepable("Tilly", frozenset())  # a first word says nothing; whether she is a colleague is asked elsewhere
    assert perhaps_names("Is Tilly-Mae O’Neill's kindness real?", frozenset({"kindness"})) == (
        "tilly",
        "mae",
        "oneill",
        "real",
    )
    assert perhaps_names("is it the x", frozenset()) == ()


@given(st.text(max_size=200))
def test_whatever_is_asked_it_is_judged_at_once(text: str) -> None:
    """No pattern goes astray, and none of the words that may be names is an ordinary one."""
    ordinary = frozenset({"kindness", "a", "b"})
    assert isinstance(keepable(text * 3, ordinary), bool)
    assert ordinary.isdisjoint(perhaps_names(text, ordinary))


@pytest.mark.parametrize("flood", ["a", "1", "1 ", "one ", "at a dot", "1 a ", "a1", "ref ", "1/", "(", "’"])
def test_a_flood_is_judged_at_once(flood: str) -> None:
    assert isinstance(keepable((flood * TEXT_MOST)[:TEXT_MOST]), bool)
    assert not keepable(flood * 50_000)


def test_of_the_questions_that_we_develop_with_most_could_be_kept() -> None:
    """Else nothing would be left to learn from."""
    with (Path(__file__).parent / "eval/questions.dev.tsv").open(encoding="utf-8", newline="") as file:
        asked = [row["question"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    own = FRAMEWORKS["own"]
    ordinary = Index(own, read_words(ROOT / "words.yaml", own)).ordinary
    assert sum(keepable(text, ordinary) for text in asked) > 0.95 * len(asked)


def test_the_same_question_is_the_same_however_it_is_typed() -> None:
    assert normalised("  Can I\n WEAR a\u200b  beard? ") == "can i wear a beard?"
    assert key("slack:T1", "Can I wear a beard?") == key("slack:T1", "can i  wear a BEARD?")
    assert key("slack:T1", "Can I wear a beard?") != key("slack:T2", "Can I wear a beard?")


@given(st.text())
def test_whatever_is_asked_is_one_printable_line(text: str) -> None:
    line = normalised(text)
    assert "\n" not in line
    assert line == line.strip()
    assert normalised(line) == line or not line.isascii()
    assert isinstance(keepable(text), bool)


def counted(
    text: str, outcome: Outcome, times: int, entry: str = "", *, first: date = MONDAY, last: date = MONDAY, w: str = "w"
) -> Counted:
    return Counted(workspace=w, text=text, outcome=outcome, entry=entry, times=times, first=first, last=last)


def test_what_became_of_a_text_is_added_up_and_the_most_asked_comes_first() -> None:
    beard, rest, other = summed(
        [
            counted("rest", "unknown", 2),
            counted("beard", "menu", 3, first=TUESDAY, last=TUESDAY),
            counted("beard", "menu", 1, "value.b", last=SUNDAY),
            counted("beard", "menu", 2, "value.a"),
            counted("beard", "none", 1),
            counted("beard", "unknown", 4),
            counted("rest", "unknown", 1, w="v"),
        ]
    )
    assert beard == Question(
        workspace="w",
        text="beard",
        unknown=4,
        menus=3,
        none=1,
        picked=(("value.a", 2), ("value.b", 1)),
        first=MONDAY,
        last=SUNDAY,
    )
    assert (beard.asked, rest.asked, other.workspace) == (7, 2, "v")
    assert became(beard) == "not known 4 times, asked back 3 times (value.a 2, value.b 1, none of these 1)"
    assert became(rest) == "not known 2 times"
    assert became(other) == "not known once"
    assert became(summed([counted("beard", "menu", 1)])[0]) == "asked back once"
