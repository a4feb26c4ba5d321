"""The papers for a data protection officer: an impact assessment and a record of processing, with the real settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.config import Settings
from bot.ledger import DELIVERIES_KEPT_DAYS
from bot.model import Sight
from bot.questions import KEPT_DAYS as QUESTIONS_KEPT_DAYS
from bot.retention import AUDIT_MONTHS_LEAST
from bot.rights import LINK_MINUTES

WORDS, LEAVERS, KEYS, QUESTIONS, AUDIT, STANDS, ACCOUNT = "words", "leavers", "keys", "questions", "audit", "-", "+"
JOINED, KNOWN, CHOSEN, REASONS = "joined", "known", "chosen", "reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A kind of data: what, in which tables, why, for how long, and what becomes of it when somebody is erased."""

    what: str
    tables: tuple[str, ...]
    why: str
    until: str  #: one of the constants above
    erased: str


KEPT: Final = (
    Kept(
        what="Kudos: who thanked whom, when, where, in which words, for what",
        tables=("recognition", "recipient", "tag", "thanked_group"),
        why="So that thanks arrive, and can be found again",
        until=WORDS,
        erased="Words and names go, but for a first name in what colleagues wrote of others; a count is left. Who was "
        "thanked keeps the thanks",
    ),
    Kept(
        what="Earlier words of a kudos, and what was done to it",
        tables=("history",),
        why="So that a change can be explained",
        until=WORDS,
        erased="Words go; ids are replaced",
    ),
    Kept(
        what="Who joined in, and emoji that counted for a kudos",
        tables=("endorsement", "press", "reaction"),
        why="Shown on the kudos",
        until=JOINED,
        erased="Goes",
    ),
    Kept(
        what="Name, verified e-mail address and its hash, account id, as the platform tells",
        tables=("person", "held_address", "teams_person"),
        why="To know whom colleagues mean, and which accounts are one colleague's",
        until=KNOWN,
        erased="Goes; the platform tells it anew while there is an account in use",
    ),
    Kept(
        what="Who is in a private channel that Kudos is in; of public ones, as far as the platform tells of it",
        tables=("membership",),
        why="So that what was said among few stays among them, and who chose so is shown only where they are",
        until=LEAVERS,
        erased="Goes",
    ),
    Kept(
        what="What places, groups and emoji are called, who made a channel, and where conversations with Kudos are",
        tables=("place", "user_group", "emoji", "teams_conversation", "gone_message"),
        why="To post where it belongs",
        until=STANDS,
        erased="Goes, as far as it says anything of somebody",
    ),
    Kept(
        what="What people have chosen for themselves or for a channel",
        tables=("setting", "hidden"),
        why="To do as they wish",
        until=CHOSEN,
        erased="Goes; what they set up for a channel stays, without their id",
    ),
    Kept(
        what="Messages of Kudos that stand somewhere: where, never their text",
        tables=("outbox", "digest", "digest_story"),
        why="To mend them when what they tell of changes",
        until=ACCOUNT,
        erased="Messages to them lose their content, and their rows go",
    ),
    Kept(
        what="Reports: of which kudos, by whom; removals and why",
        tables=("report", "removal"),
        why="To look after what is said",
        until=REASONS,
        erased="Ids are replaced, and reasons for kudos of theirs go",
    ),
    Kept(
        what="Roles, suppressions and legal holds",
        tables=("role_grant", "suppression", "hold"),
        why="To know who may do what, and whom to protect",
        until=ACCOUNT,
        erased="Goes; while a legal hold stands, nothing of theirs is erased",
    ),
    Kept(
        what="Who did what to whom, by ids; at the command line as the machine calls them. No words of a kudos",
        tables=("audit", "audit_link", "audit_head"),
        why="Accountability",
        until=AUDIT,
        erased="Stays: ids alone, which only the platform can resolve",
    ),
    Kept(
        what="Who asked for an export, and who agreed",
        tables=("export_step",),
        why="So that two administrators stand behind each",
        until=ACCOUNT,
        erased="Ids are replaced",
    ),
    Kept(
        what="How often the guard stopped which kind of thing, by day; nobody's name, no words",
        tables=("guarded",),
        why="To know whether the guard is needed, and whether it is right",
        until=STANDS,
        erased="Holds nobody's data",
    ),
    Kept(
        what="Who has asked to be erased",
        tables=("erasure",),
        why="So that no request is lost",
        until=ACCOUNT,
        erased="A hash is left, so that whoever has left is not learned of again",
    ),
    Kept(
        what="Keys of what platforms delivered",
        tables=("delivery",),
        why="So that nothing is done twice",
        until=KEYS,
        erased="Goes by itself",
    ),
    Kept(
        what="Questions that Kudos could not answer, without whom, where and at what time",
        tables=("question",),
        why="To learn how people ask",
        until=QUESTIONS,
        erased="Holds nobody",
    ),
    Kept(
        what="Nothing personal: workspaces, the framework, installations (tokens are sealed)",
        tables=(
            "workspace",
            "organisation",
            "switched_off",
            "slack_installation",
            "oauth_state",
            "framework_version",
        ),
        why="To run",
        until=STANDS,
        erased="Who installed Kudos is taken out",
    ),
)


