// /api/bulk/: jobs, results and dead letters, for who has the token.
import { type Bulk, clip, readOptions } from './config';
import { deadLetters, requeue } from './dead';
import { cancelExport, createExport, exported, exports } from './export';
import { cancel, create, job, jobs, requeueJob } from './jobs';
import { formats, pageOf, streamOf } from './results';

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
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }
}

const headers = { 'Cache-Control': 'no-store' };

export async function route(bulk: Bulk, request: Request): Promise<Response> {
  try {
    await authorize(bulk, request);
    const said = await answer(bulk, request);
    return said instanceof Response ? said : Response.json(said, { headers });
  } catch (error) {
    if (!(error instanceof Problem)) console.error(`/api/bulk: ${error}`);
    const {
      kind,
      message,
      headers: more,
    } = error instanceof Problem
      ? error
      : new Problem('unavailable', 'try again in some seconds; the log has the reason');
    const [status, title] = problems[kind];
    const body = { type: `/api/openapi.json#/components/responses/${kind}`, title, status, detail: message };
    return Response.json(body, {
      status,
      headers: {
        ...headers,
        ...more,
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
  const found = async <T>(what: Promise<T | undefined>): Promise<T> => {
    const is = await what;
    if (!is) throw new Problem('not-found', `there is none of ${name} with the id ${clip(id)}`);
    return is;
  };
  const methods: Record<string, () => Promise<unknown>> = {};
  if (path === 'jobs') {
    methods.GET = async () => ({ jobs: await jobs(bulk) });
    methods.POST = async () => create(bulk, ...(await readJob(bulk, request)));
  } else if (name === 'jobs' && path === `jobs/${id}`) {
    methods.GET = () => found(job(bulk, id));
    methods.DELETE = async () => {
      await cancel(bulk, id);
      return found(job(bulk, id));
    };
  } else if (name === 'jobs' && path === `jobs/${id}/requeue`) {
    methods.POST = async () => {
      await requeueJob(bulk, id);
      return found(job(bulk, id));
    };
  } else if (path === 'exports') {
    methods.GET = async () => ({ exports: await exports(bulk) });
    methods.POST = () => createExport(bulk);
  } else if (name === 'exports' && path === `exports/${id}`) {
    methods.GET = () => found(exported(bulk, id));
    methods.DELETE = async () => {
      await cancelExport(bulk, id);
      return found(exported(bulk, id));
    };
  } else if (path === 'results') methods.GET = () => answerResults(bulk, searchParams);
  else if (path === 'dead-letters') {
    methods.GET = () => deadLetters(bulk, searchParams.get('cursor') ?? '');
  } else if (path === 'dead-letters/requeue') methods.POST = async () => ({ requeued: await requeue(bulk) });
  else
    throw new Problem('not-found', `there is no ${clip(pathname)}; there are jobs, results, exports and dead-letters`);
  const method = methods[request.method];
  if (!method) {
    throw new Problem(
      'method-not-allowed',
      `${pathname} takes ${Object.keys(methods).join(' and ')}, not ${request.method}`,
      { Allow: Object.keys(methods).join(', ') },
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

async function answerResults(bulk: Bulk, query: URLSearchParams): Promise<unknown> {
  const { format, ...wanted } = readQuery(query);
  if (format === 'json') return pageOf(bulk, wanted);
  const lines = formats[format];
  return new Response(streamOf(bulk, { ...wanted, limit: 1000 }, lines), {
    headers: { ...headers, 'Content-Type': lines.type },
  });
}

function readQuery(query: URLSearchParams) {
  const known = ['label', 'min', 'prefix', 'state', 'cursor', 'limit', 'format'];
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw new Problem('bad-parameter', `there is no ${clip(name)}; there are ${known.join(', ')}`);
  }
  const {
    label,
    min = '0',
    prefix = '',
    state = 'done',
    cursor,
    limit = '100',
    format = 'json',
  } = Object.fromEntries(query);
  if (!(Number(min) >= 0 && Number(min) <= 1)) throw new Problem('bad-parameter', `min=${clip(min)}: 0 to 1 is needed`);
  if (state !== 'done' && state !== 'failed' && state !== 'all') {
    throw new Problem('bad-parameter', `state=${clip(state)}: done, failed or all is needed`);
  }
  if (format !== 'json' && !Object.hasOwn(formats, format)) {
    throw new Problem('bad-parameter', `format=${clip(format)}: json, ndjson or csv is needed`);
  }
  if (format !== 'json' && query.has('limit')) {
    throw new Problem(
      'bad-parameter',
      'limit: NDJSON and CSV are streams of all that there is; read as much as you like',
    );
  }
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000) {
    throw new Problem('bad-parameter', `limit=${clip(limit)}: 1 to 1000 is needed`);
  }
  if (cursor !== undefined && !isCursor(cursor)) {
    throw new Problem('bad-parameter', `cursor=${clip(cursor)}: the one that the page before gave is needed`);
  }
  const either = state === 'all' ? undefined : state;
  return { label, min: Number(min), prefix, state: either, cursor, limit: Number(limit), format } as const;
}

function isCursor(text: string) {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
  } catch {
    return false;
  }
}
