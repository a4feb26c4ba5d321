"""Whoever follows the README's deployment line by line, on a fresh machine, ends with a working bot on PostgreSQL."""

import asyncio
import os
import re
import shutil
import signal
import sys
import sysconfig
from pathlib import Path

import aiohttp

from adapters.slack import manifest
from bot.framework import Framework
from tests import postgres
from tests.adapters.town import REASON, Town
from tests.bench.processes import free_port
from tests.doubles.slack import SlackDouble

ROOT = Path(__file__).parents[1]
START_S = 90.0  #: for everything, on a machine that does much else


def lines() -> str:
    """What the README tells people to type on a fresh machine, from the environment to `serve`."""
    section = (ROOT / "README.md").read_text("utf-8").partition("\n## Deploy\n")[2].partition("\n## ")[0]
    (block,) = (each for each in re.findall(r"```text\n(.*?)```", section, re.DOTALL) if "python3 -m venv" in each)
    return str(block)


async def test_line_by_line_it_ends_with_a_working_bot(framework: Framework, tmp_path: Path) -> None:
    """Only what is somebody's own is filled in. Packages come from what is installed here: nothing is downloaded."""
    folder, port = tmp_path / "kudos", free_port()
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "tests", "docs", "*.egg-info", "build"))
    async with SlackDouble() as slack:
        slack.scopes = frozenset(manifest.SCOPES)
        town = Town(slack, slack.client(f"http://127.0.0.1:{port}"), framework, tmp_path / "none.db")
        with postgres.made() as url:
            own = {
                "postgresql://USER:PASSWORD@HOST/DATABASE": f"'{url}'",
                "xoxb-…": slack.token,
                "SLACK_SIGNING_SECRET=…": f"SLACK_SIGNING_SECRET={slack.signing_secret}",
            }
            script = lines()
            for theirs, ours in own.items():
                assert theirs in script
                script = script.replace(theirs, ours)
            assert "…" not in script
            process = await asyncio.create_subprocess_exec(
                *("bash", "-ec", script),
                cwd=folder,
                env={
                    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                    "HOME": str(tmp_path),
                    "PYTHONPATH": sysconfig.get_path("purelib"),
                    "PIP_NO_INDEX": "1",
                    "HOST": "127.0.0.1",
                    "PORT": str(port),
                    "SLACK_API_URL": slack.url,
                },
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                assert process.stdout
                said: list[str] = []
                async with asyncio.timeout(START_S):
                    while b"listening" not in (line := await process.stdout.readline()):
                        assert line, "it has ended:\n" + "".join(said)
                        said.append(line.decode())
                    await slack.until(lambda: slack.calls_to("users.list"))
                assert "The database is up to date.\n" in said
                assert any(each.startswith("ok    Database: PostgreSQL ") for each in said)
                await town.client.command(
                    "/kudos", f"@bob {town.tag()} for {REASON}", user=town.alice, channel=town.general
                )
                await slack.until(town.cards)
                (card,) = town.cards()
                assert REASON in card.text
                async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/ready") as ready:
                    assert (await ready.json())["platforms"] == {"slack": "ok"}
            finally:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGTERM)
                    await process.communicate()
