"""Where it is quiet, and has been: settings of what is quiet. The SQL beside each method."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot import quiet, runs
from bot.accounts import Accounts
from bot.database import Database, Step
from bot.model import to_time
from bot.organisations import TOGETHER
from bot.quiet import Quiet
from bot.settings import Settings

QUIET: Final = "quiet"  #: the setting that says whether something is quiet ("1") or not any more ("0")


class Quiets:
    def __init__(self, database: Database, accounts: Accounts, settings: Settings) -> None:
        self._database = database
        self._accounts = accounts
        self._settings = settings

    async def state(self, workspace: str) -> Quiet:
        """All that is quiet, and was, in its organisation."""
        rows = await self._database.rows(
            f"""
            SELECT workspace, subject, value, at FROM setting WHERE workspace IN {TOGETHER} AND name = 'quiet'
            ORDER BY at, id
            """,  # noqa: S608 - a constant
            workspace=workspace,
        )
        return quiet.read((row["workspace"], row["subject"], row["value"] == "1", to_time(row["at"])) for row in rows)

    async def switching(
        self, workspace: str, subjects: Iterable[str], *, on: bool, actor: str, now: datetime, key: str
    ) -> list[Step]:
        """Steps by which it gets quiet, or is not any more: people with all of their accounts."""
        known = await self.state(workspace)
        steps = []
        for subject in subjects:
            for each, what in await self._same(workspace, subject, known):
                key_ = f"{key}/{each}/{what}"
                steps.append(self._settings.set(each, what, QUIET, str(int(on)), actor=actor, now=now, key=key_))
                spells = known.spells.get((each, what), ())
                if not on and spells:  # digests meanwhile told nothing of it
                    steps.append(runs.counted_since(each, spells[-1].begins_at))
        return steps

    async def _same(self, workspace: str, subject: str, known: Quiet) -> list[tuple[str, str]]:
        """What else is meant: wherever it was said that it is quiet everywhere, and all accounts of somebody."""
        if subject == quiet.EVERYWHERE:
            return [
                (workspace, subject),
                *(each for each in known.spells if each[1] == subject and each[0] != workspace),
            ]
        prefix = quiet.of_person("")
        if not subject.startswith(prefix):
            return [(workspace, subject)]
        others = await self._accounts.others(workspace, subject.removeprefix(prefix))
        return [(workspace, subject), *((each.workspace, quiet.of_person(each.id)) for each in others)]
