-- The ETag that started counts for: what lay there before says nothing about what lies there now.
ALTER TABLE objects ADD COLUMN tried TEXT;

-- How often anybody has written rows of a page: only who wrote the last of them moves the cursor, since all those rows were sent by that one.
ALTER TABLE jobs ADD COLUMN lister INTEGER NOT NULL DEFAULT 0;
