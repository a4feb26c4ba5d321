"""What people do in Slack, sent to our program as Slack sends it: really signed, over HTTP.

Every act can be sent at once (`command`, `react`, `press`, `submit` …) or only made (`make_command` …) and then
delivered several times, in any order, with `deliver`. What our program answers is carried out: an acknowledgement
with text is shown to the person, a form closes, changes or shows its errors.
"""

import json
from typing import Any
from urllib.parse import urlencode

from .slack_acts import Values, enter, press_payload, settle, submit_payload, write_payload
from .slack_changes import Changes
from .slack_escape import escape
from .slack_messages import deliver_response
from .slack_objects import Channel, Json, Message, User, View
from .slack_platform import ApiError
from .slack_posts import Posts
from .slack_shortcuts import message_shortcut_payload, shortcut_payload
from .slack_wire import Answer, Request


class SlackClient(Posts, Changes):
    """Everybody's Slack client, and the part of Slack that calls apps."""

    def make_command(
        self, command: str, text: str = "", *, user: User, channel: Channel, escape: bool = True
    ) -> Request:
        """Type a slash command; `@name`, `#channel` and links in `text` are sent as `should_escape` has them."""
        if user.id not in channel.members:
            raise ValueError(f"{user.name} is not in the conversation, so nothing can be typed there")
        above = self.slack.enterprise
        body = {
            "token": "verification",
            "team_id": self.slack.team_id,
            "team_domain": self.slack.domain,
            "channel_id": channel.id,
            "channel_name": channel.command_name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": self.escape(text, user) if escape else text,
            "api_app_id": self.slack.app_id,
            "is_enterprise_install": "true" if self.slack.org_wide else "false",
            **({"enterprise_id": above.id, "enterprise_name": above.name} if above else {}),
            "response_url": self.slack.issue_response_url(user, channel),
            "trigger_id": self.slack.issue_trigger(user, channel=channel.id),
        }

        def show(answer: Answer) -> None:
            payload = answer.body if isinstance(answer.body, dict) else {"text": answer.body}
            if payload.get("text") or payload.get("blocks"):
                self._show(f"answer to {command}", payload, user, channel)

        return Request(what=f"{command} {text}", body=urlencode(body).encode(), then=show)

    async def command(
        self, command: str, text: str = "", *, user: User, channel: Channel, escape: bool = True
    ) -> Answer:
        """Type a slash command."""
        return await self.send(self.make_command(command, text, user=user, channel=channel, escape=escape))

    def escape(self, text: str, user: User) -> str:
        """Write mentions, channels and links as Slack does for a command that asks for it."""
        return escape(self.slack, text, user)

    def _show(self, where: str, payload: Json, user: User, channel: Channel) -> None:
        try:
            deliver_response(self.slack, where, payload, user=user.id, channel=channel)
        except ApiError:
            return  # noted among the platform's problems; the person sees nothing

    # Shortcuts

    def make_shortcut(self, callback_id: str, user: User) -> Request:
        """Choose a global shortcut of our app."""
        payload = shortcut_payload(self.slack, callback_id, user=user)
        return Request(what=f"shortcut {callback_id}", body=urlencode({"payload": json.dumps(payload)}).encode())

    async def shortcut(self, callback_id: str, user: User) -> Answer:
        """Choose a global shortcut of our app."""
        return await self.send(self.make_shortcut(callback_id, user))

    def make_message_shortcut(self, callback_id: str, message: Message, user: User) -> Request:
        """Choose a shortcut of our app in a message's menu."""
        payload = message_shortcut_payload(self.slack, callback_id, message, user=user)
        what = f"message shortcut {callback_id}"
        return Request(what=what, body=urlencode({"payload": json.dumps(payload)}).encode())

    async def message_shortcut(self, callback_id: str, message: Message, user: User) -> Answer:
        """Choose a shortcut of our app in a message's menu."""
        return await self.send(self.make_message_shortcut(callback_id, message, user))

    # Buttons, menus and forms

    def make_press(
        self,
        where: Message | View,
        what: str,
        *,
        user: User,
        value: Any = None,
        values: Values | None = None,
        block_id: str | None = None,
    ) -> Request:
        """Press a button, or choose from a menu, by its action_id, its label or an overflow option's text.

        `value` is what is chosen in a menu of another kind, `values` what stands in a form's other fields, and
        `block_id` tells equals apart.
        """
        payload = press_payload(self.slack, where, what, user=user, value=value, values=values, block_id=block_id)
        return Request(what=f"press {what}", body=urlencode({"payload": json.dumps(payload)}).encode())

    async def press(
        self,
        where: Message | View,
        what: str,
        *,
        user: User,
        value: Any = None,
        values: Values | None = None,
        block_id: str | None = None,
    ) -> Answer:
        """Press a button, or choose from a menu."""
        return await self.send(self.make_press(where, what, user=user, value=value, values=values, block_id=block_id))

    def make_write(self, view: View, what: str, text: str, *, user: User) -> Request:
        """Write `text` in a field of an open form, which tells the app of every character; it now stands there."""
        payload = write_payload(self.slack, view, what, text, user=user)
        return Request(what=f"write in {what}", body=urlencode({"payload": json.dumps(payload)}).encode())

    async def write(self, view: View, what: str, text: str, *, user: User) -> Answer:
        """Write in a field of an open form, and pause."""
        return await self.send(self.make_write(view, what, text, user=user))

    def enter(self, view: View, values: Values, *, user: User) -> None:
        """Fill in fields of an open form without sending it."""
        enter(self.slack, view, values, user=user)

    def make_submit(self, view: View, values: Values, *, user: User) -> Request:
        """Send a form with these values, by label, block_id or action_id; the rest stays as it was.

        Raises:
            UnsubmittableError: a real client would not send this.
        """
        payload = submit_payload(self.slack, view, values, user=user)

        def carry_out(answer: Answer) -> None:
            settle(self.slack, view, answer.body, user=user)

        return Request(
            what=f"submit {view.id}", body=urlencode({"payload": json.dumps(payload)}).encode(), then=carry_out
        )

    async def submit(self, view: View, values: Values, *, user: User) -> Answer:
        """Send a form."""
        return await self.send(self.make_submit(view, values, user=user))

    def make_close(self, view: View, *, user: User) -> Request:
        """Close a form without sending it; the app hears of it when it asked to."""
        view.open = False
        payload = submit_payload(self.slack, view, {}, user=user, closed=True)
        return Request(what=f"close {view.id}", body=urlencode({"payload": json.dumps(payload)}).encode())

    async def close_view(self, view: View, *, user: User) -> Answer | None:
        """Close a form; an app that did not ask for it hears nothing."""
        request = self.make_close(view, user=user)
        return await self.send(request) if view.content.get("notify_on_close") else None
