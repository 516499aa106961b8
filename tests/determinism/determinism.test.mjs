// The same input gives the same bytes wherever the network runs: systems, browsers, engines, threads. One test asks them all and
// prints who said what.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { librarySite } from '../e2e/support/library.mjs';
import { dist, models, root } from '../e2e/support/paths.mjs';
import { browsers } from '../engines/browsers.mjs';
import { inPage } from '../engines/support/driver.mjs';

const model = readFileSync(join(dist, 'models', models[0].file));
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

/** What the program digest prints on a system: engines and their digests. @param {string} system */
function digests(system) {
  const [GOOS, GOARCH] = system.split('/');
  const file = join(folder, system.replace('/', '-'));
  const build = { ...process.env, GOOS, GOARCH, CGO_ENABLED: '0' };
  execFileSync('go', ['build', '-o', file, './tests/determinism/digest'], { cwd: root, env: build });
  const [command, ...args] = systems[system]?.(file) ?? [];
  assert.ok(command);
  // wasm_exec_node.js refuses a large environment.
  const env = system === 'js/wasm' ? { PATH: process.env.PATH } : process.env;
  const output = execFileSync(command, args, { cwd: root, env, input: model, maxBuffer: 1 << 20 });
  return output
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
}

/** @param {string} program */
const isHere = (program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** What each engine gives in a browser. @param {typeof browsers[number]['start']} start @param {string} origin */
async function digestsIn(start, origin) {
  const driver = await start();
  try {
    await driver.goto(`${origin}/blank.html`);
    return await inPage(driver, async () => {
      const { load } = await import(`${location.origin}/mobilenet/mobilenet.js`);
      const input = Uint8Array.from({ length: 150_528 }, (_, i) => Math.imul(i, 2654435761) >>> 24); // as digest makes it
      /** @type {Map<string, string>} */
      const digests = new Map(); // a browser without relaxed SIMD or shared memory gives an engine again
      for (const engine of ['go', 'simd', 'relaxed']) {
        for (const threads of engine === 'go' ? [1] : [1, 2, 3]) {
          const net = await load({ engine, threads });
          const { output } = await net.run(input.slice());
          const { info } = net;
          await net.close();
          const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(output)));
          const digest = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
          const name = `${info.engine}, ${info.threads} ${info.threads > 1 ? 'threads' : 'thread'}`;
          if ((digests.get(name) ?? digest) !== digest) throw new Error(`${name} gave two answers`);
          digests.set(name, digest);
        }
      }
      return [...digests];
    });
  } finally {
    await driver.close();
  }
}

test('the same bytes on every system, in every browser, by every engine and number of threads', async (t) => {
  /** @type {[string, string][]} */
  const seen = [];
  for (const system of Object.keys(systems)) {
    if (system === 'linux/arm64' && !isHere('qemu-aarch64-static')) {
      t.diagnostic('linux/arm64: skipped, there is no qemu-aarch64-static (Debian: qemu-user-static)');
      continue;
    }
    for (const [engine, digest] of digests(system)) seen.push([`${system}, ${engine}`, digest ?? '']);
  }
  const site = await librarySite({ isolated: true });
  t.after(() => site.close());
  for (const { name, variant, missing, start } of browsers) {
    const browser = [name, variant].filter(Boolean).join(' ');
    if (missing) t.diagnostic(`${browser}: skipped, ${missing}`);
    else
      for (const [engine, digest] of await digestsIn(start, site.origin)) seen.push([`${browser}, ${engine}`, digest]);
  }
  for (const [where, digest] of seen) t.diagnostic(`${digest.slice(0, 16)}  ${where}`);
  assert.ok(seen.length >= 11, `${seen.length} were asked`);
  const [, expected] = seen[0] ?? [];
  assert.deepEqual(
    seen.filter(([, digest]) => digest !== expected),
    [],
  );
});
