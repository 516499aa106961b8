// Reads results: a page as JSON, or all of them as a stream of lines.
import type { Bulk } from './config';

export interface Query {
  /** Of the likeliest class. */
  label?: string;
  /** The least probability. */
  min: number;
  prefix: string;
  /** Of either state, if absent. */
  state?: 'done' | 'failed';
  /** Of the page before. */
  cursor?: string;
  limit: number;
}

/** A result as it is given out. */
export interface Row {
  key: string;
  etag: string;
  size: number;
  model: string;
  options: string;
  state: 'done' | 'failed';
  label: string | null;
  probability: number | null;
  reason: string | null;
  detail: string | null;
  predictions: { index: number; label: string; probability: number }[] | null;
  noneOfThese?: boolean;
  colour?: string;
}

export interface Page {
  results: Row[];
  /** Null on the last page. */
  cursor: string | null;
}

/** One page, in the order of keys. */
export async function pageOf({ db }: Bulk, q: Query): Promise<Page> {
  const [key, options] = q.cursor ? JSON.parse(q.cursor) : ['', ''];
  const [page] = await db.batch([
    db
      .prepare(
        `SELECT key, etag, size, model, options, state, label, probability, answer, reason, detail FROM results
         WHERE key >= max(?4, ?5) AND substr(key, 1, length(?4)) = ?4 AND (key, options) > (?5, ?6)
           ${q.state ? `AND state = '${q.state}'` : ''} ${q.label === undefined ? 'AND ?1 IS NULL' : 'AND label = ?1'}
           AND (?2 <= 0 OR probability >= ?2)
         ORDER BY key, options LIMIT ?3`,
      )
      .bind(q.label ?? null, q.min, q.limit + 1, q.prefix, key, options),
  ]);
  const more = page.results.length > q.limit;
  const rows = page.results.slice(0, q.limit).map(({ answer, ...row }) => ({
    ...row,
    predictions: null,
    ...(answer ? JSON.parse(String(answer)) : undefined),
  })) as unknown as Row[];
  const last = rows.at(-1);
  return { results: rows, cursor: more && last ? JSON.stringify([last.key, last.options]) : null };
}

/** Writes a result as a line, and what stands before the first. */
interface Lines {
  type: string;
  head: string;
  line(row: Row): string;
}

const columns = [
  'key',
  'state',
  'label',
  'probability',
  'reason',
  'detail',
  'etag',
  'size',
  'model',
  'options',
] as const;

/** A cell as RFC 4180 quotes it. What a spreadsheet would take for a formula begins with an apostrophe, as such programs hide it. */
function cell(value: string | number | null) {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const formats: Record<string, Lines> = {
  ndjson: { type: 'application/x-ndjson', head: '', line: (row) => `${JSON.stringify(row)}\n` },
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    head: `${columns.join()}\r\n`,
    line: (row) => `${columns.map((name) => cell(row[name])).join()}\r\n`,
  },
};

/**
 * All results from the cursor on, read page by page as they are taken. A stream that breaks off, because the database does, is in no way
 * complete: clients see it, and go on from the last line's key and options by the cursor, which is [key, options] as JSON.
 */
export function streamOf(bulk: Bulk, query: Query, { head, line }: Lines): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cursor: string | null | undefined = query.cursor;
  let begun = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const page = await pageOf(bulk, { ...query, cursor: cursor ?? undefined });
        controller.enqueue(encoder.encode((begun ? '' : head) + page.results.map(line).join('')));
        begun = true;
        cursor = page.cursor;
        if (cursor === null) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
