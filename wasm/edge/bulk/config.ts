// What the part is configured with, checked once a call.
import network from '../dist/network.json';

/** The bindings, all there, and what the variables say. */
export interface Bulk {
  env: BulkEnv;
  ctx: Execution;
  bucket: R2Bucket;
  bucketName: string;
  queue: Queue;
  db: D1Database;
  /** The model's SHA-256. */
  model: string;
  /** Of objects that arrive. */
  options: string;
  /** Seconds until the first retry. */
  retrySeconds: number;
}

/** As picture.Default in Go. */
export const bodyLimit = 10 << 20;

/** The configuration, or undefined where the part is off: nothing is configured or there is no token. */
export function configured(env: BulkEnv, ctx: Execution): Bulk | undefined {
  const { BULK_BUCKET: bucket, BULK_QUEUE: queue, BULK_DB: db, BULK_BUCKET_NAME: bucketName, BULK_TOKEN: token } = env;
  if (!bucket || !queue || !db || !bucketName || !token) return undefined;
  const options = readOptions(env.BULK_OPTIONS ?? '');
  if (options instanceof Error) throw new Error(`the variable BULK_OPTIONS: ${options.message}`);
  const retrySeconds = Number(env.BULK_RETRY_SECONDS ?? 5);
  return { env, ctx, bucket, bucketName, queue, db, model: String(network.model.sha256), options, retrySeconds };
}

const choices: Record<string, RegExp> = {
  top: /^([1-9]|[1-9]\d|100)$/,
  crop: /^(center|square|whole)$/,
  views: /^[124]$/,
};

/**
 * The options of a classification in their one spelling, names sorted, so that the same ones make the same result; or what is wrong.
 * Embeddings, logits and heat maps are none: a database is no place for them.
 */
export function readOptions(query: string): string | Error {
  const options = new URLSearchParams(query);
  for (const [name, value] of options) {
    if (!Object.hasOwn(choices, name))
      return new Error(`there is no option ${clip(name)}; there are top, crop and views`);
    if (options.getAll(name).length > 1) return new Error(`${name} comes more than once`);
    if (!choices[name].test(value))
      return new Error(`${name}=${clip(value)} is none that is stored: ${choices[name].source}`);
  }
  options.sort();
  return options.toString();
}

/** What an untrusted text begins with. */
export const clip = (text: string, most = 100) => (text.length <= most ? text : `${text.slice(0, most)}…`);
