// Starts workers in a browser, also if their file is of another origin than the page, and if the page requires Trusted Types.

import { scriptUrls } from '../common/trusted.js';
import { asError, MobileNetError } from './errors.js';
import { blocked, isOpaque, isOwn, trustedPolicy } from './policy.js';
import type { Role } from './roles.js';

/** The URL from which a worker can be started whose script is at a URL. */
const scriptUrl = scriptUrls(trustedPolicy, (href) => {
  // A worker's script must be same-origin, but may import from another origin. A blob: URL is that of a worker that starts a thread.
  if (href.startsWith('blob:') || isOwn(new URL(href))) return href;
  const from = JSON.stringify(href);
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

/** By the URL of the script. They are a few bytes each, and a worker starts its threads from its own, so none is revoked. */
const scripts = new Map<string, string>();

/** Starts a module worker that is told its role by its name. */
export function spawn({ href }: URL, name: Role): Worker {
  const url = scripts.get(href) ?? scriptUrl(href);
  scripts.set(href, url);
  // A browser without module workers does not read the type, and would run the file as a classic script.
  let typeRead = false;
  const options: WorkerOptions = {
    name,
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
      throw blocked('its worker', { worker: new URL(href), cause });
    }
    throw asError(cause);
  }
  throw new MobileNetError(
    'no-module-workers',
    'This browser is too old: its workers run no modules. Use Firefox from 114, Safari from 16.4, Chrome or Edge from 94.',
  );
}
