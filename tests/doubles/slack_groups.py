"""User groups: `usergroups.*`, and how a group is shown."""

from .slack_objects import Json, Usergroup
from .slack_platform import ApiError, Args, Platform, method

TRUNCATED = 500  #: people that an event shows of a group. Source: docs.slack.dev/reference/events/subteam_updated


def show_group(slack: Platform, group: Usergroup, *, users: bool = False, count: bool = False) -> Json:
    """Show a group as Slack does; a disabled one has a `date_delete`."""
    shown: Json = {
        "id": group.id,
        "team_id": slack.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.updated,
        "date_delete": group.updated if group.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": "USLACKBOT",
        "updated_by": "USLACKBOT",
        "deleted_by": "USLACKBOT" if group.disabled else None,
        "prefs": {"channels": [], "groups": []},
    }
    return (
        shown
        | ({"users": list(group.users)} if users else {})
        | ({"user_count": len(group.users)} if users or count else {})
    )


@method(
    "usergroups.list", scopes="usergroups:read", takes="include_users include_disabled include_count team_id", tier=2
)
def usergroups_list(slack: Platform, args: Args) -> Json:
    """List the user groups."""
    _require_plan(slack)
    groups = [each for each in slack.usergroups.values() if args.flag("include_disabled") or not each.disabled]
    users, count = args.flag("include_users"), args.flag("include_count")
    return {"usergroups": [show_group(slack, each, users=users, count=count) for each in groups]}


@method("usergroups.users.list", scopes="usergroups:read", needs="usergroup", takes="include_disabled team_id", tier=2)
def usergroups_users_list(slack: Platform, args: Args) -> Json:
    """List who is in a user group, deactivated people and bots too."""
    _require_plan(slack)
    group = slack.usergroups.get(args.text("usergroup"))
    if group is None or (group.disabled and not args.flag("include_disabled")):
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


def _require_plan(slack: Platform) -> None:
    if not slack.paid:
        raise ApiError("plan_upgrade_required")
