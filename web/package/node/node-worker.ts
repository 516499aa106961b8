// A thread of Node.js as the library knows workers.

import { Worker } from 'node:worker_threads';
import type { Role, WorkerLike } from '../../mobilenet/roles.js';

export class NodeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onmessageerror: WorkerLike['onmessageerror'] = null;
  onerror: WorkerLike['onerror'] = null;
  #worker: Worker;
  #ended = false;

  constructor(url: URL, role: Role) {
    this.#worker = new Worker(url, { workerData: role, name: role, execArgv: [] }); // the flags of a program are not its own
    this.#worker.on('message', (data) => this.onmessage?.({ data } as MessageEvent));
    this.#worker.on('messageerror', (data) => this.onmessageerror?.({ data } as MessageEvent));
    this.#worker.on('error', ({ message }) => this.#fail(message));
    this.#worker.on('exit', (code) => this.#fail(`it ended with code ${code}`));
    // A program that is done ends, whether it closed the model or not; a call under way keeps it running by a timer (Pulse).
    this.#worker.unref();
  }

  #fail(message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onerror?.({ message, preventDefault() {} } as ErrorEvent);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer as Parameters<Worker['postMessage']>[1]);
  }

  terminate(): void {
    this.#ended = true;
    this.#worker.terminate();
  }
}
