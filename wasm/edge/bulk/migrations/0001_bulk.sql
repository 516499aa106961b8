-- An object's row orders the consumers that work on it. Each takes the next claim before it reads the object, and may write only
-- what no later claim has written. R2 reads are strongly consistent, so the latest claim has read the latest state, whatever the
-- order of the messages was. A deleted object keeps its row until no consumer with an older claim can be alive.
CREATE TABLE objects (
  key TEXT PRIMARY KEY,
  claimed INTEGER NOT NULL,
  applied INTEGER NOT NULL DEFAULT 0,
  -- How often the program was started on it, alone, since something was last written of it: what it does not survive is given up.
  started INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL -- ms since 1970
) WITHOUT ROWID;

-- What is known of the objects that exist. id is the SHA-256 of bucket, key, ETag, model and options.
CREATE TABLE results (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  etag TEXT NOT NULL,
  model TEXT NOT NULL, -- SHA-256 of its file
  options TEXT NOT NULL, -- of the classification, as a query
  size INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
  label TEXT, -- the likeliest one
  probability REAL,
  answer TEXT, -- of POST /api/classify, JSON
  reason TEXT, -- why there is none, as openapi.json names it
  detail TEXT,
  changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX results_of_key ON results (key, options, model);
CREATE INDEX results_of_label ON results (label, key) WHERE state = 'done';
CREATE INDEX results_failed ON results (key) WHERE state = 'failed';

-- cursor is the last key that was listed; page counts the pages, and makes that each is counted once.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  prefix TEXT NOT NULL,
  options TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('listing', 'listed', 'stalled', 'cancelled')),
  cursor TEXT,
  page INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL
) WITHOUT ROWID;

-- The keys that a job listed, and what became of each. All counts of a job are counted here.
CREATE TABLE job_keys (
  job TEXT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'done', 'failed', 'gone')),
  settled INTEGER,
  PRIMARY KEY (job, key)
) WITHOUT ROWID;
CREATE INDEX job_keys_of_state ON job_keys (job, state, settled);

-- Messages that were tried too often, or that are none of ours.
CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY, -- the message's
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  arrived INTEGER NOT NULL
) WITHOUT ROWID;
