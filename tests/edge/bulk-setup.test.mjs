// What sets the part up: "make edge-deploy BUCKET=…" with an account that the test plays, wrangler's own dry run of what it configures, and
// "make edge-dev" with a folder that is put in.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { root } from '../support/paths.mjs';
import { edge } from '../support/worker.mjs';
import { patterns } from './support/bulk.mjs';

/** @param {import('node:test').TestContext} t */
function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-setup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** An account: answers as wrangler does where a thing is and where it is not, and notes what is asked for. */
const account = `
const { readFileSync, writeFileSync, existsSync, appendFileSync } = require('node:fs');
const [file, args] = [process.env.ACCOUNT, process.argv.slice(2)];
const has = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const name = args.filter((a) => !a.startsWith('-'));
appendFileSync(file + '.log', args.join(' ') + '\\n');
const keep = (key, value) => { if (has[key]) { console.error(key + ' already exists'); process.exit(1); } has[key] = value; };
const say = (x) => console.log(JSON.stringify(x));
const line = args.join(' ');
if (line.startsWith('r2 bucket info') || line.startsWith('queues info')) { if (!has[name.at(-1)]) { console.error('not found'); process.exit(1); } }
else if (line.startsWith('r2 bucket create')) keep(args[3], 1);
else if (line.startsWith('queues create')) keep(args[2], 1);
else if (line === 'd1 list --json') say(has.d1 ? [{ name: has.d1, uuid: '11111111-2222-3333-4444-555555555555' }] : []);
else if (line.startsWith('d1 create')) keep('d1', args[2]);
else if (line.startsWith('d1 migrations apply')) has.tables = 1;
else if (line.startsWith('deploy')) has.worker = 1;
else if (line.startsWith('secret list')) { if (!has.worker) process.exit(1); say(has.secret ? [{ name: 'BULK_TOKEN' }] : []); }
else if (line.startsWith('secret put')) keep('secret', readFileSync(0, 'utf8'));
else if (line.startsWith('r2 bucket notification list')) console.log(has.rule ?? '');
else if (line.startsWith('r2 bucket notification create')) keep('rule', 'queue_name: ' + args[args.indexOf('--queue') + 1]);
else { console.error('unknown: ' + line); process.exit(1); }
writeFileSync(file, JSON.stringify(has));
`;

test('make edge-deploy sets all of it up, and a second time changes nothing', (t) => {
  const folder = temporary(t);
  const env = {
    ...process.env,
    WRANGLER: join(folder, 'wrangler.cjs'),
    ACCOUNT: join(folder, 'account.json'),
    BULK_CONFIG: join(edge, 'bulk/deployed-by-test.json'),
  };
  t.after(() => rmSync(env.BULK_CONFIG, { force: true }));
  writeFileSync(env.WRANGLER, account);
  const deploy = (/** @type {string[]} */ ...args) =>
    spawnSync('node', ['wasm/edge/bulk/deploy.mjs', ...args], { cwd: root, env, encoding: 'utf8' });
  const first = deploy('my-pictures');
  assert.equal(first.status, 0, first.stderr);
  const made = readFileSync(env.ACCOUNT, 'utf8');
  const { secret, rule, tables, worker, ...rest } = JSON.parse(made);
  assert.deepEqual(
    [rest['my-pictures'], rest['depthwise-bulk'], rest['depthwise-bulk-dead'], rest.d1],
    [1, 1, 1, 'depthwise-bulk'],
  );
  assert.ok(rule && tables && worker);
  assert.ok(first.stdout.includes(secret) && secret.length >= 32);
  const second = deploy();
  assert.equal(second.status, 0, second.stderr);
  assert.equal(readFileSync(env.ACCOUNT, 'utf8'), made);
  assert.ok(!second.stdout.includes(secret));
  const config = JSON.parse(readFileSync(env.BULK_CONFIG, 'utf8'));
  assert.deepEqual([config.r2_buckets[0].bucket_name, config.vars.BULK_BUCKET_NAME], ['my-pictures', 'my-pictures']);
  // What fails is told, with what wrangler said, and nothing after it is done.
  writeFileSync(env.ACCOUNT, JSON.stringify({ d1: 'depthwise-bulk', secret: 'x', rule: 'of another queue' }));
  const third = deploy('my-pictures');
  assert.equal(third.status, 1);
  assert.match(third.stderr, /rule already exists[\s\S]*did not succeed: notifications: made/);

  // wrangler itself takes the configuration: it bundles all of it, with these bindings.
  const wrangler = join(edge, 'node_modules/wrangler/bin/wrangler.js');
  const dry = execFileSync('node', [wrangler, 'deploy', '--dry-run', '--outdir', folder, '-c', env.BULK_CONFIG], {
    cwd: edge,
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  for (const binding of ['BULK_BUCKET', 'BULK_QUEUE', 'BULK_DB', 'ASSETS']) assert.ok(dry.includes(binding), dry);
});

test('make edge-dev: a folder is put in, classified by the queue, and found by label', async (t) => {
  const folder = temporary(t);
  const [picture] = patterns(1);
  for (const name of ['one.png', 'ä two.png']) writeFileSync(join(folder, name), picture);
  const state = temporary(t);
  const dev = spawn('node', ['wasm/edge/bulk/dev.mjs', '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BULK_STATE: state },
  });
  t.after(() => dev.kill('SIGTERM'));
  let said = '';
  const origin = await new Promise((resolve, reject) => {
    dev.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
    dev.stdout.on('data', (data) => {
      said += data;
      const [, found] = /Ready on (http:\/\/[^\s/]+)/.exec(said) ?? [];
      if (found && said.includes('put.mjs FOLDER')) resolve(found);
    });
  });
  assert.ok(said.includes(`${origin}/bulk`), said);
  const printed = execFileSync('node', ['wasm/edge/bulk/put.mjs', folder, origin], { cwd: root, encoding: 'utf8' });
  assert.equal(printed, '2 files put in\n');
  const ask = async (/** @type {string} */ query) => {
    const response = await fetch(`${origin}/api/bulk/results?${query}`, { headers: { Authorization: 'Bearer local' } });
    return (await response.json()).results;
  };
  for (let i = 0; i < 300 && (await ask('')).length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 200));
  const all = await ask('');
  assert.deepEqual(
    all.map((/** @type {any} */ { key }) => key),
    ['one.png', 'ä two.png'],
  );
  assert.equal((await ask(`label=${encodeURIComponent(all[0].label)}`)).length, 2);
});
