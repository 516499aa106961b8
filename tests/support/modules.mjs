import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';

/** The code of one module with what these files of the page export. @param {string[]} files by their paths in the repository */
export const moduleOf = (...files) =>
  execFileSync('go', ['run', './tests/support/modules', ...files], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });

/**
 * What these files of the page export, in Node.js: of those that need no page.
 * @param {string[]} files
 * @returns {Promise<any>}
 */
export async function importModules(...files) {
  const reportError = (/** @type {unknown} */ error) => setImmediate(() => assert.fail(String(error)));
  Object.assign(globalThis, { location: new URL('http://localhost/'), reportError });
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-modules-'));
  const name = join(folder, 'module.mjs');
  writeFileSync(name, moduleOf(...files));
  try {
    return await import(pathToFileURL(name).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
