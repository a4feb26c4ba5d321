"""All that somebody can do, and that can be done to them: so that whatever is kept of people is kept of them."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import aiohttp

from adapters.slack.installations import Installation, Installations
from adapters.teams.references import Reference, References
from bot.model import Message, Person
from bot.requests import Action, AskExport, ChangeRole, Named, SubmitRemoval, Suppress, SwitchQuiet
from bot.vault import Vault
from tests import databases
from tests.both import SLACK, TEAMS, Both, T
from tests.doubles.platform import direct
from tests.doubles.world import ROOMS, W

ANN: Final = replace(SLACK["ann"], name="Ann Quillfeather", direct=direct("ann"))
THERE: Final = replace(TEAMS["ann"], name="Ann Quillfeather (Ops)", direct=direct("t-ann"))
WORDS: Final = ("zither", "yawl", "xebec", "whelk", "vellum", "ullage", "tabard")  #: of hers, or about her alone
REASONS: Final = ("sextant", "rowlock")  #: why moderators removed what she gave; why she removed something
NAMED: Final = ("quillfeather", r"\bann@force", r"\bann\b", *WORDS, *REASONS)
MONDAY: Final = datetime(2026, 3, 9, 9, 0, 30, tzinfo=UTC)

#: Tables that hold nothing of anybody, and why.
OF_NOBODY: Final = {
    "audit_head": "where the chain of a workspace ends",
    "audit_link": "hashes of rows, in their order",
    "digest_story": "which kudos a digest tells of",
    "emoji": "what emoji are called",
    "framework_version": "the organisation's own text",
    "gone_message": "which messages in channels are gone",
    "guarded": "how often something was stopped on a day",
    "migration": "what was done to the tables",
    "migration_release": "by which release",
    "oauth_state": "a hash and a time",
    "organisation": "which workspaces belong together",
    "question": "what was asked in vain, by nobody; never with a colleague's name",
    "switched_off": "workspaces without us",
    "tag": "what kudos are for",
    "thanked_group": "what groups are called",
    "user_group": "what groups are called",
    "workspace": "what workspaces are called",
}


async def lived(force: Both) -> None:
    """Ann does everything that can be done, and so do others with her."""
    core = force.core
    await force.plan(W, owner="ann", scope="people", people=("ann", "bob"))
    said = [f"mending the {word} with us at night" for word in WORDS]
    await force.gave("ann", "bob", said[0])
    changed = await force.gave("ann", "cara", "mending it with a yawl first")
    await core.ask(core.reword("ann", changed, f"for {said[1]}"))
    await force.gave("bob", "ann", said[2])
    several = await core.ask(core.give("cara", "@ann", "@bob", "#0", " for what Ann Quillfeather and Bob did"))
    assert several
    await core.ask(core.give("ann", "@bob", "#1", f" for {said[3]}", place="closed"))
    await force.gave_there("ann", "bob", said[4])
    await force.gave_there("cara", "ann", said[5])
    other = await force.gave("bob", "cara", "something else altogether that day")
    await core.ask(core.press("ann", Action.SECOND, other))
    await core.ask(core.react("ann", 0))
    await core.ask(core.react("ann", 1, to=await card(force, other), author="kudos"))
    await core.ask(core.give("ann", "@pair", "#0", f" for {said[6]}"))
    for person in ("ann", "bob"):
        await core.ask(core.opens(person))
    await core.ask(force.opens("ann"))
    await core.ask(core.press("ann", Action.SETTING, "direct:1", place=""))
    await core.deliver(60)


async def governed(force: Both) -> None:
    """Ann hides, reports, and looks after Kudos, too; others decide about her. All that is over, and a week goes by."""
    core = force.core
    for by, person, role in (("eli", "ann", "administrator"), ("eli", "fay", "moderator"), ("ann", "ann", "moderator")):
        await core.ask(ChangeRole(**core.asked(by), words=("grant ", Named(person), f" {role}")))
    received = await force.gave("bob", "ann", "carrying it all the way up there")
    await core.ask(core.press("ann", Action.HIDE, received, place=direct("ann")))
    await removed(force, await force.gave("ann", "cara", "carrying it down again"), "cara", by="fay", why=REASONS[0])
    await removed(force, await force.gave("p5", "cara", "what should not be said"), "ann", by="ann", why=REASONS[1])
    for by, whom in (("eli", "ann"), ("ann", "cara")):
        for until in ("2026-12-31", "off"):
            await core.ask(Suppress(**core.asked(by), whom=whom, until=until))
        for on in (True, False):
            await core.ask(SwitchQuiet(**core.asked(by), place=ROOMS["news"], on=on, people=(whom,)))
    for by in ("ann", "eli"):
        await core.ask(AskExport(**core.asked(by)))
        await core.deliver(60)
    (asked,) = await core.sql("SELECT workspace, export FROM export_step WHERE actor = 'eli'")
    await core.ask(core.press("ann", Action.EXPORT, f"{asked['workspace']}/{asked['export']}:1", place=direct("ann")))
    await core.app.bot.rights.hold([(W, "p6")], on=True, actor="ann", origin="command line", key="held")
    await connected(force)
    await core.deliver(60)
    await force.comes(MONDAY)


async def removed(force: Both, id_: str, reporter: str, *, by: str, why: str) -> None:
    """Somebody reports it, and a moderator removes it."""
    core = force.core
    await core.ask(core.press(reporter, Action.REPORT, id_))
    said = await core.says(SubmitRemoval(**core.asked(by), recognition=id_, reason=f"It named the {why}."))
    assert said.startswith("Removed.")
    await core.deliver(60)


async def connected(force: Both) -> None:
    """Ann installs Kudos in Slack, and speaks to it in Teams: what their adapters keep of that."""
    database, clock = databases.at(force.core.database), force.core.clock
    references = References(database)
    await references.heard(Reference(workspace=T, place=direct("t-ann"), service_url="https://t.example/"), clock())
    await references.save_people(T, {"t-ann": "29:ann"})
    async with aiohttp.ClientSession() as http:
        installations = Installations(
            database, Vault(("k" * 32,)), "https://s.example/", http, clock, client_id="", client_secret=""
        )
        await installations.save(
            Installation(workspace=W, name="Test", scopes="", installer="ann", installed_at=clock(), token="xoxb-1")
        )
    await database.close()


async def card(force: Both, recognition: str) -> Message:
    """Where its card stands."""
    return (await force.core.app.store.posts.cards(W, [recognition]))[recognition]


async def known(force: Both, person: str = "ann") -> dict[str, Person]:
    """As our directory has them."""
    return await force.core.app.store.directory.people(W, [person])


async def traces(force: Both, *patterns: str) -> dict[str, list[str]]:
    """Where one of these stands in the database: by table, what stands there."""
    found: dict[str, list[str]] = {}
    for table in await force.core.tables():
        for row in await force.core.sql(f"SELECT * FROM {table}"):  # noqa: S608
            for column, value in row.items():
                if any(re.search(pattern, str(value), re.IGNORECASE) for pattern in patterns):
                    found.setdefault(table, []).append(f"{column}: {value}")
    return found


def standing(force: Both) -> str:
    """Everything that anybody can read, on both platforms."""
    core = force.core
    pages = [core.platform.page(each) for each in core.platform.published]
    return "\n".join([*(each.text for each in (*core.platform.posted, *force.teams.posted)), *map(str, pages)])
