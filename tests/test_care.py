"""Who seems to need a person is noticed; what colleagues say every day is not taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import care, care_talk, care_words
from bot.care import READ_FIRST, READ_LAST, Notice, notice, troubled
from bot.care_rules import rules
from tests.eval import measuring
from tests.eval.__main__ import asked_and_given

PARTS = ("build", "measure", "fresh")

#: "build" is what it was learned from; "measure" was looked at while that was written; "fresh" comes from voices whom
#: nobody had heard before it was done. The README names the last ones.
FLOORS = {
    "distress: shown who can help": {"build": 0.95, "measure": 0.8, "fresh": 0.85},
    "distress: shown at least a line": {"build": 0.95, "measure": 0.85, "fresh": 0.9},
    "emergency: 999 first": {"build": 0.95, "measure": 0.5},
}
CEILINGS = {
    "looks like distress: taken for it": {"build": 0.02, "measure": 0.03, "fresh": 0.03},
    "looks like distress: shown a line": {"build": 0.03, "measure": 0.1, "fresh": 0.1},
    "looks like it: taken for an emergency": {"build": 0.02, "measure": 0.06, "fresh": 0.03},
}


def texts(part: str) -> list[str]:
    return [text for _, _, text in measuring.messages(part)]


@pytest.mark.parametrize("part", PARTS)
def test_so_many_are_noticed_and_so_few_mistaken(part: str) -> None:
    measures = measuring.care_of(part)
    for measure, floors in FLOORS.items():
        assert measures[measure].value >= floors.get(part, 0), measure
    for measure, ceilings in CEILINGS.items():
        assert measures[measure].value <= ceilings[part], measure


def test_of_ordinary_questions_and_kudos_hardly_one_is_taken_for_distress() -> None:
    measures = measuring.ordinary(asked_and_given())
    assert measures["ordinary: taken for distress"].value <= 0.01
    assert measures["ordinary: shown a line, where not known"].value <= 0.03
    assert measures["ordinary: taken for an emergency"].value <= 0.01


def test_no_message_is_in_two_parts() -> None:
    build, measure, fresh = map(set, map(texts, PARTS))
    assert not build & measure
    assert not (build | measure) & fresh
    kinds = [kind for part in PARTS[1:] for _, kind, _ in measuring.messages(part)]
    assert kinds.count("c") >= 60
    assert kinds.count("o") >= 150


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I want to die", Notice.CRISIS),
        ("i dont want to be here anymore", Notice.CRISIS),
        ("I DON’T WANT TO BE HERE ANY MORE", Notice.CRISIS),
        ("im sooooo worthless", Notice.CRISIS),
        ("su1c1dal thoughts, I want to k1ll myself", Notice.CRISIS),
        ("i wanna end my own life", Notice.CRISIS),
        ("been cutting myself", Notice.CRISIS),
        ("the debts are killing me, thinking of ending it all", Notice.CRISIS),
        ("thinking about jumping off the roof of the station", Notice.CRISIS),
        ("my skipper follows me home", Notice.CRISIS),
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
        ("FIRE!", Notice.EMERGENCY),
        ("fire fire", Notice.EMERGENCY),
        ("fire at the back of the custody block", Notice.EMERGENCY),
        ("fire prevention", None),
        ("fire service partnership", None),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I want to die", True),
        ("It has been so heavy at home since March and I sit in the dark.", True),
        ("somebody is breaking into my house", False),
        ("what does #listen mean?", False),
    ],
)
def test_who_may_be_in_trouble_is_told_before_it_is_sure(text: str, expected: bool) -> None:
    assert troubled(text) == expected


def test_case_marks_and_hidden_characters_change_nothing() -> None:
    for text in texts("measure"):
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
    tables = [getattr(module, name) for module in (care_words, care_talk) for name in dir(module)]
    patterns = [
        pattern.pattern
        for table in tables
        if isinstance(table, tuple)
        for rule in table
        if not isinstance(rule, str)
        for pattern in rule.patterns
    ]
    assert len(patterns) > 100
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
