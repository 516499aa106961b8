// What stands for a worker where none can be started: in some browsers, within a worker of the caller's own.

import { type Port, serveModelKey, type WorkerLike } from './roles.js';

const served = globalThis as { [serveModelKey]?: (port: Port) => void };

/** Runs the worker's file in this thread. Its end is taken from it, for nothing can stop it. */
export function inThisThread(url: URL): WorkerLike {
  const { port1, port2 } = new MessageChannel();
  const terminate = () => {
    port1.close();
    globalThis.mobilenet = undefined; // or it would keep the program's memory
  };
  const worker: WorkerLike = Object.assign(port1, { onerror: null, terminate });
  // No bundler shall look for the file, whose URL is known only here: web/build tells them so in the package (npm.go).
  import(url.href).then(
    () => served[serveModelKey]?.(port2),
    (error) => worker.onerror?.(new ErrorEvent('error', { error, message: String(error?.message), cancelable: true })),
  );
  return worker;
}
