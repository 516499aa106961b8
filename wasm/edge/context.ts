// What the Go program of one request gets as globalThis.context. github.com/syumai/workers reads binding, env and ctx; main.go the
// rest.
import network from './dist/network.json';
import type { Engine } from './engine';

export interface Binding {
  handleRequest(request: Request): Promise<Response>;
}

/** A request's body, read before; refused is the length of one that was not kept because it is too long. */
export interface Body {
  body: Uint8Array | undefined;
  refused: number;
}

export type Context = ReturnType<typeof context>;

export function context(request: Request, { body, refused }: Body, engine: Engine | Error, env: Env, ctx: Execution) {
  const ready = engine instanceof Error ? undefined : engine;
  return {
    binding: {} as Binding,
    env,
    ctx,
    depthwise: {
      model: network.model,
      labels: network.labels,
      engineName: network.engine.name,
      engine: ready,
      failure: engine instanceof Error ? engine.message : '',
      headers: [...request.headers],
      body,
      refused,
      token: env.API_TOKEN ?? '',
      origins: env.CORS_ORIGINS ?? '',
      timing: Boolean(env.TIMING),
    },
  };
}
