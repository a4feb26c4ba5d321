"""The organisation's framework: everything the bot may quote, read from `framework.yaml`.

The code knows no id and no kind by name; another organisation replaces the file.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import framework_file
from bot.framework_file import EntryPart, GroupPart, KindPart, QuotationPart

bare_emoji = framework_file.bare_emoji

KUDOS_TAGS_MOST = 3  #: entries one kudos may be tagged with


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A line of the framework."""

    text: str  #: the reading we show
    printed: str  #: exactly what the source prints; equal to `text` unless the print has a slip
    note: str = ""  #: why the two differ (ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document the framework was made from."""

    id: str
    title: str
    dated: str  #: what is known of its date, in words
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A sort of entry."""

    id: str
    label: str  #: singular, such as "value"
    plural: str
    section: str  #: the heading of the document that holds entries of this kind; "" if each has its own
    kudos: bool  #: a kudos may be tagged with entries of this kind
    suggest: str = ""  #: "first" or "second": when entries of it are suggested
    aliases: tuple[str, ...] = ()  #: other words for one entry of this kind, as in "promise 4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines of an entry under one printed heading."""

    name: str  #: such as "behaviours"
    heading: Quotation | None  #: as printed; None when the lines stand directly under the title
    label: str  #: what we call the group ourselves
    lines: tuple[Quotation, ...]
    note: str = ""  #: ours
    dated: str = ""  #: such as "2016/17", when these lines have a date of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A link that is ours and not the source's."""

    entry: str  #: the id of the entry that is meant
    line: str = ""  #: the line of that entry, if one is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing a person can ask about or be thanked for."""

    id: str
    kind: Kind
    title: Quotation
    title_is_ours: bool  #: the source prints no such heading
    source: Source
    section: str  #: where in the document
    number: int | None = None  #: its place among its kind, when the source counts them
    tag: str = ""  #: the word after #, for entries that can be tagged
    short: str = ""  #: at most 60 characters, ours, never quoted
    emoji: str = ""  #: Unicode
    emoji_name: str = ""  #: Slack's standard name, without colons
    emoji_aliases: tuple[str, ...] = ()  #: other standard names of the same emoji
    groups: tuple[Group, ...] = ()
    lists: tuple[str, ...] = ()  #: ids of the entries that this one is an overview of
    printed_forms: tuple[str, ...] = ()  #: what the print repeats or shows in fragments; never shown by default
    missing: tuple[str, ...] = ()  #: what the print has lost (ours)
    notes: tuple[str, ...] = ()  #: ours
    aliases: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()  #: ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """People whose job it is to help, as the organisation names them."""

    name: str
    contact: str = ""  #: a number, an address, a room
    hours: str = ""
    purpose: str  #: "emergency", "crisis", "wrongdoing" or "everyday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    version: str  #: a hash of the file's content
    organisation: str
    short: str  #: the organisation's short name
    sources: tuple[Source, ...]
    kinds: tuple[Kind, ...]
    entries: tuple[Entry, ...]
    help: tuple[Contact, ...] = ()  #: in the file's order
    text: str = field(default="", repr=False, compare=False)  #: the file's content
    retired: "tuple[Retired, ...]" = field(default=(), repr=False, compare=False)  #: newest first
    _by_id: Mapping[str, Entry] = field(init=False, repr=False, compare=False)
    _by_tag: Mapping[str, Entry] = field(init=False, repr=False, compare=False)
    _by_emoji: Mapping[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {entry.id: entry for entry in self.entries})
        object.__setattr__(self, "_by_tag", {entry.tag: entry for entry in self.taggable})
        object.__setattr__(
            self,
            "_by_emoji",
            {
                key: entry
                for entry in self.taggable
                for key in (bare_emoji(entry.emoji), entry.emoji_name, *entry.emoji_aliases)
            },
        )

    @property
    def taggable(self) -> tuple[Entry, ...]:
        """The entries a kudos may be tagged with, in the file's order."""
        return tuple(entry for entry in self.entries if entry.kind.kudos)

    def help_for(self, purpose: str) -> tuple[Contact, ...]:
        """Who is named for "emergency", "crisis", "wrongdoing" or "everyday"."""
        return tuple(each for each in self.help if each.purpose == purpose)

    def entry(self, id_: str) -> Entry | None:
        return self._by_id.get(id_)

    def marked(self, id_: str) -> Entry | None:
        """The entry as it is, or as it was when people could last be thanked for it: it has an emoji."""
        entry = self._by_id.get(id_)
        former = self.former(id_)
        return former.entry if former and not (entry and entry.emoji) else entry

    def former(self, id_: str) -> "Retired | None":
        """What became of an entry that people could be thanked for."""
        return next((each for each in self.retired if each.entry.id == id_), None)

    def former_called(self, name: str) -> "Retired | None":
        """The retired entry whose tag, title or short name is exactly `name`."""
        asked = _folded(name.strip(" #?.!"))
        return next(
            (
                each
                for each in self.retired
                if asked in map(_folded, (each.entry.tag, each.entry.title.text.rstrip(" .!"), each.entry.short))
            ),
            None,
        )

    def tagged(self, tag: str) -> Entry | None:
        """The entry whose tag is `tag` (without #), in whatever case it was typed."""
        return self._by_tag.get(tag.casefold())

    def for_emoji(self, emoji: str) -> Entry | None:
        """The entry whose emoji this is: Unicode or a standard short name, in any skin tone."""
        return self._by_emoji.get(bare_emoji(emoji))

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind.id == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """An entry that people could be thanked for, and can't any more."""

    entry: Entry
    framework: Framework  #: the newest version that held it so
    until: datetime  #: when that version went out of use


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why what a file holds now is not in use."""

    fact: str  #: the same in every process that finds the same
    problems: tuple[str, ...]  #: one sentence each, with line and path


def version(text: str) -> str:
    """What the framework with this text is called."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def remembering(framework: Framework, earlier: Iterable[tuple[Framework, datetime]]) -> Framework:
    """`framework`, with what could be tagged in earlier versions and can't be now.

    Args:
        earlier: newest first, each with the time when it went out of use.
    """
    offered = {entry.id for entry in framework.taggable}
    retired: dict[str, Retired] = {}
    for old, until in earlier:
        for entry in old.taggable:
            if entry.id not in offered:
                retired.setdefault(entry.id, Retired(entry=entry, framework=old, until=until))
    return replace(framework, retired=tuple(retired.values()))


