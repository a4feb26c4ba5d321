"""The line to an app over Socket Mode: what would be posted goes in an envelope, and what is answered comes with
the acknowledgement."""

import json
from urllib.parse import parse_qsl

from .slack_objects import Json
from .slack_socket import Kind, Sockets
from .slack_wire import JSON, Answer, Request


class Envelopes:
    """Requests, delivered through websockets."""

    def __init__(self, sockets: Sockets) -> None:
        self.sockets = sockets

    async def carry(self, request: Request, *, attempt: int, patience_s: float) -> Answer:
        """Send an envelope; its acknowledgement is the answer."""
        kind, payload = opened(request)
        delivery = await self.sockets.deliver(kind, payload, attempt=attempt, patience_s=patience_s)
        if delivery.outcome != "acknowledged":
            return Answer(failure=delivery.outcome)
        return Answer(status=200, body=delivery.answer or "")

    async def close(self) -> None:
        """Leave the websockets to the double: they belong to the app, not to one client."""


def opened(request: Request) -> tuple[Kind, Json]:
    """Read what is in a request: which kind of envelope it makes, and the payload.

    Raises:
        ValueError: Slack sends nothing of the sort over Socket Mode.
    """
    if request.headers or request.chunks:
        raise ValueError(f"{request.what}: an envelope has no headers and comes in one piece")
    if request.content_type == JSON:
        payload: Json = json.loads(request.body)
        if payload.get("type") != "event_callback":
            raise ValueError(f"{request.what}: Socket Mode has no address to check")
        return "events_api", payload
    form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    if "payload" in form:
        return "interactive", json.loads(form["payload"])
    if "command" not in form:
        raise ValueError(f"{request.what}: Socket Mode has no address to check")
    return "slash_commands", form
