// The Worker of wasm/edge/bulk with a queue that the test plays: at least once, in any order, several at a time.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { dist, models, root } from '../../support/paths.mjs';
import { png } from '../../support/pictures.mjs';
import { edge, startWorker } from '../../support/worker.mjs';

/** @typedef {{id: string, body: any, attempts: number}} Message */
/** @typedef {{calls: number, crashed: string, settled: Record<string, 'ack' | 'retry'>, written: {rows: number, read: number, batches: number, size: number}}} Outcome */

export const bucket = 'depthwise-pictures';
export const token = { Authorization: 'Bearer secret' };
/** Deliveries after the first, as in bulk/wrangler.jsonc. */
const most = 10;

const migrations = readdirSync(join(edge, 'bulk/migrations'))
  .sort()
  .map((name) => readFileSync(join(edge, 'bulk/migrations', name), 'utf8').replace(/--[^\n]*/g, ''))
  .join('');

/**
 * Starts the Worker with an empty database, or with what a folder holds.
 * @param {Record<string, string>} [vars]
 * @param {string} [folder] in which it was started before
 */
export async function start(vars, folder) {
  const persist = folder ?? mkdtempSync(join(tmpdir(), 'depthwise-bulk-'));
  after(() => rmSync(persist, { recursive: true, force: true, maxRetries: 5 }));
  const gone = new AbortController(); // fetch would wait five minutes for an answer of who was killed
  const { origin, dispose } = await startWorker({
    config: 'bulk/wrangler.jsonc',
    persist,
    entrypoint: join(root, 'tests/edge/support/broker.ts'),
    vars: { BULK_TOKEN: 'secret', ...vars },
  });
  /** @param {string} path @param {RequestInit} [init] */
  const ask = async (path, init) => {
    const response = await fetch(origin + path, {
      ...init,
      headers: { ...token, Connection: 'close' },
      signal: gone.signal,
    });
    assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`);
    return response.json();
  };
  const place = (/** @type {string} */ key) => `/test/objects/${encodeURIComponent(key)}`;
  if (!folder) await ask('/test/sql', { method: 'POST', body: migrations });
  return {
    origin,
    persist,
    async dispose() {
      await dispose();
      gone.abort(new Error('workerd was killed'));
    },
    ask,
    /** @param {string} key @param {string | Uint8Array<ArrayBuffer>} body */
    put: (key, body) => ask(place(key), { method: 'PUT', body }),
    remove: (/** @type {string} */ key) => ask(place(key), { method: 'DELETE' }),
    object: (/** @type {string} */ key) => ask(place(key)),
    sql: (/** @type {string} */ body) => ask('/test/sql', { method: 'POST', body }),
    job: (/** @type {object} */ body) => ask('/api/bulk/jobs', { method: 'POST', body: JSON.stringify(body) }),
    /** All results of a state. @param {'all' | 'done' | 'failed'} [state] @returns {Promise<any[]>} */
    async results(state = 'all') {
      const response = await fetch(`${origin}/api/bulk/results?format=ndjson&state=${state}`, { headers: token });
      assert.equal(response.status, 200);
      const text = await response.text();
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}

/** Numbers from 0 to 1 (mulberry32). @param {number} seed */
export const generator = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

/** The messages. They are in this process, so that they outlive workerd. */
export class Broker {
  /** @type {Message[]} */
  waiting = [];
  sent = 0;
  /** What was written by all deliveries, in rows and transactions. */
  written = { rows: 0, read: 0, batches: 0, size: 0 };
  /** How often what befell the consumers. @type {Record<string, number>} */
  crashes = {};
  #server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    for (const body of JSON.parse(text)) this.send(body);
    response.end();
  });

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await new Promise((resolve) => this.#server.once('listening', resolve));
    after(() => this.#server.close());
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  send(/** @type {any} */ body) {
    this.waiting.push({ id: `m${this.sent++}`, body, attempts: 1 });
  }

  /** What R2 says. @param {string} action @param {string} key @param {string} [of] the bucket */
  event(action, key, of = bucket) {
    this.send({ account: 'a', action, bucket: of, object: { key }, eventTime: new Date(0).toISOString() });
  }

  /**
   * Delivers messages; those that are not acknowledged wait again.
   * @param {{ask(path: string, init?: RequestInit): Promise<any>}} worker
   * @param {Message[]} messages
   * @param {object} [options] of tests/edge/support/broker.ts
   * @returns {Promise<Outcome[]>}
   */
  async deliver({ ask }, messages, options) {
    const outcomes = [];
    const unique = messages.filter(({ id }, i) => messages.findIndex((other) => other.id === id) === i);
    for (const [queue, batch] of /** @type {const} */ ([
      ['depthwise-bulk-dead', unique.filter(({ attempts }) => attempts > most + 1)],
      ['depthwise-bulk', unique.filter(({ attempts }) => attempts <= most + 1)],
    ])) {
      if (!batch.length) continue;
      const body = JSON.stringify({ queue, messages: batch, pageSize: 1000, d1: 0, r2: 0, seed: 0, ...options });
      /** @type {Outcome} */
      const outcome = await ask('/test/queue', { method: 'POST', body }).catch((/** @type {Error} */ error) => ({
        crashed: `workerd: ${error.message}`,
        settled: {},
      }));
      outcomes.push(outcome);
      const { settled, crashed, written } = outcome;
      const what = crashed.replace(/\d+/, 'n');
      if (crashed) this.crashes[what] = 1 + (this.crashes[what] ?? 0);
      if (written) {
        this.written.rows += written.rows;
        this.written.read += written.read;
        this.written.batches += written.batches;
        this.written.size = written.size || this.written.size;
      }
      for (const message of batch)
        if (settled[message.id] !== 'ack') this.waiting.push({ ...message, attempts: message.attempts + 1 });
    }
    return outcomes;
  }

  /** Delivers all that waits, ten at a time, until nothing does. @param {Parameters<Broker['deliver']>[0]} worker @param {object} [options] */
  async drain(worker, options) {
    for (let i = 0; this.waiting.length; i++) {
      assert.ok(i < 3000, `messages that never end: ${JSON.stringify(this.waiting.slice(0, 3))}`);
      await this.deliver(worker, this.waiting.splice(0, 10), options);
    }
  }
}

/** Pictures of the test's own. @param {number} count */
export const patterns = (count) =>
  Array.from({ length: count }, (_, i) => {
    const rgb = Uint8Array.from({ length: 96 * 96 * 3 }, (_, at) => (at * at * (2 * i + 1)) >> (3 + (i % 9)));
    return new Uint8Array(png(96, 96, { rgb }));
  });

/** What core/reference says of pictures: five predictions each. @param {Uint8Array[]} pictures @returns {any[][]} */
export function answersOf(pictures) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-answers-'));
  try {
    const files = pictures.map((picture, i) => {
      const path = join(folder, `${i}`);
      writeFileSync(path, picture);
      return path;
    });
    const [{ file, labels }] = models;
    const args = ['run', './tests/edge/support/answers', join(dist, 'models', file), join(dist, 'models', labels)];
    const printed = execFileSync('go', [...args, ...files], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
    return printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
