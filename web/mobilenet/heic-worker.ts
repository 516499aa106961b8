// The worker that decodes HEIC photos, a file of its own, fetched when there is one: few people need it.

import { asError } from './errors.js';
import { readHeic } from './heic.js';
import type { FromWorker, ToWorker } from './messages.js';
import type { Port } from './roles.js';

const port = globalThis as unknown as Port;
let decoder: WebAssembly.Module | undefined;

port.onmessage = async ({ data }: { data: ToWorker }) => {
  const reply = (message: FromWorker) => port.postMessage(message, []);
  if ('program' in data) decoder = data.program;
  if (!('request' in data) || data.request.method !== 'picture') return;
  const { id, request } = data;
  try {
    const file = new Uint8Array(await request.blob.arrayBuffer());
    reply({ id, value: readHeic(decoder as WebAssembly.Module, file) });
  } catch (error) {
    const { code, message, size } = asError(error);
    reply({ id, error: { code, message, size } });
  }
};
