// The machine that the tests run on: its programs, its ports, and how long to wait for it.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';

/**
 * How long anything may take, in ms, that is not known to hang: every wait of the tests has this one limit. It is no measure of speed,
 * so it leaves a machine with much else to do its time; and it is longer than browsers themselves wait, as Firefox does a minute for a
 * service worker, so that a failure is told in their words. TIMEOUT_MS is for who mends a test on a quiet machine.
 */
export const timeout = Number(process.env.TIMEOUT_MS ?? 180_000);

/** A program's path, '' where it is not here. @param {string} name */
export function program(name) {
  const PATH = `${process.env.PATH}:/usr/sbin:/sbin`; // where servers are, which is on root's path alone
  try {
    const env = { ...process.env, PATH };
    return execFileSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8', env }).trim();
  } catch {
    return '';
  }
}

/**
 * For a test's `skip` option, where it needs something of this name: false if it is here, or else why it is skipped. With
 * REQUIRE_ALL set, as .ci/run does, what is not here is an error: there a skipped test would pass for one that ran.
 * @param {string} name
 * @param {unknown} [found] what was found of it, if it is not a program of this name
 * @param {string} [hint] how to get it
 */
export function without(name, found = program(name), hint = '') {
  if (found) return false;
  const why = `no ${name} here${hint && `; ${hint}`}`;
  if (process.env.REQUIRE_ALL) throw new Error(`${why}, and REQUIRE_ALL is set`);
  return why;
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** Whether an engine is one of the two fast ones: which of them is chosen depends on the processor. @param {string} engine */
export const eightBit = (engine) => engine === 'dot' || engine === 'relaxed';
