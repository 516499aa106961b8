// The Worker with faults that a request asks for by the header X-Fault, and with the memory that its program took in the header
// X-Memory of the answer.
import { loadEngine } from '../../../wasm/edge/engine';
import worker from '../../../wasm/edge/worker';

let memory = 0;
const { Instance } = WebAssembly;
Object.defineProperty(WebAssembly, 'Instance', {
  value: class extends Instance {
    constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
      super(module, imports);
      const { mem } = this.exports as { mem?: WebAssembly.Memory };
      // The engine's memory is not the program's; it exports none.
      if (mem) look = () => mem.buffer.byteLength;
    }
  },
});
let look = () => 0;

/** What each fault does to the engine; it is undone after the request. */
const faults: Record<string, object> = {
  // The compiled network traps: the program panics.
  panic: {
    exports: {
      run() {
        throw new WebAssembly.RuntimeError('unreachable');
      },
    },
  },
  // The program asks for more memory than there can be, which ends it at once: nothing in it can recover.
  exhausted: { classifier: { length: 3.9e9 } },
};

export default {
  async fetch(request: Request, env: Env, ctx: Execution): Promise<Response> {
    const engine = await loadEngine(env, ctx);
    const sound = { ...engine };
    Object.assign(engine, faults[request.headers.get('X-Fault') ?? '']);
    try {
      const response = await worker.fetch(request, env, ctx);
      memory = look();
      response.headers.set('X-Memory', `${memory}`);
      return response;
    } finally {
      Object.assign(engine, sound);
    }
  },
};
