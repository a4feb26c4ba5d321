-- How often words were stopped, by kind and day, and what became of it. No word of them is kept, and nobody's name.
CREATE TABLE guarded (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    became TEXT NOT NULL,
    day TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (workspace, kind, became, day)
);
