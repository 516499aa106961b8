// Small models with made-up weights, in the forms that converters give (core/tflite/tflitetest).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { root } from './paths.mjs';

/** Writes models; gives the path of one by its name. @param {string[]} names */
export function synthetic(...names) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-models-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('go', ['run', './core/tflite/tflitetest/write', folder, ...names], { cwd: root });
  return (/** @type {string} */ name) => join(folder, `${name}.tflite`);
}
