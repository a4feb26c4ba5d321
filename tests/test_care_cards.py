"""What somebody in need reads: who can help, in our words and as such, before anything else."""

from dataclasses import replace

import pytest

from bot.answers import Answer
from bot.cards import Bullets, Card, Divider, plain
from bot.care import Notice
from bot.care_cards import calm, heeding
from bot.framework import Contact, Framework

LINE = Contact(name="Night line", contact="0111 222", hours="from 8 in the evening to 8", purpose="crisis")
STANDARDS = Contact(name="Standards", contact="s@example.org", hours="weekdays", purpose="wrongdoing")
DESK = Contact(name="The desk", contact="room 4", hours="weekdays", purpose="everyday")

UNKNOWN = Answer(question="?", outcome="unknown")


def known(framework: Framework, confidence: float = 1) -> Answer:
    return Answer(question="?", outcome="answer", entries=framework.taggable[:1], confidence=confidence)


def test_help_comes_first_and_an_answer_last(lantern: Framework) -> None:
    text = plain(calm(known(lantern), lantern))
    places = [text.index(part) for part in ("999", "Samaritans: 116 123", "You matter", lantern.taggable[0].title.text)]
    assert places == sorted(places)


@pytest.mark.parametrize("confidence", [0.6, 0.0])
def test_a_guess_is_not_set_before_somebody_in_distress(lantern: Framework, confidence: float) -> None:
    answer = known(lantern, confidence) if confidence else UNKNOWN
    assert not any(isinstance(each, Divider) for each in calm(answer, lantern).elements)


def test_those_whom_the_organisation_names_come_before_samaritans(lantern: Framework) -> None:
    text = plain(calm(UNKNOWN, replace(lantern, help=(STANDARDS, LINE, DESK))))
    assert text.index("Night line: 0111 222 (from 8 in the evening to 8)") < text.index("Samaritans")
    assert "Standards" not in text
    assert "The desk" not in text


def test_samaritans_are_not_named_twice(lantern: Framework) -> None:
    ours = Contact(name="Samaritans", contact="116123", hours="always", purpose="crisis")
    assert plain(calm(UNKNOWN, replace(lantern, help=(ours,)))).count("Samaritans") == 1


@pytest.mark.parametrize("notice", Notice)
def test_it_neither_shouts_nor_asks(lantern: Framework, notice: Notice) -> None:
    """Nor is anything of ours shaped like a quotation."""
    quoted = heeding(None, UNKNOWN, lantern).elements
    ours = [each for each in heeding(notice, UNKNOWN, lantern).elements if each not in quoted]
    text = plain(Card(tuple(ours)))
    assert ours
    assert "!" not in text
    assert "?" not in text
    assert not any(isinstance(each, Bullets) for each in ours)


def test_an_emergency_is_sent_to_999_in_the_first_line(lantern: Framework) -> None:
    text = plain(heeding(Notice.EMERGENCY, known(lantern), lantern))
    assert text.startswith("If this is happening now, call 999.")
    assert "my own words" in text
    assert lantern.taggable[0].title.text in text
    menu = Answer(question="?", outcome="menu", entries=lantern.taggable[:2])
    assert heeding(Notice.EMERGENCY, menu, lantern) == heeding(Notice.EMERGENCY, UNKNOWN, lantern)
    assert "I don't know" not in plain(heeding(Notice.EMERGENCY, UNKNOWN, lantern))


def test_a_case_is_quoted_for_and_left_to_those_whose_job_it_is(lantern: Framework) -> None:
    named = replace(lantern, help=(STANDARDS, LINE, DESK))
    text = plain(heeding(Notice.SITUATION, known(lantern), named))
    assert text.index(lantern.taggable[0].title.text) < text.index("not advice on your case")
    assert "line manager" in text
    assert "The desk: room 4 (weekdays)" in text
    assert "Standards" not in text
    text = plain(heeding(Notice.WRONGDOING, UNKNOWN, named))
    assert "wording" not in text
    assert "you can tell these people:\nStandards: s@example.org (weekdays)" in text
    text = plain(heeding(Notice.WRONGDOING, UNKNOWN, replace(lantern, help=())))
    assert "you can tell a manager you trust" in text


def test_a_case_that_may_be_about_several_shows_the_lines_that_bear_on_it(lantern: Framework) -> None:
    """And only a case does: a mere menu is to be looked through at once."""
    one, other = lantern.taggable[:2]
    line = one.groups[0].lines[0].text
    menu = Answer(question="?", outcome="menu", entries=(one, other), lines={one.id: line})
    assert f"{one.title.text} #{one.tag}: “{line}”" in plain(heeding(Notice.SITUATION, menu, lantern))
    assert line not in plain(heeding(None, menu, lantern))


def test_who_is_named_without_a_contact_is_just_named(lantern: Framework) -> None:
    by_name = Contact(name="The bench", purpose="wrongdoing")
    text = plain(heeding(Notice.WRONGDOING, UNKNOWN, replace(lantern, help=(by_name, replace(by_name, hours="noon")))))
    assert text.endswith("you can tell these people:\nThe bench\nThe bench (noon)")


def test_in_another_country_another_number_is_called(lantern: Framework) -> None:
    """And nobody is sent to a helpline of this one, where they have their own."""
    abroad = replace(lantern, help=(Contact(name="Emergency", contact="112", purpose="emergency"), LINE))
    urgent, lost = plain(heeding(Notice.EMERGENCY, UNKNOWN, abroad)), plain(calm(UNKNOWN, abroad))
    assert urgent.startswith("If this is happening now, call 112.")
    assert "Call 112" in lost
    assert "Night line: 0111 222" in lost
    for text in (urgent, lost):
        assert not any(word in text for word in ("999", "55", "Samaritans"))
    nobody = replace(abroad, help=abroad.help[:1])
    assert "Samaritans" in plain(calm(UNKNOWN, nobody)), "better than nobody"


def test_what_calls_for_nothing_is_just_answered(lantern: Framework) -> None:
    assert "999" not in plain(heeding(None, known(lantern), lantern))
    assert heeding(Notice.CRISIS, UNKNOWN, lantern) == calm(UNKNOWN, lantern)
