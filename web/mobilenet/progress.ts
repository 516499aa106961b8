import type { LoadOptions } from './mobilenet.d.ts';

/** Adds up downloads that run at the same time. */
export class DownloadProgress {
  #parts: { loaded: number; total: number }[] = [];
  #reported = 0;
  #report: LoadOptions['onProgress'];

  constructor(report: LoadOptions['onProgress']) {
    this.#report = report;
  }

  /** A download more, and the function that tells its state. */
  part(): (loaded: number, total: number) => void {
    const part = { loaded: 0, total: 0 };
    this.#parts.push(part);
    return (loaded, total) => {
      Object.assign(part, { loaded, total });
      this.#tell('download');
    };
  }

  /** The downloads are over. */
  starting(): void {
    this.#tell('start');
  }

  #tell(stage: 'download' | 'start'): void {
    const sum = (key: 'loaded' | 'total') => this.#parts.reduce((total, part) => total + part[key], 0);
    // It does not go back where a packed file turns out to be broken and the plain one is taken.
    this.#reported = Math.max(this.#reported, sum('loaded'));
    const known = this.#parts.every((part) => part.total > 0);
    const total = known ? Math.max(sum('total'), this.#reported) : 0;
    try {
      this.#report?.({ stage, loaded: this.#reported, total });
    } catch (error) {
      // It is the caller's own and no failure of the download: the page is told of it, as of what a listener throws.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
