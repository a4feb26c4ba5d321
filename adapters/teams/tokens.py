"""Whether the Bot Connector has sent an activity: its token, checked by us.

The SDK answers 500 to a token that has expired, is badly signed or is none, and takes one without `exp`. Ours is
refused for whatever reason with 401, and only where its key can't be had with 503.

A token is for an hour and says nothing of the body: the Bot Connector itself uses one for many activities. So whoever
gets hold of one could say for that hour what they like in the name of the Bot Connector, and TLS is what keeps it from
them. What limits it here: it is good for one `serviceUrl`, which is on the list, so it makes us call nobody else; it
ends; it is never logged; and the same activity with it again is the same delivery, which the core does once.

Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from adapters.teams.guard import CHANNEL, RefusedError
from adapters.teams.keys import Key, Keys

LEEWAY_S: Final = 300  #: by which clocks may differ. Source: as above, "industry-standard clock-skew is 5 minutes"
REMEMBERED_MOST: Final = 64  #: tokens whose signature need not be looked at again
_CLAIMS: Final = ["exp", "nbf", "aud", "iss", "serviceurl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A token that was good, and until when; it is good no longer than its key."""

    key: Key
    key_id: str
    service_url: str
    ends_at: float


class Tokens:
    """Checks tokens that are for one app."""

    def __init__(self, keys: Keys, app_id: str) -> None:
        self._keys = keys
        self._app_id = app_id
        self._checked: dict[bytes, _Checked] = {}

    @property
    def trouble(self) -> str:
        """Why somebody can't be believed; "" for nothing."""
        return self._keys.trouble

    async def look(self) -> None:
        """See whether that is over."""
        await self._keys.look()

    async def check(self, authorization: str, service_url: str) -> None:
        """Let pass what the Bot Connector has sent from `service_url`.

        Args:
            authorization: the header, as it came.

        Raises:
            RefusedError: with 401; with 503 where the keys can't be had.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" or not token:
            raise RefusedError(401, "no token")
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        checked = self._checked.get(digest)
        key_id = checked.key_id if checked else _key_id(token)
        key = await self._key(key_id)
        if checked is None or checked.key is not key or checked.ends_at <= time.time():
            checked = self._verified(token, key_id, key)
            if len(self._checked) >= REMEMBERED_MOST:
                del self._checked[next(iter(self._checked))]
            self._checked[digest] = checked
        if checked.service_url != service_url:
            raise RefusedError(401, "serviceurl")

    async def _key(self, id_: str) -> Key:
        key = await self._keys.key(id_)
        if key is None or (key.endorsements and CHANNEL not in key.endorsements):
            raise RefusedError(401, "key")
        return key

    def _verified(self, token: str, key_id: str, key: Key) -> _Checked:
        try:
            claims = jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=key.issuer,
                leeway=LEEWAY_S,
                options={"require": _CLAIMS, "strict_aud": True},
            )
            return _Checked(
                key=key,
                key_id=key_id,
                service_url=str(claims["serviceurl"]),
                ends_at=float(claims["exp"]) + LEEWAY_S,
            )
        except Exception as error:  # noqa: BLE001 - likewise; expired, not yet good, not for us, badly signed …
            raise RefusedError(401, type(error).__name__) from None


def _key_id(token: str) -> str:
    """The name of the key that a token says it is signed with."""
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over is no token
        raise RefusedError(401, "token") from None
    id_ = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(id_, str) or not id_:
        raise RefusedError(401, "token")
    return id_
