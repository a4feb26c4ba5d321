"""What happens in Teams, as the Bot Connector tells a bot: one activity each, made of the world as it is.

Source: learn.microsoft.com/microsoftteams/platform/bots: conversation basics, conversation events; Universal Actions;
dialogs
"""

import itertools
from datetime import UTC, datetime
from typing import Any

from .teams_world import Channel, Json, Place, Team, User, World

REGION = "/amer/"  # where a service address leads to behind its host


class Events:
    """Makes activities; `send` them with `BotService.deliver`."""

    def __init__(self, world: World, service_url: str) -> None:
        self.world = world
        self.service_url = service_url
        self._moments = itertools.count(1_772_443_807_478)  # ids are milliseconds

    def message(self, user: User, place: Place, text: str, *mentioned: User, thread: str = "", **more: Any) -> Json:
        """Somebody writes to our bot: alone with it, or calling it; `@Name` in `text` calls those `mentioned`."""
        bot = self.world.bot
        called = [] if self._alone(place) else [(bot["name"], bot)]
        called += [(each.name, each.account) for each in mentioned]
        for name, _ in called[-len(mentioned) :] if mentioned else ():
            text = text.replace(f"@{name}", f"<at>{name}</at>")
        if not self._alone(place):
            text = f"<at>{bot['name']}</at> {text}"
        entities: list[Json] = [
            {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": who["id"], "name": name}}
            for name, who in called
        ]
        entities.append({"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Windows"})
        html = {"contentType": "text/html", "content": f"<p>{text}</p>"}
        own = {"text": text, "textFormat": "plain", "locale": "en-GB", "entities": entities, "attachments": [html]}
        return self._activity("message", user, place, thread=thread, **own) | more

    def invoke(self, user: User, place: Place, name: str, value: Any, **more: Any) -> Json:
        """A client asks, and waits for the answer."""
        return self._activity("invoke", user, place, name=name, value=value) | more

    def press(self, user: User, place: Place, message: str, verb: str, data: Json | None = None) -> Json:
        """Somebody presses a button of a card, an `Action.Execute`."""
        action = {"type": "Action.Execute", "verb": verb, "data": data or {}}
        value = {"action": action, "trigger": "manual"}
        return self.invoke(user, place, "adaptiveCard/action", value, replyToId=message)

    def react(self, user: User, place: Place, message: str, *types: str, taken_off: bool = False) -> Json:
        """Somebody reacts to a message of our bot."""
        key = "reactionsRemoved" if taken_off else "reactionsAdded"
        found = self._activity("messageReaction", user, place, replyToId=message)
        return found | {key: [{"type": each} for each in types]}

    def added(self, user: User, place: Place) -> Json:
        """Somebody adds our bot to a conversation, or a team."""
        told = {"eventType": "teamMemberAdded"} if isinstance(place, Channel) else {}
        found = self._activity("conversationUpdate", user, place, membersAdded=[{"id": self.world.bot["id"]}])
        return found | {"channelData": found["channelData"] | told}

    def installed(self, user: User, place: Place, action: str = "add") -> Json:
        """Somebody installs our app somewhere, or removes it."""
        return self._activity("installationUpdate", user, place, action=action)

    def event(self, user: User, team: Team, event_type: str, **channel_data: Any) -> Json:
        """Something happens to a team, such as `channelCreated`."""
        found = self._activity("conversationUpdate", user, team.general)
        return found | {"channelData": found["channelData"] | {"eventType": event_type} | channel_data}

    def unheard_of(self, user: User, place: Place, type_: str, **more: Any) -> Json:
        """An activity of another type."""
        return self._activity(type_, user, place, **more)

    def _alone(self, place: Place) -> bool:
        return not isinstance(place, Channel) and place.personal

    def _activity(self, type_: str, user: User, place: Place, *, thread: str = "", **more: Any) -> Json:
        at = next(self._moments)
        written = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "type": type_,
            "id": str(at) if type_ == "message" else f"f:{at:x}",
            "timestamp": written,
            "localTimestamp": written,
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": user.account,
            "conversation": self._conversation(place, thread or str(at)),
            "recipient": self.world.bot,
            "channelData": self._channel_data(place),
        } | more

    def _conversation(self, place: Place, thread: str) -> Json:
        tenant = {"tenantId": self.world.tenant_id}
        if isinstance(place, Channel):
            return {
                "isGroup": True,
                "conversationType": "channel",
                "id": f"{place.id};messageid={thread}",
                "name": place.name or None,
            } | tenant
        group = {} if place.personal else {"isGroup": True, "name": place.topic}
        return {"conversationType": place.type, "id": place.id} | group | tenant

    def _channel_data(self, place: Place) -> Json:
        data: Json = {"tenant": {"id": self.world.tenant_id}}
        team = self.world.team_of(place)
        if team and isinstance(place, Channel):
            named = {"name": place.name} if place.name else {}
            data["team"] = {"id": team.id, "name": team.name, "aadGroupId": team.group_id}
            data["channel"] = {"id": place.id, "type": place.type} | named
        return data
