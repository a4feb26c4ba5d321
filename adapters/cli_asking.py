"""`kudos ask`, `kudos suggest` and `kudos questions`: what the framework answers, and what people asked in vain."""

import asyncio
import csv
import json
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot.errors import ConfigError, DatabaseError

if TYPE_CHECKING:
    from bot.questions import Question


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Read one question a line, write one JSON object a line.")
@click.argument("question", nargs=-1)
def ask(question: tuple[str, ...], *, as_json: bool) -> None:
    """Answer QUESTION from the framework."""
    from adapters.app import read_framework, read_words
    from bot import answers, care, care_cards, config
    from bot.cards import plain
    from bot.care import Notice

    settings = config.read()
    framework = read_framework(settings.framework_file)
    index = answers.Index(framework, read_words(settings.words_file, framework))
    if not as_json:
        if not question:
            raise click.UsageError("Say what you want to know: kudos ask what does listen mean")
        text = " ".join(question)
        answer = answers.answer(index, text)
        noticed, troubled = care.notice(text, ours=answer.ours), care.troubled(text, ours=answer.ours)
        click.echo(plain(care_cards.heeding(noticed, answer, framework, troubled=troubled)))
        return
    for line in _lines(question):
        started = time.perf_counter()
        answer = answers.answer(index, line)
        # Another program can't show who helps, so it gets no answer to set before somebody in distress.
        withheld = answer.outcome == "answer" and care.notice(line, ours=answer.ours) is Notice.CRISIS
        _write(
            question=line,
            outcome="unknown" if withheld else answer.outcome,
            entries=[] if withheld else [entry.id for entry in answer.entries],
            confidence=0.0 if withheld else round(answer.confidence, 3),
            ms=_ms(started),
        )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Read one text a line, write one JSON object a line.")
@click.argument("text", nargs=-1)
def suggest(text: tuple[str, ...], *, as_json: bool) -> None:
    """Suggest what the TEXT of a kudos shows."""
    from adapters.app import read_framework, read_words
    from bot import config
    from bot.ranking import Reading
    from bot.suggest import Suggester

    settings = config.read()
    framework = read_framework(settings.framework_file)
    words = read_words(settings.words_file, framework)
    suggester = Suggester(framework, words, Reading(words.synonyms))
    if not as_json:
        if not text:
            raise click.UsageError("Say what they did: kudos suggest she stayed on to help us finish")
        found = suggester.suggest(" ".join(text))
        for entry in (*found.first[:2], *found.second[:1]):
            click.echo(f"#{entry.tag}  {entry.title.text}")
        if not found.first:
            click.echo("Nothing fits for sure. Say what they did, for whom, and what it changed.")
        return
    for line in _lines(text):
        started = time.perf_counter()
        found = suggester.suggest(line)
        _write(
            text=line,
            entries=[entry.id for entry in found.first],
            also=[entry.id for entry in found.second],
            ms=_ms(started),
        )


@click.command()
@click.option("--csv", "as_csv", is_flag=True, help="As a table for a spreadsheet, for all workspaces.")
def questions(*, as_csv: bool) -> None:
    """Show what people asked in vain, most asked first: for the next edit of words.yaml."""
    from bot import config
    from bot.exports import cell
    from bot.questions import KEPT_DAYS, became

    found = asyncio.run(_questions(config.read().database_url))
    if as_csv:
        table = csv.writer(sys.stdout)
        table.writerow(["asked", "question", "not known", "asked back", "none of these", "picked", "first", "last"])
        for each in found:
            picked = " ".join(f"{entry}:{times}" for entry, times in each.picked)
            table.writerow(
                [each.asked, cell(each.text), each.unknown, each.menus, each.none, picked, each.first, each.last]
            )
        return
    if not found:
        click.echo("Nobody has asked anything yet that Kudos could not answer.")
        return
    click.echo("What people asked in vain, most asked first: lines to put where they belong in words.yaml.")
    click.echo(f"It is kept without names, and forgotten when nobody has asked it for {KEPT_DAYS} days.\n")
    for each in found:
        click.echo(f"{each.asked:>6,}  {each.text}\n        {became(each)}; last on {each.last}")


async def _questions(url: str) -> "tuple[Question, ...]":
    """
    Raises:
        ConfigError: it is no database of this release.
    """
    from adapters import storage
    from bot import migrations
    from bot.questions import summed
    from bot.tally import Tally

    path = storage.called(url)
    database = storage.opened(url, read_only=True)
    try:
        if await migrations.pending(database):
            raise ConfigError([f"DATABASE_URL: {path} is of an older release. Bring it up to date: kudos migrate"])
        return summed(await Tally(database).questions())
    except DatabaseError as error:
        raise ConfigError([f"DATABASE_URL: cannot read {path}: {error}"]) from None
    finally:
        await database.close()


def _lines(typed: tuple[str, ...]) -> Iterator[str]:
    """What another program writes, line by line.

    Raises:
        click.UsageError: something was typed beside `--json`.
    """
    if typed:
        raise click.UsageError("With --json, write one line each to its standard input, and nothing beside it.")
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _write(**values: object) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
