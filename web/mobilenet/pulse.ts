// A watchdog for a worker: a browser may end one without any event, and one may hang for ever, as Firefox's sometimes do when they
// start another while a debugger is attached.

import { MobileNetError } from './errors.js';

/**
 * Seconds for which a busy worker may give no sign of life. It does not depend on the connection, as the worker's script is requested
 * before the program and the model; and the worker yields to its event loop between layers, so even the slowest phone needs less.
 * A worker that is paused in a debugger counts as silent: the two cannot be told apart.
 */
const timeout = 15;

/** The error of a call whose worker gave no sign of life. */
export class Silence extends MobileNetError {
  constructor() {
    const why = 'it may stand still, or the browser may have ended it for want of memory';
    super('worker-failed', `The model's worker has given no sign of life for ${timeout} seconds: ${why}.`);
  }
}

/** Watches a worker, from start() to stop(). */
export class Pulse {
  #ping: () => void;
  #silent: () => void;
  #timer: number | undefined;
  #seconds = 0;

  /** ping asks the worker for a sign of life; silent is called if none comes. */
  constructor(ping: () => void, silent: () => void) {
    this.#ping = ping;
    this.#silent = silent;
  }

  start(): void {
    this.stop();
    // Ticks are counted, and no clock is read: time for which the tab was frozen or the machine asleep does not count.
    this.#timer = setInterval(() => {
      if (this.#seconds++ === 0) this.#ping();
      else if (this.#seconds > timeout) this.#silent();
    }, 1000);
  }

  /** To be called at each sign of life. */
  heard(): void {
    this.#seconds = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#seconds = 0;
  }
}
