"""The Bot Connector's REST API, on loopback: as strict as Teams, and as unreliable as it is told.

It imports nothing of the program under test. Where the documentation leaves open what is answered, it refuses.
Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference, and Teams' own pages
"""

import asyncio
import itertools
import json
from collections import Counter, deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from .teams_activities import MESSAGE_MOST, Refused, bad, check, has_chart
from .teams_login import Login
from .teams_world import Channel, Chat, Place, World, world

Json = dict[str, Any]

#: Messages in one conversation: how many, in how many seconds. Source: "Optimize your bot: rate limiting"
CONVERSATION_LIMITS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
TENANT_LIMITS = ((30, 1.0),)
PAGE_LEAST, PAGE_USUAL, PAGE_MOST = 50, 200, 500


@dataclass(kw_only=True, eq=False)
class Posted:
    """A message of the bot, as it stands."""

    place: str
    id: str
    activity: Json
    thread: str = ""  # the message that it stands below
    only_for: str = ""  # who alone sees it
    edits: int = 0
    deleted: bool = False

    @property
    def card(self) -> Json:
        """What its first attachment shows."""
        content: Json = self.activity["attachments"][0]["content"]
        return content


@dataclass(kw_only=True)
class Fault:
    """Something that happens to the next calls of a method (such as `POST *activities`)."""

    call: str
    times: int | None = 1  # none: always
    status: int | None = None
    code: str = ""  # of the error in the body; without it the body is a proxy's page
    retry_after: str | None = None
    done: bool = False  # it is carried out all the same
    drop: bool = False  # the connection breaks instead of an answer
    delay_s: float = 0.0
    location: str = ""
    used: int = 0

    def meets(self, call: str) -> bool:
        """Tell whether it happens to this call."""
        return (self.times is None or self.used < self.times) and fnmatchcase(call, self.call)


@dataclass(kw_only=True)
class Call:
    """A request, and what became of it."""

    method: str
    path: str
    parts: list[str]  # as they came, each quoted
    token: str = ""
    status: int = 0


