// Reads results.
import type { Bulk } from './config';

export interface Query {
  /** Of the likeliest class. */
  label?: string;
  /** The least probability. */
  min: number;
  prefix: string;
  state: 'done' | 'failed';
  /** Of the page before. */
  cursor?: string;
  limit: number;
}

/** One page, in the order of keys. */
export async function results({ db }: Bulk, q: Query) {
  const [key, options] = q.cursor ? JSON.parse(q.cursor) : ['', ''];
  const [page] = await db.batch([
    db
      .prepare(
        `SELECT key, etag, size, model, options, state, label, probability, answer, reason, detail FROM results
         WHERE state = ?1 AND (?2 IS NULL OR label = ?2) AND (?3 <= 0 OR probability >= ?3)
           AND key >= ?4 AND substr(key, 1, length(?4)) = ?4 AND (key, options) > (?5, ?6)
         ORDER BY key, options LIMIT ?7`,
      )
      .bind(q.state, q.label ?? null, q.min, q.prefix, key, options, q.limit),
  ]);
  const rows = page.results.map(({ answer, ...row }) => ({
    ...row,
    predictions: answer ? JSON.parse(String(answer)).predictions : null,
  })) as unknown as { key: string; options: string }[];
  const last = rows.at(-1);
  return { results: rows, cursor: last && rows.length === q.limit ? JSON.stringify([last.key, last.options]) : null };
}
