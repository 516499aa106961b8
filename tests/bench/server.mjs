// Serves pages, models, packages and the built product on three ports: one cross-origin isolated, as threads need, one as a plain
// static host is, and one that packs all it sends by gzip. Counts what it sends.
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** @type {Record<string, string>} */
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
  /** @param {{isolated?: boolean, packs?: boolean}} kind @returns {Promise<import('node:http').Server>} */
  const start = ({ isolated, packs }) => {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const [, first, ...rest] = decodeURIComponent(pathname).split('/');
      const folder = folders[first];
      const file = folder && join(folder, ...rest);
      const stat = file?.startsWith(folder + sep) ? statSync(file, { throwIfNoEntry: false }) : undefined;
      if (!stat?.isFile()) return void response.writeHead(404).end();
      const head = request.method === 'HEAD';
      const packed = packs && !file.endsWith('.gz') ? gzipped(file) : undefined;
      const size = packed?.length ?? stat.size;
      if (!head) sent.push({ path: pathname, file, size });
      const type = types[extname(file)] ?? 'application/octet-stream';
      response.setHeader('Content-Type', type).setHeader('Content-Length', size);
      if (packed) response.setHeader('Content-Encoding', 'gzip');
      response.setHeader('Cache-Control', 'max-age=3600');
      if (isolated) {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      }
      if (head || packed) response.end(head ? undefined : packed);
      else createReadStream(file).pipe(response);
    });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
  };
  const servers = [await start({ isolated: true }), await start({}), await start({ packs: true })];
  const [isolated, plain, packing] = servers.map(
    (s) => `http://localhost:${/** @type {import('node:net').AddressInfo} */ (s.address()).port}`,
  );
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { isolated, plain, packing, sent, close };
}

/** @type {Map<string, Buffer>} */
const packs = new Map();

/** What gzip makes of a file. @param {string} file */
export function gzipped(file) {
  const packed = packs.get(file) ?? gzipSync(readFileSync(file), { level: 9 });
  packs.set(file, packed);
  return packed;
}
