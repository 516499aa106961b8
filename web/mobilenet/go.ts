// A Go program in the worker, wasm/tab or wasm/workshop: its start, its end, and its functions as promises.

import 'wasm_exec';
import type { ErrorCode, Methods as TabMethods } from './contract.js';
import { MobileNetError, text } from './errors.js';
import type { WorkshopMethods } from './workshop.js';

type Callback = (error: { code: ErrorCode; message: string } | null, result?: unknown) => void;

/** Each program has those of one of them. */
type Methods = TabMethods & WorkshopMethods;

type Functions = { abort?(): void } & Record<keyof Methods, (args: object, done: Callback) => void>;

declare global {
  /** Set by the program before its main waits. */
  var mobilenet: Functions | undefined;
}

export class GoProgram {
  #functions: Functions | undefined;
  #onEnd: (reason: string) => void;

  /** onEnd is called with the reason if the program ends, which it does only by a crash. */
  constructor(onEnd: (reason: string) => void) {
    this.#onEnd = onEnd;
  }

  async start(program: WebAssembly.Module): Promise<void> {
    const go = new Go();
    let output = '';
    const decoder = new TextDecoder();
    fs.writeSync = (_, bytes) => {
      output = (output + decoder.decode(bytes)).slice(0, 4000);
      return bytes.length;
    };
    go.exit = (code) => {
      // A panic's first line says what happened; the stacks of all goroutines follow.
      this.#onEnd(output.trim().split('\n')[0] || `the program ended with code ${code}`);
    };
    go.run(await WebAssembly.instantiate(program, go.importObject));
    this.#functions = globalThis.mobilenet;
  }

  /** Calls a function of the program. */
  call<K extends keyof Methods>(name: K, args: Parameters<Methods[K]>[0]): Promise<ReturnType<Methods[K]>> {
    return new Promise((resolve, reject) => {
      const done: Callback = (error, result) => {
        if (error) reject(new MobileNetError(error.code, error.message));
        else resolve(result as ReturnType<Methods[K]>);
      };
      try {
        this.#functions?.[name](args, done);
      } catch (error) {
        this.#onEnd(text(error)); // the program's errors come by the callback: this is a WebAssembly trap
      }
    });
  }

  /** Aborts the call under way. */
  abort(): void {
    this.#functions?.abort?.();
  }
}
