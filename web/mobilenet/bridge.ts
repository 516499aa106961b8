// The page's end of the worker. Calls queue, and the worker answers one at a time, in the order in which their requests are ready.

import { type AsideOptions, Beside } from './beside.js';
import type { Computing } from './contract.js';
import { aborted, asError, MobileNetError } from './errors.js';
import type { Asset } from './files.js';
import type { Open, Request, Use } from './messages.js';
import { Silence } from './pulse.js';
import { NotStarted, type Pending, WorkerLink } from './worker-link.js';

/** How many of the calls that wait may have their files decoded: more would only fill the memory. */
const prefetchLimit = 3;

/** A call that has no answer yet. */
interface Call extends Pending {
  /** Is aborted when the call has its answer or error. */
  settled: AbortSignal;
}

/** idle: there is no worker, and the next call starts one. retrying: as starting, after a first worker fell silent. */
type State = { is: 'idle' | 'closed' } | { is: 'starting' | 'retrying' | 'ready'; worker: WorkerLink };

export class Bridge {
  #state: State = { is: 'idle' };
  /** Calls whose requests are being prepared. They hold up no others. */
  #preparing = new Set<Call>();
  /** Calls whose requests are ready, the next one first. */
  #queue = new Map<Call, Request>();
  /** The call in the queue whose request the worker has. */
  #current: Call | undefined;
  #pumping = false;
  #file: Asset;
  /** Whether workers are started by a script that imports the file. */
  #byImport = false;
  #program: Promise<WebAssembly.Module>;
  #open: Promise<Open>;
  #prefetches = 0;
  /** Workers that run another program. */
  #beside = new Beside((onDeath) => new WorkerLink(this.#file, onDeath, () => {}, this.#byImport));
  /** Those of the decoder, which gives no sign of life while it works. */
  #decoders: Beside | undefined;

  /** How the network computes at present. */
  computing: Computing = { engine: 'go', threads: 1, why: '' };

  /** The head that is used: each worker is told of it. */
  used: Use | undefined;

  /** file is the workers' script; program and open are what each worker is started with. */
  constructor(file: Asset, program: Promise<WebAssembly.Module>, open: Promise<Open>) {
    this.#file = file;
    this.#program = program;
    this.#open = open;
    open.catch(() => {}); // reported by start()
  }

