// A further thread of the network: it instantiates the emitted module with the shared memory and serves it until it is
// terminated (core/simd's Host says how).

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
