"""Comparing what was acknowledged to people, what is in the database, and what stands in Slack."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from tests import databases
from tests.bench.crowd import Crowd, Kind, Reacted
from tests.doubles.slack_objects import Message

Row = dict[str, Any]

SORRY: Final = "nothing was saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What came of it all. Each fault is a sentence."""

    acknowledged: Counter[Kind]
    recognitions: int
    posts: int  #: that stand in Slack
    waiting: int  #: rows of the outbox that are not done
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    wrong: tuple[str, ...]  #: what is neither lost nor doubled, and still not as it must be


def account(crowd: Crowd, database: Path) -> Account:
    recognitions, rows, presses, endorsements = (
        databases.look(database, f"SELECT * FROM {table}")  # noqa: S608 - these four
        for table in ("recognition", "outbox", "press", "endorsement")
    )
    typed = [each for each in recognitions if each["origin"] != "reaction"]
    reacted = [each for each in recognitions if each["origin"] == "reaction"]
    faults: dict[str, list[str]] = {"lost": [], "doubled": [], "wrong": []}
    for kind, sentence in (
        *_thanks(crowd, typed),
        *_presses(crowd, typed, presses, endorsements),
        *_reactions(crowd, reacted),
        *_posts(crowd, {each["id"]: each for each in recognitions}, rows),
    ):
        faults[kind].append(sentence)
    return Account(
        acknowledged=acknowledged(crowd),
        recognitions=len(recognitions),
        posts=sum(len(each) for each in _standing(crowd).values()),
        waiting=sum(row["state"] != "done" for row in rows),
        **{kind: tuple(sentences) for kind, sentences in faults.items()},
    )


def acknowledged(crowd: Crowd) -> Counter[Kind]:
    counted: Counter[Kind] = Counter(each.kind for each in crowd.thanks.values() if each.acknowledged)
    counted.update(each.kind for each in crowd.pressed if each.acknowledged)
    counted["reaction"] = sum(outcome == "acknowledged" for outcome in crowd.line.outcomes().values())
    return counted


def _thanks(crowd: Crowd, typed: list[Row]) -> Iterator[tuple[str, str]]:
    found = Counter(each["reason"] for each in typed)
    for words, meant in crowd.thanks.items():
        if meant.acknowledged and not found[words]:
            yield "lost", f"{meant.kind}: {words}"
        if found[words] > 1:
            yield "doubled", f"{meant.kind}: {words}"
    for words in found.keys() - crowd.thanks.keys():
        yield "wrong", f"nobody said {words!r}"


def _presses(crowd: Crowd, typed: list[Row], presses: list[Row], endorsements: list[Row]) -> Iterator[tuple[str, str]]:
    by_words = {each["reason"]: each for each in typed}
    kept = Counter(each["delivery"] for each in presses)
    apologies = apologised(crowd)
    for each in crowd.pressed:
        done = by_words[each.words]["withdrawn"] if each.kind == "withdrawal" else kept[each.key]
        if not each.acknowledged or done:
            continue
        if apologies[each.user.id]:  # it was answered, with the words that nothing was saved
            apologies[each.user.id] -= 1
        else:
            yield "lost", f"{each.kind} of {each.words} by {each.user.name}"
    for key in kept.keys() - {each.key for each in crowd.pressed}:
        yield "wrong", f"nobody pressed {key}"
    times = Counter((each["recognition"], each["person"]) for each in presses)
    seconded = Counter((each["recognition"], each["person"]) for each in endorsements)
    for who in times.keys() | seconded.keys():
        if seconded[who] != times[who] % 2:
            yield "wrong", f"{who} pressed {times[who]} times and seconds {seconded[who]} times"


def _reactions(crowd: Crowd, reacted: list[Row]) -> Iterator[tuple[str, str]]:
    """The latest state that was acknowledged holds, or a later one that was not."""
    outcomes = crowd.line.outcomes()
    found: dict[tuple[str, str], list[Row]] = {}
    for row in reacted:
        found.setdefault((row["giver"], row["message"]), []).append(row)
    for who, group in groupby(crowd.reacted, key=lambda each: (each.user.id, each.message.ts)):
        rows = found.pop(who, [])
        if len(rows) > 1:
            yield "doubled", f"reaction {who}"
        possible = _possible(list(group), outcomes)
        state = bool(rows) and not rows[0]["withdrawn"]
        if state not in possible:
            yield "lost" if not state else "wrong", f"reaction {who} stands: {state}"
    for who in found:
        yield "wrong", f"nobody reacted {who}"


def apologised(crowd: Crowd) -> Counter[str]:
    """How often each person read that something did not work and nothing was saved."""
    return Counter(each.only_for or "" for each in crowd.slack.ephemerals if SORRY in each.text)


def _possible(events: list[Reacted], outcomes: dict[str, str]) -> set[bool]:
    events.sort(key=lambda each: each.at)
    possible = {False}
    for each in events:
        if outcomes[each.event] == "acknowledged":
            possible = {each.standing}
        else:
            possible.add(each.standing)
    return possible


def _posts(crowd: Crowd, recognitions: dict[str, Row], rows: list[Row]) -> Iterator[tuple[str, str]]:
    """Each row stands once, as itself, and nothing else does."""
    standing = _standing(crowd)
    for row in rows:
        messages = standing.pop(row["id"], [])
        what = f"{row['view']} of {row['fact']}"
        if len(messages) > 1:
            at = ", ".join(each.ts for each in messages)
            yield "doubled", f"{what}, at {at}; first tried at {row['first_tried_at']}, {row['tries']} times in all"
        if row["state"] != "done":
            yield "wrong", f"{what} is {row['state']}: {row['error']}"
        elif [each.ts for each in messages[:1]] != [row["message"]][: bool(row["message"])]:
            yield "lost" if not messages else "wrong", f"{what} does not stand where we think"
        elif row["view"] in ("card", "thanks"):
            if not messages and not recognitions[row["fact"]]["withdrawn"]:
                yield "lost", what
            if (
                messages
                and recognitions[row["fact"]]["reason"] in messages[0].text
                and (recognitions[row["fact"]]["withdrawn"])
            ):
                yield "wrong", f"{what} shows what was taken back"
    for key in standing:
        yield "wrong", f"a post that no row knows: {key}"
    wanted = Counter((row["view"], row["fact"]) for row in rows)
    for recognition in recognitions.values():
        for view in ("card", "thanks"):
            if recognition["origin"] != "reaction" and wanted[view, recognition["id"]] != 1:
                yield "wrong", f"{wanted[view, recognition['id']]} rows for the {view} of {recognition['reason']}"


def _standing(crowd: Crowd) -> dict[str, list[Message]]:
    """Our posts by their keys, deleted ones included."""
    found: dict[str, list[Message]] = {}
    for posted in crowd.slack.posted.values():
        for each in posted:
            if each.app_id == crowd.slack.app_id and each.metadata:
                found.setdefault(each.metadata["event_payload"]["key"], []).append(each)
    return found
