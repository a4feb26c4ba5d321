"""What only some may do, in chat: granting roles, reading the audit log, seeing patterns, exporting; and the brakes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import commands
from bot.cards import Actions
from bot.framework import Framework
from bot.model import Role
from bot.offices import REPORTED
from bot.requests import Action, ChangeRole, Learned, Named, ReadAudit, Request
from tests.both import T
from tests.both import both as both_platforms
from tests.doubles.world import PEOPLE, W, World, told, world

CHIEF = "chief@example.org"
HOW = "Write it like this: role grant @name moderator."


@pytest.fixture
async def core(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Dee is named by the settings."""
    async with world(framework, tmp_path / "kudos.db", admins=frozenset({CHIEF})) as running:
        await learn(running, "dee", email="Chief@Example.org")
        yield running


async def learn(core: World, person: str, **more: Any) -> None:
    await core.ask(Learned(**core.asked(""), people=(replace(PEOPLE[person], **more),)))


def typed(core: World, person: str, *words: Any) -> Request:
    """What somebody types after `/kudos`."""
    said = core.words(*words)
    return commands.kudos(commands.plain(said), said, None, **core.asked(person))


async def says(core: World, person: str, *words: Any) -> str:
    return await core.says(typed(core, person, *words))


async def has(core: World, person: str) -> set[Role]:
    rows = await core.sql("SELECT person, role, granted FROM role_grant ORDER BY at, id")
    latest = {row["role"]: row["granted"] for row in rows if row["person"] == person}
    return {Role(role) for role, granted in latest.items() if granted}


async def acts(core: World) -> list[str]:
    """What is in the log, without who it was done to."""
    rows = await core.sql("SELECT actor, act, detail, origin FROM audit ORDER BY at, id")
    return [f"{row['actor']} {row['act']} {row['detail']} {row['origin']}" for row in rows]


# Roles


async def test_roles_are_granted_and_taken_in_chat_and_noted(core: World) -> None:
    granted = await says(core, "dee", "role grant ", "@bob", " moderator")
    assert granted.startswith("Bob is a moderator from now on: looks at reports")
    assert await has(core, "bob") == {Role.MODERATOR}
    assert (await says(core, "dee", "role take Bob moderator")).startswith("Bob is not a moderator any more.")
    assert await has(core, "bob") == set()
    assert await acts(core) == ["dee role granted moderator test", "dee role taken moderator test"]


@pytest.mark.parametrize(
    ("words", "role"),
    [
        (("role grant ", "@bob", " moderator"), Role.MODERATOR),
        (("Role  give ", "@bob", " Programme Owner"), Role.OWNER),
        (("role grant bob owner",), Role.OWNER),
        (("role grant @Bob admin",), Role.ADMINISTRATOR),
        (("role grant bob@example.org auditor",), Role.AUDITOR),
    ],
)
async def test_whoever_is_meant_may_be_called_in_several_ways(core: World, words: tuple[Any, ...], role: Role) -> None:
    await learn(core, "bob", email="bob@example.org")
    await core.ask(typed(core, "dee", *words))
    assert await has(core, "bob") == {role}


@pytest.mark.parametrize(
    ("words", "told_"),
    [
        (("role",), HOW),
        (("role grant",), HOW),
        (("role grant ", "@bob"), HOW),
        (("role grant ", "@bob", " king"), HOW),
        (("role grant ", "@bob", "@cara", " moderator"), HOW),
        (("role grant ", "@crew", " moderator"), HOW),
        (("role grant big ", "@bob", " moderator"), HOW),
        (("role grant Nobody moderator",), "I know no colleague called Nobody."),
        (("role grant ", "@guest", " moderator"), "I know no colleague called that."),
        (("role grant ", "@stranger", " moderator"), "I know no colleague called that."),
        (("role grant Gone moderator",), "I know no colleague called Gone."),
        (("role grant Bob moderator",), "Several people are called Bob."),
    ],
)
async def test_what_can_not_be_told_is_asked_for(core: World, words: tuple[Any, ...], told_: str) -> None:
    await learn(core, "cara", name="Bob")
    assert (await says(core, "dee", *words)).startswith(told_)
    assert await core.sql("SELECT id FROM role_grant") == []


