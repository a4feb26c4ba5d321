-- What a group is called on its platform. Who is in it is asked for each time, and kept with each kudos.
CREATE TABLE user_group (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace, id)
);

-- The groups that a recognition thanks, as they were then: what they were called, and how many people were in them.
CREATE TABLE thanked_group (
    recognition TEXT NOT NULL REFERENCES recognition (id),
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (recognition, id)
);

-- The group by which somebody is thanked; '' for who was named.
ALTER TABLE recipient ADD COLUMN via TEXT NOT NULL DEFAULT '';
