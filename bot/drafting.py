"""Drafts of kudos, of what was said or sent: with names, and with what we know of whom and where they speak of."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot import kudos, recipients, words
from bot.framework import Framework
from bot.lookup import Context, Register
from bot.model import Place, clean
from bot.requests import Give, GiveFor, Group, Named, Press, SubmitKudos, Word, Words
from bot.words import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """All that asks here is let in only if they are of this organisation; else there is a `Refusal`."""

    register: Register
    framework: Callable[[], Framework]

    async def said(self, ask: Give | Press, said: Words, place: Place | None) -> tuple[Words, Draft, Context]:
        """What was said, with names; of a group in the reason only its name matters."""
        called = [word.person for word in said if isinstance(word, Named)]
        thanked = words.read(said, self.framework()).groups
        groups = {id_: name for id_, name in group_names(said).items() if id_ in thanked or not name}
        context = await self.register.context(ask.workspace, called, place, asker=ask.person, groups=groups)
        self._admit(context, ask.person)
        said = _with_names(said, context)
        draft = _as_one(words.read(said, self.framework()), context, ask.person)
        return said, _readable(draft, said, context), context

    async def about(self, ask: GiveFor) -> tuple[Draft, Context]:
        """For the author of a message."""
        author = [ask.author] if ask.author else []
        context = await self.register.context(ask.workspace, author, ask.place, asker=ask.person)
        self._admit(context, ask.person)
        return Draft(recipients=tuple(id_ for id_ in author if id_ != ask.person and id_ not in context.own)), context

    async def sent(self, ask: SubmitKudos) -> tuple[Draft, Context]:
        """What a form holds."""
        context = await self.context(ask)
        draft = Draft(recipients=ask.recipients, entries=ask.entries, reason=clean(ask.reason))
        draft = _as_one(draft, context, ask.person)
        return recipients.regrouped(draft, context.rosters.values(), ask.person), context

    async def context(self, ask: SubmitKudos) -> Context:
        """What we know of whom and where a form speaks of."""
        groups = dict.fromkeys(ask.groups, "")
        place = place_of(ask, ask.place)
        context = await self.register.context(ask.workspace, ask.recipients, place, asker=ask.person, groups=groups)
        self._admit(context, ask.person)
        return context

    def _admit(self, context: Context, person: str) -> None:
        if known := context.people.get(person):
            kudos.admit(known, self.framework())


def place_of(ask: Press | SubmitKudos, id_: str) -> Place | None:
    """A place that is called by id alone, as far as one is."""
    return Place(workspace=ask.workspace, id=id_) if id_ else None


def group_names(words_: Words) -> dict[str, str]:
    """What the groups in `words_` are called there, by id; "" where that was not said."""
    names: dict[str, str] = {}
    for word in words_:
        if isinstance(word, Group):
            names[word.group] = word.name or names.get(word.group, "")
    return names


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


def _as_one(draft: Draft, context: Context, giver: str) -> Draft:
    """The same; whoever means another account of the giver means the giver."""
    return replace(draft, recipients=tuple(giver if id_ in context.own else id_ for id_ in draft.recipients))


def _readable(draft: Draft, said: Words, context: Context) -> Draft:
    """The same with only those groups of which we know who is in them; what is wrong with the others is said."""
    names = group_names(said)
    for group in draft.groups:
        if group not in context.rosters:
            draft = draft.mending("recipients", recipients.group_unknown(names[group], context.unread[group]))
    return replace(draft, groups=tuple(group for group in draft.groups if group in context.rosters))
