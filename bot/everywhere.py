"""What somebody gave and received, wherever it was: with all their accounts, each in its own workspace.

They see with each account what that account may see there, and nothing else.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot import privacy
from bot.ledger import ALL
from bot.model import One, Recognition
from bot.store import Store

Whose = Mapping[str, tuple[str, ...]]  #: somebody's accounts: ids by workspace, the one in which they ask first


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    store: Store

    async def whose(self, workspace: str, person: str) -> Whose:
        """Who asks, with all their accounts."""
        ids = {workspace: (person,)}
        for each in await self.store.accounts.others(workspace, person):
            ids[each.workspace] = (*ids.get(each.workspace, ()), each.id)
        return ids

    async def received(self, whose: Whose, *, most: int = ALL, skip: int = 0) -> tuple[Recognition, ...]:
        """What they were thanked for, latest first."""
        received_by = self.store.ledger.received_by
        return _page([await received_by(each, *whose[each], most=most + skip) for each in whose], whose, most, skip)

    async def given(self, whose: Whose, *, most: int = ALL, skip: int = 0) -> tuple[Recognition, ...]:
        """What they gave and have not taken back, latest first."""
        given_by = self.store.ledger.given_by
        return _page([await given_by(each, *whose[each], most=most + skip) for each in whose], whose, most, skip)

    async def totals(self, whose: Whose) -> tuple[int, int]:
        """How many kudos they received, and how many they gave."""
        totals = [await self.store.ledger.totals(each, *whose[each]) for each in whose]
        return sum(received for received, _ in totals), sum(given for _, given in totals)


def _page(found: Iterable[list[Recognition]], whose: Whose, most: int, skip: int) -> tuple[Recognition, ...]:
    """Of what was found in each workspace, latest first, the part that is shown; what may not be read leaves a gap."""
    latest = heapq.merge(*found, key=lambda each: each.given_at, reverse=True)
    read = (_read(each, whose) for each in list(latest)[skip : skip + most])
    return tuple(each for each in read if each)


def _read(recognition: Recognition, whose: Whose) -> Recognition | None:
    """It, as they may read it: with the account that gave it, if one did."""
    workspace = recognition.workspace
    accounts = sorted(whose[workspace], key=lambda id_: id_ != recognition.giver.id)
    read = (privacy.shown(recognition, One(workspace=workspace, person=id_)) for id_ in accounts)
    return next((each for each in read if each), None)
