// The page's end of the worker: one call at a time, in order. A crash rejects all that wait, and the next call starts a fresh
// worker.

import type { Computing } from './contract.js';
import { aborted, asError, MobileNetError, tainted } from './errors.js';
import type { FromWorker, Open, Picture, Request, ToWorker } from './messages.js';
import { blocked, watchPolicy, workers } from './policy.js';
import { Pulse, Silence } from './pulse.js';
import { startWorker } from './start-worker.js';

declare const WORKER_FILE: string;

/** How many of the calls that wait may have their files decoded: more would only fill the memory. */
const earlyCalls = 3;

interface Call {
  /** Is there when its pixels are. */
  request: Promise<Request>;
  /** Its picture, if that is a file that can be decoded before its turn. */
  file?: Picture & { kind: 'file' };
  resolve: (value: unknown) => void;
  reject: (error: MobileNetError) => void;
  settled: boolean;
}

export class Bridge {
  #calls: Call[] = [];
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

  /** Tries to start the worker. The calls in the queue are rejected where that fails, unless it is for a reason to try again. */
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
      link.run(this.#program);
      const opened = await link.send(this.#open);
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

  /** Puts a call in the queue. request may still be on its way. */
  call<T>(request: Promise<Request>, signal?: AbortSignal): Promise<T> {
    if (this.#closed || signal?.aborted) {
      drop(request);
      return Promise.reject(this.#closed ? closed() : aborted(signal));
    }
    return new Promise<T>((resolve, reject) => {
      const settle = (f: () => void) => {
        if (call.settled) return;
        call.settled = true;
        signal?.removeEventListener('abort', abort);
        f();
      };
      const call: Call = {
        request,
        resolve: (value) => settle(() => resolve(value as T)),
        reject: (error) => settle(() => reject(error)),
        settled: false,
      };
      const abort = () => {
        call.reject(aborted(signal));
        if (this.#calls[0] === call) this.#worker?.abort();
      };
      signal?.addEventListener('abort', abort);
      this.#calls.push(call);
      request.then(
        (r) => {
          if ('picture' in r && r.picture.kind === 'file') call.file = r.picture;
          this.#decodeEarly();
        },
        () => {}, // it is looked at in its turn
      );
      this.#pump();
    });
  }

  close(): void {
    this.#closed = true;
    this.#fail(closed());
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let call = this.#calls[0]; call; call = this.#calls[0]) {
      try {
        await call.request;
        if (!call.settled && !this.#worker) await this.start();
        if (call.settled || !this.#worker) {
          drop(call.request);
          if (call.file?.early) this.#worker?.decodeEarly(call.file.early, null);
        } else {
          const answer = this.#worker.send(call.request);
          this.#decodeEarly();
          call.resolve(await answer);
        }
      } catch (error) {
        call.reject(asError(error));
      }
      if (this.#calls[0] === call) this.#calls.shift();
    }
    this.#pumping = false;
  }

  /** Has the worker decode the files of the next calls while it answers the first one. */
  #decodeEarly(): void {
    for (const { file, settled } of this.#calls.slice(1, 1 + earlyCalls)) {
      if (!this.#worker || !file || file.early || settled) continue;
      file.early = ++this.#early;
      this.#worker.decodeEarly(file.early, file.blob);
    }
  }

  /** Rejects all calls and ends the worker. */
  #fail(error: MobileNetError): void {
    const calls = this.#calls;
    this.#calls = [];
    this.#worker?.end(error);
    this.#worker = undefined;
    for (const call of calls) {
      call.reject(error);
      drop(call.request);
    }
  }
}

/** Frees a request that will not be sent. */
function drop(request: Promise<Request>): void {
  request.then(
    (r) => 'picture' in r && r.picture.kind === 'bitmap' && r.picture.bitmap.close(),
    () => {},
  );
}

/** What is handed over with a request, and not copied. */
function belongings(request: Request): Transferable[] {
  if ('rgb' in request) return [request.rgb.buffer as ArrayBuffer];
  if ('picture' in request && request.picture.kind === 'bitmap') return [request.picture.bitmap];
  return [];
}

const closed = () => new MobileNetError('closed', 'This network was closed; load() gives another.');

/** One worker, from its start to its end. */
class WorkerLink {
  #worker: Worker;
  #id = 0;
  #ended: MobileNetError | undefined;
  #pulse: Pulse;
  #answered: { resolve: (value: unknown) => void; reject: (error: MobileNetError) => void } | undefined;

  constructor(crashed: (error: MobileNetError) => void, onComputing: (now: Computing) => void) {
    const refused = watchPolicy('worker-src', 'child-src', 'script-src', 'script-src-elem');
    let alive = false;
    this.#worker = startWorker(WORKER_FILE);
    this.#pulse = new Pulse(
      () => this.#worker.postMessage({ ping: true } satisfies ToWorker),
      () => crashed(new Silence()),
    );
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      alive = true;
      this.#pulse.heard();
      if ('alive' in data) return;
      if ('computing' in data) {
        onComputing(data.computing);
      } else if ('lock' in data) {
        this.#watch(data.lock, crashed);
      } else if ('crash' in data) {
        crashed(new MobileNetError('worker-failed', `The network's worker crashed: ${data.crash}`));
      } else if (data.id === this.#id) {
        if ('error' in data) this.#answered?.reject(new MobileNetError(data.error.code, data.error.message));
        else this.#answered?.resolve(data.value);
        this.#answered = undefined;
        this.#pulse.stop();
      }
    };
    this.#worker.onmessageerror = () =>
      crashed(new MobileNetError('worker-failed', 'An answer of the worker was lost.'));
    this.#worker.onerror = async (event) => {
      event.preventDefault();
      if (alive) crashed(new MobileNetError('worker-failed', `The network's worker crashed: ${event.message}`));
      else if (await refused()) crashed(blocked('its worker'));
      else {
        const asked = `is the whole folder on the server, and does the page's policy, if any, allow worker-src ${workers}?`;
        const reason = event.message ? `: ${event.message}` : `; ${asked}`;
        crashed(new MobileNetError('worker-failed', `${WORKER_FILE} could not be started${reason}`));
      }
    };
  }

  /** A browser that ends a worker for want of memory tells nobody, but the worker's lock is then free. */
  #watch(lock: string, crashed: (error: MobileNetError) => void): void {
    const gone = () => {
      if (this.#ended) return;
      const why = "The browser ended the network's worker without a word; it may be short of memory.";
      crashed(new MobileNetError('worker-failed', why));
    };
    navigator.locks.request(lock, gone).catch(() => {});
  }

  /** Starts the program. If it does not come, neither does the first request. */
  run(program: Promise<WebAssembly.Module>): void {
    program.then(
      (program) => this.#worker.postMessage({ program } satisfies ToWorker),
      () => {},
    );
  }

  /** Sends a request and waits for its answer; there must be no other under way. */
  send(request: Promise<Request>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#answered = { resolve, reject };
      request
        .then((request) => {
          if (this.#ended) return; // while the request was on its way, and end() has said so
          const message: ToWorker = { id: ++this.#id, request };
          this.#worker.postMessage(message, belongings(request));
          this.#pulse.start();
        })
        .catch((error) => reject(error?.name === 'DataCloneError' ? tainted(error) : error));
    });
  }

  /** Announces the file of a later request under a number, or that it will not come. */
  decodeEarly(number: number, blob: Blob | null): void {
    this.#worker.postMessage({ early: number, blob } satisfies ToWorker);
  }

  /** Stops the request that is under way. */
  abort(): void {
    this.#worker.postMessage({ abort: this.#id } satisfies ToWorker);
  }

  end(reason: MobileNetError): void {
    this.#ended ??= reason;
    this.#pulse.stop();
    this.#worker.terminate();
    this.#answered?.reject(reason);
    this.#answered = undefined;
  }
}
