"""`/metrics`: numbers for those who may read them; no name, no word and no id of anybody."""

import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from adapters import web
from adapters.app import Role
from bot import digests
from bot.config import Settings
from bot.framework import Framework
from bot.runs import Outcome
from bot.schedule import Plan
from bot.store import Store
from tests import databases, postgres
from tests.adapters.teams.town import town_in as teams_town
from tests.adapters.town import REASON, Town
from tests.adapters.town import town_in as socket_town
from tests.conftest import ROOT

TOKEN = "a-token-of-the-operator's"


@pytest.fixture
async def address(tmp_path: Path, framework: Framework) -> AsyncIterator[str]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/kudos.db", metrics_token=TOKEN, _env_file=None)
    async with web.site(settings, framework) as routes, web.listening(routes, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/metrics"


async def read(address: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(address, headers=headers) as response:
        return response.status, await response.text()


def values(text: str) -> dict[str, float]:
    """By name and labels."""
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_people_did_is_counted(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    status, text = await read(town.client.url.replace("/slack/events", "/metrics"))
    assert status == 200
    found = values(text)
    acks = [
        number for name, number in found.items() if name.startswith("kudos_ack_seconds_count") and "command" in name
    ]
    assert sum(acks) >= 1
    assert found["kudos_outbox_oldest_seconds[]"] >= 0
    assert found["kudos_database_up[]"] == 1
    assert found["kudos_digests_planned[]"] == found["kudos_digests_overdue[]"] == 0
    assert found["kudos_last_digest_timestamp_seconds[]"] == 0
    assert found[f"kudos_framework_info[('version', '{town.framework.version}')]"] == 1
    assert found["kudos_platform_up[('platform', 'slack')]"] == 1
    assert any(name.startswith("kudos_database_seconds_count") and number for name, number in found.items())
    for canary in (REASON, town.alice.id, town.alice.name, town.general.id, town.slack.team_id):
        assert canary not in text


async def test_what_people_are_told_has_failed_is_counted(framework: Framework, tmp_path: Path) -> None:
    """Slack is answered 200 then, with an apology: an alert that asks for 5xx alone would hear of nothing."""
    async with socket_town(tmp_path / "kudos.db", framework) as town:
        page = town.client.url.replace("/slack/events", "/metrics")
        _, text = await read(page)
        assert values(text)["kudos_failures_total[]"] == 0
        town.expected.add("failures")
        with contextlib.closing(sqlite3.connect(town.database)) as beside:
            beside.execute("ALTER TABLE recognition RENAME TO away")
            beside.commit()
        assert "Sorry, that did not work" in await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
        _, text = await read(page)
        assert values(text)["kudos_failures_total[]"] == 1
        assert not [name for name in values(text) if "('status', '5" in name]


async def test_a_digest_on_a_platform_that_is_off_is_not_waited_for(town: Town) -> None:
    """It was on, and the operator has given it up: nobody could switch that digest off there any more."""
    beside = databases.at(town.database)
    store = Store(beside)
    for workspace in ("teams:1", f"slack:{town.slack.team_id}"):
        step = store.digests.planning(workspace, "C1", Plan(zone="UTC"), actor="", now=datetime.now(UTC), key=workspace)
        await store.write(step)
    await beside.close()
    _, text = await read(town.client.url.replace("/slack/events", "/metrics"))
    assert values(text)["kudos_digests_planned[]"] == 1


async def test_what_is_acknowledged_over_a_socket_is_counted_too(framework: Framework, tmp_path: Path) -> None:
    async with socket_town(tmp_path / "kudos.db", framework, socket=True) as town:
        await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
        _, text = await read(f"{town.address}/metrics")
    acks = {name: number for name, number in values(text).items() if name.startswith("kudos_ack_seconds_count")}
    assert any("'command'" in name and "'socket'" in name and number for name, number in acks.items())


async def test_what_comes_from_teams_is_counted_by_its_kind(framework: Framework, tmp_path: Path) -> None:
    async with teams_town(tmp_path / "kudos.db", framework) as town:
        await town.say(town.alice, "help")
        _, text = await read(town.service.url.replace("/api/messages", "/metrics"))
    acks = {name for name in values(text) if name.startswith("kudos_ack_seconds_count")}
    assert any("('kind', 'message')" in name and "'/api/messages'" in name for name in acks)
    assert any("('kind', 'event')" in name for name in acks)


async def test_what_the_process_counts_is_there_while_the_database_is_away(framework: Framework) -> None:
    with postgres.made() as url:
        settings = Settings(database_url=url, _env_file=None)
        running = web.site(settings, framework, role=Role.WEB, look_s=None)
        routes = await running.__aenter__()
    try:
        async with web.listening(routes, "127.0.0.1", 0) as port:
            status, text = await read(f"http://127.0.0.1:{port}/metrics")
    finally:
        await running.__aexit__(None, None, None)
    assert status == 200
    assert "kudos_database_seconds_count" in text
    assert "kudos_framework_info" in text
    assert "kudos_outbox_rows" not in text
    assert values(text)["kudos_process_info[('role', 'web')]"] == 1
    assert values(text)["kudos_database_up[]"] == 0


async def test_who_may_read_it(address: str) -> None:
    """With a token, only who sends it; whoever may not is not told that it is there."""
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert (await read(address, Authorization=f"{scheme} {TOKEN}"))[0] == 200
    for wrong in ("", "Bearer ", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer é"):
        assert (await read(address, **({"Authorization": wrong} if wrong else {})))[0] == 404


async def test_without_a_token_only_this_machine_reads_it(tmp_path: Path, framework: Framework) -> None:
    """What a proxy passes on comes from elsewhere, whatever it says."""
    settings = Settings(database_url=f"sqlite:///{tmp_path}/kudos.db", _env_file=None)
    async with web.site(settings, framework) as routes, web.listening(routes, "127.0.0.1", 0) as port:
        address = f"http://127.0.0.1:{port}/metrics"
        assert (await read(address))[0] == 200
        for header in ("Forwarded", "X-Forwarded-For"):
            assert (await read(address, **{header: "127.0.0.1"}))[0] == 404


async def test_every_alert_is_about_something_that_is_measured(address: str) -> None:
    _, text = await read(address, Authorization=f"Bearer {TOKEN}")
    measured = set(re.findall(r"^# TYPE (\w+)", text, re.M))
    alerts = yaml.safe_load((ROOT / "docs/alerts.yaml").read_text("utf-8"))
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    assert {rule["alert"] for rule in rules} >= {"KudosDigestMissing", "KudosOutboxStuck", "KudosSlow"}
    assert all(f'kudos_digests{{outcome="{each}"}} 0.0' in text for each in ("due", "posted", "unknown", "skipped"))
    for rule in rules:
        named = set(re.findall(r"\bkudos_\w+", rule["expr"]))
        assert named
        assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in named} <= measured
        # Each process tells of the database they share: only what each counts itself is added up.
        added = re.findall(r"\bsum\b[^(]*\([^{]*?(kudos_\w+)", rule["expr"])
        assert all(name.startswith(("kudos_ack_seconds", "kudos_failures")) for name in added)
        assert rule["annotations"]["description"]


def test_nobody_is_called_where_there_is_nothing_to_tell() -> None:
    """A small team over the summer: week after week no digest, and nothing that anybody could do about it."""
    alerts = yaml.safe_load((ROOT / "docs/alerts.yaml").read_text("utf-8"))
    (missing,) = (rule["expr"] for rule in alerts["groups"][0]["rules"] if rule["alert"] == "KudosDigestMissing")
    spared = re.search(r'unless max\(kudos_digests\{outcome=~"(.+?)"\}\) > 0$', missing)
    assert spared
    assert set(spared[1].split("|")) == {digests.EMPTY, Outcome.SKIPPED.value}


async def test_a_worker_alone_is_no_kudos_that_answers(framework: Framework) -> None:
    """Else nobody hears that the only process has ended that people speak to."""
    alerts = yaml.safe_load((ROOT / "docs/alerts.yaml").read_text("utf-8"))
    (gone,) = (rule["expr"] for rule in alerts["groups"][0]["rules"] if rule["alert"] == "KudosGone")
    wanted = re.fullmatch(r'absent\((\w+)\{role=~"(.+)"\}\)', gone)
    assert wanted
    with postgres.made() as url:
        for role in Role:
            settings = Settings(database_url=url, _env_file=None)
            async with (
                web.site(settings, framework, role=role, look_s=None) as routes,
                web.listening(routes, "127.0.0.1", 0) as port,
            ):
                _, text = await read(f"http://127.0.0.1:{port}/metrics")
            told = {name for name in values(text) if name.startswith(wanted[1])}
            assert told == {f"{wanted[1]}[('role', '{role.value}')]"}
            assert bool(re.fullmatch(wanted[2], role.value)) is role.answers
