// Writes all results to the bucket as NDJSON, in parts. A part is named by its number and its content follows from the cursor before
// it, so that writing one again, after an interruption or because a message came twice, replaces it and leaves no second one.
import type { Bulk } from './config';
import type { Export } from './message';
import { send } from './queue';
import { pageOf, type Row } from './results';

/** Where parts lie; what lies there is never classified. */
export const exportPrefix = 'exports/';

/** Rows a part, read so many at a time: one part is some 6 MB. */
const part = { rows: 10_000, read: 1000 };

export interface ExportState {
  id: string;
  /** What the parts' names begin with: part 0 is "…00000.ndjson". */
  prefix: string;
  state: 'working' | 'done' | 'stalled' | 'cancelled';
  parts: number;
  rows: number;
  created: string;
}

export async function createExport(bulk: Bulk): Promise<ExportState> {
  const id = crypto.randomUUID();
  const insert = `INSERT INTO exports (id, prefix, state, created) VALUES (?1, ?2, 'working', ?3)`;
  await bulk.db.batch([bulk.db.prepare(insert).bind(id, `${exportPrefix}${id}/`, Date.now())]);
  await send(bulk, [{ kind: 'export', export: id, part: 0 }]);
  return (await exported(bulk, id)) as ExportState;
}

export async function exported({ db }: Bulk, id: string): Promise<ExportState | undefined> {
  const [{ results }] = await db.batch([db.prepare('SELECT * FROM exports WHERE id = ?1').bind(id)]);
  return results.map(stateOf)[0];
}

/** The latest 50. */
export async function exports({ db }: Bulk): Promise<ExportState[]> {
  const [{ results }] = await db.batch([db.prepare('SELECT * FROM exports ORDER BY created DESC, id LIMIT 50')]);
  return results.map(stateOf);
}

export async function cancelExport({ db }: Bulk, id: string) {
  const update = `UPDATE exports SET state = 'cancelled' WHERE id = ?1 AND state <> 'done'`;
  await db.batch([db.prepare(update).bind(id)]);
}

function stateOf(row: Record<string, unknown>): ExportState {
  return {
    id: String(row.id),
    prefix: String(row.prefix),
    state: row.state as ExportState['state'],
    parts: Number(row.part),
    rows: Number(row.rows),
    created: new Date(Number(row.created)).toISOString(),
  };
}

/** Writes the next part and asks for the following one, as jobs list their pages. */
export async function writePart(bulk: Bulk, { export: id, part: number }: Export) {
  const { db, bucket } = bulk;
  const [{ results }] = await db.batch([db.prepare('SELECT * FROM exports WHERE id = ?1').bind(id)]);
  const [row] = results as { state: string; prefix: string; cursor: string | null; part: number }[];
  if (row?.state !== 'working' && row?.state !== 'stalled') return;
  const next = () => send(bulk, [{ kind: 'export', export: id, part: number + 1 }]);
  if (row.part === number + 1) return next();
  if (row.part !== number) return;
  let cursor = row.cursor ?? undefined;
  const rows: Row[] = [];
  let more = true;
  while (more && rows.length < part.rows) {
    const page = await pageOf(bulk, { min: 0, prefix: '', limit: part.read, cursor });
    rows.push(...page.results);
    more = page.cursor !== null;
    cursor = page.cursor ?? cursor;
  }
  const name = `${row.prefix}${String(number).padStart(5, '0')}.ndjson`;
  const text = rows.map((result) => `${JSON.stringify(result)}\n`).join('');
  if (rows.length || !number) {
    await bucket.put(name, text, { httpMetadata: { contentType: 'application/x-ndjson' } });
  }
  const [moved] = await db.batch([
    db
      .prepare(
        `UPDATE exports SET cursor = ?2, part = part + 1, rows = rows + ?3, state = ?4
         WHERE id = ?1 AND part = ?5 AND state IN ('working', 'stalled') RETURNING id`,
      )
      .bind(id, cursor ?? null, rows.length, more ? 'working' : 'done', number),
  ]);
  if (more && moved.results.length) await next();
}
