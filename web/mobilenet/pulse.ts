// Whether a worker still answers. A browser may end one without a word, and one may stand still for ever: Firefox's does now and
// then where it starts another while a debugger looks on.

import { MobileNetError } from './errors.js';

/**
 * For how many seconds a worker may give no sign of life while it has something to do. That takes no network, for its script was asked
 * for before the program and the model that it waits for; and it gives its event loop a turn between two layers, so even the slowest
 * phone needs less. One that a debugger has stopped is taken for silent: nothing tells the two apart.
 */
const patience = 15;

/** What a call fails with whose worker gave no sign of life. */
export class Silence extends MobileNetError {
  constructor() {
    const why = 'it may stand still, or the browser may have ended it for want of memory';
    super('worker-failed', `The network's worker has given no sign of life for ${patience} seconds: ${why}.`);
  }
}

/** Watches a worker, from start() to stop(). */
export class Pulse {
  #ping: () => void;
  #silent: () => void;
  #timer: number | undefined;
  #seconds = 0;

  /** ping asks the worker for an answer; silent is called if none comes. */
  constructor(ping: () => void, silent: () => void) {
    this.#ping = ping;
    this.#silent = silent;
  }

  start(): void {
    this.stop();
    // Seconds are counted, and not read off a clock: a tab that was frozen, or a machine that slept, has not waited.
    this.#timer = setInterval(() => {
      if (this.#seconds++ === 0) this.#ping();
      else if (this.#seconds > patience) this.#silent();
    }, 1000);
  }

  /** Tells that the worker gave a sign of life. */
  heard(): void {
    this.#seconds = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#seconds = 0;
  }
}
