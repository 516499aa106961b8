// The Go program wasm/tab in the worker: its start, its end, and its functions as promises.

import 'wasm_exec';
import { MobileNetError, text } from './errors.js';
import type { Computing, Open, Opened } from './messages.js';
import type { Activations, ErrorCode, Heatmap, Weights } from './mobilenet.d.ts';

/** What globalThis.mobilenet offers, without the callback that each function takes last. */
interface Api {
  open(
    options: Omit<Open, 'method'> & { newThread: () => Worker; onComputing: (now: Computing) => void },
  ): Omit<Opened, 'canvas'> & { output: 'uint8' | 'int8' | 'float32' };
  classify(
    rgba: Uint8ClampedArray,
    topK: number,
    embedding: boolean,
  ): { best: Float64Array<ArrayBuffer>; embedding: Float32Array<ArrayBuffer> | null; network: number };
  embed(rgba: Uint8ClampedArray): Float32Array<ArrayBuffer>;
  heatmap(rgba: Uint8ClampedArray, index: number): Omit<Heatmap, 'box'>;
  activations(rgba: Uint8ClampedArray, index: number): Activations;
  run(rgb: Uint8Array | Uint8ClampedArray): { output: Uint8Array<ArrayBuffer>; logits: Float32Array<ArrayBuffer> };
  profile(rgb: Uint8Array | Uint8ClampedArray): Float64Array<ArrayBuffer>;
  weights(index: number): Weights;
  memory(): Float64Array<ArrayBuffer>;
}

type Callback = (error: { code: ErrorCode; message: string } | null, result?: unknown) => void;

declare global {
  /** Set by the program before its main waits. */
  var mobilenet: { abort(): void } & Record<keyof Api, (...args: unknown[]) => void>;
}

let ended: (reason: string) => void;

/** Starts the program. onEnd is called with the reason when it ends, which it never does by itself. */
export async function start(program: WebAssembly.Module, onEnd: (reason: string) => void): Promise<void> {
  ended = onEnd;
  const go = new Go();
  let said = '';
  const decoder = new TextDecoder();
  fs.writeSync = (_, bytes) => {
    said = (said + decoder.decode(bytes)).slice(0, 4000);
    return bytes.length;
  };
  go.exit = (code) => {
    // A panic's first line says what happened; the stacks of all goroutines follow.
    ended(said.trim().split('\n')[0] || `the program ended with code ${code}`);
  };
  go.run(await WebAssembly.instantiate(program, go.importObject));
}

/** Calls a function of the program. */
export function call<K extends keyof Api>(name: K, ...args: Parameters<Api[K]>): Promise<ReturnType<Api[K]>> {
  return new Promise((resolve, reject) => {
    const done: Callback = (error, result) => {
      if (error) reject(new MobileNetError(error.code, error.message));
      else resolve(result as ReturnType<Api[K]>);
    };
    try {
      mobilenet[name](...args, done);
    } catch (error) {
      ended(text(error)); // errors of the program come by the callback: this is WebAssembly that trapped
    }
  });
}

/** Stops the call that is under way. */
export const abort = () => mobilenet.abort();
