// The file that every worker of the library is started from in Node.js, whatever its role is.

import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { modelRole, type Port, threadRole } from '../../mobilenet/roles.js';
import { serveModel } from '../../mobilenet/serve-model.js';
import { serveThread } from '../../mobilenet/serve-thread.js';

// The program asks the browser how many cores there are; Node.js has this object from 21 on.
globalThis.navigator ??= { hardwareConcurrency: availableParallelism() } as Navigator;

const port: Port = {
  onmessage: null,
  postMessage: (message, transfer = []) => parentPort?.postMessage(message, transfer as never),
};
parentPort?.on('message', (data) => port.onmessage?.({ data } as MessageEvent));
if (workerData === modelRole) serveModel(port, false); // 'exit' tells
if (workerData === threadRole) serveThread(port);