@pytest.mark.parametrize("person", ["ann", "eli", "guest", "nobody"])
async def test_only_an_administrator_grants(core: World, person: str) -> None:
    """Who looks after the workspace, as Eli does, does not look after Kudos by that."""
    assert "Only an administrator can grant or take roles." in await says(core, person, "role grant ", "@ann", " owner")
    assert await core.sql("SELECT id FROM role_grant") == []


async def test_the_same_delivery_grants_once(core: World) -> None:
    ask = typed(core, "dee", "role grant ", "@bob", " moderator")
    assert await core.says(ask) == await core.says(ask)
    assert len(await acts(core)) == 1


async def test_the_last_administrator_can_not_go(core: World) -> None:
    """They are told what to do; whoever the settings name stays one by that."""
    assert "Dee is still an administrator." in await says(core, "dee", "role take ", "@dee", " administrator")
    await says(core, "dee", "role grant ", "@bob", " administrator")
    await learn(core, "dee", email="dee@example.org")
    refused = await says(core, "bob", "role take ", "@bob", " administrator")
    assert refused.startswith("Somebody has to look after Kudos, and there is no other administrator. Make a colleague")
    await says(core, "bob", "role grant ", "@cara", " administrator")
    assert (await says(core, "bob", "role take ", "@bob", " administrator")).startswith("Bob is not an administrator")
    assert "Only an administrator" in await says(core, "bob", "role grant ", "@bob", " administrator")


async def test_everybody_sees_their_own_roles_and_some_see_all(core: World) -> None:
    await says(core, "dee", "role grant ", "@bob", " auditor")
    assert await says(core, "ann", "roles") == "You have no special role. / To ask for one, turn to Dee."
    assert "• Bob: auditor / • Dee: administrator" in await says(core, "bob", "roles")
    assert "take, it goes" not in await says(core, "bob", "roles")
    assert "You are an administrator." in await says(core, "dee", "roles")


async def test_an_administrator_by_role_looks_after_digests_and_sees_what_is_held_up(core: World) -> None:
    await says(core, "dee", "role grant ", "@bob", " administrator")
    assert (await core.says(core.submit_digest("bob"))).startswith("Saved.")
    await core.ask(core.opens("bob"))
    await core.deliver()
    assert "For administrators" in core.page("bob")


# The audit log


async def test_what_people_set_and_take_back_is_noted_without_words(core: World) -> None:
    await core.ask(core.submit_digest("dee"))
    await core.ask(core.give("ann", "@bob", "#0", "for a secret that nobody else should read"))
    await core.ask(core.undo("ann"))
    switched = commands.kudos("reactions off", ("reactions off",), core.platform.rooms["general"], **core.asked("ann"))
    await core.ask(switched)
    rows = await core.sql("SELECT actor, act, subject, detail FROM audit ORDER BY at, id")
    recognition = await core.only()
    assert [(row["actor"], row["act"], row["subject"]) for row in rows] == [
        ("dee", "digest set up", "general"),
        ("ann", "kudos withdrawn", recognition.id),
        ("ann", "reactions switched", "general"),
    ]
    assert "secret" not in str(rows)


async def test_only_an_auditor_reads_the_log_and_that_is_noted(core: World) -> None:
    assert "Only an auditor can read the audit log." in await says(core, "dee", "audit")
    await says(core, "dee", "role grant ", "@bob", " auditor")
    shown = await says(core, "bob", "audit")
    assert "Dee: role granted, Bob (auditor), test" in shown
    assert (await acts(core))[-1] == "bob audit read  test"
    assert "Bob: audit read, test" in await says(core, "bob", "audit")
    assert (await core.app.store.audit.verify(W)).flaws == ()


