"""The framework's file: what is read from it, and everything that can be wrong with it."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import FrameworkError, Problem
from bot.framework import Contact, Framework, Quotation, Reading, parse

ROOT = Path(__file__).parents[1]
REAL = (ROOT / "framework.yaml").read_text("utf-8")
LANTERN = (ROOT / "tests" / "frameworks" / "lantern.yaml").read_text("utf-8")
_WITHOUT_HELP = LANTERN.partition("help:\n")[0]


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(FrameworkError) as caught:
        parse(text, "framework.yaml")
    return caught.value.details


def told(text: str) -> set[tuple[str, str]]:
    """Each problem's line as it stands in `text`, and its message."""
    lines = [*text.split("\n"), ""]
    return {(lines[problem.line - 1].strip(), problem.message) for problem in problems(text)}


@pytest.fixture(scope="module")
def lantern() -> Framework:
    return parse(LANTERN, "lantern.yaml")


class TestReading:
    def test_an_entry_holds_what_the_file_says(self, lantern: Framework) -> None:
        """Every field arrives, and a kind lends its section and its groups' labels."""
        entry = lantern.entry("beacon.keep-lamp")
        assert entry
        assert (entry.kind.label, entry.source.title, entry.number) == ("beacon", "The Keeper's Book", 1)
        assert (entry.section, entry.title.text, entry.tag) == ("Our beacons", "We keep the lamp burning", "lamp")
        meaning, watch = entry.groups
        assert (meaning.heading, meaning.label) == (None, "What it means")
        assert watch.heading == Quotation(text="On a good watch you will see:", printed="On a good watch you will see:")
        assert (watch.name, watch.note) == ("watch", "a few examples")
        assert watch.lines[0] == Quotation(
            text="I hand over the log complete and legible",
            printed="I hand over the log complete and ledgible",
            note="a letter too many in the print",
        )
        assert entry.aliases == ("keep the lamp", "lamp burning")

    def test_what_stands_on_its_own_is_its_own_section(self, lantern: Framework) -> None:
        """An entry names its section, or its kind does, or its own title is the heading."""
        sections = {entry.id: entry.section for entry in lantern.entries}
        assert sections["berth.ferry"] == "Crossings"
        assert sections["pledge.coil-rope"] == "The crew's pledge"
        assert sections["berth.stores"] == "Stores and oil"

    def test_an_overview_lists_entries_or_a_whole_kind(self, lantern: Framework) -> None:
        """The name of a kind stands for its entries, in the file's order."""
        lists = {entry.id: entry.lists for entry in lantern.entries if entry.lists}
        assert lists == {
            "chart.beacons": ("beacon.keep-lamp", "beacon.read-water", "beacon.answer-bell"),
            "chart.pledges": ("pledge.coil-rope", "pledge.share-oar", "pledge.teach-tides"),
        }

    def test_our_readings_name_an_entry_or_one_of_its_lines(self, lantern: Framework) -> None:
        """Both ways of writing a reading arrive as one."""
        entry = lantern.entry("pledge.share-oar")
        assert entry
        assert entry.readings == (
            Reading(entry="beacon.answer-bell"),
            Reading(entry="beacon.answer-bell", line="Small boats count like great ones"),
        )

    def test_stray_fragments_are_kept_apart_from_the_lines(self, lantern: Framework) -> None:
        """What is printed again or in fragments is no line."""
        entry = lantern.entry("berth.wardens")
        assert entry
        assert (entry.printed_forms, entry.groups) == (("wardns",), ())

    def test_lines_can_have_a_date_of_their_own(self, lantern: Framework) -> None:
        """The kind dates the lines of a group."""
        entry = lantern.entry("berth.stores")
        assert entry
        assert [group.dated for group in entry.groups] == ["", "2032"]

    def test_tags_are_found_in_any_case(self, lantern: Framework) -> None:
        """What people type after # need not be in small letters."""
        found = lantern.tagged("LAMP")
        assert found
        assert found.id == "beacon.keep-lamp"
        assert lantern.tagged("ferry") is None

    @pytest.mark.parametrize("emoji", ["🚣", "🚣🏽", "rowboat", ":rowboat:", "rowboat::skin-tone-3"])
    def test_an_emoji_is_found_in_any_skin_tone(self, lantern: Framework, emoji: str) -> None:
        """Unicode or short name, with colons or without: it is one emoji."""
        found = lantern.for_emoji(emoji)
        assert found
        assert found.id == "pledge.share-oar"

    def test_an_emoji_is_found_by_its_other_names(self, lantern: Framework) -> None:
        """Slack knows some emoji by two names."""
        assert lantern.for_emoji("lantern") == lantern.for_emoji("izakaya_lantern") == lantern.for_emoji("🏮")
        assert lantern.for_emoji("clap") is None

    def test_entries_of_a_kind_keep_the_order_of_the_file(self, lantern: Framework) -> None:
        """So that "pledge 2" is the second."""
        assert [entry.number for entry in lantern.of_kind("pledge")] == [1, 2, 3]
        assert [kind.id for kind in lantern.kinds if kind.suggest] == ["beacon", "pledge"]
        assert [entry.id for entry in lantern.taggable][:2] == ["beacon.keep-lamp", "beacon.read-water"]

    def test_the_version_is_a_hash_of_the_content(self, lantern: Framework) -> None:
        """The same text has the same version; any other has another."""
        assert parse(LANTERN, "elsewhere.yaml").version == lantern.version
        assert parse(LANTERN + "# a remark\n", "lantern.yaml").version != lantern.version

    def test_it_may_name_people_who_help(self, lantern: Framework) -> None:
        """By what they are there for; nobody is named where the file names nobody."""
        help_ = "help:\n- {name: Lamp line, contact: '0111', hours: always, for: crisis}\n"
        named = parse(_WITHOUT_HELP + help_, "lantern.yaml")
        assert named.help_for("crisis") == (
            Contact(name="Lamp line", contact="0111", hours="always", purpose="crisis"),
        )
        assert named.help_for("wrongdoing") == parse(_WITHOUT_HELP, "lantern.yaml").help == ()
        assert [each.purpose for each in lantern.help] == ["crisis", "wrongdoing", "everyday"]
        assert lantern.help_for("everyday")[0].contact == ""

    @pytest.mark.parametrize(
        ("line", "path", "advice"),
        [
            ("- {name: A, contact: b, hours: c}", "help[0].for", "for is missing"),
            ("- {name: A, contact: b, for: crisis}", "help[0].hours", "hours is missing"),
            ("- {name: A, for: emergency}", "help[0].contact", "contact is missing"),
            (
                "- {name: A, contact: b, hours: c, for: fun}",
                "help[0].for",
                "write 'emergency', 'crisis', 'wrongdoing' or 'everyday'",
            ),
            ("- {name: A, contact: 0111, hours: c, for: crisis}", "help[0].contact", 'put it in quotes, "0111"'),
            ("- {name: A, contact: b, hours: c, for: crisis, fax: d}", "help[0].fax", "fax is not known here"),
        ],
    )
    def test_mistakes_in_who_helps_are_told(self, line: str, path: str, advice: str) -> None:
        with pytest.raises(FrameworkError) as caught:
            parse(f"{_WITHOUT_HELP}help:\n{line}\n", "lantern.yaml")
        assert any(path in each and advice in each for each in map(str, caught.value.problems))

    def test_layout_is_no_content(self, lantern: Framework) -> None:
        """Windows line ends, a byte order mark and lines broken for layout change no text."""
        line = "- Small boats count like great ones"
        broken = LANTERN.replace(line, "- >\n        Small boats\n        count like  great ones\n")
        windows = "\ufeff" + broken.replace("\n", "\r\n")
        assert parse(windows, "lantern.yaml").entries == lantern.entries

    def test_a_whole_number_or_truth_is_read_where_it_is_wanted(self, lantern: Framework) -> None:
        """`number` and `kudos` are no text; everything else is."""
        assert [kind.kudos for kind in lantern.kinds] == [True, True, False, False]


