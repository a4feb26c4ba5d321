"""Which workspaces belong to one organisation: as the settings say, and never by accident.

A statement that speaks of several workspaces goes by `TOGETHER`; whoever reads one after another by `together`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.database import Database, Step

#: The workspaces of the organisation that `:workspace` belongs to, itself among them.
TOGETHER: Final = """(
    SELECT CAST(:workspace AS TEXT) AS workspace
    UNION
    SELECT other.workspace FROM organisation AS own JOIN organisation AS other ON other.id = own.id
    WHERE own.workspace = :workspace
)"""

_OWN: Final = "own"  #: the organisation whose process this is


class Organisations:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._listed: tuple[tuple[str, ...], ...] = ()
        self._single: dict[str, str] = {}
        self._asked: frozenset[str] = frozenset()  # platforms that themselves say which workspace it is

    async def together(self, workspace: str) -> tuple[str, ...]:
        """The workspaces of its organisation, itself first."""
        rows = await self._database.rows(f"SELECT workspace FROM {TOGETHER} AS together", workspace=workspace)  # noqa: S608
        others = {row["workspace"] for row in rows} - {workspace}
        return (workspace, *sorted(others))

    async def arrange(self, listed: Iterable[Sequence[str]], single: Mapping[str, str]) -> None:
        """Let workspaces belong together as the settings say from now on, and no others.

        Args:
            listed: each organisation's workspaces. Where there are any, nothing else belongs together.
            single: the one workspace of each platform that has but one, by platform; "" until the platform has said
                which. They belong together.
        """
        self._listed = tuple(map(tuple, listed))
        self._single = dict(single)
        self._asked = frozenset(platform for platform, workspace in single.items() if not workspace)
        await self._store()

    async def met(self, workspace: str) -> None:
        """Its platform has said which workspace it is that we are for."""
        platform = workspace.partition(":")[0]
        if platform in self._asked and self._single[platform] != workspace:
            self._single[platform] = workspace
            await self._store()

    async def _store(self) -> None:
        stored = {row["workspace"]: row["id"] for row in await self._database.rows("SELECT * FROM organisation")}
        wanted = {each: group[0] for group in self._listed for each in group}
        if not self._listed:
            wanted = {each: _OWN for each in self._single.values() if each}
            before = {each for each, id_ in stored.items() if id_ == _OWN}
            unsaid = {each for each in before if self._single.get(each.partition(":")[0]) == ""}
            # Until a platform has said which workspace it is, it is the one that it was beside the same others.
            if before - unsaid == wanted.keys():
                wanted |= dict.fromkeys(unsaid, _OWN)
        if wanted != stored:
            await self._database.write(
                Step("DELETE FROM organisation", {}),
                *(
                    Step(
                        "INSERT INTO organisation (workspace, id) VALUES (:workspace, :id) ON CONFLICT DO NOTHING",
                        {"workspace": workspace, "id": id_},
                    )
                    for workspace, id_ in wanted.items()
                ),
            )