@dataclass
class TeamsConnector:
    """A tenant behind a Bot Connector of its own."""

    world: World = field(default_factory=world)
    charts: bool = True  # whether it takes cards with charts
    limits: bool = True  # whether it counts
    posted: list[Posted] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # what it refused that should not have been sent
    faults: list[Fault] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)  # personal chats whose owner does not want the bot
    without_bot: set[str] = field(default_factory=set)  # private and shared channels that the app was not added to
    disabled: bool = False  # by the tenant's administrator
    gone: set[str] = field(default_factory=set)  # conversations that were deleted
    object_ids: bool = True  # whether it finds members by these, too: the Agents Playground does not
    dev: bool = False  # it asks for no token, as on a developer's machine
    port: int = 0

    def __post_init__(self) -> None:
        self.login = Login(world=self.world)
        self._ids = itertools.count(1_764_000_000_000)
        self._times: dict[str, deque[float]] = {}
        self._pages: dict[str, tuple[str, int, int]] = {}
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "TeamsConnector":
        app = web.Application(client_max_size=1 << 20)
        app.add_routes(self.login.routes())
        app.router.add_route("*", "/emea/v3/{tail:.*}", self._answer)
        await self.start(app)
        return self

    async def start(self, app: web.Application) -> None:
        """Listen on a port of its own."""
        self._runner = web.AppRunner(app, handler_cancellation=False, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Be there no more: connections are refused."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """Its `serviceUrl`."""
        return f"http://127.0.0.1:{self.port}/emea/"

    @property
    def login_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/login"

    def fault(self, call: str, **what: Any) -> Fault:
        """Let something go wrong with the next calls, such as `POST *activities`."""
        fault = Fault(call=call, **what)
        self.faults.append(fault)
        return fault

    def standing(self, place: str) -> list[Posted]:
        """What people find in a conversation."""
        return [each for each in self.posted if each.place == place and not each.deleted]

    def called(self, pattern: str) -> list[Call]:
        """The calls so far, such as `GET *members/*`."""
        return [each for each in self.calls if fnmatchcase(f"{each.method} {each.path}", pattern)]

    def doubled(self) -> list[str]:
        """What stands twice: the same words in the same place."""
        counted = Counter((each.place, json.dumps(each.activity, sort_keys=True)) for each in self.posted)
        return [place for (place, _), number in counted.items() if number > 1]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix("/emea/v3/")
        call = Call(method=request.method, path=unquote(path), parts=path.split("/"), token=_token(request))
        await request.read()  # what has arrived is carried out, whether whoever sent it still lives or not
        self.calls.append(call)
        fault = next((each for each in self.faults if each.meets(f"{call.method} {call.path}")), None)
        response: web.Response
        if fault:
            fault.used += 1
            await asyncio.sleep(fault.delay_s)
        if fault and not fault.done and (fault.status or fault.drop):
            response = _broken(fault)
        else:
            response = await self._carried_out(request, call)
            if fault and (fault.status or fault.drop):
                response = _broken(fault)
        if fault and fault.drop and request.transport:
            request.transport.abort()
        call.status = response.status
        return response

    async def _carried_out(self, request: web.Request, call: Call) -> web.Response:
        try:
            raw = self._admitted(request, call, await request.read())
            status, answer = self._routed(request, call, json.loads(raw) if raw else None)
        except Refused as refused:
            if refused.status == 413 or refused.code == "BadArgument":
                self.problems.append(f"{call.method} {call.path}: {refused}")
            headers = {"Retry-After": "1"} if refused.status == 429 else {}
            return web.json_response(refused.body, status=refused.status, headers=headers)
        return web.json_response(answer, status=status)

    def _admitted(self, request: web.Request, call: Call, raw: bytes) -> bytes:
        if call.token not in self.login.good and not self.dev:
            raise Refused(401, "AuthorizationError", "Authorization has been denied for this request.")
        if len(raw) > MESSAGE_MOST:
            raise Refused(413, "MessageSizeTooBig", "Message size too large.")
        if raw and request.content_type != "application/json":
            raise bad("Content-Type must be application/json.")
        return raw

    def _routed(self, request: web.Request, call: Call, body: Any) -> tuple[int, Any]:
        self._count(f"tenant/{self.world.tenant_id}", TENANT_LIMITS)
        targeted = request.query.get("isTargetedActivity") == "true"
        match call.method, list(map(unquote, call.parts)):
            case "POST", ["conversations"]:
                return self._created(body)
            case "POST", ["conversations", conversation, "activities"]:
                return 201, {"id": self._sent(conversation, body, targeted=targeted)}
            case ("PUT" | "DELETE") as method, ["conversations", conversation, "activities", id_]:
                return 200, self._changed(conversation, id_, body if method == "PUT" else None, targeted=targeted)
            case "GET", ["conversations", conversation, "pagedMembers"]:
                return 200, self._members(conversation, request.query)
            case "GET", ["conversations", conversation, "members", person]:
                return 200, self._member(conversation, person)
            case "GET", ["teams", team]:
                found = self._team(team)
                return 200, {"id": found.id, "name": found.name, "aadGroupId": found.group_id}
            case "GET", ["teams", team, "conversations"]:
                return 200, {"conversations": [_listed(each) for each in self._reachable(team)]}
            case _:
                pass
        raise Refused(404, "NotFound", "No such resource.")

    def _place(self, conversation: str) -> Place:
        """The conversation, which the bot has to be in."""
        place = self.world.place(conversation)
        if place is None or place.id in self.gone:
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        if self.disabled:
            raise Refused(403, "BotDisabledByAdmin", "The tenant admin disabled this bot.")
        if isinstance(place, Channel):
            team = self.world.team_of(place)
            if team is None or not team.installed or place.id in self.without_bot:
                raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        elif place.id in self.blocked:
            raise Refused(403, "MessageWritesBlocked")
        elif not place.installed:
            code = "ForbiddenOperationException" if place.personal else "BotNotInConversationRoster"
            raise Refused(403, code, "The bot is not installed there.")
        return place

    def _team(self, id_: str) -> Any:
        team = next((each for each in self.world.teams if each.id == id_), None)
        if team is None:
            raise Refused(404, "TeamNotFound", "Team not found.")
        if not team.installed or self.disabled:
            raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return team

    def _reachable(self, team: str) -> list[Channel]:
        return [each for each in self._team(team).channels if each.id not in self.without_bot | self.gone]

    def _created(self, body: Any) -> tuple[int, Json]:
        if not isinstance(body, dict) or (body.get("bot") or {}).get("id") != self.world.bot["id"]:
            raise bad("Bot is missing.")
        data = body.get("channelData") or {}
        if body.get("isGroup"):
            thread = (data.get("channel") or {}).get("id")
            if not thread or not body.get("activity"):
                raise bad("A bot can only begin threads in channels, with a message.")
            id_ = self._sent(str(thread), body["activity"])
            return 201, {"id": f"{thread};messageid={id_}", "activityId": id_}
        members = body.get("members") or []
        if len(members) != 1 or body.get("tenantId") != self.world.tenant_id:
            raise bad("One member, and the tenant.")
        user = self.world.user(str(members[0].get("id")))
        if user is None:
            raise Refused(404, "ConversationNotFound", "No such user.")
        chat = self.world.personal(user)
        self._count(chat.id, CONVERSATION_LIMITS)
        if not chat.installed or self.disabled:
            raise Refused(403, "ForbiddenOperationException", "Bot isn't installed in user's personal scope.")
        return 201, {"id": chat.id}

    def _sent(self, conversation: str, activity: Any, *, targeted: bool = False) -> str:
        place = self._place(conversation)
        self._count(place.id, CONVERSATION_LIMITS)
        check(activity, self.world, place, targeted=targeted, update=False)
        self._drawable(activity)
        id_ = str(next(self._ids))
        _, _, thread = conversation.partition(";messageid=")
        only_for = activity["recipient"]["id"] if targeted else ""
        self.posted.append(Posted(place=place.id, id=id_, activity=activity, thread=thread, only_for=only_for))
        return id_

    def _changed(self, conversation: str, id_: str, activity: Any, *, targeted: bool) -> Json:
        place = self._place(conversation)
        self._count(place.id, CONVERSATION_LIMITS)
        found = next((each for each in self.standing(place.id) if each.id == id_), None)
        if found is None or bool(found.only_for) is not targeted:
            raise Refused(404, "ActivityNotFoundInConversation", "Conversation not found.")
        if activity is None:
            found.deleted = True
        else:
            check(activity, self.world, place, targeted=targeted, update=True)
            self._drawable(activity)
            found.activity, found.edits = activity, found.edits + 1
        return {"id": id_}

    def _drawable(self, activity: Json) -> None:
        if not self.charts and has_chart(activity):
            raise Refused(400, "BadSyntax", "Unknown element.")

    def _members(self, conversation: str, query: Any) -> Json:
        place = self._place(conversation)
        people = self.world.members(place)
        told = [{**each.member, "tenantId": self.world.tenant_id} for each in people]
        if isinstance(place, Chat):
            return {"members": told}  # paging is not supported in chats
        size, token = query.get("pageSize", str(PAGE_USUAL)), query.get("continuationToken")
        if not size.isdigit():
            raise bad("pageSize must be a number.")
        begin, page = 0, min(max(int(size), PAGE_LEAST), PAGE_MOST)
        if token:
            if token not in self._pages or self._pages[token][::2] != (place.id, page):
                raise bad("The continuation token is of another listing.")
            begin = self._pages[token][1]
        answer: Json = {"members": told[begin : begin + page]}
        if begin + page < len(told):
            answer["continuationToken"] = f"page+{len(self._pages)}/="  # to be quoted in an address
            self._pages[answer["continuationToken"]] = (place.id, begin + page, page)
        return answer

    def _member(self, conversation: str, person: str) -> Json:
        user = self.world.user(person)
        if (
            user is None
            or (person != user.mri and not self.object_ids)
            or user not in self.world.members(self._place(conversation))
        ):
            raise Refused(404, "MemberNotFoundInConversation", "Member not found.")
        return {**user.member, "tenantId": self.world.tenant_id}

    def _count(self, what: str, limits: tuple[tuple[int, float], ...]) -> None:
        if not self.limits:
            return
        now = asyncio.get_running_loop().time()
        times = self._times.setdefault(what, deque(maxlen=max(most for most, _ in limits)))
        for most, window_s in limits:
            if len(times) >= most and now - times[-most] < window_s:
                raise Refused(429, "Throttled", "Too many requests.")
        times.append(now)


def _listed(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel.name or None, "type": channel.type}


def _token(request: web.Request) -> str:
    shown = request.headers.get("Authorization", "")
    return shown.removeprefix("Bearer ") if shown.startswith("Bearer ") else ""


def _broken(fault: Fault) -> web.Response:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
    headers |= {"Location": fault.location} if fault.location else {}
    status = fault.status or 200
    if fault.code:
        return web.json_response({"error": {"code": fault.code, "message": ""}}, status=status, headers=headers)
    return web.Response(status=status, text="<html>Something on the way</html>", headers=headers)
