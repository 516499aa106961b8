// What the page's Content-Security-Policy forbids. A blocked download looks like a network failure and a blocked worker like a broken
// one; only an event tells them apart.

import { MobileNetError } from './errors.js';

/** How often the policy has blocked something, by directive, since somebody first watched. */
let violations: Map<string, number> | undefined;

function watch(): Map<string, number> {
  const counts = new Map<string, number>();
  globalThis.addEventListener?.('securitypolicyviolation', (event) => {
    const { disposition, effectiveDirective: directive } = event as SecurityPolicyViolationEvent;
    if (disposition === 'enforce') counts.set(directive, (counts.get(directive) ?? 0) + 1);
  });
  return counts;
}

/** Gives a function that tells whether the policy has since blocked something by one of the directives. */
export function watchPolicy(...directives: string[]): () => Promise<boolean> {
  violations ??= watch();
  const counts = violations;
  const count = () => directives.reduce((sum, directive) => sum + (counts.get(directive) ?? 0), 0);
  const before = count();
  return async () => {
    if (typeof SecurityPolicyViolationEvent === 'undefined') return false; // not a browser
    // The event comes after the failure; on a busy machine, some time after it.
    for (let waits = 0; waits < 10 && count() === before; waits++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return count() > before;
  };
}

/**
 * Whether the page's origin is opaque, as in a sandboxed frame: then nothing is same-origin, not even what comes from the origin of
 * `location`.
 */
export const isOpaque = globalThis.origin === 'null';

/** Whether a URL is of the page's own origin. */
export const isOwn = ({ origin }: URL) => !isOpaque && origin === globalThis.origin;

/** Where this code came from. Bundlers put what they like in the place of import.meta.url; their bundles are the page's own. */
function library(): URL | undefined {
  const url = URL.canParse?.(import.meta.url) ? new URL(import.meta.url) : undefined;
  return url?.protocol.startsWith('http') ? url : undefined;
}

/** The sources that a policy must allow for files at these URLs. */
function sourcesOf(...files: (URL | undefined)[]): string {
  const sources = files.filter((url) => url !== undefined).map((url) => (isOwn(url) ? "'self'" : url.origin));
  return [...new Set(sources)].join(' ') || "'self'";
}

/** What worker-src must allow for a worker's file. In Chromium it also governs a worker's own imports, and blocks them without an event. */
export const workerSources = (file: URL) => (isOwn(file) ? "'self'" : `blob: ${file.origin}`);

/** The Trusted Types policy with which the library starts its workers. */
export const trustedPolicy = 'mobilenet';

/** The likely reason why a file of another origin failed to load without a reason; empty for one of the page's own origin. */
export function crossOrigin(url: URL): string {
  if (isOwn(url) || !url.protocol.startsWith('http') || globalThis.origin === undefined) return '';
  const cors = 'its server must let pages of other origins read it (CORS: Access-Control-Allow-Origin)';
  if (!isOpaque) return cors;
  return `this page's origin is opaque, as in a sandboxed frame without allow-same-origin, so ${cors}`;
}

/**
 * The error for what the policy forbids: a worker by its file, a download by its URL, or WebAssembly. It lists all that the library
 * needs, so that the policy can be fixed in one go.
 */
export function blocked(
  what: string,
  { worker, download, cause }: { worker?: URL; download?: URL; cause?: unknown } = {},
) {
  const code = worker ?? library();
  const own = !code || isOwn(code);
  const needs =
    `script-src ${sourcesOf(code)} 'wasm-unsafe-eval'; connect-src ${sourcesOf(code, download)}; ` +
    `worker-src ${code ? workerSources(code) : "'self'"}`;
  return new MobileNetError(
    'blocked-by-csp',
    `The page's Content-Security-Policy forbids ${what}. The library needs: ${needs}; ` +
      `and trusted-types ${trustedPolicy} where Trusted Types are required, with 'allow-duplicates' where the page has two ` +
      `copies of it${own ? '' : '. Or put the library on your own server'}.`,
    { cause },
  );
}
