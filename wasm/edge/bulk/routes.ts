// /api/bulk/: jobs, results and dead letters, for who has the token.
import { type Bulk, clip, readOptions } from './config';
import { deadLetters, requeue } from './dead';
import { cancel, create, job, jobs } from './jobs';
import { results } from './results';

const problems = {
  'bad-parameter': [400, 'A parameter is wrong'],
  'bad-body': [400, 'The body is not what it says it is'],
  unauthorized: [401, 'A token is needed'],
  'not-found': [404, 'There is no such path'],
  'method-not-allowed': [405, 'The method is not allowed'],
  unavailable: [503, 'The database or the bucket does not answer'],
} as const;

/** An error that is the request's own. */
class Problem extends Error {
  constructor(
    readonly kind: keyof typeof problems,
    detail: string,
  ) {
    super(detail);
  }
}

const headers = { 'Cache-Control': 'no-store' };

export async function route(bulk: Bulk, request: Request): Promise<Response> {
  try {
    await authorize(bulk, request);
    return Response.json(await answer(bulk, request), { headers });
  } catch (error) {
    if (!(error instanceof Problem)) console.error(`/api/bulk: ${error}`);
    const { kind, message } =
      error instanceof Problem
        ? error
        : new Problem('unavailable', 'try again in some seconds; the log has the reason');
    const [status, title] = problems[kind];
    const body = { type: `/api/openapi.json#/components/responses/${kind}`, title, status, detail: message };
    return Response.json(body, {
      status,
      headers: {
        ...headers,
        'Content-Type': 'application/problem+json',
        ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
        ...(status === 503 && { 'Retry-After': '10' }),
      },
    });
  }
}

/** Digests are compared, so that the time that it takes tells nothing of the token. */
async function authorize({ env }: Bulk, request: Request) {
  const digest = async (text: string) =>
    String(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
  const given = request.headers.get('Authorization') ?? '';
  if ((await digest(given)) !== (await digest(`Bearer ${env.BULK_TOKEN}`))) {
    throw new Problem('unauthorized', 'send "Authorization: Bearer ..." with the token BULK_TOKEN');
  }
}

async function answer(bulk: Bulk, request: Request): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url);
  const path = pathname.slice('/api/bulk/'.length);
  const [name, id] = path.split('/');
  const methods: Record<string, () => Promise<unknown>> = {};
  if (path === 'jobs') {
    methods.GET = async () => ({ jobs: await jobs(bulk) });
    methods.POST = async () => create(bulk, ...(await readJob(bulk, request)));
  } else if (name === 'jobs' && path === `jobs/${id}`) {
    methods.GET = async () => {
      const found = await job(bulk, id);
      if (!found) throw new Problem('not-found', `there is no job ${clip(id)}`);
      return found;
    };
    methods.DELETE = async () => {
      if (!(await cancel(bulk, id))) throw new Problem('not-found', `there is no job ${clip(id)}`);
      return job(bulk, id);
    };
  } else if (path === 'results') methods.GET = () => results(bulk, readQuery(searchParams));
  else if (path === 'dead-letters') {
    methods.GET = () => deadLetters(bulk, searchParams.get('cursor') ?? '');
  } else if (path === 'dead-letters/requeue') methods.POST = async () => ({ requeued: await requeue(bulk) });
  else throw new Problem('not-found', `there is no ${clip(pathname)}; there are jobs, results and dead-letters`);
  const method = methods[request.method];
  if (!method) {
    throw new Problem(
      'method-not-allowed',
      `${pathname} takes ${Object.keys(methods).join(' and ')}, not ${request.method}`,
    );
  }
  return method();
}

async function readJob(bulk: Bulk, request: Request): Promise<[string, string]> {
  const text = await request.text();
  let body: { prefix?: unknown; options?: unknown };
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new Problem('bad-body', `the body is no JSON: ${error}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem('bad-body', 'an object is needed, such as {"prefix": "2024/", "options": "top=5"}');
  }
  const { prefix = '', options = bulk.options } = body;
  if (typeof prefix !== 'string' || new TextEncoder().encode(prefix).length > 1024) {
    throw new Problem('bad-body', 'prefix: a text of at most 1024 bytes is needed, the beginning of the keys');
  }
  if (typeof options !== 'string')
    throw new Problem('bad-body', 'options: a text is needed, such as "top=5&crop=whole"');
  const read = readOptions(options);
  if (read instanceof Error) throw new Problem('bad-body', `options: ${read.message}`);
  return [prefix, read];
}

function readQuery(query: URLSearchParams) {
  const known = ['label', 'min', 'prefix', 'state', 'cursor', 'limit'];
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw new Problem('bad-parameter', `there is no ${clip(name)}; there are ${known.join(', ')}`);
  }
  const { label, min = '0', prefix = '', state = 'done', cursor, limit = '100' } = Object.fromEntries(query);
  if (!(Number(min) >= 0 && Number(min) <= 1)) throw new Problem('bad-parameter', `min=${clip(min)}: 0 to 1 is needed`);
  if (state !== 'done' && state !== 'failed') {
    throw new Problem('bad-parameter', `state=${clip(state)}: done or failed is needed`);
  }
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000) {
    throw new Problem('bad-parameter', `limit=${clip(limit)}: 1 to 1000 is needed`);
  }
  if (cursor !== undefined && !isCursor(cursor)) {
    throw new Problem('bad-parameter', `cursor=${clip(cursor)}: the one that the page before gave is needed`);
  }
  return { label, min: Number(min), prefix, state, cursor, limit: Number(limit) } as const;
}

function isCursor(text: string) {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
  } catch {
    return false;
  }
}
