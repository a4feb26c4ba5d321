"""What no Bot Connector sends: each would be heeded, or would make somebody call a stranger, if it were believed."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .teams_events import Events
from .teams_service import BotService, private_key
from .teams_world import Json

BROKEN, UNPROVED, ELSEWHERE = frozenset({400}), frozenset({401}), frozenset({403})
NO_ACTIVITY = frozenset({400, 403})


@dataclass(frozen=True, kw_only=True)
class BadRequest:
    """A request, and the statuses that are right for it."""

    what: str
    body: bytes
    headers: Mapping[str, str | None]
    expect: frozenset[int]


def bad_requests(service: BotService, events: Events, stranger: str) -> list[BadRequest]:
    """Everything that is to be refused.

    Args:
        stranger: the address of a server that must not be called.
    """
    return [*_bad_tokens(service, events), *_bad_addresses(service, events, stranger), *_bad_bodies(service, events)]


def _good(events: Events) -> Json:
    world = events.world
    return events.message(world.users[0], world.teams[0].channels[1], "thanks @Bob Brown for canary", world.users[1])


def _bearer(token: str) -> dict[str, str | None]:
    return {"Authorization": f"Bearer {token}"}


def _bad_tokens(service: BotService, events: Events) -> Iterator[BadRequest]:
    activity, now, at = _good(events), int(time.time()), events.service_url
    body = json.dumps(activity).encode()
    right = service.token(at)
    header, payload, signature = right.split(".")

    def unproved(what: str, token: str, **headers: str | None) -> BadRequest:
        return BadRequest(what=what, body=body, headers=_bearer(token) | headers, expect=UNPROVED)

    def made(what: str, **changed: Any) -> BadRequest:
        return unproved(what, service.token(at, **changed))

    yield made("a token that has expired", exp=now - 3600, nbf=now - 7200)
    yield made("a token that is good from tomorrow", nbf=now + 86_400, exp=now + 90_000)
    yield made("a token without exp", exp=None)
    yield made("a token without nbf", nbf=None)
    yield made("a token that ends in words", exp="tomorrow")
    yield made("a token without end", exp=float("inf"))
    yield made("a token for another app", aud="00000000-0000-4000-8000-00000000dead")
    yield made("a token for several apps", aud=[service.app_id, "another"])
    yield made("a token without aud", aud=None)
    yield made("a token of another issuer", iss="https://sts.windows.net/f8cdef31-a31e-4b4a-93e4-5f571e91255a/")
    yield made("a token without iss", iss=None)
    yield made("a token without serviceurl", serviceurl=None)
    yield made("a token of another serviceurl", serviceurl="https://smba.trafficmanager.net/emea/")
    yield made("a token of a serviceurl without its slash", serviceurl=at.rstrip("/"))
    yield made("a token of several serviceurls", serviceurl=[at])
    yield made("a token signed with another key", key="a key of nobody")
    yield made("a token of a key that is not there", key="a key of nobody", header={"kid": "a key of nobody"})
    yield made("a token that names no key", header={"kid": None})
    yield made("a token that names an empty key", header={"kid": ""})
    yield unproved("a token for another payload", f"{header}.{_part(service.claims(at, exp=now + 9000))}.{signature}")
    yield unproved("a token whose signature is cut", f"{header}.{payload}.{signature[:-8]}")
    yield unproved("a token without signature", f"{header}.{payload}.")
    yield unproved("alg none", _unsigned({"alg": "none", "kid": service.signing}, service.claims(at)))
    yield unproved("alg None", _unsigned({"alg": "None", "kid": service.signing}, service.claims(at)))
    yield unproved("HS256 with the public key", _with_public_key(service, at))
    yield unproved("a header that is a list", f"{_part(['RS256'])}.{payload}.{signature}")
    yield unproved("a header nested without end", f"{_raw(b'[' * 4000)}.{payload}.{signature}")
    yield unproved("a kid that is a list", f"{_part({'alg': 'RS256', 'kid': [service.signing]})}.{payload}.{signature}")
    yield unproved("a payload that is a list", f"{header}.{_part([1])}.{signature}")
    yield unproved("garbage", "canary")
    yield unproved("garbage in three parts", "can.a.ry")
    yield unproved("nothing behind Bearer", "")
    yield unproved("a token and more", f"{right} {right}")
    yield unproved("bearer in small letters", right, Authorization=f"bearer {right}")
    yield unproved("another scheme", right, Authorization=f"Basic {right}")
    yield unproved("a token alone", right, Authorization=right)
    yield unproved("no Authorization", right, Authorization=None)
    yield unproved("a token in a cookie", right, Authorization=None, Cookie=f"Authorization=Bearer {right}")


def _bad_addresses(service: BotService, events: Events, stranger: str) -> Iterator[BadRequest]:
    activity = _good(events)

    def elsewhere(what: str, expect: frozenset[int] = ELSEWHERE, **changed: Any) -> BadRequest:
        said = activity | changed
        url = said["serviceUrl"] if isinstance(said["serviceUrl"], str) else events.service_url
        body = json.dumps({name: value for name, value in said.items() if value is not ...}).encode()
        return BadRequest(what=what, body=body, headers=_bearer(service.token(url)), expect=expect)

    host = stranger.removeprefix("http://")
    urls = {
        "a stranger's": f"{stranger}/",
        "a stranger's, said to be https": f"https://{host}/",
        "plain http": "http://smba.trafficmanager.net/amer/",
        "capitals and plain http": "HTTP://SMBA.TRAFFICMANAGER.NET/amer/",
        "a stranger behind a user name": f"https://smba.trafficmanager.net@{host}/",
        "a user name": "https://canary@smba.trafficmanager.net/amer/",
        "a suffix": f"https://smba.trafficmanager.net.{host}/",
        "a suffix with a dash": "https://smba-trafficmanager.net/",
        "a prefix": "https://evilsmba.trafficmanager.net/",
        "somebody else's at the traffic manager": "https://canary.trafficmanager.net/amer/",
        "below the right one": "https://canary.smba.trafficmanager.net/",
        "a suffix of the Bot Framework": "https://notbotframework.com/",
        "the Bot Framework as a prefix": "https://webchat.botframework.com.canary.example/",
        "another port": "https://smba.trafficmanager.net:8443/amer/",
        "a port in words": "https://smba.trafficmanager.net:https/",
        "an empty port": "https://smba.trafficmanager.net:/amer/",
        "a dot at the end": "https://smba.trafficmanager.net./amer/",
        "a backslash": f"https://smba.trafficmanager.net\\@{host}/",
        "a backslash at first": f"https:\\\\{host}\\smba.trafficmanager.net/",
        "a query": f"https://smba.trafficmanager.net/?x={host}",
        "a fragment": "https://smba.trafficmanager.net/#canary",
        "steps up": "https://smba.trafficmanager.net/amer/../../canary/",
        "escapes": "https://smba%2etrafficmanager.net/amer/",
        "a line break": "https://smba.trafficmanager.net/\r\nHost: canary",
        "a space": " https://smba.trafficmanager.net/amer/",
        "other letters": "https://smbа.trafficmanager.net/amer/",
        "a full-width dot": "https://smba\uff0etrafficmanager.net/amer/",
        "no scheme": "//smba.trafficmanager.net/amer/",
        "a file": "file:///etc/passwd",
        "this machine": "https://127.0.0.1/",
        "this machine as a number": "https://2130706433/",
        "this machine by its other name": "https://[::1]/",
        "the cloud's own": "http://169.254.169.254/metadata/",
        "nothing": "",
        "a word": "canary",
    }
    for what, url in urls.items():
        yield elsewhere(f"serviceUrl: {what}", serviceUrl=url)
    yield elsewhere("no serviceUrl", NO_ACTIVITY, serviceUrl=...)
    yield elsewhere("a serviceUrl that is null", NO_ACTIVITY, serviceUrl=None)
    yield elsewhere("a serviceUrl that is a list", NO_ACTIVITY, serviceUrl=[events.service_url])
    yield elsewhere("a channelId that is null", NO_ACTIVITY, channelId=None)
    yield elsewhere("no channelId", NO_ACTIVITY, channelId=...)
    yield elsewhere("another channelId", NO_ACTIVITY, channelId="webchat")
    yield elsewhere("the emulator", NO_ACTIVITY, channelId="emulator")
    yield elsewhere("a channelId in capitals", NO_ACTIVITY, channelId="MSTeams")
    other = "0bad0000-0000-4000-8000-00000000dead"
    here, data = activity["conversation"], activity["channelData"]
    yield elsewhere("another tenant", conversation=here | {"tenantId": other}, channelData={"tenant": {"id": other}})
    yield elsewhere("another tenant's conversation", conversation=here | {"tenantId": other})
    yield elsewhere("another tenant's channel data", channelData=data | {"tenant": {"id": other}})
    yield elsewhere("no tenant", conversation={"id": "a:1"}, channelData={})
    yield elsewhere("a tenant that is a list", channelData=data | {"tenant": [other]})
    yield elsewhere("a tenant whose id is a list", channelData=data | {"tenant": {"id": [other]}})


def _bad_bodies(service: BotService, events: Events) -> Iterator[BadRequest]:
    activity = _good(events)
    proved = _bearer(service.token(events.service_url))

    def broken(what: str, body: bytes, expect: frozenset[int] = BROKEN, **headers: str | None) -> BadRequest:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return BadRequest(what=what, body=body, headers=proved | named, expect=expect)

    def odd(what: str, of: Json | None = None, **changed: Any) -> BadRequest:
        said = {name: value for name, value in ((of or activity) | changed).items() if value is not ...}
        return broken(what, json.dumps(said).encode())

    whole, deep = json.dumps(activity).encode(), b'{"a":' * 20_000 + b"1" + b"}" * 20_000
    yield broken("not JSON", b"canary")
    yield broken("broken JSON", whole[:-2])
    yield broken("nothing", b"")
    yield broken("a list", b"[" + whole + b"]")
    yield broken("a scalar", b'"canary"')
    yield broken("null", b"null")
    yield broken("no UTF-8", whole.replace(b"canary", b"\xff\xfe"))
    yield broken("half of a character", whole.replace(b"canary", b"\\ud800"))
    yield broken("half of a character as a name", whole[:-1] + b', "\\ud800": ""}')
    yield broken("what is no number", whole[:-1] + b', "value": NaN}')
    yield broken("a number without end", whole[:-1] + b', "value": ' + b"9" * 5000 + b"}")
    yield broken("nested without end", deep)
    yield broken("a value nested a hundred times", whole[:-1] + b', "value": ' + b"[" * 100 + b"]" * 100 + b"}")
    yield broken("too much", json.dumps(activity | {"text": "canary" * 50_000}).encode(), frozenset({413}))
    wrong = frozenset({415})
    yield broken("text", whole, wrong, Content_Type="text/plain")
    yield broken("a form", whole, wrong, Content_Type="application/x-www-form-urlencoded")
    yield broken("no content type", whole, wrong, Content_Type=None)
    yield broken("another encoding", whole, wrong, Content_Type="application/json; charset=utf-16")
    yield odd("a conversation that is a string", conversation="19:canary@thread.tacv2")
    yield odd("a conversation without id", conversation={"name": "canary"})
    yield odd("a conversation whose id is a number", conversation={"id": 1})
    yield odd("a conversation that is null", conversation=None)
    yield odd("no conversation", conversation=...)
    yield odd("from nobody", activity | {"from": ...})
    yield odd("from a string", activity | {"from": "29:canary"})
    yield odd("from a list", activity | {"from": [activity["from"]]})
    yield odd("for a string", recipient="28:canary")
    yield odd("no type", type=...)
    yield odd("a type that is empty", type="")
    yield odd("a type that is a list", type=["message"])
    yield odd("an id that is a number", id=1)
    yield odd("a text that is a list", text=["canary"])
    yield odd("a time that is a number", timestamp=1)
    yield odd("entities that are an object", entities={"type": "mention"})
    yield odd("entities that are strings", entities=["canary"])
    yield odd("attachments that are a string", attachments="canary")
    yield odd("members that are strings", type="conversationUpdate", membersAdded=["29:canary"])
    yield odd("reactions that are strings", type="messageReaction", reactionsAdded=["like"])
    yield odd("channel data that are a list", channelData=[1])
    press = events.press(events.world.users[0], events.world.teams[0].channels[1], "1", "canary")
    yield odd("an invoke without name", press, name=...)
    yield odd("an invoke whose name is a list", press, name=["adaptiveCard/action"])
    actions: dict[str, Callable[[], Any]] = {
        "no value": lambda: ...,
        "a value that is a string": lambda: "canary",
        "a value without action": lambda: {"trigger": "manual"},
        "an action that is a string": lambda: {"action": "Action.Execute"},
        "an action that is a list": lambda: {"action": ["Action.Execute"]},
        "an action without type": lambda: {"action": {"verb": "canary"}},
        "an action whose verb is a list": lambda: {"action": {"type": "Action.Execute", "verb": ["canary"]}},
        "an action whose data are a list": lambda: {"action": {"type": "Action.Execute", "verb": "undo", "data": [1]}},
    }
    for what, value in actions.items():
        yield odd(f"adaptiveCard/action: {what}", press, value=value())


def _raw(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _part(part: Any) -> str:
    return _raw(json.dumps(part).encode())


def _unsigned(header: Json, claims: Json) -> str:
    return f"{_part(header)}.{_part(claims)}."


def _with_public_key(service: BotService, service_url: str) -> str:
    """Signed with what everybody can read, for whoever takes the algorithm from the token."""
    public = private_key(service.signing).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_part({'alg': 'HS256', 'kid': service.signing})}.{_part(service.claims(service_url))}"
    return f"{signed}.{_raw(hmac.digest(public, signed.encode(), hashlib.sha256))}"
