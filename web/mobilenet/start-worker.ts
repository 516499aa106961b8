// Starts the library's workers, also where the page is of another origin than the library, and where it requires Trusted Types.

import { asError, MobileNetError } from './errors.js';
import { blocked, trustedPolicy } from './policy.js';
import { scriptUrls } from './trusted.js';

/** The address from which a worker can be started that is a file beside this one. */
const workerUrl = scriptUrls(trustedPolicy, (file) => {
  const url = new URL(file, import.meta.url);
  if (url.origin === globalThis.location.origin) return url.href;
  // A worker must come from the page's own origin, but may import from another.
  return URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
});

/** Starts a module worker from a file beside this one. */
export function startWorker(file: string): Worker {
  const url = workerUrl(file);
  setTimeout(() => URL.revokeObjectURL(`${url}`), 60_000); // which does nothing where it is no blob's
  // A browser that runs no modules in workers does not ask for the type, and would take the file for a classic script.
  let asked = false;
  const options: WorkerOptions = {
    get type() {
      asked = true;
      return 'module' as const;
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
