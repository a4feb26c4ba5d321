-- What to send next is read in its order, and no further than needed, however much waits (`Postbox.due`). The index
-- before it, by state, would be chosen instead, and everything that waits be sorted for each of them.
DROP INDEX outbox_due;
CREATE INDEX outbox_next ON outbox ((CASE view WHEN 'digest' THEN 1 ELSE 0 END), due_at, view, id)
WHERE state IN ('due', 'lost', 'sending');

-- When there will be something to send (`Postbox.next_due`).
CREATE INDEX outbox_later ON outbox (state, due_at) WHERE state IN ('due', 'lost');
CREATE INDEX outbox_sending ON outbox (lease_until) WHERE state = 'sending';

-- Whether somebody was written to before (`Postbox.told_before`).
CREATE INDEX outbox_told ON outbox (workspace, person) WHERE view IN ('thanks', 'reactions') AND message <> '';
