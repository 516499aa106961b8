// Starts the library's workers, also where the page is of another origin than the library.

import { asError } from './errors.js';
import { blocked } from './policy.js';

/** Starts a module worker from a file beside this one. */
export function startWorker(file: string): Worker {
  const url = new URL(file, import.meta.url);
  try {
    if (url.origin === globalThis.location.origin) return new Worker(url, { type: 'module' });
    // A worker must come from the page's own origin, but may import from another.
    const script = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
    const worker = new Worker(script, { type: 'module' });
    setTimeout(() => URL.revokeObjectURL(script), 60_000);
    return worker;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'SecurityError') throw blocked('its worker', cause);
    throw asError(cause);
  }
}
