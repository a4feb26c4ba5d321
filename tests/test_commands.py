"""Which request typed words are: what is meant as a kudos, what is a command, and what is a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands, words
from bot.cards import Bullets, Element, Line, Note, Typed
from bot.framework import Framework
from bot.model import Message, Place, PlaceKind, Sight
from bot.requests import (
    Ask,
    Channel,
    ChooseSight,
    DigestWord,
    Give,
    Group,
    Help,
    ListReports,
    Mine,
    Named,
    OpenDigest,
    OpenHome,
    Request,
    Said,
    Suppress,
    SwitchQuiet,
    SwitchReactions,
    UndoLatest,
    Unresolved,
    Word,
    Words,
)
from tests.conftest import FRAMEWORKS
from tests.doubles.world import PEOPLE, ROOMS, W, in_framework
from tests.examples import CARDS, DIGESTS, FORMS, HOMES

HERE = ROOMS["general"]
TALK = Place(workspace=W, id="D-ann", kind=PlaceKind.BOT)
AT = Message(place="general", id="1")
BOB, CARA = Named("bob", "Bob"), Named("cara")
SOMEBODY, NIGHTS = Unresolved("@nights"), Group("S1", "nights")
WHO = commands.Who(workspace=W, person="ann", delivery="d")

texts = st.text()
some_words = st.lists(
    st.one_of(
        texts,
        st.builds(Named, texts, texts),
        st.builds(Channel, texts),
        st.builds(Unresolved, texts, st.booleans()),
        st.builds(Group, texts, texts),
    )
).map(tuple)


def said(*spoken: Word, place: Place = HERE) -> Said:
    return Said(workspace=W, person="ann", delivery="d", place=place, message=AT, words=spoken)


def meant(*spoken: Word, place: Place = HERE) -> Request:
    return commands.spoken(said(*spoken, place=place))


# Kudos


@pytest.mark.parametrize(
    "spoken",
    [
        ("kudos ", BOB, " #listen for staying on"),
        ("Kudos to ", BOB, " #listen for staying on"),
        ("KUDOS: ", BOB, " #listen for staying on"),
        (", kudos ", BOB, " #listen for staying on"),
        (" – give kudos to ", BOB, " #listen for staying on"),
        ("/kudos ", BOB, " #listen for staying on"),
        ("thanks ", BOB, " #listen for staying on"),
        ("Thank you ", BOB, "! #listen for staying on"),
        ("many thanks to ", BOB, " #listen for staying on"),
        ("big thanks to ", BOB, " and ", CARA, " #listen for staying on"),
        (BOB, " #listen for staying on"),
        (BOB, " and ", CARA, ", #listen for staying on"),
        ("", BOB, " #listen for asking: what do you need?"),
        (BOB, " what a shift! #listen"),
        ("and to ", BOB, " #listen for staying on"),
        ("#listen ", BOB, " for staying on"),
        ("kudos ", BOB, " for staying on"),
        ("kudos ", BOB, " #listen for knowing who to ask, wherever we are"),
        ("kudos ", BOB, " was there for us when nobody else was, wasn't he? #listen"),
        ("kudos ", SOMEBODY, " for staying on"),
        ("kudos ", NIGHTS, " for staying on"),
        ("thanks ", NIGHTS, " for staying on"),
        (NIGHTS, " #listen for staying on"),
        ("well done ", NIGHTS),
        ("I'd like to thank ", BOB, " for staying on"),
        ("a big shout-out to ", BOB, " for staying on"),
        ("Well done ", BOB, " for staying on"),
        ("Thx ", BOB, ", for staying on"),
        ("ta ", BOB, " for staying on"),
        ("Cheers ", BOB, " #listen for staying on"),
        ("nice one ", BOB, " for staying on"),
        ("Great work ", BOB, ", you stayed on"),
        ("big up ", BOB, " for staying on"),
        ("respect to ", BOB, " for staying on"),
        ("give ", BOB, " #listen for staying on"),
        ("Give to ", BOB, " #listen for staying on"),
        ("/give ", BOB, " #listen for staying on"),
        ("give",),
        ("kudos",),
        ("kudos!",),
        ("Kudos?",),
        ("kudos staying on after nights",),
    ],
    ids=str,
)
def test_what_is_meant_as_a_kudos_is_given_or_asked_about(spoken: Words) -> None:
    request = meant(*spoken)
    assert isinstance(request, Give)
    assert (request.said_in, request.place, request.delivery, request.person) == (AT, HERE, "d", "ann")


def test_only_what_calls_kudos_goes_from_the_words(framework: Framework) -> None:
    """What is left says the same as after the command."""
    request = meant(", kudos to ", BOB, f" #{framework.taggable[0].tag} for staying on ")
    assert isinstance(request, Give)
    draft = words.read(request.words, framework)
    assert (draft.recipients, draft.entries, draft.reason) == (("bob",), (framework.taggable[0].id,), "staying on")
    for begins in ("Thank you so much ", "thanks a lot, ", "Cheers ", "Huge thanks to ", "thanks very much to "):
        request = meant(begins, BOB, " for staying on")
        assert isinstance(request, Give)
        draft = words.read(request.words, framework)
        assert (draft.recipients, draft.reason, draft.faults) == (("bob",), "staying on", ())
    bare = meant("kudos")
    assert isinstance(bare, Give)
    assert words.read(bare.words, framework).empty


# Questions


@pytest.mark.parametrize(
    ("spoken", "question"),
    [
        (("what does 'I listen and learn' mean?",), "what does 'I listen and learn' mean?"),
        (("What does #listen mean",), "What does #listen mean"),
        (("what does ", Channel("listen"), " mean?"), "what does #listen mean?"),
        (("kudos, what does #listen mean?",), "what does #listen mean?"),
        (("Kudos, can you explain #listen",), "can you explain #listen"),
        (("thanks! And what is courage?",), "And what is courage?"),
        (("thanks, what is courage?",), "what is courage?"),
        (("cheers, what is courage?",), "what is courage?"),
        (("respect",), "respect"),
        (("good work",), "good work"),
        (("courage",), "courage"),
        (("values courage",), "courage"),
        (("value: courage",), "courage"),
        (("/values what does courage mean?",), "what does courage mean?"),
        (("our values",), "our values"),
        (("valued",), "valued"),
        (("the weather is nice",), "the weather is nice"),
        (("my dog ate my kudos",), "my dog ate my kudos"),
        (("undo the damage",), "undo the damage"),
        (("reactions",), "reactions"),
        (("give me an example of courage",), "give me an example of courage"),
        (("home is where it starts",), "home is where it starts"),
        (("values #listen",), "#listen"),
        (("values ", Channel("listen")), "#listen"),
    ],
    ids=str,
)
def test_a_question_is_answered(spoken: Words, question: str) -> None:
    request = meant(*spoken)
    assert isinstance(request, Ask), request
    assert request.question == question


@pytest.mark.parametrize(
    ("text", "kind"),
    [("help", Help), ("Help me!", Help), ("what can you do?", Help), ("", Ask), (" ? ", Ask), ("help others", Ask)],
)
def test_who_asks_for_help_after_values_gets_it(text: str, kind: type) -> None:
    request = commands.values(text, workspace=W, person="ann", delivery="d")
    assert isinstance(request, kind)
    assert isinstance(request, Help) or request == Ask(workspace=W, person="ann", delivery="d", question=text)


@pytest.mark.parametrize(
    "spoken",
    [
        (BOB, " what does #listen mean?"),
        (BOB, ", how do we live #listen in a control room"),
        ("what does #listen mean? ", BOB, " would like to know"),
        ("can you tell ", BOB, " what #listen means?"),
        ("is ", BOB, " right about #listen"),
        ("tell me what ", BOB, " means by #listen"),
        ("who is ", BOB, "?"),
        (BOB, " says you know #listen?"),
        (BOB, " is #listen a value?"),
        ("what does ", NIGHTS, " think #listen means?"),
        ("please ask ", NIGHTS),
        ("thanks ", BOB, ", what does #listen mean?"),
        ("thanks ", BOB, ", is #listen a value?"),
        ("cheers ", BOB, ", is #listen a value?"),
        ("kudos, what does ", BOB, " mean by #listen?"),
        ("how many kudos has ", BOB, " had for #listen?"),
        ("hello ", BOB, " and everybody"),
        ("I am on nights with ", BOB),
    ],
    ids=str,
)
def test_a_question_stays_one_whoever_is_called_in_it(spoken: Words) -> None:
    """And so does talk: nobody is thanked by mistake."""
    assert isinstance(meant(*spoken), Ask)


@pytest.mark.parametrize(
    ("spoken", "thanked"),
    [
        ((BOB, " #listen for staying"), True),
        (("thanks ", BOB), True),
        (("kudos to me, it was hard",), False),
        ((BOB, " follows me home"), False),
        (("thanks for everything",), False),
    ],
    ids=str,
)
def test_praise_calls_somebody_and_thanks_them(spoken: Words, thanked: bool) -> None:
    assert commands.praises(spoken) is thanked


@given(spoken=some_words)
def test_nothing_that_begins_with_other_words_thanks_anybody_at_once(spoken: Words) -> None:
    """Whoever is named only later, in running text, is asked about in the form first."""
    request = meant("yesterday evening ", *spoken, " #listen")
    if isinstance(request, Give):
        draft = words.read(request.words, FRAMEWORKS["own"])
        assert not draft.recipients or "recipients" in dict(draft.faults)


# Commands


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "?", "help", "Help!", "help me", "please help", "/kudos help", "kudos help", "hello", "Hi Kudos"),
        *("hey there", "Good morning!", "thanks", "Thank you very much.", "thanks a lot", "ok", "what can you do?"),
        *("morning all", "ok, thanks", "Ta!", "cheers mate", "thank you, Kudos", "who are you?", "are you a bot?"),
        *("what's Kudos?", "What is this?", "commands"),
        *("how does this work?", "How do I give kudos?", "how do I thank somebody?", "how do I use this"),
    ],
)
def test_help_for_whoever_says_hello_or_asks_how(text: str) -> None:
    assert isinstance(meant(text), Help)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mine", Mine),
        ("Mine!", Mine),
        ("kudos mine", Mine),
        ("my kudos", Mine),
        ("My kudos?", Mine),
        ("undo", UndoLatest),
        ("Undo.", UndoLatest),
        ("kudos undo", UndoLatest),
        ("kudos withdraw", UndoLatest),
        ("report", ListReports),
        ("reports", ListReports),
        ("/kudos reports", ListReports),
        ("mine, please", Mine),
        ("Please undo!", UndoLatest),
        ("reports please", ListReports),
        ("/help", Help),
        ("`/kudos mine`", Mine),
        ("`mine`", Mine),
        ("`/kudos help`", Help),
        ("`kudos undo`.", UndoLatest),
        ("reactions off", SwitchReactions),
        ("Reactions on!", SwitchReactions),
        ("kudos reactions off", SwitchReactions),
    ],
)
def test_a_word_that_a_command_knows_is_one_when_it_stands_alone(text: str, kind: type) -> None:
    assert isinstance(meant(text), kind)


@pytest.mark.parametrize("text", ["home", "Home!", "settings", "my settings", "kudos home", "/kudos settings"])
def test_ones_own_page_can_be_asked_for(text: str) -> None:
    assert meant(text, place=TALK) == OpenHome(workspace=W, person="ann", delivery="d", typed=True)


@pytest.mark.parametrize(
    "spoken",
    [
        ("@Kudos mine",),
        ("@kudos, mine",),
        (Unresolved("@Kudos"), " mine"),
        (" ", Unresolved("@kudos"), ": mine"),
        ("@Kudos kudos mine",),
        (Unresolved("@Kudos"), " /kudos mine"),
    ],
    ids=str,
)
def test_who_calls_kudos_by_name_is_heard_where_the_platform_took_that_for_text(spoken: Words) -> None:
    assert isinstance(meant(*spoken), Mine)


def test_nobody_else_is_called_so() -> None:
    assert isinstance(meant("@Kudosians mine"), Ask)
    request = meant(Unresolved("@nights"), " #listen for staying on")
    assert isinstance(request, Give)
    assert request.words[0] == Unresolved("@nights")
    thanked = meant(Unresolved("@Kudos"), " kudos ", BOB, " #listen for staying on")
    assert isinstance(thanked, Give)
    assert thanked.words == (BOB, " #listen for staying on")


def after_kudos(*words: Word) -> Request:
    return commands.kudos(commands.plain(words), words, HERE, workspace=W, person="ann", delivery="d")


@pytest.mark.parametrize(
    "text",
    [
        'what does "I listen and learn" mean?',
        "How do we prevent crime?",
        "tell me what courage is, please?",
        "what does fair mean",
        "whats promise 4",
        "explain courage",
    ],
)
def test_a_question_after_kudos_is_answered(text: str) -> None:
    """Whoever has typed it meant no kudos, and the form would ask whom they thank."""
    assert after_kudos(text) == Ask(workspace=W, person="ann", delivery="d", question=text)


def test_values_after_kudos_are_shown_and_who_asks_how_gets_help() -> None:
    assert after_kudos("values") == Ask(workspace=W, person="ann", delivery="d", question="")
    assert isinstance(after_kudos("how do I give kudos"), Help)


@pytest.mark.parametrize(
    "text", ["help", "HELP!", "help me", "help  please", "?", " ?? ", "hello", "what can you do?", "how do I use this"]
)
def test_help_after_kudos_in_whatever_words(text: str) -> None:
    """The form would hold them as what somebody has done."""
    assert isinstance(after_kudos(text), Help)


@pytest.mark.parametrize("words", [(), ("",), (" … ",), (BOB,), ("help me ", BOB), ("help others",), ("thanks ", BOB)])
def test_what_asks_for_no_help_opens_the_form(words: Words) -> None:
    assert isinstance(after_kudos(*words), Give)


@pytest.mark.parametrize(
    "words",
    [
        (BOB, " what would we do without you?"),
        ("what a shift, and she stayed on",),
        ("what is the first thing she did? #listen",),
        ("how she stayed calm",),
        ("why we made it: she stayed on",),
        ("when the power went, she stayed on",),
        ("what would nights do without her? #listen",),
        ("what a night, and who was there? Bob.",),
        ("she stayed on, can you believe it?",),
        (Unresolved("@nights"), " who else would have stayed?"),
    ],
    ids=str,
)
def test_what_may_be_a_reason_is_one(words: Words) -> None:
    assert isinstance(after_kudos(*words), Give)


@pytest.mark.parametrize("text", ["values", "`/values`", "Values?", "value", "/values", "values:", "values …"])
def test_values_alone_asks_for_all(text: str) -> None:
    request = meant(text)
    assert isinstance(request, Ask)
    assert request.question == ""


def test_reactions_are_switched_where_it_was_said() -> None:
    for place in (HERE, TALK):
        assert meant("reactions off", place=place) == SwitchReactions(
            workspace=W, person="ann", delivery="d", place=place, on=False
        )


def test_without_a_place_there_is_nothing_to_switch() -> None:
    who = commands.Who(workspace=W, person="ann", delivery="d")
    assert isinstance(commands.kudos("reactions off", ("reactions off",), None, **who), Give)


@pytest.mark.parametrize("text", ["digest", "Digest!", "kudos digest", "/kudos digest"])
def test_a_digest_is_set_up_where_it_was_said(text: str) -> None:
    for place in (HERE, TALK):
        assert meant(text, place=place) == OpenDigest(workspace=W, person="ann", delivery="d", place=place, said_in=AT)


@pytest.mark.parametrize(
    ("spoken", "word"),
    [
        (("digest preview",), "preview"),
        (("kudos digest  NOW!",), "NOW"),
        (("digest Sundays for ", BOB), "Sundays for @Bob"),
    ],
)
def test_whatever_follows_digest_is_about_it(spoken: Words, word: str) -> None:
    assert meant(*spoken) == DigestWord(workspace=W, person="ann", delivery="d", place=HERE, word=word)


def test_a_command_about_the_digest_says_no_message() -> None:
    who = commands.Who(workspace=W, person="ann", delivery="d")
    assert commands.kudos("digest", ("digest",), HERE, **who) == OpenDigest(**who, place=HERE)
    assert commands.kudos("digest off", ("digest off",), HERE, **who) == DigestWord(**who, place=HERE, word="off")
    asked = commands.kudos("Digest Preview, please!", ("Digest Preview, please!",), HERE, **who)
    assert asked == DigestWord(**who, place=HERE, word="Preview")
    assert isinstance(commands.kudos("digest", ("digest",), None, **who), Give)
    assert isinstance(commands.kudos("digestive biscuits", ("digestive biscuits",), HERE, **who), Give)


def test_what_looks_empty_after_digest_is_nothing_that_is_known() -> None:
    who = commands.Who(workspace=W, person="ann", delivery="d")
    asked = commands.kudos("digest <https://example.org| >", ("digest ", " "), HERE, **who)
    assert asked == DigestWord(**who, place=HERE, word="")


@given(spoken=some_words)
def test_whatever_is_said_asks_for_something(spoken: Words) -> None:
    assert meant(*spoken).delivery == "d"


# What Kudos says to type


def typed_in(elements: tuple[Element, ...]) -> set[Typed]:
    spans = {
        span
        for each in elements
        for item in (each.items if isinstance(each, Bullets) else [each.spans] if isinstance(each, Line | Note) else [])
        for span in item
    }
    return {span for span in spans if isinstance(span, Typed)}


READ = (
    *(made().elements for made in (*CARDS.values(), *DIGESTS.values(), *HOMES.values())),
    *(made().intro for made in FORMS.values()),
)
TYPED = set().union(*map(typed_in, READ))


@pytest.mark.parametrize("typed", sorted(TYPED, key=str), ids=lambda typed: typed.words)
def test_what_is_said_instead_of_a_command_asks_the_same(typed: Typed) -> None:
    """Whatever we tell people to type, on a platform with commands and on one without."""
    name, _, rest = typed.words.partition(" ")
    who = commands.Who(workspace=W, person="ann", delivery="d")
    command = commands.values(rest, **who) if name == "values" else commands.kudos(rest, (rest,), HERE, AT, **who)
    message = meant(typed.message)
    assert type(message) is type(command)
    if isinstance(command, Give) and isinstance(message, Give):
        assert commands.plain(message.words) == commands.plain(command.words)
    elif isinstance(command, Ask) and isinstance(message, Ask):
        assert message.question.strip("…") == command.question.strip("…")
    else:
        assert message == command


def test_there_is_much_to_type() -> None:
    assert len(TYPED) >= 12


# Words as text


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("as it is", "as it is"),
        (BOB, "@Bob"),
        (CARA, "@Cara"),
        (Named("nobody"), "@nobody"),
        (Channel("listen"), "#listen"),
        (Channel(""), "#"),
        (SOMEBODY, "@nights"),
    ],
    ids=str,
)
def test_words_look_as_they_did(word: Word, shown: str) -> None:
    names = {person.id: person.name for person in PEOPLE.values()}
    assert commands.plain(("so: ", word), names) == f"so: {shown}"


@given(place=texts, spoken=some_words)
def test_what_was_packed_is_unpacked(place: str, spoken: Words) -> None:
    assert commands.unpacked(commands.packed(place, spoken)) == (place, spoken)


@pytest.mark.parametrize(
    "value",
    [
        *("", "no JSON", "1", "{}", "[]", '"x"', "null", '["p"]', '["p",1]', '[1,["w"]]', '["p",["w"],3]'),
        *('["p",[1]]', '["p",[null]]', '["p",[["n","only one"]]]', '["p",[["n",1,2]]]', '["p",[["x","y"]]]'),
        *('["p",[[]]]', '["p",[["c"]]]', '["p",[["u","a","b"]]]', '["p",{"n":1}]', "[" * 2000, "9" * 2000),
    ],
    ids=lambda value: value[:20],
)
def test_what_nobody_packed_holds_nothing(value: str) -> None:
    """A button's value is ours; should it ever not be, the form is empty and nothing breaks."""
    assert commands.unpacked(value) == ("", ())


