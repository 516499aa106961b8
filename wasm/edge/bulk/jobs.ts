// Jobs classify what lies in the bucket already. A job's list is read page by page; each page is a transaction that moves the
// cursor, so that a message delivered twice, or again after an interruption, counts nothing twice and leaves nothing out.
import type { Bulk } from './config';
import { exportPrefix } from './export';
import type { List } from './message';
import { messagesOf, send } from './queue';

/** Keys a page: R2's most. */
const pageSize = 1000;

export interface Job {
  id: string;
  prefix: string;
  options: string;
  /** "stalled": nothing goes on until its dead letters are requeued, or the job is. */
  state: 'listing' | 'working' | 'done' | 'stalled' | 'cancelled';
  created: string;
  listed: number;
  queued: number;
  done: number;
  failed: number;
  /** Deleted between being listed and being read. */
  gone: number;
  /** Messages of it among the dead letters. */
  deadLetters: number;
  /** Objects a second in the last minute. */
  rate: number;
  /** As the rate says, null where there is none or the list is not complete. */
  secondsLeft: number | null;
}

/** Begins a job. */
export async function create(bulk: Bulk, prefix: string, options: string): Promise<Job> {
  const { db } = bulk;
  const id = crypto.randomUUID();
  const insert = `INSERT INTO jobs (id, prefix, options, state, created) VALUES (?1, ?2, ?3, 'listing', ?4)`;
  await db.batch([db.prepare(insert).bind(id, prefix, options, Date.now())]);
  await send(bulk, [{ kind: 'list', job: id, page: 0 }]);
  return (await job(bulk, id)) as Job;
}

/** Of a job whose list can go on. One that is stalled goes on, too: the message that stalled it may have been an old one. */
const unlisted = `state IN ('listing', 'stalled')`;

/**
 * Lists a job's next page and asks for the following one. Its keys are sent before the cursor moves: interrupted between, they are
 * sent twice, which does no harm. Only who moves the cursor, or finds it one page on and cannot know whether that was asked for, asks
 * for the following page: else a message delivered twice would list all that follows twice. Only who wrote a page's rows last moves the
 * cursor: others do not know all of them.
 */
export async function listPage(bulk: Bulk, { job: id, page }: List) {
  const { db, bucket } = bulk;
  const [{ results }] = await db.batch([db.prepare('SELECT * FROM jobs WHERE id = ?1').bind(id)]);
  const [row] = results as { state: string; prefix: string; options: string; cursor: string | null; page: number }[];
  if (row?.state !== 'listing' && row?.state !== 'stalled') return;
  const next = () => send(bulk, [{ kind: 'list', job: id, page: page + 1 }]);
  if (row.page === page + 1) return next();
  if (row.page !== page) return;
  const { objects, truncated } = await bucket.list({
    prefix: row.prefix,
    limit: pageSize,
    ...(row.cursor !== null && { startAfter: row.cursor }),
  });
  const keys = objects.map(({ key }) => key).filter((key) => !key.startsWith(exportPrefix));
  const last = objects.at(-1)?.key ?? row.cursor;
  // The rows first: a consumer that settles a key finds its row. Then all up to the page's last key that are queued, also those that were
  // listed before and lie no more: somebody has to find that out. No text is greater than x''.
  const [raised, , queued] = await db.batch([
    db
      .prepare(`UPDATE jobs SET lister = lister + 1 WHERE id = ?1 AND page = ?2 AND ${unlisted} RETURNING lister`)
      .bind(id, page),
    db
      .prepare(
        `INSERT INTO job_keys (job, key) SELECT ?1, value FROM json_each(?3)
         WHERE EXISTS (SELECT 1 FROM jobs WHERE id = ?1 AND page = ?2 AND ${unlisted}) ON CONFLICT DO NOTHING`,
      )
      .bind(id, page, JSON.stringify(keys)),
    db
      .prepare(
        `SELECT key FROM job_keys WHERE job = ?1 AND key > ?2 AND key <= coalesce(?3, x'') AND state = 'queued' ORDER BY key LIMIT ?4`,
      )
      .bind(id, row.cursor ?? '', truncated ? last : null, pageSize + 1),
  ]);
  const other = () => new Error(`page ${page} of job ${id} was meanwhile listed by another consumer`);
  if (!raised.results.length) throw other();
  const wanted = queued.results.map(({ key }) => String(key));
  // Too many that lie no more: the page ends where they do not fit.
  const fits = wanted.length <= pageSize;
  if (!fits) wanted.length = pageSize;
  await send(bulk, messagesOf(id, row.options, wanted));
  const more = truncated || !fits;
  const [moved] = await db.batch([
    db
      .prepare(
        `UPDATE jobs SET cursor = ?2, page = page + 1, state = ?3 WHERE id = ?1 AND page = ?4 AND lister = ?5 AND ${unlisted} RETURNING id`,
      )
      .bind(
        id,
        fits ? last : wanted[pageSize - 1],
        more ? 'listing' : 'listed',
        page,
        Number(raised.results[0].lister),
      ),
  ]);
  if (!moved.results.length) throw other();
  if (more) await next();
}

