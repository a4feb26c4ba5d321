-- Since when a message has been late that was tried in vain: it is due anew before each further try. '' for any other.
ALTER TABLE outbox ADD COLUMN late_since TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_late ON outbox (late_since) WHERE late_since <> '';
