"""What is typed after `/kudos` is read as it was meant, and nothing of it is lost."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.framework import Framework
from bot.requests import Channel, Group, Named, Unresolved, Words
from bot.words import Draft, read
from tests.conftest import FRAMEWORKS
from tests.doubles.world import in_framework

BOB, CARA = Named("bob", "Bob"), Named("cara", "Cara")
NIGHTS, DAYS = Group("S1", "nights"), Group("S2", "days")
HERE = Unresolved("@here", everybody=True)
SAID = "staying on after nights"


def reading(*words: Any, framework: Framework = FRAMEWORKS["own"]) -> tuple[Draft, str]:
    """The draft, and which entries it holds, by position."""
    filled = tuple(in_framework(word, framework) if isinstance(word, str) else word for word in words)
    draft = read(filled, framework)
    return draft, ids(draft, framework)


def ids(draft: Draft, framework: Framework) -> str:
    positions = {entry.id: str(position) for position, entry in enumerate(framework.taggable)}
    return " ".join(positions[id_] for id_ in draft.entries)


@pytest.mark.parametrize(
    ("words", "recipients", "entries", "reason"),
    [
        # people, a tag, the reason
        ((BOB, f" #0 for {SAID}"), "bob", "0", SAID),
        ((BOB, " ", CARA, f" #0 for {SAID}"), "bob cara", "0", SAID),
        ((BOB, ", ", CARA, " and ", BOB, f" #0 {SAID}"), "bob cara", "0", SAID),
        (("for ", BOB, f" #0: {SAID}"), "bob", "0", SAID),
        (("thank you to ", BOB, f" #0 for {SAID}"), "bob", "0", SAID),
        (("#0 ", BOB, f"\n{SAID}"), "bob", "0", SAID),
        ((BOB, f" #0 #1 #2 for {SAID}"), "bob", "0 1 2", SAID),
        ((BOB, f"#0#1 {SAID}"), "bob", "0 1", SAID),
        ((BOB, f" #0 #0 for {SAID}"), "bob", "0", SAID),
        ((BOB, f" for: {SAID}"), "bob", "", SAID),
        # a tag anywhere: no part of the reason at its ends, a word of it in the middle
        ((BOB, f" {SAID} #0"), "bob", "0", SAID),
        ((BOB, f" {SAID} #0, #1"), "bob", "0 1", f"{SAID} #0,"),
        ((BOB, " for showing #0 to all of us"), "bob", "0", "showing #0 to all of us"),
        # … in whatever case, and as a channel that Slack made of it
        ((BOB, " ", Channel("0"), f" for {SAID}"), "bob", "0", SAID),
        ((BOB, f" {SAID} ", Channel("0")), "bob", "0", SAID),
        ((BOB, " for showing ", Channel("0"), " to us"), "bob", "0", "showing #0 to us"),
        ((BOB, " #0 for what they wrote in ", Channel("general")), "bob", "0", "what they wrote in #general"),
        # an emoji or a title, before the first word of the reason only
        ((BOB, f" {{0}} for {SAID}"), "bob", "0", SAID),
        ((BOB, f" :0: {SAID}"), "bob", "0", SAID),
        ((BOB, f" {{0}}{{1}} {SAID}"), "bob", "0 1", SAID),
        ((BOB, f" *0*: {SAID}"), "bob", "0", SAID),
        ((BOB, f" *0* for {SAID}"), "bob", "0", SAID),
        ((BOB, f" *0*, *1* and #2 for {SAID}"), "bob", "0 1 2", SAID),
        (("*0* ", BOB, f" for {SAID}"), "bob", "0", SAID),
        (("*0* to ", BOB, f" for {SAID}"), "bob", "0", SAID),
        ((BOB, " for staying {0} on :0: nights, *1*"), "bob", "", "staying {0} on :0: nights, *1*"),
        # a title that runs on into a sentence is a part of it too
        ((BOB, " *0* with all of us"), "bob", "0", "*0* with all of us"),
        ((BOB, " *0* and it shows"), "bob", "0", "*0* and it shows"),
        ((BOB, " *0* thanks"), "bob", "0", "*0* thanks"),
        # small words and signs that begin the reason belong to it
        ((BOB, " #0 to be honest, you saved the day"), "bob", "0", "to be honest, you saved the day"),
        ((BOB, " #0 thank you so much for it"), "bob", "0", "thank you so much for it"),
        ((BOB, ", #0, and thanks again"), "bob", "0", "and thanks again"),
        ((BOB, " #0 to-do list cleared"), "bob", "0", "to-do list cleared"),
        ((BOB, " #0 for-ever grateful"), "bob", "0", "for-ever grateful"),
        ((BOB, " #0 :tada: what a night"), "bob", "0", ":tada: what a night"),
        ((BOB, " #0 :) what a night"), "bob", "0", ":) what a night"),
        ((BOB, " #0 +1 from all of us"), "bob", "0", "+1 from all of us"),
        ((BOB, " #0 for being #10 of all of us"), "bob", "0", "being #10 of all of us"),
        ((BOB, " #0 #17 in a row"), "bob", "0", "#17 in a row"),
        ((BOB, " #0 thanks"), "bob", "0", "thanks"),
        ((BOB, " #0 –"), "bob", "0", ""),
        # so do names that begin it
        (
            (BOB, "'s calm voice got us all through the night #0"),
            "bob",
            "0",
            "@Bob's calm voice got us all through the night",
        ),
        ((BOB, " and ", CARA, "’s #0 notes for the case"), "bob cara", "0", "@Cara’s #0 notes for the case"),
        ((Named("x"), "'s work"), "x", "", "@colleague's work"),
        ((BOB, " 's work"), "bob", "", "'s work"),
        # people in the reason are words of it
        ((BOB, " #0 for helping ", CARA, " out"), "bob", "0", "helping @Cara out"),
        ((BOB, " #0 for helping ", Named("x"), " out"), "bob", "0", "helping @colleague out"),
        ((BOB, " #0 for helping ", Unresolved("@night-team"), " out"), "bob", "0", "helping @night-team out"),
    ],
)
def test_reading(words: Words, recipients: str, entries: str, reason: str, any_framework: Framework) -> None:
    """People, entries and reason are told apart, on any framework."""
    named = {f"Channel{n}": entry.tag for n, entry in enumerate(any_framework.taggable)}
    given_words = tuple(
        Channel(named.get(f"Channel{word.name}", word.name)) if isinstance(word, Channel) else word for word in words
    )
    draft, found = reading(*given_words, framework=any_framework)
    assert draft.recipients == tuple(recipients.split())
    assert found == entries
    assert draft.reason == in_framework(reason, any_framework)


def test_titles_are_found_in_any_case_and_with_any_spaces() -> None:
    """People type as they like: case, spaces and skin tones do not matter."""
    assert reading(BOB, " i LISTEN  and learn: thank you")[0].entries == ("value.listen-learn",)
    assert reading(BOB, f" 👂🏽 for {SAID}")[0].entries == ("value.listen-learn",)
    assert reading(BOB, f" :ear::skin-tone-5: for {SAID}")[0].entries == ("value.listen-learn",)
    assert reading(BOB, f" #LISTEN for {SAID}")[0].entries == ("value.listen-learn",)


def test_a_single_word_names_an_entry_only_where_something_ends_it() -> None:
    """ "courage: …" names an entry; "fair play to her" is something to say."""
    assert reading(BOB, f" courage: {SAID}")[0].entries == ("value.courageous-fair",)
    assert reading("courage ", BOB, f" for {SAID}")[0].entries == ("value.courageous-fair",)
    draft, entries = reading(BOB, " fair play to her for that")
    assert (entries, draft.reason) == ("", "fair play to her for that")


def test_look_alikes_are_words() -> None:
    """A title written with a dotless ı names nothing and stays a word."""
    draft, entries = reading(BOB, " ı listen and learn: every day")
    assert (entries, draft.reason) == ("", "ı listen and learn: every day")


@pytest.mark.parametrize(
    ("words", "field", "sentence"),
    [
        ((BOB, f" #lisen for {SAID}"), "entries", "I don't know #lisen. Did you mean #listen?"),
        ((BOB, f" #zzzzzz for {SAID}"), "entries", "I don't know #zzzzzz. Choose from the list here."),
        (
            (BOB, f" #lisen #prevnt {SAID}"),
            "entries",
            "I don't know #lisen. Did you mean #listen? I don't know #prevnt. Did you mean #prevent?",
        ),
        ((BOB, f" for {SAID} #lisen"), "entries", "I don't know #lisen. Did you mean #listen?"),
        ((BOB, " ", Channel("lisen"), f" {SAID}"), "entries", "I don't know #lisen. Did you mean #listen?"),
        (
            (BOB, " ", Channel(""), f" {SAID}"),
            "entries",
            "Your # arrived as a channel whose name I can't see. Choose from the list here.",
        ),
        (
            (BOB, f" {SAID} ", Channel(""), " too"),
            "entries",
            "Your # arrived as a channel whose name I can't see. Choose from the list here.",
        ),
        (
            (BOB, f" #prevent #service #fair #listen #proud for {SAID}"),
            "entries",
            "Choose up to 3: I kept the first, and left out #listen, #proud.",
        ),
        (
            (Unresolved("@nights"), f" #listen for {SAID}"),
            "recipients",
            "I can't tell who @nights is. Choose the people you mean here.",
        ),
        (
            (Unresolved("@Siân"), f" O'Neill-Jones #listen for {SAID}"),
            "recipients",
            "I can't tell who @Siân O'Neill-Jones is. Choose the people you mean here.",
        ),
        (
            (HERE, f" #listen for {SAID}"),
            "recipients",
            "A kudos thanks people you name, or a group, and not @here. Choose the people you mean here.",
        ),
        (("a big hand for ", NIGHTS), "recipients", "Is this whom you want to thank? Check the names here."),
        (("a big hand for ", BOB), "recipients", "Is this whom you want to thank? Check the names here."),
    ],
)
def test_what_has_to_be_mended(words: Words, field: str, sentence: str) -> None:
    """Whatever is not clear is said at its field, by name."""
    draft, _ = reading(*words)
    assert (field, sentence) in draft.faults


@pytest.mark.parametrize(
    ("words", "recipients", "groups", "reason"),
    [
        ((NIGHTS, f" #0 for {SAID}"), "", "S1", SAID),
        ((BOB, " and ", NIGHTS, ", ", DAYS, f" #0 {SAID}"), "bob", "S1 S2", SAID),
        ((NIGHTS, " ", NIGHTS, f" #0 {SAID}"), "", "S1", SAID),
        (("for ", NIGHTS, f" #0: {SAID}"), "", "S1", SAID),
        ((NIGHTS, f" #0 for {SAID} with ", DAYS, " and ", BOB), "", "S1", f"{SAID} with @days and @Bob"),
        ((BOB, " #0 for helping ", NIGHTS, " out"), "bob", "", "helping @nights out"),
        ((BOB, " #0 for helping ", Group("S1"), " out"), "bob", "", "helping @group out"),
        ((BOB, f" #0 for {SAID} as ", HERE, " saw"), "bob", "", f"{SAID} as @here saw"),
        (("a big hand for ", NIGHTS, " and ", BOB), "bob", "S1", "a big hand for @nights and @Bob"),
    ],
)
def test_groups_are_read_like_people(words: Words, recipients: str, groups: str, reason: str) -> None:
    """Before the reason they are thanked; in the reason they are words of it."""
    draft, _ = reading(*words)
    assert (draft.recipients, draft.groups, draft.reason) == (tuple(recipients.split()), tuple(groups.split()), reason)


def test_a_group_alone_says_something() -> None:
    assert not read((NIGHTS,), FRAMEWORKS["own"]).empty


@pytest.mark.parametrize(
    ("words", "recipients", "reason"),
    [
        ((Unresolved("@Siân"), f" O'Neill #listen for {SAID}"), "", SAID),
        ((Unresolved("@Siân"), f" Mair O'Neill for {SAID}"), "", SAID),
        ((Unresolved("@Siân"), f" O’Neill, #listen for {SAID}"), "", SAID),
        ((Unresolved("@Siân"), " O'Neill and ", BOB, f" #listen for {SAID}"), "bob", SAID),
        ((Unresolved("@Siân"), " O'Neill, ", Unresolved("@Ann"), f" Lee: #listen {SAID}"), "", SAID),
        # other words are what is said
        ((Unresolved("@Siân"), " Thanks for staying on"), "", "staying on"),
        ((Unresolved("@Siân"), " Brilliant work!"), "", "Brilliant work!"),
        ((Unresolved("@Siân"), " was a help for all"), "", "was a help for all"),
        ((Unresolved("@Siân"), f" Courage for {SAID}"), "", SAID),
        ((HERE, " Team for staying on"), "", "Team for staying on"),
    ],
)
def test_a_name_that_is_nobodys_is_one_with_its_surname(words: Words, recipients: str, reason: str) -> None:
    """Else the reason would begin with it, and hold the tag."""
    draft, _ = reading(*words)
    assert (draft.recipients, draft.reason) == (tuple(recipients.split()), reason)


def test_an_entry_after_a_name_that_is_nobodys_is_no_part_of_it() -> None:
    for name in ("Courage", "I Listen And Learn"):
        draft, entries = reading(Unresolved("@Siân"), f" {name} for {SAID}")
        assert entries
        assert "@Siân is" in draft.faults[0][1]


def test_one_thing_more_to_mend() -> None:
    """Each field has one sentence or several, and none is lost."""
    draft = Draft().mending("recipients", "Who?").mending("entries", "What?").mending("recipients", "Really?")
    assert draft.faults == (("recipients", "Who? Really?"), ("entries", "What?"))


def test_a_hidden_channel_in_the_reason_leaves_its_mark() -> None:
    """A reason does not silently lose a word that the platform hid."""
    assert reading(BOB, " what you wrote in ", Channel(""), " helped")[0].reason == "what you wrote in #channel helped"


def test_somebody_named_only_in_the_reason_is_asked_about() -> None:
    """ "a big hand for @Bob" thanks Bob, once that has been confirmed."""
    draft, _ = reading("a big hand for ", BOB)
    assert (draft.recipients, draft.reason) == (("bob",), "a big hand for @Bob")


@pytest.mark.parametrize("words", [(), ("",), ("  \n",), (" , ",)])
def test_nothing_said(words: Words) -> None:
    """Nothing but spaces and signs is nothing, and opens an empty form."""
    assert read(words, FRAMEWORKS["own"]).empty


def test_something_said() -> None:
    assert not read(("x",), FRAMEWORKS["own"]).empty


SMALL = {"and", "to", "thanks", "thank", "you", "for"}  #: may go where they join people, entries and reason
WORD = st.one_of(
    st.sampled_from(
        ["staying", "nights", "fair", "listen", "I", "learn", "honest", "don't", "x2", "naïve", "ı", *SMALL]
    ),
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6),
)
SIGN = st.sampled_from([" ", "  ", "\n", ", ", ". ", ": ", "-", " - ", " + ", "! ", "; ", " :", "…", "(", ") ", "/"])
TYPED = st.lists(
    st.one_of(WORD, SIGN, st.sampled_from([" #0 ", " #1", " #2 ", "{0}", " :1: ", " *0* ", " #nope "]))
).map("".join)
SAYING = st.lists(
    st.one_of(
        TYPED,
        st.sampled_from(
            [BOB, CARA, Named("dee", "Dee"), NIGHTS, DAYS, Channel("general"), Channel(""), Unresolved("@nights"), HERE]
        ),
    ),
    max_size=8,
)


@given(words=SAYING, name=st.sampled_from(sorted(FRAMEWORKS)))
@example(words=["ı listen and learn"], name="own")
@example(words=[BOB, " I listen and learn for"], name="own")
def test_nothing_typed_is_lost(words: list[Any], name: str) -> None:
    """Every word is a recipient, an entry, a word of the reason, or named in a sentence about what has to be mended."""
    framework = FRAMEWORKS[name]
    typed = tuple(in_framework(f" {word} ", framework) if isinstance(word, str) else word for word in words)
    draft = read(typed, framework)
    sentences = " ".join(sentence for _, sentence in draft.faults)
    called = " ".join(
        name
        for entry in map(framework.entry, draft.entries)
        if entry
        for name in (entry.tag, entry.title.text, entry.emoji, entry.emoji_name, entry.short, *entry.aliases)
    )
    kept = words_of(" ".join((draft.reason, sentences, called)))
    for word in typed:
        match word:
            case Named(person, shown):
                assert person in draft.recipients or f"@{shown}" in draft.reason
            case Group(group, shown):
                assert group in draft.groups or f"@{shown}" in draft.reason
            case Unresolved(text=text):
                assert text in draft.reason or text in sentences
            case Channel(""):
                assert "channel" in sentences
            case Channel(channel):
                assert f"#{channel}" in draft.reason or f"#{channel}" in sentences
            case _:
                assert words_of(word) - SMALL <= kept


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


@given(reason=st.lists(st.one_of(WORD, SIGN)).map("".join), name=st.sampled_from(sorted(FRAMEWORKS)), data=st.data())
def test_words_of_the_reason_never_tag(reason: str, name: str, data: st.DataObject) -> None:
    """After the first word of the reason, no emoji, title or other name selects anything."""
    framework = FRAMEWORKS[name]
    entries = framework.taggable
    names = [
        each for entry in entries for each in (entry.emoji, f":{entry.emoji_name}:", entry.title.text, *entry.aliases)
    ]
    sprinkled = data.draw(st.lists(st.sampled_from(names), min_size=1).map(" ".join))
    draft = read((BOB, f" #{entries[0].tag} for their work: {reason} {sprinkled} {reason}"), framework)
    assert draft.entries == (entries[0].id,)


@given(words=st.lists(st.one_of(st.text(), st.sampled_from([BOB, Channel(""), Channel("x"), Unresolved("@x")]))))
def test_anything_can_be_typed(words: list[Any]) -> None:
    """No text brings the reading down, and what it makes is within bounds."""
    draft = read(tuple(words), FRAMEWORKS["own"])
    assert len(draft.entries) <= 3
    assert len({field for field, _ in draft.faults}) == len(draft.faults)
    assert len(set(draft.recipients)) == len(draft.recipients)
