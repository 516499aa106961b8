// Starts the library's workers, also where the page is of another origin than the library, and where it requires Trusted Types.

import { scriptUrls } from '../common/trusted.js';
import { asError, MobileNetError } from './errors.js';
import { blocked, isOpaque, isOwn, trustedPolicy } from './policy.js';

/** The address from which a worker can be started that is a file beside this one. */
const workerUrl = scriptUrls(trustedPolicy, (file) => {
  const url = new URL(file, import.meta.url);
  if (isOwn(url)) return url.href;
  // A worker must come from the page's own origin, but may import from another.
  const from = JSON.stringify(url.href);
  const code = isOpaque ? importing(from) : `import ${from};`;
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
});

/**
 * A classic worker that imports a module, and gives it what was sent to it meanwhile. Chromium starts no module worker from a blob of
 * an opaque origin.
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
  setTimeout(() => URL.revokeObjectURL(`${url}`), 60_000); // which does nothing where it is no blob's
  // A browser that runs no modules in workers does not ask for the type, and would take the file for a classic script.
  let asked = false;
  const options: WorkerOptions = {
    get type() {
      asked = true;
      return isOpaque ? 'classic' : 'module';
    },
  };
  try {
    const worker = new Worker(url, options);
    if (asked) return worker;
    worker.terminate();
  } catch (cause) {
    // A TypeError says that the address is no trusted one.
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
