"""What the README tells people to type does what it shows."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.cli import main
from adapters.cli_papers import slack_manifest, teams_manifest
from adapters.slack import manifest
from adapters.teams import manifest as teams
from bot.config import Settings, name_of
from tests.bench import __main__ as bench

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

_OURS = ("SLACK_", "KUDOS_CHANNEL", "Microsoft", "TEAMS_")

_BLOCK = re.compile(r"^( *)```console\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def _typed() -> list[tuple[str, list[str]]]:
    """Each command of the README, and the lines it shows below it."""
    commands: list[tuple[str, list[str]]] = []
    for indent, block in _BLOCK.findall(README):
        for line in block.splitlines():
            text = line.removeprefix(indent)
            if text.startswith("$ "):
                commands.append((text[2:], []))
            else:
                commands[-1][1].append(text)
    return commands


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@pytest.mark.parametrize(("command", "shown"), [pair for pair in _typed() if pair[0] != "make play"])
def test_a_command_prints_what_is_shown(command: str, shown: list[str]) -> None:
    """The output is the one in the README; `…` stands for lines left out, and the version is the file's own."""
    done = subprocess.run(
        command.split(), cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    lines = "\n".join(re.escape(line) if line != "…" else "(?s:.*)" for line in shown)
    wanted = re.sub(r"version\\ [0-9a-f]{16}", "version\\\\ [0-9a-f]{16}", lines)
    assert re.fullmatch(wanted, done.stdout.rstrip("\n")), done.stdout


def test_the_playground_prints_an_address_that_answers(tmp_path: Path) -> None:
    """`make play` is the first thing a newcomer types; it ends in `kudos play`."""
    assert ("make play", []) in _typed()
    assert "$(BIN)/kudos play" in (ROOT / "Makefile").read_text("utf-8")
    typed = ["kudos", "play", "--port", "0", "--data", str(tmp_path / "playground.db")]
    with subprocess.Popen(
        typed,
        cwd=ROOT,
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        lines = program.stdout or ()
        address = next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+\S*", line)))
        with urllib.request.urlopen(address, timeout=10) as page:  # noqa: S310 - loopback
            assert "Kudos" in page.read().decode()
        program.send_signal(signal.SIGINT)


def _reasons(reasons: Mapping[str, str]) -> str:
    """The rows of a table; names with the same reason stand together."""
    names: dict[str, list[str]] = {}
    for name, why in reasons.items():
        names.setdefault(why, []).append(f"`{name}`")
    return "".join(f"| {', '.join(those)} | {why} |\n" for why, those in names.items())


def test_every_scope_and_event_is_there_with_its_reason() -> None:
    """The tables say what the manifest says, and nothing else."""
    assert f"| scope | for |\n|---|---|\n{_reasons(manifest.SCOPES)}\n" in README
    with_org = f"| with `--org`: | |\n{_reasons(manifest.ORG_EVENTS)}"
    assert f"| event | for |\n|---|---|\n{_reasons(manifest.EVENTS)}{with_org}\n" in README


def test_every_permission_in_teams_is_there_with_its_reason() -> None:
    """The table says what the app package says, and nothing else."""
    asked = {**teams.TEAM_PERMISSIONS, **teams.PERMISSIONS}
    assert f"| permission | for |\n|---|---|\n{_reasons(asked)}\n" in README


def test_every_option_of_the_manifest_is_explained() -> None:
    for option in (*slack_manifest.params, *teams_manifest.params):
        assert f"`{option.opts[0]}`" in README, option.opts


def test_every_setting_is_explained() -> None:
    """The table of the environment names each setting that the program reads."""
    named = set(re.findall(r"`([A-Za-z_]+)`", README))
    settings = {name_of(field) for field in Settings.model_fields}
    assert settings <= named, settings - named


def test_every_command_is_in_the_readme() -> None:
    """Whoever reads the README meets each `kudos …`."""
    for command in main.commands:
        assert re.search(rf"(kudos|adapters\.cli) {command}\b", README) or f"`{command}`" in README, command


def test_every_proof_is_in_the_readme_and_can_be_made() -> None:
    """What `tests.bench` proves by name has a target, and a line among those for who develops."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for proof in ("bench", *bench.PROOFS):
        assert re.search(rf"^make {proof} +\S", README, re.MULTILINE), proof
        assert re.search(rf"^[a-z ]*\b{proof}\b[a-z ]*: \.venv/dev$", makefile, re.MULTILINE), proof
