-- A setting is a place's or a person's.
ALTER TABLE setting RENAME COLUMN place TO subject;

-- What has not arrived is counted for the administrators.
CREATE INDEX outbox_undelivered ON outbox (workspace) WHERE state <> 'done';
