"""The papers for a data protection officer are those of this release, and leave nothing out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from adapters import dpia, moving
from adapters.app import forget
from adapters.cli import main
from bot.config import Settings
from bot.framework import Framework
from bot.model import Sight
from tests.both import both
from tests.lives import ANN, NAMED, THERE, lived, traces

DOCS = Path(__file__).parents[2] / "docs"


def test_those_in_the_repository_are_current(framework: Framework) -> None:
    """If this fails: `kudos dpia --folder docs`, without any setting."""
    settings = Settings(_env_file=None)
    assert (DOCS / "dpia.md").read_text("utf-8") == dpia.impact(settings, framework.organisation)
    assert (DOCS / "processing.md").read_text("utf-8") == dpia.processing(settings, framework.organisation)


def test_every_table_is_in_the_record() -> None:
    named = [table for each in dpia.KEPT for table in each.tables]
    assert sorted(named) == sorted({each.name for each in moving.tables()})


async def test_what_is_said_to_go_with_who_has_left_goes(framework: Framework, tmp_path: Path) -> None:
    """Somebody who did everything leaves: the record says which tables hold nothing of them after that."""
    gone = {table for each in dpia.KEPT if each.until == dpia.LEAVERS for table in each.tables}
    stays = {table for each in dpia.KEPT for table in each.tables} - gone
    async with both(framework, tmp_path / "kudos.db") as force:
        await force.learn(ANN, THERE)
        await lived(force)
        before = set(await traces(force, *NAMED))
        await force.learn(replace(ANN, active=False), replace(THERE, active=False))
        for days in (0, 91):
            force.core.clock.move(days * 24 * 3600)
            await forget(force.core.app.store, force.core.clock())
        assert gone <= before
        assert set(await traces(force, *NAMED)) <= stays
        assert set(await traces(force, "quillfeather", r"\bann@force")) <= {"recognition"}, "in words alone"


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ({}, True),
        ({"slack_bot_token": SecretStr("xoxb-made-up")}, False),
        ({"slack_bot_token": SecretStr("xoxb-made-up"), "teams_dev": True}, True),
    ],
)
def test_where_nobody_tells_that_an_account_is_switched_off_is_said(on: dict[str, Any], told: bool) -> None:
    settings = Settings(**on, _env_file=None)
    assert ("Teams tells no app of that" in dpia.impact(settings, "Lantern")) is told


def test_the_real_settings_are_filled_in(tmp_path: Path) -> None:
    settings = Settings(
        database_url="postgresql://db.example/kudos",
        kudos_retention_text_months=7,
        kudos_retention_leaver_days=31,
        kudos_default_visibility=Sight.CHANNELS,
        kudos_public_url="https://kudos.example",
        kudos_secret_key=SecretStr("k" * 32),
        slack_bot_token=SecretStr("xoxb-made-up"),
        erasures_file=tmp_path / "list",
        _env_file=None,
    )
    told = dpia.impact(settings, "Lantern") + dpia.processing(settings, "Lantern")
    for words in (
        "words 7 months",
        "until 31 days after Kudos learns",
        "in Slack.",
        "until then: my channels only.",
        "a PostgreSQL database",
        "by a link",
        "Lantern",
    ):
        assert words in told, words
    assert "ERASURES_FILE is not set" not in told
    assert "made-up" not in told


@pytest.mark.parametrize("folder", [True, False])
def test_it_is_written_where_it_is_wanted(
    folder: bool, tmp_path: Path, framework: Framework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMEWORK_FILE", str(DOCS.parent / "framework.yaml"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ("dpia", *(("--folder", str(tmp_path)) if folder else ())))
    assert done.exit_code == 0, done.output
    said = (tmp_path / "dpia.md").read_text("utf-8") if folder else done.output
    assert said.startswith(f"# Data protection impact assessment: Kudos at {framework.organisation}")


def test_where_it_can_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMEWORK_FILE", str(DOCS.parent / "framework.yaml"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dpia.md").mkdir()
    done = CliRunner().invoke(main, ("dpia", "--folder", "."))
    assert done.exit_code == 78
    assert done.output == "kudos: --folder: cannot write dpia.md: Is a directory\n"
    assert [each.name for each in tmp_path.iterdir()] == ["dpia.md"]
