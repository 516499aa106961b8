// Why a file of the library or of a model could not be downloaded.

import { aborted, MobileNetError, text } from './errors.js';
import type { ErrorCode } from './mobilenet.d.ts';
import { blocked, crossOrigin } from './policy.js';
import { nameOf } from './urls.js';

/** The error codes of what can be wrong with a file. */
export interface FileErrorCodes {
  missing: ErrorCode;
  html: ErrorCode;
  corrupt: ErrorCode;
  /** What else may be said of a file that is not there. */
  hint?: string;
}

/** After these another file of the same server will not come either. */
class ConnectionError extends MobileNetError {}

/** Why the server did not answer. `refused` tells whether the page's Content-Security-Policy forbade to ask it. */
export async function noResponse(url: URL, refused: () => Promise<boolean>, cause: unknown, signal?: AbortSignal) {
  if (url.protocol === 'file:' && !signal?.aborted) {
    return new MobileNetError('download-failed', `${url.href} could not be read: ${text(cause)}`, { cause });
  }
  if (await refused()) return blocked(`to download ${url.href}`, { download: url });
  const cors = crossOrigin(url);
  return interrupted(url, signal, cors && `. Or ${cors}`, cause);
}

/** Why the response ended too soon. */
export const interrupted = (url: URL, signal?: AbortSignal, or = '', cause?: unknown) =>
  signal?.aborted
    ? aborted(signal)
    : new ConnectionError(
        'download-failed',
        `The download of ${nameOf(url)} failed; check the connection and try again${or}.`,
        { cause },
      );

export function badStatus(url: URL, status: number, { missing, hint = '' }: FileErrorCodes): MobileNetError {
  const isMissing = status === 404 || status === 410;
  const why =
    url.protocol === 'file:'
      ? `was not found: there is no file ${url.href}`
      : `could not be downloaded: the server answered ${status} for ${url.href}`;
  return new MobileNetError(isMissing ? missing : 'download-failed', `${nameOf(url)} ${why}${isMissing ? hint : ''}`);
}

export const htmlInstead = (url: URL, { html, hint = '' }: FileErrorCodes) =>
  new MobileNetError(html, `The server answered with a web page where ${nameOf(url)} should be: ${url.href}${hint}`);

/** Whether it is worth trying another file of the same server. */
export const canFallBack = (error: unknown) =>
  !(error instanceof ConnectionError || /^(aborted|blocked-by-csp)$/.test((error as MobileNetError).code));
