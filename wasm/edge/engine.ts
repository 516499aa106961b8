// The compiled network. It lives in the isolate, where all its requests find it: Go programs come and go.
import module from './dist/engine.wasm';
import network from './dist/network.json';

export interface Engine {
  /** What package layout encoded. */
  layout: string;
  exports: { run(first: number, last: number): number };
  memory: WebAssembly.Memory;
  /** The weights that heat maps need, as package layout has them. */
  classifier: Uint8Array;
}

const { layout, pages, image, sha256, offset, size } = network.engine;

let engine: Engine | undefined;
let loading: Promise<Engine> | undefined;

/** Gives the isolate's engine, or says why there is none; the next request tries again. */
export async function loadEngine(env: Env, ctx: Execution): Promise<Engine | Error> {
  if (engine) return engine;
  if (!loading) {
    loading = start(env);
    // The requests that come meanwhile wait for this one's download, which must not end with its client.
    ctx.waitUntil(loading.catch(() => undefined));
  }
  try {
    engine = await loading;
    return engine;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    loading = undefined;
  }
}

async function start(env: Env): Promise<Engine> {
  const response = await env.ASSETS.fetch(new Request(`https://assets.local${image}`));
  if (!response.ok) throw new Error(`the weights, the asset ${image}, are missing (status ${response.status})`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = hex(await crypto.subtle.digest('SHA-256', bytes));
  if (digest !== sha256) throw new Error(`the weights, the asset ${image}, are damaged: their SHA-256 is ${digest}`);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  new Uint8Array(memory.buffer, offset, size).set(bytes.subarray(0, size));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { layout, exports: instance.exports as unknown as Engine['exports'], memory, classifier: bytes.slice(size) };
}

function hex(buffer: ArrayBuffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
