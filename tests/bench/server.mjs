// Serves pages, models, packages and the built product on two ports: one cross-origin isolated, as threads need, and
// one as a plain static host is. Counts what it sends.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** @param {Record<string, string>} folders by the first part of the path */
export async function serve(folders) {
  /** @type {{path: string, file: string, size: number}[]} */
  const sent = [];
  /** @param {boolean} isolated */
  const start = (isolated) => {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const [, first, ...rest] = decodeURIComponent(pathname).split('/');
      const folder = folders[first];
      const file = folder && join(folder, ...rest);
      const stat = file?.startsWith(folder + sep) ? statSync(file, { throwIfNoEntry: false }) : undefined;
      if (!stat?.isFile()) return void response.writeHead(404).end();
      const head = request.method === 'HEAD';
      if (!head) sent.push({ path: pathname, file, size: stat.size });
      const type = types[/** @type {keyof types} */ (extname(file))] ?? 'application/octet-stream';
      response.setHeader('Content-Type', type).setHeader('Content-Length', stat.size);
      response.setHeader('Cache-Control', 'max-age=3600');
      if (isolated) {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      }
      if (head) response.end();
      else createReadStream(file).pipe(response);
    });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
  };
  const servers = [await start(true), await start(false)];
  const [isolated, plain] = servers.map((s) => `http://localhost:${s.address().port}`);
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { isolated, plain, sent, close };
}
