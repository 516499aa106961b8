// Workers that run another program than the network, each for one request or, where more are likely, kept for a while.

import { aborted, MobileNetError } from './errors.js';
import type { Request } from './messages.js';
import type { WorkerLink } from './worker-link.js';

/** Milliseconds for which a worker that is kept waits for its next request. */
const keptFor = 30_000;

export interface AsideOptions {
  /** Ends the worker. */
  signal?: AbortSignal;
  /** Have a worker answer that was kept, if there is one, and keep it. */
  keep?: boolean;
  /** Is told how much of the work is done, 0..1. */
  onProgress?: (done: number) => void;
}

export class Beside {
  #start: (onDeath: (reason: MobileNetError) => void) => WorkerLink;
  #workers = new Set<WorkerLink>();
  #kept: WorkerLink | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** start starts a worker. */
  constructor(start: (onDeath: (reason: MobileNetError) => void) => WorkerLink) {
    this.#start = start;
  }

  /** Has a worker of its own answer a request by a program. */
  async ask(
    program: Promise<WebAssembly.Module>,
    request: Promise<Request>,
    { signal, keep = false, onProgress = () => {} }: AsideOptions,
  ): Promise<unknown> {
    const kept = keep ? this.#take() : undefined;
    const worker = kept ?? this.#startWorker();
    worker.onProgress = onProgress;
    const abort = () => worker.end(aborted(signal));
    signal?.addEventListener('abort', abort);
    let answered = false;
    try {
      const both = Promise.all([request, program]).then(([request]) => request);
      const answer = await (kept ? both.then((request) => kept.send(request)) : worker.open(program, both));
      answered = true;
      return answer;
    } finally {
      signal?.removeEventListener('abort', abort);
      if (keep && answered && !this.#kept) this.#keep(worker);
      else this.#end(worker, ended());
    }
  }

  /** Ends all workers. */
  close(reason: MobileNetError): void {
    for (const worker of this.#workers) this.#end(worker, reason);
  }

  #startWorker(): WorkerLink {
    const worker = this.#start((reason) => this.#end(worker, reason));
    this.#workers.add(worker);
    return worker;
  }

  #end(worker: WorkerLink, reason: MobileNetError): void {
    if (worker === this.#kept) this.#take();
    this.#workers.delete(worker);
    worker.end(reason);
  }

  #keep(worker: WorkerLink): void {
    this.#kept = worker;
    this.#timer = setTimeout(() => this.#end(worker, ended()), keptFor);
    (this.#timer as { unref?: () => void }).unref?.(); // a program of Node.js that is done ends all the same
  }

  #take(): WorkerLink | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    clearTimeout(this.#timer);
    return kept;
  }
}

/** Nobody waits for the worker any more, so nobody reads this. */
const ended = () => new MobileNetError('closed', 'The worker was ended.');
