// Starts workers in a browser, also if their file is of another origin than the page, and if the page requires Trusted Types.

import { scriptUrls } from '../common/trusted.js';
import { asError, MobileNetError } from './errors.js';
import { blocked, isOpaque, isOwn, trustedPolicy } from './policy.js';
import type { Role } from './roles.js';

/** The URL from which a worker can be started whose script is at a URL, or a blob: that imports it. */
const scriptUrl = scriptUrls(trustedPolicy, (href) => href);

/** A worker's script must be same-origin, but may import from another origin. */
const importing = (href: string) => {
  const from = JSON.stringify(href);
  const code = isOpaque ? replaying(from) : `import ${from};`;
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
};

/**
 * A classic worker that imports a module, and replays to it the messages that came before: Chromium starts no module worker from a
 * blob of an opaque origin.
 */
const replaying = (from: string) => `
  const early = [];
  onmessage = (event) => early.push(event);
  import(${from}).then(
    () => early.forEach((event) => onmessage(event)),
    (error) => setTimeout(() => { throw error; }),
  );`;

/** By the script that they import. They are a few bytes each, and a worker starts its threads from its own, so none is revoked. */
const imports = new Map<string, string>();

function importOf(href: string): string {
  const url = imports.get(href) ?? importing(href);
  imports.set(href, url);
  return url;
}

/** Starts a module worker that is told its role by its name. A blob: URL is that of a worker that starts a thread. */
export function spawn(file: URL, name: Role, byImport = false): Worker {
  const { href } = file;
  const direct = href.startsWith('blob:') || (isOwn(file) && !byImport);
  const url = scriptUrl(direct ? href : importOf(href));
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
      throw blocked('its worker', { worker: file, cause });
    }
    throw asError(cause);
  }
  throw new MobileNetError(
    'no-module-workers',
    'This browser is too old: its workers run no modules. Use Firefox from 114, Safari from 16.4, Chrome or Edge from 94.',
  );
}
