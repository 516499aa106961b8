// Where the package is installed from its .tgz files, and the tools from their lock file: once, and kept for the next time.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timeout } from '../../support/machine.mjs';
import { dist, root } from '../../support/paths.mjs';

export const here = fileURLToPath(new URL('../', import.meta.url));

const digest = (/** @type {(string | Buffer)[]} */ ...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

const store = join(tmpdir(), `depthwise-package-${digest(root).slice(0, 8)}`);

export const modules = join(store, 'node_modules');

/** What says what is installed. */
export const own = ['package.json', 'package-lock.json', '.npmrc'];

/** The package's two files: the model's, and the library's, which needs it. */
export const tarballs = readdirSync(join(dist, 'npm'))
  .filter((name) => name.endsWith('.tgz'))
  .map((name) => join(dist, 'npm', name));

/** No tool reports to its makers, asks whether there is a newer one, or waits for an answer; and npm learns nothing of the tests' own. */
export const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD)/.test(name)),
  ),
  CI: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NO_COLOR: '1',
  NO_UPDATE_NOTIFIER: '1',
};

/** A command's standard output; what it says besides is shown if it fails. @param {string} command @param {string} cwd @param {NodeJS.ProcessEnv} env */
export function runIn(command, cwd, env) {
  try {
    return execFileSync('bash', ['-c', command], { cwd, env, encoding: 'utf8', stdio: 'pipe', timeout: 2 * timeout });
  } catch (error) {
    const { stdout, stderr, message } = /** @type {{stdout: string, stderr: string, message: string}} */ (error);
    throw new Error(`${command}: ${message}\n${stdout}${stderr}`);
  }
}

/** Installs what is not there yet. Test files that run at the same time find all there: install.mjs did it before. */
export function prepare() {
  assert.equal(tarballs.length, 2, `"make package" leaves two files in ${join(dist, 'npm')}`);
  mkdirSync(store, { recursive: true });
  once(
    join(modules, '.tools'),
    own.map((file) => join(here, file)),
    () => {
      for (const file of own) cpSync(join(here, file), join(store, file));
      runIn('npm ci', store, env);
      runIn('node install.js', join(modules, 'bun'), env); // no package's script runs by itself; this one gets its program
    },
  );
  once(join(modules, '.package'), tarballs, () => {
    for (const name of ['depthwise', '@depthwise']) rmSync(join(modules, name), { recursive: true, force: true });
    runIn(`npm install --no-save --ignore-scripts ${tarballs.join(' ')}`, store, env);
  });
}

/** Does what a file says was done with the same files before. @param {string} stamp @param {string[]} files @param {() => void} work */
function once(stamp, files, work) {
  const now = digest(...files.map((file) => readFileSync(file)));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  work();
  writeFileSync(stamp, now);
}
