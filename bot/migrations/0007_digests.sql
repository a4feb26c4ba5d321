-- The digest of one place for one ISO week (in the place's own time): whoever inserts it first has noticed it.
-- `outcome`: 'due' or 'asked' (it is, or is to be, a row of the outbox; somebody wanted it there and then), or why
-- nothing is posted: 'skipped', 'late', 'paused'.
-- `look`: a hash of what it showed last, after the row's revision, so that a look can tell whether it would show
-- something else now; '' until its stories are chosen. `stale`: perhaps it would, for something has changed.
CREATE TABLE digest (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    place TEXT NOT NULL,
    week TEXT NOT NULL,
    begins_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    plan TEXT NOT NULL,
    outcome TEXT NOT NULL,
    look TEXT NOT NULL,
    empty INTEGER NOT NULL,
    stale INTEGER NOT NULL,
    UNIQUE (workspace, place, week)
);

CREATE INDEX digest_period ON digest (workspace, ends_at);
CREATE INDEX digest_stale ON digest (workspace) WHERE stale = 1;
CREATE INDEX digest_due ON digest (due_at);

-- The plans for digests are settings of their places, the newest of each counts.
CREATE INDEX setting_digest ON setting (workspace, subject, at) WHERE name = 'digest';

-- What a digest features, chosen once: what is withdrawn later leaves a gap, and nothing else moves.
CREATE TABLE digest_story (
    workspace TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES digest (id),
    recognition TEXT NOT NULL REFERENCES recognition (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (digest, recognition)
);

CREATE INDEX digest_story_recognition ON digest_story (recognition);

-- Messages that were reacted to and that the platform does not have any more.
CREATE TABLE gone_message (
    workspace TEXT NOT NULL,
    place TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (workspace, place, message)
);

-- The kudos of a week.
CREATE INDEX recognition_week ON recognition (workspace, given_at) WHERE withdrawn = 0;

-- Shared with another organisation (NULL: not known); who made it; who looks after the workspace.
ALTER TABLE place ADD COLUMN shared INTEGER;
ALTER TABLE place ADD COLUMN creator TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN admin INTEGER NOT NULL DEFAULT 0;
