// The server under test: the Worker on workerd or, where SERVER=native, depthwise serve. What is asked of one is asked of the other.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startNative } from '../../support/native.mjs';
import { memory } from '../../support/processes.mjs';

export const native = process.env.SERVER === 'native';

/** The engine that it runs. */
export const engine = native ? 'simd' : 'relaxed';

/**
 * Starts it; it lives as long as the test file.
 * @param {{token?: string, origins?: string, alone?: boolean, fault?: boolean}} [options] origins: those of CORS; alone: the Worker on workerd
 *   alone, without wrangler; fault: the Worker with X-Memory in its answers, and faults that a request asks for
 */
export async function startServer({ token, origins, alone = false, fault = false } = {}) {
  if (native) {
    const flags = origins ? ['--cors', origins] : [];
    return startNative({ flags, env: token ? { DEPTHWISE_TOKEN: token } : {} });
  }
  if (alone) return (await import('../../support/workerd.mjs')).startBundle();
  const vars = { ...(token && { API_TOKEN: token }), ...(origins && { CORS_ORIGINS: origins }) };
  const entrypoint = fault ? fileURLToPath(new URL('fault.ts', import.meta.url)) : undefined;
  return (await import('../../support/worker.mjs')).startWorker({ vars, ...(entrypoint && { entrypoint }) });
}

/**
 * The bytes that the program took for an answer. The Worker says them of each; of a process it is all that it has in memory now.
 * @param {Response} response
 */
export const took = (response) => (native ? memory() * 2 ** 20 : Number(response.headers.get('X-Memory')));

/** The memory that a process has had at most, in MB. @param {number} pid */
export const peak = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1]) / 1024;
