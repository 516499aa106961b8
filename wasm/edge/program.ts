// Runs the Go program, one instance a request, as github.com/syumai/workers wants it.
import './dist/wasm_exec.js';
import type { Context } from './context';
import module from './dist/program.wasm';

/**
 * Starts the program and has it answer a request that has no body. The program has all it needs in its context, so it comes to its
 * answer without waiting for anything: no other request's program runs in between.
 */
export async function answer(request: Request, context: Context): Promise<Response> {
  const begin = performance.now();
  const go = new Go();
  // An isolate has 128 MB: with a large picture garbage is collected long before the heap has doubled.
  go.env = { GOMEMLIMIT: '64MiB' };
  let ready = false;
  const instance = new WebAssembly.Instance(module, {
    ...go.importObject,
    workers: {
      ready() {
        ready = true;
      },
    },
  });
  const scope = globalThis as { context?: unknown };
  scope.context = context;
  const ended = go.run(instance);
  delete scope.context;
  if (!ready) throw new Error('the program ended before it was ready');
  const started = performance.now();
  const response = await Promise.race([
    context.binding.handleRequest(request),
    ended.then(() => Promise.reject(new Error('the program ended without an answer'))),
  ]);
  const whole = new Response(response.body && (await response.arrayBuffer()), response);
  if (context.depthwise.timing) {
    const ms = { start: started - begin, program: performance.now() - begin };
    whole.headers.append('Server-Timing', `start;dur=${ms.start}, program;dur=${ms.program}`);
  }
  return whole;
}
