/** Calls back at every new frame that the video shows, until the signal aborts. Nothing comes while the page is hidden. */
export function eachFrame(video: HTMLVideoElement, seen: () => void, signal: AbortSignal): void {
  if (typeof video.requestVideoFrameCallback === 'function') {
    let request = 0;
    const wait = () => {
      request = video.requestVideoFrameCallback(() => {
        wait();
        if (!document.hidden) seen();
      });
    };
    wait();
    signal.addEventListener('abort', () => video.cancelVideoFrameCallback(request), { once: true });
    return;
  }
  let request = 0;
  let time = -1;
  const wait = () => {
    request = requestAnimationFrame(() => {
      wait();
      if (video.currentTime === time) return; // the screen is faster than the camera
      time = video.currentTime;
      seen();
    });
  };
  wait();
  signal.addEventListener('abort', () => cancelAnimationFrame(request), { once: true });
}

/**
 * Calls classify for the frames of a video, one call at a time. Frames that come meanwhile are skipped: the next call gets whatever
 * the video shows by then.
 */
export function classifyFrames(video: HTMLVideoElement, classify: () => Promise<void>, signal: AbortSignal): void {
  let busy = false;
  let fresh = false;
  const next = async () => {
    busy = true;
    while (fresh && !signal.aborted) {
      fresh = false;
      await classify();
    }
    busy = false;
  };
  eachFrame(
    video,
    () => {
      fresh = true;
      if (!busy) void next();
    },
    signal,
  );
}

/** How many frames were classified in the last second, and how long that took. */
export class Meter {
  #frames: { at: number; took: number }[] = [];

  /** Counts a frame that is done now; times in ms. */
  add(at: number, took: number): void {
    this.#frames.push({ at, took });
    while (this.#frames[0] && at - this.#frames[0].at > 1000) this.#frames.shift();
  }

  /** Frames per second, from the time between the first and the last. */
  get rate(): number {
    const [first] = this.#frames;
    const last = this.#frames.at(-1);
    return first && last && last.at > first.at ? (1000 * (this.#frames.length - 1)) / (last.at - first.at) : 0;
  }

  /** The mean time per frame in ms. */
  get time(): number {
    return this.#frames.reduce((sum, { took }) => sum + took, 0) / Math.max(1, this.#frames.length);
  }
}

/** Marks a span for the browser's profiler, without keeping it: there are many a second. */
export function measure(name: string, start: number, detail?: unknown): void {
  performance.measure(name, { start, detail });
  performance.clearMeasures(name);
}
