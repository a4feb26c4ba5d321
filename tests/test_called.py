"""How cards call those who are thanked: people by name, groups as text with their number."""

from dataclasses import replace

import pytest

from bot import called
from bot.cards import Mention, plain, spans_text
from bot.giver_cards import confirmed, taken_back
from bot.kudos_cards import given, mine, thanks
from bot.model import Recognition, ThankedGroup
from tests.doubles.world import PEOPLE
from tests.test_kudos import OWN, SAID, given_by_ann
from tests.test_kudos_cards import LONDON, buttons, mentioned, text


def thanking(*named: str, crew: int = 0, pair: bool = False) -> Recognition:
    """Ann thanks people, a group of `crew` people, and a group of one."""
    people = tuple(f"p{n}" for n in range(crew))
    groups = []
    if crew:
        groups.append(ThankedGroup(id="S1", name="firearms", number=crew, people=people))
    if pair:
        groups.append(ThankedGroup(id="S2", name="pair", number=1, people=("dee",)))
    recipients = (*named, *people, *(["dee"] if pair else []))
    return replace(given_by_ann(), recipients=tuple(PEOPLE[id_] for id_ in recipients), groups=tuple(groups))


@pytest.mark.parametrize(
    ("recognition", "says"),
    [
        (thanking("bob"), "Bob"),
        (thanking("bob", "cara", "dee"), "Bob, Cara and Dee"),
        (thanking(crew=12), "@firearms (12 people)"),
        (thanking("bob", crew=12), "Bob and @firearms (12 people)"),
        (thanking("bob", "cara", crew=2, pair=True), "Bob, Cara, @firearms (2 people) and @pair (1 person)"),
    ],
)
def test_the_card_calls_people_and_tells_groups(recognition: Recognition, says: str) -> None:
    """A group is never called: by then others may be in it."""
    assert spans_text(called.recipients(recognition)) == says
    card = given(recognition, OWN)
    assert text(card).startswith(f"Ann thanked {says} for: / <0>")
    assert mentioned(card) == [person.id for person in recognition.named]
    assert called.recipient_names(recognition) == says
    assert buttons(card)[0].describes == f"Second this: kudos from Ann to {says}"


def test_who_was_named_beside_the_group_is_called() -> None:
    """Also where they are one of it."""
    recognition = thanking("bob", crew=2)
    both = replace(recognition, groups=(replace(recognition.groups[0], people=("p1",)),))
    assert [span.person for span in called.recipients(both) if isinstance(span, Mention)] == ["bob", "p0"]


def test_of_many_people_a_few_are_named_and_every_group() -> None:
    recognition = thanking("ann", "bob", "cara", "eli", "fay", crew=12)
    assert called.recipient_names(recognition) == "Ann, Bob, Cara, 2 others and @firearms (12 people)"


@pytest.mark.parametrize(
    ("recognition", "company"),
    [
        (thanking("bob"), ""),
        (thanking("bob", "cara"), " and 1 other"),
        (thanking(crew=12), " and 11 others (@firearms)"),
        (thanking(crew=1), " (@firearms)"),
        (thanking(crew=3, pair=True), " and 3 others (@firearms and @pair)"),
        (thanking("bob", "cara", crew=12), " and 13 others (@firearms among them)"),
    ],
)
def test_one_of_many_reads_with_whom(recognition: Recognition, company: str) -> None:
    assert called.company(recognition) == company
    card = thanks(recognition, OWN, card=None, names_place=False)
    assert text(card) == f"Ann thanked you{company} for: / <0> / “{SAID}”"


def test_the_giver_reads_the_group_everywhere() -> None:
    """In the confirmation, in their list, and when they take it back."""
    recognition = thanking("bob", crew=12)
    says = "Bob and @firearms (12 people)"
    assert f"You thanked {says} for:" in text(confirmed(recognition, OWN))
    assert f"your kudos to {says} for" in text(taken_back(recognition))
    assert f"to {says}: “{SAID}”" in plain(mine((), (recognition,), OWN, totals=(0, 1), links={}, zone=LONDON))
