"""Who may see what. Every surface asks `visible`, at the moment it shows something."""

from typing import assert_never

from bot.model import Audience, Everyone, Members, One, Recognition, Visibility


def visible(recognition: Recognition, audience: Audience) -> bool:
    """Whether `audience` may read this recognition: its people, its words and that it exists.

    What was said in a private place stays among the members of that place, its giver and its recipients.
    """
    if recognition.withdrawn or audience.workspace != recognition.workspace:
        return False
    match audience:
        case One(person=person):
            return recognition.concerns(person) or recognition.visibility is Visibility.PUBLIC
        case Members(place=place) if place == recognition.place.id:
            return recognition.visibility is not Visibility.DIRECT
        case Members() | Everyone():
            return recognition.visibility is Visibility.PUBLIC
    assert_never(audience)
