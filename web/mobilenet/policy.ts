// What a page's Content-Security-Policy forbids. A refused download looks like a network failure and a refused worker like a
// broken one; only an event tells them apart.

import { MobileNetError } from './errors.js';

const violations: SecurityPolicyViolationEvent[] = [];

globalThis.addEventListener?.('securitypolicyviolation', (event) => {
  violations.push(event as SecurityPolicyViolationEvent);
});

/** Gives a function that tells whether since now the policy has refused something under one of the directives. */
export function watchPolicy(...directives: string[]): () => Promise<boolean> {
  const seen = violations.length;
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 50)); // the event comes after the failure
    return violations.slice(seen).some((v) => directives.includes(v.effectiveDirective));
  };
}

/**
 * Whether the page's origin is opaque, as in a sandboxed frame: nothing is then of its own origin, not even where it comes from
 * itself, which is what `location` tells.
 */
export const isOpaque = globalThis.origin === 'null';

/** Whether a URL is of the page's own origin. */
export const isOwn = ({ origin }: URL) => !isOpaque && origin === globalThis.origin;

const { origin } = new URL(import.meta.url);
const own = isOwn(new URL(import.meta.url));
const here = own ? "'self'" : origin;

/** What worker-src must allow. A worker's own imports count there too, in Chromium, and are refused where no event tells of it. */
export const workers = own ? here : `blob: ${here}`;

/** The Trusted Types policy by which the library starts its workers. */
export const trustedPolicy = 'mobilenet';

/**
 * What to say of a download or a worker that failed with no reason given, if it may be that another origin does not let this page
 * read it.
 */
export function crossOrigin(url: URL): string {
  if (isOwn(url) || !url.protocol.startsWith('http')) return '';
  const cors = `its server must let pages of other origins read it (CORS: Access-Control-Allow-Origin)`;
  if (!isOpaque) return cors;
  return `this page's origin is opaque, as in a sandboxed frame without allow-same-origin, so ${cors}`;
}

/** Says all that the library needs, for who fixes one thing and then meets the next. */
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
