// How far downloads have come.

import type { LoadOptions, Progress } from './mobilenet.d.ts';

/** Is called with the bytes that have arrived and those that will in all, 0 if unknown. */
export type OnBytes = (loaded: number, total: number) => void;

/**
 * Counts the bytes of a response's body, as bytes on the wire where these can be known. Where the browser decompresses them, each that
 * arrives here stands for its share of the length, by the decompressed size; without a length, as of a server that compresses while it
 * sends, those that arrive here are counted.
 */
export function countBytes(headers: Headers, size: number, onBytes?: OnBytes) {
  const length = Number(headers.get('content-length'));
  const decoded = headers.has('content-encoding');
  const total = decoded ? size && (length || size) : length;
  const share = decoded && total ? total / size : 1;
  let loaded = 0;
  return new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      loaded += chunk.length * share;
      onBytes?.(Math.round(loaded), Math.max(total, total && Math.round(loaded)));
      controller.enqueue(chunk);
    },
    flush: () => onBytes?.(Math.round(loaded), Math.round(loaded)),
  });
}

/** Adds up downloads that run at the same time. */
export class DownloadProgress {
  #parts: { loaded: number; total: number }[] = [];
  #reported = 0;
  #onProgress: LoadOptions['onProgress'];

  constructor(onProgress: LoadOptions['onProgress']) {
    this.#onProgress = onProgress;
  }

  /** Adds a download; gives the function to be told of its bytes. */
  part(): OnBytes {
    const part = { loaded: 0, total: 0 };
    this.#parts.push(part);
    return (loaded, total) => {
      Object.assign(part, { loaded, total });
      this.report('download');
    };
  }

  report(stage: Progress['stage']): void {
    const sum = (key: 'loaded' | 'total') => this.#parts.reduce((total, part) => total + part[key], 0);
    // It does not go back where a compressed file turns out to be broken and the plain one is taken.
    this.#reported = Math.max(this.#reported, sum('loaded'));
    const known = this.#parts.every((part) => part.total > 0);
    const total = known ? Math.max(sum('total'), this.#reported) : 0;
    try {
      this.#onProgress?.({ stage, loaded: this.#reported, total });
    } catch (error) {
      // The caller's own error and not the download's: reported as uncaught, as a listener's would be.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
