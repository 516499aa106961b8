// Two builds of the page from two folders are the same, byte for byte.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { dist, root } from '../support/paths.mjs';

/** The page's files; the npm packages beside them are compared by tests/package. @param {string} folder */
const files = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile() && !/^npm\//.test(name))
    .sort();

test('a build in another folder gives the same bytes', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-again-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['LICENSE', 'go.mod', 'go.sum', 'core', 'wasm', 'web', 'weights']) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/node_modules|\/dist$/.test(path),
    });
  }
  // The models are fetched, not built.
  cpSync(join(dist, 'models'), join(folder, 'dist/models'), { recursive: true });
  execFileSync('go', ['run', './web/build'], { cwd: folder, stdio: 'ignore' });
  assert.deepEqual(files(join(folder, 'dist')), files(dist));
  // Every file has its checksum, but that of the checksums.
  const checked = execFileSync('sha256sum', ['-c', 'checksums.txt'], { cwd: dist, encoding: 'utf8' });
  const expected = files(dist).filter((name) => name !== 'checksums.txt');
  assert.deepEqual(checked.trim().split('\n').sort(), expected.map((name) => `${name}: OK`).sort());
  for (const name of files(dist)) {
    assert.ok(readFileSync(join(folder, 'dist', name)).equals(readFileSync(join(dist, name))), name);
  }
});