ROSE = "- id: chart.compass-rose"
OAR = "- id: pledge.share-oar"

# what is replaced in the invented file | by what | the line that is blamed | words of the advice
MISTAKES = """
tag: oar | tag: 10:30 | tag: 10:30 | put it in quotes, "10:30"
tag: oar | tag: NO | tag: NO | put it in quotes, "NO"
tag: oar | tag: true | tag: true | put it in quotes, "true"
tag: oar | tag: 1.5 | tag: 1.5 | put it in quotes, "1.5"
tag: oar | tag: = | tag: = | put it in quotes, "="
dated: undated | dated: 2031-05-01 | dated: 2031-05-01 | put it in quotes, "2031-05-01"
"77" | 77 | aliases: [ferry, crossing, 77] | put it in quotes, "77"
tag: oar | at: 10:30 | at: 10:30 | put it in quotes, "10:30"
tag: oar | at: 10:30 | at: 10:30 | at is not known here
tag: oar | no: oar | no: oar | put it in quotes, "no"
number: 3 | number: 03 | number: 03 | write a whole number
number: 3 | number: three | number: three | write a whole number
number: 3 | number: 9999999999 | number: 9999999999 | write a whole number
number: 3 | number: 0 | number: 0 | from 1 upwards
kudos: true | kudos: yes | kudos: yes | write true or false
kudos: true | kudos: "true" | kudos: "true" | write true or false
schema: 1 | schema: 2 | schema: 2 | write 1
suggest: first | suggest: third | suggest: third | write 'first' or 'second'
tag: oar | tag: | tag: | nothing is written here
tag: oar | tag: " " | tag: " " | nothing is written here
tag: oar | ~: oar | ~: oar | nothing stands before this colon
tag: oar | tag: &x oar | tag: &x oar | &x is not used here
tag: oar | tag: *oar | tag: *oar | *oar stands for something elsewhere
tag: oar | tag: !!python/name:os.system oar | tag: !!python/name:os.system oar | python/name:os.system is not used
tag: oar | tag: !!str oar | tag: !!str oar | tag:yaml.org,2002:str is not used
tag: oar | <<: {a: b} | <<: {a: b} | << can't take things over
tag: oar | [a]: b | [a]: b | only a word can stand before a colon
tag: oar | colour: red | colour: red | colour is not known here
tag: oar | tag: [oar] | tag: [oar] | a text belongs here
aliases: [wardens] | aliases: wardens | aliases: wardens | a list belongs here
- Tired and | - Tired: and | - Tired: and silent is how boats are lost | text is missing
short: I coil the rope for the next hand | groups: [a] | groups: [a] | named values belong here
title: The rose | title: [] | title: [] | a text belongs here
lists: [beacon] | lists: {} | lists: {} | a list belongs here
- Tired and silent is how boats are lost |   [] | meaning: | nothing is listed here
short: I share the oar | short: {61} | short: {61} | this has 61 characters; 60 at most
tag: oar | # none | {OAR} | tag is missing
short: I share the oar | # none | {OAR} | short is missing
emoji: 🚣 | # none | {OAR} | emoji is missing
emoji_name: rowboat | # none | {OAR} | emoji_name is missing
title: The rose | # none | {ROSE} | title is missing: add it
section: the frontispiece | # none | {ROSE} | section is missing: the title is ours
section: the frontispiece | tag: rose | tag: rose | nobody can be thanked for this kind
section: the frontispiece | emoji: 🌹 | emoji: 🌹 | nobody can be thanked for this kind
tag: oar | tag: Oar | tag: Oar | one word in small letters
tag: oar | tag: my oar | tag: my oar | one word in small letters
tag: oar | tag: my-oar | tag: my-oar | one word in small letters
tag: oar | tag: "#oar" | tag: "#oar" | one word in small letters
tag: oar | tag: 2nd | tag: 2nd | one word in small letters
tag: oar | tag: rope | tag: rope | rope is already used in line
{ROSE} | - id: chart.pledges | - id: chart.pledges | chart.pledges is already used in line
{ROSE} | - id: chart rose | - id: chart rose | an id has small letters
keepers-book: | Keepers: | Keepers: | an id has small letters
number: 3 | number: 2 | number: 2 | 2 is already used in line
emoji: 🐚 | emoji: 🚣 | emoji: 🚣 | is already used in line
emoji: 🐚 | emoji: 🚣🏾 | emoji: 🚣🏾 | is already used in line
emoji: 🐚 | emoji: 🚣{VS} | emoji: 🚣{VS} | is already used in line
emoji_name: shell | emoji_name: flipper | emoji_name: flipper | flipper is already used in line
emoji: 🐚 | emoji: shell | emoji: shell | this is no emoji
emoji: 🐚 | emoji: 🐚é | emoji: 🐚é | this is no emoji
emoji: 🐚 | emoji: 🏽 | emoji: 🏽 | this is no emoji
emoji_name: shell | emoji_name: "a:b" | emoji_name: "a:b" | an emoji name has no colons
kind: chart | kind: chat | kind: chat | chat does not exist: did you mean chart?
source: harbour-notice | source: zzz | source: zzz | zzz does not exist: correct it
lists: [beacon] | lists: [beacons] | lists: [beacons] | did you mean beacon?
lists: [beacon] | lists: [chart.beacons] | lists: [chart.beacons] | can't be an overview of itself
our_readings: [beacon.read-water] | our_readings: [beacon.read] | our_readings: [beacon.read] | did you mean
our_readings: [beacon.read-water] | our_readings: [[a]] | our_readings: [[a]] | a text belongs here
great ones} | ones} | - {entry: beacon.answer-bell, line: Small boats count like ones} | has no such line
refit: | words: | words: | words is already written in line 49: remove one
refit: | repair: | refit: | its kind has no group refit (only words, repair)
tag: oar | tag: "\0oar" | tag: "\0oar" | U+0000 is unreadable
tag: oar | "\0x": y | "\0x": y | U+0000 is unreadable
Tired and | Tired {BEL} | - Tired {BEL} silent is how boats are lost | U+0007 is unreadable
Tired and | Tired {LS} | - Tired {LS} silent is how boats are lost | U+2028 is unreadable
Tired and | Tired {HALF} | - Tired {HALF} silent is how boats are lost | U+D800 is unreadable
{ROSE} | --- | --- | a second document starts here
"""
MARKS = {
    "{ROSE}": ROSE,
    "{OAR}": OAR,
    "{61}": "oar" * 20 + "s",
    "{VS}": "\ufe0f",
    "{BEL}": "\x07",
    "{LS}": "\u2028",
    "{HALF}": "\ud800",
}


