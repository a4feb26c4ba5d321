-- Where a conversation of Teams is reached, as the latest activity from there said. `team`: '' for a chat.
CREATE TABLE teams_conversation (
    workspace TEXT NOT NULL,
    place TEXT NOT NULL,
    service_url TEXT NOT NULL,
    team TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (workspace, place)
);

CREATE INDEX teams_conversation_team ON teams_conversation (workspace, team);

-- What somebody is called in conversations: a person is known by their object id, and is called by this one.
CREATE TABLE teams_person (
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    mri TEXT NOT NULL,
    PRIMARY KEY (workspace, person)
);

CREATE INDEX teams_person_mri ON teams_person (workspace, mri);
