"""The app manifest: what Kudos asks of Slack, with the reason for each scope and event.

Source: docs.slack.dev/reference/app-manifest
"""

from typing import Final

SCOPES: Final = {
    "commands": "/kudos and /values",
    "chat:write": "cards in channels, thanks in direct messages",
    "app_mentions:read": "answer where somebody calls @Kudos",
    "im:write": "open the direct message in which somebody is thanked",
    "reactions:read": "an emoji of ours on a message is a kudos",
    "emoji:read": "other names that the workspace gives to an emoji",
    "users:read": "the names of those who thank and are thanked",
    "users:read.email": "the same colleague on another platform",
    "usergroups:read": "who is in a group that is thanked",
    "channels:read": "the names of channels and who is in them",
    "groups:read": "the same for private channels Kudos was invited to",
    "channels:history": "only to find our own message again after a lost answer, so that nothing is posted twice",
    "groups:history": "likewise in private channels",
    "im:history": "answer what people write to Kudos in a direct message, and likewise",
}

EVENTS: Final = {
    "app_mention": "somebody calls @Kudos in a channel",
    "message.im": "somebody writes to Kudos",
    "app_home_opened": "somebody looks at their own page",
    "reaction_added": "a kudos by reaction",
    "reaction_removed": "taken back",
    "member_joined_channel": "Kudos was invited; who can read along in a private channel",
    "member_left_channel": "likewise",
    "channel_left": "Kudos was removed",
    "group_left": "likewise",
    "channel_created": "a new channel",
    "channel_deleted": "nothing can be posted there any more",
    "group_deleted": "likewise",
    "channel_rename": "its new name",
    "group_rename": "likewise",
    "channel_archive": "nothing can be posted there",
    "channel_unarchive": "it can again",
    "group_archive": "likewise",
    "group_unarchive": "likewise",
    "channel_shared": "another organisation can read along",
    "channel_unshared": "not any more",
    "team_join": "a new colleague",
    "user_change": "a new name, a guest who became a member, or an account switched off",
    "subteam_updated": "a group's new name; who is in it is asked for each time",
    "emoji_changed": "other names of an emoji",
    "app_uninstalled": "what is for the workspace waits, and its token is forgotten",
    "tokens_revoked": "likewise",
    "team_access_granted": "a workspace of an organisation that has Kudos for all of it",
    "team_access_revoked": "likewise, removed",
}

_TEMPLATE: Final = """\
# Written by `kudos manifest slack`. Paste it at api.slack.com/apps, Create New App, From a manifest.
display_information:
  name: Kudos
  description: Thank a colleague for living a value
  long_description: >-
    Kudos passes on thanks between colleagues. Thank somebody with /kudos for living one of our values or keeping
    one of our leadership promises, in front of those who care, or with an emoji. Ask with /values what a value
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
      description: Thank the author of this message
  slash_commands:
    - command: /kudos
      url: {url}/slack/events
      description: Thank a colleague
      usage_hint: "@colleague #tag for what they did"
      should_escape: true
    - command: /values
      url: {url}/slack/events
      description: Ask what our values mean
      usage_hint: "[a question]"
      should_escape: true
oauth_config:
  scopes:
    bot:
{scopes}
settings:
  event_subscriptions:
    request_url: {url}/slack/events
    bot_events:
{events}
  interactivity:
    is_enabled: true
    request_url: {url}/slack/events
  org_deploy_enabled: false
  socket_mode_enabled: false
  token_rotation_enabled: false
"""


def manifest(url: str) -> str:
    """The manifest as YAML, for a server that Slack reaches at `url`."""
    return _TEMPLATE.format(
        url=url.rstrip("/"),
        scopes="\n".join(f"      - {scope}  # {why}" for scope, why in SCOPES.items()),
        events="\n".join(f"      - {event}  # {why}" for event, why in EVENTS.items()),
    )
