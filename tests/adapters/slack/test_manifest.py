"""The manifest is one that Slack takes, and asks for what the program uses: no less, and nothing else."""

import ast
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft7Validator

from adapters.slack import manifest
from tests.adapters.town import ROOT
from tests.doubles.slack_platform import METHODS

SCHEMA: Final = json.loads((Path(__file__).parent / "schema/manifest.json").read_text("utf-8"))
FLAGS: Final = ("socket", "oauth", "org", "rotation")
EVERY_FLAG: Final = [dict(zip(FLAGS, on, strict=True)) for on in itertools.product((False, True), repeat=4)]
EVENTS: Final = {**manifest.EVENTS, **manifest.ORG_EVENTS}
CODE: Final = [path for path in (ROOT / "adapters/slack").glob("*.py") if path.name != "manifest.py"]

#: One of these must be asked for. Source: docs.slack.dev/reference/events
SCOPES_OF_EVENTS: Final = {
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
    "subteam_updated": {"usergroups:read"},
    "emoji_changed": {"emoji:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "tokens_revoked": set(),
    "team_access_granted": set(),
    "team_access_revoked": set(),
    **{name: {"channels:read"} for name in EVENTS if name.startswith("channel_")},
    **{name: {"groups:read"} for name in EVENTS if name.startswith("group_")},
}

BY_APP: Final = "apps.connections.open"  #: called with the app-level token

#: For the kinds of conversation that we use them in. Source: docs.slack.dev/reference/methods
SCOPES_BY_KIND: Final = {
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.open": {"im:write"},
}


def written(**flags: bool) -> Any:
    return yaml.safe_load(manifest.manifest("https://kudos.example", **flags))


def strings() -> Iterator[str]:
    """Every text in the code that talks to Slack."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def methods() -> set[str]:
    """The Web API's methods that the code calls."""
    return set(strings()) & METHODS.keys()


# What Slack takes


@pytest.mark.parametrize("flags", EVERY_FLAG, ids=str)
def test_slack_takes_it(flags: dict[str, bool]) -> None:
    """It has Slack's own shape: no key, scope or event that Slack does not know."""
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(written(**flags))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"features": {"app_home": {"home_tab": True}}},
        {"features": {"shortcuts": [{"name": "x", "type": "all", "callback_id": "x", "description": "x"}]}},
        {"oauth_config": {"scopes": {"bot": ["user:read"]}}},
        {"settings": {"event_subscriptions": {"bot_events": ["reactions_added"]}}},
    ],
    ids=str,
)
def test_the_schema_would_notice(wrong: dict[str, Any]) -> None:
    """An unknown key, a wrong kind, and misspelt names of a scope and an event."""
    assert Draft7Validator(SCHEMA).is_valid({"display_information": {"name": "x"}})
    assert not Draft7Validator(SCHEMA).is_valid({"display_information": {"name": "x"}, **wrong})


def test_nothing_is_longer_than_slack_allows() -> None:
    """Source: docs.slack.dev/reference/app-manifest; what is not here is in the schema or in `test_cli.py`."""
    features = written()["features"]
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150
    assert len({shortcut["callback_id"] for shortcut in features["shortcuts"]}) == len(features["shortcuts"]) <= 10
    assert len(EVENTS) <= 100


# What it asks for


def test_people_can_write_to_it_and_it_has_a_home() -> None:
    assert written()["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_over_socket_mode_no_address_is_needed() -> None:
    """It names none, so that nobody has to make one up."""
    text = manifest.manifest("https://kudos.example", socket=True)
    assert "kudos.example" not in text
    assert yaml.safe_load(text)["settings"]["socket_mode_enabled"] is True


def test_where_workspaces_install_it_themselves() -> None:
    """Slack leads them back to us; of the teams of an organisation it tells only if wanted."""
    plain, oauth, org = written(), written(oauth=True), written(org=True)
    assert "redirect_urls" not in plain["oauth_config"]
    for each in (oauth, org, written(oauth=True, socket=True)):
        assert each["oauth_config"]["redirect_urls"] == ["https://kudos.example/slack/oauth_redirect"]
    subscribed = [set(each["settings"]["event_subscriptions"]["bot_events"]) for each in (plain, oauth, org)]
    assert subscribed[0] == subscribed[1] == manifest.EVENTS.keys()
    assert subscribed[2] - subscribed[1] == manifest.ORG_EVENTS.keys()
    assert [each["settings"]["org_deploy_enabled"] for each in (plain, oauth, org)] == [False, False, True]


def test_tokens_are_renewed_only_where_that_was_asked_for() -> None:
    assert written(oauth=True)["settings"]["token_rotation_enabled"] is False
    assert written(oauth=True, rotation=True)["settings"]["token_rotation_enabled"] is True


# No less, and nothing else. That the scopes and events are enough is proven by every conversation in a town, too:
# its Slack grants and sends only what the manifest asks for.


def test_every_event_may_be_subscribed_to() -> None:
    """Slack refuses an event without the scope that it needs."""
    assert SCOPES_OF_EVENTS.keys() == EVENTS.keys()
    for event, scopes in SCOPES_OF_EVENTS.items():
        assert not scopes or scopes & manifest.SCOPES.keys(), event


def test_every_method_that_is_called_is_allowed() -> None:
    assert {"chat.postMessage", "users.list", "views.open"} <= methods()
    for name in methods() - {BY_APP}:
        assert {*METHODS[name].scopes, *SCOPES_BY_KIND.get(name, ())} <= manifest.SCOPES.keys(), name


def test_every_scope_is_needed() -> None:
    """By a method that is called, an event that is subscribed to, commands, or what a method tells with it."""
    used = {scope for name in methods() - {BY_APP} for scope in (*METHODS[name].scopes, *SCOPES_BY_KIND.get(name, ()))}
    used |= {scope for scopes in SCOPES_OF_EVENTS.values() for scope in scopes}
    used |= {"commands", "users:read.email"}
    assert manifest.SCOPES.keys() == used
    assert not manifest.SCOPES.keys() & {"chat:write.public", "channels:join", "admin", "chat:write.customize"}


def heard() -> set[str]:
    """The events that the code names: whole, or by how they begin, such as "channel_"."""
    settings = SCHEMA["definitions"]["Manifest"]["properties"]["settings"]["properties"]
    known = settings["event_subscriptions"]["properties"]["bot_events"]["items"]["enum"]
    named = set(strings())
    whole = {name for name in known if name in named and name != "message"}
    begun = {
        name for name in EVENTS for prefix in ("channel_", "group_") if prefix in named and name.startswith(prefix)
    }
    return whole | begun | ({"message.im"} if any("channel_type" in text for text in named) else set())


def test_every_event_is_listened_to_and_no_other() -> None:
    assert heard() - {"app_rate_limited"} == EVENTS.keys()  # that one comes to everybody


def test_every_shortcut_is_listened_to() -> None:
    shortcuts = {each["callback_id"] for each in written()["features"]["shortcuts"]}
    assert shortcuts <= set(strings())
