"""Giving kudos, step by step: what was said, who is meant, the rule, one transaction, and a private word."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import commands, forms, kudos, kudos_cards, notices, posts, privacy, recipients, runs, steps, words
from bot.cards import VALUE_MOST, Actions, Card, Form, OpenForm, Private, Reply, Say, length
from bot.database import Step
from bot.errors import Refusal
from bot.framework import Framework
from bot.lookup import Context, Register
from bot.model import Members, Message, One, Origin, Place, PlaceKind, Recognition, clean, derived_id
from bot.requests import Give, GiveFor, Group, Named, Press, SubmitKudos, SubmitReason, UndoLatest, Word, Words, Write
from bot.showing import reactions_fact
from bot.store import Store
from bot.suggest import NOTHING, Suggested
from bot.words import Draft

ATTEMPTS: Final = 50  #: at a change that another change came before; whoever loses has lost to one that is done

_ASK_WHERE_AGAIN = "I couldn't look this channel up just now. Please send it again."
_NOT_KNOWN = "I can't find your own account here, so I can't say who gives this. Please tell an administrator."
_ASK_AGAIN = "I couldn't look everybody up just now. Check the names here and send it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    store: Store
    register: Register
    framework: Callable[[], Framework]
    suggest: Callable[[str], Suggested]  #: what the words of a kudos show
    clock: Callable[[], datetime]
    default_place: str  #: `#name` or id of the channel where a kudos is posted when nobody says where; or ""
    admins: frozenset[str]  #: e-mail addresses of those whose pages tell which cards wait

    async def typed(self, ask: Give) -> list[Reply]:
        """`/kudos …`: give it, or open the form with everything that was said; after a message, offer the form."""
        said, draft, context = await self._read(ask, ask.words, ask.place)
        if draft.empty:
            return [await self._to_complete(ask, draft, context)]
        try:
            recognition = await self._give(ask, draft, context, id_=_id_of(ask), origin=Origin.COMMAND)
        except Refusal as refusal:
            if ask.said_in is None and len(draft.reason) > forms.TEXT_MOST:  # a message still stands where it was said
                return [Private(card=self._given_back(draft, said, context))]
            return [await self._to_complete(ask, draft, context, refusal)]
        return [self._confirmed(recognition, draft)]

    async def pressed(self, press: Press) -> list[Reply]:
        """*Give kudos*, pressed: the form, with what the button carries."""
        place, carried = commands.unpacked(press.value) if press.value else ("", ())
        if carried and not place:  # an answer does not know where it is read
            place = await self._channel(press)
        where = Place(workspace=press.workspace, id=place) if place else None
        _, draft, context = await self._read(press, carried, where)
        return [OpenForm(await self._form(press, draft, context))]

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
        given = await self._give(ask, draft, context, id_=ask.form, origin=Origin.FORM, message=message)
        return [self._confirmed(given, draft)]

    async def previewed(self, ask: SubmitKudos) -> Card:
        """The card that the form would become, with nothing on it to press. Nothing is given yet.

        Raises:
            Refusal: as for `submitted`.
        """
        draft, context, message = await self._sent(ask)
        recognition = self._recognised(ask, draft, context, id_=ask.form, origin=Origin.FORM, message=message)
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

    async def reworded(self, ask: SubmitReason) -> list[Reply]:
        """New words for a kudos, or the first for a reaction, which makes it a full kudos with a card."""
        for _ in range(ATTEMPTS):
            before = await self._recognition(ask.workspace, ask.recognition)
            after = kudos.reworded(before, ask.reason, by=ask.person)
            now = self.clock()
            first = not before.reason
            shown = self._card_of(after, now) if first else []
            stopped = await self.store.write(
                steps.delivery(ask.workspace, ask.delivery, after.id, now),
                steps.revised(after),
                steps.noted(after, "edited", actor=ask.person, now=now, key=ask.delivery, detail=before.reason),
                *shown,
                *followed(after, now),
            )
            if stopped is None:
                return [self._confirmed(after) if first else Private(card=kudos_cards.saved())]
            if stopped == 0:
                return []
        raise Refusal(("reason", "Somebody else is changing this kudos. Please try again."))

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
        )

    async def reworded_again(self, ask: SubmitReason) -> Form:
        """The form of new words as it was sent, also where the kudos was taken back meanwhile: nothing is lost.

        Raises:
            Refusal: it is not theirs.
        """
        recognition = await self._recognition(ask.workspace, ask.recognition)
        if recognition.giver.id != ask.person:
            raise _gone()
        held = replace(recognition, reason=ask.reason)
        return forms.edit(held) if recognition.reason else forms.sentence(held, self.suggest(ask.reason))

    def written(self, ask: Write) -> list[Reply]:
        """What is said of words while they are written; whoever has chosen is left alone."""
        return [] if ask.entries else [Say(forms.said(ask.reason, self.suggest(ask.reason)))]

    async def undo_latest(self, ask: UndoLatest) -> list[Reply]:
        """`/kudos undo`."""
        done = await self.store.ledger.delivered(ask.workspace, ask.delivery)
        latest = await self.store.ledger.latest_by(ask.workspace, ask.person) if done is None else None
        if latest:
            recognition = await self._withdraw(latest.id, ask, at=self.clock())
        elif done:
            recognition = await self._recognition(ask.workspace, done)
        else:
            # Noted too: should it come again after the next kudos, it does not take that one back.
            await self.store.write(steps.delivery(ask.workspace, ask.delivery, "", self.clock()))
            return [Private(card=notices.said("You have no kudos to take back."))]
        return [Private(card=kudos_cards.taken_back(recognition))]

    async def withdraw(self, press: Press, *, replace_message: bool) -> list[Reply]:
        """*Undo* on the private confirmation, *Withdraw* on the card.

        Raises:
            Refusal: it is not theirs; an outsider is not even told that it exists.
        """
        before = await self._recognition(press.workspace, press.value)
        readers = (
            Members(workspace=press.workspace, place=press.place),
            One(workspace=press.workspace, person=press.person),
        )
        if before.giver.id != press.person and not any(privacy.visible(before, each) for each in readers):
            raise _gone()
        recognition = await self._withdraw(press.value, press, at=press.at)
        return [Private(card=kudos_cards.taken_back(recognition), replace=replace_message)]

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
        ask: Give | SubmitKudos,
        draft: Draft,
        context: Context,
        *,
        id_: str,
        origin: Origin,
        message: Message | None = None,
    ) -> Recognition:
        """
        Raises:
            Refusal: it is no kudos yet; nothing was written.
        """
        recognition = self._recognised(ask, draft, context, id_=id_, origin=origin, message=message)
        now = recognition.given_at
        stopped = await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, recognition.id, now),
            *steps.given(recognition),
            *self._card_of(recognition, now),
            *(
                posts.wanted(posts.post(ask.workspace, posts.THANKS, recognition.id, person=person.id, due_at=now))
                for person in recognition.recipients
            ),
            homes_of(recognition, now),
        )
        return recognition if stopped is None else await self._recognition(ask.workspace, recognition.id)

    def _recognised(
        self,
        ask: Give | SubmitKudos,
        draft: Draft,
        context: Context,
        *,
        id_: str,
        origin: Origin,
        message: Message | None,
    ) -> Recognition:
        """
        Raises:
            Refusal: it is no kudos yet.
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
        return kudos.recognise(
            draft, known, self.framework(), id_=key, origin=origin, message=message, now=self.clock()
        )

    async def _withdraw(self, id_: str, ask: Press | UndoLatest, *, at: datetime) -> Recognition:
        for _ in range(ATTEMPTS):
            recognition = await self._recognition(ask.workspace, id_)
            kudos.own(recognition, ask.person, "take it back")
            if recognition.withdrawn:
                return recognition
            now = self.clock()
            after = replace(recognition, withdrawn=True)
            stopped = await self.store.write(
                steps.delivery(ask.workspace, ask.delivery, id_, now),
                steps.revised(after, withdrawn_at=at),
                steps.noted(after, "withdrawn", actor=ask.person, now=now, key=ask.delivery),
                *followed(after, now),
                runs.counted(after.workspace, after.given_at),
            )
            if stopped is None:
                return after
            if stopped == 0:  # the same delivery was faster, and it may have meant an earlier kudos
                id_ = await self.store.ledger.delivered(ask.workspace, ask.delivery) or id_
                return await self._recognition(ask.workspace, id_)
        raise Refusal(("", "Somebody else is changing this kudos. Please try again."))

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

    def _confirmed(self, recognition: Recognition, draft: Draft | None = None) -> Reply:
        if recognition.withdrawn:
            return Private(card=kudos_cards.taken_back(recognition))
        dropped = draft is not None and kudos.dropped_self(draft, recognition.giver.id)
        return Private(card=kudos_cards.confirmed(recognition, self.framework(), dropped_self=dropped))

    def _card_of(self, recognition: Recognition, now: datetime) -> list[Step]:
        """Its card in its place; none in people's own conversations."""
        if recognition.place.kind is not PlaceKind.CHANNEL:
            return []
        card = posts.post(
            recognition.workspace,
            posts.CARD,
            recognition.id,
            place=recognition.place.id,
            due_at=now,
            waiting=not recognition.place.joined,
        )
        steps = [posts.wanted(card)]
        if not recognition.place.joined:
            steps.append(posts.homes_of_admins(recognition.workspace, self.admins, now))
        return steps

    async def _recognition(self, workspace: str, id_: str) -> Recognition:
        recognition = await self.store.ledger.recognition(workspace, id_)
        if recognition is None:
            raise _gone()
        return recognition


def _gone() -> Refusal:
    return Refusal(("", "I can't find this kudos any more."))


def _unfit(context: Context) -> bool:
    """Whether a kudos can't be given where its form was opened, so that the form asks where."""
    return context.place is None or context.place.kind is PlaceKind.BOT or context.place.archived


def followed(recognition: Recognition, now: datetime) -> list[Step]:
    """Whatever shows `recognition` follows its change; a message about a reaction does so at once."""
    steps = [posts.changed(recognition.workspace, recognition.id, now), homes_of(recognition, now)]
    if recognition.message:
        fact = reactions_fact(recognition.message)
        steps.append(posts.changed(recognition.workspace, fact, now))
    return steps


def homes_of(recognition: Recognition, now: datetime) -> Step:
    """The pages of those whom `recognition` concerns follow its change."""
    people = [recognition.giver, *recognition.recipients]
    return posts.homes_changed(recognition.workspace, [person.id for person in people], now)


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
