// One more compute thread: runs the emitted module on the shared memory until it is terminated (core/simd's Host says how).

interface Start {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  thread: number;
}

globalThis.onmessage = ({ data }: MessageEvent<Start>) => void serve(data).catch(reportError);

async function serve({ module, memory, thread }: Start): Promise<void> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  (globalThis as unknown as { postMessage: Worker['postMessage'] }).postMessage('ready');
  (exports.worker as (thread: number) => void)(thread);
}
