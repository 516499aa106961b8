// Why a file of the library or of a model could not be downloaded.

import { aborted, asError, MobileNetError } from './errors.js';
import type { ErrorCode } from './mobilenet.d.ts';
import { blocked, crossOrigin } from './policy.js';
import { nameOf } from './urls.js';

/** The error codes of what can be wrong with a file. */
export interface FileErrorCodes {
  missing: ErrorCode;
  html: ErrorCode;
  corrupt: ErrorCode;
}

class ConnectionError extends MobileNetError {
  constructor(url: URL, or = '') {
    super('download-failed', `The download of ${nameOf(url)} failed; check the connection and try again${or}.`);
  }
}

/** Why the server did not answer. `refused` tells whether the page's Content-Security-Policy forbade to ask it. */
export async function noResponse(url: URL, refused: () => Promise<boolean>, signal?: AbortSignal) {
  if (await refused()) return blocked(`to download ${url.href}`);
  const cors = crossOrigin(url);
  return interrupted(url, signal, cors && `. Or ${cors}`);
}

/** Why the response ended too soon. */
export const interrupted = (url: URL, signal?: AbortSignal, or?: string) =>
  signal?.aborted ? aborted(signal) : new ConnectionError(url, or);

export const badStatus = (url: URL, status: number, { missing }: FileErrorCodes) =>
  new MobileNetError(
    status === 404 || status === 410 ? missing : 'download-failed',
    `${nameOf(url)} could not be downloaded: the server answered ${status} for ${url.href}`,
  );

export const htmlInstead = (url: URL, { html }: FileErrorCodes) =>
  new MobileNetError(html, `The server answered with a web page where ${nameOf(url)} should be: ${url.href}`);

/** Whether another file of the same server may still be had. */
export const canFallBack = (error: unknown) =>
  !(error instanceof ConnectionError) && !/^(aborted|blocked-by-csp)$/.test(asError(error).code);
