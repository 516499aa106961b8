-- Every table is WITHOUT ROWID and has few indices: D1 is paid by the row written, and a row of an index is one.

-- An object's row orders the consumers that work on it. Each takes the next claim before it reads the object, and may write only
-- while nobody has written since: whoever could not begins anew. R2 reads are strongly consistent, so who is the last to write has read
-- a state no older than all others, whatever the order of the messages was. A deleted object keeps its row until no consumer with a
-- claim can be alive.
CREATE TABLE objects (
  key TEXT PRIMARY KEY,
  claimed INTEGER NOT NULL,
  applied INTEGER NOT NULL DEFAULT 0,
  -- How often the program was started on it, alone, since something was last written of it: what it does not survive is given up.
  started INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL -- ms since 1970
) WITHOUT ROWID;

-- What is known of the objects that exist, one row for an object and its options. id is the SHA-256 of bucket, key, ETag, model and
-- options: a row of the same id is the same result, another one supersedes it.
CREATE TABLE results (
  key TEXT NOT NULL,
  options TEXT NOT NULL, -- of the classification, as a query
  id TEXT NOT NULL,
  etag TEXT NOT NULL,
  model TEXT NOT NULL, -- SHA-256 of its file
  size INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
  label TEXT, -- the likeliest one
  probability REAL,
  answer TEXT, -- of POST /api/classify, without the model's name, JSON
  reason TEXT, -- why there are none, as openapi.json names it
  detail TEXT,
  changed INTEGER NOT NULL,
  PRIMARY KEY (key, options)
) WITHOUT ROWID;
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
  created INTEGER NOT NULL,
  -- What a job came to, JSON, written in the transaction that begins to clear its keys away, some days after it ended.
  counts TEXT
) WITHOUT ROWID;

-- The keys that a job listed, and what became of each. All counts of a job are counted here.
CREATE TABLE job_keys (
  job TEXT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'done', 'failed', 'gone')),
  settled INTEGER,
  PRIMARY KEY (job, key)
) WITHOUT ROWID;

-- Messages that were tried too often, or that are none of ours.
CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY, -- the message's
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  job TEXT, -- that it belongs to
  arrived INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX dead_letters_of_job ON dead_letters (job) WHERE job IS NOT NULL;

-- Results of everything, written to the bucket in parts: cursor is the last row's key and options, part counts the parts.
CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  prefix TEXT NOT NULL, -- of the parts' names
  state TEXT NOT NULL CHECK (state IN ('working', 'done', 'stalled', 'cancelled')),
  cursor TEXT,
  part INTEGER NOT NULL DEFAULT 0,
  rows INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL
) WITHOUT ROWID;
