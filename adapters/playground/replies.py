"""The core's answers, put up where a platform would show them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from adapters.playground.messages import Messages, Posted
from adapters.playground.parse import Speaker
from adapters.playground.render import Here
from adapters.playground.workspace import KUDOS, home_of
from bot.cards import Answer, Card, Mend, OpenForm, Private, Reply, Say, ShowHome
from bot.model import derived_id


class Replies:
    def __init__(self, messages: Messages, clock: Callable[[], datetime]) -> None:
        self._messages = messages
        self._clock = clock

    async def show(
        self, replies: Iterable[Reply], here: Here, speaker: Speaker, *, below: Posted | None, lead: bool = True
    ) -> str:
        """Put them up, and return the address that shows them.

        Args:
            below: the message they are about.
            lead: to that message, or to what is put up below it; else to the end of the place.
        """
        target = here.to(message=below.id if below and lead and speaker.place.id else "")
        under = (below.below or below.id) if below else ""
        for reply in replies:
            match reply:
                case Private(card=card) if not speaker.place.id:  # one's own page has nowhere to write below
                    target = here.to(note=await self.note(card, speaker))
                case Private(card=card, replace=True) if below and below.only_for:
                    await self._messages.mend(below.id, card)
                case Private(card=card):
                    id_ = await self.note(card, speaker, below=under)
                    target = here.to(message=id_ if below and lead else "")
                case OpenForm(form):
                    id_ = await self._messages.open_form(form, here.person, below=under, key=speaker.delivery)
                    target = here.to(form=id_)
                case Answer(card):
                    await self._messages.post(
                        place=speaker.place.id,
                        author=KUDOS,
                        key=derived_id("answer", speaker.delivery),
                        at=self._clock(),
                        card=card,
                        below=under,
                    )
                case ShowHome(card):
                    await self._messages.mend(await self._messages.with_key(home_of(here.person)) or "", card)
                case Mend() | Say():
                    pass  # answers a form, and is dealt with there
        return target

    async def note(self, card: Card, speaker: Speaker, *, below: str = "") -> str:
        """Put up what only the speaker sees, and return its id."""
        return await self._messages.post(
            place=speaker.place.id,
            author=KUDOS,
            key=derived_id("note", speaker.delivery),
            at=self._clock(),
            card=card,
            only_for=speaker.person,
            below=below,
        )
