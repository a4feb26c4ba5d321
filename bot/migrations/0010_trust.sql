-- Who may do more than others. Of a person and a role the newest row counts; none is ever changed.
CREATE TABLE role_grant (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    granted INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX role_grant_person ON role_grant (workspace, person, at);

-- Who did what to what, and from where. Rows are only ever added: what is written here holds no words of a kudos.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    origin TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX audit_at ON audit (workspace, at);

-- The chain of a workspace: each hash covers its row and the hash before it. Links are added after their rows, one
-- after the other.
CREATE TABLE audit_link (
    workspace TEXT NOT NULL,
    position INTEGER NOT NULL,
    audit TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace, position)
);

-- What recipients hide of themselves: the latest word of each.
CREATE TABLE hidden (
    recognition TEXT NOT NULL,
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    hidden INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (recognition, person)
);

CREATE INDEX hidden_person ON hidden (workspace, person);

-- What somebody has told the moderators of, and what became of it: '' while it is open.
CREATE TABLE report (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    recognition TEXT NOT NULL,
    person TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    settled_at TEXT NOT NULL DEFAULT ''
);

CREATE INDEX report_open ON report (workspace, at) WHERE outcome = '';
CREATE INDEX report_recognition ON report (recognition);

-- What moderators removed and restored, and why. Of a kudos the newest row counts.
CREATE TABLE removal (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    recognition TEXT NOT NULL,
    removed INTEGER NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX removal_recognition ON removal (recognition, at);

-- Of whom no public surface may tell, and until when. Of a person the newest row counts; one that is over has `until`
-- in the past.
CREATE TABLE suppression (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    until TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX suppression_person ON suppression (workspace, person, at);
