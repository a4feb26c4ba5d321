-- Workspaces that do not have us (any more): what is for them waits.
CREATE TABLE switched_off (
    workspace TEXT PRIMARY KEY,
    at TEXT NOT NULL
);

-- Workspaces that have installed us over OAuth. Tokens are sealed with KUDOS_SECRET_KEY, and '' once they are no good.
CREATE TABLE slack_installation (
    workspace TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    token TEXT NOT NULL,
    refresh_token TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    active INTEGER NOT NULL,
    installer TEXT NOT NULL,
    installed_at TEXT NOT NULL,
    refreshing_until TEXT NOT NULL
);

-- Installations under way, by what their state is hashed to: each is used once, within ten minutes.
CREATE TABLE oauth_state (
    id TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
);

CREATE INDEX oauth_state_expiry ON oauth_state (expires_at);

-- Every row says itself whose it is.
ALTER TABLE tag ADD COLUMN workspace TEXT NOT NULL DEFAULT '';
UPDATE tag SET workspace = (SELECT workspace FROM recognition WHERE recognition.id = tag.recognition);
ALTER TABLE press ADD COLUMN workspace TEXT NOT NULL DEFAULT '';
UPDATE press SET workspace = (SELECT workspace FROM recognition WHERE recognition.id = press.recognition);
