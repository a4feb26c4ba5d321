-- Which workspaces belong to one organisation, as the settings say; one that is not here is on its own.
CREATE TABLE organisation (
    workspace TEXT PRIMARY KEY,
    id TEXT NOT NULL
);

CREATE INDEX organisation_id ON organisation (id);

-- The member's verified e-mail address, as a hash: the same for each name that its domain has; '' where there is none.
ALTER TABLE person ADD COLUMN address TEXT NOT NULL DEFAULT '';
CREATE INDEX person_address ON person (address) WHERE address <> '';

-- Grows where anything changes by which somebody is known: whoever remembers that looks here whether it is so still.
ALTER TABLE person ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
CREATE INDEX person_revision ON person (workspace, revision);

-- Whose such an address is, or ever was: one that two people of a workspace have had joins nobody.
CREATE TABLE held_address (
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (workspace, person, address)
);

CREATE INDEX held_address_address ON held_address (address, workspace, person);

-- What was decided by hand: the colleague who somebody is, or 'apart'; '' leaves that to the addresses.
ALTER TABLE person ADD COLUMN colleague TEXT NOT NULL DEFAULT '';
CREATE INDEX person_colleague ON person (colleague) WHERE colleague <> '';

-- Who decided that, and when.
CREATE INDEX setting_colleague ON setting (workspace, subject, at) WHERE name = 'colleague';

-- A digest may feature what was given in another workspace of its organisation.
ALTER TABLE digest_story ADD COLUMN given_in TEXT NOT NULL DEFAULT '';
UPDATE digest_story SET given_in = workspace;
