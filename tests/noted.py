"""A database that remembers what was asked of it, and tells how it would find that."""

from pathlib import Path

from bot.database import Row, Sqlite


class Noted(Sqlite):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked: list[tuple[str, dict[str, object]]] = []

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        self.asked.append((sql, values))
        return await super().rows(sql, **values)

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self.rows(sql, **values)

    async def plans(self) -> list[list[str]]:
        """The steps of each statement."""
        return [
            [str(row["detail"]) for row in await super(Noted, self).rows(f"EXPLAIN QUERY PLAN {sql}", **values)]
            for sql, values in self.asked
        ]
