"""`kudos manifest …` and `kudos dpia`: what is written for a platform, and for a data protection officer."""

import contextlib
import os
import re
from pathlib import Path

import click

from adapters.cli_storage import File
from bot.errors import ConfigError


@click.group()
def manifest() -> None:
    """Write what a platform needs to know about Kudos."""


@manifest.command("slack")
@click.option("--url", default="https://kudos.example", show_default=True, help="Where people reach this server.")
@click.option("--socket", is_flag=True, help="Socket Mode: Slack need not reach this server.")
@click.option("--oauth", is_flag=True, help="Workspaces install Kudos themselves, from this server.")
@click.option("--org", is_flag=True, help="Also whole organisations (Enterprise Grid) do.")
@click.option("--rotation", is_flag=True, help="With --oauth: tokens are renewed twice a day. There is no way back.")
def slack_manifest(url: str, *, socket: bool, oauth: bool, org: bool, rotation: bool) -> None:
    """The app manifest for Slack, as YAML."""
    from adapters.slack import manifest as slack

    if not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?", url):
        raise click.BadParameter("must start with https://, as in https://kudos.example", param_hint="--url")
    if rotation and not (oauth or org):
        raise click.UsageError("--rotation needs --oauth: a token that is set by hand can't be renewed.")
    click.echo(slack.manifest(url, socket=socket, oauth=oauth, org=org, rotation=rotation), nl=False)


@manifest.command("teams")
@click.option(
    "--output",
    type=File(),
    default=Path("kudos-teams.zip"),
    show_default=True,
    help="The package to write.",
)
@click.option("--version", default="1.0.0", show_default=True, help="Raise it to replace a package that is in use.")
@click.option("--website", default="", help="The page about Kudos in your organisation, else KUDOS_PUBLIC_URL.")
@click.option("--privacy", default="", help="The page about what Kudos keeps of people, else KUDOS_PUBLIC_URL.")
@click.option("--terms", default="", help="The page with the terms of its use, else KUDOS_PUBLIC_URL.")
def teams_manifest(output: Path, version: str, website: str, privacy: str, terms: str) -> None:
    """The app package for Teams, as a .zip to upload."""
    from adapters.app import read_framework
    from adapters.teams import manifest as teams
    from bot import config

    settings = config.read()
    about = teams.about(
        settings,
        organisation=read_framework(settings.framework_file).organisation,
        version=version,
        website=website,
        privacy=privacy,
        terms=terms,
    )
    _write_whole(output, teams.package(about), "--output")
    click.echo(f"Wrote {output}, version {about.version}. Upload it at the Teams admin centre, Manage apps.")


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Write dpia.md and processing.md there, instead of to standard output.",
)
def dpia(folder: Path | None) -> None:
    """Write the papers for a data protection officer, with the settings in use."""
    from adapters import dpia as papers
    from adapters.app import read_framework
    from bot import config

    settings = config.read()
    organisation = read_framework(settings.framework_file).organisation
    written = {
        "dpia.md": papers.impact(settings, organisation),
        "processing.md": papers.processing(settings, organisation),
    }
    if folder is None:
        click.echo("\n".join(written.values()), nl=False)
        return
    for name, text in written.items():
        _write_whole(folder / name, text.encode(), "--folder")
    click.echo(f"Wrote {' and '.join(written)} in {folder}.")


def _write_whole(path: Path, content: bytes, option: str) -> None:
    """All of it, or nothing.

    Args:
        option: that said where.

    Raises:
        ConfigError: it can't be written there.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise ConfigError([f"{option}: cannot write {path}: {error.strerror}"]) from None
    finally:
        with contextlib.suppress(OSError):  # as where no file can be
            beside.unlink(missing_ok=True)
