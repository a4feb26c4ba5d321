"""The methods that write: `chat.*` and `reactions.*`, and what is sent to a `response_url`."""

import json
from typing import Any

from . import slack_tokens
from .blockkit import MESSAGE_TEXT, Surface
from .slack_objects import Channel, Json, Message, with_ids
from .slack_platform import ApiError, Args, Platform, method

METADATA_BYTES = 8_000  #: of a message's metadata. Source: docs.slack.dev/messaging/message-metadata
RESPONSES = 5  #: uses of a response_url
RESPONSE_S = 30 * 60  #: how long a response_url is good for

_CONTENT = "text blocks attachments metadata link_names parse markdown_text as_user"


@method(
    "chat.postMessage",
    scopes="chat:write",
    needs="channel",
    takes=f"{_CONTENT} thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn username icon_emoji icon_url",
    json=True,
)
def post_message(slack: Platform, args: Args) -> Json:
    """Post to a channel, by id or name, or to a person by id."""
    channel = _target(slack, args.text("channel"))
    sent = _content(slack, "chat.postMessage", args, "message")
    if channel.archived:
        raise ApiError("is_archived")
    if slack.bot.id not in channel.members and "chat:write.public" not in slack.scopes:
        raise ApiError("not_in_channel")
    if channel.kind == "im" and not slack.messages_tab:
        raise ApiError("messages_tab_disabled")
    thread = args.text("thread_ts")
    if thread and slack.message(channel.id, thread) is None:
        raise ApiError("thread_not_found")
    for name in {"username", "icon_emoji", "icon_url"} & {key for key, value in args.values.items() if value}:
        slack.require_scope("chat:write.customize")
        sent[name] = args.text(name)
    message = _as_app(slack, channel, sent)
    message.thread_ts = thread or None
    slack.posted[channel.id].append(message)
    answer: Json = {"channel": channel.id, "ts": message.ts, "message": message.as_json()}
    if len(args.text("text")) > MESSAGE_TEXT:
        message.text = message.text[:MESSAGE_TEXT]
        answer["response_metadata"] = {"warnings": ["message_truncated"]}
    return answer


@method("chat.update", scopes="chat:write", needs="channel ts", takes=f"{_CONTENT} reply_broadcast", tier=3, json=True)
def update(slack: Platform, args: Args) -> Json:
    """Edit one of our own messages; text without blocks removes the blocks, metadata stays unless given."""
    channel = slack.visible(args.text("channel"))
    message = slack.message(channel.id, args.text("ts"))
    if message is None:
        raise ApiError("message_not_found")
    if message.app_id != slack.app_id:
        raise ApiError("cant_update_message")
    if channel.archived:
        raise ApiError("is_inactive")
    if slack.edit_window_s is not None and slack.now() - float(message.ts) > slack.edit_window_s:
        raise ApiError("edit_window_closed")
    sent = _content(slack, "chat.update", args, "update")
    message.edits.append(
        {"text": message.text, "blocks": message.blocks, "metadata": message.metadata, "until": slack.stamp()}
    )
    message.text = sent.get("text") or ""
    message.blocks = with_ids(sent.get("blocks"))
    message.metadata = sent.get("metadata", message.metadata) or None
    message.sent = sent
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json()}


@method(
    "chat.postEphemeral",
    scopes="chat:write",
    needs="channel user",
    takes=f"{_CONTENT} thread_ts username icon_emoji icon_url",
    tier=4,
    json=True,
)
def post_ephemeral(slack: Platform, args: Args) -> Json:
    """Show something to one member of a channel."""
    channel = slack.visible(args.text("channel"))
    sent = _content(slack, "chat.postEphemeral", args, "message")
    if channel.archived:
        raise ApiError("is_archived")
    if slack.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    if args.text("user") not in channel.members:
        raise ApiError("user_not_in_channel")
    message = _as_app(slack, channel, sent)
    message.thread_ts = args.text("thread_ts") or None
    message.only_for = args.text("user")
    slack.ephemerals.append(message)
    return {"message_ts": message.ts}


@method("chat.delete", scopes="chat:write", needs="channel ts", takes="as_user", tier=3, json=True)
def delete(slack: Platform, args: Args) -> Json:
    """Delete one of our own messages."""
    channel = slack.visible(args.text("channel"))
    message = slack.message(channel.id, args.text("ts"))
    if message is None:
        raise ApiError("message_not_found")
    if message.app_id != slack.app_id:
        raise ApiError("cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", needs="channel message_ts")
