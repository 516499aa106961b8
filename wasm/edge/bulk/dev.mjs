// "make edge-dev": the Worker with its bucket, queue and database on this machine, kept in wasm/edge/.wrangler.
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const edge = fileURLToPath(new URL('..', import.meta.url));
const wrangler = ['node_modules/wrangler/bin/wrangler.js'];
const config = ['-c', 'bulk/wrangler.jsonc', '--persist-to', process.env.BULK_STATE ?? '.wrangler/state'];
const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' };

execFileSync('node', [...wrangler, 'd1', 'migrations', 'apply', 'depthwise-bulk', '--local', ...config], {
  cwd: edge,
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
});
// Nobody but this machine reaches it, so its token may be known.
const dev = spawn(
  'node',
  [...wrangler, 'dev', 'bulk/dev.ts', ...config, '--var', 'BULK_TOKEN:local', ...process.argv.slice(2)],
  {
    cwd: edge,
    env,
    stdio: ['inherit', 'pipe', 'inherit'],
  },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => dev.kill(signal));
dev.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
let said = '';
dev.stdout.on('data', function listen(text) {
  said += text;
  const origin = /Ready on (http:\/\/[^\s/]+)/.exec(said)?.[1];
  if (!origin) return;
  dev.stdout.off('data', listen);
  console.log(`
Many pictures: put a folder in by
  node wasm/edge/bulk/put.mjs FOLDER
watch them on ${origin}/bulk, with the token "local", and ask for a label by
  curl -H 'Authorization: Bearer local' '${origin}/api/bulk/results?label=peacock'
`);
});
dev.stdout.pipe(process.stdout);
