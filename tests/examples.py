"""One example of every card and form; what becomes of them on a platform is in its own `examples.py`.

They are about the invented organisation of `tests/frameworks/lantern.yaml`, so that HR may edit `framework.yaml`.
"""

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import (
    answers,
    brakes,
    care_cards,
    digest_cards,
    digest_forms,
    exports,
    forms,
    giver_cards,
    guard_cards,
    home,
    kudos_cards,
    lately,
    moderation_cards,
    notices,
    offices,
    planning,
    rights_cards,
    schedule,
    sight_cards,
)
from bot import framework as frameworks
from bot.cards import Card, Form, Strong
from bot.care import Notice
from bot.chain import Entry
from bot.framework import Contact, Trouble
from bot.guard import Stopped
from bot.guard_file import shipped
from bot.model import (
    Message,
    Origin,
    Person,
    Place,
    PlaceKind,
    Recognition,
    Role,
    Roster,
    Sight,
    Tag,
    ThankedGroup,
    Visibility,
)
from bot.requests import SubmitDigest
from bot.retention import Retention
from bot.schedule import Scope
from bot.understanding import Index
from bot.words import Draft
from tests import digests
from tests.frameworks import without

#: Every module of views: each of their functions has an example, by its name, and there is no other.
VIEWS: Final = (
    *(answers, brakes, care_cards, digest_cards, digest_forms, exports, forms, giver_cards, guard_cards, home),
    *(kudos_cards, lately),
    *(moderation_cards, notices, offices, rights_cards, sight_cards),
)
LANTERN: Final = frameworks.parse(
    (Path(__file__).parent / "frameworks/lantern.yaml").read_text("utf-8"), "lantern.yaml"
)
W: Final = "slack:T0001"
WHEN: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def person(id_: str, name: str) -> Person:
    return Person(workspace=W, id=id_, name=name)


ANN, BOB, CEM, DEE, EVE = (
    person(f"U000{number}", name)
    for number, name in enumerate(("Ann <&> *Lee*", "Bob @here", "Cem", "Dee", "Eve"), start=1)
)
HARBOUR = Place(workspace=W, id="C0001", name="harbour", visibility=Visibility.PUBLIC, joined=True)
COVE = Place(workspace=W, id="G0002", name="", visibility=Visibility.PRIVATE)
TALK = Place(workspace=W, id="D0003", kind=PlaceKind.CONVERSATION, visibility=Visibility.DIRECT)
CARD_AT = Message(place=HARBOUR.id, id="1772443800.000100")
THEIRS = Message(place=HARBOUR.id, id="1772443700.000200")
REASON = "for <!channel> & *staying* on\nafter `nights`"

KUDOS = Recognition(
    id="0123456789abcdef0123456789abcdef",
    workspace=W,
    giver=ANN,
    recipients=(BOB, CEM),
    tags=tuple(Tag(entry=entry.id, title=entry.title.text) for entry in LANTERN.taggable[:2]),
    base_tags=(),
    reason=REASON,
    place=HARBOUR,
    visibility=Visibility.PUBLIC,
    origin=Origin.COMMAND,
    framework_version=LANTERN.version,
    given_at=WHEN,
)
REACTION = replace(KUDOS, recipients=(BOB,), tags=KUDOS.tags[:1], reason="", origin=Origin.REACTION, message=THEIRS)
SECONDED = replace(KUDOS, seconders=(CEM, DEE, EVE, BOB, ANN))
CREW = ThankedGroup(id="S0001", name="crew <!here>", number=12, people=(DEE.id, EVE.id))
SOLO = ThankedGroup(id="S0002", name="solo", number=1, people=())
GROUPS = replace(KUDOS, recipients=(BOB, CEM, DEE, EVE), groups=(CREW, SOLO))
GONE = replace(KUDOS, tags=(Tag(entry="no.longer", title="An entry that is gone"),))
INDEX = Index(LANTERN)
RENEWED = frameworks.remembering(without(LANTERN, 0), [(LANTERN, WHEN)])
TROUBLE = Trouble(fact="f", problems=tuple(f"line {n}: entries[{n}].tag: mend <@U1> *this*" for n in range(12)))


