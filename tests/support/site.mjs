// Two servers for the built folder: a plain one, as the poorest static host is, that can also fail on demand;
// and the project's own, depthwise serve.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { createInterface } from 'node:readline';
import { cleanup } from './cleanup.mjs';
import { dist, root } from './paths.mjs';

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css',
  '.gz': 'application/gzip',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
};

/**
 * What the plain server does to the paths that match, instead of serving them well.
 * @typedef {object} Fault
 * @property {RegExp} path
 * @property {number} [status] answers with this status and no file
 * @property {boolean} [html] answers 200 and a page of HTML, as hosts do that send every path to their index.html
 * @property {string} [type] serves it as of this content type
 * @property {number} [cut] breaks the connection after this share of the bytes
 * @property {(bytes: Buffer) => Buffer} [change] serves other bytes
 * @property {{share: number, open: Promise<void>}} [gate] stops after this share of the bytes until open resolves
 */

/**
 * Starts a static server that adds no header beyond type and length, and compresses nothing.
 * @param {{prefix?: string, folders?: Record<string, string>, pages?: Record<string, string | Buffer>, cors?: boolean,
 *   isolated?: boolean | 'pages', headers?: Record<string, string>}} [options]
 *   prefix: the path under which dist is served; folders: more of them, by prefix; pages: content by path, HTML unless its name says otherwise;
 *   cors: let other origins import from here; isolated: send what threads need after all, or as many hosts do, with pages of HTML alone;
 *   headers: further ones for each answer
 */
export async function plainSite({
  prefix = '/',
  folders = {},
  pages = {},
  cors = false,
  isolated = false,
  headers = {},
} = {}) {
  /** @type {Fault[]} */
  const faults = [];
  /** Paths whose content was asked for. @type {string[]} */
  const requests = [];
  const mounts = Object.entries({ ...folders, [prefix]: dist });

  /** @param {string} path */
  async function find(path) {
    if (path in pages) return Buffer.from(pages[path]);
    const mount = mounts.find(([at]) => path.startsWith(at));
    if (!mount) return null;
    let file = normalize(path.slice(mount[0].length));
    if (file === '.' || file.endsWith('/')) file = join(file, 'index.html');
    return readFile(join(mount[1], file)).catch(() => null);
  }

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    // A fault of the content does not show in the answer to HEAD.
    const head = request.method === 'HEAD';
    if (!head) requests.push(path);
    const fault = faults.find((f) => f.path.test(path));
    if (cors) response.setHeader('Access-Control-Allow-Origin', '*');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (isolated === true || (isolated && path.endsWith('.html'))) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (fault?.html) return response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Home');
    /** @type {Buffer | null} */
    let bytes = fault?.status ? null : await find(path);
    if (!bytes) return response.writeHead(fault?.status ?? 404, { 'Content-Type': 'text/plain' }).end('no such file\n');
    if (fault?.change) bytes = fault.change(bytes);
    const type = fault?.type ?? types[extname(path)];
    response.writeHead(200, {
      'Content-Type':
        type ?? (path.endsWith('/') || typeof pages[path] === 'string' ? 'text/html' : 'application/octet-stream'),
      'Content-Length': bytes.length,
    });
    if (head) return response.end();
    const first = Math.floor(bytes.length * (fault?.cut ?? fault?.gate?.share ?? 1));
    response.write(bytes.subarray(0, first), () => {
      if (fault?.cut) response.destroy();
    });
    if (fault?.cut) return;
    await fault?.gate?.open;
    response.end(bytes.subarray(first));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://localhost:${address.port}`;
  return {
    origin,
    url: origin + prefix,
    faults,
    pages,
    requests,
    /** Breaks all connections; the server goes on. */
    drop: () => server.closeAllConnections(),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Has a site fail until the test ends, or calls what is returned.
 * @param {import('node:test').TestContext} t
 * @param {{faults: Fault[]}} site
 * @param {Fault} fault
 */
export function withFault(t, site, fault) {
  const mend = () => {
    site.faults.splice(0, site.faults.length, ...site.faults.filter((other) => other !== fault));
  };
  site.faults.push(fault);
  cleanup(t, mend);
  return mend;
}

/**
 * Has the scripts at a path begin with other code.
 * @param {import('node:test').TestContext} t
 * @param {{faults: Fault[]}} site
 * @param {RegExp} path
 * @param {string} code
 */
export const tamper = (t, site, path, code) =>
  withFault(t, site, { path, change: (bytes) => Buffer.concat([Buffer.from(code), bytes]) });

/** The library's script of all its workers, threads included: they are told apart by their name. */
export const workerScript = /\/worker-[^/]*\.js$/;

/** A fault's gate, and what opens it. @param {number} share */
export function gate(share) {
  /** @type {() => void} */
  let release = () => {};
  /** @type {Promise<void>} */
  const open = new Promise((resolve) => {
    release = resolve;
  });
  return { share, open, release };
}

/** Builds and starts "depthwise serve" on a free port. @param {string[]} [flags] */
export async function ownSite(flags = []) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-serve-'));
  const program = join(folder, 'depthwise');
  execFileSync('go', ['build', '-o', program, './wasm/depthwise'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const child = spawn(program, ['serve', '--addr', 'localhost:0', '--dir', dist, ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {string[]} */
  const said = [];
  /** @type {string} */
  const url = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const found = line.match(/https?:\/\/\S+/);
        if (found) resolve(found[0]);
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`depthwise serve ended with ${code}: ${said.join('\n')}`)));
  });
  return {
    origin: new URL(url).origin,
    url: url.endsWith('/') ? url : `${url}/`,
    close() {
      child.removeAllListeners('exit');
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