def mistake(row: str) -> list[str]:
    for mark, meaning in MARKS.items():
        row = row.replace(mark, meaning)
    return row.split(" | ")


@pytest.mark.parametrize("row", MISTAKES.strip().split("\n"))
def test_a_mistake_is_told_at_its_line_with_what_to_do(row: str) -> None:
    """Whoever edits the file reads where to change what."""
    before, after, line, advice = mistake(row)
    assert before in LANTERN
    found = told(LANTERN.replace(before, after, 1))
    assert any(line == blamed and advice in message for blamed, message in found), found


class TestProblems:
    def test_all_are_told_at_once_in_the_order_of_the_file(self) -> None:
        """One mistake never hides another, however different they are."""
        text = LANTERN.replace("kudos: true", "kudos: yes", 1).replace("tag: bell", "tag: lamp")
        text = text.replace("title: The rose", "titel: The rose").replace("lists: [beacon]", "lists: [lights]")
        text = text.replace("tag: oar", "tag: !word oar\n  tag: row")
        found = problems(text)
        assert [problem.line for problem in found] == sorted(problem.line for problem in found)
        assert [problem.path for problem in found] == [
            "kinds.beacon.kudos",
            "entries[2].tag",
            "entries[4].tag",
            "entries[4].tag",
            "entries[9].lists[0]",
            "entries[11].title",
            "entries[11].titel",
        ]

    def test_each_is_one_readable_line(self) -> None:
        """The error's text names the file, the line, the place and what to do."""
        text = LANTERN.replace("tag: oar", "tag: 10:30")
        with pytest.raises(FrameworkError) as caught:
            parse(text, "lantern.yaml")
        number = text.split("\n").index("  tag: 10:30") + 1
        advice = 'YAML does not read 10:30 as text: put it in quotes, "10:30"'
        assert f"lantern.yaml, line {number}: entries[4].tag: {advice}" in caught.value.problems

    @pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n", "\ufeff"])
    def test_an_empty_file_is_refused(self, text: str) -> None:
        """As when saving was cut short."""
        (problem,) = problems(text)
        assert problem == Problem(line=1, path="", message="the file is empty: restore it from a copy")

    @pytest.mark.parametrize("text", ["~", "text", "- a", "3", "--- []"])
    def test_a_file_of_another_shape_is_refused(self, text: str) -> None:
        """A framework consists of named values."""
        assert [problem.line for problem in problems(text)] == [1]

    def test_broken_yaml_is_told_with_the_line_where_it_breaks(self) -> None:
        """And with the line where that part begins, which is often the culprit."""
        text = LANTERN.replace("tag: oar", 'tag: "oar')
        (problem,) = problems(text)
        begins = text.split("\n").index(OAR) + 1
        assert problem.line > begins
        assert f"in what begins in line {begins}" in problem.message

    def test_what_was_found_before_the_break_is_told_too(self) -> None:
        """As far as the file could be read."""
        text = "a: 1\na: 2\nb: @\n"
        assert [problem.line for problem in problems(text)] == [2, 3]

    def test_the_size_is_limited_in_bytes(self) -> None:
        """256 KiB is taken; one byte more is not, and two-byte letters count twice."""
        padding = 256 * 1024 - len(LANTERN.encode())
        assert parse(LANTERN + "#" * padding, "lantern.yaml").entries
        (problem,) = problems(LANTERN + "#" * (padding - 1) + "é")
        assert "262,145 bytes; 262,144 at most" in problem.message

    @pytest.mark.parametrize("piece", ["[", "{", "- ", "? ", "{a: ", "[[a], "])
    def test_deep_nesting_is_refused_at_once(self, piece: str) -> None:
        """However deep: a hundred thousand lists within lists cost no more than twenty."""
        text = piece * (200_000 // len(piece))
        assert any("more than 20 levels deep" in problem.message for problem in problems(text))

    def test_an_alias_bomb_is_never_built(self) -> None:
        """What stands for something elsewhere is refused, not followed."""
        bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(9))
        assert len([1 for problem in problems(bomb) if "stands for something elsewhere" in problem.message]) == 27

    def test_somebody_must_be_thankable_for_something(self) -> None:
        """A framework without a single entry for kudos is a mistake."""
        text = LANTERN.replace("kudos: true", "kudos: false")
        assert any("people can be thanked for none of these" in problem.message for problem in problems(text))

    def test_a_kind_that_does_not_say_whether_it_is_for_kudos_blames_no_entry(self) -> None:
        """One mistake is told once, not once more for each entry it touches."""
        text = LANTERN.replace("    kudos: true\n    suggest: second\n", "    suggest: second\n")
        (problem,) = problems(text)
        assert (problem.path, problem.message) == ("kinds.pledge.kudos", "kudos is missing: add it")

    def test_long_texts_are_shortened_in_messages(self) -> None:
        """A message stays readable."""
        (problem,) = problems(LANTERN.replace("kind: chart", "kind: " + "x" * 5000, 1))
        assert problem.message == "x" * 39 + "… does not exist: correct it"


