"""Giving kudos, step by step: what was said, who is meant, the rule, one transaction, and a private word."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot import brakes, commands, forms, guard_cards, kudos, kudos_cards, posts, recipients, steps, words
from bot.brakes import Pace
from bot.cards import VALUE_MOST, Actions, Card, Form, OpenForm, Private, Reply, Say, length
from bot.changing import Changing, card_of, confirmed, homes_of
from bot.errors import Refusal
from bot.framework import Framework
from bot.guard import Remedy
from bot.guarding import Guarded, Guarding, Settled
from bot.lookup import Context, Register
from bot.model import Message, Origin, Place, PlaceKind, Recognition, clean, derived_id
from bot.requests import Give, GiveFor, Group, Named, Press, SubmitKudos, Word, Words, Write
from bot.store import Store
from bot.suggest import NOTHING, Suggested
from bot.words import Draft

_ASK_WHERE_AGAIN = "I couldn't look this channel up just now. Please send it again."
_NOT_KNOWN = "I can't find your own account here, so I can't say who gives this. Please tell an administrator."
_ASK_AGAIN = "I couldn't look everybody up just now. Check the names here and send it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    store: Store
    changing: Changing
    guarding: Guarding
    register: Register
    framework: Callable[[], Framework]
    suggest: Callable[[str], Suggested]  #: what the words of a kudos show
    clock: Callable[[], datetime]
    default_place: str  #: `#name` or id of the channel where a kudos is posted when nobody says where; or ""
    admins: frozenset[str]  #: e-mail addresses of those whose pages tell which cards wait
    hourly_most: int  #: kudos that somebody can give within an hour; 0 for no brakes at all

    async def typed(self, ask: Give) -> list[Reply]:
        """`/kudos …`: give it, or open the form with everything that was said; after a message, offer the form."""
        said, draft, context = await self._read(ask, ask.words, ask.place)
        if draft.empty:
            return [await self._to_complete(ask, draft, context)]
        try:
            recognition, word = await self._give(ask, draft, context, id_=_id_of(ask), origin=Origin.COMMAND)
        except Guarded as guarded:
            return [await self._to_remedy(ask, draft, context, guarded)]
        except Refusal as refusal:
            if ask.said_in is None and len(draft.reason) > forms.TEXT_MOST:  # a message still stands where it was said
                return [Private(card=self._given_back(draft, said, context))]
            return [await self._to_complete(ask, draft, context, refusal)]
        return [self._confirmed(recognition, draft, word)]

    async def pressed(self, press: Press) -> list[Reply]:
        """*Give kudos*, pressed: the form, with what the button carries."""
        place, carried = commands.unpacked(press.value) if press.value else ("", ())
        if carried and not place:  # an answer does not know where it is read
            place = await self._channel(press)
        where = Place(workspace=press.workspace, id=place) if place else None
        _, draft, context = await self._read(press, carried, where)
        return [OpenForm(await self._form(press, draft, context))]

    async def remedied(self, press: Press, remedy: Remedy) -> list[Reply]:
        """A choice about words that were stopped: give the kudos so."""
        warned, _, rest = press.value.partition("/")
        id_, _, carried = rest.partition("/")
        place, said = commands.unpacked(carried)
        where = Place(workspace=press.workspace, id=place) if place else None
        _, draft, context = await self._read(press, said, where)
        # Whose it is stands in its id, and its place is asked as of a form: a button may bring what it likes.
        about = f"{press.person}/{id_}"
        try:
            given, word = await self._give(
                press, draft, context, id_=about, origin=Origin.FORM, remedy=remedy.value, warned=warned
            )
        except Guarded as guarded:
            await self.guarding.stopped(press, guarded.stopped)
            card = guard_cards.warned(
                guarded.stopped, change=carried, carried=f"{guarded.stopped.key}/{rest}", still_said=False
            )
            return [Private(card=card, replace=True)]
        except Refusal as refusal:
            faults = [sentence for _, sentence in refusal.faults]
            return [Private(card=kudos_cards.to_complete(faults, carried), replace=True)]
        return [replace(self._confirmed(given, draft, word), replace=True)]

    async def about(self, ask: GiveFor) -> list[Reply]:
        """*Give kudos* for a message: the form, for its author."""
        author = [ask.author] if ask.author else []
        context = await self.register.context(ask.workspace, author, ask.place, asker=ask.person)
        self._admit(context, ask.person)
        draft = Draft(recipients=tuple(id_ for id_ in author if id_ != ask.person and id_ not in context.own))
        return [OpenForm(await self._form(ask, draft, context, message=ask.message))]

    async def submitted(self, ask: SubmitKudos) -> list[Reply]:
        """The form, filled in.

        Raises:
            Refusal: with a sentence for each field that has to be mended.
        """
        draft, context, message = await self._sent(ask)
        given, word = await self._give(
            ask,
            draft,
            context,
            id_=ask.form,
            origin=Origin.FORM,
            message=message,
            remedy=ask.remedy,
            warned=ask.warned,
        )
        return [self._confirmed(given, draft, word)]

    async def previewed(self, ask: SubmitKudos) -> Card:
        """The card that the form would become, with nothing on it to press. Nothing is given yet.

        Raises:
            Refusal: as for `submitted`.
        """
        draft, context, message = await self._sent(ask)
        recognition, _ = self._recognised(
            ask,
            draft,
            context,
            id_=ask.form,
            origin=Origin.FORM,
            message=message,
            remedy=ask.remedy,
            warned=ask.warned,
        )
        card = kudos_cards.given(recognition, self.framework())
        return Card(tuple(each for each in card.elements if not isinstance(each, Actions)))

    async def _sent(self, ask: SubmitKudos) -> tuple[Draft, Context, Message | None]:
        """What a form holds, what we know of it, and the message it is about."""
        draft = Draft(recipients=ask.recipients, entries=ask.entries, reason=clean(ask.reason))
        place = Place(workspace=ask.workspace, id=ask.place) if ask.place else None
        context = await self.register.context(
            ask.workspace, draft.recipients, place, asker=ask.person, groups=dict.fromkeys(ask.groups, "")
        )
        self._admit(context, ask.person)
        draft = _as_one(draft, context, ask.person)
        message = Message(place=ask.place, id=ask.message) if ask.message else None
        return recipients.regrouped(draft, context.rosters.values(), ask.person), context, message

    async def again(self, ask: SubmitKudos) -> Form:
        """The form as it was sent, with what fits the words by now.

        Raises:
            Refusal: they are of another organisation.
        """
        place = Place(workspace=ask.workspace, id=ask.place) if ask.place else None
        context = await self.register.context(
            ask.workspace, ask.recipients, place, asker=ask.person, groups=dict.fromkeys(ask.groups, "")
        )
        self._admit(context, ask.person)
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
            stopped=self.guarding.guard.look(clean(ask.reason)),
            remedy=ask.remedy,
        )

    def written(self, ask: Write) -> list[Reply]:
        """What is said of words while they are written; whoever has chosen is left alone."""
        return [] if ask.entries else [Say(forms.said(ask.reason, self.suggest(ask.reason)))]

    async def _read(self, ask: Give | Press, said: Words, place: Place | None) -> tuple[Words, Draft, Context]:
        """What was said, with names, and what we know of it; of a group in the reason only its name matters."""
        called = [word.person for word in said if isinstance(word, Named)]
        thanked = words.read(said, self.framework()).groups
        groups = {id_: name for id_, name in _group_names(said).items() if id_ in thanked or not name}
        context = await self.register.context(ask.workspace, called, place, asker=ask.person, groups=groups)
        self._admit(context, ask.person)
        said = _with_names(said, context)
        draft = _as_one(words.read(said, self.framework()), context, ask.person)
        return said, _readable(draft, said, context), context

    def _admit(self, context: Context, person: str) -> None:
        """
        Raises:
            Refusal: they are of another organisation.
        """
        if known := context.people.get(person):
            kudos.admit(known, self.framework())

    async def _give(
        self,
        ask: Give | SubmitKudos | Press,
        draft: Draft,
        context: Context,
        *,
        id_: str,
        origin: Origin,
        message: Message | None = None,
        remedy: str = "",
        warned: str = "",
    ) -> tuple[Recognition, str]:
        """The kudos, and a friendly word to who gives very many; "" for most.

        Raises:
            Refusal: it is no kudos yet, or one of far too many; nothing was written.
        """
        recognition, settled = self._recognised(
            ask, draft, context, id_=id_, origin=origin, message=message, remedy=remedy, warned=warned
        )
        now = recognition.given_at
        named = {each.id: each.name for each in recognition.named}
        pace = Pace()
        stop = ""
        if self.hourly_most:
            pace = await self.store.accounts.pace(
                ask.workspace, recognition.giver.id, named, but=recognition.id, now=now
            )
            stop = brakes.stopped(pace, now, self.hourly_most)
        if stop and await self.store.ledger.delivered(ask.workspace, ask.delivery) is None:
            raise Refusal(("recipients", stop))
        stopped = await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, recognition.id, now),
            *steps.given(recognition),
            *card_of(recognition, now, self.admins),
            *(
                posts.wanted(posts.post(ask.workspace, posts.THANKS, recognition.id, person=person.id, due_at=now))
                for person in recognition.recipients
            ),
            homes_of(recognition, now),
            *self.guarding.noted(settled, ask, recognition.id),
        )
        if stopped is not None:
            recognition = await self.changing.recognition(ask.workspace, recognition.id)
        return recognition, brakes.word(pace, named, now)

    def _recognised(
        self,
        ask: Give | SubmitKudos | Press,
        draft: Draft,
        context: Context,
        *,
        id_: str,
        origin: Origin,
        message: Message | None,
        remedy: str,
        warned: str,
    ) -> tuple[Recognition, Settled]:
        """The recognition, and what of its words was settled with the guard.

        Raises:
            Guarded: with everything else that has to be mended; Refusal: it is no kudos yet.
        """
        giver = context.people.get(ask.person)
        if giver is None and context.complete:
            raise Refusal(*draft.faults, ("recipients", _NOT_KNOWN))
        if giver is None or (not context.complete and not context.people.keys() >= set(draft.recipients)):
            raise Refusal(*draft.faults, ("recipients", _ASK_AGAIN))
        if context.guessed and context.place and context.place.kind is PlaceKind.CHANNEL:
            raise Refusal(*draft.faults, ("recipients", _ASK_WHERE_AGAIN))
        if context.unlisted and origin is Origin.FORM:  # which names a place, and not only one that its giver is in
            raise Refusal(*draft.faults, ("recipients", _ASK_WHERE_AGAIN))
        open_place = context.place is None or context.place.kind is PlaceKind.BOT
        known = kudos.Known(
            giver=giver,
            people=context.people,
            place=None if open_place else context.place,
            members=context.members,
            rosters=context.rosters,
        )
        key = derived_id("kudos", ask.workspace, origin.value, id_)
        try:
            settled, guarded = self.guarding.settled(draft.reason, remedy, warned), None
        except Guarded as stopped:
            settled, guarded = Settled(text=draft.reason), stopped
        try:
            recognition = kudos.recognise(
                replace(draft, reason=settled.text),
                known,
                self.framework(),
                id_=key,
                origin=origin,
                message=message,
                now=self.clock(),
            )
        except Refusal as refusal:
            if guarded:
                raise guarded.beside(refusal) from None
            raise
        if guarded:
            raise guarded
        return recognition, settled

    async def _to_remedy(self, ask: Give, draft: Draft, context: Context, guarded: Guarded) -> Reply:
        """What was stopped, with a button for each way out; the form, where that has to ask for more."""
        await self.guarding.stopped(ask, guarded.stopped)
        place = context.place.id if context.place else ""
        change = commands.packed(place, ask.words)
        carried = f"{guarded.stopped.key}/{derived_id(_id_of(ask))}/{change}"
        if not guarded.alone or length(carried) > VALUE_MOST:
            return await self._to_complete(ask, draft, context, guarded)
        still_said = ask.said_in is not None
        return Private(card=guard_cards.warned(guarded.stopped, change=change, carried=carried, still_said=still_said))

    async def _to_complete(
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
            card=kudos_cards.to_complete(faults, carried if fits else commands.packed(where, ()), whole=fits)
        )

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
            stopped=self.guarding.guard.look(draft.reason) if draft.reason else None,
        )

    def _fitting(self, draft: Draft) -> Suggested:
        """What the words show, to somebody who has not chosen."""
        return self.suggest(draft.reason) if draft.reason and not draft.entries else NOTHING

    async def _channel(self, press: Press) -> str:
        """The channel that a button stands in; "" where it stands elsewhere, or somewhere that we do not know."""
        known = await self.store.directory.place(press.workspace, press.place)
        return known.id if known and known.kind is PlaceKind.CHANNEL else ""

    async def _default_place(self, ask: Give | GiveFor | Press) -> str | None:
        """Where it is shown when nobody says where, if the giver can read it there."""
        place = self.default_place and await self.store.directory.place_called(ask.workspace, self.default_place)
        return place.id if place and await self.register.reads(place, ask.person) else None

    def _given_back(self, draft: Draft, said: Words, context: Context) -> Card:
        """What no form can hold, whole."""
        people = [context.people[id_].name for id_ in draft.recipients if id_ in context.people]
        names = _group_names(said)
        people += [f"@{names[id_]}" for id_ in words.read(said, self.framework()).groups if names[id_]]
        entries = [entry.tag for entry in map(self.framework().entry, draft.entries) if entry]
        return kudos_cards.too_long(draft.reason, people=people, tags=entries)

    def _confirmed(self, recognition: Recognition, draft: Draft, word: str) -> Private:
        dropped_self = kudos.dropped_self(draft, recognition.giver.id)
        return confirmed(recognition, self.framework(), dropped_self=dropped_self, word=word)


def _unfit(context: Context) -> bool:
    """Whether a kudos can't be given where its form was opened, so that the form asks where."""
    return context.place is None or context.place.kind is PlaceKind.BOT or context.place.archived


