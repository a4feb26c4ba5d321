"""What HR writes into words.yaml is read whole, or every mistake is named with its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.app import read_words
from bot import vocabulary
from bot.errors import ConfigError, FrameworkError
from tests.conftest import FRAMEWORKS

LANTERN = FRAMEWORKS["lantern"]
FILE = Path(__file__).parent / "frameworks" / "lantern.words.yaml"


def test_a_file_is_read() -> None:
    words = vocabulary.parse(FILE.read_text("utf-8"), "words.yaml", LANTERN)
    assert words.version
    assert words.entries["beacon.keep-lamp"].keywords == ("darkness", "reliable")
    assert words.entries["beacon.keep-lamp"].questions[0] == "who makes sure nobody is left in the dark"
    assert words.entries["beacon.keep-lamp"].lines["watch"] == (("the log",), ())
    assert words.synonyms == (("skipper", "captain", "boss"),)
    assert words.not_covered["food"][0] == "what is for supper"
    assert "cheers everybody" in words.unspecific


def test_every_mistake_is_named_with_its_line() -> None:
    text = (
        "schema: 1\nentries:\n  beacon.keep-lmap:\n    questions: [a]\n  beacon.read-water:\n    quetsions: [b]\n"
        "unspecific: [yes]\n"
    )
    with pytest.raises(FrameworkError) as raised:
        vocabulary.parse(text, "words.yaml", LANTERN)
    assert [(problem.line, problem.path) for problem in raised.value.details] == [
        (3, "entries.beacon.keep-lmap"),
        (6, "entries.beacon.read-water.quetsions"),
        (7, "unspecific[0]"),
    ]
    assert "has no entry beacon.keep-lmap" in str(raised.value)


def test_words_for_lines_have_one_list_for_each_line() -> None:
    """Else nobody could tell which line is meant."""
    text = (
        "schema: 1\nentries:\n  beacon.keep-lamp:\n    lines:\n      meaning: [[a]]\n      watch: [[b], []]\n"
        "      wacth: [[c], [d]]\n  beacon.read-water:\n    lines: [a]\n  beacon.answer-bell:\n    lines: {watch: a}\n"
    )
    with pytest.raises(FrameworkError) as raised:
        vocabulary.parse(text, "words.yaml", LANTERN)
    assert [(problem.line, problem.path) for problem in raised.value.details] == [
        (5, "entries.beacon.keep-lamp.lines.meaning"),
        (7, "entries.beacon.keep-lamp.lines.wacth"),
        (9, "entries.beacon.read-water.lines"),
        (11, "entries.beacon.answer-bell.lines.watch"),
    ]
    assert "has 2 lines in meaning, and here are words for 1" in str(raised.value)
    assert "has no group wacth" in str(raised.value)


@pytest.mark.parametrize("text", ["", "entries: []", "- a", "schema: 1\nentries: {a: 5}", "schema: 2", "\x00"])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(FrameworkError):
        vocabulary.parse(text, "words.yaml", LANTERN)


def test_it_may_have_a_megabyte() -> None:
    line = "  - " + "w" * 96 + "\n"
    head = "schema: 1\nnot_covered:\n  a:\n"
    assert vocabulary.parse(head + line * 9000, "w", LANTERN).not_covered["a"]
    with pytest.raises(FrameworkError, match="make it shorter"):
        vocabulary.parse(head + line * 11000, "w", LANTERN)


def test_the_framework_speaks_for_itself_where_there_is_no_file(tmp_path: Path) -> None:
    assert read_words(tmp_path / "words.yaml", LANTERN) == vocabulary.NONE
    examples = list(vocabulary.examples(LANTERN, vocabulary.NONE))
    assert {label for _, label in examples} == {entry.id for entry in LANTERN.entries}


def test_words_for_what_is_gone_ask_for_nothing_any_more() -> None:
    """An edit of the framework comes first, and one of the words follows: until then nobody gets another entry."""
    words = vocabulary.parse(FILE.read_text("utf-8"), "words.yaml", LANTERN)
    gone = replace(LANTERN, entries=tuple(each for each in LANTERN.entries if each.id != "beacon.keep-lamp"))
    asked = dict(vocabulary.examples(gone, words))
    assert {asked[question] for question in words.entries["beacon.keep-lamp"].questions} == {""}
    assert asked["what should I do before I rush into something"] == "beacon.read-water"


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="WORDS_FILE"):
        read_words(tmp_path / "words.yaml", LANTERN)
    with pytest.raises(ConfigError, match="WORDS_FILE"):
        read_words(tmp_path, LANTERN)
