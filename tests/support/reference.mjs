import { execFileSync } from 'node:child_process';
import { root } from './paths.mjs';

/** The logits that core/reference gives for files of RGB bytes. @param {string} model its file @param {string[]} files @returns {number[][]} */
export function logitsOf(model, files) {
  const args = ['run', './tests/support/reference', model, ...files];
  const printed = execFileSync('go', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
