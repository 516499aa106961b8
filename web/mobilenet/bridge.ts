// The page's end of the worker: one call at a time, in the order in which their requests are ready. A crash rejects all in the queue,
// and the next call starts a fresh worker.

import type { Computing } from './contract.js';
import { aborted, asError, MobileNetError } from './errors.js';
import type { Open, Request } from './messages.js';
import { Silence } from './pulse.js';
import { WorkerLink } from './worker-link.js';

/** How many of the calls that wait may have their files decoded: more would only fill the memory. */
const earlyCalls = 3;

/** A call that has no answer yet. */
interface Call {
  resolve: (value: unknown) => void;
  reject: (error: MobileNetError) => void;
  /** Is aborted when the call has its answer or error. */
  settled: AbortSignal;
}

export class Bridge {
  /** Calls whose requests are on their way. They hold up no others. */
  #coming = new Set<Call>();
  /** Calls whose requests are there, the next one first. */
  #queue = new Map<Call, Request>();
  /** The one of them that the worker is at. */
  #current: Call | undefined;
  #pumping = false;
  #worker: WorkerLink | undefined;
  #program: Promise<WebAssembly.Module>;
  #open: Promise<Open>;
  #closed = false;
  #early = 0;

  /** How the network computes at present. */
  computing: Computing = { engine: 'go', threads: 1, why: '' };

  /** program and open are what a fresh worker is started with. */
  constructor(program: Promise<WebAssembly.Module>, open: Promise<Open>) {
    this.#program = program;
    this.#open = open;
    open.catch(() => {}); // start() says so
  }

  /**
   * Starts the worker, while open may still be on its way, and gives its answer. One that falls silent is started a second time
   * and then on one thread, for starting others is the step that is not in its own hands.
   */
  async start(signal?: AbortSignal): Promise<unknown> {
    try {
      return await this.#start(signal, (error) => error instanceof Silence);
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      const oneThread = 'the worker gave no sign of life when it was to start more';
      this.#open = this.#open.then((open) => ({ ...open, oneThread }));
      return this.#start(signal, () => false);
    }
  }

  /** Tries to start the worker. Where it crashes, the calls in the queue are rejected, unless it is for a reason to try again. */
  async #start(signal: AbortSignal | undefined, again: (error: MobileNetError) => boolean): Promise<unknown> {
    let started = false;
    const link = new WorkerLink(
      (error) => (link === this.#worker && (started || !again(error)) ? this.#fail(error) : link.end(error)),
      (computing) => {
        this.computing = computing;
      },
    );
    this.#worker = link;
    const stop = () => link.end(aborted(signal));
    signal?.addEventListener('abort', stop);
    try {
      const opened = await link.open(this.#program, this.#open);
      started = true;
      return opened;
    } catch (error) {
      link.end(asError(error));
      if (link === this.#worker) this.#worker = undefined;
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /**
   * Has the worker answer a request. The call joins the queue when its request is there, and leaves it as soon as it is aborted;
   * prepare is given a signal that is aborted when nobody waits for the request any more.
   */
  call<T>(prepare: (settled: AbortSignal) => Request | Promise<Request>, signal?: AbortSignal): Promise<T> {
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted) return Promise.reject(aborted(signal));
    return new Promise<T>((resolve, reject) => {
      const settling = new AbortController();
      const settle = () => {
        settling.abort();
        this.#leave(call);
      };
      const call: Call = {
        resolve: (value) => {
          settle();
          resolve(value as T);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        settled: settling.signal,
      };
      const abort = () => {
        call.reject(aborted(signal));
        if (call === this.#current) this.#worker?.abort();
      };
      signal?.addEventListener('abort', abort, { signal: call.settled });
      let request: Request | Promise<Request>;
      try {
        request = prepare(call.settled);
      } catch (error) {
        return call.reject(asError(error));
      }
      if (!('then' in request)) return this.#join(call, request);
      this.#coming.add(call);
      request.then(
        (request) => this.#join(call, request),
        (error) => call.reject(asError(error)),
      );
    });
  }

  close(): void {
    this.#closed = true;
    for (const call of this.#coming) call.reject(closed());
    this.#fail(closed());
  }

  #join(call: Call, request: Request): void {
    if (call.settled.aborted) {
      free(request);
      return;
    }
    this.#coming.delete(call);
    this.#queue.set(call, request);
    this.#pump();
    this.#decodeEarly();
  }

  #leave(call: Call): void {
    this.#coming.delete(call);
    const request = this.#queue.get(call);
    this.#queue.delete(call);
    if (!request || call === this.#current) return;
    free(request);
    const early = fileOf(request)?.early;
    if (early) this.#worker?.decodeEarly(early, null);
    this.#decodeEarly(); // there is room for another
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    // Calls that join meanwhile are come to as well, and those that have left are not.
    for (const [call, request] of this.#queue) {
      try {
        if (!this.#worker || this.#worker.ended) await this.start();
        if (call.settled.aborted || !this.#worker) continue;
        this.#current = call;
        const answer = this.#worker.send(request);
        this.#decodeEarly();
        call.resolve(await answer);
      } catch (error) {
        call.reject(asError(error));
      } finally {
        this.#current = undefined;
      }
    }
    this.#pumping = false;
  }

  /** Has the worker decode the files of the next calls while it answers the current one. */
  #decodeEarly(): void {
    let calls = 0;
    for (const [call, request] of this.#queue) {
      if (call === this.#current) continue;
      if (++calls > earlyCalls) break;
      const file = fileOf(request);
      if (!this.#worker || !file || file.early) continue;
      file.early = ++this.#early;
      this.#worker.decodeEarly(file.early, file.blob);
    }
  }

  /** Rejects all calls in the queue and ends the worker. */
  #fail(error: MobileNetError): void {
    this.#worker?.end(error);
    this.#worker = undefined;
    for (const call of this.#queue.keys()) call.reject(error);
  }
}

/** A request's picture, if that is a file that can be decoded before its turn. */
const fileOf = (request: Request) =>
  'picture' in request && request.picture.kind === 'file' ? request.picture : undefined;

/** Frees a request that will not be sent. */
function free(request: Request): void {
  if ('picture' in request && request.picture.kind === 'bitmap') request.picture.bitmap.close();
}

const closed = () => new MobileNetError('closed', 'This network was closed; load() gives another.');
