"""Steps that write recognitions and what goes with them. A gate makes a repeated or late delivery change nothing."""

from collections.abc import Iterable
from datetime import datetime

from bot.database import Step
from bot.model import Message, Recognition, Signal, derived_id, to_text
from bot.rows import place_values


def delivery(workspace: str, id_: str, fact: str, now: datetime) -> Step:
    return Step(
        """
        INSERT INTO delivery (workspace, id, fact, at) VALUES (:workspace, :id, :fact, :at)
        ON CONFLICT DO NOTHING
        """,
        {"workspace": workspace, "id": id_, "fact": fact, "at": to_text(now)},
        gate=True,
    )


def given(recognition: Recognition, *, once: bool = True) -> list[Step]:
    """Write `recognition` unless it is there. `once`: if it is there, nothing else is written either."""
    head = Step(
        """
        INSERT INTO recognition (
            id, workspace, giver, reason, place, visibility, origin, message,
            framework_version, given_at, withdrawn, withdrawn_at, revision
        ) VALUES (
            :id, :workspace, :giver, :reason, :place, :visibility, :origin, :message,
            :framework_version, :given_at, 0, '', 1
        ) ON CONFLICT DO NOTHING
        """,
        {
            "id": recognition.id,
            "workspace": recognition.workspace,
            "giver": recognition.giver.id,
            "reason": recognition.reason,
            "place": recognition.place.id,
            "visibility": recognition.visibility.value,
            "origin": recognition.origin.value,
            "message": recognition.message.id if recognition.message else "",
            "framework_version": recognition.framework_version,
            "given_at": to_text(recognition.given_at),
        },
        gate=once,
    )
    via = {person: group.id for group in recognition.groups for person in group.people}
    return [
        Step(
            """
            INSERT INTO place (workspace, id, name, kind, visibility, joined, archived, shared, creator)
            VALUES (:workspace, :id, :name, :kind, :visibility, :joined, :archived, :shared, :creator)
            ON CONFLICT DO NOTHING
            """,
            place_values(recognition.place),
        ),
        head,
        *(
            Step(
                """
                INSERT INTO recipient (recognition, workspace, person, position, via, thanked_at)
                VALUES (:recognition, :workspace, :person, :position, :via, :thanked_at) ON CONFLICT DO NOTHING
                """,
                {
                    "recognition": recognition.id,
                    "workspace": recognition.workspace,
                    "person": person.id,
                    "position": position,
                    "via": via.get(person.id, ""),
                    "thanked_at": to_text(recognition.given_at),
                },
            )
            for position, person in enumerate(recognition.recipients)
        ),
        *(
            Step(
                """
                INSERT INTO thanked_group (recognition, workspace, id, name, number, position)
                VALUES (:recognition, :workspace, :id, :name, :number, :position) ON CONFLICT DO NOTHING
                """,
                {
                    "recognition": recognition.id,
                    "workspace": recognition.workspace,
                    "id": group.id,
                    "name": group.name,
                    "number": group.number,
                    "position": position,
                },
            )
            for position, group in enumerate(recognition.groups)
        ),
        *(_tag(recognition, position, "NOTHING") for position in range(len(recognition.tags))),
    ]


def tagged(recognition: Recognition) -> list[Step]:
    """Make the stored tags those of `recognition`; those it was given with are kept, standing or not."""
    clear = Step(
        "UPDATE tag SET standing = 0 WHERE workspace = :workspace AND recognition = :recognition",
        {"workspace": recognition.workspace, "recognition": recognition.id},
    )
    again = "UPDATE SET standing = 1, position = excluded.position"
    return [clear, *(_tag(recognition, position, again) for position in range(len(recognition.tags)))]


def _tag(recognition: Recognition, number: int, if_there: str) -> Step:
    tag = recognition.tags[number]
    base = [each.entry for each in recognition.base_tags]
    # Those it was given with keep their position, also while they do not stand; the others come after them.
    position = base.index(tag.entry) if tag.entry in base else len(base) + number
    return Step(
        f"""
        INSERT INTO tag (recognition, workspace, entry, title, position, base, standing, thanked_at)
        VALUES (:recognition, :workspace, :entry, :title, :position, :base, 1, :thanked_at)
        ON CONFLICT (recognition, entry) DO {if_there}
        """,  # noqa: S608 - one of two constants
        {
            "recognition": recognition.id,
            "workspace": recognition.workspace,
            "entry": tag.entry,
            "title": tag.title,
            "position": position,
            "base": int(tag.entry in base),
            "thanked_at": to_text(recognition.given_at),
        },
    )


def seconded(recognition: Recognition, seconders: Iterable[tuple[str, datetime]]) -> list[Step]:
    """Make the stored endorsements these: (person, since)."""
    return [
        Step(
            "DELETE FROM endorsement WHERE workspace = :workspace AND recognition = :recognition",
            {"workspace": recognition.workspace, "recognition": recognition.id},
        ),
        *(
            Step(
                """
                INSERT INTO endorsement (recognition, workspace, person, at)
                VALUES (:recognition, :workspace, :person, :at)
                """,
                {
                    "recognition": recognition.id,
                    "workspace": recognition.workspace,
                    "person": person,
                    "at": to_text(at),
                },
            )
            for person, at in seconders
        ),
    ]


