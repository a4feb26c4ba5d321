-- Every version of the framework that has been in use; `since`: when it last came into use.
CREATE TABLE framework_version (
    version TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    first_used_at TEXT NOT NULL,
    since TEXT NOT NULL
);

-- Whether an entry was ever used.
CREATE INDEX tag_entry ON tag (entry);

-- What administrators were told about the framework's file.
CREATE INDEX outbox_framework ON outbox (created_at) WHERE view = 'framework';
