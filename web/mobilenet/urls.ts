import { MobileNetError } from './errors.js';
import { show } from './options.js';

/** A URL as the page's own code means it: relative to the page. */
export function pageUrl(url: string | URL, what = 'source'): URL {
  try {
    if (url !== '') return new URL(url, typeof document === 'object' ? document.baseURI : globalThis.location.href);
  } catch {
    // reported below
  }
  throw new MobileNetError('bad-argument', `${what} ${show(url)} is no URL`);
}

/** The last part of a URL's path. */
export const nameOf = (url: URL) => url.pathname.split('/').pop() || url.href;
