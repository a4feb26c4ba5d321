-- A suppression is over once what shows anything of that person has been made to follow: until then nothing is shown.
ALTER TABLE suppression ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
CREATE INDEX suppression_standing ON suppression (workspace, person) WHERE ended = 0;

-- Who may see what somebody was thanked for, as they have chosen; where and for whom public posts are paused.
CREATE INDEX setting_visibility ON setting (workspace, subject, at) WHERE name = 'visibility';
CREATE INDEX setting_quiet ON setting (workspace, subject, at) WHERE name = 'quiet';