  get #worker(): WorkerLink | undefined {
    return 'worker' in this.#state ? this.#state.worker : undefined;
  }

  /**
   * Starts a worker, while open may still be on its way, and gives its answer. If it falls silent another is tried, on one thread:
   * starting more threads is the step that is not in the worker's own hands. If its file cannot be started, it is tried by import:
   * many hosts send the headers of an isolated page with HTML alone, and such a page starts no worker from a file without them.
   */
  async start(signal?: AbortSignal): Promise<unknown> {
    try {
      return await this.#startWorker('starting', signal);
    } catch (error) {
      if (error instanceof Silence) return this.#startOnOneThread(signal);
      if (error instanceof NotStarted && globalThis.crossOriginIsolated && !this.#byImport) {
        return this.#startByImport(error, signal);
      }
      throw error;
    }
  }

  #startOnOneThread(signal?: AbortSignal): Promise<unknown> {
    const oneThread = 'the worker gave no sign of life when it was to start more';
    this.#open = this.#open.then((open) => ({ ...open, oneThread }));
    return this.#startWorker('retrying', signal);
  }

  async #startByImport(first: NotStarted, signal?: AbortSignal): Promise<unknown> {
    this.#byImport = true;
    try {
      return await this.#startWorker('retrying', signal);
    } catch (error) {
      if (error instanceof Silence) return this.#startOnOneThread(signal);
      this.#byImport = false;
      // A policy may allow the file and no other start, which says nothing of why the file did not.
      throw asError(error).code === 'blocked-by-csp' ? first : error;
    }
  }

  async #startWorker(is: 'starting' | 'retrying', signal?: AbortSignal): Promise<unknown> {
    if (this.#state.is === 'closed') throw closed();
    const worker = new WorkerLink(
      this.#file,
      (error) => this.#died(worker, error),
      (computing) => {
        this.computing = computing;
      },
      this.#byImport,
    );
    const state: State = { is, worker };
    this.#state = state;
    for (const request of this.#queue.values()) {
      const file = fileOf(request);
      if (file) file.early = undefined; // it was announced to the worker before
    }
    const abort = () => worker.end(aborted(signal));
    signal?.addEventListener('abort', abort);
    try {
      const opened = await worker.open(this.#program, this.#open);
      if (this.used) await worker.send(this.used);
      state.is = 'ready';
      return opened;
    } catch (error) {
      worker.end(asError(error));
      if (this.#state === state) this.#state = { is: 'idle' };
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * A worker that dies takes its request with it, and the next call starts another. The calls in the queue wait for that where it
   * fell silent while starting for the first time, or at a call that was aborted; else they are rejected.
   */
  #died(worker: WorkerLink, error: MobileNetError): void {
    worker.end(error);
    if (worker !== this.#worker) return;
    const queueWaits = this.#state.is === 'starting' || this.#current?.settled.aborted;
    this.#state = { is: 'idle' };
    if (!(error instanceof Silence && queueWaits)) for (const call of this.#queue.keys()) call.reject(error);
  }

  close(): void {
    const worker = this.#worker;
    this.#state = { is: 'closed' };
    worker?.end(closed());
    this.#beside.close(closed());
    this.#decoders?.close(closed());
    for (const call of [...this.#preparing, ...this.#queue.keys()]) call.reject(closed());
  }

  /**
   * Has the worker answer a request. The call joins the queue when its request is ready, and leaves it as soon as it is aborted.
   * prepare is given a signal that is aborted when nobody waits for the request any more.
   */
  call<T>(prepare: (settled: AbortSignal) => Request | Promise<Request>, signal?: AbortSignal): Promise<T> {
    if (this.#state.is === 'closed') return Promise.reject(closed());
    if (signal?.aborted) return Promise.reject(aborted(signal));
    return new Promise<T>((resolve, reject) => {
      const settling = new AbortController();
      const settle = <V>(how: (value: V) => void) => {
        return (value: V) => {
          settling.abort();
          this.#leave(call);
          how(value);
        };
      };
      const call: Call = {
        resolve: settle(resolve as Call['resolve']),
        reject: settle(reject),
        settled: settling.signal,
      };
      const abort = () => {
        call.reject(aborted(signal));
        if (call === this.#current) this.#worker?.abort();
      };
      signal?.addEventListener('abort', abort, { signal: call.settled });
      try {
        const request = prepare(call.settled);
        if (!('then' in request)) return this.#join(call, request);
        this.#preparing.add(call);
        request.then(
          (request) => this.#join(call, request),
          (error) => call.reject(asError(error)),
        );
      } catch (error) {
        call.reject(asError(error));
      }
    });
  }

  /** Has a worker of its own answer a request about the model by another program, beside the queue. */
  async aside<T>(
    program: Promise<WebAssembly.Module>,
    request: (open: Open) => Request,
    options: AsideOptions,
  ): Promise<T> {
    if (this.#state.is === 'closed') throw closed();
    if (options.signal?.aborted) throw aborted(options.signal);
    return (await this.#beside.ask(program, this.#open.then(request), options)) as T;
  }

  /** Has a worker, of which file is the script, decode a photo, and keeps it for the next one. */
  async picture(file: Asset, decoder: Promise<WebAssembly.Module>, blob: Blob, signal?: AbortSignal): Promise<Blob> {
    if (this.#state.is === 'closed') throw closed();
    if (signal?.aborted) throw aborted(signal);
    const request = Promise.resolve({ method: 'picture', blob } as const);
    this.#decoders ??= new Beside((onDeath) => new WorkerLink(file, onDeath, () => {}, this.#byImport, true));
    return (await this.#decoders.ask(decoder, request, { signal, keep: true })) as Blob;
  }

  #join(call: Call, request: Request): void {
    if (call.settled.aborted) {
      free(request);
      return;
    }
    this.#preparing.delete(call);
    this.#queue.set(call, request);
    this.#pump();
    this.#prefetch();
  }

  #leave(call: Call): void {
    this.#preparing.delete(call);
    const request = this.#queue.get(call);
    this.#queue.delete(call);
    if (!request || call === this.#current) return;
    free(request);
    const early = fileOf(request)?.early;
    if (early) this.#worker?.decodeEarly(early, null);
    this.#prefetch(); // there is room for another
  }

  /** Sends the requests of the queue, one after the other. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    // Calls that join meanwhile are visited as well, and those that have left are not.
    for (const [call, request] of this.#queue) {
      try {
        if (this.#state.is === 'idle') await this.start();
        if (call.settled.aborted || !this.#worker) continue;
        this.#current = call;
        const answer = this.#worker.send(request);
        this.#prefetch();
        const value = await answer;
        // Even if nobody waits for that any more: the worker uses it.
        if (request.method === 'use') this.used = request.labels.length > 0 ? request : undefined;
        call.resolve(value);
      } catch (error) {
        const failure = asError(error);
        // It answered, but is of no more use: as after a crash, the next call starts another.
        if (failure.code === 'worker-failed' && this.#worker) {
          this.#worker.end(failure);
          this.#state = { is: 'idle' };
        }
        call.reject(failure);
      } finally {
        this.#current = undefined;
      }
    }
    this.#pumping = false;
  }

  /** Has the worker decode the files of the next calls while it answers the current one. */
  #prefetch(): void {
    let calls = 0;
    for (const [call, request] of this.#queue) {
      if (call === this.#current) continue;
      if (++calls > prefetchLimit) break;
      const file = fileOf(request);
      if (!this.#worker || !file || file.early) continue;
      file.early = ++this.#prefetches;
      this.#worker.decodeEarly(file.early, file.blob);
    }
  }
}

/** A request's image, if that is a file that can be decoded before its turn. */
const fileOf = (request: Request) => ('image' in request && request.image.kind === 'file' ? request.image : undefined);

/** Frees a request that will not be sent. */
function free(request: Request): void {
  if ('image' in request && request.image.kind === 'bitmap') request.image.bitmap.close();
}

const closed = () => new MobileNetError('closed', 'This model is closed. Call load() for a new one.');
