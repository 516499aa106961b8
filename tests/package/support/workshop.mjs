// A folder for each test file in which one app after the other is built as its author would, with the package and the tools.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { cleanup } from '../../support/cleanup.mjs';
import { timeout } from '../../support/machine.mjs';
import { peacock } from '../../support/paths.mjs';
import { env, here, own, prepare, runIn, modules as stored } from './store.mjs';

export { tarballs } from './store.mjs';

/** The apps' sources. */
export const apps = join(here, 'apps');

/** Where they are built. No folder above it has packages of its own, which tools would find. */
export const workshop = mkdtempSync(join(tmpdir(), 'depthwise-workshop-'));
after(() => rmSync(workshop, { recursive: true, force: true }));

const modules = join(workshop, 'node_modules');

/** What commands find there. */
const tools = { ...env, PATH: `${join(modules, '.bin')}:${process.env.PATH}` };

/** A command's standard output; what it says besides is shown if it fails. @param {string} command @param {string} [cwd] */
export const run = (command, cwd = workshop) => runIn(command, cwd, tools);

/** Fits the workshop out: with links to the files, which takes a moment, in folders of its own, for tools leave files in them. */
export function install() {
  prepare();
  for (const file of own) cpSync(join(here, file), join(workshop, file));
  run(`cp -al ${stored} .`);
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
    env: { ...tools, PORT: `${port}`, HOST: 'localhost' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its children end with it
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve)); // with its children, which may be writing still
  cleanup(t, async () => {
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