NAMED = replace(
    LANTERN,
    help=(
        Contact(name="Lamp <line>", contact="0111 222 333", hours="day and night, every day", purpose="crisis"),
        Contact(
            name="The *standards* desk", contact="desk@example.org", hours="weekdays, 8 to 4", purpose="wrongdoing"
        ),
        Contact(name="The harbour office", contact="room 4", hours="weekdays", purpose="everyday"),
    ),
)
KNOWN = answers.Answer(question="light", outcome="answer", entries=LANTERN.taggable[1:2], confidence=1)
UNKNOWN = answers.Answer(question="light", outcome="unknown")


def _said(question: str) -> Card:
    return answers.shown(answers.answer(INDEX, question), LANTERN)


def stopped_in(text: str) -> Stopped:
    stopped = shipped().look(text)
    assert stopped, text
    return stopped


SECRET: Final = "a SECRET paper"
RISKY: Final = "for <!channel> & *staying* at 14 Acacia Avenue, M14 5GH, after she rang 07700 900123"

#: Named after the view, with what is special about it after a dash.
_PLAN: Final = schedule.Plan(
    day=4,
    at="16:30",
    zone="Europe/London",
    scope=schedule.Scope.PEOPLE,
    people=(BOB.id, CEM.id, DEE.id),
    chart=False,
    mention=True,
    owner=ANN.id,
)
_COMING: Final = planning.Next(
    due=datetime(2026, 3, 13, 16, 30, tzinfo=ZoneInfo("Europe/London")),
    week=schedule.Week.named("2026-W10"),
    left_out=schedule.Week.named("2026-W09"),
)

_GRANTED: Final = offices.Change(granted=True, role=Role.MODERATOR, person=BOB.id)
_NOTED: Final = Entry(
    id="1",
    workspace=W,
    actor=BOB.id,
    act="role granted",
    subject="<!here>",
    detail="moderator",
    origin="slack",
    at="2026-03-02T09:30:00.000000Z",
)
_EXPORT: Final = exports.Export(id="0123", workspace=W, asked_by=ANN.id, asked_at=WHEN)
_PATTERNS: Final = brakes.Patterns(pairs=((ANN.id, BOB.id),), rings=((ANN.id, BOB.id, CEM.id),))
_LONDON: Final[ZoneInfo] = ZoneInfo("Europe/London")
_WAITING: Final = (
    moderation_cards.Reported(recognition=KUDOS, reports=1, first_at=WHEN),
    moderation_cards.Reported(recognition=replace(REACTION, place=COVE), reports=10, first_at=WHEN),
)
_REMOVED: Final = (
    moderation_cards.Removed(recognition=KUDOS, reason=REASON, at=WHEN, restorable=True),
    moderation_cards.Removed(recognition=GROUPS, reason="It <names> *somebody*.", at=WHEN, restorable=False),
)

