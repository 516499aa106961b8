// Files that are decoded before their turn, by the number under which they were announced.

import { type Decoded, decode } from './decode.js';

interface Early {
  /** Gives undefined for a file that is too large to be decoded before its turn. */
  decoding: Promise<Decoded | undefined>;
  controller: AbortController;
}

export class EarlyFiles {
  #files = new Map<number, Early>();
  /** How many files are still being decoded whose calls were aborted. */
  #unwanted = 0;

  /** Starts to decode the file of a later request; without a blob, drops it. */
  announce(number: number, blob: Blob | null): void {
    if (!blob) {
      this.#drop(number);
      return;
    }
    if (this.#unwanted > 0) return; // or many calls that are soon aborted would fill the memory
    const controller = new AbortController();
    const decoding = decode(blob, controller.signal, true);
    decoding.catch(() => {}); // reported in its turn
    this.#files.set(number, { decoding, controller });
  }

  /** Hands over a file, if it was announced. */
  take(number: number): Early | undefined {
    const begun = this.#files.get(number);
    this.#files.delete(number);
    return begun;
  }

  async #drop(number: number): Promise<void> {
    const begun = this.take(number);
    if (!begun) return;
    begun.controller.abort();
    this.#unwanted++;
    const decoded = await begun.decoding.catch(() => undefined);
    decoded?.bitmap.close();
    this.#unwanted--;
  }
}