def parse(text: str, path: str) -> Framework:
    """Read a framework from the text of its file; `path` only names the file in messages.

    Raises:
        FrameworkError: the file can't be used. It holds every problem, with line and path, ordered by line.
    """
    file = framework_file.load(text, path)
    sources = {
        id_: Source(id=id_, title=part.title, dated=part.dated, notes=tuple(part.notes))
        for id_, part in file.sources.items()
    }
    kinds = {id_: _kind(id_, part) for id_, part in file.kinds.items()}
    of_kind: dict[str, list[str]] = {}
    for part in file.entries:
        of_kind.setdefault(part.kind, []).append(part.id)
    return Framework(
        version=version(text),
        text=text,
        organisation=file.organisation.name,
        short=file.organisation.short,
        help=tuple(
            Contact(name=part.name, contact=part.contact, hours=part.hours, purpose=part.for_) for part in file.help
        ),
        sources=tuple(sources.values()),
        kinds=tuple(kinds.values()),
        entries=tuple(
            _entry(part, kinds[part.kind], sources[part.source], file.kinds[part.kind], of_kind)
            for part in file.entries
        ),
    )


def _kind(id_: str, part: KindPart) -> Kind:
    return Kind(
        id=id_,
        label=part.label,
        plural=part.plural,
        section=part.section,
        kudos=part.kudos,
        suggest=part.suggest or "",
        aliases=tuple(part.aliases),
    )


def _entry(part: EntryPart, kind: Kind, source: Source, groups: KindPart, of_kind: Mapping[str, list[str]]) -> Entry:
    listed = dict.fromkeys(id_ for name in part.lists for id_ in of_kind.get(name, [name]) if id_ != part.id)
    return Entry(
        id=part.id,
        kind=kind,
        title=_quotation(part.title),
        title_is_ours=part.title_is_ours,
        source=source,
        section=part.section or kind.section or part.title.text,
        number=part.number,
        tag=part.tag,
        short=part.short,
        emoji=part.emoji,
        emoji_name=part.emoji_name,
        emoji_aliases=tuple(part.emoji_aliases),
        groups=tuple(_group(name, group, groups) for name, group in part.groups.items()),
        lists=tuple(listed),
        printed_forms=tuple(part.printed_forms),
        missing=tuple(part.missing),
        notes=tuple(part.notes),
        aliases=tuple(part.aliases),
        readings=tuple(Reading(entry=each.entry, line=each.line) for each in part.our_readings),
    )


def _group(name: str, part: GroupPart, kind: KindPart) -> Group:
    of_kind = kind.groups[name]
    return Group(
        name=name,
        heading=_quotation(part.heading) if part.heading else None,
        label=of_kind.label,
        lines=tuple(_quotation(line) for line in part.lines),
        note=part.note or of_kind.note,
        dated=part.dated or of_kind.dated,
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _quotation(part: QuotationPart) -> Quotation:
    return Quotation(text=part.text, printed=part.printed or part.text, note=part.note or "")
