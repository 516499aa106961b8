import { show } from './check.js';
import { MobileNetError } from './errors.js';
import { resolveUrl } from './platform.js';

/** A URL as the page's own code means it: relative to the page, or in Node.js to the working directory. */
export function pageUrl(url: string | URL, what = 'source'): URL {
  try {
    if (url !== '') return resolveUrl(url);
  } catch {
    // reported below
  }
  throw new MobileNetError('bad-argument', `${what} ${show(url)} is no URL`);
}

/** The last part of a URL's path. */
export const nameOf = (url: URL) => url.pathname.split('/').pop() || url.href;
