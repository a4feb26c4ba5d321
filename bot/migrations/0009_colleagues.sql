-- Which workspaces belong to one organisation, as the settings say; one that is not here is on its own.
CREATE TABLE organisation (
    workspace TEXT PRIMARY KEY,
    id TEXT NOT NULL
);

CREATE INDEX organisation_id ON organisation (id);

-- Whose an e-mail address is, or ever was, as a hash: one that two people of a workspace have had joins nobody.
CREATE TABLE held_address (
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (workspace, person, address)
);

CREATE INDEX held_address_address ON held_address (address);

-- What was decided by hand: the colleague who somebody is, or 'apart'; '' leaves that to the addresses.
ALTER TABLE person ADD COLUMN colleague TEXT NOT NULL DEFAULT '';
CREATE INDEX person_colleague ON person (colleague) WHERE colleague <> '';

-- Who decided that, and when.
CREATE INDEX setting_colleague ON setting (workspace, subject, at) WHERE name = 'colleague';

-- A digest may feature what was given in another workspace of its organisation.
ALTER TABLE digest_story ADD COLUMN given_in TEXT NOT NULL DEFAULT '';
UPDATE digest_story SET given_in = workspace;