CARDS: Final[dict[str, Callable[[], Card]]] = {
    "asked": lambda: sight_cards.asked(Sight.CHANNELS),
    "sight": lambda: sight_cards.sight(Sight.EVERYONE, chosen=False),
    "sight-chosen": lambda: sight_cards.sight(Sight.CHANNELS, chosen=True),
    "chosen": lambda: sight_cards.chosen(Sight.ME),
    "setting": lambda: sight_cards.setting(Sight.ME),
    "suppressed": lambda: sight_cards.suppressed(ANN, date(2026, 12, 31), changed=True),
    "suppressed-over": lambda: sight_cards.suppressed(ANN, None, changed=True),
    "suppressed-never": lambda: sight_cards.suppressed(ANN, None, changed=False),
    "quiet": lambda: sight_cards.quiet(everywhere=True, places=[HARBOUR], people=[ANN, BOB], hidden=2),
    "quiet-one": lambda: sight_cards.quiet(everywhere=False, places=[], people=[], hidden=1),
    "quiet-nowhere": lambda: sight_cards.quiet(everywhere=False, places=[], people=[]),
    "quiet_switched": lambda: sight_cards.quiet_switched([("about ", Strong(ANN.name)), ("everywhere",)], on=True),
    "quiet_switched-off": lambda: sight_cards.quiet_switched([("everywhere",)], on=False),
    "offered": lambda: digest_forms.offered(HARBOUR),
    "kept": lambda: digest_forms.kept(HARBOUR, _PLAN, _COMING),
    "switched-off": lambda: digest_forms.switched(HARBOUR, replace(_PLAN, on=False), _COMING),
    "switched-paused": lambda: digest_forms.switched(HARBOUR, replace(_PLAN, paused="is_archived"), _COMING),
    "skipped": lambda: digest_forms.skipped(HARBOUR, _PLAN, _COMING.week.before, _COMING.due),
    "posted": lambda: digest_forms.posted(HARBOUR, _COMING.week, None, new=True),
    "posted-already": lambda: digest_forms.posted(HARBOUR, _COMING.week, CARD_AT, new=False),
    "none_yet": lambda: digest_forms.none_yet(HARBOUR),
    "looking": lambda: digest_forms.looking(HARBOUR),
    "not_known": lambda: digest_forms.not_known(HARBOUR),
    "unknown_word": lambda: digest_forms.unknown_word("<!here> & *now*"),
    "given": lambda: kudos_cards.given(KUDOS, LANTERN),
    "given-seconded": lambda: kudos_cards.given(SECONDED, LANTERN),
    "own": lambda: kudos_cards.own(replace(SECONDED, message=THEIRS), LANTERN),
    "own-withdrawn": lambda: kudos_cards.own(replace(KUDOS, withdrawn=True), LANTERN),
    "given-from-a-reaction": lambda: kudos_cards.given(replace(REACTION, reason=REASON), LANTERN),
    "given-with-an-entry-that-is-gone": lambda: kudos_cards.given(GONE, LANTERN),
    "given-to-groups": lambda: kudos_cards.given(GROUPS, LANTERN),
    "given-with-an-entry-that-is-retired": lambda: kudos_cards.given(KUDOS, RENEWED),
    "given-withdrawn": lambda: kudos_cards.given(replace(KUDOS, withdrawn=True), LANTERN),
    "thanks": lambda: kudos_cards.thanks(KUDOS, LANTERN, card=CARD_AT, names_place=True),
    "thanks-hidden": lambda: kudos_cards.thanks(KUDOS, LANTERN, card=CARD_AT, names_place=True, hides=True),
    "thanks-in-groups": lambda: kudos_cards.thanks(GROUPS, LANTERN, card=CARD_AT, names_place=True),
    "thanks-before-the-card": lambda: kudos_cards.thanks(KUDOS, LANTERN, card=None, names_place=True),
    "thanks-without-place": lambda: kudos_cards.thanks(KUDOS, LANTERN, card=CARD_AT, names_place=False),
    "thanks-withdrawn": lambda: kudos_cards.thanks(
        replace(KUDOS, withdrawn=True), LANTERN, card=CARD_AT, names_place=True
    ),
    "reactions": lambda: kudos_cards.reactions(
        [REACTION, replace(REACTION, giver=DEE, reason=REASON)], LANTERN, THEIRS
    ),
    "reactions-hidden": lambda: kudos_cards.reactions([REACTION], LANTERN, THEIRS, hidden=[REACTION.id]),
    "reactions-taken-back": lambda: kudos_cards.reactions([replace(REACTION, withdrawn=True)], LANTERN, THEIRS),
    "confirmed": lambda: giver_cards.confirmed(KUDOS, LANTERN, dropped_self=True),
    "confirmed-to-groups": lambda: giver_cards.confirmed(GROUPS, LANTERN),
    "confirmed-waiting": lambda: giver_cards.confirmed(replace(KUDOS, place=COVE), LANTERN),
    "confirmed-in-a-conversation": lambda: giver_cards.confirmed(replace(KUDOS, place=TALK), LANTERN),
    "to_complete": lambda: giver_cards.to_complete(["Mend <this>.", "And that."], '["C0001",["words"]]'),
    "to_complete-nothing": lambda: giver_cards.to_complete([], '["",[]]'),
    "to_complete-too-long": lambda: giver_cards.to_complete(["Mend this."], '["C0001",[]]', whole=False),
    "confirmed-often": lambda: giver_cards.confirmed(
        KUDOS, LANTERN, word=brakes.word(brakes.Pace(to={BOB.id: 3}), {BOB.id: BOB.name}, WHEN)
    ),
    "taken_back": lambda: giver_cards.taken_back(KUDOS),
    "taken_back-from-groups": lambda: giver_cards.taken_back(GROUPS),
    "reaction_noticed": lambda: giver_cards.reaction_noticed(REACTION, LANTERN),
    "reaction_taken_back": lambda: giver_cards.reaction_taken_back(REACTION),
    "saved": giver_cards.saved,
    "warned": lambda: guard_cards.warned(stopped_in(RISKY), change="c", carried="k/i/c", still_said=False),
    "warned-of-a-message": lambda: guard_cards.warned(stopped_in(RISKY), change="c", carried="k/i/c", still_said=True),
    "warned-above-official": lambda: guard_cards.warned(
        stopped_in("a SECRET <paper> that all could read"), change="c", carried="k/i/c", still_said=False
    ),
    "mine": lambda: kudos_cards.mine(
        *((KUDOS, REACTION), (KUDOS,) * 10, LANTERN),
        totals=(2, 11),
        links={KUDOS.id: CARD_AT},
        zone=ZoneInfo("Europe/London"),
    ),
    "mine-nothing": lambda: kudos_cards.mine((), (), LANTERN, totals=(0, 0), links={}, zone=ZoneInfo("Europe/London")),
    "home-in-a-message": lambda: home.home(_FULL, LANTERN, _LONDON, whole=False),
    "helped": lambda: notices.helped(LANTERN),
    "helped-on-cards-only": lambda: notices.helped(LANTERN, hears=False),
    "hello": lambda: notices.hello(LANTERN),
    "digest_paused": lambda: notices.digest_paused(HARBOUR, "is_archived", schedule.Week.named("2026-W10")),
    "digest_paused-in-a-place-unknown": lambda: notices.digest_paused(None, "no_idea", schedule.Week.named("2026-W10")),
    "stuck": lambda: giver_cards.stuck(KUDOS, person=None, reason="is_archived"),
    "stuck-to-a-person": lambda: giver_cards.stuck(KUDOS, person=BOB, reason="no_idea"),
    "invite": lambda: giver_cards.invite(replace(KUDOS, place=COVE)),
    "reactions_switched-on": lambda: notices.reactions_switched(HARBOUR, on=True),
    "reactions_switched-off": lambda: notices.reactions_switched(HARBOUR, on=False),
    "said": lambda: notices.said("A sentence with <!here> & more."),
    "too_long": lambda: giver_cards.too_long("w " * 2000, people=[BOB.name], tags=["lamp"]),
    "entry_card": lambda: answers.entry_card(LANTERN.taggable[0], LANTERN),
    "group_card": lambda: answers.group_card(LANTERN.taggable[0], LANTERN.taggable[0].groups[1], LANTERN),
    "none_of_these": lambda: answers.none_of_these(LANTERN),
    "lately": lambda: lately.lately(
        LANTERN.taggable[0],
        (SECONDED, GROUPS, replace(REACTION, id="reaction")),
        links={KUDOS.id: CARD_AT, "reaction": THEIRS},
        zone=ZoneInfo("Europe/London"),
    ),
    "lately-nobody": lambda: lately.lately(LANTERN.taggable[1], (), links={}, zone=ZoneInfo("Europe/London")),
    "entries_card": lambda: answers.entries_card(LANTERN.entries, LANTERN),
    "all_values": lambda: answers.all_values(LANTERN),
    "shown-answer": lambda: _said(LANTERN.taggable[1].tag),
    "shown-menu": lambda: answers.shown(
        answers.Answer(question="light", outcome="menu", entries=LANTERN.taggable[:3], confidence=0.5),
        LANTERN,
        question="0123456789abcdef0123456789abcdef",
    ),
    "shown-menu-of-one": lambda: answers.shown(
        answers.Answer(question="light", outcome="menu", entries=LANTERN.taggable[:1], confidence=0.5), LANTERN
    ),
    "shown-unknown": lambda: _said("quarterly parking permits"),
    "meanings-retired": lambda: answers.meanings(
        (LANTERN.taggable[0].id, LANTERN.taggable[1].id, "no.longer"), RENEWED, ZoneInfo("Europe/London")
    ),
    "meanings-unknown": lambda: answers.meanings(("no.longer",), LANTERN, ZoneInfo("Europe/London")),
    "calm": lambda: care_cards.calm(UNKNOWN, LANTERN),
    "calm-with-named-help-and-an-answer": lambda: care_cards.calm(KNOWN, NAMED),
    "heeding-emergency": lambda: care_cards.heeding(Notice.EMERGENCY, UNKNOWN, LANTERN),
    "heeding-trouble": lambda: care_cards.heeding(None, UNKNOWN, LANTERN, troubled=True),
    "heeding-situation": lambda: care_cards.heeding(Notice.SITUATION, KNOWN, LANTERN),
    "heeding-wrongdoing": lambda: care_cards.heeding(Notice.WRONGDOING, UNKNOWN, NAMED),
    "reports": lambda: moderation_cards.reports(_WAITING, _REMOVED, LANTERN, _LONDON, said="It stays as it is."),
    "reports-many": lambda: moderation_cards.reports(_WAITING * 3, (), LANTERN, _LONDON),
    "reports-nothing": lambda: moderation_cards.reports((), (), LANTERN, _LONDON),
    "report_waits": moderation_cards.report_waits,
    "dealt_with": moderation_cards.dealt_with,
    "reported": lambda: moderation_cards.reported(KUDOS, DEE.id),
    "reported-by-a-recipient": lambda: moderation_cards.reported(KUDOS, BOB.id),
    "removed_for": lambda: moderation_cards.removed_for(WHEN, _LONDON),
    "left_for": lambda: moderation_cards.left_for(WHEN, _LONDON),
    "back_for": lambda: moderation_cards.back_for(WHEN, _LONDON),
    "gone_for": lambda: moderation_cards.gone_for(WHEN, _LONDON),
    "removal": lambda: moderation_cards.removal(KUDOS, ANN.id, REASON, _LONDON),
    "removal-to-a-recipient": lambda: moderation_cards.removal(KUDOS, BOB.id, REASON, _LONDON),
    "removal-that-is-over": lambda: moderation_cards.removal(KUDOS, BOB.id, REASON, _LONDON, back=True),
    "restored": lambda: moderation_cards.restored(KUDOS, ANN.id, _LONDON),
    "settled": lambda: moderation_cards.settled("Somebody has removed it already."),
    "removed_now": lambda: moderation_cards.removed_now(KUDOS),
    "hidden": lambda: moderation_cards.hidden(KUDOS),
    "shown_again": lambda: moderation_cards.shown_again(KUDOS),
    "framework_kept": lambda: notices.framework_kept(TROUBLE, LANTERN),
    "framework_kept-unreadable": lambda: notices.framework_kept(replace(TROUBLE, problems=("Gone.",)), LANTERN),
    "framework_lacks": lambda: notices.framework_lacks(LANTERN.entries[:2]),
    "framework_lacks-many": lambda: notices.framework_lacks(LANTERN.entries * 2),
    "framework_mended": lambda: notices.framework_mended(LANTERN),
    "words_kept": lambda: notices.words_kept(TROUBLE),
    "words_mended": notices.words_mended,
    "changed-granted": lambda: offices.changed(BOB.name, _GRANTED, still=False),
    "changed-taken": lambda: offices.changed(BOB.name, replace(_GRANTED, granted=False), still=False),
    "changed-still": lambda: offices.changed(BOB.name, replace(_GRANTED, granted=False), still=True),
    "listed": lambda: offices.listed(
        frozenset({Role.ADMINISTRATOR, Role.OWNER}), [((ANN,), frozenset({Role.ADMINISTRATOR}))], [ANN.name]
    ),
    "listed-to-an-auditor": lambda: offices.listed(frozenset({Role.AUDITOR}), [], []),
    "listed-to-others": lambda: offices.listed(frozenset(), None, [ANN.name, BOB.name]),
    "listed-where-nobody-has-one": lambda: offices.listed(frozenset(), None, []),
    "log": lambda: offices.log([_NOTED, replace(_NOTED, actor="", subject="", detail="")], {BOB.id: BOB.name}),
    "log-empty": lambda: offices.log([], {}),
    "question": lambda: exports.question(_EXPORT, ANN.name, ZoneInfo("Europe/London")),
    "settled-approved": lambda: exports.settled(replace(_EXPORT, approved=True), BOB.name),
    "settled-refused": lambda: exports.settled(replace(_EXPORT, approved=False), BOB.name),
    "settled-late": lambda: exports.settled(_EXPORT, ""),
    "waiting-for-one": lambda: exports.waiting([BOB.name]),
    "waiting": lambda: exports.waiting([BOB.name, CEM.name]),
    "in_turn": lambda: brakes.in_turn(_PATTERNS, {each.id: each.name for each in (ANN, BOB, CEM)}),
    "in_turn-many": lambda: brakes.in_turn(
        brakes.Patterns(pairs=((ANN.id, BOB.id),) * 21, rings=()), {ANN.id: ANN.name, BOB.id: BOB.name}
    ),
    "in_turn-none": lambda: brakes.in_turn(brakes.Patterns(pairs=(), rings=()), {}),
    "privacy": lambda: rights_cards.privacy(Retention(), LANTERN.organisation, Sight.EVERYONE),
    "privacy-short": lambda: rights_cards.privacy(
        Retention(text_months=1, leaver_days=1), LANTERN.organisation, Sight.ME
    ),
    "data_ready": lambda: rights_cards.data_ready("https://kudos.example/data/gAAA_-=", 10),
    "data_sent": lambda: rights_cards.data_sent(3),
    "data_part": lambda: rights_cards.data_part(f"Kudos you gave (1):\n{REASON}", 2, 3),
    "correct": lambda: rights_cards.correct([ANN.name, BOB.name]),
    "correct-nobody": lambda: rights_cards.correct([]),
    "erase_first": rights_cards.erase_first,
    "erasing": rights_cards.erasing,
    "kept_for_now": rights_cards.kept_for_now,
    "passed_on": rights_cards.passed_on,
    "wish": lambda: rights_cards.wish(ANN.name),
    "wish_done": rights_cards.wish_done,
    "erased": rights_cards.erased,
}

