"""Who seems to need a person is noticed; what colleagues say every day is not taken for it."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import care, care_harm, care_talk, care_words
from bot.care import READ_FIRST, READ_LAST, Notice, notice
from bot.care_rules import rules

HERE = Path(__file__).parent
BOTH = ("build", "measure")
CRISIS, EMERGENCY = "c", "e"
ORDINARY = ("o", "oe")  #: the second looks like an emergency and is none

#: What it does to messages that nobody has looked at while the rules were written ("measure"), and to those that
#: they were written for: at least so many of a hundred are noticed, at most so many ordinary ones are taken for it.
NOTICED = {("build", CRISIS): 95, ("measure", CRISIS): 45, ("build", EMERGENCY): 95, ("measure", EMERGENCY): 50}
MISTAKEN = {("build", "crisis"): 1, ("measure", "crisis"): 3, ("build", "emergency"): 1, ("measure", "emergency"): 6}


def messages(part: str) -> list[tuple[str, str]]:
    """Kind and text. A few of kind `c` are ambiguous: nobody could be sure what they mean without asking."""
    with (HERE / "eval" / f"care.{part}.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["kind"], row["text"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.mark.parametrize("part", BOTH)
def test_so_many_are_noticed_and_so_few_mistaken(part: str) -> None:
    """An emergency that is noticed as a crisis counts: either way 999 stands first."""
    number, found = Counter[str](), Counter[tuple[str, Notice | None]]()
    for kind, text in messages(part):
        number[kind] += 1
        found[kind, notice(text)] += 1
    ordinary = sum(number[kind] for kind in ORDINARY)
    noticed = {
        CRISIS: found[CRISIS, Notice.CRISIS],
        EMERGENCY: found[EMERGENCY, Notice.EMERGENCY] + found[EMERGENCY, Notice.CRISIS],
    }
    for kind, right in noticed.items():
        print(f"{part} {kind}: {right} of {number[kind]} noticed")  # noqa: T201
        assert right * 100 >= NOTICED[part, kind] * number[kind]
    for taken in (Notice.CRISIS, Notice.EMERGENCY):
        wrong = sum(found[kind, taken] for kind in ORDINARY)
        print(f"{part}: {wrong} of {ordinary} ordinary ones taken for {taken}")  # noqa: T201
        assert wrong * 100 <= MISTAKEN[part, taken.value] * ordinary


def test_no_message_is_in_both_parts() -> None:
    build, measure = ({text for _, text in messages(part)} for part in BOTH)
    assert not build & measure
    assert sum(kind == CRISIS for part in BOTH for kind, _ in messages(part)) >= 60
    assert sum(kind in ORDINARY for part in BOTH for kind, _ in messages(part)) >= 150


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I want to die", Notice.CRISIS),
        ("i dont want to be here anymore", Notice.CRISIS),
        ("I DON’T WANT TO BE HERE ANY MORE", Notice.CRISIS),
        ("im sooooo worthless", Notice.CRISIS),
        ("thinking about suicde", None),
        ("I keep thinking about ending my life. What does listen and learn mean?", Notice.CRISIS),
        ("suicide", Notice.CRISIS),
        ("my sergeant keeps touching my leg", Notice.CRISIS),
        ("my husband hits me", Notice.CRISIS),
        ("it's 3am and I can't sleep and I'm crying", Notice.CRISIS),
        ("my mate says he wants to kill himself", Notice.CRISIS),
        ("this shift is killing me", None),
        ("my feet are killing me", None),
        ("I nearly killed myself laughing", None),
        ("I'd kill for a brew", None),
        ("the suicide prevention course, when is it?", None),
        ("somebody is breaking into my house", Notice.EMERGENCY),
        ("he's not breathing", Notice.EMERGENCY),
        ("thanks to PC Lee, who came when somebody was breaking into my house", None),
        ("what should I do if my sergeant is rude?", Notice.SITUATION),
        ("what should I do if a colleague lies in a statement?", Notice.WRONGDOING),
        ("what should I do if my inspector takes bribes", Notice.WRONGDOING),
        ("what does #listen mean?", None),
        ("what are the values", None),
        ("", None),
    ],
)
def test_what_is_noticed(text: str, expected: Notice | None) -> None:
    assert notice(text) == expected


@pytest.mark.parametrize("part", BOTH)
def test_case_marks_and_hidden_characters_change_nothing(part: str) -> None:
    for _, text in messages(part):
        found = notice(text)
        for same in (
            text.upper(),
            text.lower(),
            f"  {text.replace(' ', '   ')}\t",
            text.replace("'", "’"),
            text.replace("'", ""),
            text.replace(" ", "\u00a0"),
            text.replace("e", "e\u200b"),
        ):
            assert notice(same) == found, same


@given(st.text())
def test_whatever_is_written_is_read(text: str) -> None:
    """No text is refused, and none is read otherwise the second time."""
    assert notice(text) == notice(text)
    assert care.plain_words(text).startswith(" . ")


def test_of_a_long_message_both_ends_are_read_and_no_more() -> None:
    """So the work for 40,000 characters is that for 4,000."""
    filler = "word " * 8_000
    assert notice(f"I want to die. {filler}") is Notice.CRISIS
    assert notice(f"{filler}. I want to die") is Notice.CRISIS
    assert len(care.plain_words(filler)) <= READ_FIRST + READ_LAST + 10


def test_nothing_in_a_rule_repeats_without_a_bound() -> None:
    """So that no message is slow to read, whatever it holds."""
    tables = [getattr(module, name) for module in (care_words, care_harm, care_talk) for name in dir(module)]
    patterns = [
        pattern.pattern
        for table in tables
        if isinstance(table, tuple)
        for rule in table
        if not isinstance(rule, str)
        for pattern in rule.patterns
    ]
    assert len(patterns) > 300
    for pattern in patterns:
        bare = pattern.replace(r"(?:\w+ )", "").replace(r"(?:[\w.]+ )", "")
        assert "*" not in bare
        assert "+" not in bare


def test_the_signs_of_a_rule() -> None:
    def holds(line: str, text: str) -> bool:
        (rule,) = rules(line)
        read = care.plain_words(text)
        return rule.holds(read, frozenset(read.split()))

    assert holds("a|b c", "b c")
    assert not holds("a|b c", "b x c")
    assert holds("a x? c", "a c")
    assert holds("a x? c", "a x c")
    assert holds("a - c", "a x c")
    assert not holds("a - c", "a x y c")
    assert holds("a ~ c", "a x y z c")
    assert not holds("a ~~ c", "a. c")
    assert holds("a ~~~ c", "a. c")
    assert holds("^ a $", "b. a. c")
    assert not holds("^ a", "b a")
    assert holds("a & c", "c a")
    assert holds("not_here|\nb", "it is not here")
    assert holds("@self", "myself")
