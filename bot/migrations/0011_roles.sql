-- Where the chain of a workspace ends: should its last rows be gone, this still tells of them.
CREATE TABLE audit_head (
    workspace TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    hash TEXT NOT NULL
);

-- What became of an export of who was thanked by whom: it was 'asked' for, 'answered' ('approved' or 'refused'), 'made'.
-- Of each there is one row at most, so that of two answers the first one counts.
CREATE TABLE export_step (
    export TEXT NOT NULL,
    workspace TEXT NOT NULL,
    step TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (export, step)
);

CREATE INDEX export_step_asked ON export_step (workspace, at) WHERE step = 'asked';