@given(value=texts)
def test_no_value_stops_the_reader(value: str) -> None:
    commands.unpacked(value)


def test_the_framework_decides_what_is_a_tag(any_framework: Framework) -> None:
    """No tag is known by name: in any framework a tag beside a name is worth asking about."""
    assert isinstance(meant(BOB, in_framework(" #1 stayed on", any_framework)), Give)


def test_blanks_around_the_words_mean_nothing() -> None:
    asked = commands.spoken(said(" ", "kudos ", Named("U1", "Sam"), " #listen for being there", "  "))
    assert isinstance(asked, Give)
    assert asked.words == (Named("U1", "Sam"), " #listen for being there")


# Whom others may not be shown, and quiet

UNCLEAR = (("suppress",), ("suppress ", BOB, CARA), ("suppress ", BOB, " please"), ("suppress ", SOMEBODY))


@pytest.mark.parametrize(
    ("spoken", "wanted"),
    [
        (("visibility",), ChooseSight(**WHO, sight=None)),
        (("visibility nobody",), ChooseSight(**WHO, sight=None)),
        (("Visibility me",), ChooseSight(**WHO, sight=Sight.ME)),
        (("suppress ", BOB), Suppress(**WHO, whom="bob", until="")),
        (("suppress ", BOB, " until 2027-03-31"), Suppress(**WHO, whom="bob", until="2027-03-31")),
        (("suppress ", BOB, " off"), Suppress(**WHO, whom="bob", until="off")),
        *((said, Suppress(**WHO, whom="", until="")) for said in UNCLEAR),
        (("quiet",), SwitchQuiet(**WHO, place=HERE, on=None)),
        (("quiet on",), SwitchQuiet(**WHO, place=HERE, on=True)),
        (("quiet off here",), SwitchQuiet(**WHO, place=HERE, on=False)),
        (("Quiet on everywhere",), SwitchQuiet(**WHO, place=HERE, on=True, everywhere=True)),
        (("quiet on ", BOB, ", ", CARA, BOB), SwitchQuiet(**WHO, place=HERE, on=True, people=("bob", "cara"))),
    ],
)
def test_what_is_kept_from_others_is_asked_for_in_words(spoken: tuple[Word, ...], wanted: Request) -> None:
    assert commands.kudos(commands.plain(spoken), spoken, HERE, **WHO) == wanted


@pytest.mark.parametrize(
    "spoken",
    [
        ("quiet nights",),
        ("quiet on nights",),
        ("quiet on ", SOMEBODY),
        ("quiet on everywhere ", BOB),
        ("quiet on here ", BOB),
    ],
)
def test_of_whom_is_not_certain_nothing_is_switched(spoken: tuple[Word, ...]) -> None:
    assert isinstance(commands.kudos(commands.plain(spoken), spoken, HERE, **WHO), Give)
