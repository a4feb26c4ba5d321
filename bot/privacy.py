"""Who may see what. Every surface asks `visible`, at the moment it shows something."""

from collections.abc import Set
from typing import assert_never

from bot.model import Audience, Everyone, Members, One, Place, Recognition, Visibility


def visible(recognition: Recognition, audience: Audience) -> bool:
    """Whether `audience` may read this recognition: its people, its words and that it exists.

    What was said in a private place stays among the members of that place, its giver and its recipients.
    """
    if recognition.withdrawn or recognition.removed or audience.workspace != recognition.workspace:
        return False
    if all(each.id in recognition.unlisted for each in recognition.recipients):
        return isinstance(audience, One) and recognition.concerns(audience.person)
    match audience:
        case One(person=person):
            return recognition.concerns(person) or recognition.visibility is Visibility.PUBLIC
        case Members(place=place) if place == recognition.place.id:
            return recognition.visibility is not Visibility.DIRECT
        case Members() | Everyone():
            return recognition.visibility is Visibility.PUBLIC
    assert_never(audience)


def tellable(workspace: str, place: str, visibility: Visibility, *, to: Place, public_now: Set[str]) -> bool:
    """Whether a digest in `to` may tell of what was given in `place`, of the same organisation, as visible as it was.

    A place that people of other organisations read, or may read for all we know, is told of nothing but its own.

    Args:
        workspace: that `place` is of.
        visibility: of `place`, at that time.
        public_now: places that everybody in that workspace can read now, for certain.
    """
    if (workspace, place) == (to.workspace, to.id):
        return visibility is not Visibility.DIRECT
    return to.shared is False and visibility is Visibility.PUBLIC and place in public_now