def tells_what_is_wrong(text: str) -> None:
    """Whatever the text: a framework, or problems that make sense."""
    found: tuple[Problem, ...] = ()
    try:
        assert parse(text, "framework.yaml").taggable
    except FrameworkError as error:
        found = error.details
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert all(1 <= problem.line <= len(text.splitlines()) + 1 for problem in found)
    assert all(problem.message and "Input should" not in problem.message for problem in found)


PIECES = [
    "a",
    "schema",
    ": ",
    ":",
    "- ",
    "\n",
    "\n  ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    '"',
    "'",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">",
]
PIECES += [
    "#",
    "? ",
    "%",
    "@",
    "---\n",
    "...\n",
    "1",
    "10:30",
    "~",
    "<<",
    "=",
    "yes",
    "\t",
    "\\",
    "\x00",
    "\ud800",
    "\r",
]
TREE = yaml.safe_load(LANTERN)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


class TestAnyText:
    @given(st.text() | st.text("-:[]{}'\"#&*!|>%@,? \n\tab0") | st.lists(st.sampled_from(PIECES)).map("".join))
    @settings(deadline=None)
    def test_any_text_is_a_framework_or_an_explained_error(self, text: str) -> None:
        """Nothing else is ever raised."""
        tells_what_is_wrong(text)

    @pytest.mark.parametrize("original", [REAL, LANTERN], ids=["framework", "lantern"])
    @given(st.data())
    @settings(deadline=None)
    def test_any_slip_of_the_hand_is_survived(self, original: str, data: st.DataObject) -> None:
        """Lines lost, doubled, moved, cut short or with something typed into them."""
        lines = original.split("\n")
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(lines) - 1))
            match data.draw(st.sampled_from(["lose", "double", "move", "cut", "type", "indent"])):
                case "lose":
                    del lines[at]
                case "double":
                    lines.insert(at, lines[at])
                case "move":
                    lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
                case "cut":
                    lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
                case "type":
                    column = data.draw(st.integers(0, len(lines[at])))
                    typed = data.draw(st.sampled_from(PIECES) | st.text(max_size=5))
                    lines[at] = lines[at][:column] + typed + lines[at][column:]
                case _:
                    lines[at] = " " * data.draw(st.integers(1, 4)) + lines[at]
        tells_what_is_wrong("\n".join(lines))

    @given(st.data(), VALUES)
    @settings(deadline=None)
    def test_any_value_in_any_place_is_survived(self, data: st.DataObject, value: object) -> None:
        """Whatever stands where something else belongs."""
        tree = deepcopy(TREE)
        inner = tree
        while True:
            key = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
            if not isinstance(inner[key], dict | list) or not inner[key] or data.draw(st.booleans()):
                break
            inner = inner[key]
        inner[key] = value
        tells_what_is_wrong(json.dumps(tree, ensure_ascii=False, indent=1))
