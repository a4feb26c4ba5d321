"""An export: what everybody may see and nothing else, in a file that no spreadsheet counts with."""

import csv
import io
import re
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import exports
from bot.exports import Export, cell
from bot.model import Nearby, Recognition, Visibility
from tests.examples import ANN, BOB, HARBOUR, KUDOS, WHEN, W
from tests.hostile import HOSTILE, texts

ASKED = Export(id="1", workspace=W, asked_by=ANN.id, asked_at=WHEN)
FORMULA = re.compile(r"\s*[=+\-@]")
APPROVED = replace(ASKED, approved=True, answered_at=WHEN)


@pytest.mark.parametrize(
    "begins",
    ["=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠", "−", "﹦", "﹢", "⁼", "₊"],
)
@pytest.mark.parametrize(
    "before", ["", " ", "\t", "\r", "\n", '"', "'", " \u00a0“", "\u200b", "\ufeff", "\u3000", "\0"]
)
def test_no_cell_is_a_formula(before: str, begins: str) -> None:
    """Whatever it begins with, in whatever width, after whatever nobody sees."""
    assert cell(f'{before}{begins}HYPERLINK("https://evil.example")').startswith("'")


@pytest.mark.parametrize("text", ["Ann", "O'Brien", "“Bob”", "1st line", "Ann-Marie", "a=b", "a; b", "", "Åsa 💙"])
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize("separator", [",", ";"])
@settings(max_examples=25)
@given(rows=st.lists(st.tuples(*[texts] * 4), max_size=3))
def test_nothing_that_people_write_is_a_formula_whatever_parts_the_cells(
    separator: str, rows: list[tuple[str, str, str, str]]
) -> None:
    """A spreadsheet goes by where it runs: in half of Europe, semicolons part cells and commas do not."""
    table = exports.table([*rows, *((each,) * 4 for each in HOSTILE)])
    read = csv.reader(io.StringIO(table, newline=""), delimiter=separator)
    assert not [text for row in read for text in row if FORMULA.match(unicodedata.normalize("NFKC", text))]


@given(st.lists(st.tuples(*[st.text()] * 4), max_size=5))
def test_a_table_is_read_back_as_it_was_shown(rows: list[tuple[str, str, str, str]]) -> None:
    """Each row is one row of four cells, for whoever reads CSV; and no cell begins as a formula does."""
    read = list(csv.reader(io.StringIO(exports.table(rows), newline="")))
    assert read == [list(exports.COLUMNS), *([cell(each) for each in row] for row in rows)]
    assert not [text for row in read for text in row if text.lstrip()[:1] in tuple("=+-@＝＋－＠")]


def test_what_follows_a_semicolon_is_no_formula_either() -> None:
    assert cell("Ann;=1+1; @x;b") == "Ann;'=1+1;' @x;b"


@given(st.text())
def test_a_cell_is_one_line_without_controls(text: str) -> None:
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in cell(text))


def test_a_row_is_somebody_who_was_thanked() -> None:
    titles = ", ".join(tag.title for tag in KUDOS.tags)
    assert list(exports.told(KUDOS)) == [
        ("2026-03-02", "Bob @here", "Ann <&> *Lee*", titles),
        ("2026-03-02", "Cem", "Ann <&> *Lee*", titles),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        replace(KUDOS, withdrawn=True),
        replace(KUDOS, removed=True),
        replace(KUDOS, visibility=Visibility.PRIVATE),
        replace(KUDOS, visibility=Visibility.DIRECT),
        replace(KUDOS, place=replace(HARBOUR, visibility=Visibility.PRIVATE)),
        replace(KUDOS, unlisted=frozenset({ANN.id})),
    ],
)
def test_what_not_everybody_may_see_is_not_in_it(hidden: Recognition) -> None:
    assert list(exports.told(hidden)) == []


@pytest.mark.parametrize(
    "kept_back",
    [
        replace(KUDOS, unlisted=frozenset({BOB.id})),
        replace(KUDOS, nearby=(Nearby(person=BOB.id, places=frozenset({(HARBOUR.workspace, HARBOUR.id)})),)),
    ],
)
def test_of_whom_not_everybody_may_know_there_is_no_row(kept_back: Recognition) -> None:
    assert [row[1] for row in exports.told(kept_back)] == ["Cem"]


@pytest.mark.parametrize(
    ("export", "minutes", "open_", "ready"),
    [
        (ASKED, 60, True, False),
        (ASKED, 61, False, False),
        (APPROVED, 60, False, True),
        (APPROVED, 61, False, False),
        (replace(APPROVED, made=True), 1, False, False),
        (replace(APPROVED, approved=False), 1, False, False),
        (replace(APPROVED, answered_at=None), 1, False, False),
    ],
)
def test_an_answer_counts_within_the_hour_and_once(export: Export, minutes: int, *, open_: bool, ready: bool) -> None:
    now = WHEN + timedelta(minutes=minutes)
    assert (export.open(now), export.ready(now)) == (open_, ready)


def test_who_is_shown_only_in_their_own_channels_is_not_in_it() -> None:
    """Also where they are in the channel, and somebody else who was thanked with them stays."""
    nearby = (Nearby(person=BOB.id, places=frozenset({(W, HARBOUR.id)})),)
    assert [row[1] for row in exports.told(replace(KUDOS, nearby=nearby))] == ["Cem"]
