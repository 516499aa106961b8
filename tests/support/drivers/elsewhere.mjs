// A proxy that stands for all machines but this one: what a browser asks of them, in whichever thread, comes here, is written down,
// and gets nothing. It is for WebKitGTK, whose protocol tells of no requests. The others could not be asked so: they themselves ask
// their makers for this and that.
import { createServer } from 'node:http';

export async function startElsewhere() {
  /** What was asked; of https, whose addresses are secret, the host. @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url}`);
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(`https://${request.url}`);
    socket.on('error', () => {}).end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
