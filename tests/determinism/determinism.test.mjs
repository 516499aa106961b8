// The same input gives the same bytes wherever the network runs: systems, engines, threads. One test asks them all and prints who
// said what. Other browsers are asked by tests/engines.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { blankPage, librarySite } from '../e2e/support/library.mjs';
import { dist, models, root } from '../e2e/support/paths.mjs';

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

test('the same bytes on every system, engine and number of threads', async (t) => {
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
  const page = await blankPage(t, site);
  for (const engine of /** @type {const} */ (['go', 'simd', 'relaxed'])) {
    for (const threads of engine === 'go' ? [1] : [1, 2, 3]) {
      const digest = await page.evaluate(
        async (options) => {
          const net = await load(options);
          const { output } = await net.run(
            Uint8Array.from({ length: 150_528 }, (_, i) => Math.imul(i, 2654435761) >>> 24),
          );
          await net.close();
          const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(output));
          return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
        },
        { engine, threads },
      );
      seen.push([`Chromium, ${engine}, ${threads} ${threads > 1 ? 'threads' : 'thread'}`, digest]);
    }
  }
  for (const [where, digest] of seen) t.diagnostic(`${digest.slice(0, 16)}  ${where}`);
  assert.ok(seen.length >= 11, `${seen.length} were asked`);
  const [, expected] = seen[0] ?? [];
  assert.deepEqual(
    seen.filter(([, digest]) => digest !== expected),
    [],
  );
});
