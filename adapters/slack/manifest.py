"""The app manifest: what Kudos asks of Slack, with the reason for each scope and event.

Source: docs.slack.dev/reference/app-manifest
"""

from collections.abc import Mapping
from typing import Final

SCOPES: Final = {
    "commands": "/kudos, /values and the shortcuts",
    "chat:write": "cards in channels, thanks in direct messages",
    "im:write": "open the direct message in which somebody is thanked",
    "im:history": "what people write to Kudos; and our own message again, see channels:history",
    "app_mentions:read": "what people say to @Kudos in a channel",
    "reactions:read": "an emoji of ours on a message is a kudos",
    "emoji:read": "other names that the workspace gives to an emoji",
    "users:read": "the names of those who thank and are thanked",
    "users:read.email": "the same colleague on another platform; who is an administrator",
    "usergroups:read": "who is in a @group that is thanked",
    "channels:read": "the names of channels and who is in them",
    "groups:read": "the same for private channels Kudos was invited to",
    "channels:history": "only to find our own message again after a lost answer, so that nothing is posted twice",
    "groups:history": "likewise in private channels",
}

EVENTS: Final = {
    "app_home_opened": "somebody opens the Home tab: show it",
    "message.im": "somebody writes to Kudos",
    "app_mention": "somebody says something to @Kudos",
    "reaction_added": "a kudos by reaction",
    "reaction_removed": "it is taken back",
    "member_joined_channel": "Kudos was invited; who can read along in a private channel",
    "member_left_channel": "who can't any more",
    "channel_left": "Kudos was removed",
    "group_left": "Kudos was removed",
    "channel_created": "a new channel",
    "channel_deleted": "nothing can be posted there any more",
    "group_deleted": "nothing can be posted there any more",
    "channel_rename": "its new name",
    "group_rename": "its new name",
    "channel_archive": "nothing can be posted there",
    "group_archive": "nothing can be posted there",
    "channel_unarchive": "it can again",
    "group_unarchive": "it can again",
    "channel_shared": "another organisation can read along",
    "channel_unshared": "it can't any more",
    "team_join": "a new colleague",
    "user_change": "a new name, a guest who became a member, or an account switched off",
    "subteam_updated": "a group's new name; who is in it is asked for each time",
    "emoji_changed": "other names of an emoji",
    "app_uninstalled": "what is for the workspace waits, and its token is forgotten",
    "tokens_revoked": "what is for the workspace waits, and its token is forgotten",
}

#: Only where a whole organisation has installed Kudos.
ORG_EVENTS: Final = {
    "team_access_granted": "another workspace of the organisation",
    "team_access_revoked": "one less",
}

# Slack allows a shortcut's name 24 characters; "Give kudos for this message" has 27.
_TEMPLATE: Final = """\
# Written by `kudos manifest slack`. Paste it at api.slack.com/apps, Create New App, From a manifest.
display_information:
  name: Kudos
  description: Thank a colleague for living a value
  long_description: >-
    Kudos passes on thanks between colleagues. Thank somebody with /kudos for living one of our values or keeping
    one of our promises, in front of those who care, or with an emoji. Ask with /values what a value
    means: the answer quotes our own framework and never makes anything up. There are no points and no rankings.
  background_color: "#1d4c5f"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: Kudos
    always_online: true
  shortcuts:
    - name: Give kudos
      type: global
      callback_id: give_kudos
      description: Thank a colleague
    - name: Give kudos for this
      type: message
      callback_id: give_kudos_message
      description: Thank a colleague for this message
  slash_commands:
    - command: /kudos
{command_url}\
      description: Thank a colleague
      usage_hint: "@colleague #tag for what they did"
      should_escape: true
    - command: /values
{command_url}\
      description: Ask what our values mean
      usage_hint: "[a question]"
      should_escape: true
oauth_config:
{redirects}\
  scopes:
    bot:
{scopes}
settings:
  event_subscriptions:
{request_url}\
    bot_events:
{events}
  interactivity:
    is_enabled: true
{request_url}\
  org_deploy_enabled: {org}
  socket_mode_enabled: {socket}
  token_rotation_enabled: {rotation}
"""


def manifest(url: str, *, socket: bool = False, oauth: bool = False, org: bool = False, rotation: bool = False) -> str:
    """The manifest as YAML, for a server that Slack reaches at `url`.

    Args:
        socket: over Socket Mode instead, so that Slack need not reach it.
        oauth: workspaces install Kudos themselves, from `url`; `org`: also whole organisations.
        rotation: tokens last twelve hours and are renewed. Slack does not let it be switched off again.
    """
    url = url.rstrip("/")
    address = "" if socket else f"{url}/slack/events"
    events = {**EVENTS, **(ORG_EVENTS if org else {})}
    return _TEMPLATE.format(
        command_url=f"      url: {address}\n" if address else "",
        request_url=f"    request_url: {address}\n" if address else "",
        redirects=f"  redirect_urls:\n    - {url}/slack/oauth_redirect\n" if oauth or org else "",
        scopes=_listed(SCOPES),
        events=_listed(events),
        org=_yaml(org),
        socket=_yaml(socket),
        rotation=_yaml(rotation),
    )


def _listed(reasons: Mapping[str, str]) -> str:
    return "\n".join(f"      - {name}  # {why}" for name, why in reasons.items())


def _yaml(value: bool) -> str:  # noqa: FBT001 - a value, not a switch
    return "true" if value else "false"
