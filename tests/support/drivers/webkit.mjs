// WebKitGTK, in its own small browser, by its WebDriver server, on an X server of its own.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../machine.mjs';
import { startElsewhere } from './elsewhere.mjs';
import { Session } from './webdriver.mjs';

/** Debian's folder for programs that are not on PATH. */
const libraries = '/usr/lib';

/** MiniBrowser's path, or undefined. */
export function findMiniBrowser() {
  for (const machine of existsSync(libraries) ? readdirSync(libraries) : []) {
    const path = join(libraries, machine, 'webkit2gtk-4.1/MiniBrowser');
    if (existsSync(path)) return path;
  }
}

/** ms for a browser to start, which takes seconds. */
const startTimeout = 60_000;

/**
 * Starts the browser, up to three times: on a busy machine it may hang while it starts, before it has seen a page.
 * @param {string} binary MiniBrowser's path
 * @param {Record<string, string>} [variables] of its environment
 * @returns {Promise<import('./driver.mjs').Driver>}
 */
export async function startWebKit(binary, variables) {
  for (let tries = 1; ; tries++) {
    try {
      return await start(binary, variables);
    } catch (error) {
      if (tries === 3) throw error;
      console.error(`WebKitGTK did not start; once more: ${error}`);
    }
  }
}

/**
 * @param {string} binary
 * @param {Record<string, string>} [variables]
 * @returns {Promise<import('./driver.mjs').Driver>}
 */
async function start(binary, variables) {
  const home = mkdtempSync(join(tmpdir(), 'depthwise-webkit-'));
  const elsewhere = await startElsewhere();
  /** @type {import('node:child_process').ChildProcess[]} */
  const started = [];
  const stop = async () => {
    for (const child of started.reverse()) {
      if (child.exitCode !== null || child.signalCode) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      const stubborn = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(stubborn);
    }
    elsewhere.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    started.push(screen);
    const display = await firstLine(screen, /** @type {import('node:stream').Readable} */ (screen.stdio[3]));
    const port = await freePort();
    started.push(
      spawn('WebKitWebDriver', ['-p', `${port}`], {
        stdio: 'ignore',
        env: {
          PATH: process.env.PATH,
          HOME: home,
          XDG_RUNTIME_DIR: home,
          DISPLAY: `:${display}`,
          DBUS_SESSION_BUS_ADDRESS: 'disabled:',
          NO_AT_BRIDGE: '1',
          GSETTINGS_BACKEND: 'memory',
          ...variables,
        },
      }),
    );
    const capabilities = {
      'webkitgtk:browserOptions': {
        binary,
        args: ['--automation', '--enable-mock-capture-devices=true'],
      },
      proxy: {
        proxyType: 'manual',
        httpProxy: `127.0.0.1:${elsewhere.port}`,
        sslProxy: `127.0.0.1:${elsewhere.port}`,
        noProxy: ['localhost', '127.0.0.1'],
      },
    };
    const session = await Session.start(`http://127.0.0.1:${port}`, capabilities, startTimeout);
    return {
      version: session.capabilities.browserVersion,
      problems: [],
      asked: elsewhere.asked,
      goto: (url) => session.goto(url),
      reload: () => session.reload(),
      call: (source, args) => session.call(source, args),
      setFiles: (selector, paths) => session.type(selector, paths.join('\n')),
      screenshot: () => session.screenshot(),
      async close() {
        await session.close().catch(() => {}); // it may be what broke
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {import('node:child_process').ChildProcess} child @param {import('node:stream').Readable} stream @returns {Promise<string>} */
function firstLine(child, stream) {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (more) => {
      text += more;
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
  });
}
