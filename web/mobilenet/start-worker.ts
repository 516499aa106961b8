// Starts the library's workers, also if the library is of another origin than the page, and if the page requires Trusted Types.

import { scriptUrls } from '../common/trusted.js';
import { asError, MobileNetError } from './errors.js';
import { blocked, isOpaque, isOwn, trustedPolicy } from './policy.js';

/** The URL from which a worker can be started whose script is a file beside this one. */
const workerUrl = scriptUrls(trustedPolicy, (file) => {
  const url = new URL(file, import.meta.url);
  if (isOwn(url)) return url.href;
  // A worker's script must be same-origin, but may import from another origin.
  const from = JSON.stringify(url.href);
  const code = isOpaque ? importing(from) : `import ${from};`;
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
});

/**
 * A classic worker that imports a module, and replays to it the messages that came before: Chromium starts no module worker from a
 * blob of an opaque origin.
 */
const importing = (from: string) => `
  const early = [];
  onmessage = (event) => early.push(event);
  import(${from}).then(
    () => early.forEach((event) => onmessage(event)),
    (error) => setTimeout(() => { throw error; }),
  );`;

/** Starts a module worker from a file beside this one. */
export function startWorker(file: string): Worker {
  const url = workerUrl(file);
  setTimeout(() => URL.revokeObjectURL(`${url}`), 60_000); // no effect on one that is not a blob's
  // A browser without module workers does not read the type, and would run the file as a classic script.
  let typeRead = false;
  const options: WorkerOptions = {
    get type() {
      typeRead = true;
      return isOpaque ? 'classic' : 'module';
    },
  };
  try {
    const worker = new Worker(url, options);
    if (typeRead) return worker;
    worker.terminate();
  } catch (cause) {
    // A TypeError means that Trusted Types refused the URL.
    if (cause instanceof TypeError || (cause instanceof Error && cause.name === 'SecurityError')) {
      throw blocked('its worker', cause);
    }
    throw asError(cause);
  }
  throw new MobileNetError(
    'no-module-workers',
    'This browser is too old: its workers run no modules. Use Firefox from 114, Safari from 16.4, Chrome or Edge from 94.',
  );
}