/** Ends a job, if it has not ended; what it classified stays. */
export async function cancel({ db }: Bulk, id: string) {
  const open = `(state <> 'listed' OR EXISTS (SELECT 1 FROM job_keys WHERE job = ?1 AND job_keys.state = 'queued'))`;
  await db.batch([db.prepare(`UPDATE jobs SET state = 'cancelled' WHERE id = ?1 AND ${open}`).bind(id)]);
}

/**
 * Lists a job's keys again from the first, and sends again those that nothing has come of: for messages that were lost, as those are
 * that lay in the queue for longer than it keeps them. Also revives a job that was cancelled.
 */
export async function requeueJob(bulk: Bulk, id: string) {
  const { db } = bulk;
  const update = `UPDATE jobs SET state = 'listing', cursor = NULL, page = page + 1 WHERE id = ?1 AND counts IS NULL RETURNING page`;
  const [{ results }] = await db.batch([db.prepare(update).bind(id)]);
  if (results.length) await send(bulk, [{ kind: 'list', job: id, page: Number(results[0].page) }]);
}

/**
 * Asks again for the next page of each list that has gone on for an hour: who began the job, or requeued it, may have been interrupted before
 * asking for a page, and a message may have expired. Where nothing was lost, this is a message that comes twice.
 */
export async function relist(bulk: Bulk, now = Date.now()) {
  const stale = `SELECT id, page FROM jobs WHERE state = 'listing' AND created < ?1`;
  const [{ results }] = await bulk.db.batch([bulk.db.prepare(stale).bind(now - 3_600_000)]);
  await send(
    bulk,
    results.map(({ id, page }) => ({ kind: 'list', job: String(id), page: Number(page) })),
  );
}

export async function job(bulk: Bulk, id: string): Promise<Job | undefined> {
  return (await read(bulk, 'WHERE jobs.id = ?2', id))[0];
}

/** The latest 50. */
export function jobs(bulk: Bulk): Promise<Job[]> {
  return read(bulk, '');
}

/** The counts, of all keys of a job: a pass over them, so that no counter can be wrong. */
export const countKeys = `SELECT json_object('queued', total(state = 'queued'), 'done', total(state = 'done'), 'failed', total(state = 'failed'),
  'gone', total(state = 'gone'), 'lately', total(settled > ?1)) FROM job_keys WHERE job = jobs.id`;

async function read({ db }: Bulk, where: string, ...values: string[]): Promise<Job[]> {
  const [{ results }] = await db.batch([
    db
      .prepare(
        `SELECT id, prefix, options, state, created, coalesce(counts, (${countKeys})) AS counts,
           (SELECT count(*) FROM dead_letters WHERE job = jobs.id) AS dead
         FROM jobs ${where} ORDER BY created DESC, id LIMIT 50`,
      )
      .bind(Date.now() - 60_000, ...values),
  ]);
  return results.map((row) => {
    const { queued, done, failed, gone, lately } = JSON.parse(String(row.counts));
    const rate = lately / 60;
    const listed = row.state === 'listed';
    const stands = Number(row.dead) > 0 && !lately;
    return {
      id: String(row.id),
      prefix: String(row.prefix),
      options: String(row.options),
      state: listed ? (!queued ? 'done' : stands ? 'stalled' : 'working') : (row.state as Job['state']),
      created: new Date(Number(row.created)).toISOString(),
      listed: queued + done + failed + gone,
      queued,
      done,
      failed,
      gone,
      deadLetters: Number(row.dead),
      rate,
      secondsLeft: listed && queued && rate ? Math.round(queued / rate) : null,
    };
  });
}
