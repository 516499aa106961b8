// What "make edge-deploy" would upload: it bundles, and it fits into the free plan's 3 MB with room to spare.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { root } from '../support/paths.mjs';
import { edge } from '../support/worker.mjs';
import { bundle } from '../support/workerd.mjs';

const budget = 2.5e6;
const fileLimit = 25 << 20; // of an asset

/** @param {string} folder */
const files = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

test('wrangler deploy --dry-run: the Worker is small enough', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-deploy-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const printed = bundle(folder);
  const uploaded = files(folder).filter((path) => !/\.map$|README\.md$/.test(path));
  const size = uploaded.reduce((sum, path) => sum + gzipSync(readFileSync(path), { level: 9 }).length, 0);
  const [, told] = printed.match(/gzip: ([\d.]+) KiB/) ?? [];
  console.log(`# gzip of the Worker: ${size} bytes; wrangler says ${told} KiB`);
  assert.ok(uploaded.some((path) => path.endsWith('.wasm')));
  assert.ok(
    size <= budget && Number(told) * 1024 <= budget,
    `${size} bytes, wrangler says ${told} KiB: over ${budget}`,
  );
  for (const path of files(join(edge, 'dist/assets')))
    assert.ok(statSync(path).size < fileLimit, `${path} is too large`);
});

test('building again, from another folder of sources, gives the same bytes', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-again-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['go.mod', 'go.sum', 'core', 'wasm', 'web', 'weights']) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/node_modules|\/dist$/.test(path),
    });
  }
  const build = ['run', './wasm/edge/build', '--site', join(root, 'dist'), '--out', join(folder, 'out')];
  execFileSync('go', build, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const here = files(join(edge, 'dist')).map((path) => path.slice(join(edge, 'dist').length));
  const there = files(join(folder, 'out')).map((path) => path.slice(join(folder, 'out').length));
  assert.deepEqual(there.sort(), here.sort());
  for (const name of here) {
    assert.ok(readFileSync(join(folder, 'out', name)).equals(readFileSync(join(edge, 'dist', name))), name);
  }
});
