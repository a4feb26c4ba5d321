-- Who has asked to be erased, and what has become of it: asked, begun, done. The id is a hash of workspace and person.
-- When it is done the row names nobody, and is there so that whoever has left is not learned of again.
CREATE TABLE erasure (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    direct TEXT NOT NULL,
    state TEXT NOT NULL,
    origin TEXT NOT NULL,
    at TEXT NOT NULL,
    done_at TEXT NOT NULL
);

CREATE INDEX erasure_open ON erasure (at) WHERE state <> 'done';

-- Of whom nothing is erased or forgotten while this stands.
CREATE TABLE hold (
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (workspace, person)
);

-- Since when we know that an account is switched off, and whether its name has been forgotten since.
ALTER TABLE person ADD COLUMN left_at TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- What has words that grow old.
CREATE INDEX recognition_worded ON recognition (given_at) WHERE reason <> '';
CREATE INDEX person_left ON person (left_at) WHERE active = 0 AND forgotten = 0;
