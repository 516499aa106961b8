// The Go program wasm/tab in the worker: its start, its end, and its functions as promises.

import 'wasm_exec';
import type { ErrorCode, Methods } from './contract.js';
import { MobileNetError, text } from './errors.js';

type Callback = (error: { code: ErrorCode; message: string } | null, result?: unknown) => void;

declare global {
  /** Set by the program before its main waits. */
  var mobilenet: { abort(): void } & Record<keyof Methods, (args: object, done: Callback) => void>;
}

let onCrash: (reason: string) => void;

/** Starts the program. onEnd is called with the reason if it ends, which it does only by a crash. */
export async function startProgram(program: WebAssembly.Module, onEnd: (reason: string) => void): Promise<void> {
  onCrash = onEnd;
  const go = new Go();
  let output = '';
  const decoder = new TextDecoder();
  fs.writeSync = (_, bytes) => {
    output = (output + decoder.decode(bytes)).slice(0, 4000);
    return bytes.length;
  };
  go.exit = (code) => {
    // A panic's first line says what happened; the stacks of all goroutines follow.
    onCrash(output.trim().split('\n')[0] || `the program ended with code ${code}`);
  };
  go.run(await WebAssembly.instantiate(program, go.importObject));
}

/** Calls a function of the program. */
export function call<K extends keyof Methods>(
  name: K,
  args: Parameters<Methods[K]>[0],
): Promise<ReturnType<Methods[K]>> {
  return new Promise((resolve, reject) => {
    const done: Callback = (error, result) => {
      if (error) reject(new MobileNetError(error.code, error.message));
      else resolve(result as ReturnType<Methods[K]>);
    };
    try {
      mobilenet[name](args, done);
    } catch (error) {
      onCrash(text(error)); // the program's errors come by the callback: this is a WebAssembly trap
    }
  });
}

/** Aborts the call under way. */
export const abort = () => mobilenet.abort();
