// The parts of R2, D1 and Queues that are used here, as Cloudflare documents them.

interface R2Object {
  key: string;
  /** Of the content; changes with it. */
  etag: string;
  /** In bytes. */
  size: number;
}

interface R2ObjectBody extends R2Object {
  body: ReadableStream<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface R2Bucket {
  get(key: string): Promise<R2ObjectBody | null>;
  list(options: {
    prefix?: string;
    startAfter?: string;
    limit?: number;
  }): Promise<{ objects: R2Object[]; truncated: boolean }>;
  put(key: string, value: string, options?: { httpMetadata?: { contentType?: string } }): Promise<R2Object | null>;
}

type D1Value = string | number | null;

interface D1Statement {
  bind(...values: D1Value[]): D1Statement;
}

interface D1Result<Row = Record<string, unknown>> {
  results: Row[];
  meta: { changes: number };
}

interface D1Database {
  prepare(sql: string): D1Statement;
  /** Runs all statements in one transaction. */
  batch(statements: D1Statement[]): Promise<D1Result[]>;
}

interface Queue {
  /** At most 100 messages, each of at most 128 KB, and of at most 256 KB together. */
  sendBatch(messages: { body: unknown }[]): Promise<unknown>;
}

interface QueueMessage {
  id: string;
  body: unknown;
  /** How often it was delivered, this time included. */
  attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

interface MessageBatch {
  queue: string;
  messages: QueueMessage[];
}

/** The bindings of bulk/wrangler.jsonc. */
interface BulkEnv extends Env {
  BULK_BUCKET?: R2Bucket;
  /** The bucket's name, which events bring. */
  BULK_BUCKET_NAME?: string;
  BULK_QUEUE?: Queue;
  BULK_DB?: D1Database;
  /** Secret: the token that requests to /api/bulk/ must bring. Without it the part is off. */
  BULK_TOKEN?: string;
  /** How objects that arrive are classified: a query of top, crop and views. */
  BULK_OPTIONS?: string;
  /** Seconds until a message is tried again for the first time; doubled each time. 5 if absent. */
  BULK_RETRY_SECONDS?: string;
}
