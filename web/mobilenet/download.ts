// Files of the library and models over the network: packed where the server has them so, counted, and told apart from the web
// pages that servers give in place of what they have not.

import { aborted, asError, MobileNetError, text } from './errors.js';
import type { ErrorCode } from './mobilenet.d.ts';
import { blocked, crossOrigin, watchPolicy } from './policy.js';

/** What to call the ways in which a file can fail to come. */
export interface Failures {
  missing: ErrorCode;
  html: ErrorCode;
  corrupt: ErrorCode;
}

export interface Transfer {
  signal?: AbortSignal;
  failures: Failures;
  /** Bytes of the file itself, if they are known. */
  size?: number;
  /** Is called with the bytes that have arrived and those that will, 0 if unknown. */
  onProgress?: (loaded: number, total: number) => void;
}

/**
 * Takes url's packed twin, url.gz, if the server has a good one and this browser can unpack it, else url itself; that too where
 * the server packs it better on the way.
 */
export async function downloadPacked<T>(
  url: URL,
  better: Promise<boolean>,
  transfer: Transfer,
  use: (content: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<T>,
): Promise<T> {
  if (typeof DecompressionStream === 'function' && !(await better)) {
    try {
      const twin = new URL(url);
      twin.pathname += '.gz';
      return await use(await download(twin, transfer));
    } catch (error) {
      const { code, cause } = asError(error);
      if (cause === networkFailed || code === 'aborted' || code === 'blocked-by-csp') throw error;
    }
  }
  return use(await download(url, transfer));
}

/** Whether the server sends url by brotli or Zstandard, a tenth smaller than gzip: asking costs a round trip and no content. */
export async function packsBetter(url: URL, signal?: AbortSignal): Promise<boolean> {
  const response = await fetch(url, { method: 'HEAD', signal }).catch(() => undefined);
  return /^(br|zstd)$/.test(response?.headers.get('content-encoding') ?? '');
}

/** Marks failures after which asking the same server again would not help. */
const networkFailed = new Error('the network failed');

/** Starts to download url. The content comes unpacked. */
export async function download(
  url: URL,
  { signal, failures, size = 0, onProgress }: Transfer,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const name = nameOf(url);
  const refused = watchPolicy('connect-src');
  const failed = (or = '') =>
    signal?.aborted
      ? aborted(signal)
      : new MobileNetError(
          'download-failed',
          `The download of ${name} failed; check the connection and try again${or}.`,
          {
            cause: networkFailed,
          },
        );

  const response = await fetch(url, { signal, cache: name.endsWith('.json') ? 'no-cache' : 'default' }).catch(
    async () => {
      if (await refused()) throw blocked(`to download ${url.href}`);
      const cors = crossOrigin(url);
      throw failed(cors && `. Or ${cors}`);
    },
  );
  if (!response.ok || !response.body) {
    const code = response.status === 404 || response.status === 410 ? failures.missing : 'download-failed';
    throw new MobileNetError(
      code,
      `${name} could not be downloaded: the server answered ${response.status} for ${url.href}`,
    );
  }

  const reader = response.body.getReader();
  const next = () =>
    reader.read().catch(() => {
      throw failed();
    });
  let chunk = await next();
  const start = chunk.value?.subarray(0, 64) ?? new Uint8Array();
  if (response.headers.get('content-type')?.startsWith('text/html') || /^\s*<(!doctype|html)/i.test(ascii(start))) {
    reader.cancel().catch(() => {});
    throw new MobileNetError(failures.html, `The server answered with a web page where ${name} should be: ${url.href}`);
  }

  // A length counts bytes on the wire. Where the browser unpacks those on the way, each that arrives here stands for its share of
  // them; where the server tells no length, as it cannot if it packs while it sends, those that arrive here are counted.
  const length = Number(response.headers.get('content-length'));
  const unpacked = response.headers.has('content-encoding');
  const total = unpacked ? size && (length || size) : length;
  const share = unpacked && total ? total / size : 1;
  let loaded = 0;
  const content = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (chunk.done) {
        onProgress?.(Math.round(loaded), Math.round(loaded));
        return controller.close();
      }
      loaded += chunk.value.length * share;
      onProgress?.(Math.round(loaded), Math.max(total, total && Math.round(loaded)));
      controller.enqueue(chunk.value);
      chunk = await next();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  // By what it is and not by its name: some servers unpack .gz files themselves.
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  return packed ? content.pipeThrough(new DecompressionStream('gzip')) : content;
}

/** No model or list of labels has so many bytes; a packed file that would fill the memory has. */
const mostBytes = 2 ** 27;

/** Refuses a file of a model that would take more memory than any needs. */
export function checkSize(name: string, size: number): void {
  if (size <= mostBytes) return;
  const [has, most] = [Math.ceil(size / 1e6), Math.floor(mostBytes / 1e6)];
  throw new MobileNetError('model-unsupported', `${name} has at least ${has} MB; up to ${most} MB can be read here.`);
}

/** All bytes of a stream; `size` is how many there should be. */
export async function readBytes(
  content: ReadableStream<Uint8Array<ArrayBuffer>>,
  name: string,
  corrupt: ErrorCode,
  size?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const unexpected = (length: number | string) =>
    new MobileNetError(corrupt, `${name} has ${length} bytes where ${size} are expected: cut, or another file.`);
  const reader = content.getReader();
  try {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      chunks.push(chunk.value);
      length += chunk.value.length;
      if (size !== undefined && length > size) throw unexpected('more');
      checkSize(name, length);
    }
    if (size !== undefined && length < size) throw unexpected(length);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  } catch (error) {
    reader.cancel().catch(() => {});
    throw asError(error instanceof MobileNetError ? error : `${name} is damaged: ${text(error)}`, corrupt);
  }
}

/** The last part of a URL's path. */
export const nameOf = (url: URL) => url.pathname.split('/').pop() || url.href;

const ascii = (bytes: Uint8Array) => String.fromCharCode(...bytes);
