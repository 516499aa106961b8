// The Worker: static files come from the assets, /api/ from the Go program, which also answers what is meant for it (/api, /API/).
import { readBody } from './body';
import { context } from './context';
import network from './dist/network.json';
import { loadEngine } from './engine';
import { answer } from './program';

/** As picture.Default in Go; the program checks it again and says so. */
const bodyLimit = 10 << 20;

export default {
  async fetch(request: Request, env: Env, ctx: Execution): Promise<Response> {
    const response = await respond(request, env, ctx);
    for (const [name, value] of network.headers) response.headers.set(name, value);
    return response;
  },
};

async function respond(request: Request, env: Env, ctx: Execution): Promise<Response> {
  if (!/^\/api(\/|$)/i.test(new URL(request.url).pathname)) return new Response('not found\n', { status: 404 });
  const loading = loadEngine(env, ctx);
  const body = await readBody(request, bodyLimit).catch(() => undefined);
  if (!body) return new Response(null, { status: 400 }); // its client is gone and reads no answer
  try {
    const engine = await loading;
    const { method, headers } = request;
    return await answer(new Request(request.url, { method, headers }), context(request, body, engine, env, ctx));
  } catch (error) {
    return crashed(error);
  }
}

/** Answers for a program that cannot, because it ran out of memory. */
function crashed(error: unknown): Response {
  const instance = `urn:uuid:${crypto.randomUUID()}`;
  console.error(`${instance}: ${error}`);
  const problem = {
    type: '/api/openapi.json#/components/responses/internal',
    title: 'Something went wrong here',
    status: 500,
    detail: 'the program broke off; instance names it in the log',
    instance,
  };
  const headers = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' };
  return new Response(`${JSON.stringify(problem)}\n`, { status: problem.status, headers });
}
