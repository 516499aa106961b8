// Runs what "make edge-deploy" would upload on workerd alone. "wrangler dev" puts Workers of its own before it and beside it, whose
// memory grows with every request, whatever is asked for.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { edge, installed } from './worker.mjs';

/** Bundles the Worker as wrangler deploys it. @param {string} folder @returns {string} what wrangler says */
export const bundle = (folder) =>
  execFileSync(
    'node',
    [join(edge, 'node_modules/wrangler/bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', folder],
    {
      cwd: edge,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    },
  );

/**
 * Starts it on a free port; it lives as long as the test file, or until it is disposed of.
 * @param {{vars?: Record<string, string>}} [options] vars: more variables than wrangler.jsonc has
 */
export async function startBundle({ vars = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-workerd-'));
  bundle(folder);
  const config = installed('wrangler').unstable_readConfig({
    config: join(edge, 'wrangler.jsonc'),
  });
  const text = JSON.stringify; // capnp quotes as JSON does
  const modules = readdirSync(folder)
    .filter((name) => name.endsWith('.wasm'))
    .map((name) => `(name = ${text(`./${name}`)}, wasm = embed ${text(name)})`);
  const bindings = Object.entries({ ...config.vars, ...vars }).map(
    ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
  );
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker), (name = "assets", disk = (path = ${text(join(edge, 'dist/assets'))}))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), ${modules.join(', ')}],
  compatibilityDate = ${text(config.compatibility_date)},
  bindings = [(name = "ASSETS", service = "assets"), ${bindings.join(', ')}],
);
`,
  );
  const { default: program } = installed('workerd');
  const child = spawn(program, ['serve', '--control-fd=3', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const dispose = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  after(dispose);
  /** @type {number} */
  const port = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
    createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdio[3]) }).on('line', (line) => {
      const { event, port } = JSON.parse(line);
      if (event === 'listen') resolve(port);
    });
  });
  return { origin: `http://127.0.0.1:${port}`, dispose };
}
