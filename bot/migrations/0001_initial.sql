-- Times are fixed-width UTC text; ids are the platform's own or made by us. Every row has its workspace.

CREATE TABLE workspace (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    bot TEXT NOT NULL
);

CREATE TABLE person (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    kind TEXT NOT NULL,
    active INTEGER NOT NULL,
    direct TEXT NOT NULL,
    PRIMARY KEY (workspace, id)
);

CREATE INDEX person_direct ON person (workspace, direct);

CREATE TABLE place (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    joined INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    PRIMARY KEY (workspace, id)
);

CREATE TABLE membership (
    workspace TEXT NOT NULL,
    place TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (workspace, place, person)
);

-- Other names of an emoji in a workspace.
CREATE TABLE emoji (
    workspace TEXT NOT NULL,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (workspace, name)
);

-- Append only: the latest row counts.
CREATE TABLE setting (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX setting_place ON setting (workspace, place, name, at);

-- What has been delivered to us and what it ended in, kept 7 days: the same delivery again changes nothing.
CREATE TABLE delivery (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    fact TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (workspace, id)
);

CREATE INDEX delivery_at ON delivery (at);

CREATE TABLE recognition (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    giver TEXT NOT NULL,
    reason TEXT NOT NULL,
    place TEXT NOT NULL,
    visibility TEXT NOT NULL,
    origin TEXT NOT NULL,
    message TEXT NOT NULL,
    framework_version TEXT NOT NULL,
    given_at TEXT NOT NULL,
    withdrawn INTEGER NOT NULL,
    withdrawn_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    FOREIGN KEY (workspace, giver) REFERENCES person (workspace, id),
    FOREIGN KEY (workspace, place) REFERENCES place (workspace, id)
);

CREATE INDEX recognition_giver ON recognition (workspace, giver, given_at);
CREATE INDEX recognition_message ON recognition (workspace, place, message) WHERE message <> '';

CREATE TABLE recipient (
    recognition TEXT NOT NULL REFERENCES recognition (id),
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (recognition, person),
    FOREIGN KEY (workspace, person) REFERENCES person (workspace, id)
);

CREATE INDEX recipient_person ON recipient (workspace, person);

-- `base`: given with it; the others come from the giver's reactions on the card. `standing`: counts now.
CREATE TABLE tag (
    recognition TEXT NOT NULL REFERENCES recognition (id),
    entry TEXT NOT NULL,
    title TEXT NOT NULL,
    position INTEGER NOT NULL,
    base INTEGER NOT NULL,
    standing INTEGER NOT NULL,
    PRIMARY KEY (recognition, entry)
);

CREATE TABLE endorsement (
    recognition TEXT NOT NULL REFERENCES recognition (id),
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (recognition, person),
    FOREIGN KEY (workspace, person) REFERENCES person (workspace, id)
);

-- The latest state of each reaction that means something, by the platform's own time of the event.
CREATE TABLE reaction (
    workspace TEXT NOT NULL,
    place TEXT NOT NULL,
    message TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    entry TEXT NOT NULL,
    recognition TEXT NOT NULL,
    standing INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (workspace, place, message, person, name)
);

CREATE INDEX reaction_recognition ON reaction (recognition);

-- Presses of "Second this": each is a toggle.
CREATE TABLE press (
    recognition TEXT NOT NULL REFERENCES recognition (id),
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    delivery TEXT NOT NULL,
    PRIMARY KEY (recognition, person, delivery)
);

-- Append only: what was done to a recognition, by whom.
CREATE TABLE history (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    recognition TEXT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX history_recognition ON history (recognition, at);

-- One row is one message that should stand somewhere: what it reports, how and where, never its text.
-- It is brought to the state `wanted` of its fact; `shown` is the state that has arrived.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    view TEXT NOT NULL,
    fact TEXT NOT NULL,
    place TEXT NOT NULL,
    person TEXT NOT NULL,
    state TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    due_at TEXT NOT NULL,
    tries INTEGER NOT NULL,
    claim TEXT NOT NULL,
    lease_until TEXT NOT NULL,
    first_tried_at TEXT NOT NULL,
    message_place TEXT NOT NULL,
    message TEXT NOT NULL,
    error TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- Most rows are done, and only those that are not are looked for by their state.
CREATE INDEX outbox_due ON outbox (state, due_at) WHERE state IN ('due', 'lost', 'sending');
CREATE INDEX outbox_waiting ON outbox (workspace, place) WHERE state = 'waiting';
CREATE INDEX outbox_fact ON outbox (fact);
CREATE INDEX outbox_message ON outbox (workspace, message_place, message) WHERE message <> '';