_PAGE: Final = home.Page(
    received=home.Half(total=12, shown=(SECONDED, REACTION)),
    given=home.Half(total=7, shown=(replace(KUDOS, recipients=(BOB, CEM, DEE, EVE, ANN)), REACTION)),
    at=home.Window(received=5, given=5),
    links={KUDOS.id: CARD_AT},
    hidden=frozenset({REACTION.id}),
    off=frozenset({"direct"}),
    deliveries=home.Deliveries(
        late=1200,
        oldest=WHEN,
        uninvited={HARBOUR.id: 2, "": 1},
        parked={"is_archived": 3, "no_<idea>": 1},
        unknown=1,
    ),
    places={HARBOUR.id: HARBOUR},
    now=WHEN,
    digests=(
        home.LookedAfter(place=HARBOUR, plan=schedule.Plan(zone="Europe/London"), due=WHEN.replace(hour=9, minute=0)),
        home.LookedAfter(
            place=replace(HARBOUR, id="C0009", name="quay"),
            plan=schedule.Plan(zone="Europe/London", paused="is_archived"),
            due=WHEN,
        ),
    ),
)
_FULL: Final[home.Page] = replace(
    _PAGE,
    received=home.Half(total=60, shown=(SECONDED,) * home.PAGE_IN_A_MESSAGE),
    given=home.Half(total=60, shown=(KUDOS,) * home.PAGE_IN_A_MESSAGE),
)
_NONE: Final = home.Half(total=0, shown=())
_BLANK: Final = replace(_PAGE, received=_NONE, given=_NONE, at=home.FIRST, off=frozenset(), deliveries=None, digests=())

