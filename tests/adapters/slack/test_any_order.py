"""A busy hour, each thing delivered three times and in any order: the same rows and the same messages come of it."""

import random

import pytest

from tests.adapters.town import Town, settled
from tests.doubles.slack_objects import User
from tests.doubles.slack_wire import Request

SEEDS = (1, 2, 3, 4)


def words(number: int) -> str:
    return f"help number {number:03} with the night shift"


async def open_forms(town: Town, users: list[User]) -> None:
    for user in users:
        await town.type(user, "")


@pytest.mark.parametrize("seed", SEEDS)
async def test_giving_in_every_way_at_once(town: Town, seed: int) -> None:
    people = [town.slack.add_user(f"colleague{number}") for number in range(8)]
    for user in people:
        town.general.members.append(user.id)
        town.elsewhere.members.append(user.id)
        await town.client.team_join(user)
    await open_forms(town, people[4:])
    client, requests = town.client, list[Request]()
    talk = town.slack.add_dm(people[0], people[1])
    for number, user in enumerate(people[:4]):
        other = people[(number + 1) % 8]
        for where in (town.general, town.elsewhere):
            text = f"@{other.name} {town.tag(number)} for {words(number)} in {where.name}"
            requests.append(client.make_command("/kudos", text, user=user, channel=where))
    text = f"@{people[1].name} {town.tag()} for {words(900)}"
    requests.append(client.make_command("/kudos", text, user=people[0], channel=talk))
    for number, user in enumerate(people[4:], start=4):
        values = {
            "recipients": [people[number - 1], people[number - 2]],
            "entries": [town.entry(number).id],
            "reason": words(number),
        }
        requests.append(client.make_submit(town.form(user), values, user=user))
    messages = [town.slack.say(user, town.general, "done") for user in people]
    stands = 0
    for number, message in enumerate(messages):
        giver = people[(number + 3) % 8]
        for _ in range(number % 3):
            requests.append(client.make_react(giver, message, town.emoji(number)))
            requests.append(client.make_unreact(giver, message, town.emoji(number)))
        if number % 2:
            requests.append(client.make_react(giver, message, town.emoji(number)))
            stands += 1
    await town.shuffled(requests, seed)
    await settled(town)

    assert town.count("recognition", "origin = 'command'") == 9
    assert town.count("recognition", "origin = 'form'") == 4
    assert town.count("recognition", "origin = 'reaction' AND withdrawn = 0") == stands
    assert len(town.cards()) == 8
    for number in range(8):
        in_general = [each for each in town.cards() if words(number) in each.text]
        assert len(in_general) == 1
    assert town.states()["waiting"] == 4
    assert town.states().keys() == {"waiting", "done"}
    for number, message in enumerate(messages):
        told = [text for text in town.told(people[number]) if "with a reaction" in text]
        assert len(told) == (1 if number % 2 else 0), message

    town.elsewhere.members.append(town.slack.bot.id)
    event = {"type": "member_joined_channel", "user": town.slack.bot.id, "channel": town.elsewhere.id}
    await town.shuffled([client.make_event(event), client.make_event(event)], seed)
    await settled(town)
    assert len(town.cards(town.elsewhere)) == 5  # four cards and one hello
    assert set(town.states()) == {"done"}


@pytest.mark.parametrize("seed", SEEDS)
async def test_doing_everything_with_cards_at_once(town: Town, seed: int) -> None:
    client = town.client
    cards = [await town.give(town.alice, f"@bob {town.tag(0)} for {words(number)}") for number in range(4)]
    first, edited, withdrawn, tagged = cards
    await town.press(edited, "Edit the words", town.alice)
    form = town.form(town.alice)
    requests = [
        client.make_submit(form, {"reason": words(99)}, user=town.alice),
        client.make_press(withdrawn, "Withdraw", user=town.alice),
        client.make_press(withdrawn, "Withdraw", user=town.bob),
        *(client.make_press(first, "Second this", user=user) for user in (town.cara, town.dan)),
        client.make_press(first, "Second this", user=town.dan),  # and takes it back
        client.make_press(first, "Second this", user=town.alice),
        client.make_press(first, "What does it mean?", user=town.bob),
        client.make_react(town.cara, edited, town.emoji(2)),
        client.make_react(town.dan, edited, town.emoji(2)),
        client.make_unreact(town.dan, edited, town.emoji(2)),
        client.make_react(town.alice, tagged, town.emoji(1)),
        client.make_react(town.alice, tagged, town.emoji(2)),
        client.make_unreact(town.alice, tagged, town.emoji(2)),
        client.make_react(town.alice, tagged, town.emoji(3)),
        client.make_react(town.bob, tagged, town.emoji(3)),  # himself thanked, so nothing
        client.make_react(town.cara, tagged, "tada"),
    ]
    await town.shuffled(requests, seed)
    await settled(town)
    assert "Seconded by cara" in first.text
    assert "dan" not in first.text
    assert words(99) in edited.text
    assert words(1) not in edited.text
    assert "Seconded by cara" in edited.text
    assert withdrawn.text == "This kudos is not shown any more."
    titles = [town.entry(number).title.text for number in range(4)]
    assert [title in tagged.text for title in titles] == [True, True, False, True]
    assert "Seconded" not in tagged.text
    assert town.count("recognition") == 4
    assert town.count("endorsement") == 2
    assert len(town.cards()) == 4
    assert len(town.told(town.bob)) == 4
    assert set(town.states()) == {"done"}


@pytest.mark.fault("out-of-order and duplicated reactions")
@pytest.mark.databases("sqlite", "postgres")
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_reactions_history_in_any_order_ends_as_it_ended(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    message = town.slack.say(town.bob, town.general, "done")
    variants = (town.emoji(), f"{town.emoji()}::skin-tone-2", f"{town.emoji()}::skin-tone-5", town.emoji(1))
    on: set[str] = set()
    requests = []
    for _ in range(12):
        name = chance.choice(variants)
        make = town.client.make_unreact if name in on else town.client.make_react
        requests.append(make(town.alice, message, name))
        on ^= {name}
    await town.shuffled(requests, seed)
    await settled(town)
    standing = {row["entry"] for row in town.rows("SELECT entry FROM reaction WHERE standing = 1")}
    wanted = {town.entry(1).id if name == town.emoji(1) else town.entry(0).id for name in on}
    assert standing == wanted
    assert town.count("recognition", "withdrawn = 0") == len(wanted)
    (*told,) = town.told(town.bob)
    assert len(told) <= 1
    if wanted:
        assert "with a reaction" in told[0]
    elif told:
        assert told == ["This kudos is not shown any more."]