async def test_an_auditor_does_not_learn_who_reported_a_kudos(core: World) -> None:
    """Whoever did was promised that nobody in it does; and whoever is may be an auditor."""
    await says(core, "dee", "role grant ", "@bob", " auditor")
    await core.ask(core.give("ann", "@bob", "#0", "for help that made a difference"))
    await core.deliver()
    await core.ask(core.press("cara", Action.REPORT, (await core.only()).id))
    shown = await says(core, "bob", "audit")
    assert "Somebody: kudos reported" in shown
    assert "Cara" not in shown
    assert [row["actor"] for row in await core.sql("SELECT actor, act FROM audit") if row["act"] == REPORTED] == [
        "cara"
    ]


async def test_the_log_is_read_by_people(core: World) -> None:
    """With names of what everybody may know of, and without what is stored of a choice."""
    await says(core, "dee", "role grant ", "@bob", " auditor")
    await core.ask(core.submit_digest("dee"))
    shown = await says(core, "bob", "audit")
    assert "Dee: digest set up, #general, test" in shown


# Patterns


async def test_patterns_are_shown_to_the_programme_owner_alone(core: World) -> None:
    for giver, to in (("ann", "@bob"), ("bob", "@ann"), ("bob", "@cara"), ("cara", "@fay"), ("fay", "@bob")) * 3:
        await core.ask(core.give(giver, to, "#0", "for help that made a difference"))
    for giver, to in (("ann", "@fay"), ("fay", "@ann")) * 3:
        await core.ask(core.give(giver, to, "#0", "for help that made a difference", place="closed"))
    assert "Only a programme owner can see who thanks whom in turn." in await says(core, "dee", "patterns")
    await says(core, "dee", "role grant ", "@eli", " owner")
    shown = await says(core, "eli", "patterns")
    assert "• Ann and Bob" in shown
    assert "• Bob → Cara → Fay → Bob" in shown
    assert "Ann and Fay" not in shown  # that was in private
    assert (await acts(core))[-1] == "eli patterns read  test"
    core.clock.move(29 * 24 * 3600)
    assert "Nobody thanks each other in turn" in await says(core, "eli", "patterns")


# Brakes


async def test_whoever_thanks_a_colleague_often_hears_a_friendly_word_and_all_goes_out(core: World) -> None:
    """Reactions count, and are never answered with one."""
    for _ in range(2):
        assert "within a week" not in await core.says(core.give("ann", "@bob", "#0", "for help that made a difference"))
    assert "within a week" not in await core.says(core.react("ann", 1))
    said = await core.says(core.give("ann", "@bob", "@cara", "#0", "for help that made a difference"))
    assert "You have thanked Bob more than 3 times within a week. This one goes out, too." in said
    assert "within a week" not in await core.says(core.give("ann", "@fay", "#0", "for help that made a difference"))
    assert len(await core.ledger()) == 5
    core.clock.move(8 * 24 * 3600)
    assert "within a week" not in await core.says(core.give("ann", "@bob", "#0", "for help that made a difference"))


async def test_a_flood_is_refused_and_what_was_written_is_kept(core: World) -> None:
    people = [*(f"@p{number}" for number in range(60)), "@bob"]
    for each in people[:60]:
        ask = core.give("ann", each, "#0", "for help that made a difference")
        assert "Thank you." in await core.says(ask)
    assert "more than 10 within an hour" in await core.says(ask)  # the same again is the same again
    refused = await core.says(core.give("ann", people[60], "#0", "for help that made a difference"))
    assert refused.startswith("form: recipients [bob] (You gave 60 kudos within an hour, so I pause a little.")
    assert "reason [help that made a difference]" in refused
    assert len(await core.ledger()) == 60
    assert await core.ask(core.react("ann", 0))
    core.clock.move(3600)
    assert "Thank you." in await core.says(core.give("ann", people[60], "#0", "for help that made a difference"))


async def test_where_nobody_wants_brakes_there_are_none(framework: Framework, tmp_path: Path) -> None:
    async with world(framework, tmp_path / "kudos.db", hourly_most=0) as core:
        for _ in range(62):
            said = await core.says(core.give("ann", "@bob", "#0", "for help that made a difference"))
            assert "Thank you." in said
            assert "within" not in said


