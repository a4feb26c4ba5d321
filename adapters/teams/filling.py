"""Forms that come back from dialogs and previews, as requests. Pure."""

from dataclasses import dataclass
from enum import Enum, auto

from adapters.teams.objects import Json, Speaker, id_at, node_at, text_at
from adapters.teams.render import ACTION, AGAIN, CONTEXT, KEY
from bot import commands
from bot.requests import Action, Remedied, SubmitDigest, SubmitKudos, SubmitReason, SubmitRemoval, Submitted


class Step(Enum):
    """What a form that comes in is to become."""

    SUBMIT = auto()
    AGAIN = auto()  #: the same form, with what fits the words by now
    PREVIEW = auto()  #: the card as it would stand, and nothing is given yet
    SEND = auto()  #: the kudos, from its preview
    EDIT = auto()  #: the form, from its preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form, filled in."""

    request: Submitted
    key: str  #: of the form, as it came: it stays the same when the form is shown again
    step: Step
    typed: Json  #: everything that came, as it came


def filled(speaker: Speaker, data: Json) -> Filled | None:
    """A form by its data: what stands in its fields, and what it was opened with, unseen.

    A client sends what it likes. So nothing of others is found by the key of their form: it is the sender's own.
    """
    key, unseen = id_at(data, KEY), node_at(data, CONTEXT)
    form = f"form/{speaker.person}/{key}"
    asked = commands.Who(workspace=speaker.workspace, person=speaker.person, delivery=form)
    remedied = Remedied(remedy=text_at(data, "remedy"), warned=text_at(unseen, "warned"))
    request: Submitted
    match text_at(data, ACTION):
        case Action.GIVE:
            request = SubmitKudos(
                **asked,
                form=form,
                recipients=_several(data, "recipients"),
                entries=_several(data, "entries"),
                reason=text_at(data, "reason"),
                place=text_at(unseen, "place") or text_at(data, "place"),
                open_place="place" not in unseen,
                message=text_at(unseen, "message"),
                groups=tuple(text_at(unseen, "groups").split()),
                **remedied,
            )
        case Action.EDIT | Action.SENTENCE:
            request = SubmitReason(
                **asked,
                recognition=text_at(unseen, "recognition"),
                reason=text_at(data, "reason"),
                **remedied,
            )
        case Action.REMOVE:
            request = SubmitRemoval(**asked, recognition=text_at(unseen, "recognition"), reason=text_at(data, "reason"))
        case Action.DIGEST:
            request = SubmitDigest(
                **asked,
                place=text_at(unseen, "place"),
                state=text_at(data, "state"),
                day=text_at(data, "day"),
                at=text_at(data, "at"),
                zone=text_at(data, "zone"),
                scope=text_at(data, "scope"),
                people=_several(data, "people"),
                extras=_several(data, "extras"),
            )
        case _:
            return None
    return Filled(request=request, key=key, step=Step.AGAIN if data.get(AGAIN) is True else Step.SUBMIT, typed=data)


def _several(data: Json, name: str) -> tuple[str, ...]:
    """What is chosen where several can be: Teams joins them with commas."""
    return tuple(each for each in (part.strip() for part in text_at(data, name).split(",")) if each)
