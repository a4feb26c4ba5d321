"""What only some may do, step by step: grant roles, read the audit log. Who may is asked here, and nowhere else."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot import brakes, exports, offices, posts, steps
from bot.audit import noted
from bot.cards import Private, Reply
from bot.colleagues import Colleague
from bot.errors import Refusal
from bot.model import PersonKind, Role, Visibility, to_text
from bot.offices import Change
from bot.requests import ChangeRole, ReadAudit, ShowPatterns, ShowRoles
from bot.roles import Authority
from bot.store import Store

READ_MOST: Final = 20  #: rows of the log shown in a message
LOOKED_AT_MOST: Final = 5000  #: kudos of a workspace among which patterns are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Governing:
    store: Store
    authority: Authority
    clock: Callable[[], datetime]

    async def roles(self, ask: ShowRoles) -> list[Reply]:
        """`/kudos roles`."""
        mine = await self.authority.of(ask.workspace, ask.person)
        holders = await self.authority.holders(ask.workspace)
        all_ = holders if mine & {Role.ADMINISTRATOR, Role.AUDITOR} else None
        names = [colleague[0].name for colleague, roles in holders if Role.ADMINISTRATOR in roles]
        return [Private(card=offices.listed(mine, all_, names))]

    async def changed(self, ask: ChangeRole) -> list[Reply]:
        """`/kudos role grant @name moderator`, or take.

        Raises:
            Refusal: they may not; nobody is meant, or no role; or nobody would be left to look after Kudos.
        """
        await self.authority.require(ask.workspace, ask.person, Role.ADMINISTRATOR, "grant or take roles")
        change = offices.change(ask.words)
        colleague = await self._meant(ask.workspace, change)
        await self.change(colleague, change, actor=ask.person, origin=ask.origin, key=ask.delivery)
        still = change.role in await self.authority.of(colleague[0].workspace, colleague[0].id)
        return [Private(card=offices.changed(colleague[0].name, change, still=still))]

    async def change(self, colleague: Colleague, change: Change, *, actor: str, origin: str, key: str) -> None:
        """Grant a role to one account of a colleague, or take it from all.

        Raises:
            Refusal: nobody would be left to look after Kudos.
        """
        now, one = self.clock(), colleague[0]
        roles = self.store.roles
        if change.granted:
            acts = [roles.granting(one, change.role, actor=actor, now=now, key=key)]
        else:
            acts = [
                roles.taking(
                    each,
                    change.role,
                    accounts=colleague,
                    admins=self.authority.admins,
                    actor=actor,
                    now=now,
                    key=key,
                )
                for each in colleague
                if each is one or change.role in await roles.granted(each.workspace, each.id)
            ]
        act = "role granted" if change.granted else "role taken"
        stopped = await self.store.write(
            steps.delivery(one.workspace, f"{actor}/{key}", one.id, now),
            *acts,
            noted(one.workspace, actor, act, one.id, change.role.value, origin=origin, now=now, key=key),
            *(posts.homes_changed(each.workspace, [each.id], now) for each in colleague),
        )
        if stopped:  # the delivery itself, 0, has come before
            raise Refusal(("", offices.last_administrator()))

    async def read(self, ask: ReadAudit) -> list[Reply]:
        """`/kudos audit`: the latest rows, and the row that says who has read them.

        Raises:
            Refusal: they may not.
        """
        await self.authority.require(ask.workspace, ask.person, Role.AUDITOR, "read the audit log")
        await self.store.audit.chain()
        entries = await self.store.audit.latest(ask.workspace, most=READ_MOST)
        await self.store.write(
            noted(ask.workspace, ask.person, "audit read", origin=ask.origin, now=self.clock(), key=ask.delivery)
        )
        ids = {id_ for each in entries for id_ in (each.actor, each.subject)}
        people = await self.store.directory.people(ask.workspace, ids)
        names = {id_: person.name for id_, person in people.items()}
        for id_ in ids - names.keys():
            place = await self.store.places.get(ask.workspace, id_.removeprefix("place/"))
            if place and place.visibility is Visibility.PUBLIC:
                names[id_] = f"#{place.name}"
        return [Private(card=offices.log(entries, names))]

    async def patterns(self, ask: ShowPatterns) -> list[Reply]:
        """`/kudos patterns`: who thanks whom in turn, of what everybody could see lately. Nothing follows from it.

        Raises:
            Refusal: they may not.
        """
        await self.authority.require(ask.workspace, ask.person, Role.OWNER, "see who thanks whom in turn")
        now = self.clock()
        faces = await self.store.accounts.faces(ask.workspace)
        names: dict[str, str] = {}
        times: Counter[tuple[str, str]] = Counter()
        for workspace in await self.store.organisations.together(ask.workspace):
            since = to_text(now - brakes.PATTERNS_FOR)
            for each in await self.store.ledger.public_after(workspace, since, "", most=LOOKED_AT_MOST):
                for people in exports.told_of(each):
                    keys = [faces.key(workspace, one.id) for one in people]
                    names.update(zip(keys, (faces.of(one).name for one in people), strict=True))
                    times[keys[0], keys[1]] += 1
        found = brakes.patterns(
            brakes.Thanked(giver=giver, recipient=recipient, times=number)
            for (giver, recipient), number in times.items()
        )
        await self.store.write(
            noted(ask.workspace, ask.person, "patterns read", origin=ask.origin, now=now, key=ask.delivery)
        )
        return [Private(card=brakes.in_turn(found, names))]

    async def _meant(self, workspace: str, change: Change) -> Colleague:
        """
        Raises:
            Refusal: it is nobody, or it could be several.
        """
        wanted = change.called.casefold()
        everybody = [] if change.person else await self.store.directory.everybody(workspace)
        found = [
            each.id
            for each in everybody
            if each.active
            and each.kind is PersonKind.MEMBER
            and wanted in (each.id.casefold(), each.name.casefold(), each.email.casefold())
        ]
        ids = [change.person] if change.person else found
        colleague = await self.authority.colleague(workspace, ids[0]) if len(ids) == 1 else ()
        if not colleague:
            raise Refusal(("", offices.unknown(change.called or "that", found[1:])))
        return colleague
