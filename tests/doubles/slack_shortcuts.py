"""What Slack tells an app when somebody chooses one of its shortcuts.

Source: docs.slack.dev/interactivity/implementing-shortcuts
"""

from .slack_objects import Json, Message, User
from .slack_platform import Platform


def shortcut_payload(slack: Platform, callback_id: str, *, user: User) -> Json:
    """Make the payload of a global shortcut: it says neither where it was chosen, nor where to answer."""
    return _shortcut(slack, "shortcut", callback_id, user) | {"trigger_id": slack.issue_trigger(user)}


def message_shortcut_payload(slack: Platform, callback_id: str, message: Message, *, user: User) -> Json:
    """Make the payload of a shortcut in the menu of a message, which our app may know nothing of otherwise."""
    channel = slack.channels[message.channel]
    outside = channel.kind != "public" and user.id not in channel.members
    if message.deleted or outside or message.only_for:
        raise ValueError(f"{user.name} finds no such menu: the message is not theirs to see, or has none")
    author = slack.users.get(message.user or "")
    common = _shortcut(slack, "message_action", callback_id, user)
    common["user"]["name"] = user.name
    return common | {
        "trigger_id": slack.issue_trigger(user, channel=channel.id),
        "response_url": slack.issue_response_url(user, channel, message.ts),
        "channel": {"id": channel.id, "name": channel.command_name},
        "message_ts": message.ts,
        "message": {**message.as_json(), **({"team": author.team_id} if author else {})},
    }


def _shortcut(slack: Platform, kind: str, callback_id: str, user: User) -> Json:
    if user.deleted or user.is_bot or user.team_id != slack.team_id:
        raise ValueError(f"{user.name} has no shortcuts of our app")
    return {
        "type": kind,
        "token": "verification",
        "action_ts": slack.stamp(),
        "team": slack.shown_team(),
        "user": {"id": user.id, "username": user.name, "team_id": user.team_id},
        "is_enterprise_install": slack.org_wide,
        "enterprise": slack.shown_enterprise(),
        "callback_id": callback_id,
    }