#: Somebody's own page.
HOMES: Final[dict[str, Callable[[], Card]]] = {
    "home": lambda: home.home(_PAGE, LANTERN, _LONDON),
    "home-nothing": lambda: home.home(_BLANK, LANTERN, _LONDON),
    "home-all-delivered": lambda: home.home(
        replace(_BLANK, deliveries=home.Deliveries(uninvited={}, parked={})), LANTERN, _LONDON
    ),
}

_GONE: Final = replace(DEE, active=False)


@functools.cache
def _week(number: int, **more: Any) -> Card:
    return digest_cards.weekly(digests.told(digests.some(number, LANTERN), LANTERN, **more), LANTERN)


def _of_reactions() -> Card:
    week = [digests.kudos(number, LANTERN, reason="", message=THEIRS) for number in range(4)]
    return digest_cards.weekly(digests.told(week, LANTERN), LANTERN)


#: Of a week; platforms may draw charts in them.
DIGESTS: Final[dict[str, Callable[[], Card]]] = {
    "weekly-of-0": lambda: _week(0),
    "weekly-of-1": lambda: _week(1, newcomers=()),
    "weekly-of-7": lambda: _week(7),
    "weekly-of-5000": lambda: _week(5000),
    "weekly-of-one-value": lambda: digest_cards.weekly(digests.one_value(LANTERN), LANTERN),
    "weekly-of-equals": lambda: digest_cards.weekly(digests.equals(LANTERN), LANTERN),
    "weekly-of-reactions": _of_reactions,
    "weekly-of-long-names": lambda: digest_cards.weekly(digests.long_names(LANTERN), LANTERN),
    "weekly-to-many": lambda: digest_cards.weekly(digests.to_many(LANTERN), LANTERN),
    "weekly-shortened": lambda: digest_cards.weekly(digests.full(LANTERN), LANTERN),
    "weekly-hostile": lambda: digest_cards.weekly(digests.hostile(LANTERN), LANTERN),
    "weekly-mentioning": lambda: _week(7, mention=True),
    "weekly-without-chart": lambda: _week(7, chart=False, scope=Scope.PLACE, before=None),
    "prompt": lambda: digest_cards.prompt(digests.WEEK, LANTERN),
    "prompt-without-behaviours": lambda: digest_cards.prompt(
        digests.WEEK, replace(LANTERN, entries=tuple(replace(entry, groups=()) for entry in LANTERN.entries))
    ),
}

