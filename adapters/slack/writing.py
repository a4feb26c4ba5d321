"""Open forms in which somebody is writing: what is said below their words follows these, and changes nothing else.

Slack tells of the words at every pause, each time with the form's `hash`, and an update that names a hash is refused
once the form has changed. What is late is dropped: it could only speak of words that are gone.

Source: docs.slack.dev/surfaces/modals, "Handling race conditions"
"""

import html
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adapters.slack import modals
from adapters.slack.access import Access
from bot.errors import Impossible
from bot.requests import Write

Json = dict[str, Any]

FORMS_MOST: Final = 1000  #: that are remembered; a form is forgotten without harm

_LATE: Final = frozenset({"hash_conflict", "not_found"})  #: another process was faster; the form was closed or sent


@dataclass(slots=True)
class _Form:
    """What we know of an open form, without anything that stands in it."""

    at: datetime | None = None  #: when the latest words were written
    wanted: tuple[Json, list[Json]] | None = None  #: for those: the form as Slack told of it, and what is to be said
    busy: bool = False
    replaced: set[str] = field(default_factory=set)  #: hashes that our changes made stale
    hash: str = ""  #: after our last change
    says: list[str] = field(default_factory=list)


class Writing:
    def __init__(self, access: Access) -> None:
        self._access = access
        self._forms: OrderedDict[str, _Form] = OrderedDict()

    async def say(self, words: Write, view: Json, said: list[Json]) -> None:
        """Say `said` in `view`, the form with `words`. While an update is under way only the latest words wait.

        Raises:
            PlatformError: Slack did not take it; the next words may be luckier.
        """
        form = self._forms.setdefault(view["id"], _Form())
        self._forms.move_to_end(view["id"])
        if len(self._forms) > FORMS_MOST:
            self._forms.popitem(last=False)
        if form.at and words.at <= form.at:
            return
        form.at, form.wanted = words.at, (view, said)
        if form.busy:
            return
        form.busy = True
        try:
            while form.wanted:
                (told, wanted), form.wanted = form.wanted, None
                await self._update(words.workspace, form, told, wanted)
        finally:
            form.busy = False

    async def _update(self, workspace: str, form: _Form, told: Json, said: list[Json]) -> None:
        stale = told["hash"] in form.replaced  # written before our last change had arrived there
        hash_, there = (form.hash, form.says) if stale else (told["hash"], says(told))
        wanted = [block["block_id"] for block in said]
        if wanted == there:
            return
        api = await self._access.api(workspace)
        try:
            answer = await api.call("views.update", view_id=told["id"], hash=hash_, view=saying(told, said))
        except Impossible as error:
            if error.reason not in _LATE:
                raise
            return
        form.replaced.add(hash_)
        form.hash, form.says = answer["view"]["hash"], wanted


def says(view: Json) -> list[str]:
    """The ids of what is said below the words in an open form."""
    return [block["block_id"] for block in view["blocks"] if block["block_id"].startswith(modals.SAID)]


def saying(view: Json, said: list[Json]) -> Json:
    """An open form that says `said` below the words, and is the same in all else.

    Args:
        view: as Slack tells of it.

    Source: docs.slack.dev/reference/views/modal-views, "Preserving input entry in views": what has been typed and
    chosen stays where block and element keep their ids.
    """
    before = says(view)
    blocks: list[Json] = []
    for block in view["blocks"]:
        blocks += [block] if block["block_id"] not in before else []
        blocks += said if block.get("dispatch_action") else []
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    again: Json = _unescaped({**{name: view[name] for name in kept}, "blocks": blocks})
    return again


def _unescaped(node: Any) -> Any:
    """Our own texts as we sent them: Slack tells of them with & < > escaped."""
    match node:
        case {"type": "plain_text", "text": str(text)}:
            return {**node, "text": html.unescape(text)}
        case dict():
            return {name: _unescaped(each) for name, each in node.items()}
        case list():
            return [_unescaped(each) for each in node]
        case _:
            return node
