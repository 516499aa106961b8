// What consumers read from and write to D1: one transaction each for however many objects. migrations/ explains the claims.
import type { Outcome } from './classify';
import type { Bulk } from './config';

/** A row of the table results. */
export interface Result extends Outcome {
  id: string;
  key: string;
  etag: string;
  model: string;
  options: string;
  size: number;
}

/** What a consumer knows of an object's row when it begins. */
export interface Claim {
  claim: number;
  /** The claim of who had written last. */
  applied: number;
  /** How often the program was started on it when its ETag was tried. */
  started: number;
  tried: string | null;
}

export interface Claims {
  claims: Map<string, Claim>;
  /** What is known of the objects, of whatever state of theirs. */
  known: Result[];
  /** The jobs that still want their keys. */
  jobs: Set<string>;
}

/** Claims objects: to be called before they are read. */
export async function claim({ db }: Bulk, keys: string[], jobs: string[]): Promise<Claims> {
  const list = JSON.stringify(keys);
  const [claimed, known, wanted] = await db.batch([
    db
      .prepare(
        `INSERT INTO objects (key, claimed, changed) SELECT value, 1, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT (key) DO UPDATE SET claimed = claimed + 1, changed = ?2
         RETURNING key, claimed AS claim, applied, started, tried`,
      )
      .bind(list, Date.now()),
    db.prepare('SELECT * FROM results WHERE key IN (SELECT value FROM json_each(?1))').bind(list),
    db
      .prepare(`SELECT id FROM jobs WHERE state <> 'cancelled' AND id IN (SELECT value FROM json_each(?1))`)
      .bind(JSON.stringify(jobs)),
  ]);
  const rows = claimed.results as unknown as (Claim & { key: string })[];
  return {
    claims: new Map(rows.map(({ key, ...claim }) => [key, claim])),
    known: known.results as unknown as Result[],
    jobs: new Set(wanted.results.map(({ id }) => String(id))),
  };
}

/** Notes that the program is about to be started on an object in the state that has this ETag. */
export async function starting({ db }: Bulk, key: string, etag: string) {
  await db.batch([
    db
      .prepare('UPDATE objects SET started = iif(tried IS ?2, started, 0) + 1, tried = ?2 WHERE key = ?1')
      .bind(key, etag),
  ]);
}

/** What a consumer found out of an object: its ETag, or null where there is none, and the results for it. */
export interface Finding {
  key: string;
  claim: number;
  /** As the claim had it. */
  applied: number;
  etag: string | null;
  results: Result[];
  jobs: { job: string; state: 'done' | 'failed' | 'gone' }[];
}

/** Writes all findings at once, but for objects of which another has written since they were claimed. Returns the keys that were written. */
export async function settle({ db, model }: Bulk, findings: Finding[]): Promise<Set<string>> {
  const now = Date.now();
  const objects = JSON.stringify(findings.map(({ key, claim, applied, etag }) => ({ key, claim, applied, etag })));
  const results = JSON.stringify(findings.flatMap(({ claim, results }) => results.map((r) => ({ ...r, claim }))));
  const jobs = JSON.stringify(findings.flatMap(({ key, claim, jobs }) => jobs.map((j) => ({ ...j, key, claim }))));
  const current = `EXISTS (SELECT 1 FROM objects WHERE objects.key = j.value ->> 'key' AND applied = j.value ->> 'claim')`;
  const [written] = await db.batch([
    db
      .prepare(
        `UPDATE objects SET applied = j.value ->> 'claim', started = 0, changed = ?2 FROM json_each(?1) AS j
         WHERE objects.key = j.value ->> 'key' AND applied = j.value ->> 'applied' RETURNING objects.key AS key`,
      )
      .bind(objects, now),
    // What is known of another state of the object, of none, or what another model said.
    db
      .prepare(
        `DELETE FROM results WHERE (key, options) IN (
           SELECT r.key, r.options FROM json_each(?1) AS j CROSS JOIN results AS r ON r.key = j.value ->> 'key'
           WHERE (j.value ->> 'etag' IS NULL OR r.etag <> j.value ->> 'etag' OR r.model <> ?2) AND ${current})`,
      )
      .bind(objects, model),
    db
      .prepare(
        `INSERT INTO results (id, key, etag, model, options, size, state, label, probability, answer, reason, detail, changed)
         SELECT j.value ->> 'id', j.value ->> 'key', j.value ->> 'etag', j.value ->> 'model', j.value ->> 'options',
           j.value ->> 'size', j.value ->> 'state', j.value ->> 'label', j.value ->> 'probability', j.value ->> 'answer',
           j.value ->> 'reason', j.value ->> 'detail', ?2
         FROM json_each(?1) AS j WHERE ${current} ON CONFLICT (key, options) DO NOTHING`,
      )
      .bind(results, now),
    db
      .prepare(
        `UPDATE job_keys SET state = j.value ->> 'state', settled = ?2 FROM json_each(?1) AS j
         WHERE job_keys.job = j.value ->> 'job' AND job_keys.key = j.value ->> 'key' AND job_keys.state = 'queued' AND ${current}`,
      )
      .bind(jobs, now),
  ]);
  return new Set(written.results.map(({ key }) => String(key)));
}

/** The id of a result. */
export async function identify(...parts: string[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
