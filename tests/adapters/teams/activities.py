"""Activities as Teams sends them, from its documentation, with people and places of ours.

Source: learn.microsoft.com/microsoftteams/platform, "Conversation events", "Channel and group chat conversations",
"Create and send dialogs", "Respond to the task module submit action", "Universal Actions"
"""

from typing import Any

from adapters.teams.keeping import holding
from adapters.teams.render import KEY

Json = dict[str, Any]

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
W = f"teams:{TENANT}"
TEAM = "19:efa9296d959346209fea44151c742e73@thread.tacv2"
CHANNEL = "19:6d97d816470f481dbcda38244b98689a@thread.tacv2"
GROUP = "19:d77be72390a1416e9644261e9064fa00@thread.v2"
PERSONAL = "a:1pL6i0oY3C0K8oAj8"
PAIR = "19:b130c271-d2eb-45f9-83ab-9eb3fe3788bc_ef16aa89-5b26-4a2c-aebb-761b551577c0@unq.gbl.spaces"
BOT = "28:f5d48856-5b42-41a0-8c3a-c5f944b679b0"
OLO = {"id": "29:1olo", "name": "Olo Brockhouse", "aadObjectId": "b130c271-d2eb-45f9-83ab-9eb3fe3788bc"}
BOB = {"id": "29:1bob", "name": "Bob Brown", "aadObjectId": "ef16aa89-5b26-4a2c-aebb-761b551577c0"}
AT = "2026-03-02T09:30:07.4780000Z"

IN_CHANNEL: Json = {
    "conversation": {
        "isGroup": True,
        "conversationType": "channel",
        "id": f"{CHANNEL};messageid=1611060744833",
        "tenantId": TENANT,
    },
    "channelData": {
        "tenant": {"id": TENANT},
        "team": {"id": TEAM},
        "channel": {"id": CHANNEL, "name": "Thanks", "type": "standard"},
    },
}
IN_GROUP: Json = {
    "conversation": {"isGroup": True, "conversationType": "groupChat", "id": GROUP, "name": "Night shift"},
    "channelData": {"tenant": {"id": TENANT}},
}
ALONE: Json = {
    "conversation": {"conversationType": "personal", "id": PERSONAL, "tenantId": TENANT},
    "channelData": {"tenant": {"id": TENANT}},
}
IN_PAIR: Json = {
    "conversation": {"conversationType": "personal", "id": PAIR, "tenantId": TENANT},
    "channelData": {"tenant": {"id": TENANT}, "source": {"name": "compose"}},
}


def activity(type_: str, where: Json, **more: Any) -> Json:
    return {
        "type": type_,
        "id": "1611060744999",
        "timestamp": AT,
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "from": OLO,
        "recipient": {"id": BOT, "name": "Kudos"},
        **where,
        **more,
    }


def mention(label: str, account: Json, **more: Any) -> Json:
    mentioned = {"id": account["id"], "name": account["name"], **more}
    return {"type": "mention", "text": f"<at>{label}</at>", "mentioned": mentioned}


KUDOS = {"id": BOT, "name": "Kudos"}


def message(text: str, where: Json, *entities: Json, **more: Any) -> Json:
    html = {"contentType": "text/html", "content": f"<div>{text}</div>"}
    return activity("message", where, text=text, textFormat="plain", entities=[*entities], attachments=[html], **more)


def invoke(name: str, where: Json, value: Any, **more: Any) -> Json:
    return activity("invoke", where, name=name, value=value, **{"id": "f:bc319b1d-571a", **more})


def pressed(verb: str, where: Json = IN_CHANNEL, *, trigger: str = "manual", **data: Any) -> Json:
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    value = {"action": action, "trigger": trigger}
    return invoke("adaptiveCard/action", where, value, replyToId="1611060744111")


def extension(where: Json, command: str, context: str, **more: Any) -> Json:
    value = {"commandId": command, "commandContext": context, "context": {"theme": "default"}, "requestId": "fe50"}
    return invoke("composeExtension/fetchTask", where, {**value, **more})


def extension_sent(where: Json, command: str, context: str, **more: Any) -> Json:
    value = {"commandId": command, "commandContext": context, "context": {"theme": "default"}}
    return invoke("composeExtension/submitAction", where, {**value, **more})


def payload(user: Json | None = None, **more: Any) -> Json:
    """A message that was chosen."""
    told = {"userIdentityType": "aadUser", "id": BOB["aadObjectId"], "displayName": "Bob Brown"}
    return {
        "id": "1611060744833",
        "replyToId": None,
        "createdDateTime": "2021-01-19T12:52:24.833Z",
        "body": {"contentType": "html", "content": "<div>Hi</div>"},
        "from": {"device": None, "conversation": None, "user": told if user is None else user, "application": None},
        "reactions": [],
        "mentions": [],
        "attachments": [],
        **more,
    }


def filled(action: str = "give", *, again: bool = False, context: Json | None = None, **fields: Any) -> Json:
    """A form's data."""
    return {"action": action, KEY: "k1", "context": context or {}, **fields, **({"again": True} if again else {})}


def preview(what: str, data: Json) -> Json:
    """What Teams sends back of a preview."""
    card = holding({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "x"}]}, data)
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"botMessagePreviewAction": what, "botActivityPreview": [{"type": "message", "attachments": [attachment]}]}


def event(type_: str, **channel_data: Any) -> Json:
    """A `conversationUpdate` of a team, which comes from its first channel."""
    conversation = {"isGroup": True, "conversationType": "channel", "id": TEAM}
    told = {"tenant": {"id": TENANT}, "team": {"id": TEAM, "name": "Response"}, "eventType": type_, **channel_data}
    return activity("conversationUpdate", {"conversation": conversation, "channelData": told}, id="f:dd6ec311")
