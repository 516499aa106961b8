// "make edge-deploy": deploys the Worker, and where a bucket is named (make edge-deploy BUCKET=my-pictures) all that it needs for many
// pictures. What is there already stays as it is, so it may be run again at any time.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const edge = fileURLToPath(new URL('..', import.meta.url));
/** The tests name another program. */
const program = process.env.WRANGLER ?? join(edge, 'node_modules/wrangler/bin/wrangler.js');
/** As bulk/wrangler.jsonc, with the bucket and the database of this account; kept, so that the next time needs no name. */
const file = process.env.BULK_CONFIG ?? join(edge, 'bulk/deployed.json');

/** Runs wrangler; says what it printed, and whether it succeeded. @param {string[]} args @param {string} [input] */
function wrangler(args, input) {
  const { status, stdout, stderr } = spawnSync('node', [program, ...args], {
    cwd: edge,
    encoding: 'utf8',
    input: input ?? '',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  return { ok: status === 0, text: `${stdout}\n${stderr}`, stdout };
}

/** Runs what has to succeed. @param {string} what @param {string[]} args @param {string} [input] */
function must(what, args, input) {
  const ran = wrangler(args, input);
  if (!ran.ok) fail(what, ran.text);
  console.log(what);
  return ran.stdout;
}

/** @param {string} what @param {string} text @returns {never} */
function fail(what, text) {
  console.error(
    `${text.trim()}\n\nThis did not succeed: ${what}. What wrangler says of it stands above; once that is mended, run this again.`,
  );
  process.exit(1);
}

/** Creates what may be there already. @param {string} what @param {string[]} look succeeds if it is @param {string[]} create */
function ensure(what, look, create) {
  if (wrangler(look).ok) return console.log(`${what}: there`);
  must(`${what}: made`, create);
}

const named = process.argv[2];
if (!named && !existsSync(file)) {
  console.log(must('The Worker is deployed, without a bucket', ['deploy']));
  process.exit(0);
}
const { experimental_readRawConfig } = createRequire(join(edge, 'package.json'))('wrangler');
const { rawConfig: config } = experimental_readRawConfig({ config: join(edge, 'bulk/wrangler.jsonc') });
const bucket = named || JSON.parse(readFileSync(file, 'utf8')).r2_buckets[0].bucket_name;
const [{ queue }] = config.queues.producers;
const dead = config.queues.consumers[0].dead_letter_queue;
const [database] = config.d1_databases;

ensure(`bucket ${bucket}`, ['r2', 'bucket', 'info', bucket], ['r2', 'bucket', 'create', bucket]);
for (const name of [queue, dead]) {
  // The longest that there is: a message that lies there longer is lost.
  const create = ['queues', 'create', name, '--message-retention-period-secs', '1209600'];
  ensure(`queue ${name}`, ['queues', 'info', name], create);
}
const databases = () => JSON.parse(must('databases: read', ['d1', 'list', '--json']));
const find = () => databases().find((/** @type {any} */ { name }) => name === database.database_name);
if (!find()) must(`database ${database.database_name}: made`, ['d1', 'create', database.database_name]);
const { uuid } = find() ?? fail('the database is made', 'it is not in the list of databases');

config.r2_buckets[0].bucket_name = bucket;
config.vars.BULK_BUCKET_NAME = bucket;
database.database_id = uuid;
writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
const configured = ['-c', file];
must('tables: made', ['d1', 'migrations', 'apply', database.database_name, '--remote', ...configured]);
console.log(must('The Worker is deployed', ['deploy', ...configured]));
// A secret belongs to a Worker that is there.
const secrets = JSON.parse(must('secrets: read', ['secret', 'list', '--format', 'json', ...configured]));
if (!secrets.some((/** @type {any} */ { name }) => name === 'BULK_TOKEN')) {
  const token = randomBytes(24).toString('base64url');
  must('token: made', ['secret', 'put', 'BULK_TOKEN', ...configured], token);
  console.log(`The token of /bulk, which is shown this once: ${token}`);
}
// Last, when all that takes its messages is there.
const rules = must('notifications: read', ['r2', 'bucket', 'notification', 'list', bucket]);
if (rules.includes(queue)) console.log('notifications: there');
else {
  const types = ['--event-type', 'object-create', 'object-delete'];
  must('notifications: made', ['r2', 'bucket', 'notification', 'create', bucket, '--queue', queue, ...types]);
}
