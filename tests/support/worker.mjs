// Runs the Worker on workerd, as "make edge-dev" does, but on a free port and without a word to the network.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { edge, installed } from './installed.mjs';

export { edge, installed };

if (!existsSync(join(edge, 'dist/program.wasm'))) {
  throw new Error(`no built Worker in ${edge}/dist; run "make edge" first`);
}
process.env.WRANGLER_SEND_METRICS = 'false';
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';

/**
 * Starts a Worker that lives as long as the test file, or until it is disposed of.
 * @param {{vars?: Record<string, string>, assets?: string, entrypoint?: string, config?: string, persist?: string}} [options]
 *   vars: variables and secrets; assets: another folder of them; entrypoint: another file than worker.ts; config: another file than
 *   wrangler.jsonc; persist: the folder of its buckets and databases, which otherwise end with it
 */
export async function startWorker({ vars = {}, assets, entrypoint, config = 'wrangler.jsonc', persist } = {}) {
  const { unstable_startWorker } = installed('wrangler');
  const worker = await unstable_startWorker({
    config: join(edge, config),
    ...(assets && { assets }),
    ...(entrypoint && { entrypoint }),
    bindings: Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text', value }])),
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      logLevel: 'error',
      persist: persist ?? false,
      watch: false,
    },
  });
  after(() => worker.dispose());
  await worker.ready;
  const { origin } = await worker.url;
  return { origin, dispose: () => worker.dispose() };
}