# Export


async def pressed(core: World, person: str, answer: str) -> str:
    """The button on the card that asks them."""
    (posted,) = [each for each in core.platform.posted if each.message.place == f"D-{person}"][-1:]
    buttons = [button for each in posted.card.elements if isinstance(each, Actions) for button in each.buttons]
    (value,) = [button.value for button in buttons if button.label == answer]
    return await core.says(core.press(person, Action.EXPORT, value, posted.message.place))


async def test_an_export_needs_another_administrator(core: World) -> None:
    assert "Only an administrator can export" in await says(core, "ann", "export")
    assert "An export needs a second administrator's word, and there is none." in await says(core, "dee", "export")
    for each in ("@bob", "@cara"):
        await says(core, "dee", "role grant ", each, " administrator")
    assert "I have asked Bob and Cara." in await says(core, "dee", "export")
    await core.deliver()
    assert "Dee asks for a table of who was thanked by whom" in core.texts("bob")[-1]
    export = await core.app.store.exports.latest(W)
    assert export
    for person in ("dee", "ann"):
        answer = core.press(person, Action.EXPORT, f"{export.fact}:1", f"D-{person}")
        assert "Only another administrator can say that." in await core.says(answer)
    assert "Bob has approved the export." in await pressed(core, "bob", "Approve")
    assert "This was answered already" in await pressed(core, "cara", "Refuse")
    await core.deliver()
    for person in ("bob", "cara", "dee"):
        assert "Bob has approved the export." in core.texts(person)[-1]
    assert [each for each in await acts(core) if "export" in each] == [
        "dee export asked for  test",
        "bob export approved  test",
    ]


async def test_a_refused_export_and_one_that_nobody_answered_are_not_made(core: World) -> None:
    await says(core, "dee", "role grant ", "@bob", " administrator")
    await says(core, "dee", "export")
    await core.deliver()
    assert "Bob has refused the export. Nothing was made." in await pressed(core, "bob", "Refuse")
    await says(core, "dee", "export people")
    await core.deliver(3601)
    assert "the hour is over" in await core.says(
        core.press("bob", Action.EXPORT, f"{(await latest(core)).fact}:1", "D-bob")
    )
    assert not (await latest(core)).ready(core.clock())
    assert "Only another" in await core.says(core.press("bob", Action.EXPORT, "nonsense", "D-bob"))


async def latest(core: World) -> Any:
    return await core.app.store.exports.latest(W)


# Everywhere


async def test_a_role_counts_on_the_other_platform_and_the_log_says_where_it_was_used(
    framework: Framework, tmp_path: Path
) -> None:
    async with both_platforms(framework, tmp_path / "kudos.db") as two:
        core = two.core
        grant = ChangeRole(**core.asked("eli"), words=("grant ", Named("bob", "Bob"), " auditor"))
        assert "Bob is an auditor from now on" in await core.says(grant)
        assert "What was done last" in told(await core.ask(ReadAudit(**two.asked("bob"))), framework)
        given = await two.gave("ann", "bob", "help that made a difference")
        await core.ask(two.undo("ann"))
        rows = await core.sql("SELECT workspace, act, subject, origin FROM audit WHERE act = 'kudos withdrawn'")
        assert rows == [{"workspace": W, "act": "kudos withdrawn", "subject": given, "origin": "teams"}]
        assert await core.sql("SELECT workspace FROM audit WHERE act = 'audit read'") == [{"workspace": T}]


async def test_colleagues_are_counted_and_not_accounts(framework: Framework, tmp_path: Path) -> None:
    async with both_platforms(framework, tmp_path / "kudos.db") as two:
        for number in range(3):
            await two.gave("ann", "bob", f"help number {number}")
        said = await two.core.says(two.give("ann", "bob", "help in the tenant, too"))
        assert "You have thanked Bob of Teams more than 3 times within a week." in said
