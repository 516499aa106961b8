// The table of what runs where, as README.md beside it has it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/paths.mjs';

const path = join(root, 'tests/engines/README.md');
const place = /(?<=<!-- browsers -->\n\n).*?(?=\n\n<!-- end of browsers -->)/s;

/**
 * A column: a browser, and what came of each path.
 * @typedef {{name: string, version: string, variant?: string, cells: Map<string, string>}} Column
 */

/** @param {Column[]} columns @param {string[]} rows the paths' names */
export function table(columns, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const heads = columns.map(({ name, version, variant }) => {
    const [release] = version.match(/^\d+(\.\d+)?/) ?? [version];
    return `${name} ${release}${variant ? `, ${variant}` : ''}`;
  });
  return [
    line(['', ...heads]),
    line([':--', ...heads.map(() => ':--')]),
    ...rows.map((row) => line([row, ...columns.map(({ cells }) => cells.get(row) ?? 'fails')])),
  ].join('\n');
}

/** The table in README.md. */
export function read() {
  const [found] = readFileSync(path, 'utf8').match(place) ?? [];
  if (!found) throw new Error('README.md has no <!-- browsers --> with a table and <!-- end of browsers --> after it');
  return found;
}

/** @param {string} table */
export function write(table) {
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(place, () => table),
  );
}

/** A table less its browsers' versions, which change with the machine. @param {string} table */
export const lessVersions = (table) => table.replace(/^.*$/m, (head) => head.replaceAll(/ \d+(\.\d+)?/g, ''));
