// The same input gives the same bytes wherever the network runs: systems, browsers, engines, threads. One test asks them all and
// prints who said what.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { cleanup } from '../support/cleanup.mjs';
import { browsers } from '../support/drivers/browsers.mjs';
import { inPage } from '../support/drivers/driver.mjs';
import { librarySite } from '../support/library.mjs';
import { program, without } from '../support/machine.mjs';
import { synthetic } from '../support/models.mjs';
import { dist, models, root, shared } from '../support/paths.mjs';

/** MobileNetV2 1.0 224, where the shared test data is. */
const fileV2 = join(shared, 'cases/models/v2_1.0_224_uint8.tflite');

/** Of both networks a trained model, uint8 as a whole, and a made-up one of int8, each channel with its own scale. */
const made = synthetic('int8_keras', 'int8_v2_keras');
const files = {
  [models[0].name]: readFileSync(join(dist, 'models', models[0].file)),
  int8_keras: readFileSync(made('int8_keras')),
  int8_v2_keras: readFileSync(made('int8_v2_keras')),
  ...(existsSync(fileV2) && { v2: readFileSync(fileV2) }),
};
const folder = mkdtempSync(join(tmpdir(), 'depthwise-determinism-'));
after(() => rmSync(folder, { recursive: true }));

/** How a program built for GOOS/GOARCH is run here. @type {Record<string, (file: string) => string[]>} */
const systems = {
  'linux/amd64': (file) => [file],
  'linux/arm64': (file) => ['qemu-aarch64-static', file],
  'js/wasm': (file) => ['node', join(goroot(), 'lib/wasm/wasm_exec_node.js'), file],
  'wasip1/wasm': (file) => ['go', 'run', 'github.com/tetratelabs/wazero/cmd/wazero', 'run', file],
};

const goroot = () => execFileSync('go', ['env', 'GOROOT']).toString().trim();

/** What a system's engines give for each model: the model, the engine, the digest. @param {string} system @returns {string[][]} */
function digests(system) {
  const [GOOS, GOARCH] = system.split('/');
  const file = join(folder, system.replace('/', '-'));
  const build = { ...process.env, GOOS, GOARCH, CGO_ENABLED: '0' };
  execFileSync('go', ['build', '-o', file, './tests/determinism/digest'], { cwd: root, env: build });
  const [command, ...args] = systems[system]?.(file) ?? [];
  assert.ok(command);
  // wasm_exec_node.js refuses a large environment.
  const env = system === 'js/wasm' ? { PATH: process.env.PATH } : process.env;
  return Object.entries(files).flatMap(([model, input]) =>
    execFileSync(command, args, { cwd: root, env, input })
      .toString()
      .trim()
      .split('\n')
      .map((line) => [model, ...line.split('\t')]),
  );
}

/** The same of a browser. @param {typeof browsers[number]['start']} start @param {string} origin @returns {Promise<string[][]>} */
async function digestsIn(start, origin) {
  const driver = await start();
  try {
    await driver.goto(`${origin}/blank.html`);
    const seen = [];
    for (const model of Object.keys(files)) {
      for (const engine of ['go', 'simd', 'relaxed', 'dot']) {
        for (const threads of engine === 'go' ? [1] : [1, 2, 3]) {
          seen.push([model, ...(await inPage(driver, digestHere, model, engine, threads))]);
        }
      }
    }
    return seen;
  } finally {
    await driver.close();
  }
}

/**
 * Runs a model in the page: which engine ran, and the digest.
 * @param {string} model
 * @param {string} engine
 * @param {number} threads
 */
async function digestHere(model, engine, threads) {
  const { load } = await import(`${location.origin}/mobilenet/mobilenet.js`);
  const net = await load({ model: `/${model}.tflite`, engine, threads });
  const { resolution, engine: used, threads: running } = net.info; // a browser may lack what was asked for
  const length = 3 * resolution ** 2;
  const { output } = await net.run(Uint8Array.from({ length }, (_, i) => Math.imul(i, 2654435761) >>> 24)); // as digest has it
  await net.close();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(output)));
  const digest = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [`${used}, ${running} ${running > 1 ? 'threads' : 'thread'}`, digest];
}

/** What Chromium has in any case. */
const rungs = [
  'go, 1 thread',
  ...['simd', 'relaxed', 'dot'].flatMap((e) => [1, 2, 3].map((n) => `${e}, ${n} thread${n > 1 ? 's' : ''}`)),
];

test('the same bytes on every system, in every browser, by every engine and number of threads', async (t) => {
  /** @type {Map<string, Map<string, string>>} digests by model, and by where and by which engine */
  const seen = new Map(Object.keys(files).map((model) => [model, new Map()]));
  const note = (/** @type {string} */ where, /** @type {string[][]} */ found) => {
    for (const [model = '', engine, digest = ''] of found) {
      const of = `${where}, ${engine}`;
      const before = seen.get(model)?.get(of);
      if (before && before !== digest) assert.fail(`${of} gave two answers`);
      seen.get(model)?.set(of, digest);
    }
  };
  if (!existsSync(fileV2)) t.diagnostic(`MobileNetV2 1.0 224: skipped, no file ${fileV2}`);
  for (const system of Object.keys(systems)) {
    const missing =
      system === 'linux/arm64' &&
      without('qemu-aarch64-static', program('qemu-aarch64-static'), 'Debian: qemu-user-static');
    if (missing) t.diagnostic(`${system}: skipped, ${missing}`);
    else note(system, digests(system));
  }
  const site = await librarySite({ isolated: true });
  cleanup(t, () => site.close());
  for (const [model, file] of Object.entries(files)) site.pages[`/${model}.tflite`] = file;
  for (const { name, variant, missing, start } of browsers) {
    const browser = [name, variant].filter(Boolean).join(' ');
    if (missing) t.diagnostic(`${browser}: skipped, ${missing}`);
    else note(browser, await digestsIn(start, site.origin));
  }
  for (const [model, digests] of seen) {
    for (const [where, digest] of digests) t.diagnostic(`${digest.slice(0, 16)}  ${model}: ${where}`);
    const [expected] = digests.values();
    assert.deepEqual(
      [...digests].filter(([, digest]) => digest !== expected),
      [],
    );
    for (const system of ['linux/amd64, go', 'linux/amd64, simd, under wazero', 'js/wasm, go', 'wasip1/wasm, go'])
      assert.ok(digests.has(system), system);
    for (const rung of rungs) assert.ok(digests.has(`Chromium, ${rung}`), rung);
  }
});