FORMS: Final[dict[str, Callable[[], Form]]] = {
    "give": lambda: forms.give(Draft(), LANTERN, place=HARBOUR.id, open_place=False),
    "give-about-a-message": lambda: forms.give(
        Draft(recipients=(BOB.id,)), LANTERN, place=HARBOUR.id, open_place=False, message=THEIRS
    ),
    "give-asking-where": lambda: forms.give(Draft(), LANTERN, place=HARBOUR.id, open_place=True),
    "give-asking-where-without-default": lambda: forms.give(Draft(), LANTERN, place=None, open_place=True),
    "give-to-mend": lambda: forms.give(
        Draft(recipients=(BOB.id, CEM.id), entries=(LANTERN.taggable[2].id,), reason="short"),
        LANTERN,
        faults=[(name, f"Mend the {name}.") for name in ("recipients", "entries", "reason", "place")],
        place=HARBOUR.id,
        open_place=True,
        left_out=[DEE.name],
        dropped_self=True,
    ),
    "give-with-groups": lambda: forms.give(
        Draft(recipients=(BOB.id, CEM.id)),
        LANTERN,
        groups=[Roster(id=CREW.id, name=CREW.name, people=(BOB.id, CEM.id, ANN.id))],
        place=HARBOUR.id,
        open_place=False,
    ),
    "give-stopped": lambda: forms.give(
        Draft(recipients=(BOB.id,), entries=(LANTERN.taggable[0].id,), reason=RISKY),
        LANTERN,
        place=HARBOUR.id,
        open_place=False,
        stopped=stopped_in(RISKY),
    ),
    "edit": lambda: forms.edit(KUDOS),
    "edit-stopped": lambda: forms.edit(replace(KUDOS, reason=RISKY), stopped_in(RISKY), "without"),
    "to_mend": lambda: forms.to_mend(forms.edit(replace(KUDOS, reason="short")), [("reason", "Mend <this>.")]),
    "as_sent": lambda: digest_forms.as_sent(
        digest_forms.set_up(HARBOUR, _PLAN, _COMING, {}, new=False),
        SubmitDigest(
            workspace=W,
            person=ANN.id,
            delivery="",
            place=HARBOUR.id,
            state="off",
            day="1",
            at="08:15",
            zone="Londn",
            scope="workspace",
            people=(BOB.id,),
            extras=(planning.CHART,),
        ),
    ),
    "sentence": lambda: forms.sentence(REACTION),
    "sentence-above-official": lambda: forms.sentence(replace(REACTION, reason=SECRET), stopped=stopped_in(SECRET)),
    "removing": lambda: moderation_cards.removing(KUDOS),
    "set_up-new": lambda: digest_forms.set_up(HARBOUR, schedule.Plan(zone="Europe/London"), _COMING, {}, new=True),
    "set_up": lambda: digest_forms.set_up(
        replace(HARBOUR, shared=True), _PLAN, _COMING, {each.id: each for each in (BOB, CEM, _GONE)}, new=False
    ),
}
