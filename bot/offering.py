"""Offering the form of a kudos, with all that is known already. Nothing is given here."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot import commands, forms, giver_cards, kudos, recipients, words
from bot.cards import VALUE_MOST, Card, Form, OpenForm, Private, Reply, Say, length
from bot.drafting import Drafting, group_names, place_of
from bot.errors import Refusal
from bot.framework import Framework
from bot.guard import Guard
from bot.lookup import Context, Register
from bot.model import Message, PlaceKind, clean
from bot.requests import Give, GiveFor, Press, SubmitKudos, Words, Write
from bot.store import Store
from bot.suggest import NOTHING, Suggested
from bot.words import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    store: Store
    register: Register
    drafting: Drafting
    guard: Guard
    framework: Callable[[], Framework]
    suggest: Callable[[str], Suggested]  #: what the words of a kudos show
    default_place: str  #: `#name` or id of the channel where a kudos is posted when nobody says where; or ""

    async def pressed(self, press: Press) -> list[Reply]:
        """*Give kudos*, pressed: the form, with what the button carries."""
        place, carried = commands.unpacked(press.value) if press.value else ("", ())
        if carried and not place:  # an answer does not know where it is read
            place = await self._channel(press)
        _, draft, context = await self.drafting.said(press, carried, place_of(press, place))
        return [OpenForm(await self._form(press, draft, context))]

    async def about(self, ask: GiveFor) -> list[Reply]:
        """*Give kudos* for a message: the form, for its author."""
        draft, context = await self.drafting.about(ask)
        return [OpenForm(await self._form(ask, draft, context, message=ask.message))]

    async def again(self, ask: SubmitKudos) -> Form:
        """The form as it was sent, with what fits the words by now.

        Raises:
            Refusal: they are of another organisation.
        """
        context = await self.drafting.context(ask)
        entries = tuple(id_ for id_ in ask.entries if self.framework().entry(id_) in self.framework().taggable)
        draft = Draft(recipients=ask.recipients, entries=entries, reason=ask.reason)
        whole = recipients.regrouped(draft, context.rosters.values(), ask.person).groups
        return forms.give(
            draft,
            self.framework(),
            place=ask.place or None,
            open_place=ask.open_place or _unfit(context),
            message=Message(place=ask.place, id=ask.message) if ask.message else None,
            suggested=self._fitting(draft),
            groups=[context.rosters[id_] for id_ in whole],
            stopped=self.guard.look(clean(ask.reason)),
            remedy=ask.remedy,
        )

    def written(self, ask: Write) -> list[Reply]:
        """What is said of words while they are written; whoever has chosen is left alone."""
        return [] if ask.entries else [Say(forms.said(ask.reason, self.suggest(ask.reason)))]

    async def to_complete(
        self, ask: Give, draft: Draft, context: Context, refusal: Refusal | None = None
    ) -> OpenForm | Private:
        """The form, or, for a message, which opens none, a button that does."""
        if ask.said_in is None:
            return OpenForm(await self._form(ask, draft, context, refusal))
        place = context.place if context.place and context.place.kind is not PlaceKind.BOT else None
        where = place.id if place else ""
        carried = commands.packed(where, ask.words)
        fits = length(carried) <= VALUE_MOST
        faults = [] if draft.empty or refusal is None else [sentence for _, sentence in refusal.faults]
        return Private(
            card=giver_cards.to_complete(faults, carried if fits else commands.packed(where, ()), whole=fits)
        )

    def given_back(self, draft: Draft, said: Words, context: Context) -> Card:
        """What no form can hold, whole."""
        people = [context.people[id_].name for id_ in draft.recipients if id_ in context.people]
        names = group_names(said)
        people += [f"@{names[id_]}" for id_ in words.read(said, self.framework()).groups if names[id_]]
        entries = [entry.tag for entry in map(self.framework().entry, draft.entries) if entry]
        return giver_cards.too_long(draft.reason, people=people, tags=entries)

    async def _form(
        self,
        ask: Give | GiveFor | Press,
        draft: Draft,
        context: Context,
        refusal: Refusal | None = None,
        message: Message | None = None,
    ) -> Form:
        archived = context.place is not None and context.place.archived
        open_place = _unfit(context)
        place = context.place.id if context.place else None
        faults = dict(refusal.faults) if refusal else {}
        if not draft.entries and "entries" not in dict(draft.faults):
            faults.pop("entries", None)  # nobody has to know a tag: what fits is offered
        if open_place:
            place = await self._default_place(ask)
            if not archived:
                faults.pop("place", None)  # it has not been asked yet
        filled = recipients.filled_in(
            draft,
            giver=ask.person,
            known=context.people,
            rosters=context.rosters,
            members=context.members,
            complete=context.complete,
        )
        return forms.give(
            replace(draft, recipients=filled.people),
            self.framework(),
            faults=faults.items(),
            place=place,
            open_place=open_place,
            message=message,
            suggested=self._fitting(draft),
            groups=filled.groups,
            left_out=filled.left_out,
            dropped_self=kudos.dropped_self(draft, ask.person) and bool(filled.people),
            stopped=self.guard.look(draft.reason) if draft.reason else None,
        )

    def _fitting(self, draft: Draft) -> Suggested:
        """What the words show, to somebody who has not chosen."""
        return self.suggest(draft.reason) if draft.reason and not draft.entries else NOTHING

    async def _channel(self, press: Press) -> str:
        """The channel that a button stands in; "" where it stands elsewhere, or somewhere that we do not know."""
        known = await self.store.places.get(press.workspace, press.place)
        return known.id if known and known.kind is PlaceKind.CHANNEL else ""

    async def _default_place(self, ask: Give | GiveFor | Press) -> str | None:
        """Where it is shown when nobody says where, if the giver can read it there."""
        place = self.default_place and await self.store.places.called(ask.workspace, self.default_place)
        return place.id if place and await self.register.reads(place, ask.person) else None


def _unfit(context: Context) -> bool:
    """Whether a kudos can't be given where its form was opened, so that the form asks where."""
    return context.place is None or context.place.kind is PlaceKind.BOT or context.place.archived