def revised(recognition: Recognition, *, withdrawn_at: datetime | None = None) -> Step:
    """Write the words and the state of `recognition`, unless somebody was faster since it was read."""
    return Step(
        """
        UPDATE recognition
        SET reason = :reason, withdrawn = :withdrawn, revision = revision + 1,
            withdrawn_at = CASE WHEN :withdrawn_at = '' THEN withdrawn_at ELSE :withdrawn_at END
        WHERE workspace = :workspace AND id = :id AND revision = :revision
        """,
        {
            "reason": recognition.reason,
            "withdrawn": int(recognition.withdrawn),
            "withdrawn_at": to_text(withdrawn_at) if withdrawn_at else "",
            "workspace": recognition.workspace,
            "id": recognition.id,
            "revision": recognition.revision,
        },
        gate=True,
    )


def made_private(recognition: Recognition) -> Step:
    """It was given in a place that is not public any more, and was not shown anywhere before that."""
    return Step(
        """
        UPDATE recognition SET visibility = 'private', revision = revision + 1
        WHERE workspace = :workspace AND id = :id AND visibility = 'public'
        """,
        {"workspace": recognition.workspace, "id": recognition.id},
        gate=True,
    )


def reacted(workspace: str, message: Message, signal: Signal, recognition: str) -> Step:
    """The latest state of one emoji of one person on one message, by the platform's time of the event."""
    return Step(
        """
        INSERT INTO reaction (workspace, place, message, person, name, entry, recognition, standing, at)
        VALUES (:workspace, :place, :message, :person, :name, :entry, :recognition, :standing, :at)
        ON CONFLICT (workspace, place, message, person, name) DO UPDATE
        SET standing = excluded.standing, at = excluded.at, entry = excluded.entry, recognition = excluded.recognition
        WHERE reaction.at < excluded.at
        """,
        {
            "workspace": workspace,
            "place": message.place,
            "message": message.id,
            "person": signal.person,
            "name": signal.name,
            "entry": signal.entry,
            "recognition": recognition,
            "standing": int(signal.standing),
            "at": to_text(signal.at),
        },
        gate=True,
    )


def stands_while_reacted(workspace: str, recognition: str) -> Step:
    """A reaction kudos stands while any variant of its emoji stands that is newer than a withdrawal by hand."""
    return Step(
        """
        UPDATE recognition
        SET revision = revision + 1, withdrawn = CASE WHEN EXISTS (
            SELECT 1 FROM reaction
            WHERE reaction.workspace = :workspace AND reaction.recognition = recognition.id AND standing = 1
              AND reaction.at > recognition.withdrawn_at
        ) THEN 0 ELSE 1 END
        WHERE workspace = :workspace AND id = :id
        """,
        {"workspace": workspace, "id": recognition},
    )


def pressed(workspace: str, recognition: str, person: str, at: datetime, delivery_id: str) -> Step:
    return Step(
        """
        INSERT INTO press (recognition, workspace, person, at, delivery)
        VALUES (:recognition, :workspace, :person, :at, :delivery) ON CONFLICT DO NOTHING
        """,
        {
            "recognition": recognition,
            "workspace": workspace,
            "person": person,
            "at": to_text(at),
            "delivery": delivery_id,
        },
        gate=True,
    )


def noted(recognition: Recognition, act: str, *, actor: str, now: datetime, key: str, detail: str = "") -> Step:
    """What was done to a recognition, by whom: for the audit."""
    return Step(
        """
        INSERT INTO history (id, workspace, recognition, actor, act, detail, at)
        VALUES (:id, :workspace, :recognition, :actor, :act, :detail, :at) ON CONFLICT DO NOTHING
        """,
        {
            "id": derived_id("history", recognition.workspace, key, recognition.id, act),
            "workspace": recognition.workspace,
            "recognition": recognition.id,
            "actor": actor,
            "act": act,
            "detail": detail,
            "at": to_text(now),
        },
    )


def switched_off(workspace: str, now: datetime) -> Step:
    """The workspace does not have us any more: what is for it waits, in whatever state it is."""
    return Step(
        "INSERT INTO switched_off (workspace, at) VALUES (:workspace, :at) ON CONFLICT DO NOTHING",
        {"workspace": workspace, "at": to_text(now)},
    )


def switched_on(workspace: str, now: datetime) -> tuple[Step, ...]:
    """The workspace has us: what has waited for that goes on at once."""
    return (
        Step("DELETE FROM switched_off WHERE workspace = :workspace", {"workspace": workspace}),
        Step(
            """
            UPDATE outbox SET due_at = :now
            WHERE workspace = :workspace AND state IN ('due', 'lost') AND error = 'SwitchedOff' AND due_at > :now
            """,
            {"workspace": workspace, "now": to_text(now)},
        ),
    )
