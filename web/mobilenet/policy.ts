// What the page's Content-Security-Policy forbids. A blocked download looks like a network failure and a blocked worker like a broken
// one; only an event tells them apart.

import { MobileNetError } from './errors.js';

/** How often the policy has blocked something, by directive. */
const violations = new Map<string, number>();

globalThis.addEventListener?.('securitypolicyviolation', (event) => {
  const { disposition, effectiveDirective: directive } = event as SecurityPolicyViolationEvent;
  if (disposition === 'enforce') violations.set(directive, (violations.get(directive) ?? 0) + 1);
});

/** Gives a function that tells whether the policy has since blocked something by one of the directives. */
export function watchPolicy(...directives: string[]): () => Promise<boolean> {
  const count = () => directives.reduce((sum, directive) => sum + (violations.get(directive) ?? 0), 0);
  const before = count();
  return async () => {
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

const { origin } = new URL(import.meta.url);
const own = isOwn(new URL(import.meta.url));
const here = own ? "'self'" : origin;

/** What worker-src must allow. In Chromium it also governs a worker's own imports, and blocks them without an event. */
export const workers = own ? here : `blob: ${here}`;

/** The Trusted Types policy with which the library starts its workers. */
export const trustedPolicy = 'mobilenet';

/** The likely reason why a file of another origin failed to load without a reason; empty for one of the page's own origin. */
export function crossOrigin(url: URL): string {
  if (isOwn(url) || !url.protocol.startsWith('http')) return '';
  const cors = 'its server must let pages of other origins read it (CORS: Access-Control-Allow-Origin)';
  if (!isOpaque) return cors;
  return `this page's origin is opaque, as in a sandboxed frame without allow-same-origin, so ${cors}`;
}

/** The error lists all that the library needs, so that the policy can be fixed in one go. */
export function blocked(what: string, cause?: unknown): MobileNetError {
  const needs = `script-src ${here} 'wasm-unsafe-eval'; connect-src ${here}; worker-src ${workers}`;
  const or = own ? '' : '. Or put the library on your own server';
  return new MobileNetError(
    'blocked-by-csp',
    `The page's Content-Security-Policy forbids ${what}. The library needs: ${needs}; ` +
      `and trusted-types ${trustedPolicy} where Trusted Types are required, with 'allow-duplicates' where the page has two ` +
      `copies of it${or}.`,
    { cause },
  );
}
