"""With which account somebody acts: what they gave on one platform they can change from another, and never second.

Whatever they ask about a kudos is asked by the account that gave it, was thanked in it or has seconded it. So every
rule is about that account alone, in its own workspace.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from bot.everywhere import Everywhere, Whose
from bot.model import Recognition
from bot.requests import Action, Asked, Errand, Press, SubmitReason, UndoLatest

_Moving = TypeVar("_Moving", Press, SubmitReason, UndoLatest)

_ABOUT_A_KUDOS: Final = frozenset(
    {
        Action.EDIT,
        Action.SENTENCE,
        Action.SECOND,
        Action.EXPLAIN,
        Action.UNDO,
        Action.WITHDRAW,
        Action.HIDE,
        Action.SHOW,
        Action.REPORT,
    }
)


@dataclass(frozen=True, slots=True)
class Acting:
    everywhere: Everywhere

    async def meant(self, request: Errand) -> Errand:
        """`request` as the account would ask it that it is meant for, in that account's workspace."""
        match request:
            case Press(action=action, value=recognition) if action in _ABOUT_A_KUDOS:
                at = await self._about(request, recognition)
                # The same id may be another place's there.
                return replace(_moved(request, *at), place=request.place if at[0] == request.workspace else "")
            case SubmitReason():
                return await self.reworded(request)
            case UndoLatest():
                return _moved(request, *await self._latest(request))
            case _:
                return request

    async def reworded(self, request: SubmitReason) -> SubmitReason:
        """The same of the form with new words."""
        return _moved(request, *await self._about(request, request.recognition))

    async def _about(self, request: Press | SubmitReason, id_: str) -> tuple[str, str]:
        """The workspace and the account that a request about a recognition is for."""
        ledger = self.everywhere.store.ledger
        here = await ledger.recognition(request.workspace, id_)
        if here and here.giver.id == request.person:
            return request.workspace, request.person
        whose = await self.everywhere.whose(request.workspace, request.person)
        found = [here] if here else [await ledger.recognition(workspace, id_) for workspace in whose]
        for recognition in found:
            if recognition:
                return next(_concerned(recognition, whose), (request.workspace, request.person))
        return request.workspace, request.person

    async def _latest(self, request: UndoLatest) -> tuple[str, str]:
        """The account that gave last; for a delivery that was dealt with, the one it was dealt with for."""
        ledger = self.everywhere.store.ledger
        whose = await self.everywhere.whose(request.workspace, request.person)
        if len(whose) == 1 == len(whose[request.workspace]):
            return request.workspace, request.person
        latest = await self.everywhere.given(whose, most=1)
        # Asked last: whoever has dealt with it meanwhile has changed what is the latest, too.
        for workspace, ids in whose.items():
            if await ledger.delivered(workspace, _delivery(request, workspace)) is not None:
                return workspace, ids[0]
        return (latest[0].workspace, latest[0].giver.id) if latest else (request.workspace, request.person)


def _concerned(recognition: Recognition, whose: Whose) -> Iterator[tuple[str, str]]:
    """Who of them gave it, was thanked in it or has seconded it, in this order."""
    people = (recognition.giver, *recognition.recipients, *recognition.seconders)
    own = whose[recognition.workspace]
    yield from ((each.workspace, each.id) for each in people if each.id in own)


def _moved(request: _Moving, workspace: str, person: str) -> _Moving:
    via = request.via if workspace == request.workspace else request.workspace
    return replace(request, workspace=workspace, person=person, delivery=_delivery(request, workspace), via=via)


def _delivery(request: Asked, workspace: str) -> str:
    """Its key there: what one platform calls a delivery may be another delivery's name on another."""
    return request.delivery if workspace == request.workspace else f"{request.workspace}/{request.delivery}"
