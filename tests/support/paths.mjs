import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The built folder under test; DIST names another than the repository's own. */
export const dist = process.env.DIST ?? join(root, 'dist');

/** Where the tests leave what people may want to look at; not committed. */
export const out = join(root, 'tests/out');
mkdirSync(out, { recursive: true });

/** Goldens and further models, kept beside the repository; tests that need them are skipped where they are absent. */
export const shared = process.env.SHARED ?? join(root, '../shared');

/**
 * For a test's `skip` option: false, or why it is skipped. Unlike what machine.mjs looks for, this is no error where REQUIRE_ALL is
 * set: the folder cannot be installed, and a copy of the repository is tested without it.
 */
export const withoutShared = existsSync(join(shared, 'goldens')) ? false : `no folder ${shared}/goldens`;

if (!existsSync(join(dist, 'index.html'))) {
  throw new Error(`no built page in ${dist}; run "make build" first`);
}

/** The entries of dist/models/models.json; the first is the default model. */
export const models = JSON.parse(readFileSync(join(dist, 'models/models.json'), 'utf8'));

/** A photo that comes with the page. @param {string} name */
export function sample(name) {
  const folder = join(dist, 'samples');
  const file = readdirSync(folder).find((file) => file.startsWith(`${name}.`));
  if (!file) throw new Error(`no sample ${name} in ${folder}`);
  return join(folder, file);
}

export const peacock = sample('peacock');
