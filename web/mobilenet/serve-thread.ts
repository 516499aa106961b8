// One more compute thread: runs the emitted module on the shared memory until it is terminated (core/simd's Host says how).

import type { Port } from './roles.js';

interface Start {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  thread: number;
}

export function serveThread(port: Port): void {
  port.onmessage = ({ data }: MessageEvent<Start>) =>
    void run(data, port).catch((error) => {
      // An error that nobody catches is what the thread's maker hears of.
      setTimeout(() => {
        throw error;
      });
    });
}

async function run({ module, memory, thread }: Start, port: Port): Promise<void> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  port.postMessage('ready');
  (exports.worker as (thread: number) => void)(thread);
}
