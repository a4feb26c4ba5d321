"""The form in a preview: all that Teams brings back of that is its card, so the form stands in it, unseen. Pure.

No client makes anything of it, and none reads it out: letters and digits, of what is packed so that it fits.
"""

import base64
import json
import zlib
from typing import Any, Final

from adapters.reading import reading
from adapters.teams.objects import Json, node_at, nodes_at, text_at

ID: Final = "kept"  #: of the element
UNPACKED_MOST: Final = 64 * 1024  #: bytes

_SIGNS: Final = b"-+"  #: in place of those that could be part of an address or of markdown
_BEGIN: Final = "x"  #: so that none of these stands at the beginning


def holding(card: Json, data: Json) -> dict[str, Any]:
    """`card` with a form's `data` in it."""
    packed = base64.b64encode(zlib.compress(json.dumps(data).encode(), 9), _SIGNS).decode()
    unseen = {"type": "TextBlock", "id": ID, "isVisible": False, "wrap": True, "text": f"{_BEGIN}{packed}"}
    return {**card, "body": [*card["body"], unseen]}


@reading
def held(card: Json) -> Json:
    """The inverse of `holding`.

    Raises:
        MalformedError: there is nothing in it, or not what we have put there.
    """
    (text,) = (text_at(each, "text") for each in nodes_at(card, "body") if each.get("id") == ID)
    try:
        packed = base64.b64decode(text.removeprefix(_BEGIN), _SIGNS, validate=True)
        data = json.loads(zlib.decompressobj().decompress(packed, UNPACKED_MOST))
    except (zlib.error, RecursionError) as error:
        raise ValueError from error
    return node_at({"": data}, "")