def _id_of(ask: Give) -> str:
    """What a typed kudos is about: the message that says so, or the command."""
    return f"{ask.said_in.place}/{ask.said_in.id}" if ask.said_in else ask.delivery


def _with_names(words_: Words, context: Context) -> Words:
    """The same words, with the names of people and groups that the platform called by id alone."""
    people, rosters = context.people, context.rosters

    def named(word: Word) -> Word:
        match word:
            case Named(person, "") if person in people:
                return replace(word, name=people[person].name)
            case Group(group, "") if group in rosters:
                return replace(word, name=rosters[group].name)
            case _:
                return word

    return tuple(map(named, words_))


def _group_names(words_: Words) -> dict[str, str]:
    """What the groups in `words_` are called there, by id; "" where that was not said."""
    names: dict[str, str] = {}
    for word in words_:
        if isinstance(word, Group):
            names[word.group] = word.name or names.get(word.group, "")
    return names


def _as_one(draft: Draft, context: Context, giver: str) -> Draft:
    """The same; whoever means another account of the giver means the giver."""
    return replace(draft, recipients=tuple(giver if id_ in context.own else id_ for id_ in draft.recipients))


def _readable(draft: Draft, said: Words, context: Context) -> Draft:
    """The same with only those groups of which we know who is in them; what is wrong with the others is said."""
    names = _group_names(said)
    for group in draft.groups:
        if group not in context.rosters:
            draft = draft.mending("recipients", recipients.group_unknown(names[group], context.unread[group]))
    return replace(draft, groups=tuple(group for group in draft.groups if group in context.rosters))
