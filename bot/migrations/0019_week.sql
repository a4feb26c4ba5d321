-- Without the workspace, with which SQLite would begin where it is to look a few recipients up one by one.
CREATE INDEX recipient_week ON recipient (thanked_at);
CREATE INDEX tag_week ON tag (thanked_at);
