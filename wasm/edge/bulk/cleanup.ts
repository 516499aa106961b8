// Clears away rows that nothing needs any more, some thousands a call, so that no call takes long. Results are none of them: those that are
// superseded go in the transaction that supersedes them.
import type { Bulk } from './config';
import { countKeys } from './jobs';

const day = 86_400_000;
/** Rows a statement. */
const atOnce = 5000;

/** When rows go, in days: no consumer lives for a day, and no message for more than 14. */
export const keptDays = { gone: 1, keysOfJobs: 7, jobs: 90, deadLetters: 90 };

/** Clears until there is no more, or calls is up. Returns the number of rows. */
export async function cleanup({ db }: Bulk, now = Date.now(), calls = 20): Promise<number> {
  let all = 0;
  for (let i = 0; i < calls; i++) {
    const done = await db.batch([
      // Of objects without a result: deleted, never there, or of a cancelled job. A claim is a change: nobody who has one is alive.
      db
        .prepare(
          `DELETE FROM objects WHERE key IN (SELECT key FROM objects AS o WHERE changed < ?1
           AND NOT EXISTS (SELECT 1 FROM results WHERE results.key = o.key) LIMIT ${atOnce})`,
        )
        .bind(now - keptDays.gone * day),
      // What a job came to is written down before the first of its keys goes. A late message of it finds it as it is, and settles nothing.
      db
        .prepare(
          `UPDATE jobs SET counts = (${countKeys}) WHERE counts IS NULL AND state IN ('listed', 'cancelled') AND created < ?2
           AND NOT EXISTS (SELECT 1 FROM job_keys WHERE job = jobs.id AND settled > ?2)
           AND (state = 'cancelled' OR NOT EXISTS (SELECT 1 FROM job_keys WHERE job = jobs.id AND job_keys.state = 'queued'))`,
        )
        .bind(now, now - keptDays.keysOfJobs * day),
      db.prepare(
        `DELETE FROM job_keys WHERE (job, key) IN (
           SELECT job, key FROM job_keys WHERE job IN (SELECT id FROM jobs WHERE counts IS NOT NULL) LIMIT ${atOnce})`,
      ),
      db
        .prepare(
          `DELETE FROM jobs WHERE counts IS NOT NULL AND created < ?1 AND NOT EXISTS (SELECT 1 FROM job_keys WHERE job = jobs.id)`,
        )
        .bind(now - keptDays.jobs * day),
      db.prepare(`DELETE FROM exports WHERE created < ?1 AND state <> 'working'`).bind(now - keptDays.jobs * day),
      db
        .prepare(
          `DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE arrived < ?1 LIMIT ${atOnce})`,
        )
        .bind(now - keptDays.deadLetters * day),
    ]);
    const rows = done.reduce((sum, { meta }) => sum + meta.changes, 0);
    all += rows;
    if (rows < atOnce) break;
  }
  return all;
}
