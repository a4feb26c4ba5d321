-- What was asked in vain, without whom, where and at what time; `entry`: what was picked from the menu.
CREATE TABLE question (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    outcome TEXT NOT NULL,
    entry TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    PRIMARY KEY (workspace, id, outcome, entry)
);

CREATE INDEX question_last_day ON question (last_day);

-- The latest kudos that everybody can read.
CREATE INDEX recognition_public ON recognition (workspace, given_at) WHERE visibility = 'public' AND withdrawn = 0;