def impact(settings: Settings, organisation: str) -> str:
    """The data protection impact assessment, as Markdown: what the program does, and what the force has to fill in."""
    return f"""# Data protection impact assessment: Kudos at {organisation}

Written by `kudos dpia` from the settings in use. What stands in [square brackets] is for the force to fill in.

## What it is
Colleagues thank each other in {_platforms(settings)}. Kudos posts the thanks where they were said, tells who is
thanked, and posts a digest of each week where somebody has set one up. The record of processing, `processing.md`,
lists what is kept.

* Controller: [name, address]. Data protection officer: [name, contact].
* Processors: the platform ({_platforms(settings)}); whoever runs the server: [name, country].
* Data subjects: the people who have an account there. No member of the public.
* Lawful basis: [such as legitimate interests, UK GDPR Article 6(1)(f)]. Special categories: none are asked for; what
  people write may hold some.

## Is it needed, and is it in proportion
* Only what is said to Kudos is kept: a kudos, an emoji that counts for one, a setting, a report; of questions those
  that it could not answer, without whom. Nothing else that is said in a channel is stored.
* There are no points and no rankings, and nobody is assessed: nothing of it is made for decisions about anybody.
* {_who_sees()}

## Who may see what, and who may do what
{_table(("Who", "What"), _seeing(settings))}

## How long
{_table(("What", "How long"), _periods(settings))}

## People's rights
{_table(("Right", "How"), _rights(settings))}

## Risks
{_table(("Risk", "What is done about it"), _risks(settings))}

## Left for the force
* [Whom staff associations were asked, when, and what they said.]
* [Residual risk, who accepts it, and when this is looked at again.]
"""


def processing(settings: Settings, organisation: str) -> str:
    """The record of processing activities, UK GDPR Article 30, as Markdown."""
    rows = [(each.what, _named(each.tables), each.why, _until(each.until, settings), each.erased) for each in KEPT]
    return f"""# Record of processing: Kudos at {organisation}

Written by `kudos dpia` from the settings in use. What stands in [square brackets] is for the force to fill in.

* Controller: [name, address]. Data protection officer: [name, contact].
* Purpose: colleagues thank each other, by the values of {organisation}.
* Data subjects: the people with an account in {_platforms(settings)}.
* Recipients: colleagues, as below. Requests go out to the platforms' own hosts and nowhere else.
* Where: {_database(settings)}; [the server's country]. Transfers: those of the platform: [reference].
* {_who_sees()}
* Security: see `SECURITY.md`. Tokens are sealed, requests are verified, backups are readable by their owner alone.

{_table(("What", "Tables", "Why", "How long", "When somebody is erased"), rows)}
"""


def _named(tables: Iterable[str]) -> str:
    return ", ".join(f"`{table}`" for table in tables)


def _platforms(settings: Settings) -> str:
    on = [name for name, there in (("Slack", settings.slack_is_on), ("Microsoft Teams", settings.teams_is_on)) if there]
    return " and ".join(on) or "Slack or Microsoft Teams [none is switched on yet]"


def _database(settings: Settings) -> str:
    return "a file on the server" if settings.database_url.startswith("sqlite") else "a PostgreSQL database"


def _who_sees() -> str:
    return (
        "What was said in a public channel, everybody in the workspace may read, unless a recipient has chosen "
        "otherwise; in a private one, its members, who gave it and who is thanked. Each person's own page is theirs "
        "alone. Moderators read what was reported, auditors the log of what was done."
    )


def _seeing(settings: Settings) -> list[tuple[str, str]]:
    return [
        (
            "Recipients",
            f"choose who may see what they are thanked for: {_CHOICES}; until then: "
            f"{settings.kudos_default_visibility.label}. It counts for the past, and on every "
            "surface. They hide a single kudos, and show it again",
        ),
        ("Givers", "change their words and withdraw, at any time; they are not told what a recipient has chosen"),
        ("Everybody", "reports a kudos that they can read; neither its people nor the moderators learn who did"),
        (
            "Moderators",
            "read what was reported, remove it with a reason that giver and recipients read, or leave it; another one "
            "restores it; nobody decides about what they gave or are thanked in; where no moderator may, "
            "administrators do",
        ),
        (
            "Programme owners",
            "see who thanks each other in turn, of what everybody could see; no figures, and nothing follows from it",
        ),
        (
            "Administrators",
            "grant roles, pause public posts, and suppress somebody until a day, at most two years ahead: nothing of "
            "them is shown to others, their kudos still reach them, and from outside it looks like a choice of theirs",
        ),
        (
            "An administrator, and another one or whoever runs the server",
            "together make an export: who was thanked by whom, as everybody can see it, without the words",
        ),
        ("Auditors", "read the audit log: who did what, but not who reported a kudos; that they read it is noted, too"),
        ("Whoever runs the server", "reaches the database; [how that is controlled]"),
    ]


