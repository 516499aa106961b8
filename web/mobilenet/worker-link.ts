// One worker, from its start to its end, as the page's thread sees it.

import type { Computing } from './contract.js';
import { MobileNetError, tainted } from './errors.js';
import type { FromWorker, Open, Request, ToWorker } from './messages.js';
import { blocked, watchPolicy, workers } from './policy.js';
import { Pulse, Silence } from './pulse.js';
import { startWorker } from './start-worker.js';

declare const WORKER_FILE: string;

interface Answered {
  resolve: (value: unknown) => void;
  reject: (error: MobileNetError) => void;
}

export class WorkerLink {
  #worker: Worker;
  #id = 0;
  #ended: MobileNetError | undefined;
  #pulse: Pulse;
  /** Whether the request under way was aborted: then its answer alone counts as a sign of life. */
  #aborted = false;
  #answered: Answered | undefined;

  /** crashed is called when the worker is of no more use, with the reason, and onComputing whenever it tells how it computes. */
  constructor(crashed: (error: MobileNetError) => void, onComputing: (now: Computing) => void) {
    const refused = watchPolicy('worker-src', 'child-src', 'script-src', 'script-src-elem');
    let alive = false;
    this.#worker = startWorker(WORKER_FILE);
    this.#pulse = new Pulse(
      () => this.#post({ ping: true }),
      () => (this.#aborted ? this.end(new Silence()) : crashed(new Silence())),
    );
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      alive = true;
      if (!this.#aborted) this.#pulse.heard();
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

  /** Starts the program and has it open the model, when each is there; gives the answer. */
  open(program: Promise<WebAssembly.Module>, open: Promise<Open>): Promise<unknown> {
    program.then(
      (program) => this.#post({ program }),
      () => {}, // open does not come then either
    );
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject }; // for the end, which may come before the model
      open.then((open) => this.send(open)).then(resolve, reject);
    });
  }

  /** Sends a request and waits for its answer; there must be no other under way. */
  send(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      try {
        this.#post({ id: ++this.#id, request }, belongings(request));
      } catch (error) {
        const ofBitmap = 'picture' in request && request.picture.kind === 'bitmap';
        return reject(ofBitmap && (error as Error).name === 'DataCloneError' ? tainted(error) : error);
      }
      this.#answered = { resolve, reject };
      this.#aborted = false;
      this.#pulse.start();
    });
  }

  /** Announces the file of a later request under a number, or that it will not come. */
  decodeEarly(number: number, blob: Blob | null): void {
    this.#post({ early: number, blob });
  }

  /**
   * Stops the request that is under way. Nothing stops a browser that stalls in decoding a file, though the worker itself gives signs
   * of life: a worker that goes on for too long is ended, and what comes next has to be sent to another.
   */
  abort(): void {
    if (!this.#answered) return;
    this.#post({ abort: this.#id });
    this.#aborted = true;
    this.#pulse.start();
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  end(reason: MobileNetError): void {
    this.#ended ??= reason;
    this.#pulse.stop();
    this.#worker.terminate();
    this.#answered?.reject(reason);
    this.#answered = undefined;
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** What is handed over with a request, and not copied. */
function belongings(request: Request): Transferable[] {
  if ('rgb' in request) return [request.rgb.buffer as ArrayBuffer];
  if ('picture' in request && request.picture.kind === 'bitmap') return [request.picture.bitmap];
  return [];
}
