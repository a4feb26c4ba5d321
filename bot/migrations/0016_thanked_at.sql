-- When its kudos was given, beside every recipient and tag, so that a week of them is read in one place, however long the
-- ledger is (`Weeks`). '' where a process of an older release writes beside this one: then the kudos itself is asked. And
-- not called as there, for older releases ask for `given_at` alone where they join the two.
ALTER TABLE recipient ADD COLUMN thanked_at TEXT NOT NULL DEFAULT '';
ALTER TABLE tag ADD COLUMN thanked_at TEXT NOT NULL DEFAULT '';