_CHOICES: Final = ", ".join(each.label for each in Sight)


def _periods(settings: Settings) -> list[tuple[str, str]]:
    return [
        ("Words of kudos", _until(WORDS, settings)),
        (
            "Who thanked whom, when and for what; who joined in",
            "as long as Kudos is used; of those who have left by id",
        ),
        ("Names and addresses", f"{_until(LEAVERS, settings)}; in words, as long as these{_untold(settings)}"),
        ("Keys of deliveries", _until(KEYS, settings)),
        ("Questions that found no answer", _until(QUESTIONS, settings)),
        ("The audit log", _until(AUDIT, settings)),
    ]


def _until(what: str, settings: Settings) -> str:
    retention = settings.retention
    left = f"until {retention.leaver_days} days after Kudos learns that the account is switched off"
    return {
        WORDS: f"words {retention.text_months} months, then who, whom and what for alone",
        LEAVERS: left,
        KNOWN: f"{left}; the account's id as long as Kudos is used",
        JOINED: "as long as the kudos; of those who have left by the account's id",
        CHOSEN: f"{left}; who may see their kudos, and what is set up for a channel, as long as Kudos is used",
        REASONS: f"as long as it is needed for what it tells of; reasons {retention.text_months} months",
        KEYS: f"{DELIVERIES_KEPT_DAYS} days",
        QUESTIONS: f"{QUESTIONS_KEPT_DAYS} days after it was last asked",
        AUDIT: f"{AUDIT_MONTHS_LEAST} months at least; Kudos never deletes from it",
        ACCOUNT: "as long as it is needed for what it tells of",
        STANDS: "as long as Kudos is used",
    }[what]


def _untold(settings: Settings) -> str:
    """What Kudos never learns; "" where it does."""
    if settings.slack_is_on and not settings.teams_is_on:
        return ""
    return ". Teams tells no app of that: erase who leaves with `kudos person erase`"


def _rights(settings: Settings) -> list[tuple[str, str]]:
    link = bool(settings.kudos_public_url and settings.secret_keys)
    copy = (
        f"by a link to one page, for one person, once, within {LINK_MINUTES} minutes"
        if link
        else "in their own conversation with Kudos"
    )
    return [
        ("To be informed", "`/kudos privacy` says it in plain English, with these periods"),
        ("Access, portability", f"`/kudos my data`, {copy}; `kudos person export` for the operator"),
        ("Rectification", "one's own words at any time; `/kudos correct`; `kudos person correct` for the operator"),
        ("Erasure", f"`/kudos erase me`, also from messages that stand; {_list_of_erased(settings)}"),
        ("Restriction", "`kudos person hold` lets nothing of one person be erased or forgotten, for legal reasons"),
        ("To object", "`/kudos visibility`, *Hide* and *Report* on each kudos; for all else: [name, contact]"),
    ]


def _list_of_erased(settings: Settings) -> str:
    if settings.erasures_file:
        return "who was erased is listed away from the database, and a restored backup is erased again"
    return "**ERASURES_FILE is not set: requests wait, and administrators are told**"


def _risks(settings: Settings) -> list[tuple[str, str]]:
    return [
        (
            "Somebody writes what does not belong in a chat",
            "A guard stops references, addresses, names in a case, markings and more before they are posted, and keeps "
            "nothing of them; givers take back their words, moderators remove; [the force's policy]",
        ),
        (
            "A colleague is named who must not be, or does not want to be",
            "Their own choice who may see it; a suppression by an administrator; both cover cards, digests, pages, "
            "counts and exports, and look the same from outside",
        ),
        ("A kudos hurts or mocks somebody", "Reporting, removal with a reason, another moderator's second look"),
        ("Thanks are posted at the wrong moment", "Quiet: public posts pause for a channel, for people, or everywhere"),
        ("What was said among few is shown to many", "Every surface asks one rule, at the moment it shows something"),
        ("Somebody is profiled or ranked", "There are no points, no rankings, and no list of people by number"),
        ("An erased person comes back with a backup", _list_of_erased(settings)),
        (
            "Data are kept for ever",
            "Words, names and addresses go by themselves; only a legal hold keeps them, and it is in the audit log. "
            "Who thanked whom and for what stays; [how long that is wanted]",
        ),
        (
            "An insider reads along",
            "Roles, an audit log of what they do with them and of who read it, exports that an administrator has to "
            "approve whom somebody else asked",
        ),
        ("A stolen backup or database", "[encryption of disks and backups]; tokens in it are sealed"),
    ]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