def get_permalink(slack: Platform, args: Args) -> Json:
    """Give a message's address."""
    channel = slack.visible(args.text("channel"))
    message = slack.message(channel.id, args.text("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    page = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": f"https://{slack.domain}.slack.com/{page}{thread}"}


@method("reactions.add", scopes="reactions:write", needs="channel name timestamp", tier=3, json=True)
def add_reaction(slack: Platform, args: Args) -> Json:
    """React as our bot."""
    channel = slack.visible(args.text("channel"))
    if channel.archived:
        raise ApiError("is_archived")
    users = _item(slack, channel, args.text("timestamp")).reactions.setdefault(args.text("name").strip(":"), [])
    if slack.bot.id in users:
        raise ApiError("already_reacted")
    users.append(slack.bot.id)
    return {}


@method("reactions.get", scopes="reactions:read", takes="channel timestamp full file file_comment", tier=3)
def get_reactions(slack: Platform, args: Args) -> Json:
    """Show a message with its reactions."""
    if not args.text("channel") or not args.text("timestamp"):
        raise ApiError("no_item_specified")
    channel = slack.visible(args.text("channel"))
    message = _item(slack, channel, args.text("timestamp"))
    return {"type": "message", "channel": channel.id, "message": message.as_json(metadata=False)}


def respond(slack: Platform, token: str, body: bytes) -> tuple[int, str]:
    """Take what was sent to a `response_url`: a status and the answer's text."""
    known = slack_tokens.read("response", token)
    if known is None:
        return 404, "no_active_hooks"
    if slack.now() - known.issued > RESPONSE_S:
        return 404, '{"ok":false,"error":"expired_url"}'
    if slack.spent.get(token, 0) >= RESPONSES:
        return 404, '{"ok":false,"error":"used_url"}'
    slack.spent[token] = slack.spent.get(token, 0) + 1
    try:
        payload = json.loads(body)
    except ValueError:
        return 400, "invalid_payload"
    if not isinstance(payload, dict):
        return 400, "invalid_payload"
    user, channel, original, _ = known.contents
    try:
        deliver_response(slack, "response_url", payload, user=user, channel=slack.channels[channel], original=original)
    except ApiError as error:
        return 400, json.dumps(error.answer)
    return 200, "ok"


def deliver_response(
    slack: Platform, where: str, payload: Json, *, user: str, channel: Channel, original: str = ""
) -> None:
    """Show what an app answered to a person: only to them, or to all, or in place of what they acted on."""
    unknown = payload.keys() - _RESPONSE_KEYS
    slack.take_problem(where, [f"{key} is ignored here" for key in sorted(unknown)], payload)
    seen = [*slack.ephemerals, *slack.posted[channel.id]]
    before = next((each for each in seen if each.ts == original and not each.deleted), None)
    if payload.get("delete_original"):
        if before:
            before.deleted = True
        return
    if payload.get("response_type") not in {None, "ephemeral", "in_channel"}:
        slack.take_problem(where, [f"unknown response_type {payload['response_type']!r}"], payload)
    slack.check_message(where, payload, "response")
    if before and payload.get("replace_original"):
        before.edits.append(
            {"text": before.text, "blocks": before.blocks, "metadata": before.metadata, "until": slack.stamp()}
        )
        before.text, before.blocks = payload.get("text") or "", with_ids(payload.get("blocks"))
        before.sent = payload
        return
    message = _as_app(slack, channel, payload)
    message.thread_ts = payload.get("thread_ts")
    if payload.get("response_type") == "in_channel":
        slack.posted[channel.id].append(message)
    else:
        message.only_for = user
        slack.ephemerals.append(message)


_RESPONSE_KEYS = {
    *{"text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts"},
    *{"metadata", "mrkdwn", "parse", "link_names", "unfurl_links", "unfurl_media"},
}


def _target(slack: Platform, name: str) -> Channel:
    if name in slack.users:
        if slack.users[name].deleted or name == slack.bot.id:
            raise ApiError("channel_not_found")
        return slack.add_dm(name)
    by_name = {each.name: each.id for each in slack.channels.values() if each.kind in {"public", "private"}}
    channel = slack.visible(by_name.get(name.removeprefix("#"), name))
    others = [slack.users[each] for each in channel.members if each != slack.bot.id]
    if channel.kind == "im" and others and others[0].deleted:
        raise ApiError("channel_not_found")
    return channel


def _content(slack: Platform, where: str, args: Args, surface: Surface) -> Json:
    sent: Json = {key: value for key, value in args.values.items() if key in _CONTENT.split()}
    for key, broken in (("blocks", "invalid_blocks_format"), ("attachments", "invalid_attachments")):
        if sent.get(key):
            sent[key] = args.json(key, broken)
            if not isinstance(sent[key], list) or not all(isinstance(each, dict) for each in sent[key]):
                raise ApiError(broken)
    slack.check_message(where, sent, surface)
    if sent.get("metadata") not in (None, ""):
        sent["metadata"] = _metadata(args.json("metadata", "invalid_metadata_format"))
    else:
        sent.pop("metadata", None)
    return sent


def _metadata(given: Any) -> Json:
    if not isinstance(given, dict):
        raise ApiError("invalid_metadata_format")
    if not given:
        return given  # removes what was there
    kind, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(kind, str) or not 0 < len(kind) <= 255 or not isinstance(payload, dict):
        raise ApiError("invalid_metadata_schema")
    if given.keys() - {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(given, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return given


def _as_app(slack: Platform, channel: Channel, sent: Json) -> Message:
    return Message(
        ts=slack.stamp(),
        channel=channel.id,
        user=slack.bot.id,
        bot_id=slack.bot_id,
        app_id=slack.app_id,
        text=sent.get("text") or sent.get("markdown_text") or "",
        blocks=with_ids(sent.get("blocks")),
        metadata=sent.get("metadata") or None,
        sent=sent,
    )


def _item(slack: Platform, channel: Channel, ts: str) -> Message:
    message = slack.message(channel.id, ts)
    if message is None:
        raise ApiError("message_not_found")
    return message
