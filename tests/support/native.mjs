// Builds and runs "depthwise serve" on a free port.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { dist, root } from './paths.mjs';

/** @type {string | undefined} */
let built;

/** The program, built once for a test file. */
export function program() {
  if (!built) {
    const folder = mkdtempSync(join(tmpdir(), 'depthwise-native-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    built = join(folder, 'depthwise');
    execFileSync('go', ['build', '-o', built, './wasm/depthwise'], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
  return built;
}

/**
 * Starts it; it lives as long as the test file, or until it is disposed of.
 * @param {{flags?: string[], env?: Record<string, string>}} [options]
 * @returns {Promise<{origin: string, metrics: string, said: string[], pid: number, dispose: () => Promise<number | null>}>} metrics: the
 *   origin of the address for operators; said: what it wrote to standard error, by lines; dispose: ends it as systemd does, and gives its exit status
 */
export async function startNative({ flags = [], env = {} } = {}) {
  const args = ['serve', '--addr', '127.0.0.1:0', '--metrics', '127.0.0.1:0', '--dir', dist, ...flags];
  const child = spawn(program(), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  /** @type {string[]} */
  const said = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const ended = /** @type {Promise<number | null>} */ (
    new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
    })
  );
  /** @type {string[]} */
  const origins = await new Promise((resolve, reject) => {
    /** @type {string[]} */
    const found = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [url] = line.match(/https?:\/\/\S+/) ?? [];
      if (url && found.push(new URL(url).origin) === 2) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`depthwise serve ended with ${code}: ${said.join('\n')}`)));
  });
  const dispose = () => {
    child.kill();
    return ended;
  };
  after(dispose);
  return { origin: origins[0], metrics: origins[1], said, pid: Number(child.pid), dispose };
}
