// Downloads the files of the library and of models, and gives their content decompressed.

import { gunzip, isGzip, prefersGzip as serverPrefersGzip } from '../common/gzip.js';
import { sniff } from '../common/sniff.js';
import { badStatus, canFallBack, type FileErrorCodes, htmlInstead, interrupted, noResponse } from './download-error.js';
import type { MobileNetError } from './errors.js';
import type { Asset } from './files.js';
import { openFile } from './platform.js';
import { watchPolicy } from './policy.js';
import { countBytes, type OnBytes } from './progress.js';
import { type Content, readBytes } from './read-bytes.js';
import { nameOf } from './urls.js';

export interface Transfer {
  signal?: AbortSignal;
  codes: FileErrorCodes;
  /** Bytes of the decompressed file, if known. */
  size?: number;
  onBytes?: OnBytes;
}

/** Whether to take the compressed copy of a file. */
export const prefersGzip = async ({ url, gzip }: Asset, signal?: AbortSignal) =>
  gzip !== undefined && url.protocol !== 'file:' && serverPrefersGzip(url, signal);

/** Downloads the compressed copy if that is preferred and the server has a good one, else the file itself. */
export async function downloadCompressed<T>(
  { url, gzip: copy, hint }: Asset,
  gzip: Promise<boolean>,
  transfer: Transfer,
  use: (content: Content) => Promise<T>,
): Promise<T> {
  transfer = { ...transfer, codes: { ...transfer.codes, hint } };
  if (copy && (await gzip)) {
    try {
      return await download(copy, transfer, use);
    } catch (error) {
      if (!canFallBack(error)) throw error;
    }
  }
  return download(url, transfer, use);
}

/** Downloads url while `use` reads it. A connection that breaks off is reported as such, whatever `use` makes of it. */
export async function download<T>(
  url: URL,
  { signal, codes, size = 0, onBytes }: Transfer,
  use: (content: Content) => Promise<T>,
): Promise<T> {
  const refused = watchPolicy('connect-src');
  const cache = url.pathname.endsWith('.json') ? 'no-cache' : 'default';
  const response = await openFile(url, { signal, cache }).catch(async (cause) => {
    throw await noResponse(url, refused, cause, signal);
  });
  if (!response.ok || !response.body) throw badStatus(url, response.status, codes);

  const reader = response.body.getReader();
  let broken: MobileNetError | undefined;
  const read = () =>
    reader.read().catch(() => {
      broken = interrupted(url, signal);
      throw broken;
    });
  let chunk = await read();
  const start = chunk.value ?? new Uint8Array();
  const isHtml = sniff(start.subarray(0, 64)).format === 'web page'; // no further, as it may have an SVG inside
  if (isHtml || response.headers.get('content-type')?.startsWith('text/html')) {
    reader.cancel().catch(() => {});
    throw htmlInstead(url, codes);
  }
  const content = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (chunk.done) return controller.close();
      controller.enqueue(chunk.value);
      chunk = await read();
    },
    cancel: (reason) => reader.cancel(reason),
  }).pipeThrough(countBytes(response.headers, size, onBytes));
  try {
    return await use(isGzip(start) ? gunzip(content) : content);
  } catch (error) {
    throw broken ?? error;
  }
}

/** All bytes of a file. */
export const downloadBytes = (url: URL, transfer: Transfer) =>
  download(url, transfer, (content) => readBytes(content, nameOf(url), transfer.codes.corrupt));
