// The lines that each tool needs, as the package's README tells them to people.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/paths.mjs';

export const text = readFileSync(join(root, 'web/package/README.md'), 'utf8');
const code = (/** @type {string} */ cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, line]) => line);

/** The rows of its table, by their tool. @type {Map<string, {settings: string[], commands: string[]}>} */
export const tools = new Map();
const rows = text.split('\n').filter((line) => line.startsWith('| '));
for (const row of rows.slice(1)) {
  const [tool, settings, commands] = row.slice(2, -2).split(' | ');
  tools.set(tool.replaceAll('`', ''), { settings: code(settings), commands: code(commands) });
}

/** The two lines for every tool. */
export const two = (/```js\n(import .*?)\n\n(.*?)\n/s.exec(text) ?? []).slice(1);

/** @param {string} tool as the table's first column names it */
export function linesOf(tool) {
  const lines = tools.get(tool);
  assert.ok(lines, `the README has no ${tool}, only ${[...tools.keys()].join(', ')}`);
  return lines;
}

/** That the files of an app contain lines, however they are broken and indented. @param {string} app its folder @param {string[]} lines */
export function assertHas(app, lines) {
  const plain = (/** @type {string} */ code) => code.replace(/\s+/g, '');
  const files = readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const all = files.map(({ parentPath, name }) => plain(readFileSync(join(parentPath, name), 'utf8')));
  for (const line of lines) {
    assert.ok(
      all.some((file) => file.includes(plain(line))),
      `the app in ${app} does not have the README's line: ${line}`,
    );
  }
}
