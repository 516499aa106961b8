// HEIC photos, which few browsers read: each is turned into a file that all do, where it is needed.

import { sniff, sniffLength } from '../common/sniff.js';
import { inspect } from './decode.js';
import { asError, MobileNetError } from './errors.js';
import { isA } from './kinds.js';
import type { Source } from './mobilenet.d.ts';
import { hasCanvas } from './platform.js';
import { fetchImage } from './source.js';
import { pageUrl } from './urls.js';

/** Milliseconds for which the last photo is kept, for the page to show what it had classified. */
const keptFor = 30_000;

/** Makes a BMP of a HEIC photo. */
export type Decode = (photo: Blob, signal?: AbortSignal) => Promise<Blob>;

export class Photos {
  #decode: Decode;
  /** One is decoded at a time: each takes much memory. */
  #turn: Promise<unknown> = Promise.resolve();
  #last: { photo: Blob; made: Blob } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(decode: Decode) {
    this.#decode = decode;
  }

  /** A file as it is or, of a HEIC photo that this browser does not read, one that it does. */
  async readable(file: Blob, signal?: AbortSignal): Promise<Blob> {
    if (!hasCanvas || !(await isHeic(file))) return file;
    await inspect(file);
    return (await isRead(file)) ? file : this.#made(file, signal);
  }

  /** What to process in the place of a source that could not be: undefined if it is no HEIC photo. */
  async unread(source: Source, error: unknown, signal?: AbortSignal): Promise<Blob | undefined> {
    if (!hasCanvas || asError(error).code !== 'broken-image') return undefined;
    const isUrl = typeof source === 'string' || isA(source, 'URL');
    if (!isUrl && !isA(source, 'Blob')) return undefined;
    const file = isUrl ? await fetchImage(pageUrl(source), signal ?? new AbortController().signal) : source;
    return (await isHeic(file)) ? this.#made(file, signal) : undefined;
  }

  async #made(photo: Blob, signal?: AbortSignal): Promise<Blob> {
    const before = this.#turn;
    const made = before.then(async () => {
      signal?.throwIfAborted();
      if (this.#last?.photo === photo) return this.#last.made;
      const made = await this.#decode(photo, signal);
      this.#keep({ photo, made });
      return made;
    });
    this.#turn = made.catch(() => {});
    return made.catch((cause) => {
      if (asError(cause).code !== 'download-failed') throw asError(cause, signal?.aborted ? 'aborted' : undefined);
      const why = 'This browser reads no HEIC, and what reads it here could not be downloaded';
      throw new MobileNetError('download-failed', `${why}: ${asError(cause).message}`, { cause });
    });
  }

  #keep(last: { photo: Blob; made: Blob }): void {
    clearTimeout(this.#timer);
    this.#last = last;
    this.#timer = setTimeout(() => {
      this.#last = undefined;
    }, keptFor);
  }
}

async function isHeic(file: Blob): Promise<boolean> {
  try {
    return sniff(new Uint8Array(await file.slice(0, sniffLength).arrayBuffer())).format === 'HEIC';
  } catch {
    return false; // the file is gone
  }
}

/** Whether the browser reads a file itself. */
const isRead = (file: Blob) =>
  createImageBitmap(file).then(
    (bitmap) => {
      bitmap.close();
      return true;
    },
    () => false,
  );
