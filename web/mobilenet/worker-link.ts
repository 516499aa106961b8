// One worker, from its start to its end, as the page's thread sees it.

import type { Computing } from './contract.js';
import { MobileNetError, tainted } from './errors.js';
import type { Asset } from './files.js';
import type { FromWorker, Request, ToWorker } from './messages.js';
import { startWorker } from './platform.js';
import { blocked, watchPolicy, workerSources } from './policy.js';
import { Pulse, Silence } from './pulse.js';
import type { WorkerLike } from './roles.js';
import { nameOf } from './urls.js';

/** Who waits for an answer. */
export interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: MobileNetError) => void;
}

/** The error of a worker that ended before its first message. */
export class NotStarted extends MobileNetError {
  constructor(message: string) {
    super('worker-failed', message);
  }
}

export class WorkerLink {
  #refused = watchPolicy('worker-src', 'child-src', 'script-src', 'script-src-elem');
  #file: Asset;
  #worker: WorkerLike;
  /** Whether the worker has ever sent a message: until then an error is one of its start. */
  #started = false;
  #pulse: Pulse;
  #id = 0;
  /** Of the request under way. */
  #pending: Pending | undefined;
  /** Whether that request was aborted: then its answer alone counts as a sign of life. */
  #aborted = false;
  #patient: boolean;
  #ended: MobileNetError | undefined;
  #onDeath: (reason: MobileNetError) => void;
  #onComputing: (now: Computing) => void;

  /** Is told how much of a long request's work is done, 0..1. */
  onProgress: (done: number) => void = () => {};

  /** file is the workers' script; byImport: start it by another that imports it; patient: it need give no signs of life. onDeath is called when the worker is of no more use, for end() to be called, and onComputing whenever it tells how it computes. */
  constructor(
    file: Asset,
    onDeath: (reason: MobileNetError) => void,
    onComputing: (now: Computing) => void,
    byImport = false,
    patient = false,
  ) {
    this.#file = file;
    this.#patient = patient;
    this.#worker = startWorker(file.url, byImport);
    this.#onDeath = onDeath;
    this.#onComputing = onComputing;
    this.#pulse = new Pulse(
      () => this.#post({ ping: true }),
      () => onDeath(new Silence()),
    );
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onmessageerror = () => this.#fail('The worker stopped responding. Try again.');
    this.#worker.onerror = (event) => {
      event.preventDefault();
      if (this.#started) this.#fail(`The model's worker crashed: ${event.message}`);
      else this.#failToStart(event.message);
    };
  }

  #receive(data: FromWorker): void {
    this.#started = true;
    if (!this.#aborted) this.#pulse.heard();
    if ('computing' in data) {
      this.#onComputing(data.computing);
    } else if ('progress' in data) {
      this.onProgress(data.progress);
    } else if ('lock' in data) {
      // A browser that ends a worker for want of memory tells nobody, but the worker's lock is then free.
      const why = "The browser ended the model's worker without a word; it may be short of memory.";
      navigator.locks.request(data.lock, () => this.#fail(why)).catch(() => {});
    } else if ('crash' in data) {
      this.#fail(`The model's worker crashed: ${data.crash}`);
    } else if ('id' in data && data.id === this.#id) {
      if ('error' in data) this.#pending?.reject(new MobileNetError(data.error.code, data.error.message, data.error));
      else this.#pending?.resolve(data.value);
      this.#pending = undefined;
      this.#pulse.stop();
    }
  }

  #fail(why: string): void {
    this.#onDeath(new MobileNetError('worker-failed', why));
  }

  async #failToStart(message: string): Promise<void> {
    const { url, hint = '' } = this.#file;
    if (await this.#refused()) return this.#onDeath(blocked('its worker', { worker: url }));
    const asked = `check that it is there, and that the page's policy, if any, allows worker-src ${workerSources(url)}`;
    const why = message ? `: ${message}` : `; ${asked}`;
    this.#onDeath(new NotStarted(`${nameOf(url)} could not be started from ${url.href}${why}${hint}`));
  }

  /** Starts the program and sends it the first request, such as to open the model, when each is there; gives the answer. */
  open(program: Promise<WebAssembly.Module>, open: Promise<Request>): Promise<unknown> {
    program.then(
      (program) => this.#post({ program }),
      () => {}, // open does not come then either
    );
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject }; // for the end, which may come before the model
      open.then((open) => this.send(open)).then(resolve, reject);
    });
  }

  /** Sends a request and waits for its answer; there must be no other under way. */
  send(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      try {
        this.#post({ id: ++this.#id, request }, transferables(request));
      } catch (error) {
        const isBitmap = 'image' in request && request.image.kind === 'bitmap';
        return reject(isBitmap && (error as Error).name === 'DataCloneError' ? tainted(error) : error);
      }
      this.#pending = { resolve, reject };
      this.#aborted = false;
      if (!this.#patient) this.#pulse.start();
    });
  }

  /** Announces the file of a later request under a number, or that it will not come. */
  decodeEarly(number: number, blob: Blob | null): void {
    this.#post({ early: number, blob });
  }

  /**
   * Aborts the request under way. Nothing stops a browser that stalls in decoding a file, though the worker itself gives signs of life:
   * one that does not answer for too long counts as silent.
   */
  abort(): void {
    if (!this.#pending) return;
    this.#post({ abort: this.#id });
    this.#aborted = true;
    this.#pulse.start();
  }

  end(reason: MobileNetError): void {
    this.#ended ??= reason;
    this.#pulse.stop();
    this.#worker.terminate();
    this.#pending?.reject(reason);
    this.#pending = undefined;
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** What is handed over with a request, and not copied. */
function transferables(request: Request): Transferable[] {
  if ('pixels' in request) return [request.pixels.buffer as ArrayBuffer];
  if (request.method === 'teach') return [request.embeddings.buffer];
  if (request.method === 'recognize') return [request.file.buffer];
  if ('image' in request && request.image.kind === 'bitmap') return [request.image.bitmap];
  if ('image' in request && request.image.kind === 'pixels') return [request.image.data.buffer];
  return [];
}
