// A folder with the package installed from its .tgz files and the tools from their lock file, in which one app after the other is
// built as its author would.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timeout } from '../../support/machine.mjs';
import { dist, peacock, root } from '../../support/paths.mjs';

const here = fileURLToPath(new URL('../', import.meta.url));

/** The apps' sources. */
export const apps = join(here, 'apps');

const digest = (/** @type {(string | Buffer)[]} */ ...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** Where they are built. No folder above it has packages of its own, which tools would find; and it is kept for the next time. */
export const workshop = join(tmpdir(), `depthwise-package-${digest(root).slice(0, 8)}`);

/** The package's two files: the model's, and the library's, which needs it. */
export const tarballs = readdirSync(join(dist, 'npm'))
  .filter((name) => name.endsWith('.tgz'))
  .map((name) => join(dist, 'npm', name));

const modules = join(workshop, 'node_modules');
const own = ['package.json', 'package-lock.json', '.npmrc'];

/** No tool reports to its makers, asks whether there is a newer one, or waits for an answer; and npm learns nothing of the tests' own. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD)/.test(name)),
  ),
  PATH: `${join(modules, '.bin')}:${process.env.PATH}`,
  CI: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NO_COLOR: '1',
  NO_UPDATE_NOTIFIER: '1',
};

/** A command's standard output; what it says besides is shown if it fails. @param {string} command @param {string} [cwd] */
export function run(command, cwd = workshop) {
  try {
    return execFileSync('bash', ['-c', command], { cwd, env, encoding: 'utf8', stdio: 'pipe', timeout: 2 * timeout });
  } catch (error) {
    const { stdout, stderr, message } = /** @type {{stdout: string, stderr: string, message: string}} */ (error);
    throw new Error(`${command}: ${message}\n${stdout}${stderr}`);
  }
}

/** Installs what is not there yet. */
export function install() {
  assert.equal(tarballs.length, 2, `"make package" leaves two files in ${join(dist, 'npm')}`);
  mkdirSync(workshop, { recursive: true });
  once(
    join(modules, '.tools'),
    own.map((file) => join(here, file)),
    () => {
      for (const file of own) cpSync(join(here, file), join(workshop, file));
      run('npm ci');
      run('node install.js', join(modules, 'bun')); // no package's script runs by itself; this one gets its program
    },
  );
  once(join(modules, '.package'), tarballs, () => {
    for (const name of ['depthwise', '@depthwise']) rmSync(join(modules, name), { recursive: true, force: true });
    run(`npm install --no-save --ignore-scripts ${tarballs.join(' ')}`);
  });
}

/** Does what a file says was done with the same files before. @param {string} stamp @param {string[]} files @param {() => void} work */
function once(stamp, files, work) {
  const now = digest(...files.map((file) => readFileSync(file)));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  work();
  writeFileSync(stamp, now);
}

/** Puts an app in the workshop, alone, with the photo of a peacock as photo.png. @param {string} app @param {string} [photos] its folder */
export function place(app, photos = '') {
  for (const name of readdirSync(workshop)) {
    if (name !== 'node_modules' && !own.includes(name)) rmSync(join(workshop, name), { recursive: true });
  }
  for (const cache of ['.cache', '.vite', '.astro']) rmSync(join(modules, cache), { recursive: true, force: true });
  cpSync(join(apps, app), workshop, { recursive: true });
  cpSync(peacock, join(workshop, photos, 'photo.png'));
}

/** All files that a build left, with their sizes. @param {string} folder @returns {{path: string, size: number}[]} */
export const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => ({ path, size: readFileSync(path).length }));

/**
 * Starts a server of a tool, until the test ends.
 * @param {import('node:test').TestContext} t
 * @param {string} command
 * @param {number} port where it serves
 */
export async function serve(t, command, port) {
  const child = spawn('bash', ['-c', `exec ${command}`], {
    cwd: workshop,
    env: { ...env, PORT: `${port}`, HOST: 'localhost' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its children end with it
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve)); // with its children, which may be writing still
  t.after(async () => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid);
    await ended;
  });
  const url = `http://localhost:${port}/`;
  const deadline = Date.now() + timeout;
  while (child.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(url, { method: 'HEAD' }).catch(() => null);
    if (answer?.ok) return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${command} does not serve ${url}:\n${said}`);
}
