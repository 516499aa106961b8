// Messages that were tried too often, kept where they can be looked at and sent again.
import type { Bulk } from './config';
import { readMessage } from './message';
import { sendBodies } from './queue';

/** Keeps a message. */
export async function bury({ db }: Bulk, { id, body }: QueueMessage, reason: string, job?: string) {
  await db.batch([
    db
      .prepare(
        `INSERT INTO dead_letters (id, body, reason, job, arrived) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING`,
      )
      .bind(id, JSON.stringify(body) ?? 'null', reason, job ?? null, Date.now()),
  ]);
}

/** The consumer of the queue that dead letters go to. A job whose list could not be read waits until its message is sent again. */
export async function buryAll(bulk: Bulk, { messages }: MessageBatch) {
  const { db } = bulk;
  for (const message of messages) {
    const m = readMessage(message.body, bulk.bucketName);
    try {
      const reason = m instanceof Error ? m.message : 'it was tried too often';
      await bury(bulk, message, reason, 'job' in m ? m.job : undefined);
      if (!(m instanceof Error)) await stall(db, m);
      message.ack();
    } catch (error) {
      message.retry({ delaySeconds: bulk.retrySeconds });
      console.error(`dead letter ${message.id}: ${error}`);
    }
  }
}

type Message = Exclude<ReturnType<typeof readMessage>, Error>;

/** What a lost message would have gone on with waits. */
async function stall(db: D1Database, m: Message) {
  if (m.kind === 'list')
    await change(db, `UPDATE jobs SET state = 'stalled' WHERE id = ?1 AND state = 'listing'`, m.job);
  if (m.kind === 'export')
    await change(db, `UPDATE exports SET state = 'stalled' WHERE id = ?1 AND state = 'working'`, m.export);
}

async function resume(db: D1Database, m: Message) {
  if (m.kind === 'list')
    await change(db, `UPDATE jobs SET state = 'listing' WHERE id = ?1 AND state = 'stalled'`, m.job);
  if (m.kind === 'export')
    await change(db, `UPDATE exports SET state = 'working' WHERE id = ?1 AND state = 'stalled'`, m.export);
}

const change = (db: D1Database, sql: string, id: string) => db.batch([db.prepare(sql).bind(id)]);

export interface DeadLetter {
  id: string;
  body: unknown;
  reason: string;
  arrived: string;
}

/** The first 100 after a cursor. */
export async function deadLetters(
  { db }: Bulk,
  cursor = '',
): Promise<{ messages: DeadLetter[]; cursor: string | null }> {
  const [{ results }] = await db.batch([
    db.prepare('SELECT id, body, reason, arrived FROM dead_letters WHERE id > ?1 ORDER BY id LIMIT 100').bind(cursor),
  ]);
  const messages = results.map(({ id, body, reason, arrived }) => ({
    id: String(id),
    body: JSON.parse(String(body)),
    reason: String(reason),
    arrived: new Date(Number(arrived)).toISOString(),
  }));
  return { messages, cursor: messages.length === 100 ? messages[99].id : null };
}

/** Sends the first 100 again and forgets them, in this order: what is sent twice does no harm. What is no message of ours stays. */
export async function requeue(bulk: Bulk): Promise<number> {
  const { db } = bulk;
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null && ids.length < 100; ) {
    const page = await deadLetters(bulk, cursor);
    cursor = page.cursor;
    for (const { id, body } of page.messages) {
      const m = readMessage(body, bulk.bucketName);
      if (m instanceof Error) continue;
      await resume(db, m);
      await sendBodies(bulk, [body]);
      ids.push(id);
    }
  }
  const forget = 'DELETE FROM dead_letters WHERE id IN (SELECT value FROM json_each(?1))';
  await db.batch([db.prepare(forget).bind(JSON.stringify(ids))]);
  return ids.length;
}
